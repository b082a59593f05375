//! `/agencies`

use actix_web::web::Path;

use super::shared::{paged, text, texts};
use crate::domain::reference::AgencyKind;
use crate::error::Code;
use crate::http::answer::{Answered, Created};
use crate::http::body::{Body, Query};
use crate::http::endpoint::{Endpoint, get, patch, post};
use crate::http::guard::{Authorized, Listing, Made, needs};
use crate::http::input::{Line, Set, request};
use crate::service::agencies::{self, Agency, Fields};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        get("/agencies", list, "Lists agencies"),
        post("/agencies", create, "Adds an agency").refuses(&[Code::DuplicateCode]),
        get("/agencies/{id}", one, "Shows an agency"),
        patch("/agencies/{id}", update, "Changes an agency").refuses(&[Code::DuplicateCode]),
    ]
}

request! {
    /// Which agencies.
    pub struct AgencyQuery {
        /// Any of these codes.
        code: Vec<Line<100>>,
        /// Part of the name; case and marks do not matter.
        q: Option<Line<200>>,
        /// Of any of these units.
        unit_id: Vec<i64>,
        /// Rows at most, 1 to 200.
        limit: Option<i32>,
        /// Where the page starts.
        cursor: Option<Line<1000>>,
    }
    /// A new agency.
    pub struct NewAgency {
        code: Line<50>,
        name: Line<300>,
        kind: AgencyKind,
        unit_id: i64,
    }
    /// Changes to an agency.
    pub struct AgencyPatch {
        code: Set<Line<50>>,
        name: Set<Line<300>>,
        kind: Set<AgencyKind>,
        unit_id: Set<i64>,
    }
}

paged!(AgencyQuery);

impl From<&NewAgency> for Fields {
    fn from(new: &NewAgency) -> Self {
        Fields {
            code: new.code.0.clone(),
            name: new.name.0.clone(),
            kind: new.kind,
            unit_id: new.unit_id,
        }
    }
}

async fn list(
    auth: Authorized<needs::Read>,
    query: Query<AgencyQuery>,
) -> Answered<Listing<Agency>> {
    auth.list(query, |view, query, page| {
        agencies::list(
            view,
            texts(&query.code),
            text(&query.q),
            &query.unit_id,
            page,
        )
    })
    .await
}

async fn one(auth: Authorized<needs::Read>, id: Path<i64>) -> Answered<Agency> {
    auth.read(move |view| agencies::get(view, *id)).await
}

async fn create(
    auth: Authorized<needs::ManageReference>,
    body: Body<NewAgency>,
) -> Created<Agency> {
    auth.create(body, |tx, new| {
        let agency = agencies::create(tx, &new.into())?;
        Ok(Made {
            location: format!("/agencies/{}", agency.id),
            value: agency,
            project_id: None,
        })
    })
    .await
}

async fn update(
    auth: Authorized<needs::ManageReference>,
    id: Path<i64>,
    body: Body<AgencyPatch>,
) -> Answered<Agency> {
    auth.change(body, move |tx, patch, if_match| {
        let before = agencies::lock(tx, *id)?;
        if_match.check(&before)?;
        let fields = Fields {
            code: patch.code.or_text(&before.code),
            name: patch.name.or_text(&before.name),
            kind: patch.kind.or(before.kind),
            unit_id: patch.unit_id.or(before.unit_id),
        };
        agencies::update(tx, &before, &fields)
    })
    .await
}

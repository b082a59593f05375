//! `/targets`

use actix_web::web::Path;
use chrono::NaiveDate;

use super::shared::paged;
use crate::domain::money::Rate;
use crate::domain::progress::Basis;
use crate::error::Code;
use crate::http::answer::{Answered, Created};
use crate::http::body::{Body, Query};
use crate::http::endpoint::{Endpoint, get, patch, post};
use crate::http::guard::{Authorized, Listing, Made, needs};
use crate::http::input::{Line, Patch, Set, request};
use crate::service::targets::{self, Fields, Target};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        get("/targets", list, "Lists milestone targets"),
        post("/targets", create, "Sets a milestone target").refuses(&[Code::DuplicateCode]),
        get("/targets/{id}", one, "Shows a milestone target"),
        patch("/targets/{id}", update, "Changes a milestone target")
            .refuses(&[Code::DuplicateCode]),
    ]
}

request! {
    /// Which targets.
    pub struct TargetQuery {
        /// Of any of these years.
        budget_year: Vec<i32>,
        /// Rows at most, 1 to 200.
        limit: Option<i32>,
        /// Where the page starts.
        cursor: Option<Line<1000>>,
    }
    /// A new target: for a unit, an agency, a funding source, or for the province.
    pub struct NewTarget {
        budget_year: i32,
        date: NaiveDate,
        percent: Rate,
        basis: Basis,
        unit_id: Option<i64>,
        agency_id: Option<i64>,
        funding_source_id: Option<i64>,
    }
    /// Changes to a target.
    pub struct TargetPatch {
        budget_year: Set<i32>,
        date: Set<NaiveDate>,
        percent: Set<Rate>,
        basis: Set<Basis>,
        unit_id: Patch<i64>,
        agency_id: Patch<i64>,
        funding_source_id: Patch<i64>,
    }
}

paged!(TargetQuery);

impl From<&NewTarget> for Fields {
    fn from(new: &NewTarget) -> Self {
        Fields {
            budget_year: new.budget_year,
            date: new.date,
            percent: new.percent,
            basis: new.basis,
            unit_id: new.unit_id,
            agency_id: new.agency_id,
            funding_source_id: new.funding_source_id,
        }
    }
}

async fn list(
    auth: Authorized<needs::Read>,
    query: Query<TargetQuery>,
) -> Answered<Listing<Target>> {
    auth.list(query, |view, query, page| {
        targets::list(view, &query.budget_year, page)
    })
    .await
}

async fn one(auth: Authorized<needs::Read>, id: Path<i64>) -> Answered<Target> {
    auth.read(move |view| targets::get(view, *id)).await
}

async fn create(
    auth: Authorized<needs::ManageReference>,
    body: Body<NewTarget>,
) -> Created<Target> {
    auth.create(body, |tx, new| {
        let target = targets::create(tx, &new.into())?;
        Ok(Made {
            location: format!("/targets/{}", target.id),
            value: target,
            project_id: None,
        })
    })
    .await
}

async fn update(
    auth: Authorized<needs::ManageReference>,
    id: Path<i64>,
    body: Body<TargetPatch>,
) -> Answered<Target> {
    auth.change(body, move |tx, patch, if_match| {
        let before = targets::lock(tx, *id)?;
        if_match.check(&before)?;
        let fields = Fields {
            budget_year: patch.budget_year.or(before.budget_year),
            date: patch.date.or(before.date),
            percent: patch.percent.or(before.percent),
            basis: patch.basis.or(before.basis),
            unit_id: patch.unit_id.clone().apply(before.unit_id),
            agency_id: patch.agency_id.clone().apply(before.agency_id),
            funding_source_id: patch
                .funding_source_id
                .clone()
                .apply(before.funding_source_id),
        };
        targets::update(tx, &before, &fields)
    })
    .await
}

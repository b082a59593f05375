//! `/administrative-units/{id}/successions`

use actix_web::web::Path;
use chrono::NaiveDate;

use super::shared::{Decision, PageQuery};
use crate::http::answer::{Answered, Created};
use crate::http::body::{Body, Query};
use crate::http::endpoint::{Endpoint, get, post};
use crate::http::guard::{Authorized, Listing, Made, needs};
use crate::http::input::request;
use crate::service::successions::{self, NewUnitSuccession, Succession, Successor};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        get(
            "/administrative-units/{id}/successions",
            list,
            "Lists the successions of a unit",
        ),
        post(
            "/administrative-units/{id}/successions",
            create,
            "Splits or merges a unit: hands over its projects, users, agencies, alerts and units below",
        ),
        get(
            "/administrative-units/{id}/successions/{succession_id}",
            one,
            "Shows a succession of a unit",
        ),
    ]
}

request! {
    /// A successor.
    pub struct NewSuccessor {
        unit_id: i64,
        /// The projects it takes; the others go to the unit that takes the rest.
        project_ids: Option<Vec<i64>>,
    }
    /// A succession.
    pub struct NewSuccession {
        successors: Vec<NewSuccessor>,
        /// Takes what is named for nobody.
        rest_to_unit_id: i64,
        /// The first day of the successors.
        effective_date: NaiveDate,
        decision: Decision,
    }
}

async fn list(
    auth: Authorized<needs::Read>,
    id: Path<i64>,
    query: Query<PageQuery>,
) -> Answered<Listing<Succession>> {
    auth.list(query, move |view, _, page| {
        successions::list(view, *id, page)
    })
    .await
}

async fn one(auth: Authorized<needs::Read>, ids: Path<(i64, i64)>) -> Answered<Succession> {
    auth.read(move |view| successions::get(view, ids.0, ids.1))
        .await
}

async fn create(
    auth: Authorized<needs::ManageReference>,
    id: Path<i64>,
    body: Body<NewSuccession>,
) -> Created<Succession> {
    auth.create(body, move |tx, new| {
        let successors = new.successors.iter().map(|successor| Successor {
            unit_id: successor.unit_id,
            project_ids: successor.project_ids.clone().unwrap_or_default(),
        });
        let input = NewUnitSuccession {
            successors: successors.collect(),
            rest_to_unit_id: new.rest_to_unit_id,
            effective_date: new.effective_date,
            decision: (&new.decision).into(),
        };
        let succession = successions::create(tx, *id, &input)?;
        Ok(Made {
            location: format!(
                "/administrative-units/{}/successions/{}",
                *id, succession.id
            ),
            value: succession,
            project_id: None,
        })
    })
    .await
}

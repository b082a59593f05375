//! `/capital-assignments`

use actix_web::web::Path;
use chrono::NaiveDate;

use super::shared::{Decision, paged};
use crate::domain::capital::{Authority, GivenKind};
use crate::domain::money::Money;
use crate::http::answer::{Answered, Created};
use crate::http::body::{Body, Query};
use crate::http::endpoint::{Endpoint, get, post};
use crate::http::guard::{Authorized, Listing, Made, needs};
use crate::http::input::{Line, request};
use crate::service::capital_assignments::{self as assignments, CapitalAssignment, ListFilter};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        get(
            "/capital-assignments",
            list,
            "Lists capital given to units and agencies in scope",
        ),
        post(
            "/capital-assignments",
            create,
            "Records capital given to a unit or an agency",
        ),
        get(
            "/capital-assignments/{id}",
            one,
            "Shows a capital assignment",
        ),
    ]
}

request! {
    /// Which assignments.
    pub struct CapitalAssignmentQuery {
        /// Rows at most, 1 to 200.
        limit: Option<i32>,
        /// Where the page starts.
        cursor: Option<Line<1000>>,
        /// Budget years.
        budget_year: Vec<i32>,
        /// Funding sources and everything below them.
        funding_source_id: Vec<i64>,
        /// Holding units.
        unit_id: Vec<i64>,
        /// Holding agencies.
        agency_id: Vec<i64>,
        /// Authorities.
        authority: Vec<Authority>,
    }
    /// Capital given to a unit or an agency: exactly one of the two.
    pub struct NewCapitalAssignment {
        unit_id: Option<i64>,
        agency_id: Option<i64>,
        /// The unit that passes on what it was given itself.
        from_unit_id: Option<i64>,
        funding_source_id: i64,
        budget_year: i32,
        authority: Authority,
        kind: GivenKind,
        /// Above zero; the kind gives the sign.
        amount: Money,
        effective_date: NaiveDate,
        decision: Decision,
    }
}

paged!(CapitalAssignmentQuery);

async fn list(
    auth: Authorized<needs::Read>,
    query: Query<CapitalAssignmentQuery>,
) -> Answered<Listing<CapitalAssignment>> {
    auth.list(query, |view, query, page| {
        let filter = ListFilter {
            budget_years: query.budget_year,
            sources: query.funding_source_id,
            units: query.unit_id,
            agencies: query.agency_id,
            authorities: query.authority,
        };
        assignments::list(view, &filter, page)
    })
    .await
}

async fn one(auth: Authorized<needs::Read>, id: Path<i64>) -> Answered<CapitalAssignment> {
    auth.read(move |view| assignments::get(view, *id)).await
}

async fn create(
    auth: Authorized<needs::EditPlans>,
    body: Body<NewCapitalAssignment>,
) -> Created<CapitalAssignment> {
    auth.create(body, |tx, new| {
        let wanted = assignments::NewAssignment {
            unit_id: new.unit_id,
            agency_id: new.agency_id,
            from_unit_id: new.from_unit_id,
            funding_source_id: new.funding_source_id,
            budget_year: new.budget_year,
            authority: new.authority,
            kind: new.kind,
            amount: new.amount,
            effective_date: new.effective_date,
            decision: (&new.decision).into(),
        };
        let made = assignments::create(tx, &wanted)?;
        Ok(Made {
            location: format!("/capital-assignments/{}", made.id),
            value: made,
            project_id: None,
        })
    })
    .await
}

//! `/funding-sources`

use actix_web::web::Path;
use chrono::NaiveDate;

use super::shared::{paged, text, texts};
use crate::domain::reference::{BudgetLevel, Period, SourceOrigin};
use crate::error::Code;
use crate::http::answer::{Answered, Created};
use crate::http::body::{Body, Query};
use crate::http::endpoint::{Endpoint, get, patch, post};
use crate::http::guard::{Authorized, Listing, Made, needs};
use crate::http::input::{Line, Patch, Set, request};
use crate::service::funding_sources::{self, Fields, Filter, FundingSource, Matching};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        get("/funding-sources", list, "Lists funding sources"),
        post("/funding-sources", create, "Adds a funding source").refuses(&[Code::DuplicateCode]),
        get("/funding-sources/{id}", one, "Shows a funding source"),
        patch("/funding-sources/{id}", update, "Changes a funding source")
            .refuses(&[Code::DuplicateCode]),
    ]
}

request! {
    /// Which funding sources.
    pub struct FundingSourceQuery {
        /// Any of these codes.
        code: Vec<Line<100>>,
        /// Part of the name; case and marks do not matter.
        q: Option<Line<200>>,
        /// Directly below any of these.
        parent_id: Vec<i64>,
        /// Valid on this day.
        as_of: Option<NaiveDate>,
        /// Rows at most, 1 to 200.
        limit: Option<i32>,
        /// Where the page starts.
        cursor: Option<Line<1000>>,
    }
    /// A new funding source.
    pub struct NewFundingSource {
        code: Line<50>,
        name: Line<300>,
        parent_id: Option<i64>,
        budget_level: BudgetLevel,
        origin: SourceOrigin,
        valid_from: Option<NaiveDate>,
        valid_to: Option<NaiveDate>,
    }
    /// Changes to a funding source.
    pub struct FundingSourcePatch {
        code: Set<Line<50>>,
        name: Set<Line<300>>,
        parent_id: Patch<i64>,
        budget_level: Set<BudgetLevel>,
        origin: Set<SourceOrigin>,
        valid_from: Patch<NaiveDate>,
        valid_to: Patch<NaiveDate>,
    }
}

paged!(FundingSourceQuery);

impl From<&NewFundingSource> for Fields {
    fn from(new: &NewFundingSource) -> Self {
        Fields {
            code: new.code.0.clone(),
            name: new.name.0.clone(),
            parent_id: new.parent_id,
            budget_level: new.budget_level,
            origin: new.origin,
            valid: Period {
                from: new.valid_from,
                to: new.valid_to,
            },
        }
    }
}

async fn list(
    auth: Authorized<needs::Read>,
    query: Query<FundingSourceQuery>,
) -> Answered<Listing<FundingSource>> {
    auth.list(query, |view, query, page| {
        let filter = Filter {
            matching: Matching {
                codes: texts(&query.code),
                search: text(&query.q),
            },
            parents: query.parent_id,
            as_of: query.as_of,
        };
        funding_sources::list(view, &filter, page)
    })
    .await
}

async fn one(auth: Authorized<needs::Read>, id: Path<i64>) -> Answered<FundingSource> {
    auth.read(move |view| funding_sources::get(view, *id)).await
}

async fn create(
    auth: Authorized<needs::ManageReference>,
    body: Body<NewFundingSource>,
) -> Created<FundingSource> {
    auth.create(body, |tx, new| {
        let source = funding_sources::create(tx, &new.into())?;
        Ok(Made {
            location: format!("/funding-sources/{}", source.id),
            value: source,
            project_id: None,
        })
    })
    .await
}

async fn update(
    auth: Authorized<needs::ManageReference>,
    id: Path<i64>,
    body: Body<FundingSourcePatch>,
) -> Answered<FundingSource> {
    auth.change(body, move |tx, patch, if_match| {
        let before = funding_sources::lock(tx, *id)?;
        if_match.check(&before)?;
        let fields = Fields {
            code: patch.code.or_text(&before.code),
            name: patch.name.or_text(&before.name),
            parent_id: patch.parent_id.clone().apply(before.parent_id),
            budget_level: patch.budget_level.or(before.budget_level),
            origin: patch.origin.or(before.origin),
            valid: Period {
                from: patch.valid_from.clone().apply(before.valid_from),
                to: patch.valid_to.clone().apply(before.valid_to),
            },
        };
        funding_sources::update(tx, &before, &fields)
    })
    .await
}

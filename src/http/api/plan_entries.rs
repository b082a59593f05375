//! `/projects/{id}/plan-entries`, `/plan-entries`, `/plan-transfers`, `/plan-extensions`

use actix_web::web::Path;
use chrono::NaiveDate;

use super::shared::{Decision, paged};
use crate::domain::capital::{GivenKind, Origin};
use crate::domain::money::Money;
use crate::error::Code;
use crate::http::answer::{Answered, Created};
use crate::http::body::{Body, Query};
use crate::http::endpoint::{Endpoint, get, post};
use crate::http::guard::{Authorized, Listing, Made, needs};
use crate::http::input::{Line, Note, Reason, request};
use crate::service::plans::{self, Extension, Filter, PlanEntry, Transfer};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    let limits = [
        Code::PlanBelowDisbursed,
        Code::PlanExceeded,
        Code::PeriodClosed,
    ];
    vec![
        get(
            "/projects/{id}/plan-entries",
            list,
            "Lists a project's plan entries, those of transfers and extensions too",
        ),
        post(
            "/projects/{id}/plan-entries",
            create,
            "Records a plan decision",
        )
        .refuses(&limits),
        get("/plan-entries/{id}", one, "Shows a plan entry"),
        post(
            "/plan-entries/{id}/reversal",
            reverse,
            "Voids a plan entry; of a transfer or extension, both of its entries",
        )
        .refuses(&limits)
        .refuses(&[Code::ReasonRequired, Code::AlreadyReversed]),
        post(
            "/plan-transfers",
            transfer,
            "Moves capital from one project to another",
        )
        .refuses(&limits)
        .refuses(&[Code::TransferSameProject, Code::NotFound]),
        get("/plan-transfers/{id}", one_transfer, "Shows a transfer"),
        post(
            "/plan-extensions",
            extend,
            "Extends undisbursed capital into the next year",
        )
        .refuses(&limits)
        .refuses(&[Code::ExtensionExceedsRemainder, Code::NotFound]),
        get("/plan-extensions/{id}", one_extension, "Shows an extension"),
    ]
}

request! {
    /// Which entries.
    pub struct PlanEntryQuery {
        /// Rows at most, 1 to 200.
        limit: Option<i32>,
        /// Where the page starts.
        cursor: Option<Line<1000>>,
        /// Funding sources.
        funding_source_id: Vec<i64>,
        /// Budget years.
        budget_year: Vec<i32>,
        /// Origins.
        origin: Vec<Origin>,
    }
    /// A signed, dated amount on a plan line.
    pub struct NewPlanEntry {
        funding_source_id: i64,
        budget_year: i32,
        /// `in_year` when absent.
        origin: Option<Origin>,
        kind: GivenKind,
        /// Above zero; the kind gives the sign.
        amount: Money,
        effective_date: NaiveDate,
        decision: Decision,
        /// The last day on which its money may be paid; by law when absent.
        deadline: Option<NaiveDate>,
        note: Option<Note>,
    }
    /// Why an entry is void, and from when on.
    pub struct PlanReversal {
        effective_date: NaiveDate,
        reason: Reason,
    }
    /// Capital that moves from one project to another.
    pub struct NewTransfer {
        from_project_id: i64,
        to_project_id: i64,
        funding_source_id: i64,
        budget_year: i32,
        amount: Money,
        effective_date: NaiveDate,
        decision: Decision,
        note: Option<Note>,
    }
    /// Undisbursed capital of a year that may be spent in the next.
    pub struct NewExtension {
        project_id: i64,
        funding_source_id: i64,
        from_year: i32,
        amount: Money,
        effective_date: NaiveDate,
        decision: Decision,
    }
}

paged!(PlanEntryQuery);

async fn list(
    auth: Authorized<needs::Read>,
    id: Path<i64>,
    query: Query<PlanEntryQuery>,
) -> Answered<Listing<PlanEntry>> {
    auth.list(query, move |view, query, page| {
        let filter = Filter {
            sources: query.funding_source_id,
            budget_years: query.budget_year,
            origins: query.origin,
        };
        plans::list(view, *id, &filter, page)
    })
    .await
}

async fn one(auth: Authorized<needs::Read>, id: Path<i64>) -> Answered<PlanEntry> {
    auth.read(move |view| plans::get(view, *id)).await
}

fn made(entry: PlanEntry) -> Made<PlanEntry> {
    Made {
        location: format!("/plan-entries/{}", entry.id),
        project_id: Some(entry.project_id),
        value: entry,
    }
}

async fn create(
    auth: Authorized<needs::EditPlans>,
    id: Path<i64>,
    body: Body<NewPlanEntry>,
) -> Created<PlanEntry> {
    auth.create(body, move |tx, new| {
        let wanted = plans::NewEntry {
            funding_source_id: new.funding_source_id,
            budget_year: new.budget_year,
            origin: new.origin.unwrap_or_default(),
            kind: new.kind,
            amount: new.amount,
            effective_date: new.effective_date,
            decision: (&new.decision).into(),
            deadline: new.deadline,
            note: new.note.as_ref().map(|note| note.0.clone()),
        };
        plans::create(tx, *id, &wanted).map(made)
    })
    .await
}

async fn reverse(
    auth: Authorized<needs::EditPlans>,
    id: Path<i64>,
    body: Body<PlanReversal>,
) -> Created<PlanEntry> {
    auth.create(body, move |tx, asked| {
        let reason = asked.reason.0.as_deref();
        plans::reverse(tx, *id, asked.effective_date, reason).map(made)
    })
    .await
}

async fn transfer(
    auth: Authorized<needs::EditPlans>,
    body: Body<NewTransfer>,
) -> Created<Transfer> {
    auth.create(body, |tx, new| {
        let wanted = plans::NewTransfer {
            from_project_id: new.from_project_id,
            to_project_id: new.to_project_id,
            funding_source_id: new.funding_source_id,
            budget_year: new.budget_year,
            amount: new.amount,
            effective_date: new.effective_date,
            decision: (&new.decision).into(),
            note: new.note.as_ref().map(|note| note.0.clone()),
        };
        let transfer = plans::transfer(tx, &wanted)?;
        Ok(Made {
            location: format!("/plan-transfers/{}", transfer.id),
            project_id: Some(transfer.from_project_id),
            value: transfer,
        })
    })
    .await
}

async fn one_transfer(auth: Authorized<needs::Read>, id: Path<i64>) -> Answered<Transfer> {
    auth.read(move |view| plans::transfer_by_id(view, *id))
        .await
}

async fn extend(
    auth: Authorized<needs::EditPlans>,
    body: Body<NewExtension>,
) -> Created<Extension> {
    auth.create(body, |tx, new| {
        let wanted = plans::NewExtension {
            project_id: new.project_id,
            funding_source_id: new.funding_source_id,
            from_year: new.from_year,
            amount: new.amount,
            effective_date: new.effective_date,
            decision: (&new.decision).into(),
        };
        let extension = plans::extend(tx, &wanted)?;
        Ok(Made {
            location: format!("/plan-extensions/{}", extension.id),
            project_id: Some(extension.project_id),
            value: extension,
        })
    })
    .await
}

async fn one_extension(auth: Authorized<needs::Read>, id: Path<i64>) -> Answered<Extension> {
    auth.read(move |view| plans::extension(view, *id)).await
}

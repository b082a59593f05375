//! `/imports/{id}/matches`, `/reports/reconciliation`, `/reports/late-logging`

use actix_web::web::Path;

use super::shared::paged;
use crate::domain::capital::Origin;
use crate::domain::disbursement::PaymentKind;
use crate::domain::imports::matching::MatchState;
use crate::domain::progress::Basis;
use crate::error::{Code, Result};
use crate::http::answer::Answered;
use crate::http::body::{Body, Query};
use crate::http::endpoint::{Endpoint, get, post};
use crate::http::guard::{Authorized, Listing, needs};
use crate::http::input::{Line, Reason, request};
use crate::service::View;
use crate::service::imports::matches::{
    self, MatchesChanged, Recording, Resolution, StatementMatch,
};
use crate::service::reports::Asked;
use crate::service::reports::reconciliation::{
    self, LATE_DAYS, LateLoggingReport, ReconciliationReport,
};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        get(
            "/imports/{id}/matches",
            list,
            "Lists the lines of a committed Treasury statement beside the payments recorded here",
        ),
        post(
            "/imports/{id}/matches/acceptance",
            accept,
            "Takes payments on which the Treasury agrees as reconciled",
        )
        .refuses(&[Code::AlreadyReversed]),
        post(
            "/imports/{id}/matches/payments",
            create,
            "Records payments that only the Treasury knows",
        )
        .refuses(&[
            Code::PlanExceeded,
            Code::TotalInvestmentExceeded,
            Code::RefundExceedsDisbursed,
            Code::OutsideDisbursementPeriod,
            Code::DuplicateVoucher,
            Code::PeriodClosed,
        ]),
        post(
            "/imports/{id}/matches/dispute",
            dispute,
            "Marks payments as not agreed upon with the Treasury",
        )
        .refuses(&[Code::ReasonRequired, Code::AlreadyReversed]),
        get(
            "/reports/reconciliation",
            reconciled,
            "Shows how far payments agree with the Treasury",
        )
        .refuses(&[Code::NotFound]),
        get(
            "/reports/late-logging",
            late,
            "Shows how late payments are recorded, by unit",
        )
        .refuses(&[Code::NotFound]),
    ]
}

request! {
    /// Which matches.
    pub struct MatchQuery {
        /// Rows at most, 1 to 200.
        limit: Option<i32>,
        /// Where the page starts.
        cursor: Option<Line<1000>>,
        /// `agreed`, `differs`, `treasury_only`, `ledger_only`.
        state: Vec<MatchState>,
        /// `open`, `accepted`, `created`, `disputed`.
        resolution: Vec<Resolution>,
    }
    /// Which agreed matches are accepted.
    pub struct MatchAcceptance {
        /// All open ones that agree when absent.
        match_ids: Vec<i64>,
    }
    /// Which lines of the Treasury are recorded, and as what.
    pub struct MatchRecording {
        /// Open matches that only the Treasury knows.
        match_ids: Vec<i64>,
        /// A negative amount is recorded as a refund whatever this says.
        kind: PaymentKind,
        /// `in_year` when absent.
        origin: Option<Origin>,
    }
    /// Which matches are not agreed upon, and why.
    pub struct MatchDispute {
        /// Open matches.
        match_ids: Vec<i64>,
        reason: Reason,
    }
    /// Which payments are held against the Treasury.
    pub struct ReconciliationQuery {
        /// The budget year.
        budget_year: i32,
        /// Only this unit and those below it; the reader's top unit when not given.
        unit_id: Option<i64>,
    }
    /// Which payments are looked at.
    pub struct LateLoggingQuery {
        /// The budget year.
        budget_year: i32,
        /// Only this unit and those below it; the reader's top unit when not given.
        unit_id: Option<i64>,
        /// Days after posting from which on recording is late; 5 when not given.
        days: Option<i32>,
    }
}

paged!(MatchQuery);

async fn list(
    auth: Authorized<needs::Import>,
    id: Path<i64>,
    query: Query<MatchQuery>,
) -> Answered<Listing<StatementMatch>> {
    auth.list(query, move |view, query, page| {
        matches::list(view, *id, query.state, &query.resolution, page)
    })
    .await
}

async fn accept(
    auth: Authorized<needs::LogDisbursements>,
    id: Path<i64>,
    body: Body<MatchAcceptance>,
) -> Answered<MatchesChanged> {
    auth.act(body, move |tx, asked| {
        matches::accept(tx, *id, &asked.match_ids)
    })
    .await
}

async fn create(
    auth: Authorized<needs::LogDisbursements>,
    id: Path<i64>,
    body: Body<MatchRecording>,
) -> Answered<MatchesChanged> {
    auth.act(body, move |tx, asked| {
        let how = Recording {
            kind: asked.kind,
            origin: asked.origin.unwrap_or_default(),
        };
        matches::create(tx, *id, &asked.match_ids, &how)
    })
    .await
}

async fn dispute(
    auth: Authorized<needs::LogDisbursements>,
    id: Path<i64>,
    body: Body<MatchDispute>,
) -> Answered<MatchesChanged> {
    auth.act(body, move |tx, asked| {
        matches::dispute(tx, *id, &asked.match_ids, asked.reason.0.as_deref())
    })
    .await
}

fn asked(view: &View<'_>, budget_year: i32, unit_id: Option<i64>) -> Asked {
    Asked {
        budget_year,
        as_of: view.today,
        basis: Basis::Total,
        unit_id,
        funding_source_id: None,
    }
}

async fn reconciled(
    auth: Authorized<needs::Read>,
    query: Query<ReconciliationQuery>,
) -> Answered<ReconciliationReport> {
    auth.query(query, |view, query| {
        let asked = asked(view, query.budget_year, query.unit_id);
        reconciliation::reconciliation(view, &asked)
    })
    .await
}

async fn late(
    auth: Authorized<needs::Read>,
    query: Query<LateLoggingQuery>,
) -> Answered<LateLoggingReport> {
    auth.query(query, |view, query| -> Result<LateLoggingReport> {
        let asked = asked(view, query.budget_year, query.unit_id);
        let days = query.days.map_or(LATE_DAYS, i64::from);
        reconciliation::late_logging(view, &asked, days)
    })
    .await
}

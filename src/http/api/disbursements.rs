//! `/projects/{id}/disbursements`, `/disbursements`

use actix_web::web::Path;
use chrono::NaiveDate;

use super::shared::{paged, text};
use crate::domain::capital::Origin;
use crate::domain::disbursement::{DisbursementKind, DisbursementStatus, PaymentKind};
use crate::domain::money::Money;
use crate::error::Code;
use crate::http::answer::{Answered, Created};
use crate::http::body::{Body, Query};
use crate::http::endpoint::{Endpoint, get, post};
use crate::http::guard::{Authorized, Listing, Made, needs};
use crate::http::input::{Line, Note, Reason, request};
use crate::service::disbursements::{self, Disbursement, ListFilter, NewPayment, Sort};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    let rules = [
        Code::PlanExceeded,
        Code::TotalInvestmentExceeded,
        Code::AdvanceRecoveryExceedsOutstanding,
        Code::RefundExceedsDisbursed,
        Code::FutureDate,
    ];
    vec![
        get(
            "/projects/{id}/disbursements",
            of_project,
            "Lists a project's payments",
        ),
        post(
            "/projects/{id}/disbursements",
            create,
            "Logs a Treasury payment",
        )
        .refuses(&rules)
        .refuses(&[Code::OutsideDisbursementPeriod, Code::DuplicateVoucher]),
        get("/disbursements", list, "Lists payments in scope"),
        get("/disbursements/{id}", one, "Shows a payment"),
        post(
            "/disbursements/{id}/reversal",
            reverse,
            "Reverses a payment",
        )
        .refuses(&rules)
        .refuses(&[Code::ReasonRequired, Code::AlreadyReversed]),
    ]
}

request! {
    /// Which payments, in which order.
    pub struct DisbursementQuery {
        /// Rows at most, 1 to 200.
        limit: Option<i32>,
        /// Where the page starts.
        cursor: Option<Line<1000>>,
        /// `posted_on`, `id`; `-` in front for descending. Newest first when absent.
        sort: Option<Sort>,
        /// Projects.
        project_id: Vec<i64>,
        /// Managing units and everything below them today.
        unit_id: Vec<i64>,
        /// Funding sources and everything below them.
        funding_source_id: Vec<i64>,
        /// Budget years.
        budget_year: Vec<i32>,
        /// Kinds.
        kind: Vec<DisbursementKind>,
        /// Statuses.
        status: Vec<DisbursementStatus>,
        /// First posting date.
        posted_from: Option<NaiveDate>,
        /// Last posting date.
        posted_to: Option<NaiveDate>,
    }
    /// Which payments of a project, in which order.
    pub struct ProjectDisbursementQuery {
        /// Rows at most, 1 to 200.
        limit: Option<i32>,
        /// Where the page starts.
        cursor: Option<Line<1000>>,
        /// `posted_on`, `id`; `-` in front for descending. Newest first when absent.
        sort: Option<Sort>,
        /// Funding sources and everything below them.
        funding_source_id: Vec<i64>,
        /// Budget years.
        budget_year: Vec<i32>,
        /// Kinds.
        kind: Vec<DisbursementKind>,
        /// Statuses.
        status: Vec<DisbursementStatus>,
        /// First posting date.
        posted_from: Option<NaiveDate>,
        /// Last posting date.
        posted_to: Option<NaiveDate>,
    }
    /// A Treasury payment on a plan line.
    pub struct NewDisbursement {
        funding_source_id: i64,
        budget_year: i32,
        /// `in_year` when absent.
        origin: Option<Origin>,
        kind: PaymentKind,
        /// Above zero.
        gross_amount: Money,
        /// Of that, earlier advances; at most the gross amount.
        advance_recovered: Option<Money>,
        /// The Treasury's posting date.
        posted_on: NaiveDate,
        voucher_number: Line<100>,
        contract_number: Option<Line<100>>,
        dossier_sent_on: Option<NaiveDate>,
        dossier_returned_on: Option<NaiveDate>,
        /// The payment that this one corrects; it is free of the disbursement period then.
        corrects_id: Option<i64>,
        note: Option<Note>,
    }
    /// Why a payment is undone, and on which day.
    pub struct DisbursementReversal {
        posted_on: NaiveDate,
        reason: Reason,
    }
}

paged!(DisbursementQuery, ProjectDisbursementQuery);

async fn list(
    auth: Authorized<needs::Read>,
    query: Query<DisbursementQuery>,
) -> Answered<Listing<Disbursement>> {
    auth.list(query, |view, query, page| {
        let filter = ListFilter {
            projects: query.project_id,
            units: query.unit_id,
            sources: query.funding_source_id,
            budget_years: query.budget_year,
            kinds: query.kind,
            statuses: query.status,
            posted_from: query.posted_from,
            posted_to: query.posted_to,
            ..ListFilter::default()
        };
        disbursements::list(view, &filter, query.sort, page)
    })
    .await
}

async fn of_project(
    auth: Authorized<needs::Read>,
    id: Path<i64>,
    query: Query<ProjectDisbursementQuery>,
) -> Answered<Listing<Disbursement>> {
    auth.list(query, move |view, query, page| {
        view.require_project(*id)?;
        let filter = ListFilter {
            projects: vec![*id],
            units: Vec::new(),
            sources: query.funding_source_id,
            budget_years: query.budget_year,
            kinds: query.kind,
            statuses: query.status,
            posted_from: query.posted_from,
            posted_to: query.posted_to,
            ..ListFilter::default()
        };
        disbursements::list(view, &filter, query.sort, page)
    })
    .await
}

async fn one(auth: Authorized<needs::Read>, id: Path<i64>) -> Answered<Disbursement> {
    auth.read(move |view| disbursements::get(view, *id)).await
}

fn made(payment: Disbursement) -> Made<Disbursement> {
    Made {
        location: format!("/disbursements/{}", payment.id),
        project_id: Some(payment.project_id),
        value: payment,
    }
}

impl From<&NewDisbursement> for NewPayment {
    fn from(new: &NewDisbursement) -> Self {
        NewPayment {
            funding_source_id: new.funding_source_id,
            budget_year: new.budget_year,
            origin: new.origin.unwrap_or_default(),
            kind: new.kind,
            gross_amount: new.gross_amount,
            advance_recovered: new.advance_recovered.unwrap_or_default(),
            posted_on: new.posted_on,
            voucher_number: new.voucher_number.0.clone(),
            contract_number: text(&new.contract_number),
            dossier_sent_on: new.dossier_sent_on,
            dossier_returned_on: new.dossier_returned_on,
            corrects_id: new.corrects_id,
            note: new.note.as_ref().map(|note| note.0.clone()),
        }
    }
}

async fn create(
    auth: Authorized<needs::LogDisbursements>,
    id: Path<i64>,
    body: Body<NewDisbursement>,
) -> Created<Disbursement> {
    auth.create(body, move |tx, new| {
        disbursements::record(tx, *id, &new.into()).map(made)
    })
    .await
}

async fn reverse(
    auth: Authorized<needs::LogDisbursements>,
    id: Path<i64>,
    body: Body<DisbursementReversal>,
) -> Created<Disbursement> {
    auth.create(body, move |tx, asked| {
        let reason = asked.reason.0.as_deref();
        disbursements::reverse(tx, *id, asked.posted_on, reason).map(made)
    })
    .await
}

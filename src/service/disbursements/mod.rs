//! Treasury payments: logged, reversed, never changed (domain.md section 5).

mod batch;
mod lines;
mod record;
mod reverse;
mod rules;
mod status;

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::View;
use super::figures::too_large;
use super::projects::subtrees;
use super::shared::{Named, Ref, Refs, UserRef, Users};
use crate::db;
use crate::db::disbursements::{Fields, Filter, Order};
use crate::db::page::{Page, Rows};
use crate::db::plan_lines::LineKey;
use crate::domain::capital::Origin;
use crate::domain::disbursement::{DisbursementKind, DisbursementStatus};
use crate::domain::money::Money;
use crate::domain::text_enum::text_enum;
use crate::error::{Code, Error, Result};

pub use batch::{Candidate, judge_all, record_all};
pub use lines::{PayableLine, payable_lines};
pub use record::{NewPayment, record};
pub use reverse::reverse;
pub use status::mark;

/// A Treasury payment on a plan line, or the reversal of one.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Disbursement {
    /// Identity.
    pub id: i64,
    /// The project.
    pub project_id: i64,
    /// The same.
    pub project: Ref,
    /// The plan line.
    pub line_id: i64,
    /// The funding source.
    pub funding_source_id: i64,
    /// The same.
    pub funding_source: Ref,
    /// The budget year.
    pub budget_year: i32,
    /// `in_year` or `extended`.
    #[schema(value_type = String)]
    pub origin: Origin,
    /// `advance`, `completed_volume`, `refund` or `reversal`.
    #[schema(value_type = String)]
    pub kind: DisbursementKind,
    /// What was paid or came back, đồng; on a reversal, that of the payment it undoes.
    #[schema(value_type = i64)]
    pub gross_amount: Money,
    /// Of that, earlier advances, đồng.
    #[schema(value_type = i64)]
    pub advance_recovered: Money,
    /// What counts as disbursed, signed đồng.
    #[schema(value_type = i64)]
    pub net_amount: Money,
    /// The Treasury's posting date: the day from which it counts.
    pub posted_on: NaiveDate,
    /// The Treasury's voucher.
    pub voucher_number: String,
    /// The contract paid under.
    pub contract_number: Option<String>,
    /// When the dossier went to the Treasury.
    pub dossier_sent_on: Option<NaiveDate>,
    /// When it came back.
    pub dossier_returned_on: Option<NaiveDate>,
    /// The payment that this one corrects.
    pub corrects_id: Option<i64>,
    /// The payment that this one undoes.
    pub reverses_id: Option<i64>,
    /// The reversal of this payment.
    pub reversed_by_id: Option<i64>,
    /// A note.
    pub note: Option<String>,
    /// Why it was reversed; on reversals.
    pub reason: Option<String>,
    /// `recorded`, `reconciled` or `disputed`.
    #[schema(value_type = String)]
    pub status: DisbursementStatus,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub recorded_by: Option<UserRef>,
}

text_enum! {
    /// What the list is sorted by.
    Sort {
        /// Posting date, oldest first.
        PostedOn = "posted_on",
        /// Posting date, newest first.
        PostedOnDown = "-posted_on",
        /// As recorded.
        Id = "id",
        /// As recorded, newest first.
        IdDown = "-id",
    }
}

impl Sort {
    fn order(self) -> (Order, bool) {
        match self {
            Sort::PostedOn => (Order::PostedOn, false),
            Sort::PostedOnDown => (Order::PostedOn, true),
            Sort::Id => (Order::Recorded, false),
            Sort::IdDown => (Order::Recorded, true),
        }
    }
}

/// Which payments; an empty list asks for all.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct ListFilter {
    pub projects: Vec<i64>,
    /// Managing units, with everything below them today.
    pub units: Vec<i64>,
    /// Funding sources, with everything below them.
    pub sources: Vec<i64>,
    pub budget_years: Vec<i32>,
    pub kinds: Vec<DisbursementKind>,
    pub statuses: Vec<DisbursementStatus>,
    pub origin: Option<Origin>,
    pub posted_from: Option<NaiveDate>,
    pub posted_to: Option<NaiveDate>,
}

/// A page of the payments in scope, newest first unless asked otherwise.
pub fn list(
    view: &mut View<'_>,
    asked: &ListFilter,
    sort: Option<Sort>,
    page: &Page,
) -> Result<Rows<Disbursement>> {
    let filter = filter(view, asked)?;
    let scope = view.readable()?;
    let order = sort.unwrap_or(Sort::PostedOnDown).order();
    let today = view.today;
    let ids = db::disbursements::ids(view.conn, &scope, &filter, order, page, today)?;
    Ok(Rows {
        rows: by_ids(view, &ids.rows)?,
        next: ids.next,
    })
}

/// How many payments there are and what they count as disbursed together, đồng.
pub fn totals(view: &mut View<'_>, asked: &ListFilter) -> Result<(u32, Money)> {
    let filter = filter(view, asked)?;
    let (scope, today) = (view.readable()?, view.today);
    let (count, net) = db::disbursements::totals(view.conn, &scope, &filter, today)?;
    let net = Money::exact(i128::from(net)).ok_or_else(too_large)?;
    Ok((u32::try_from(count).unwrap_or(u32::MAX), net))
}

fn filter(view: &mut View<'_>, asked: &ListFilter) -> Result<Filter> {
    Ok(Filter {
        projects: asked.projects.clone(),
        units: subtrees(view, &asked.units)?,
        sources: match asked.sources.as_slice() {
            [] => None,
            ids => Some(db::source_tree::subtree(view.conn, ids)?),
        },
        budget_years: asked.budget_years.clone(),
        kinds: asked.kinds.iter().map(|kind| kind.as_str()).collect(),
        statuses: asked
            .statuses
            .iter()
            .map(|status| status.as_str())
            .collect(),
        origin: asked.origin.map(Origin::as_str),
        posted_from: asked.posted_from,
        posted_to: asked.posted_to,
    })
}

/// One payment of a project in scope.
pub fn get(view: &mut View<'_>, id: i64) -> Result<Disbursement> {
    let found = one(view, id)?;
    view.require_project(found.project_id)?;
    Ok(found)
}

fn one(view: &mut View<'_>, id: i64) -> Result<Disbursement> {
    by_ids(view, &[id])?
        .into_iter()
        .next()
        .ok_or_else(|| Code::NotFound.into())
}

/// Payments in the order of their ids as given.
pub fn by_ids(view: &mut View<'_>, ids: &[i64]) -> Result<Vec<Disbursement>> {
    let conn = &mut *view.conn;
    let mut rows: HashMap<i64, Fields> =
        db::disbursements::by_ids(conn, ids)?.into_iter().collect();
    let line_ids: Vec<i64> = rows.values().map(|row| row.line_id).collect();
    let lines = db::plan_lines::by_ids(conn, &line_ids)?;
    let sources = lines.iter().map(|line| line.key.funding_source_id);
    let sources = Refs::load(conn, Named::Sources, sources)?;
    let projects = rows.values().map(|row| row.project_id);
    let projects = Refs::load(conn, Named::Projects, projects)?;
    let users = Users::load(conn, rows.values().map(|row| row.recorded_by))?;
    let reversals = db::disbursements::reversals(conn, ids)?;
    let reversals: HashMap<i64, i64> = reversals.into_iter().collect();
    let lines: HashMap<i64, LineKey> = lines.into_iter().map(|line| (line.id, line.key)).collect();
    let rows = ids.iter().filter_map(|id| Some((*id, rows.remove(id)?)));
    let shown = rows.map(|(id, row)| {
        let key = *lines.get(&row.line_id).ok_or_else(|| stored(id))?;
        let told = Told {
            project: projects.get(row.project_id),
            source: sources.get(key.funding_source_id),
            user: users.get(row.recorded_by),
            reversed_by: reversals.get(&id).copied(),
        };
        shown(id, row, key, told)
    });
    shown.collect()
}

/// What a payment refers to.
struct Told {
    project: Ref,
    source: Ref,
    user: Option<UserRef>,
    reversed_by: Option<i64>,
}

fn stored(id: i64) -> Error {
    Error::Internal(format!("disbursement {id} as stored"))
}

/// A payment as it is answered.
fn shown(id: i64, row: Fields, key: LineKey, told: Told) -> Result<Disbursement> {
    Ok(Disbursement {
        id,
        project_id: row.project_id,
        project: told.project,
        line_id: row.line_id,
        funding_source_id: key.funding_source_id,
        funding_source: told.source,
        budget_year: key.budget_year,
        origin: key.origin,
        kind: DisbursementKind::parse(&row.kind).ok_or_else(|| stored(id))?,
        gross_amount: Money::dong(row.gross_amount),
        advance_recovered: Money::dong(row.advance_recovered),
        net_amount: Money::dong(row.net_amount),
        posted_on: row.posted_on,
        voucher_number: row.voucher_number,
        contract_number: row.contract_number,
        dossier_sent_on: row.dossier_sent_on,
        dossier_returned_on: row.dossier_returned_on,
        corrects_id: row.corrects_id,
        reverses_id: row.reverses_id,
        reversed_by_id: told.reversed_by,
        note: row.note,
        reason: row.reason,
        status: DisbursementStatus::parse(&row.status).ok_or_else(|| stored(id))?,
        recorded_at: row.recorded_at.and_utc(),
        recorded_by: told.user,
    })
}

//! What is done about the lines of a committed Treasury statement: accepted, recorded, disputed. No
//! amount is ever changed by it.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ImportStatus, require};
use crate::db;
use crate::db::page::{Page, Rows};
use crate::db::statement_matches::{Fields, Filter};
use crate::domain::capital::Origin;
use crate::domain::disbursement::{DisbursementKind, DisbursementStatus, PaymentKind};
use crate::domain::imports::Kind;
use crate::domain::imports::matching::MatchState;
use crate::domain::money::Money;
use crate::domain::text_enum::text_enum;
use crate::error::{Code, Error, Fault, Result, Shown};
use crate::service::disbursements::{self, Candidate, NewPayment, mark, record_all};
use crate::service::shared::{Named, Ref, Refs, UserRef, Users, reason, unknown};
use crate::service::{Tx, View};

text_enum! {
    /// What was done about a match.
    Resolution {
        /// Nothing yet.
        Open = "open",
        /// Taken as the same payment.
        Accepted = "accepted",
        /// Recorded from the statement.
        Created = "created",
        /// Marked as not agreed upon.
        Disputed = "disputed",
    }
}

/// A line of the statement.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StatementLine {
    /// The sheet.
    pub sheet: String,
    /// The row as Excel numbers it.
    pub row: i32,
    /// The posting date.
    pub posted_on: NaiveDate,
    /// The voucher.
    pub voucher_number: String,
    /// What counts as disbursed, signed đồng.
    #[schema(value_type = i64)]
    pub net_amount: Money,
    /// What the Treasury says about it.
    pub description: Option<String>,
}

/// The payment it belongs to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MatchedPayment {
    /// Identity.
    pub id: i64,
    /// Its kind.
    #[schema(value_type = String)]
    pub kind: DisbursementKind,
    /// The funding source.
    pub funding_source: Ref,
    /// The budget year.
    pub budget_year: i32,
    /// The posting date.
    pub posted_on: NaiveDate,
    /// The voucher.
    pub voucher_number: String,
    /// What counts as disbursed, signed đồng.
    #[schema(value_type = i64)]
    pub net_amount: Money,
    /// `recorded`, `reconciled` or `disputed`.
    #[schema(value_type = String)]
    pub status: DisbursementStatus,
}

/// A line of a Treasury statement beside the payment it belongs to; one of them may be missing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StatementMatch {
    /// Identity.
    pub id: i64,
    /// `agreed`, `differs`, `treasury_only` or `ledger_only`.
    #[schema(value_type = String)]
    pub state: MatchState,
    /// `open`, `accepted`, `created` or `disputed`.
    #[schema(value_type = String)]
    pub resolution: Resolution,
    /// The project.
    pub project: Ref,
    /// The funding source that the statement names.
    pub funding_source: Ref,
    /// The budget year that the statement names.
    pub budget_year: i32,
    /// What the Treasury says.
    pub statement: Option<StatementLine>,
    /// What is recorded here.
    pub disbursement: Option<MatchedPayment>,
    /// The Treasury's amount less the one recorded here, đồng.
    #[schema(value_type = i64)]
    pub difference: Money,
    /// Why it is disputed.
    pub reason: Option<String>,
    /// When something was done about it.
    pub resolved_at: Option<DateTime<Utc>>,
    /// By whom.
    pub resolved_by: Option<UserRef>,
}

/// What a call changed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MatchesChanged {
    /// How many matches.
    pub changed: usize,
}

/// A page of the matches of a statement, as the file has its lines.
pub fn list(
    view: &mut View<'_>,
    import_id: i64,
    states: Vec<MatchState>,
    resolutions: &[Resolution],
    page: &Page,
) -> Result<Rows<StatementMatch>> {
    statement(view, import_id)?;
    let filter = Filter {
        import_id,
        states,
        resolutions: resolutions.iter().map(|one| one.as_str()).collect(),
    };
    let ids = db::statement_matches::ids(view.conn, &filter, page)?;
    Ok(Rows {
        rows: by_ids(view, &ids.rows)?,
        next: ids.next,
    })
}

/// Refuses unless it is a committed statement that the caller may see.
fn statement(view: &mut View<'_>, import_id: i64) -> Result<()> {
    let fields = require(view, import_id)?;
    let is_committed = fields.status == ImportStatus::Committed.as_str();
    match fields.kind == Kind::TreasuryStatement.as_str() && is_committed {
        true => Ok(()),
        false => Err(Code::NotFound.into()),
    }
}

fn by_ids(view: &mut View<'_>, ids: &[i64]) -> Result<Vec<StatementMatch>> {
    let mut rows: HashMap<i64, Fields> = db::statement_matches::by_ids(view.conn, ids)?
        .into_iter()
        .collect();
    let payments: Vec<i64> = rows
        .values()
        .filter_map(|row| row.disbursement_id)
        .collect();
    let payments: HashMap<i64, disbursements::Disbursement> =
        disbursements::by_ids(view, &payments)?
            .into_iter()
            .map(|payment| (payment.id, payment))
            .collect();
    let conn = &mut *view.conn;
    let projects = Refs::load(
        conn,
        Named::Projects,
        rows.values().map(|row| row.project_id),
    )?;
    let sources = rows.values().map(|row| row.funding_source_id);
    let sources = Refs::load(conn, Named::Sources, sources)?;
    let users = Users::load(conn, rows.values().map(|row| row.resolved_by))?;
    ids.iter()
        .filter_map(|id| Some((*id, rows.remove(id)?)))
        .map(|(id, row)| show(id, row, &payments, (&projects, &sources, &users)))
        .collect()
}

fn show(
    id: i64,
    row: Fields,
    payments: &HashMap<i64, disbursements::Disbursement>,
    (projects, sources, users): (&Refs, &Refs, &Users),
) -> Result<StatementMatch> {
    let stored = || Error::Internal(format!("match {id} as stored"));
    let payment = row.disbursement_id.and_then(|id| payments.get(&id));
    let theirs = row.net_amount.map(Money::dong).unwrap_or_default();
    let ours = payment
        .map(|payment| payment.net_amount)
        .unwrap_or_default();
    Ok(StatementMatch {
        id,
        state: MatchState::parse(&row.state).ok_or_else(stored)?,
        resolution: Resolution::parse(&row.resolution).ok_or_else(stored)?,
        project: projects.get(row.project_id),
        funding_source: sources.get(row.funding_source_id),
        budget_year: row.budget_year,
        statement: row.posted_on.map(|posted_on| StatementLine {
            sheet: row.sheet.unwrap_or_default(),
            row: row.row_number.unwrap_or_default(),
            posted_on,
            voucher_number: row.voucher_number.unwrap_or_default(),
            net_amount: theirs,
            description: row.description,
        }),
        disbursement: payment.map(|payment| MatchedPayment {
            id: payment.id,
            kind: payment.kind,
            funding_source: payment.funding_source.clone(),
            budget_year: payment.budget_year,
            posted_on: payment.posted_on,
            voucher_number: payment.voucher_number.clone(),
            net_amount: payment.net_amount,
            status: payment.status,
        }),
        difference: Money::saturating(theirs.wide() - ours.wide()),
        reason: row.reason,
        resolved_at: row.resolved_at.map(|at| at.and_utc()),
        resolved_by: users.get(row.resolved_by),
    })
}

/// Open matches that a call names, or all of the states it is about.
fn open(
    tx: &mut Tx<'_>,
    import_id: i64,
    ids: &[i64],
    states: &[MatchState],
) -> Result<Vec<(i64, Fields)>> {
    db::imports::lock(tx.conn, import_id)?;
    statement(tx, import_id)?;
    let filter = Filter {
        import_id,
        states: states.to_vec(),
        resolutions: vec![Resolution::Open.as_str()],
    };
    let all = db::statement_matches::ids(tx.conn, &filter, &Page::all())?.rows;
    let mut faults = Vec::new();
    for (index, id) in ids.iter().enumerate() {
        if !all.contains(id) {
            let mut fault = unknown(format!("/match_ids/{index}"));
            let names: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
            fault = fault.with(
                crate::error::HINT,
                Shown::both(
                    format!("Chỉ nhận dòng còn mở: {}.", names.join(", ")),
                    format!("Only open ones are taken: {}.", names.join(", ")),
                ),
            );
            faults.push(fault);
        }
    }
    Error::check(faults)?;
    let wanted: Vec<i64> = match ids.is_empty() {
        true => all,
        false => ids.to_vec(),
    };
    let mut rows = Vec::with_capacity(wanted.len());
    for chunk in wanted.chunks(5_000) {
        rows.extend(db::statement_matches::by_ids(tx.conn, chunk)?);
    }
    rows.sort_by_key(|(id, _)| *id);
    rows.dedup_by_key(|(id, _)| *id);
    Ok(rows)
}

fn resolve(
    tx: &mut Tx<'_>,
    rows: Vec<(i64, Fields)>,
    resolution: Resolution,
    why: Option<&str>,
) -> Result<MatchesChanged> {
    let changed = rows.len();
    for (id, mut row) in rows {
        row.resolution = resolution.as_str().to_owned();
        row.resolved_at = Some(tx.now);
        row.resolved_by = tx.ctx.actor.user_id;
        row.reason = why.map(str::to_owned);
        db::statement_matches::update(tx.conn, id, &row)?;
    }
    Ok(MatchesChanged { changed })
}

/// Takes matches on which both sides agree as reconciled: those named, or all that are open.
pub fn accept(tx: &mut Tx<'_>, import_id: i64, ids: &[i64]) -> Result<MatchesChanged> {
    let rows = open(tx, import_id, ids, &[MatchState::Agreed])?;
    let payments = standing(tx, &rows)?;
    mark(tx, &payments, DisbursementStatus::Reconciled)?;
    resolve(tx, rows, Resolution::Accepted, None)
}

/// Marks matches as disputed, with a reason; so are the payments recorded here.
pub fn dispute(
    tx: &mut Tx<'_>,
    import_id: i64,
    ids: &[i64],
    why: Option<&str>,
) -> Result<MatchesChanged> {
    let mut faults = Vec::new();
    let why = reason(why, &mut faults);
    if ids.is_empty() {
        faults.push(Fault::at("/match_ids", Code::Required));
    }
    Error::check(faults)?;
    let rows = open(tx, import_id, ids, MatchState::ALL)?;
    let payments = standing(tx, &rows)?;
    mark(tx, &payments, DisbursementStatus::Disputed)?;
    resolve(tx, rows, Resolution::Disputed, Some(&why))
}

/// The payments of matches. One that was reversed meanwhile is no payment any more.
fn standing(tx: &mut Tx<'_>, rows: &[(i64, Fields)]) -> Result<Vec<i64>> {
    let mut ids: Vec<i64> = rows
        .iter()
        .filter_map(|(_, row)| row.disbursement_id)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    for chunk in ids.chunks(5_000) {
        if !db::disbursements::reversals(tx.conn, chunk)?.is_empty() {
            let fault = Fault::at("/match_ids", Code::AlreadyReversed);
            return Err(fault.into());
        }
    }
    Ok(ids)
}

/// How lines that only the Treasury knows are recorded.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Recording {
    pub kind: PaymentKind,
    pub origin: Origin,
}

/// Records payments that only the Treasury knows, as reconciled: those named, under the same rules as
/// every payment. A negative amount is recorded as a refund.
pub fn create(
    tx: &mut Tx<'_>,
    import_id: i64,
    ids: &[i64],
    how: &Recording,
) -> Result<MatchesChanged> {
    if ids.is_empty() {
        return Err(Fault::at("/match_ids", Code::Required).into());
    }
    let mut rows = open(tx, import_id, ids, &[MatchState::TreasuryOnly])?;
    let candidates: Vec<Candidate> = rows.iter().map(|(_, row)| candidate(row, how)).collect();
    let made = match record_all(tx, &candidates, &|_| ())? {
        Ok(made) => made,
        Err((at, faults)) => {
            let index = rows
                .get(at)
                .and_then(|(id, _)| ids.iter().position(|one| one == id));
            let pointer = format!("/match_ids/{}", index.unwrap_or_default());
            let faults = faults.into_iter().map(|mut fault| {
                fault.pointer = pointer.clone();
                fault
            });
            return Err(Error::Refused(faults.collect()));
        }
    };
    mark(tx, &made, DisbursementStatus::Reconciled)?;
    for ((_, row), id) in rows.iter_mut().zip(made) {
        row.disbursement_id = Some(id);
    }
    resolve(tx, rows, Resolution::Created, None)
}

fn candidate(row: &Fields, how: &Recording) -> Candidate {
    let net = Money::dong(row.net_amount.unwrap_or_default());
    let (kind, gross_amount) = match net.is_negative() {
        true => (PaymentKind::Refund, -net),
        false => (how.kind, net),
    };
    Candidate {
        project_id: row.project_id,
        new: NewPayment {
            funding_source_id: row.funding_source_id,
            budget_year: row.budget_year,
            origin: how.origin,
            kind,
            gross_amount,
            advance_recovered: Money::ZERO,
            posted_on: row.posted_on.unwrap_or_default(),
            voucher_number: row.voucher_number.clone().unwrap_or_default(),
            contract_number: None,
            dossier_sent_on: None,
            dossier_returned_on: None,
            corrects_id: None,
            note: row.description.clone(),
        },
    }
}

//! Transfers between projects and extensions into the next year: one operation, two entries.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::entries::warnings;
use super::rules::{Draft, Given};
use super::{PlanEntry, by_ids};
use crate::db;
use crate::db::plan_lines::{Line, LineKey};
use crate::db::plan_operations::Fields;
use crate::domain::capital::{EntryKind, Origin, default_deadline};
use crate::domain::money::Money;
use crate::error::{Code, Error, Fault, Result};
use crate::service::audit::Change;
use crate::service::shared::{
    Decision, Named, Ref, Refs, UserRef, Users, Warning, positive, source_on, year,
};
use crate::service::{Tx, View};

const TRANSFER: &str = "transfer";
const EXTENSION: &str = "extension";

/// Capital that moved from one project to another.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Transfer {
    /// Identity.
    pub id: i64,
    /// The giving project.
    pub from_project_id: i64,
    /// The same.
    pub from_project: Ref,
    /// The receiving project.
    pub to_project_id: i64,
    /// The same.
    pub to_project: Ref,
    /// The funding source of both.
    pub funding_source_id: i64,
    /// The same.
    pub funding_source: Ref,
    /// The budget year of both.
    pub budget_year: i32,
    /// Đồng.
    #[schema(value_type = i64)]
    pub amount: Money,
    /// The day from which it counts.
    pub effective_date: NaiveDate,
    /// The decision behind it.
    pub decision: Decision,
    /// A note.
    pub note: Option<String>,
    /// The giving entry, then the receiving one.
    pub entries: Vec<PlanEntry>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub recorded_by: Option<UserRef>,
    /// What should be looked at; given once, when it is recorded.
    pub warnings: Vec<Warning>,
}

/// Undisbursed capital of a year that may be spent in the next.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Extension {
    /// Identity.
    pub id: i64,
    /// The project.
    pub project_id: i64,
    /// The funding source.
    pub funding_source_id: i64,
    /// The same.
    pub funding_source: Ref,
    /// The year whose capital it is.
    pub from_year: i32,
    /// The year it may be spent in.
    pub to_year: i32,
    /// Đồng.
    #[schema(value_type = i64)]
    pub amount: Money,
    /// The day from which it counts.
    pub effective_date: NaiveDate,
    /// The decision behind it.
    pub decision: Decision,
    /// The giving entry, then the receiving one.
    pub entries: Vec<PlanEntry>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub recorded_by: Option<UserRef>,
}

/// What a caller says about a transfer.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct NewTransfer {
    pub from_project_id: i64,
    pub to_project_id: i64,
    pub funding_source_id: i64,
    pub budget_year: i32,
    pub amount: Money,
    pub effective_date: NaiveDate,
    pub decision: Decision,
    pub note: Option<String>,
}

/// What a caller says about an extension.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct NewExtension {
    pub project_id: i64,
    pub funding_source_id: i64,
    pub from_year: i32,
    pub amount: Money,
    pub effective_date: NaiveDate,
    pub decision: Decision,
}

/// Moves capital of one source and year from one project to another.
pub fn transfer(tx: &mut Tx<'_>, new: &NewTransfer) -> Result<Transfer> {
    let (from, to) = (new.from_project_id, new.to_project_id);
    tx.hold_open(from, new.effective_date)?;
    tx.hold_open(to, new.effective_date)?;
    tx.lock_project(from.min(to))?;
    if from == to {
        return Err(Fault::at("/to_project_id", Code::TransferSameProject).into());
    }
    tx.lock_project(from.max(to))?;
    let mut faults = Vec::new();
    let (source, day) = (new.funding_source_id, new.effective_date);
    for project in [from, to] {
        if faults.is_empty() {
            faults.extend(tx.closed_fault(project, day, "/effective_date")?);
        }
    }
    faults.extend(source_on(tx.conn, source, day, "/funding_source_id")?);
    faults.extend(year(new.budget_year, "/budget_year"));
    faults.extend(positive(new.amount, "/amount"));
    let key = |project_id| LineKey {
        project_id,
        funding_source_id: source,
        budget_year: new.budget_year,
        origin: Origin::InYear,
    };
    let mut giving = Draft::of(tx, key(from))?;
    let mut receiving = Draft::of(tx, key(to))?;
    let leg = |kind: EntryKind, deadline| Given {
        kind,
        amount: kind.signed(new.amount),
        effective_date: day,
        deadline,
        decision: new.decision.clone(),
        note: new.note.clone(),
        operation_id: None,
    };
    // The money keeps the deadline it came with.
    let deadline = giving.earliest_deadline();
    let mut legs = [
        leg(EntryKind::TransferOut, deadline),
        leg(EntryKind::TransferIn, deadline),
    ];
    if faults.is_empty() {
        faults.extend(judge([&mut giving, &mut receiving], &legs));
    }
    Error::check(faults)?;
    let noted = (TRANSFER, &new.decision, new.note.clone());
    let id = write(tx, [&mut giving, &mut receiving], &mut legs, noted)?;
    let mut made = transfer_as(tx, id)?;
    made.warnings = warnings(tx, to)?;
    for project in [from, to] {
        let change = Change::created("plan_transfer.recorded", "plan_transfer", id, &made);
        tx.audit(change.of_project(project))?;
    }
    Ok(made)
}

/// Gives what is left of a year's capital to the next year.
pub fn extend(tx: &mut Tx<'_>, new: &NewExtension) -> Result<Extension> {
    let (source, day) = (new.funding_source_id, new.effective_date);
    let (_, closed) = tx.open_project(new.project_id, day, "/effective_date")?;
    let mut faults: Vec<Fault> = closed.into_iter().collect();
    let next = new.from_year.saturating_add(1);
    faults.extend(source_on(tx.conn, source, day, "/funding_source_id")?);
    faults.extend(year(new.from_year, "/from_year"));
    faults.extend(positive(new.amount, "/amount"));
    let key = |budget_year, origin| LineKey {
        project_id: new.project_id,
        funding_source_id: source,
        budget_year,
        origin,
    };
    let mut giving = Draft::of(tx, key(new.from_year, Origin::InYear))?;
    let mut receiving = Draft::of(tx, key(next, Origin::Extended))?;
    let leg = |kind: EntryKind, deadline| Given {
        kind,
        amount: kind.signed(new.amount),
        effective_date: day,
        deadline,
        decision: new.decision.clone(),
        note: None,
        operation_id: None,
    };
    let into = default_deadline(EntryKind::ExtensionIn, Origin::Extended, next, day);
    let mut legs = [
        leg(EntryKind::ExtensionOut, giving.earliest_deadline()),
        leg(EntryKind::ExtensionIn, into),
    ];
    let remainder = giving.book.remainder_from(day).max(Money::ZERO);
    if faults.is_empty() && new.amount > remainder {
        let fault = Fault::at("/amount", Code::ExtensionExceedsRemainder);
        faults.push(fault.with("remainder", remainder));
    }
    if faults.is_empty() {
        faults.extend(judge([&mut giving, &mut receiving], &legs));
    }
    Error::check(faults)?;
    let noted = (EXTENSION, &new.decision, None);
    let id = write(tx, [&mut giving, &mut receiving], &mut legs, noted)?;
    let made = extension_as(tx, id)?;
    let change = Change::created("plan_extension.recorded", "plan_extension", id, &made);
    tx.audit(change.of_project(new.project_id))?;
    Ok(made)
}

/// The first rule that either line would break.
fn judge(drafts: [&mut Draft; 2], legs: &[Given; 2]) -> Option<Fault> {
    drafts.into_iter().zip(legs).find_map(|(draft, leg)| {
        draft.add(leg);
        draft.broken(leg.from(), "/amount")
    })
}

fn write(
    tx: &mut Tx<'_>,
    [giving, receiving]: [&mut Draft; 2],
    legs: &mut [Given; 2],
    (kind, decision, note): (&str, &Decision, Option<String>),
) -> Result<i64> {
    let [given, taken] = legs;
    let operation = Fields {
        kind: kind.to_owned(),
        from_line_id: db::plan_lines::ensure(tx.conn, &giving.key)?.id,
        to_line_id: db::plan_lines::ensure(tx.conn, &receiving.key)?.id,
        amount: taken.amount.get(),
        effective_date: taken.effective_date,
        decision_number: decision.number.clone(),
        decision_issuer: decision.issuer.clone(),
        decision_date: decision.date,
        note,
        recorded_at: tx.now,
        recorded_by: tx.ctx.actor.user_id,
    };
    let id = db::plan_operations::insert(tx.conn, &operation)?;
    given.operation_id = Some(id);
    taken.operation_id = Some(id);
    giving.write(tx, given)?;
    receiving.write(tx, taken)?;
    Ok(id)
}

/// One transfer, if either of its projects is in scope.
pub fn transfer_by_id(view: &mut View<'_>, id: i64) -> Result<Transfer> {
    let found = transfer_as(view, id)?;
    view.require_project(found.from_project_id)
        .or_else(|_| view.require_project(found.to_project_id))?;
    Ok(found)
}

/// One extension of a project in scope.
pub fn extension(view: &mut View<'_>, id: i64) -> Result<Extension> {
    let found = extension_as(view, id)?;
    view.require_project(found.project_id)?;
    Ok(found)
}

/// An operation with its lines and legs.
struct Whole {
    row: Fields,
    from: Line,
    to: Line,
    entries: Vec<PlanEntry>,
    source: Ref,
    user: Option<UserRef>,
}

fn load(view: &mut View<'_>, id: i64, kind: &str) -> Result<Whole> {
    let row = db::plan_operations::find(view.conn, id, kind)?.ok_or(Code::NotFound)?;
    let lines = db::plan_lines::by_ids(view.conn, &[row.from_line_id, row.to_line_id])?;
    let line = |id| {
        let found = lines.iter().find(|line| line.id == id).copied();
        found.ok_or_else(|| Error::Internal(format!("plan line {id} is gone")))
    };
    let (from, to) = (line(row.from_line_id)?, line(row.to_line_id)?);
    let legs = db::plan_entries::legs(view.conn, id)?;
    let ids: Vec<i64> = legs.iter().map(|(id, _)| *id).collect();
    let source = from.key.funding_source_id;
    Ok(Whole {
        entries: by_ids(view, &ids)?,
        source: Refs::load(view.conn, Named::Sources, [source])?.get(source),
        user: Users::load(view.conn, [row.recorded_by])?.get(row.recorded_by),
        row,
        from,
        to,
    })
}

impl Whole {
    fn decision(&self) -> Decision {
        Decision {
            number: self.row.decision_number.clone(),
            issuer: self.row.decision_issuer.clone(),
            date: self.row.decision_date,
        }
    }
}

fn transfer_as(view: &mut View<'_>, id: i64) -> Result<Transfer> {
    let whole = load(view, id, TRANSFER)?;
    let (from, to) = (whole.from.key.project_id, whole.to.key.project_id);
    let projects = Refs::load(view.conn, Named::Projects, [from, to])?;
    Ok(Transfer {
        id,
        from_project_id: from,
        from_project: projects.get(from),
        to_project_id: to,
        to_project: projects.get(to),
        funding_source_id: whole.source.id,
        budget_year: whole.from.key.budget_year,
        amount: Money::dong(whole.row.amount),
        effective_date: whole.row.effective_date,
        decision: whole.decision(),
        note: whole.row.note,
        recorded_at: whole.row.recorded_at.and_utc(),
        recorded_by: whole.user,
        funding_source: whole.source,
        entries: whole.entries,
        warnings: Vec::new(),
    })
}

fn extension_as(view: &mut View<'_>, id: i64) -> Result<Extension> {
    let whole = load(view, id, EXTENSION)?;
    Ok(Extension {
        id,
        project_id: whole.from.key.project_id,
        funding_source_id: whole.source.id,
        from_year: whole.from.key.budget_year,
        to_year: whole.to.key.budget_year,
        amount: Money::dong(whole.row.amount),
        effective_date: whole.row.effective_date,
        decision: whole.decision(),
        recorded_at: whole.row.recorded_at.and_utc(),
        recorded_by: whole.user,
        funding_source: whole.source,
        entries: whole.entries,
    })
}

//! Voiding a mistyped entry; of a transfer or extension, both legs.

use chrono::NaiveDate;

use super::rules::Draft;
use super::{PlanEntry, one};
use crate::db;
use crate::db::plan_entries::Fields;
use crate::db::plan_lines::Line;
use crate::domain::ledger::Entry;
use crate::domain::money::Money;
use crate::error::{Code, Error, Fault, Result};
use crate::service::Tx;
use crate::service::audit::Change;
use crate::service::shared;

/// An entry to be voided, with its line.
struct Leg {
    id: i64,
    row: Fields,
    line: Line,
}

/// Voids an entry from a day on, not before its own; the entry's number answers with the entry
/// that voids it.
pub fn reverse(
    tx: &mut Tx<'_>,
    id: i64,
    effective_date: NaiveDate,
    reason: Option<&str>,
) -> Result<PlanEntry> {
    let row = db::plan_entries::find(tx.conn, id)?.ok_or(Code::NotFound)?;
    let is_reversal = row.reverses_id.is_some();
    let legs = legs(tx, id, row)?;
    for leg in &legs {
        tx.hold_open(leg.line.key.project_id, effective_date)?;
    }
    lock(tx, id, &legs)?;
    let mut faults = closed(tx, &legs, effective_date)?;
    let reason = shared::reason(reason, &mut faults);
    if is_reversal {
        let why = (
            "không hủy được một bút toán hủy",
            "a reversal cannot be reversed",
        );
        faults.push(Fault::at("", Code::Invalid).with("why", why));
    }
    let ids: Vec<i64> = legs.iter().map(|leg| leg.id).collect();
    if !db::plan_entries::reversals(tx.conn, &ids)?.is_empty() {
        faults.push(Fault::at("", Code::AlreadyReversed));
    }
    if let Some(latest) = legs.iter().map(|leg| leg.row.effective_date).max()
        && effective_date < latest
    {
        let why = format!("≥ {latest}");
        faults.push(Fault::at("/effective_date", Code::OutOfRange).with("why", why));
    }
    let mut drafts = Vec::new();
    if faults.is_empty() {
        for leg in &legs {
            let draft = void(tx, leg, effective_date)?;
            faults.extend(draft.broken(effective_date, "/effective_date"));
            drafts.push(draft);
        }
    }
    Error::check(faults)?;
    let mut answered = None;
    for (leg, draft) in legs.iter().zip(&drafts) {
        let made = write(tx, leg, effective_date, &reason)?;
        draft.keep_deadline(tx)?;
        let entry = one(tx, made)?;
        let change = Change::created("plan_entry.reversed", "plan_entry", made, &entry);
        tx.audit(change.of_project(leg.line.key.project_id))?;
        if leg.id == id {
            answered = Some(entry);
        }
    }
    answered.ok_or_else(|| Error::Internal("a reversal without its entry".into()))
}

/// The entry, and the other leg if it belongs to a transfer or extension.
fn legs(tx: &mut Tx<'_>, id: i64, row: Fields) -> Result<Vec<Leg>> {
    let rows = match row.operation_id {
        Some(operation) if row.reverses_id.is_none() => db::plan_entries::legs(tx.conn, operation)?,
        _ => vec![(id, row)],
    };
    let line_ids: Vec<i64> = rows.iter().map(|(_, row)| row.line_id).collect();
    let lines = db::plan_lines::by_ids(tx.conn, &line_ids)?;
    rows.into_iter()
        .map(|(id, row)| {
            let line = lines.iter().find(|line| line.id == row.line_id);
            let line = *line.ok_or_else(|| Error::Internal("a plan line is gone".into()))?;
            Ok(Leg { id, row, line })
        })
        .collect()
}

/// A fault if the day lies in a closed month of any project concerned.
fn closed(tx: &mut Tx<'_>, legs: &[Leg], day: NaiveDate) -> Result<Vec<Fault>> {
    for leg in legs {
        let project_id = leg.line.key.project_id;
        if let Some(fault) = tx.closed_fault(project_id, day, "/effective_date")? {
            return Ok(vec![fault]);
        }
    }
    Ok(Vec::new())
}

/// Locks all projects concerned. The entry's own decides whether it is found at all.
fn lock(tx: &mut Tx<'_>, id: i64, legs: &[Leg]) -> Result<()> {
    let mut own = None;
    let mut projects: Vec<i64> = Vec::new();
    for leg in legs {
        if leg.id == id {
            own = Some(leg.line.key.project_id);
        }
        projects.push(leg.line.key.project_id);
    }
    projects.sort_unstable();
    projects.dedup();
    let mut refused = None;
    for project in projects {
        match tx.lock_project(project) {
            Ok(()) => {}
            Err(error) if Some(project) == own => return Err(error),
            // Of a transfer, the other project may be out of sight.
            Err(Error::Refused(_)) => refused = Some(Error::from(Code::Forbidden)),
            Err(error) => return Err(error),
        }
    }
    refused.map_or(Ok(()), Err)
}

/// The line's book with the entry voided.
fn void(tx: &mut Tx<'_>, leg: &Leg, effective_date: NaiveDate) -> Result<Draft> {
    let mut draft = Draft::of(tx, leg.line.key)?;
    let entry = Entry {
        kind: db::ledger::entry_kind(&leg.row.kind)?,
        amount: Money::dong(leg.row.amount),
        effective_date: leg.row.effective_date,
        deadline: leg.row.deadline,
        reversal: false,
        voided: false,
    };
    if let Some(found) = draft.book.entries.iter_mut().find(|one| **one == entry) {
        found.voided = true;
    }
    draft.book.entries.push(Entry {
        amount: -entry.amount,
        effective_date,
        reversal: true,
        ..entry
    });
    Ok(draft)
}

fn write(tx: &mut Tx<'_>, leg: &Leg, effective_date: NaiveDate, reason: &str) -> Result<i64> {
    let fields = Fields {
        amount: -leg.row.amount,
        effective_date,
        note: None,
        reverses_id: Some(leg.id),
        reason: Some(reason.to_owned()),
        recorded_at: tx.now,
        recorded_by: tx.ctx.actor.user_id,
        ..leg.row.clone()
    };
    db::plan_entries::insert(tx.conn, &fields)
}

//! Closing a month and opening it again.

use std::collections::HashMap;

use super::report::report;
use super::{Closing, ClosingReport, REPORT, WORKBOOK, one};
use crate::db;
use crate::db::period_closings::{Fields, FileHead};
use crate::domain::hash::sha256_hex;
use crate::domain::month::Month;
use crate::error::{Code, Error, Fault, Result};
use crate::service::audit::Change;
use crate::service::shared::{reason, unknown};
use crate::service::{Tx, View};

/// Makes the workbook of a month's report: its media type and its bytes.
pub type Render = fn(&mut View<'_>, &ClosingReport) -> Result<(&'static str, Vec<u8>)>;

/// Closes a month for a unit and everything below it, and keeps the report of that moment: its
/// figures, and the workbook that `render` makes of them.
pub fn close(tx: &mut Tx<'_>, unit_id: i64, month: Month, render: Render) -> Result<Closing> {
    let mut faults = Vec::new();
    if tx.tree()?.get(unit_id).is_none() {
        faults.push(unknown("/unit_id"));
    }
    if month.last() > tx.today {
        // The figures of a month that is not over are not known.
        faults.push(Fault::at("/month", Code::FutureDate).with("today", tx.today));
    }
    Error::check(faults)?;
    tx.require_unit(unit_id)?;
    db::period_closings::exclude(tx.conn, unit_id)?;
    let above = tx.tree()?.path_on(unit_id, month.last());
    let closed = || Fault::at("/month", Code::PeriodClosed).with("month", month.to_string());
    let known = db::period_closings::closed(tx.conn, &above)?;
    if known.iter().any(|(_, known)| *known == month) {
        return Err(closed().into());
    }
    let fields = Fields {
        unit_id,
        month: month.first(),
        closed_at: tx.now,
        closed_by: tx.ctx.actor.user_id,
        reopened_at: None,
        reopened_by: None,
        reopening_reason: None,
    };
    let id = db::period_closings::insert(tx.conn, &fields)?.ok_or_else(closed)?;
    let report = report(tx, unit_id, month, &HashMap::new())?;
    let content =
        serde_json::to_vec(&report).map_err(|error| Error::Internal(error.to_string()))?;
    keep(tx, id, (REPORT, "application/json"), &content)?;
    let (media_type, workbook) = render(tx, &report)?;
    keep(tx, id, (WORKBOOK, media_type), &workbook)?;
    let made = one(tx, id)?;
    tx.audit(Change::created(
        "period.closed",
        "period_closing",
        id,
        &made,
    ))?;
    Ok(made)
}

fn keep(tx: &mut Tx<'_>, id: i64, (name, media_type): (&str, &str), content: &[u8]) -> Result<()> {
    let head = FileHead {
        closing_id: id,
        name: name.to_owned(),
        media_type: media_type.to_owned(),
        sha256: sha256_hex(content),
    };
    db::period_closings::keep(tx.conn, &head, content)
}

/// Opens a closed month again. What was reported stays kept.
pub fn reopen(tx: &mut Tx<'_>, id: i64, given: Option<&str>) -> Result<Closing> {
    let unit_id = one(tx, id)?.unit_id;
    tx.require_unit(unit_id)?;
    db::period_closings::exclude(tx.conn, unit_id)?;
    // Somebody may have reopened it before the lock was taken.
    let before = one(tx, id)?;
    let mut faults = Vec::new();
    let reason = reason(given, &mut faults);
    if before.reopened_at.is_some() {
        faults.push(Fault::at("", Code::PeriodNotClosed));
    }
    Error::check(faults)?;
    let by = (tx.now, tx.ctx.actor.user_id);
    db::period_closings::reopen(tx.conn, id, by, &reason)?;
    let after = one(tx, id)?;
    let change = Change::updated("period.reopened", "period_closing", id, &before, &after);
    tx.audit(change)?;
    Ok(after)
}

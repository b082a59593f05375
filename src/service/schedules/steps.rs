//! Submitting, approving and returning a version.

use super::input::change;
use super::{Schedule, lock};
use crate::db;
use crate::domain::schedule::ScheduleStatus;
use crate::error::{Code, Error, Fault, Result};
use crate::service::shared;
use crate::service::{Tx, View};

/// Hands a draft or returned version to a second person.
pub fn submit(tx: &mut Tx<'_>, id: i64) -> Result<Schedule> {
    let before = lock(tx, id, None)?;
    if !matches!(
        before.status,
        ScheduleStatus::Draft | ScheduleStatus::Returned
    ) {
        return Err(Code::ScheduleNotDraft.into());
    }
    tx.require_open(before.project_id, before.effective_date, "/effective_date")?;
    check_total(tx, &before)?;
    change(tx, &before, "schedule.submitted", |tx, row| {
        row.status = ScheduleStatus::Submitted.as_str().to_owned();
        row.submitted_by = tx.ctx.actor.user_id;
        row.submitted_at = Some(tx.now);
        row.return_reason = None;
        Ok(())
    })
}

/// Approves a submitted version; whoever submitted it cannot.
pub fn approve(tx: &mut Tx<'_>, id: i64) -> Result<Schedule> {
    let before = lock(tx, id, None)?;
    Error::check(not_submitted(&before).into_iter().collect())?;
    let submitter = before.submitted_by.as_ref().map(|user| user.id);
    if submitter.is_some() && submitter == tx.ctx.actor.user_id {
        return Err(Code::ApprovalNeedsSecondPerson.into());
    }
    tx.require_open(before.project_id, before.effective_date, "/effective_date")?;
    // The plan may have changed since it was submitted.
    check_total(tx, &before)?;
    change(tx, &before, "schedule.approved", |tx, row| {
        row.status = ScheduleStatus::Approved.as_str().to_owned();
        row.approved_by = tx.ctx.actor.user_id;
        row.approved_at = Some(tx.now);
        Ok(())
    })
}

/// Sends a submitted version back, with a reason.
pub fn send_back(tx: &mut Tx<'_>, id: i64, reason: Option<&str>) -> Result<Schedule> {
    let before = lock(tx, id, None)?;
    let mut faults = Vec::new();
    let reason = shared::reason(reason, &mut faults);
    faults.extend(not_submitted(&before));
    Error::check(faults)?;
    change(tx, &before, "schedule.returned", |_, row| {
        row.status = ScheduleStatus::Returned.as_str().to_owned();
        row.return_reason = Some(reason);
        Ok(())
    })
}

fn not_submitted(schedule: &Schedule) -> Option<Fault> {
    let submitted = schedule.status == ScheduleStatus::Submitted;
    (!submitted).then(|| Fault::at("", Code::ScheduleNotSubmitted))
}

/// The items must sum to the plan on the version's effective date.
fn check_total(view: &mut View<'_>, schedule: &Schedule) -> Result<()> {
    let on = schedule.effective_date;
    let plan = db::ledger::line_book(view.conn, schedule.line_id)?.plan(on);
    if plan == schedule.total {
        return Ok(());
    }
    Err(Fault::at("/items", Code::ScheduleTotalMismatch)
        .with("total", schedule.total)
        .with("on", on)
        .with("plan", plan)
        .into())
}

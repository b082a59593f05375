//! What people do about an alert: promise, snooze, waive, comment.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::confirm::confirm;
use super::terms::{Held, measure};
use super::view::{self, AlertDetail};
use crate::db;
use crate::db::alerts::write::{self, NewEvent, NewPromise};
use crate::domain::alerts::State;
use crate::domain::alerts::commitment::{
    Offer, Outcome, Promise, PromiseKind, Refusal, is_used_up, snooze_limit,
};
use crate::domain::alerts::lifecycle::Live;
use crate::domain::money::Money;
use crate::error::{Code, Error, Fault, Result};
use crate::service::Tx;
use crate::service::audit::Change;
use crate::service::shared::unknown;

/// A promise as it is offered.
#[derive(Clone, Debug)]
pub struct Acknowledgement {
    /// The date.
    pub commit_date: NaiveDate,
    /// What will be paid by then.
    pub commit_amount: Option<Money>,
    /// Why.
    pub note: Option<String>,
    /// What blocks.
    pub obstacle_id: Option<i64>,
}

/// Promises a date, and an amount where the alert is about money. A second promise moves the first.
pub fn acknowledge(tx: &mut Tx<'_>, id: i64, offered: &Acknowledgement) -> Result<AlertDetail> {
    let held = hold(tx, id)?;
    let offer = Offer {
        date: offered.commit_date,
        amount: offered.commit_amount,
        has_reason: offered.note.is_some() || offered.obstacle_id.is_some(),
    };
    let refusals = offer.refusals(&held.terms, &held.policy);
    let mut faults: Vec<Fault> = refusals
        .into_iter()
        .map(|refusal| fault(refusal, tx.today))
        .collect();
    if let Some(obstacle) = offered.obstacle_id
        && !is_obstacle_of(tx, obstacle, held.live.project_id)?
    {
        faults.push(unknown("/obstacle_id"));
    }
    Error::check(faults)?;
    let promise = NewPromise {
        alert_id: id,
        kind: PromiseKind::Commitment,
        made_on: tx.today,
        made_by: tx.ctx.actor.user_id,
        due_on: offered.commit_date,
        amount: offered.commit_amount,
        baseline: held.disbursed,
        note: offered.note.clone(),
        obstacle_id: offered.obstacle_id,
        responsible_id: held.live.responsible_id,
        unit_id: held.live.unit_id,
    };
    let kind = match held.live.promise {
        Some(_) => "commitment_moved",
        None => "committed",
    };
    give(tx, held.live, &promise, kind)
}

fn is_obstacle_of(tx: &mut Tx<'_>, obstacle: i64, project: Option<i64>) -> Result<bool> {
    let found = db::obstacles::find(tx.conn, obstacle)?;
    Ok(found.is_some_and(|found| Some(found.project_id) == project))
}

fn fault(refusal: Refusal, today: NaiveDate) -> Fault {
    let positive = ("phải lớn hơn 0", "it must be above 0");
    let unwanted = (
        "cảnh báo này không cam kết bằng số tiền",
        "this alert is not about money: give a date alone",
    );
    match refusal {
        Refusal::InPast => Fault::at("/commit_date", Code::CommitmentInPast).with("today", today),
        Refusal::TooFar(latest) => {
            Fault::at("/commit_date", Code::CommitmentTooFar).with("latest", latest)
        }
        Refusal::AmountMissing => Fault::at("/commit_amount", Code::Required),
        Refusal::AmountUnwanted => Fault::at("/commit_amount", Code::Invalid).with("why", unwanted),
        Refusal::AmountNotPositive => {
            Fault::at("/commit_amount", Code::OutOfRange).with("why", positive)
        }
        Refusal::AmountAboveLate(late) => {
            Fault::at("/commit_amount", Code::CommitmentExceedsLate).with("late", late)
        }
        Refusal::ReasonMissing => Fault::at("/note", Code::ReasonRequired),
    }
}

/// Silence until a day, with a reason; there is no silence without end.
pub fn snooze(
    tx: &mut Tx<'_>,
    id: i64,
    until: NaiveDate,
    reason: Option<&str>,
) -> Result<AlertDetail> {
    let held = hold(tx, id)?;
    let mut faults = Vec::new();
    let limit = snooze_limit(&held.terms, &held.policy);
    if until <= tx.today {
        faults.push(Fault::at("/until", Code::CommitmentInPast).with("today", tx.today));
    } else if until > limit || is_used_up(&held.terms, held.policy.max_moves) {
        faults.push(Fault::at("/until", Code::SnoozeTooLong).with("latest", limit));
    }
    let reason = crate::service::shared::reason(reason, &mut faults);
    Error::check(faults)?;
    let promise = NewPromise {
        alert_id: id,
        kind: PromiseKind::Snooze,
        made_on: tx.today,
        made_by: tx.ctx.actor.user_id,
        due_on: until,
        amount: None,
        baseline: held.disbursed,
        note: Some(reason),
        obstacle_id: None,
        responsible_id: held.live.responsible_id,
        unit_id: held.live.unit_id,
    };
    give(tx, held.live, &promise, "snoozed")
}

/// Ends an alert although its fact stands; it comes back when the fact grows worse.
/// `false_alarm`: there was nothing wrong to begin with, which the report on alert quality counts.
pub fn waive(
    tx: &mut Tx<'_>,
    id: i64,
    reason: Option<&str>,
    false_alarm: bool,
) -> Result<AlertDetail> {
    let held = hold(tx, id)?;
    let mut faults = Vec::new();
    let reason = crate::service::shared::reason(reason, &mut faults);
    Error::check(faults)?;
    let live = held.live;
    let (today, measure) = (tx.today, live.measure);
    if let Some(promise) = live.promise {
        write::judge(tx.conn, &[(promise.id, Outcome::Ended)], today)?;
    }
    write::resolve(tx.conn, &[(id, "waived")], today)?;
    write::waive(tx.conn, id, measure, false_alarm)?;
    let detail = json!({"reason": reason, "measure": measure, "false_alarm": false_alarm});
    event(tx, &live, "waived", detail.clone())?;
    audit(tx, "alert.waived", &live, detail)?;
    view::get(tx, id)
}

/// Writes a note beside an alert, live or not.
pub fn note(tx: &mut Tx<'_>, id: i64, text: &str) -> Result<AlertDetail> {
    let row = permitted(tx, id)?;
    let detail = json!({"text": text});
    let actor_id = tx.ctx.actor.user_id;
    let level = crate::domain::alerts::AlertLevel::parse(&row.level);
    let new = NewEvent {
        alert_id: id,
        on_date: tx.today,
        at: tx.now,
        kind: "note",
        level: level.unwrap_or(crate::domain::alerts::AlertLevel::Leader),
        responsible_id: row.responsible_id,
        actor_id,
        detail: detail.clone(),
    };
    write::events(tx.conn, &[new])?;
    let change = Change::created("alert.noted", "alert", id, &detail);
    tx.audit(match row.project_id {
        Some(project) => change.of_project(project),
        None => change,
    })?;
    view::get(tx, id)
}

/// Makes sure that the caller may act on an alert, and makes others wait: 404 for one that cannot
/// even be read, 403 for one that can.
fn permitted(tx: &mut Tx<'_>, id: i64) -> Result<db::alerts::list::Row> {
    let row = view::row(tx, id)?;
    let needed = tx.ctx.permission;
    let scope = tx.scope(needed)?;
    if !view::covers(tx, &row, &scope)? {
        return Err(Code::Forbidden.into());
    }
    if let Some(project) = row.project_id {
        db::projects::lock(tx.conn, project)?;
    }
    write::lock(tx.conn, id)?;
    Ok(row)
}

fn hold(tx: &mut Tx<'_>, id: i64) -> Result<Held> {
    permitted(tx, id)?;
    measure(tx, id)?.ok_or(Code::AlertNotLive.into())
}

/// Writes a promise in the place of the one that runs, if any. While it runs escalation waits.
fn give(
    tx: &mut Tx<'_>,
    mut live: Live,
    new: &NewPromise,
    kind: &'static str,
) -> Result<AlertDetail> {
    let today = tx.today;
    let before = live.promise;
    if let Some(standing) = before {
        write::judge(tx.conn, &[(standing.id, Outcome::Moved)], today)?;
    }
    let id = write::promise(tx.conn, new)?;
    live.promise = Some(Promise {
        id,
        kind: new.kind,
        due_on: new.due_on,
        amount: new.amount,
        baseline: new.baseline,
    });
    live.state = State::Acknowledged;
    live.escalates_on = None;
    write::update(tx.conn, std::slice::from_ref(&live))?;
    let detail = json!({
        "date": new.due_on, "amount": new.amount, "note": new.note, "obstacle_id": new.obstacle_id,
        "moved_from": before.map(|promise| promise.due_on),
    });
    event(tx, &live, kind, detail.clone())?;
    let action = match new.kind {
        PromiseKind::Commitment => "alert.acknowledged",
        PromiseKind::Snooze => "alert.snoozed",
    };
    audit(tx, action, &live, detail)?;
    if new.kind == PromiseKind::Commitment {
        confirm(tx, &live)?;
    }
    view::get(tx, live.id)
}

fn event(tx: &mut Tx<'_>, live: &Live, kind: &'static str, detail: Value) -> Result<()> {
    let new = NewEvent {
        alert_id: live.id,
        on_date: tx.today,
        at: tx.now,
        kind,
        level: live.course.level,
        responsible_id: live.responsible_id,
        actor_id: tx.ctx.actor.user_id,
        detail,
    };
    write::events(tx.conn, &[new])
}

fn audit(tx: &mut Tx<'_>, action: &str, live: &Live, detail: Value) -> Result<()> {
    let after = json!({"rule": live.key.rule, "subject_type": live.key.subject_type,
        "subject_id": live.key.subject_id, "level": live.course.level, "detail": detail});
    let change = Change::created(action, "alert", live.id, &after);
    tx.audit(match live.project_id {
        Some(project) => change.of_project(project),
        None => change,
    })
}

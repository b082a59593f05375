//! Writes what a scan decided: rows, events, audit, and who is told.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::teller::{More, Teller};
use crate::db::alerts::write::{self, NewEvent};
use crate::domain::alerts::commitment::{Outcome, Promise, PromiseKind};
use crate::domain::alerts::decide::Decision;
use crate::domain::alerts::escalation::Told;
use crate::domain::alerts::lifecycle::{Judge, Live, Turn};
use crate::domain::alerts::{AlertLevel, Fact, Rule};
use crate::error::Result;
use crate::mail::messages::Reason;
use crate::mail::notice::Why;
use crate::service::Tx;
use crate::service::audit::Change;

/// What a chunk of a scan did.
#[derive(Clone, Debug, Default)]
pub(super) struct Done {
    pub raised: i64,
    pub updated: i64,
    pub escalated: i64,
    pub reopened: i64,
    pub resolved: i64,
    pub mails: BTreeSet<i64>,
}

/// Writes decisions in the transaction it is given.
pub(super) struct Writer<'a, 't> {
    tx: &'a mut Tx<'t>,
    judge: &'a Judge<'a>,
    teller: Teller<'a>,
    done: Done,
}

/// Carries out some decisions.
pub(super) fn apply(tx: &mut Tx<'_>, judge: &Judge<'_>, decisions: Vec<Decision>) -> Result<Done> {
    let responsible = decisions.iter().filter_map(|decision| match decision {
        Decision::Raise { live, .. } => live.responsible_id,
        Decision::Turn { turn, .. } => turn.after.responsible_id,
        Decision::Resolve { before, .. } => before.responsible_id,
        Decision::Lapse(_) => None,
    });
    let responsible: Vec<i64> = responsible.collect();
    let teller = Teller::new(tx, judge.snapshot, responsible)?;
    let mut writer = Writer {
        tx,
        judge,
        teller,
        done: Done::default(),
    };
    for decision in decisions {
        match decision {
            Decision::Raise { fact, live, woken } => writer.raise(&fact, live, woken)?,
            Decision::Turn { before, fact, turn } => writer.turn(&before, &fact, *turn)?,
            Decision::Resolve {
                before,
                cause,
                details,
                promise,
            } => writer.resolve(before, cause, details, promise)?,
            Decision::Lapse(waived) => write::lapse_waiver(writer.tx.conn, waived.alert_id)?,
        }
    }
    let Writer {
        tx,
        teller,
        mut done,
        ..
    } = writer;
    done.mails = teller.queue(tx, judge.calendar)?;
    Ok(done)
}

impl Writer<'_, '_> {
    fn as_of(&self) -> NaiveDate {
        self.judge.snapshot.as_of
    }

    /// Tells those of the first step who were not told before.
    fn tell_owners(&mut self, fact: &Fact, live: &Live, reason: Reason) -> Result<()> {
        let as_of = self.as_of();
        for person in self.judge.snapshot.owners(fact.owner).people {
            if write::tell(self.tx.conn, live.id, person, AlertLevel::Leader, as_of)? {
                let why = self.teller.owner_why(fact.owner, live, person);
                self.teller.push(live, person, reason, why, More::default());
            }
        }
        Ok(())
    }

    fn raise(&mut self, fact: &Fact, mut live: Live, woken: Option<i64>) -> Result<()> {
        // Another scan may have been first: then there is nothing to do.
        let Some(id) = write::insert(self.tx.conn, &live)? else {
            return Ok(());
        };
        live.id = id;
        if let Some(woken) = woken {
            write::lapse_waiver(self.tx.conn, woken)?;
        }
        self.done.raised += 1;
        let detail = json!({"facts": live.details, "woken": woken});
        self.event(&live, "raised", detail)?;
        self.audit("alert.raised", &live, json!({}))?;
        self.tell_owners(fact, &live, Reason::Raised)
    }

    fn turn(&mut self, before: &Live, fact: &Fact, turn: Turn) -> Result<()> {
        let after = turn.after;
        write::update(self.tx.conn, &after)?;
        if differs(before, &after) {
            self.done.updated += 1;
        }
        if is_news(before, &after) {
            let detail = json!({
                "severity": after.severity, "measure": after.measure, "measure_before": before.measure,
                "facts": after.details,
            });
            self.event(&after, "updated", detail)?;
        }
        if let (Some(outcome), Some(promise)) = (turn.judged, before.promise) {
            self.judged(fact, &after, promise, outcome, &turn.told)?;
        }
        if !turn.told.is_empty() {
            self.done.escalated += 1;
            for told in &turn.told {
                self.escalate(&after, told, turn.judged, before.promise)?;
            }
        }
        if before.responsible_id != after.responsible_id {
            self.moved(fact, before, &after)?;
        }
        Ok(())
    }

    /// A promise is over and the fact is still there: the alert is open again.
    fn judged(
        &mut self,
        fact: &Fact,
        after: &Live,
        promise: Promise,
        outcome: Outcome,
        told: &[Told],
    ) -> Result<()> {
        let as_of = self.as_of();
        write::judge(self.tx.conn, promise.id, outcome, as_of)?;
        let kind = match (promise.kind, outcome) {
            (PromiseKind::Snooze, _) => "snooze_ended",
            (_, Outcome::Missed) => "commitment_missed",
            _ => "commitment_kept",
        };
        let detail = json!({
            "due_on": promise.due_on, "amount": promise.amount,
            "paid": self.judge.paid(after).checked_sub(promise.baseline),
        });
        self.event(after, kind, detail)?;
        self.event(after, "reopened", json!({"after": kind}))?;
        self.audit("alert.reopened", after, json!({"after": kind}))?;
        self.done.reopened += 1;
        let reason = match outcome {
            Outcome::Missed => Reason::CommitmentMissed,
            _ => Reason::Reminder,
        };
        let more = More {
            missed: (outcome == Outcome::Missed).then_some((promise.due_on, promise.amount)),
            ..More::default()
        };
        let owners = self.judge.snapshot.owners(fact.owner);
        for person in owners.people {
            let why = self.teller.owner_why(fact.owner, after, person);
            self.teller.push(after, person, reason, why, more.clone());
        }
        // At the top there is nobody further up: those who know are told that it was missed.
        if outcome == Outcome::Missed && told.is_empty() {
            for (unit, person) in self.teller.told_last(after) {
                let why = Why::TaskForce(unit);
                self.teller.push(after, person, reason, why, more.clone());
            }
        }
        Ok(())
    }

    fn escalate(
        &mut self,
        after: &Live,
        told: &Told,
        judged: Option<Outcome>,
        promise: Option<Promise>,
    ) -> Result<()> {
        let as_of = self.as_of();
        let members = self
            .judge
            .snapshot
            .task_force_members(told.unit_id)
            .to_vec();
        let unit = self.teller.unit_name(told.unit_id);
        let missed = match (judged, promise) {
            (Some(Outcome::Missed), Some(promise)) => Some((promise.due_on, promise.amount)),
            _ => None,
        };
        let reason = match missed {
            Some(_) => Reason::CommitmentMissed,
            None => Reason::Escalated,
        };
        let mut people = Vec::new();
        for person in members {
            if write::tell(self.tx.conn, after.id, person, told.level, as_of)? {
                people.push(person);
                let why = Why::TaskForce(unit.clone());
                let more = More {
                    missed,
                    ..More::default()
                };
                self.teller.push(after, person, reason, why, more);
            }
        }
        let detail = json!({
            "unit_id": told.unit_id, "unit": unit, "level": told.level, "due_on": told.due_on, "people": people,
        });
        let mut at_level = after.clone();
        at_level.course.level = told.level;
        self.event(&at_level, "escalated", detail.clone())?;
        self.audit("alert.escalated", &at_level, detail)
    }

    /// Somebody else answers for it now.
    fn moved(&mut self, fact: &Fact, before: &Live, after: &Live) -> Result<()> {
        let detail = json!({"from": before.responsible_id, "to": after.responsible_id});
        self.event(after, "responsible_changed", detail)?;
        let as_of = self.as_of();
        let Some(person) = after.responsible_id else {
            return self.tell_owners(fact, after, Reason::Raised);
        };
        write::tell(self.tx.conn, after.id, person, AlertLevel::Leader, as_of)?;
        let why = self.teller.owner_why(fact.owner, after, person);
        let reason = Reason::Handover;
        self.teller
            .push(after, person, reason, why, More::default());
        Ok(())
    }

    fn resolve(
        &mut self,
        mut before: Live,
        cause: &'static str,
        details: Map<String, Value>,
        outcome: Option<Outcome>,
    ) -> Result<()> {
        let as_of = self.as_of();
        if let (Some(promise), Some(outcome)) = (before.promise, outcome) {
            write::judge(self.tx.conn, promise.id, outcome, as_of)?;
            let detail =
                json!({"outcome": outcome, "due_on": promise.due_on, "amount": promise.amount});
            self.event(&before, "commitment_ended", detail)?;
        }
        if cause == "period_ended" {
            before.details.extend(details.clone());
            write::update(self.tx.conn, &before)?;
        }
        write::resolve(self.tx.conn, before.id, as_of, cause)?;
        self.done.resolved += 1;
        self.event(
            &before,
            "resolved",
            json!({"cause": cause, "facts": details}),
        )?;
        self.audit("alert.resolved", &before, json!({"cause": cause}))?;
        if !is_told(before.key.rule, cause) {
            return Ok(());
        }
        for person in write::told(self.tx.conn, before.id)? {
            let more = More {
                cause: Some(cause),
                ..More::default()
            };
            let why = Why::Follower;
            self.teller
                .push(&before, person, Reason::Resolved, why, more);
        }
        Ok(())
    }

    fn event(&mut self, live: &Live, kind: &str, detail: Value) -> Result<()> {
        let event = NewEvent {
            alert_id: live.id,
            on_date: self.as_of(),
            at: self.tx.now,
            kind,
            level: live.course.level,
            responsible_id: live.responsible_id,
            actor_id: None,
            detail: &detail,
        };
        write::event(self.tx.conn, &event)
    }

    fn audit(&mut self, action: &str, live: &Live, more: Value) -> Result<()> {
        let as_of = self.as_of();
        let after = json!({
            "as_of": as_of, "rule": live.key.rule, "subject_type": live.key.subject_type,
            "subject_id": live.key.subject_id, "severity": live.severity, "level": live.course.level,
            "responsible_id": live.responsible_id, "facts": live.details, "more": more,
        });
        let change = Change::created(action, "alert", live.id, &after);
        self.tx.audit(match live.project_id {
            Some(project) => change.of_project(project),
            None => change,
        })
    }
}

/// Whether the end of an alert is news: a cause that explains it is told itself, and what only fell
/// due soon is none.
pub(super) fn is_told(rule: Rule, cause: &str) -> bool {
    cause != "explained" && rule != Rule::DueSoon
}

/// Whether what is shown of an alert changed, apart from its way up.
fn differs(before: &Live, after: &Live) -> bool {
    (
        before.severity,
        before.measure,
        before.responsible_id,
        before.unit_id,
    ) != (
        after.severity,
        after.measure,
        after.responsible_id,
        after.unit_id,
    ) || before.label != after.label
        || before.details != after.details
}

/// Whether more changed than the passing of days.
fn is_news(before: &Live, after: &Live) -> bool {
    let version = |live: &Live| live.details.get("schedule_version").cloned();
    let by_days = matches!(
        after.key.rule,
        Rule::StaleData | Rule::ObstacleOverdue | Rule::DirectiveOverdue
    );
    before.severity != after.severity
        || (before.measure != after.measure && !by_days)
        || version(before) != version(after)
}

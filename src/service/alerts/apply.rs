//! Writes what a scan decided: rows, events, audit, and who is told.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value, json};

use super::batch::Batch;
use super::teller::{More, Teller};
use crate::db::alerts::write;
use crate::domain::alerts::commitment::{Outcome, Promise, PromiseKind};
use crate::domain::alerts::decide::Decision;
use crate::domain::alerts::escalation::Told;
use crate::domain::alerts::lifecycle::{Judge, Live, Turn};
use crate::domain::alerts::{AlertLevel, Fact, Key, Rule};
use crate::error::Result;
use crate::mail::messages::Reason;
use crate::mail::notice::Why;
use crate::service::Tx;

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

/// Words decisions as rows and news.
struct Writer<'a> {
    judge: &'a Judge<'a>,
    teller: Teller<'a>,
    batch: Batch,
    /// The ids of the new alerts.
    raised: HashMap<Key, i64>,
    done: Done,
}

/// Carries out some decisions.
pub(super) fn apply(tx: &mut Tx<'_>, judge: &Judge<'_>, decisions: Vec<Decision>) -> Result<Done> {
    let raised: Vec<&Live> = decisions.iter().filter_map(raise).collect();
    let raised = write::insert(tx.conn, &raised)?;
    let known: Vec<i64> = decisions.iter().filter_map(Decision::alert_id).collect();
    let responsible = decisions.iter().filter_map(Decision::responsible_id);
    let mut writer = Writer {
        judge,
        teller: Teller::new(tx, judge.snapshot, responsible)?,
        batch: Batch::new(tx, judge.snapshot.as_of, None, &known)?,
        raised,
        done: Done::default(),
    };
    for decision in decisions {
        match decision {
            Decision::Raise { fact, live, woken } => writer.raise(&fact, live, woken),
            Decision::Turn { before, fact, turn } => writer.turn(&before, &fact, *turn),
            Decision::Resolve {
                before,
                cause,
                details,
                promise,
            } => writer.resolve(before, cause, details, promise),
            Decision::Lapse(waived) => writer.batch.lapse_waiver(waived.alert_id),
        }
    }
    let Writer {
        teller,
        batch,
        mut done,
        ..
    } = writer;
    batch.write(tx)?;
    done.mails = teller.queue(tx, judge.calendar)?;
    Ok(done)
}

fn raise(decision: &Decision) -> Option<&Live> {
    match decision {
        Decision::Raise { live, .. } => Some(live),
        _ => None,
    }
}

impl Writer<'_> {
    /// Tells those of the first step who were not told before.
    fn tell_owners(&mut self, fact: &Fact, live: &Live, reason: Reason) {
        for person in self.judge.snapshot.owners(fact.owner).people {
            if self.batch.tell(live.id, person, AlertLevel::Leader) {
                let why = self.teller.owner_why(fact.owner, live, person);
                self.teller.push(live, person, reason, why, More::default());
            }
        }
    }

    fn raise(&mut self, fact: &Fact, mut live: Live, woken: Option<i64>) {
        // Another scan may have been first: then there is nothing to do.
        let Some(id) = self.raised.get(&live.key) else {
            return;
        };
        live.id = *id;
        if let Some(woken) = woken {
            self.batch.lapse_waiver(woken);
        }
        self.done.raised += 1;
        let detail = json!({"facts": live.details, "woken": woken});
        self.batch.event(&live, "raised", detail);
        self.audit("alert.raised", &live, json!({}));
        self.tell_owners(fact, &live, Reason::Raised);
    }

    fn turn(&mut self, before: &Live, fact: &Fact, turn: Turn) {
        let after = turn.after;
        self.batch.update(&after);
        if differs(before, &after) {
            self.done.updated += 1;
        }
        if is_news(before, &after) {
            let detail = json!({
                "severity": after.severity, "measure": after.measure, "measure_before": before.measure,
                "facts": after.details,
            });
            self.batch.event(&after, "updated", detail);
        }
        if let (Some(outcome), Some(promise)) = (turn.judged, before.promise) {
            self.judged(fact, &after, promise, outcome, &turn.told);
        }
        if !turn.told.is_empty() {
            self.done.escalated += 1;
            for told in &turn.told {
                self.escalate(&after, told, turn.judged, before.promise);
            }
        }
        if before.responsible_id != after.responsible_id {
            self.moved(fact, before, &after);
        }
    }

    /// A promise is over and the fact is still there: the alert is open again.
    fn judged(
        &mut self,
        fact: &Fact,
        after: &Live,
        promise: Promise,
        outcome: Outcome,
        told: &[Told],
    ) {
        self.batch.judge(promise.id, outcome);
        let kind = match (promise.kind, outcome) {
            (PromiseKind::Snooze, _) => "snooze_ended",
            (_, Outcome::Missed) => "commitment_missed",
            _ => "commitment_kept",
        };
        let detail = json!({
            "due_on": promise.due_on, "amount": promise.amount,
            "paid": self.judge.paid(after).checked_sub(promise.baseline),
        });
        self.batch.event(after, kind, detail);
        let reopened = json!({"after": kind});
        self.batch.event(after, "reopened", reopened.clone());
        self.audit("alert.reopened", after, reopened);
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
    }

    fn escalate(
        &mut self,
        after: &Live,
        told: &Told,
        judged: Option<Outcome>,
        promise: Option<Promise>,
    ) {
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
            if self.batch.tell(after.id, person, told.level) {
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
        self.batch.event(&at_level, "escalated", detail.clone());
        self.audit("alert.escalated", &at_level, detail);
    }

    /// Somebody else answers for it now.
    fn moved(&mut self, fact: &Fact, before: &Live, after: &Live) {
        let detail = json!({"from": before.responsible_id, "to": after.responsible_id});
        self.batch.event(after, "responsible_changed", detail);
        let Some(person) = after.responsible_id else {
            return self.tell_owners(fact, after, Reason::Raised);
        };
        self.batch.tell(after.id, person, AlertLevel::Leader);
        let why = self.teller.owner_why(fact.owner, after, person);
        let reason = Reason::Handover;
        self.teller
            .push(after, person, reason, why, More::default());
    }

    fn resolve(
        &mut self,
        mut before: Live,
        cause: &'static str,
        details: Map<String, Value>,
        outcome: Option<Outcome>,
    ) {
        if let (Some(promise), Some(outcome)) = (before.promise, outcome) {
            self.batch.judge(promise.id, outcome);
            let detail =
                json!({"outcome": outcome, "due_on": promise.due_on, "amount": promise.amount});
            self.batch.event(&before, "commitment_ended", detail);
        }
        if cause == "period_ended" {
            before.details.extend(details.clone());
            self.batch.update(&before);
        }
        self.batch.resolve(before.id, cause);
        self.done.resolved += 1;
        let detail = json!({"cause": cause, "facts": &details});
        self.batch.event(&before, "resolved", detail);
        self.audit("alert.resolved", &before, json!({"cause": cause}));
        if !is_told(before.key.rule, cause) {
            return;
        }
        // What was wrong is over: what is told is what it was about, and how that stands now.
        before
            .details
            .retain(|name, _| ABOUT.contains(&name.as_str()));
        before.details.extend(details);
        for person in self.batch.told(before.id) {
            let more = More {
                cause: Some(cause),
                ..More::default()
            };
            let why = Why::Follower;
            self.teller
                .push(&before, person, Reason::Resolved, why, more);
        }
    }

    fn audit(&mut self, action: &'static str, live: &Live, more: Value) {
        let after = json!({
            "as_of": self.judge.snapshot.as_of, "rule": live.key.rule, "subject_type": live.key.subject_type,
            "subject_id": live.key.subject_id, "severity": live.severity, "level": live.course.level,
            "responsible_id": live.responsible_id, "facts": live.details, "more": more,
        });
        self.batch.audit(action, live, &after);
    }
}

/// The facts of an alert that name what it is about.
const ABOUT: &[&str] = &[
    "funding_source",
    "budget_year",
    "deadline",
    "description",
    "text",
    "source_document",
    "due_date",
    "target_date",
    "target_percent",
    "basis",
];

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

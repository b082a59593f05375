//! What a scan makes of an alert: it stays, goes up, comes back, or ends.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::commitment::{Outcome, Promise};
use super::escalation::{Course, Told};
use super::policy::Policies;
use super::snapshot::Snapshot;
use super::{AlertLevel, Fact, Key, Rule, Severity, State};
use crate::domain::calendar::WorkingCalendar;
use crate::domain::money::Money;

/// A live alert as it was left by the last scan or action.
#[derive(Clone, Debug, PartialEq)]
pub struct Live {
    /// Identity.
    pub id: i64,
    /// What it is about.
    pub key: Key,
    /// How bad.
    pub severity: Severity,
    /// Open or acknowledged.
    pub state: State,
    /// The subject in words.
    pub label: String,
    /// Its project.
    pub project_id: Option<i64>,
    /// Its line.
    pub line_id: Option<i64>,
    /// Its unit.
    pub unit_id: Option<i64>,
    /// Who answers for it.
    pub responsible_id: Option<i64>,
    /// The day of the raising scan.
    pub raised_on: NaiveDate,
    /// Where it is on its way up.
    pub course: Course,
    /// The day of the next step.
    pub escalates_on: Option<NaiveDate>,
    /// How large it is.
    pub measure: i64,
    /// Its facts as of the last scan.
    pub details: Map<String, Value>,
    /// The promise that is running.
    pub promise: Option<Promise>,
}

/// What the judgement of an alert needs besides its fact.
pub struct Judge<'a> {
    /// The day.
    pub snapshot: &'a Snapshot<'a>,
    /// The policies.
    pub policies: &'a Policies,
    /// The working days.
    pub calendar: &'a WorkingCalendar,
    /// What was disbursed by the date of each promise, or by today if that is earlier, by alert.
    pub paid_by_promise: &'a HashMap<i64, Money>,
}

/// What a scan does to an alert whose fact stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// What became of its promise, if that is over.
    pub judged: Option<Outcome>,
    /// Task forces that are told, in order.
    pub told: Vec<Told>,
    /// The alert afterwards.
    pub after: Live,
}

impl Judge<'_> {
    /// A new alert.
    pub fn raise(&self, fact: &Fact) -> Live {
        let course = Course::from(self.snapshot.as_of, AlertLevel::Leader);
        let mut live = Live {
            id: 0,
            key: fact.key.clone(),
            severity: fact.severity,
            state: State::Open,
            label: fact.label.clone(),
            project_id: fact.project_id,
            line_id: fact.line_id,
            unit_id: fact.unit_id,
            responsible_id: self.snapshot.owners(fact.owner).responsible,
            raised_on: self.snapshot.as_of,
            course,
            escalates_on: None,
            measure: fact.measure,
            details: fact.details.clone(),
            promise: None,
        };
        live.escalates_on = self.next_step(&live);
        live
    }

    /// The next turn of a live alert whose fact stands.
    pub fn turn(&self, before: &Live, fact: &Fact) -> Turn {
        let as_of = self.snapshot.as_of;
        let mut after = Live {
            severity: fact.severity,
            label: fact.label.clone(),
            project_id: fact.project_id,
            line_id: fact.line_id,
            unit_id: fact.unit_id,
            responsible_id: self.snapshot.owners(fact.owner).responsible,
            measure: fact.measure,
            details: fact.details.clone(),
            ..before.clone()
        };
        let judged = before
            .promise
            .and_then(|promise| promise.judged(as_of, self.paid(before)));
        let ladder = self.ladder(&after);
        let mut told = Vec::new();
        if let Some(outcome) = judged {
            after.promise = None;
            after.state = State::Open;
            match outcome {
                // Without steps nobody above is ever told: what is only due soon stays below.
                Outcome::Missed if !self.steps(&after).is_empty() => {
                    told.extend(after.course.miss(&ladder, as_of));
                }
                _ => after.course.restart(as_of),
            }
        } else if after.promise.is_none() {
            let steps = self.steps(&after);
            told = after.course.take_due(&steps, self.calendar, &ladder, as_of);
        }
        after.escalates_on = self.next_step(&after);
        Turn {
            judged,
            told,
            after,
        }
    }

    /// What was disbursed by the date of an alert's promise.
    pub fn paid(&self, live: &Live) -> Money {
        let paid = self.paid_by_promise.get(&live.id).copied();
        paid.unwrap_or_default()
    }

    /// The day of an alert's next step; none while a promise runs.
    pub fn next_step(&self, live: &Live) -> Option<NaiveDate> {
        if live.promise.is_some() {
            return None;
        }
        live.course
            .next_on(&self.steps(live), self.calendar, &self.ladder(live))
    }

    fn steps(&self, live: &Live) -> Vec<u32> {
        self.policies
            .of(live.key.rule, live.unit_id, self.snapshot)
            .steps
    }

    fn ladder(&self, live: &Live) -> Vec<super::escalation::Rung> {
        let unit = live.unit_id;
        unit.map_or_else(Vec::new, |unit| self.snapshot.ladder(unit))
    }

    /// Why the fact of a live alert is gone, and what there is to say about it.
    pub fn cause(&self, live: &Live, causes: &[Rule]) -> (&'static str, Map<String, Value>) {
        super::causes::cause(self, live, causes)
    }
}

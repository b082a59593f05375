//! All decisions of one scan: what is raised, what goes on, what ends.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::commitment::Outcome;
use super::lifecycle::{Judge, Live, Turn};
use super::rules::inhibited_by;
use super::{Fact, Key, Rule};

/// What a scan does with one identity.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// A new alert. `woken` is the waived one that it outgrew.
    Raise {
        /// What is wrong.
        fact: Fact,
        /// The alert.
        live: Live,
        /// The waived alert.
        woken: Option<i64>,
    },
    /// A live alert goes on.
    Turn {
        /// As it was.
        before: Box<Live>,
        /// What is wrong.
        fact: Fact,
        /// What happens to it.
        turn: Box<Turn>,
    },
    /// A live alert ends.
    Resolve {
        /// As it was.
        before: Live,
        /// Why.
        cause: &'static str,
        /// What there is to say about it.
        details: Map<String, Value>,
        /// What becomes of its promise.
        promise: Option<Outcome>,
    },
    /// A waiver lapses, because what it stood for is gone.
    Lapse(Waived),
}

impl Decision {
    /// Whether anything changes.
    pub fn changes(&self) -> bool {
        match self {
            Decision::Turn { before, turn, .. } => **before != turn.after || turn.judged.is_some(),
            _ => true,
        }
    }

    /// The identity it is about.
    pub fn key(&self, waived: &HashMap<Key, Waived>) -> Option<Key> {
        match self {
            Decision::Raise { live, .. } => Some(live.key.clone()),
            Decision::Turn { before, .. } => Some(before.key.clone()),
            Decision::Resolve { before, .. } => Some(before.key.clone()),
            Decision::Lapse(lapsed) => {
                let found = waived.iter().find(|(_, one)| *one == lapsed);
                found.map(|(key, _)| key.clone())
            }
        }
    }

    /// The live alert that goes on or ends.
    pub fn alert_id(&self) -> Option<i64> {
        match self {
            Decision::Turn { before, .. } => Some(before.id),
            Decision::Resolve { before, .. } => Some(before.id),
            Decision::Raise { .. } | Decision::Lapse(_) => None,
        }
    }

    /// Who answers for the alert from then on.
    pub fn responsible_id(&self) -> Option<i64> {
        match self {
            Decision::Raise { live, .. } => live.responsible_id,
            Decision::Turn { turn, .. } => turn.after.responsible_id,
            Decision::Resolve { before, .. } => before.responsible_id,
            Decision::Lapse(_) => None,
        }
    }

    /// The project it belongs to.
    pub fn project_id(&self) -> Option<i64> {
        match self {
            Decision::Raise { live, .. } => live.project_id,
            Decision::Turn { before, .. } => before.project_id,
            Decision::Resolve { before, .. } => before.project_id,
            Decision::Lapse(waived) => waived.project_id,
        }
    }
}

/// An alert that was waived: its id and how large it was then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waived {
    /// The alert.
    pub alert_id: i64,
    /// Its measure when it was waived.
    pub measure: i64,
    /// Its project.
    pub project_id: Option<i64>,
}

/// Decides on every fact and every live or waived alert. Those that stay as they are, are left out.
pub fn decide(
    judge: &Judge<'_>,
    facts: Vec<Fact>,
    live: Vec<Live>,
    waived: &HashMap<Key, Waived>,
) -> Vec<Decision> {
    let there: HashSet<Key> = facts.iter().map(|fact| fact.key.clone()).collect();
    let mut by_key: HashMap<Key, Live> = live
        .into_iter()
        .map(|alert| (alert.key.clone(), alert))
        .collect();
    let mut decisions = Vec::new();
    for fact in facts {
        match by_key.remove(&fact.key) {
            Some(before) => {
                let turn = Box::new(judge.turn(&before, &fact));
                let before = Box::new(before);
                decisions.push(Decision::Turn { before, fact, turn });
            }
            None => decisions.extend(raise(judge, fact, waived)),
        }
    }
    let mut ended: Vec<Live> = by_key.into_values().collect();
    ended.sort_by_key(|alert| alert.id);
    for before in ended {
        decisions.push(resolve(judge, before, &there));
    }
    let mut lapsed: Vec<Waived> = waived
        .iter()
        .filter(|(key, _)| !there.contains(key))
        .map(|(_, waived)| *waived)
        .collect();
    lapsed.sort_by_key(|waived| waived.alert_id);
    decisions.extend(lapsed.into_iter().map(Decision::Lapse));
    decisions.retain(Decision::changes);
    decisions
}

fn raise(judge: &Judge<'_>, fact: Fact, waived: &HashMap<Key, Waived>) -> Option<Decision> {
    let before = waived.get(&fact.key);
    if let Some(before) = before {
        let policy = judge
            .policies
            .of(fact.key.rule, fact.unit_id, judge.snapshot);
        if !policy.outgrown(before.measure, fact.measure) {
            return None;
        }
    }
    Some(Decision::Raise {
        live: judge.raise(&fact),
        woken: before.map(|before| before.alert_id),
        fact,
    })
}

fn resolve(judge: &Judge<'_>, before: Live, there: &HashSet<Key>) -> Decision {
    let explained_by: Vec<Rule> = inhibited_by(before.key.rule)
        .filter(|cause| {
            there.contains(&Key {
                rule: *cause,
                ..before.key.clone()
            })
        })
        .collect();
    let (cause, details) = judge.cause(&before, &explained_by);
    let paid = judge.paid(&before);
    let promise = before
        .promise
        .map(|promise| promise.when_resolved(judge.snapshot.as_of, paid));
    Decision::Resolve {
        before,
        cause,
        details,
        promise,
    }
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;

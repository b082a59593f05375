//! A cause explains its effects: only the cause is raised.

use std::collections::HashSet;

use crate::domain::alerts::{Fact, Rule};

/// Cause and effect, on the same line. `missing_task_force`, `stale_data`, `obstacle_overdue` and
/// `directive_overdue` explain nothing and are explained by nothing.
pub const INHIBITIONS: &[(Rule, Rule)] = &[
    (Rule::MissingSchedule, Rule::NoDisbursement),
    (Rule::MissingSchedule, Rule::ScheduleMismatch),
    (Rule::ScheduleOverdue, Rule::NoDisbursement),
    (Rule::ScheduleOverdue, Rule::YearEndRisk),
    (Rule::ScheduleOverdue, Rule::DueSoon),
];

/// The causes that explain a rule.
pub fn inhibited_by(effect: Rule) -> impl Iterator<Item = Rule> {
    let of = INHIBITIONS
        .iter()
        .filter(move |(_, explained)| *explained == effect);
    of.map(|(cause, _)| *cause)
}

/// The facts of one line without those that another of them explains.
pub(super) fn without_effects(facts: Vec<Fact>) -> Vec<Fact> {
    let there: HashSet<Rule> = facts.iter().map(|fact| fact.key.rule).collect();
    let stands = |fact: &Fact| !inhibited_by(fact.key.rule).any(|cause| there.contains(&cause));
    facts.into_iter().filter(stands).collect()
}

//! The rules, one file each: what is wrong on the day of a snapshot.

mod advance_overdue;
mod below_target;
mod directive_overdue;
mod due_soon;
mod inhibition;
mod missing_leader;
mod missing_schedule;
mod missing_task_force;
mod no_disbursement;
mod obstacle_overdue;
mod schedule_mismatch;
mod schedule_overdue;
mod stale_data;
mod unallocated_capital;
mod year_end_risk;

use chrono::{Datelike, NaiveDate};

use super::line::{LineHistory, LineState};
use super::people::{Owner, OwnerRole};
use super::policy::{Policies, Policy};
use super::snapshot::Snapshot;
use super::{Details, Fact, Key, Rule, Severity, SubjectType};

pub use inhibition::{INHIBITIONS, inhibited_by};

type LineRule = fn(&Line<'_>, &Policy) -> Option<Fact>;
type WideRule = fn(&Snapshot<'_>, &Policies) -> Vec<Fact>;

/// Rules that look at one line.
const LINE_RULES: &[(Rule, LineRule)] = &[
    (Rule::ScheduleOverdue, schedule_overdue::find),
    (Rule::DueSoon, due_soon::find),
    (Rule::MissingSchedule, missing_schedule::find),
    (Rule::NoDisbursement, no_disbursement::find),
    (Rule::ScheduleMismatch, schedule_mismatch::find),
    (Rule::AdvanceOverdue, advance_overdue::find),
    (Rule::YearEndRisk, year_end_risk::find),
];

/// Rules that look at projects, their obstacles and directives, and at units, agencies and sources.
const WIDE_RULES: &[(Rule, WideRule)] = &[
    (Rule::MissingLeader, missing_leader::find),
    (Rule::StaleData, stale_data::find),
    (Rule::ObstacleOverdue, obstacle_overdue::find),
    (Rule::DirectiveOverdue, directive_overdue::find),
    (Rule::MissingTaskForce, missing_task_force::find),
    (Rule::UnallocatedCapital, unallocated_capital::find),
    (Rule::BelowTarget, below_target::find),
];

/// Everything that is wrong on the day, causes only: what a cause explains is left out.
pub fn facts(snapshot: &Snapshot<'_>, policies: &Policies) -> Vec<Fact> {
    find(snapshot, policies, |_| true)
}

/// What is wrong by one rule; of the others only its causes are looked for.
pub fn facts_of(rule: Rule, snapshot: &Snapshot<'_>, policies: &Policies) -> Vec<Fact> {
    let wanted = |one| one == rule || inhibited_by(rule).any(|cause| cause == one);
    let mut facts = find(snapshot, policies, wanted);
    facts.retain(|fact| fact.key.rule == rule);
    facts
}

/// Whether a rule can say something of a line on a day: of those that cannot, no figures are needed.
pub fn concerns(rule: Rule, line: &LineHistory, day: NaiveDate) -> bool {
    match rule {
        Rule::ObstacleOverdue | Rule::DirectiveOverdue | Rule::MissingTaskForce => false,
        Rule::MissingLeader | Rule::UnallocatedCapital | Rule::BelowTarget => true,
        _ => {
            let is_over = rule.ends_with_period() && day > line.deadline;
            let mut entries = line.book.entries.iter();
            !is_over && entries.any(|entry| entry.effective_date <= day)
        }
    }
}

fn find(snapshot: &Snapshot<'_>, policies: &Policies, wanted: impl Fn(Rule) -> bool) -> Vec<Fact> {
    let of_lines: Vec<_> = LINE_RULES
        .iter()
        .filter(|(rule, _)| wanted(*rule))
        .collect();
    let mut facts: Vec<Fact> = Vec::new();
    if !of_lines.is_empty() {
        for state in &snapshot.lines {
            facts.extend(line_facts(snapshot, policies, &of_lines, state));
        }
    }
    for (_, find) in WIDE_RULES.iter().filter(|(rule, _)| wanted(*rule)) {
        facts.extend(find(snapshot, policies));
    }
    facts
}

/// What is wrong with one line.
fn line_facts(
    snapshot: &Snapshot<'_>,
    policies: &Policies,
    rules: &[&(Rule, LineRule)],
    state: &LineState<'_>,
) -> Vec<Fact> {
    let line = Line {
        snapshot,
        state,
        unit_id: snapshot.managing_unit(state.line.project_id),
    };
    let is_over = state.is_over(snapshot.as_of);
    let all = rules.iter().filter_map(|(rule, find)| {
        if rule.ends_with_period() && is_over {
            return None;
        }
        let policy = policies.of(*rule, line.unit_id, snapshot);
        find(&line, &policy).filter(|_| policy.enabled)
    });
    inhibition::without_effects(all.collect())
}

/// A line with what its rules share.
struct Line<'a> {
    snapshot: &'a Snapshot<'a>,
    state: &'a LineState<'a>,
    unit_id: Option<i64>,
}

impl Line<'_> {
    /// A fact about the line. Its details begin with what names the line.
    fn fact(&self, rule: Rule, policy: &Policy, measure: i64, details: Details) -> Fact {
        let line = self.state.line;
        Fact {
            key: Key {
                rule,
                subject_type: SubjectType::Line,
                subject_id: line.id,
                context: line.budget_year.to_string(),
            },
            severity: Severity::Warning,
            label: self.snapshot.line_label(self.state),
            project_id: Some(line.project_id),
            line_id: Some(line.id),
            unit_id: self.unit_id,
            owner: self.owner(policy),
            measure,
            details: details.done(),
        }
    }

    fn owner(&self, policy: &Policy) -> Owner {
        match (policy.owner, self.unit_id) {
            (OwnerRole::Coordinators, Some(unit)) => Owner::Unit(unit),
            _ => Owner::Project(self.state.line.project_id),
        }
    }

    /// The line's figures under the names of the progress answer, and what names the line.
    fn figures(&self) -> Details {
        self.names(Details::new().with_all(self.state.progress))
    }

    fn names(&self, details: Details) -> Details {
        let line = self.state.line;
        let source = self.snapshot.world.sources.get(&line.funding_source_id);
        let source = source.map(
            |source| serde_json::json!({"id": source.id, "code": source.code, "name": source.name}),
        );
        details
            .with("funding_source", source)
            .with("budget_year", line.budget_year)
            .with("origin", line.origin)
            .with("deadline", line.deadline)
    }

    /// Days since the plan took effect, if there is a plan.
    fn days_in_effect(&self) -> Option<i64> {
        let since = self.state.effective_since?;
        let has_plan = self.state.progress.plan.is_positive();
        has_plan.then(|| days_between(since, self.snapshot.as_of))
    }
}

/// Warning, or critical above the policy's number of days.
fn by_days(policy: &Policy, days: i64) -> Severity {
    match policy.critical_days {
        Some(limit) if days > limit => Severity::Critical,
        _ => Severity::Warning,
    }
}

/// Calendar days from one day to a later one.
fn days_between(from: NaiveDate, to: NaiveDate) -> i64 {
    to.signed_duration_since(from).num_days()
}

/// The budget year that a day lies in.
fn year_of(day: NaiveDate) -> i32 {
    day.year()
}

#[cfg(test)]
mod line_tests;
#[cfg(test)]
mod other_tests;
#[cfg(test)]
pub(super) mod world_tests;
#[cfg(test)]
mod year_end_tests;

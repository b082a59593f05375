//! Why an alert ended.

use chrono::Datelike;
use serde_json::{Map, Value};

use super::lifecycle::{Judge, Live};
use super::line::LineState;
use super::{Details, Rule, SubjectType};

/// The cause, and what there is to say about it. `explained_by` are the live facts of the same line
/// that explain the rule.
pub(super) fn cause(
    judge: &Judge<'_>,
    live: &Live,
    explained_by: &[Rule],
) -> (&'static str, Map<String, Value>) {
    let snapshot = judge.snapshot;
    let line = live.line_id.and_then(|id| snapshot.line(id));
    if let Some(state) = line
        && live.key.rule.ends_with_period()
        && state.is_over(snapshot.as_of)
    {
        let lapsed = Details::new()
            .with("lapsed", state.remainder)
            .with("deadline", state.line.deadline)
            .with("plan", state.progress.plan)
            .with("disbursed", state.progress.disbursed);
        return ("period_ended", lapsed.done());
    }
    let policy = judge.policies.of(live.key.rule, live.unit_id, snapshot);
    if !policy.enabled {
        return ("rule_switched_off", Map::new());
    }
    if let Some(rule) = explained_by.first() {
        return ("explained", Details::new().with("by", rule).done());
    }
    let now = line.map_or_else(Map::new, |state| {
        Details::new().with_all(state.progress).done()
    });
    (by_rule(judge, live, line), now)
}

fn by_rule(judge: &Judge<'_>, live: &Live, line: Option<&LineState<'_>>) -> &'static str {
    let snapshot = judge.snapshot;
    let project = live.project_id;
    match live.key.rule {
        Rule::ScheduleOverdue | Rule::DueSoon | Rule::NoDisbursement | Rule::YearEndRisk => {
            line.map_or("plan_changed", |state| money_cause(live, state))
        }
        Rule::MissingSchedule => match line {
            Some(state) if state.has_schedule() => "schedule_approved",
            _ => "plan_changed",
        },
        Rule::ScheduleMismatch => match line {
            Some(state) if version(live) != state.progress.schedule_version.map(i64::from) => {
                "rescheduled"
            }
            _ => "plan_changed",
        },
        Rule::MissingLeader if live.key.context != snapshot.as_of.year().to_string() => {
            "year_ended"
        }
        Rule::MissingLeader => match project.and_then(|id| snapshot.leader(id)) {
            Some(_) => "leader_assigned",
            None => "plan_changed",
        },
        Rule::StaleData if live.key.context != snapshot.as_of.year().to_string() => "year_ended",
        Rule::StaleData => "reported",
        Rule::AdvanceOverdue => "recovered",
        Rule::UnallocatedCapital => match is_past(judge, live) {
            true => "period_ended",
            false => "allocated",
        },
        Rule::BelowTarget => match is_past(judge, live) {
            true => "period_ended",
            false => "reached_or_superseded",
        },
        Rule::MissingTaskForce => match is_unit_gone(judge, live) {
            true => "unit_ended",
            false => "task_force_founded",
        },
        Rule::ObstacleOverdue | Rule::DirectiveOverdue => "closed",
    }
}

fn money_cause(live: &Live, state: &LineState<'_>) -> &'static str {
    let before = |name: &str| live.details.get(name).and_then(Value::as_i64);
    let progress = &state.progress;
    if before("disbursed").is_some_and(|paid| progress.disbursed.get() > paid) {
        "paid"
    } else if version(live) != progress.schedule_version.map(i64::from) {
        "rescheduled"
    } else {
        "plan_changed"
    }
}

fn version(live: &Live) -> Option<i64> {
    live.details.get("schedule_version").and_then(Value::as_i64)
}

/// Whether the ordinary disbursement period of its budget year is over.
fn is_past(judge: &Judge<'_>, live: &Live) -> bool {
    let year = live.details.get("budget_year").and_then(Value::as_i64);
    let today = judge.snapshot.as_of;
    let current = i64::from(today.year()) - i64::from(today.month() == 1);
    year.is_some_and(|year| year < current)
}

fn is_unit_gone(judge: &Judge<'_>, live: &Live) -> bool {
    live.key.subject_type == SubjectType::Unit
        && judge
            .snapshot
            .world
            .tree
            .get(live.key.subject_id)
            .is_none_or(|unit| !unit.valid_on(judge.snapshot.as_of))
}

#[cfg(test)]
#[path = "causes_tests.rs"]
mod tests;

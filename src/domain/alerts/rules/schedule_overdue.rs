//! `schedule_overdue`: what was due is not paid, for longer than the grace.

use super::Line;
use crate::domain::alerts::{Fact, Policy, Rule, Severity};

pub(super) fn find(line: &Line<'_>, policy: &Policy) -> Option<Fact> {
    let progress = &line.state.progress;
    if !progress.late_amount.is_positive() || progress.days_late <= policy.days {
        return None;
    }
    let late = progress.late_amount;
    let mut fact = line.fact(Rule::ScheduleOverdue, policy, late.get(), line.figures());
    let old = policy
        .critical_days
        .is_some_and(|days| progress.days_late > days);
    let large = policy
        .critical_percent
        .is_some_and(|percent| late.wide() * 100 >= progress.plan.wide() * i128::from(percent));
    if old || large {
        fact.severity = Severity::Critical;
    }
    Some(fact)
}

//! `schedule_mismatch`: the schedule in force does not sum to the plan for more than N days.

use super::{Line, by_days, days_between};
use crate::domain::alerts::{Fact, Policy, Rule};
use crate::domain::money::Money;
use crate::domain::schedule;

pub(super) fn find(line: &Line<'_>, policy: &Policy) -> Option<Fact> {
    let today = line.snapshot.as_of;
    let since = line.state.line.mismatched_since(today)?;
    let days = days_between(since, today);
    if days <= policy.days {
        return None;
    }
    let version = schedule::in_force(&line.state.line.versions, today)?;
    let total: i128 = version.items.iter().map(|item| item.amount.wide()).sum();
    let apart = Money::saturating((line.state.progress.plan.wide() - total).abs());
    let details = line
        .figures()
        .with("schedule_total", Money::saturating(total))
        .with("difference", apart)
        .with("mismatched_since", since)
        .with("days_mismatched", days);
    let mut fact = line.fact(Rule::ScheduleMismatch, policy, apart.get(), details);
    fact.severity = by_days(policy, days);
    Some(fact)
}

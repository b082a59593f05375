//! `missing_schedule`: a plan, and no approved schedule N days after it took effect.

use super::{Line, by_days};
use crate::domain::alerts::{Fact, Policy, Rule};

pub(super) fn find(line: &Line<'_>, policy: &Policy) -> Option<Fact> {
    let days = line.days_in_effect()?;
    if line.state.has_schedule() || days < policy.days {
        return None;
    }
    let details = line
        .figures()
        .with("effective_since", line.state.effective_since)
        .with("days_without_schedule", days);
    let plan = line.state.progress.plan.get();
    let mut fact = line.fact(Rule::MissingSchedule, policy, plan, details);
    fact.severity = by_days(policy, days);
    Some(fact)
}

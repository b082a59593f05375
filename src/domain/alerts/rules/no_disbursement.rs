//! `no_disbursement`: a plan, and nothing disbursed N days after it took effect.

use super::{Line, by_days};
use crate::domain::alerts::{Fact, Policy, Rule};

pub(super) fn find(line: &Line<'_>, policy: &Policy) -> Option<Fact> {
    let days = line.days_in_effect()?;
    if !line.state.progress.disbursed.is_zero() || days < policy.days {
        return None;
    }
    let details = line
        .figures()
        .with("effective_since", line.state.effective_since)
        .with("days_without_disbursement", days);
    let plan = line.state.progress.plan.get();
    let mut fact = line.fact(Rule::NoDisbursement, policy, plan, details);
    fact.severity = by_days(policy, days);
    Some(fact)
}

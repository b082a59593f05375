//! `advance_overdue`: an outstanding advance older than N days, or at year end. The age is first in,
//! first out by posting date.

use chrono::{Months, NaiveDate};

use super::{Line, by_days, days_between};
use crate::domain::alerts::{Fact, Policy, Rule};
use crate::domain::capital::period_start;
use crate::domain::money::Money;

pub(super) fn find(line: &Line<'_>, policy: &Policy) -> Option<Fact> {
    let today = line.snapshot.as_of;
    if !line.state.progress.outstanding_advance.is_positive() {
        return None;
    }
    let parts = line.state.line.outstanding_advances(today);
    let (oldest, _) = *parts.first()?;
    let at_year_end = year_end(line.state.line.budget_year).is_some_and(|end| today >= end);
    let late = parts
        .iter()
        .filter(|(on, _)| at_year_end || days_between(*on, today) > policy.days);
    let overdue = Money::saturating(late.map(|(_, part)| part.wide()).sum());
    if !overdue.is_positive() {
        return None;
    }
    let days = days_between(oldest, today);
    let details = line
        .figures()
        .with("overdue_advance", overdue)
        .with("advanced_on", oldest)
        .with("days_outstanding", days)
        .with("year_end", at_year_end);
    let mut fact = line.fact(Rule::AdvanceOverdue, policy, overdue.get(), details);
    fact.severity = by_days(policy, days);
    Some(fact)
}

/// 31 December of the budget year.
fn year_end(budget_year: i32) -> Option<NaiveDate> {
    let next = period_start(budget_year).checked_add_months(Months::new(12))?;
    next.pred_opt()
}

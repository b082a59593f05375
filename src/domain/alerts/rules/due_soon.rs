//! `due_soon`: an item falls due within N days and is not filled. For leader and officer alone.

use chrono::TimeDelta;
use serde_json::json;

use super::{Line, days_between};
use crate::domain::alerts::people::Owner;
use crate::domain::alerts::{Fact, Policy, Rule, Severity};
use crate::domain::money::Money;
use crate::domain::schedule;

pub(super) fn find(line: &Line<'_>, policy: &Policy) -> Option<Fact> {
    let today = line.snapshot.as_of;
    let last = today.checked_add_signed(TimeDelta::try_days(policy.days)?)?;
    let version = schedule::in_force(&line.state.line.versions, today)?;
    let mut items = schedule::unfilled(&version.items, line.state.progress.disbursed);
    items.retain(|(item, _)| (today..=last).contains(&item.due_date));
    let open: i128 = items.iter().map(|(_, open)| open.wide()).sum();
    let (next, _) = items.first()?;
    let days_left = days_between(today, next.due_date);
    let details = line
        .figures()
        .with("due_date", next.due_date)
        .with("days_left", days_left)
        .with("due_amount", Money::saturating(open));
    let listed: Vec<_> = items
        .iter()
        .map(|(item, unfilled)| json!({"due_date": item.due_date, "amount": item.amount, "unfilled": unfilled}))
        .collect();
    let measure = Money::saturating(open).get();
    let mut fact = line.fact(
        Rule::DueSoon,
        policy,
        measure,
        details.with("items", listed),
    );
    fact.severity = Severity::Info;
    fact.owner = Owner::ProjectPeople(line.state.line.project_id);
    Some(fact)
}

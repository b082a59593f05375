//! `stale_data`: neither a payment nor "nothing to report" for N days. Missing is not zero.

use super::{Details, by_days, days_between, year_of};
use crate::domain::alerts::people::{Owner, OwnerRole};
use crate::domain::alerts::{Fact, Key, Policies, Rule, Snapshot, SubjectType};
use crate::domain::money::Money;

pub(super) fn find(snapshot: &Snapshot<'_>, policies: &Policies) -> Vec<Fact> {
    let ids = snapshot.projects_with_lines().into_iter();
    ids.filter_map(|id| one(snapshot, policies, id)).collect()
}

fn one(snapshot: &Snapshot<'_>, policies: &Policies, id: i64) -> Option<Fact> {
    let today = snapshot.as_of;
    let year = year_of(today);
    let lines = snapshot.lines_of(id);
    // A line that is paid in full, or over, has nothing left to report.
    let open: Vec<_> = lines
        .filter(|state| !state.is_over(today) && state.remainder.is_positive())
        .filter(|state| state.progress.plan.is_positive())
        .collect();
    let in_effect = open
        .iter()
        .filter_map(|state| state.effective_since)
        .min()?;
    let project = snapshot.project(id)?;
    let last = project.last_report(today);
    let since = last.map_or(in_effect, |last| last.max(in_effect));
    let days = days_between(since, today);
    let unit_id = snapshot.managing_unit(id);
    let policy = policies.of(Rule::StaleData, unit_id, snapshot);
    if !policy.enabled || days < policy.days {
        return None;
    }
    let left = Money::saturating(open.iter().map(|state| state.remainder.wide()).sum());
    Some(Fact {
        key: Key {
            rule: Rule::StaleData,
            subject_type: SubjectType::Project,
            subject_id: id,
            context: year.to_string(),
        },
        severity: by_days(&policy, days),
        label: project.name.clone(),
        project_id: Some(id),
        line_id: None,
        unit_id,
        owner: match (policy.owner, unit_id) {
            (OwnerRole::Coordinators, Some(unit)) => Owner::Unit(unit),
            _ => Owner::Project(id),
        },
        measure: days,
        details: Details::new()
            .with("budget_year", year)
            .with("last_report_on", last)
            .with("days_without_report", days)
            .with("undisbursed", left)
            .done(),
    })
}

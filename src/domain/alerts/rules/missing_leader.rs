//! `missing_leader`: a project has a plan this year and nobody answers for it, for longer than the
//! grace.

use super::{Details, by_days, days_between, year_of};
use crate::domain::alerts::people::Owner;
use crate::domain::alerts::{Fact, Key, Policies, Rule, Snapshot, SubjectType};

pub(super) fn find(snapshot: &Snapshot<'_>, policies: &Policies) -> Vec<Fact> {
    let ids = snapshot.projects_with_lines().into_iter();
    ids.filter_map(|id| one(snapshot, policies, id)).collect()
}

fn one(snapshot: &Snapshot<'_>, policies: &Policies, id: i64) -> Option<Fact> {
    let (today, year) = (snapshot.as_of, year_of(snapshot.as_of));
    let plan = snapshot.plan_of(id, year);
    let unit_id = snapshot.managing_unit(id)?;
    if !plan.is_positive() || snapshot.leader(id).is_some() {
        return None;
    }
    let project = snapshot.project(id)?;
    let last = project.leaders.iter().filter(|one| one.to < today);
    let left_on = last.map(|one| one.to).max().and_then(|to| to.succ_opt());
    // Nobody has to lead before there is a plan.
    let of_year = snapshot
        .lines_of(id)
        .filter(|state| state.line.budget_year == year);
    let planned = of_year.filter_map(|state| state.effective_since).min()?;
    let without_since = left_on.map_or(planned, |left_on| left_on.max(planned));
    let days = days_between(without_since, today);
    let policy = policies.of(Rule::MissingLeader, Some(unit_id), snapshot);
    if !policy.enabled || days < policy.days {
        return None;
    }
    Some(Fact {
        key: Key {
            rule: Rule::MissingLeader,
            subject_type: SubjectType::Project,
            subject_id: id,
            context: year.to_string(),
        },
        severity: by_days(&policy, days),
        label: project.name.clone(),
        project_id: Some(id),
        line_id: None,
        unit_id: Some(unit_id),
        owner: Owner::Unit(unit_id),
        measure: plan.get(),
        details: Details::new()
            .with("budget_year", year)
            .with("plan", plan)
            .with("without_since", without_since)
            .with("days_without_leader", days)
            .done(),
    })
}

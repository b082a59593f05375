//! `missing_leader`: a project has a plan this year and nobody answers for it.

use super::{Details, year_of};
use crate::domain::alerts::people::Owner;
use crate::domain::alerts::{Fact, Key, Policies, Rule, Severity, Snapshot, SubjectType};

pub(super) fn find(snapshot: &Snapshot<'_>, policies: &Policies) -> Vec<Fact> {
    let ids = snapshot.projects_with_lines().into_iter();
    ids.filter_map(|id| one(snapshot, policies, id)).collect()
}

fn one(snapshot: &Snapshot<'_>, policies: &Policies, id: i64) -> Option<Fact> {
    let year = year_of(snapshot.as_of);
    let plan = snapshot.plan_of(id, year);
    let unit_id = snapshot.managing_unit(id)?;
    if !plan.is_positive() || snapshot.leader(id).is_some() {
        return None;
    }
    let policy = policies.of(Rule::MissingLeader, Some(unit_id), snapshot);
    if !policy.enabled {
        return None;
    }
    let project = snapshot.project(id)?;
    let last = project.leaders.iter().filter(|one| one.to < snapshot.as_of);
    let without_since = last.map(|one| one.to).max().and_then(|to| to.succ_opt());
    Some(Fact {
        key: Key {
            rule: Rule::MissingLeader,
            subject_type: SubjectType::Project,
            subject_id: id,
            context: year.to_string(),
        },
        severity: Severity::Warning,
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
            .done(),
    })
}

//! `missing_task_force`: a unit without a task force that has a head in force, for longer than the
//! grace.

use chrono::NaiveDate;

use super::{Details, by_days, days_between};
use crate::domain::alerts::people::Owner;
use crate::domain::alerts::{Fact, Key, Policies, Rule, Severity, Snapshot, SubjectType};
use crate::domain::units::Unit;

pub(super) fn find(snapshot: &Snapshot<'_>, policies: &Policies) -> Vec<Fact> {
    let today = snapshot.as_of;
    let units = snapshot.world.tree.units();
    let mut facts: Vec<Fact> = units
        .filter(|unit| unit.valid_on(today))
        .filter(|unit| snapshot.world.task_force_on(unit.id, today).is_none())
        .filter_map(|unit| fact(snapshot, policies, unit))
        .collect();
    facts.sort_by_key(|fact| fact.key.subject_id);
    facts
}

fn fact(snapshot: &Snapshot<'_>, policies: &Policies, unit: &Unit) -> Option<Fact> {
    let policy = policies.of(Rule::MissingTaskForce, Some(unit.id), snapshot);
    let since = without_since(snapshot, unit);
    let days = since.map(|since| days_between(since, snapshot.as_of));
    if !policy.enabled || days.is_some_and(|days| days < policy.days) {
        return None;
    }
    Some(Fact {
        key: Key {
            rule: Rule::MissingTaskForce,
            subject_type: SubjectType::Unit,
            subject_id: unit.id,
            context: String::new(),
        },
        severity: days.map_or(Severity::Warning, |days| by_days(&policy, days)),
        label: unit.name.clone(),
        project_id: None,
        line_id: None,
        unit_id: Some(unit.id),
        owner: Owner::Unit(unit.id),
        measure: 1,
        details: Details::new()
            .with("unit_level", unit.level)
            .with("without_since", since)
            .done(),
    })
}

/// The later of the unit's first day and the day after its last task force; none when it never had
/// one and was always there.
fn without_since(snapshot: &Snapshot<'_>, unit: &Unit) -> Option<NaiveDate> {
    let forces = snapshot.world.task_forces.iter();
    let ended = forces.filter(|force| force.unit_id == unit.id && force.has_head);
    let ended = ended.filter_map(|force| force.to.filter(|to| *to < snapshot.as_of));
    let after = ended.max().and_then(|to| to.succ_opt());
    after.max(unit.valid_from)
}

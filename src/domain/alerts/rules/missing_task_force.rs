//! `missing_task_force`: a unit without a task force that has a head in force.

use super::Details;
use crate::domain::alerts::people::Owner;
use crate::domain::alerts::{Fact, Key, Policies, Rule, Severity, Snapshot, SubjectType};

pub(super) fn find(snapshot: &Snapshot<'_>, policies: &Policies) -> Vec<Fact> {
    let today = snapshot.as_of;
    let mut facts: Vec<Fact> = snapshot
        .world
        .tree
        .units()
        .filter(|unit| unit.valid_on(today))
        .filter(|unit| snapshot.world.task_force_on(unit.id, today).is_none())
        .filter(|unit| {
            policies
                .of(Rule::MissingTaskForce, Some(unit.id), snapshot)
                .enabled
        })
        .map(|unit| Fact {
            key: Key {
                rule: Rule::MissingTaskForce,
                subject_type: SubjectType::Unit,
                subject_id: unit.id,
                context: String::new(),
            },
            severity: Severity::Warning,
            label: unit.name.clone(),
            project_id: None,
            line_id: None,
            unit_id: Some(unit.id),
            owner: Owner::Unit(unit.id),
            measure: 1,
            details: Details::new().with("unit_level", unit.level).done(),
        })
        .collect();
    facts.sort_by_key(|fact| fact.key.subject_id);
    facts
}

//! `obstacle_overdue`: an obstacle that is not removed past its due date.

use super::{Details, by_days, days_between};
use crate::domain::alerts::people::{Owner, OwnerRole};
use crate::domain::alerts::world::Obstacle;
use crate::domain::alerts::{Fact, Key, Policies, Rule, Snapshot, SubjectType};

pub(super) fn find(snapshot: &Snapshot<'_>, policies: &Policies) -> Vec<Fact> {
    let all = snapshot.world.obstacles.iter();
    all.filter(|one| one.recorded_on <= snapshot.as_of)
        .filter_map(|one| fact(snapshot, policies, one))
        .collect()
}

fn fact(snapshot: &Snapshot<'_>, policies: &Policies, obstacle: &Obstacle) -> Option<Fact> {
    let days = days_between(obstacle.due_date, snapshot.as_of);
    let unit_id = snapshot.managing_unit(obstacle.project_id)?;
    let policy = policies.of(Rule::ObstacleOverdue, Some(unit_id), snapshot);
    if !policy.enabled || days <= policy.days {
        return None;
    }
    let project = snapshot.project(obstacle.project_id)?;
    Some(Fact {
        key: Key {
            rule: Rule::ObstacleOverdue,
            subject_type: SubjectType::Obstacle,
            subject_id: obstacle.id,
            context: String::new(),
        },
        severity: by_days(&policy, days),
        label: format!("{} – {}", project.name, first_line(&obstacle.description)),
        project_id: Some(obstacle.project_id),
        line_id: None,
        unit_id: Some(unit_id),
        // An agency cannot be written to: without a person the project's people follow it up.
        owner: match (policy.owner, obstacle.owner_person_id) {
            (OwnerRole::Coordinators, _) => Owner::Unit(unit_id),
            (_, Some(person)) => Owner::Person(person),
            (_, None) => Owner::Project(obstacle.project_id),
        },
        measure: days,
        details: Details::new()
            .with("category", &obstacle.category)
            .with("description", &obstacle.description)
            .with("status", &obstacle.status)
            .with("due_date", obstacle.due_date)
            .with("days_overdue", days)
            .done(),
    })
}

/// The first line of a text, short enough for a heading.
pub(super) fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.chars().count() > 120 {
        true => line.chars().take(119).chain(['…']).collect(),
        false => line.to_owned(),
    }
}

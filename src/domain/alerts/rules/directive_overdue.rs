//! `directive_overdue`: a task-force conclusion that is not carried out past its due date.

use super::obstacle_overdue::first_line;
use super::{Details, by_days, days_between};
use crate::domain::alerts::people::{Owner, OwnerRole};
use crate::domain::alerts::world::Directive;
use crate::domain::alerts::{Fact, Key, Policies, Rule, Snapshot, SubjectType};

pub(super) fn find(snapshot: &Snapshot<'_>, policies: &Policies) -> Vec<Fact> {
    let all = snapshot.world.directives.iter();
    all.filter(|one| one.recorded_on <= snapshot.as_of)
        .filter_map(|one| fact(snapshot, policies, one))
        .collect()
}

fn fact(snapshot: &Snapshot<'_>, policies: &Policies, directive: &Directive) -> Option<Fact> {
    let days = days_between(directive.due_date, snapshot.as_of);
    let unit_id = snapshot.heir(directive.unit_id);
    let policy = policies.of(Rule::DirectiveOverdue, Some(unit_id), snapshot);
    if !policy.enabled || days <= policy.days {
        return None;
    }
    Some(Fact {
        key: Key {
            rule: Rule::DirectiveOverdue,
            subject_type: SubjectType::Directive,
            subject_id: directive.id,
            context: String::new(),
        },
        severity: by_days(&policy, days),
        label: first_line(&directive.text),
        project_id: directive.project_id,
        line_id: None,
        unit_id: Some(unit_id),
        owner: match policy.owner {
            OwnerRole::Coordinators => Owner::Unit(unit_id),
            _ => Owner::Person(directive.assignee_person_id),
        },
        measure: days,
        details: Details::new()
            .with("text", &directive.text)
            .with("source_document", &directive.source_document)
            .with("status", &directive.status)
            .with("due_date", directive.due_date)
            .with("days_overdue", days)
            .done(),
    })
}

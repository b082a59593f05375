//! Who has to act on a fact, and who is told first.

use std::collections::BTreeSet;

use super::snapshot::Snapshot;
use crate::domain::text_enum::text_enum;

text_enum! {
    /// Who owns the alerts of a rule.
    OwnerRole {
        /// The project's leader and tracking officer.
        Leader = "leader",
        /// The coordinators of the unit.
        Coordinators = "coordinators",
        /// Whoever an obstacle or a directive was given to.
        Assignee = "assignee",
    }
}

/// Who owns one fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Leader and officer of a project; its unit's coordinators when there is no leader.
    Project(i64),
    /// Leader and officer alone, nobody in their place.
    ProjectPeople(i64),
    /// The coordinators of a unit, or of its nearest ancestor that has one.
    Unit(i64),
    /// One person.
    Person(i64),
}

/// The people behind an owner on the day of the snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owners {
    /// The one who answers for it, if it is one.
    pub responsible: Option<i64>,
    /// Everybody who is told first.
    pub people: BTreeSet<i64>,
}

impl Snapshot<'_> {
    /// The people behind an owner.
    pub fn owners(&self, owner: Owner) -> Owners {
        match owner {
            Owner::Person(id) => Owners {
                responsible: Some(id),
                people: BTreeSet::from([id]),
            },
            Owner::Unit(id) => Owners {
                responsible: None,
                people: self.coordinators_for(id),
            },
            Owner::Project(id) | Owner::ProjectPeople(id) => {
                let leader = self.leader(id);
                let mut people: BTreeSet<i64> = leader.into_iter().collect();
                people.extend(self.officer(id));
                if leader.is_none()
                    && let (Owner::Project(_), Some(unit)) = (owner, self.managing_unit(id))
                {
                    people.extend(self.coordinators_for(unit));
                }
                Owners {
                    responsible: leader,
                    people,
                }
            }
        }
    }

    /// The coordinators of the unit or of its nearest ancestor that has one.
    fn coordinators_for(&self, unit_id: i64) -> BTreeSet<i64> {
        let path = self.world.tree.path_on(unit_id, self.as_of);
        let of = |unit: i64| -> BTreeSet<i64> {
            let all = self.world.coordinators.iter();
            all.filter(|one| one.value.0 == unit && one.from <= self.as_of && self.as_of <= one.to)
                .map(|one| one.value.1)
                .collect()
        };
        path.into_iter()
            .map(of)
            .find(|people| !people.is_empty())
            .unwrap_or_default()
    }
}

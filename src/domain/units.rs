//! The tree of administrative units, which changes with time (domain.md section 2): three levels
//! before 2025-07-01, two levels after, and both at once while a reform is under way.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::text_enum::text_enum;

text_enum! {
    /// The level of an administrative unit.
    Level {
        /// Commune, ward, special zone.
        Commune = "commune",
        /// District, abolished on 2025-07-01.
        District = "district",
        /// Province.
        Province = "province",
    }
}

/// An administrative unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Identity; codes are reused after reforms.
    pub id: i64,
    /// Official code, unique among units valid on the same day.
    pub code: String,
    /// Name.
    pub name: String,
    /// Key that sorts names by the Vietnamese alphabet.
    pub sort_key: String,
    /// Level.
    pub level: Level,
    /// First day, or always.
    pub valid_from: Option<NaiveDate>,
    /// Last day, or still.
    pub valid_to: Option<NaiveDate>,
}

impl Unit {
    /// Whether the unit exists on that day.
    pub fn valid_on(&self, date: NaiveDate) -> bool {
        self.valid_from.is_none_or(|from| from <= date) && self.valid_to.is_none_or(|to| date <= to)
    }
}

/// A dated parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParentLink {
    /// The child.
    pub unit_id: i64,
    /// Its parent.
    pub parent_id: i64,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day.
    pub valid_to: NaiveDate,
}

/// All units with their dated parents.
#[derive(Clone, Debug, Default)]
pub struct UnitTree {
    units: HashMap<i64, Unit>,
    parents: HashMap<i64, Vec<ParentLink>>,
}

impl UnitTree {
    /// Builds the tree.
    pub fn new(units: Vec<Unit>, links: Vec<ParentLink>) -> Self {
        let mut parents: HashMap<i64, Vec<ParentLink>> = HashMap::new();
        for link in links {
            parents.entry(link.unit_id).or_default().push(link);
        }
        for list in parents.values_mut() {
            list.sort_by_key(|link| link.valid_from);
        }
        UnitTree {
            units: units.into_iter().map(|unit| (unit.id, unit)).collect(),
            parents,
        }
    }

    /// A unit by id.
    pub fn get(&self, id: i64) -> Option<&Unit> {
        self.units.get(&id)
    }

    /// All units, in no order.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.units.values()
    }

    /// All dated parents that ever held, in no order.
    pub fn links(&self) -> impl Iterator<Item = &ParentLink> {
        let links = self.parents.values().flatten();
        links.filter(|link| link.valid_from <= link.valid_to)
    }

    /// The parent on that day. A unit that has ended keeps its last parent, one that has not
    /// begun its first, so that no project ever falls out of the tree.
    pub fn parent_on(&self, id: i64, date: NaiveDate) -> Option<i64> {
        let links = self.parents.get(&id)?;
        // A link that was corrected on its first day is an empty interval.
        let held = || links.iter().filter(|link| link.valid_from <= link.valid_to);
        held()
            .rfind(|link| link.valid_from <= date)
            .or_else(|| held().next())
            .map(|link| link.parent_id)
    }

    /// The unit and its ancestors on that day, nearest first.
    pub fn path_on(&self, id: i64, date: NaiveDate) -> Vec<i64> {
        let mut path = vec![id];
        let mut at = id;
        while let Some(parent) = self.parent_on(at, date) {
            // A loop in the data must not hang a request.
            if path.contains(&parent) {
                break;
            }
            path.push(parent);
            at = parent;
        }
        path
    }

    /// The unit and everything below it on that day.
    pub fn subtree_on(&self, id: i64, date: NaiveDate) -> HashSet<i64> {
        self.units
            .keys()
            .copied()
            .filter(|unit| self.path_on(*unit, date).contains(&id))
            .collect()
    }

    /// The units directly below on that day that exist on it, in Vietnamese order.
    pub fn children_on(&self, id: i64, date: NaiveDate) -> Vec<&Unit> {
        let mut children: Vec<&Unit> = self
            .units
            .values()
            .filter(|unit| unit.valid_on(date) && self.parent_on(unit.id, date) == Some(id))
            .collect();
        children.sort_by(|a, b| a.sort_key.cmp(&b.sort_key).then(a.id.cmp(&b.id)));
        children
    }

    /// The province this installation belongs to: the oldest unit without a parent that exists on
    /// that day. Another one may stand beside it, for what neighbours share.
    pub fn home_on(&self, date: NaiveDate) -> Option<i64> {
        let roots = || {
            let units = self.units.values();
            units.filter(|unit| self.parent_on(unit.id, date).is_none())
        };
        let alive = roots().filter(|unit| unit.valid_on(date));
        let home = alive.map(|unit| unit.id).min();
        home.or_else(|| roots().map(|unit| unit.id).min())
    }

    /// Whether `ancestor` is `id` or above it on that day.
    pub fn is_within(&self, id: i64, ancestor: i64, date: NaiveDate) -> bool {
        self.path_on(id, date).contains(&ancestor)
    }
}

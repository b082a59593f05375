//! What happened in the province, written down plainly. Every question is answered by going through
//! everything from the start; nothing here knows the program's own code.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, Weekday};

use crate::api::alerts::watch::ITEMS;
use crate::support::app::date;

/// An alert's identity: the rule, and the project, unit, obstacle, directive or target.
pub type Ident = (&'static str, i64);

/// Levels from low to high.
pub const LEVELS: [&str; 4] = ["leader", "commune", "district", "province"];

/// Capital of each project from 1 January on; supplements come later.
pub const PLAN: i64 = 1000;

pub type Items = Vec<(NaiveDate, i64)>;

#[derive(Default)]
pub struct Project {
    /// Managing unit from a day on.
    pub units: Vec<(NaiveDate, i64)>,
    /// Leader from a day on.
    pub leaders: Vec<(NaiveDate, i64)>,
    pub officer: i64,
    /// Capital given on a day.
    pub plan: Vec<(NaiveDate, i64)>,
    /// Approved versions: in force from a day on.
    pub schedules: Vec<(NaiveDate, Items)>,
    pub payments: Vec<Payment>,
    /// Days on which somebody said that there is nothing to report.
    pub confirmed: Vec<NaiveDate>,
}

pub struct Payment {
    pub on: NaiveDate,
    pub net: i64,
    /// What was advanced, or less what was recovered.
    pub advance: i64,
}

/// An obstacle or a directive.
pub struct Task {
    pub project: Option<i64>,
    /// Of the task force that gave it.
    pub unit: Option<i64>,
    pub owner: i64,
    pub due: NaiveDate,
    pub open: bool,
}

pub struct Target {
    pub unit: i64,
    pub day: NaiveDate,
    pub percent: i64,
}

pub struct Unit {
    pub level: usize,
    pub last_day: Option<NaiveDate>,
    /// Parent from a day on.
    pub parents: Vec<(NaiveDate, Option<i64>)>,
}

pub struct Force {
    pub unit: i64,
    pub from: NaiveDate,
    pub members: Vec<i64>,
}

/// Whose an alert is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Leader and officer; the unit's coordinators when nobody leads.
    Project(i64),
    /// Leader and officer alone.
    People(i64),
    Unit(i64),
    Person(i64),
}

#[derive(Default)]
pub struct Books {
    pub projects: BTreeMap<i64, Project>,
    pub obstacles: BTreeMap<i64, Task>,
    pub directives: BTreeMap<i64, Task>,
    pub targets: BTreeMap<i64, Target>,
    /// Unit, amount, from a day on.
    pub assignments: Vec<(i64, i64, NaiveDate)>,
    pub units: BTreeMap<i64, Unit>,
    /// Who takes a unit's place from a day on.
    pub heirs: BTreeMap<i64, (NaiveDate, i64)>,
    pub forces: Vec<Force>,
    /// Unit, person, first day, last day.
    pub coordinators: Vec<(i64, i64, NaiveDate, NaiveDate)>,
    pub holidays: BTreeSet<NaiveDate>,
}

fn since<T: Copy>(list: &[(NaiveDate, T)], on: NaiveDate) -> Option<T> {
    let begun = list.iter().filter(|(from, _)| *from <= on);
    begun.max_by_key(|(from, _)| *from).map(|(_, value)| *value)
}

pub fn days(from: NaiveDate, to: NaiveDate) -> i64 {
    (to - from).num_days()
}

impl Books {
    pub fn works_on(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !self.holidays.contains(&day)
    }

    /// Working days after the first day, up to and with the last.
    pub fn working_days(&self, first: NaiveDate, last: NaiveDate) -> u32 {
        let mut count = 0;
        let mut day = first;
        while day < last {
            day = day.succ_opt().unwrap();
            count += u32::from(self.works_on(day));
        }
        count
    }

    pub fn plan(&self, project: i64, on: NaiveDate) -> i64 {
        let given = self.projects[&project].plan.iter();
        given
            .filter(|(from, _)| *from <= on)
            .map(|(_, amount)| amount)
            .sum()
    }

    pub fn paid(&self, project: i64, by: NaiveDate) -> i64 {
        let payments = self.projects[&project].payments.iter();
        let paid = payments.filter(|payment| payment.on <= by);
        paid.map(|payment| payment.net).sum()
    }

    pub fn outstanding(&self, project: i64, by: NaiveDate) -> i64 {
        let payments = self.projects[&project].payments.iter();
        let paid = payments.filter(|payment| payment.on <= by);
        paid.map(|payment| payment.advance).sum()
    }

    /// The schedule in force: of those that begin on one day the one that was approved last.
    pub fn items(&self, project: i64, on: NaiveDate) -> Option<&Items> {
        let versions = self.projects[&project].schedules.iter().enumerate();
        let begun = versions.filter(|(_, (from, _))| *from <= on);
        let last = begun.max_by_key(|(number, (from, _))| (*from, *number));
        last.map(|(_, (_, items))| items)
    }

    pub fn common_items(&self) -> Items {
        let items = ITEMS.iter();
        items.map(|(due, amount)| (date(due), *amount)).collect()
    }

    pub fn late(&self, project: i64, on: NaiveDate) -> i64 {
        let items = self.items(project, on).into_iter().flatten();
        let due: i64 = items
            .filter(|(due, _)| *due < on)
            .map(|(_, amount)| amount)
            .sum();
        (due - self.paid(project, on)).max(0)
    }

    pub fn leader(&self, project: i64, on: NaiveDate) -> Option<i64> {
        since(&self.projects[&project].leaders, on)
    }

    pub fn unit_of(&self, project: i64, on: NaiveDate) -> i64 {
        since(&self.projects[&project].units, on).expect("a unit")
    }

    /// The unit, or who has taken its place.
    pub fn heir(&self, unit: i64, on: NaiveDate) -> i64 {
        match self.heirs.get(&unit) {
            Some((from, heir)) if *from <= on => self.heir(*heir, on),
            _ => unit,
        }
    }

    /// The unit and those above it.
    pub fn above(&self, unit: i64, on: NaiveDate) -> Vec<i64> {
        let mut path = vec![unit];
        while let Some(parent) = since(&self.units[path.last().unwrap()].parents, on).flatten() {
            path.push(parent);
        }
        path
    }

    pub fn members(&self, unit: i64, on: NaiveDate) -> Option<&[i64]> {
        let force = self
            .forces
            .iter()
            .find(|force| force.unit == unit && force.from <= on)?;
        Some(&force.members)
    }

    fn is_there(&self, unit: i64, on: NaiveDate) -> bool {
        self.units[&unit].last_day.is_none_or(|last| on <= last)
    }

    /// The nearest task force above a level: its unit and level.
    pub fn next_above(&self, unit: i64, level: usize, on: NaiveDate) -> Option<(i64, usize)> {
        let path = self.above(unit, on).into_iter();
        path.filter(|unit| self.is_there(*unit, on))
            .map(|unit| (unit, self.units[&unit].level))
            .find(|(unit, at)| *at > level && self.members(*unit, on).is_some())
    }

    /// The members at a level above a unit, if the level is still there.
    pub fn members_at(&self, unit: i64, level: usize, on: NaiveDate) -> Vec<i64> {
        let path = self.above(unit, on).into_iter();
        let mut at = path.filter(|unit| self.units[unit].level == level && level > 0);
        let members = at.next().and_then(|unit| self.members(unit, on));
        members.unwrap_or_default().to_vec()
    }

    fn coordinators_for(&self, unit: i64, on: NaiveDate) -> BTreeSet<i64> {
        for unit in self.above(unit, on) {
            let here: BTreeSet<i64> = self
                .coordinators
                .iter()
                .filter(|(of, _, from, to)| *of == unit && *from <= on && on <= *to)
                .map(|(_, person, _, _)| *person)
                .collect();
            if !here.is_empty() {
                return here;
            }
        }
        BTreeSet::new()
    }

    /// Who is told first.
    pub fn owners(&self, owner: Owner, on: NaiveDate) -> BTreeSet<i64> {
        match owner {
            Owner::Person(person) => BTreeSet::from([person]),
            Owner::Unit(unit) => self.coordinators_for(unit, on),
            Owner::Project(project) | Owner::People(project) => {
                let leader = self.leader(project, on);
                let mut people: BTreeSet<i64> = leader.into_iter().collect();
                people.insert(self.projects[&project].officer);
                if leader.is_none() && matches!(owner, Owner::Project(_)) {
                    people.extend(self.coordinators_for(self.unit_of(project, on), on));
                }
                people
            }
        }
    }

    pub fn responsible(&self, owner: Owner, on: NaiveDate) -> Option<i64> {
        match owner {
            Owner::Person(person) => Some(person),
            Owner::Unit(_) => None,
            Owner::Project(project) | Owner::People(project) => self.leader(project, on),
        }
    }
}

//! What happened in the province, written down plainly. Every question is answered by going through
//! everything from the start; nothing here knows the program's own code.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, Weekday};

use crate::api::alerts::watch::ITEMS;
use crate::support::app::date;

/// An alert's identity: the rule, and the project, unit or obstacle.
pub type Ident = (&'static str, i64);

/// Levels from low to high.
pub const LEVELS: [&str; 4] = ["leader", "commune", "district", "province"];

/// Capital of each project, all of it in force since 1 January.
pub const PLAN: i64 = 1000;

#[derive(Default)]
pub struct Project {
    /// Managing unit from a day on.
    pub units: Vec<(NaiveDate, i64)>,
    /// Leader from a day on.
    pub leaders: Vec<(NaiveDate, i64)>,
    pub officer: i64,
    pub payments: Vec<(NaiveDate, i64)>,
    /// Days on which somebody said that there is nothing to report.
    pub confirmed: Vec<NaiveDate>,
}

pub struct Obstacle {
    pub project: i64,
    pub owner: i64,
    pub due: NaiveDate,
    pub open: bool,
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

/// Something wrong.
#[derive(Clone, Copy, Debug)]
pub struct Fact {
    pub owner: Owner,
    pub unit: i64,
    pub late: i64,
}

#[derive(Default)]
pub struct Books {
    pub projects: BTreeMap<i64, Project>,
    pub obstacles: BTreeMap<i64, Obstacle>,
    pub units: BTreeMap<i64, Unit>,
    pub forces: Vec<Force>,
    /// Unit, person, first day, last day.
    pub coordinators: Vec<(i64, i64, NaiveDate, NaiveDate)>,
    pub holidays: BTreeSet<NaiveDate>,
}

fn since<T: Copy>(list: &[(NaiveDate, T)], on: NaiveDate) -> Option<T> {
    let begun = list.iter().filter(|(from, _)| *from <= on);
    begun.max_by_key(|(from, _)| *from).map(|(_, value)| *value)
}

fn days(from: NaiveDate, to: NaiveDate) -> i64 {
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

    pub fn paid(&self, project: i64, by: NaiveDate) -> i64 {
        let payments = self.projects[&project].payments.iter();
        payments
            .filter(|(on, _)| *on <= by)
            .map(|(_, amount)| amount)
            .sum()
    }

    pub fn late(&self, project: i64, on: NaiveDate) -> i64 {
        let due = ITEMS.iter().filter(|(due, _)| date(due) < on);
        let due: i64 = due.map(|(_, amount)| amount).sum();
        (due - self.paid(project, on)).max(0)
    }

    pub fn leader(&self, project: i64, on: NaiveDate) -> Option<i64> {
        since(&self.projects[&project].leaders, on)
    }

    pub fn unit_of(&self, project: i64, on: NaiveDate) -> i64 {
        since(&self.projects[&project].units, on).expect("a unit")
    }

    /// The unit and those above it.
    fn above(&self, unit: i64, on: NaiveDate) -> Vec<i64> {
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

    /// The nearest task force above a level: its unit and level.
    pub fn next_above(&self, unit: i64, level: usize, on: NaiveDate) -> Option<(i64, usize)> {
        let path = self.above(unit, on).into_iter();
        path.map(|unit| (unit, self.units[&unit].level))
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

    /// Part of the items due from today to a week ahead that payments have not filled.
    fn due_soon(&self, project: i64, on: NaiveDate) -> bool {
        let paid = self.paid(project, on);
        let mut filled = 0;
        ITEMS.iter().any(|(due, amount)| {
            filled += amount;
            (0..=7).contains(&days(on, date(due))) && filled > paid
        })
    }

    /// What is wrong with a project, effects of a cause left out.
    fn of_project(&self, project: i64, on: NaiveDate, facts: &mut BTreeMap<Ident, Fact>) {
        let start = date("2024-01-01");
        let (late, paid) = (self.late(project, on), self.paid(project, on));
        let unit = self.unit_of(project, on);
        let mut add = |rule, owner| {
            facts.insert((rule, project), Fact { owner, unit, late });
        };
        if late > 0 {
            add("schedule_overdue", Owner::Project(project));
        } else {
            if self.due_soon(project, on) {
                add("due_soon", Owner::People(project));
            }
            if paid == 0 && days(start, on) >= 60 {
                add("no_disbursement", Owner::Project(project));
            }
        }
        if self.leader(project, on).is_none() {
            add("missing_leader", Owner::Unit(unit));
        }
        let book = &self.projects[&project];
        let reports = book.payments.iter().map(|(day, _)| *day);
        let reports = reports.chain(book.confirmed.iter().copied());
        let last = reports.filter(|day| *day <= on).max();
        if paid < PLAN && days(last.map_or(start, |last| last.max(start)), on) >= 35 {
            add("stale_data", Owner::Project(project));
        }
    }

    /// Everything that is wrong on a day.
    pub fn facts(&self, on: NaiveDate) -> BTreeMap<Ident, Fact> {
        let mut facts = BTreeMap::new();
        for project in self.projects.keys() {
            self.of_project(*project, on, &mut facts);
        }
        for (id, obstacle) in &self.obstacles {
            if obstacle.open && obstacle.due < on {
                let fact = Fact {
                    owner: Owner::Person(obstacle.owner),
                    unit: self.unit_of(obstacle.project, on),
                    late: 0,
                };
                facts.insert(("obstacle_overdue", *id), fact);
            }
        }
        for (id, unit) in &self.units {
            let is_there = unit.last_day.is_none_or(|last| on <= last);
            if is_there && self.members(*id, on).is_none() {
                let owner = Owner::Unit(*id);
                let fact = Fact {
                    owner,
                    unit: *id,
                    late: 0,
                };
                facts.insert(("missing_task_force", *id), fact);
            }
        }
        facts
    }
}

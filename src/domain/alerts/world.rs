//! The dated facts that the rules look at, and the day they are seen on.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::line::LineHistory;
use crate::domain::forecast::History;
use crate::domain::money::{Money, Rate};
use crate::domain::progress::Basis;
use crate::domain::units::UnitTree;

/// A value in force from one day to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dated<T> {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// The value.
    pub value: T,
}

/// The value in force on a day.
pub fn in_force<T>(list: &[Dated<T>], day: NaiveDate) -> Option<&T> {
    list.iter()
        .find(|one| one.from <= day && day <= one.to)
        .map(|one| &one.value)
}

/// Whose project it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Links {
    /// Managing unit.
    pub managing_unit_id: i64,
    /// Investor.
    pub investor_id: i64,
    /// Project management unit.
    pub pmu_id: Option<i64>,
}

/// A project through time.
#[derive(Clone, Debug, Default)]
pub struct ProjectHistory {
    /// Identity.
    pub id: i64,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Unit, investor and PMU.
    pub links: Vec<Dated<Links>>,
    /// Responsible leaders.
    pub leaders: Vec<Dated<i64>>,
    /// Tracking officers.
    pub officers: Vec<Dated<i64>>,
    /// Days of payments and of "nothing to report", at least the last by each day looked at.
    pub reports: Vec<NaiveDate>,
}

impl ProjectHistory {
    /// Unit, investor and PMU on a day. A project keeps its first links for the time before and
    /// its last for the time after.
    pub fn links_on(&self, day: NaiveDate) -> Option<&Links> {
        in_force(&self.links, day)
            .or_else(|| {
                let past = self.links.iter().filter(|one| one.to < day);
                past.max_by_key(|one| one.to).map(|one| &one.value)
            })
            .or_else(|| {
                let first = self.links.iter().min_by_key(|one| one.from);
                first.map(|one| &one.value)
            })
    }

    /// The last day by `day` on which somebody reported.
    pub fn last_report(&self, day: NaiveDate) -> Option<NaiveDate> {
        self.reports.iter().copied().filter(|on| *on <= day).max()
    }
}

/// A task force.
#[derive(Clone, Debug)]
pub struct TaskForce {
    /// Identity.
    pub id: i64,
    /// Its unit.
    pub unit_id: i64,
    /// First day, or always.
    pub from: Option<NaiveDate>,
    /// Last day, or still.
    pub to: Option<NaiveDate>,
    /// Whether it has a head.
    pub has_head: bool,
    /// Everybody in it, the head first.
    pub members: Vec<i64>,
}

impl TaskForce {
    fn works_on(&self, day: NaiveDate) -> bool {
        self.has_head
            && self.from.is_none_or(|from| from <= day)
            && self.to.is_none_or(|to| day <= to)
    }
}

/// A funding source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Identity.
    pub id: i64,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// The source it is part of.
    pub parent_id: Option<i64>,
}

/// An agency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agency {
    /// Identity.
    pub id: i64,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Its unit.
    pub unit_id: i64,
}

/// A milestone that a rate should have reached on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Identity.
    pub id: i64,
    /// Budget year.
    pub budget_year: i32,
    /// The day.
    pub date: NaiveDate,
    /// The rate.
    pub percent: Rate,
    /// The rate's basis.
    pub basis: Basis,
    /// Of a unit and everything below it.
    pub unit_id: Option<i64>,
    /// Of an investor or PMU.
    pub agency_id: Option<i64>,
    /// Of a source and everything below it.
    pub funding_source_id: Option<i64>,
}

/// Capital given to a unit or agency, not yet split into projects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Who got it.
    pub holder: Holder,
    /// Who passed it on, if a unit did.
    pub from_unit_id: Option<i64>,
    /// Of which source.
    pub funding_source_id: i64,
    /// For which year.
    pub budget_year: i32,
    /// Signed, đồng.
    pub amount: Money,
    /// From which day.
    pub effective_date: NaiveDate,
}

/// Who holds capital.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Holder {
    /// A unit.
    Unit(i64),
    /// An agency.
    Agency(i64),
}

/// An obstacle that is not over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// Identity.
    pub id: i64,
    /// Its project.
    pub project_id: i64,
    /// Category.
    pub category: String,
    /// What blocks.
    pub description: String,
    /// Who should remove it.
    pub owner_person_id: Option<i64>,
    /// By when.
    pub due_date: NaiveDate,
    /// Known since.
    pub recorded_on: NaiveDate,
    /// Its status.
    pub status: String,
}

/// A directive that is not over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// Identity.
    pub id: i64,
    /// The task force's unit.
    pub unit_id: i64,
    /// The project, if it is about one.
    pub project_id: Option<i64>,
    /// What is to be done.
    pub text: String,
    /// By whom.
    pub assignee_person_id: i64,
    /// By when.
    pub due_date: NaiveDate,
    /// Known since.
    pub recorded_on: NaiveDate,
    /// The document it comes from.
    pub source_document: String,
    /// Its status.
    pub status: String,
}

/// Everything the rules look at, with its dates.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// Plan lines.
    pub lines: Vec<LineHistory>,
    /// Projects of those lines, and of obstacles and directives.
    pub projects: HashMap<i64, ProjectHistory>,
    /// Units.
    pub tree: Arc<UnitTree>,
    /// Who follows a unit that ended, from which day on.
    pub heirs: HashMap<i64, (NaiveDate, i64)>,
    /// Task forces.
    pub task_forces: Vec<TaskForce>,
    /// Coordinators with a person behind them: (unit, person).
    pub coordinators: Vec<Dated<(i64, i64)>>,
    /// Agencies.
    pub agencies: HashMap<i64, Agency>,
    /// Funding sources.
    pub sources: HashMap<i64, Source>,
    /// Milestones.
    pub targets: Vec<Target>,
    /// Capital assignments of the authority that counts.
    pub assignments: Vec<Assignment>,
    /// Obstacles that are not over.
    pub obstacles: Vec<Obstacle>,
    /// Directives that are not over.
    pub directives: Vec<Directive>,
    /// The province's budget years, for what they teach of this one.
    pub history: Arc<History>,
}

impl World {
    /// The unit's task force on a day, if it has a head.
    pub fn task_force_on(&self, unit_id: i64, day: NaiveDate) -> Option<&TaskForce> {
        self.task_forces
            .iter()
            .rfind(|force| force.unit_id == unit_id && force.works_on(day))
    }

    /// The source and everything it is part of, nearest first.
    pub fn source_path(&self, id: i64) -> Vec<i64> {
        let mut path = vec![id];
        let mut at = id;
        while let Some(parent) = self.sources.get(&at).and_then(|source| source.parent_id) {
            // A loop in the data must not hang a scan.
            if path.contains(&parent) {
                break;
            }
            path.push(parent);
            at = parent;
        }
        path
    }
}

//! What is wrong on a day, rule by rule, in the plainest way.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::books::{Books, Ident, Owner, Task, days};
use crate::support::app::date;

/// Something wrong.
#[derive(Clone, Copy, Debug)]
pub struct Fact {
    pub owner: Owner,
    pub unit: i64,
    pub late: i64,
}

type Facts = BTreeMap<Ident, Fact>;

/// Causes and what they explain on the same line.
pub const EXPLAINED: &[(&str, &[&str])] = &[
    ("no_disbursement", &["missing_schedule", "schedule_overdue"]),
    ("schedule_mismatch", &["missing_schedule"]),
    ("year_end_risk", &["schedule_overdue"]),
    ("due_soon", &["schedule_overdue"]),
];

/// The causes of a rule.
pub fn causes(rule: &str) -> &'static [&'static str] {
    let of = EXPLAINED.iter().find(|(effect, _)| *effect == rule);
    of.map_or(&[], |(_, causes)| causes)
}

impl Books {
    /// Everything that is wrong on a day.
    pub fn facts(&self, on: NaiveDate) -> Facts {
        let mut facts = Facts::new();
        for project in self.projects.keys() {
            self.of_line(*project, on, &mut facts);
            self.of_project(*project, on, &mut facts);
        }
        self.of_tasks("obstacle_overdue", &self.obstacles, on, &mut facts);
        self.of_tasks("directive_overdue", &self.directives, on, &mut facts);
        self.of_units(on, &mut facts);
        self.of_targets(on, &mut facts);
        facts
    }

    /// What is wrong with a project's line, effects of a cause left out.
    fn of_line(&self, project: i64, on: NaiveDate, facts: &mut Facts) {
        let start = date("2024-01-01");
        let (late, unit) = (self.late(project, on), self.unit_of(project, on));
        let wrong = [
            ("schedule_overdue", late > 0),
            ("due_soon", self.due_soon(project, on)),
            (
                "no_disbursement",
                self.paid(project, on) == 0 && days(start, on) >= 60,
            ),
            (
                "missing_schedule",
                self.items(project, on).is_none() && days(start, on) >= 15,
            ),
            ("schedule_mismatch", self.days_mismatched(project, on) > 10),
            ("advance_overdue", self.advance_overdue(project, on)),
            ("year_end_risk", self.year_end_risk(project, on)),
        ];
        let there: Vec<&str> = wrong
            .iter()
            .filter(|(_, holds)| *holds)
            .map(|(rule, _)| *rule)
            .collect();
        for rule in &there {
            let owner = match *rule {
                "due_soon" => Owner::People(project),
                _ => Owner::Project(project),
            };
            if !causes(rule).iter().any(|cause| there.contains(cause)) {
                facts.insert((rule, project), Fact { owner, unit, late });
            }
        }
    }

    /// Part of the items due from today to a week ahead that payments have not filled.
    fn due_soon(&self, project: i64, on: NaiveDate) -> bool {
        let paid = self.paid(project, on);
        let mut filled = 0;
        let mut items = self.items(project, on).into_iter().flatten();
        items.any(|(due, amount)| {
            filled += amount;
            (0..=7).contains(&days(on, *due)) && filled > paid
        })
    }

    /// How long, up to today, the schedule in force has not been the plan on any day.
    fn days_mismatched(&self, project: i64, on: NaiveDate) -> i64 {
        let is_apart = |day: NaiveDate| {
            let items = self.items(project, day);
            let total = items.map(|items| items.iter().map(|(_, amount)| amount).sum::<i64>());
            total.is_some_and(|total| total != self.plan(project, day))
        };
        let mut day = on;
        while is_apart(day) {
            day = day.pred_opt().unwrap();
        }
        // The first day of the run is one later; that day itself counts as none.
        days(day, on) - 1
    }

    /// Goes through advances and recoveries: what is recovered was advanced first.
    fn advance_overdue(&self, project: i64, on: NaiveDate) -> bool {
        let mut payments: Vec<_> = self.projects[&project].payments.iter().collect();
        payments.retain(|payment| payment.on <= on);
        payments.sort_by_key(|payment| payment.on);
        let given = payments.iter().filter(|payment| payment.advance > 0);
        let mut open: Vec<(NaiveDate, i64)> =
            given.map(|payment| (payment.on, payment.advance)).collect();
        for payment in payments.iter().filter(|payment| payment.advance < 0) {
            let mut back = -payment.advance;
            for (_, left) in &mut open {
                let part = back.min(*left);
                *left -= part;
                back -= part;
            }
        }
        let is_year_end = on >= date("2024-12-31");
        let mut open = open.iter().filter(|(_, left)| *left > 0);
        open.any(|(given, _)| is_year_end || days(*given, on) > 90)
    }

    /// What is wrong with who leads and who reports.
    fn of_project(&self, project: i64, on: NaiveDate, facts: &mut Facts) {
        let (start, unit) = (date("2024-01-01"), self.unit_of(project, on));
        let mut add = |rule, owner| {
            let late = 0;
            facts.insert((rule, project), Fact { owner, unit, late });
        };
        if self.leader(project, on).is_none() {
            add("missing_leader", Owner::Unit(unit));
        }
        let book = &self.projects[&project];
        let reports = book.payments.iter().map(|payment| payment.on);
        let reports = reports.chain(book.confirmed.iter().copied());
        let last = reports.filter(|day| *day <= on).max();
        let is_open = self.paid(project, on) < self.plan(project, on);
        if is_open && days(last.map_or(start, |last| last.max(start)), on) >= 35 {
            add("stale_data", Owner::Project(project));
        }
    }

    fn of_tasks(
        &self,
        rule: &'static str,
        tasks: &BTreeMap<i64, Task>,
        on: NaiveDate,
        facts: &mut Facts,
    ) {
        for (id, task) in tasks.iter().filter(|(_, task)| task.open && task.due < on) {
            let of_force = task.unit.map(|unit| self.heir(unit, on));
            let of_project = task.project.map(|project| self.unit_of(project, on));
            let fact = Fact {
                owner: Owner::Person(task.owner),
                unit: of_force.or(of_project).expect("a unit"),
                late: 0,
            };
            facts.insert((rule, *id), fact);
        }
    }

    /// Units without a task force, and those that did not split what they got.
    fn of_units(&self, on: NaiveDate, facts: &mut Facts) {
        for (id, unit) in &self.units {
            let is_there = unit.last_day.is_none_or(|last| on <= last);
            let mut add = |rule, unit| {
                let fact = Fact {
                    owner: Owner::Unit(unit),
                    unit,
                    late: 0,
                };
                facts.insert((rule, *id), fact);
            };
            if is_there && self.members(*id, on).is_none() {
                add("missing_task_force", *id);
            }
            let due: i64 = self
                .assignments
                .iter()
                .filter(|(of, _, from)| of == id && days(*from, on) > 30)
                .map(|(_, amount, _)| amount)
                .sum();
            let own = self.projects.keys();
            let own = own.filter(|project| self.unit_of(**project, on) == *id);
            let split: i64 = own.map(|project| self.plan(*project, on)).sum();
            if due > split {
                add("unallocated_capital", self.heir(*id, on));
            }
        }
    }

    /// The last milestone of each unit that is behind it.
    fn of_targets(&self, on: NaiveDate, facts: &mut Facts) {
        for (id, target) in self.targets.iter().filter(|(_, target)| target.day <= on) {
            let later = |other: &super::books::Target| {
                other.unit == target.unit && other.day > target.day && other.day <= on
            };
            let own = self.projects.keys().filter(|project| {
                let unit = self.unit_of(**project, on);
                self.above(unit, on).contains(&target.unit)
            });
            let (mut plan, mut paid) = (0, 0);
            for project in own {
                plan += self.plan(*project, on);
                paid += self.paid(*project, on);
            }
            if plan > 0 && paid * 100 < plan * target.percent && !self.targets.values().any(later) {
                let unit = self.heir(target.unit, on);
                let fact = Fact {
                    owner: Owner::Unit(unit),
                    unit,
                    late: 0,
                };
                facts.insert(("below_target", *id), fact);
            }
        }
    }
}

//! Policies: what a rule is told to do. Data, editable, for the whole province or for a unit and
//! everything below it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::Rule;
use super::people::OwnerRole;
use super::snapshot::Snapshot;

/// How a rule works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Whether it raises alerts at all.
    pub enabled: bool,
    /// Its grace or N, in calendar days.
    pub days: i64,
    /// Critical when older than so many days.
    pub critical_days: Option<i64>,
    /// Critical from so many percent of the plan.
    pub critical_percent: Option<i64>,
    /// The forecast below which the year is at risk, in percent of the plan.
    pub forecast_percent: Option<i64>,
    /// The last day, `MM-DD` of the year before, to split assigned capital into projects.
    pub allocation_deadline: Option<String>,
    /// Who owns its alerts.
    pub owner: OwnerRole,
    /// Working days after which the next task force is told; none for a rule that never escalates.
    pub steps: Vec<u32>,
    /// How far ahead a promise may lie, in calendar days.
    pub max_commitment_days: i64,
    /// How far ahead a snooze may lie, in calendar days.
    pub max_snooze_days: i64,
    /// How often a promise or a snooze may be moved.
    pub max_moves: i64,
    /// By how many percent a waived alert must grow to come back.
    pub waiver_growth_percent: i64,
}

/// The province's standard.
pub fn default_policy(rule: Rule) -> Policy {
    let days = match rule {
        Rule::DueSoon => 7,
        Rule::NoDisbursement => 60,
        Rule::MissingSchedule => 15,
        Rule::ScheduleMismatch => 10,
        Rule::UnallocatedCapital => 30,
        Rule::StaleData => 35,
        Rule::AdvanceOverdue => 90,
        Rule::ScheduleOverdue
        | Rule::MissingLeader
        | Rule::MissingTaskForce
        | Rule::BelowTarget
        | Rule::ObstacleOverdue
        | Rule::DirectiveOverdue
        | Rule::YearEndRisk => 0,
    };
    let overdue = rule == Rule::ScheduleOverdue;
    Policy {
        enabled: true,
        days,
        critical_days: overdue.then_some(30),
        critical_percent: overdue.then_some(20),
        forecast_percent: (rule == Rule::YearEndRisk).then_some(90),
        allocation_deadline: (rule == Rule::UnallocatedCapital).then(|| "12-31".to_owned()),
        owner: owner_roles(rule)
            .first()
            .copied()
            .unwrap_or(OwnerRole::Coordinators),
        steps: match rule {
            Rule::DueSoon => Vec::new(),
            _ => vec![5, 10, 15],
        },
        max_commitment_days: 30,
        max_snooze_days: 30,
        max_moves: 3,
        waiver_growth_percent: 20,
    }
}

/// The roles that may own a rule's alerts, the standard one first.
pub fn owner_roles(rule: Rule) -> &'static [OwnerRole] {
    match rule {
        Rule::DueSoon => &[OwnerRole::Leader],
        Rule::ScheduleOverdue
        | Rule::NoDisbursement
        | Rule::MissingSchedule
        | Rule::ScheduleMismatch
        | Rule::StaleData
        | Rule::AdvanceOverdue
        | Rule::YearEndRisk => &[OwnerRole::Leader, OwnerRole::Coordinators],
        Rule::MissingLeader
        | Rule::UnallocatedCapital
        | Rule::MissingTaskForce
        | Rule::BelowTarget => &[OwnerRole::Coordinators],
        Rule::ObstacleOverdue | Rule::DirectiveOverdue => {
            &[OwnerRole::Assignee, OwnerRole::Coordinators]
        }
    }
}

/// The thresholds that a rule looks at, by the names of their fields.
pub fn thresholds(rule: Rule) -> &'static [&'static str] {
    match rule {
        Rule::DueSoon => &[],
        Rule::ScheduleOverdue => &["critical_days", "critical_percent"],
        Rule::YearEndRisk => &["critical_percent", "forecast_percent"],
        Rule::UnallocatedCapital => &["critical_days", "allocation_deadline"],
        _ => &["critical_days"],
    }
}

/// Whether the rule tells task forces, step by step.
pub fn escalates(rule: Rule) -> bool {
    rule != Rule::DueSoon
}

/// What is wrong with a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The field.
    pub field: &'static str,
    /// Whether its steps are in no ascending order; any other flaw is a value out of range.
    pub out_of_order: bool,
    /// Why, in Vietnamese and English.
    pub why: (&'static str, &'static str),
}

const UNUSED: (&str, &str) = ("quy tắc này không dùng", "this rule does not use it");
const DAYS: (&str, &str) = ("từ 0 đến 366 ngày", "0 to 366 days");
const AHEAD: (&str, &str) = ("từ 1 đến 366 ngày", "1 to 366 days");
const PERCENT: (&str, &str) = ("từ 0 đến 100 phần trăm", "0 to 100 percent");

impl Policy {
    /// What is wrong with it as a policy of `rule`.
    pub fn flaws(&self, rule: Rule) -> Vec<Flaw> {
        let within = |value: Option<i64>, high: i64| value.is_none_or(|v| (0..=high).contains(&v));
        let checks = [
            ((0..=366).contains(&self.days), "days", DAYS),
            (within(self.critical_days, 366), "critical_days", DAYS),
            (
                within(self.critical_percent, 100),
                "critical_percent",
                PERCENT,
            ),
            (
                within(self.forecast_percent, 100),
                "forecast_percent",
                PERCENT,
            ),
            (
                owner_roles(rule).contains(&self.owner),
                "owner",
                (
                    "không dùng được cho quy tắc này",
                    "not possible for this rule",
                ),
            ),
            (
                (1..=366).contains(&self.max_commitment_days),
                "max_commitment_days",
                AHEAD,
            ),
            (
                (1..=366).contains(&self.max_snooze_days),
                "max_snooze_days",
                AHEAD,
            ),
            (
                (0..=50).contains(&self.max_moves),
                "max_moves",
                ("từ 0 đến 50", "0 to 50"),
            ),
            (
                (0..=1000).contains(&self.waiver_growth_percent),
                "waiver_growth_percent",
                ("từ 0 đến 1000 phần trăm", "0 to 1000 percent"),
            ),
        ];
        let flaws = checks.into_iter().filter(|(holds, _, _)| !holds);
        let mut flaws: Vec<Flaw> = flaws.map(|(_, field, why)| flaw(field, why)).collect();
        flaws.extend(self.unused(rule));
        flaws.extend(self.step_flaw(rule));
        let deadline = self.allocation_deadline.as_deref();
        if deadline.is_some_and(|text| month_day(text).is_none()) {
            let why = (
                "cần tháng-ngày dạng MM-DD",
                "a month and day as MM-DD is expected",
            );
            flaws.push(flaw("allocation_deadline", why));
        }
        flaws
    }

    /// Thresholds that the rule would not look at: set by mistake, they would promise too much.
    fn unused(&self, rule: Rule) -> impl Iterator<Item = Flaw> {
        let set = [
            (self.critical_days.is_some(), "critical_days"),
            (self.critical_percent.is_some(), "critical_percent"),
            (self.forecast_percent.is_some(), "forecast_percent"),
            (self.allocation_deadline.is_some(), "allocation_deadline"),
        ];
        let used = thresholds(rule);
        set.into_iter()
            .filter(move |(is_set, field)| *is_set && !used.contains(field))
            .map(|(_, field)| flaw(field, UNUSED))
    }

    fn step_flaw(&self, rule: Rule) -> Option<Flaw> {
        let steps = &self.steps;
        if !escalates(rule) && !steps.is_empty() {
            let why = (
                "nhắc trước hạn không báo cấp trên",
                "due_soon never escalates",
            );
            return Some(flaw("steps", why));
        }
        let in_range = steps.len() <= 6 && steps.iter().all(|step| (1..=250).contains(step));
        let in_order = steps.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
        let why = (
            "tối đa 6 bước tăng dần, từ 1 đến 250 ngày làm việc",
            "at most 6 steps in ascending order, 1 to 250 working days",
        );
        (!in_range || !in_order).then_some(Flaw {
            out_of_order: in_range,
            ..flaw("steps", why)
        })
    }

    /// Whether a measure has outgrown the one that was waived.
    pub fn outgrown(&self, waived: i64, measure: i64) -> bool {
        let threshold = i128::from(waived) * (100 + i128::from(self.waiver_growth_percent));
        i128::from(measure) * 100 > threshold
    }
}

fn flaw(field: &'static str, why: (&'static str, &'static str)) -> Flaw {
    Flaw {
        field,
        out_of_order: false,
        why,
    }
}

/// Reads `MM-DD`; 29 February is none, as not every year has it.
pub fn month_day(text: &str) -> Option<(u32, u32)> {
    let (month, day) = text.split_once('-')?;
    let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    if !two_digits(month) || !two_digits(day) {
        return None;
    }
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    chrono::NaiveDate::from_ymd_opt(2023, month, day).map(|_| (month, day))
}

/// All policies: the standard, the province's own, and those of units.
#[derive(Clone, Debug, Default)]
pub struct Policies {
    stored: HashMap<(Rule, Option<i64>), Policy>,
}

impl Policies {
    /// The standard with what is stored: (rule, unit or everywhere, policy).
    pub fn new(stored: impl IntoIterator<Item = (Rule, Option<i64>, Policy)>) -> Self {
        let stored = stored.into_iter();
        Policies {
            stored: stored
                .map(|(rule, unit, policy)| ((rule, unit), policy))
                .collect(),
        }
    }

    /// Switches a rule on everywhere.
    pub fn switch_on(&mut self, rule: Rule) {
        let everywhere = (rule, None);
        self.stored
            .entry(everywhere)
            .or_insert_with(|| default_policy(rule));
        let all = self.stored.iter_mut().filter(|((of, _), _)| *of == rule);
        all.for_each(|(_, policy)| policy.enabled = true);
    }

    /// The one stored for exactly this unit, or everywhere.
    pub fn stored(&self, rule: Rule, unit_id: Option<i64>) -> Option<&Policy> {
        self.stored.get(&(rule, unit_id))
    }

    /// The one for the first unit of `path` that has its own, else the province's, else the
    /// standard.
    pub fn along(&self, rule: Rule, path: &[i64]) -> Policy {
        let own = path.iter().find_map(|unit| self.stored(rule, Some(*unit)));
        own.or_else(|| self.stored(rule, None))
            .cloned()
            .unwrap_or_else(|| default_policy(rule))
    }

    /// The one that holds for a unit on the day of the snapshot.
    pub fn of(&self, rule: Rule, unit_id: Option<i64>, snapshot: &Snapshot<'_>) -> Policy {
        let has_units = self
            .stored
            .keys()
            .any(|(of, unit)| *of == rule && unit.is_some());
        match unit_id {
            Some(unit_id) if has_units => {
                let path = snapshot.world.tree.path_on(unit_id, snapshot.as_of);
                self.along(rule, &path)
            }
            _ => self.along(rule, &[]),
        }
    }
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;

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

/// What is wrong with a policy: the field, and why in both languages.
pub type Flaw = (&'static str, (&'static str, &'static str));

impl Policy {
    /// What is wrong with it as a policy of `rule`.
    pub fn flaws(&self, rule: Rule) -> Vec<Flaw> {
        let mut flaws: Vec<Flaw> = Vec::new();
        let mut demand = |holds: bool, field: &'static str, why: (&'static str, &'static str)| {
            if !holds {
                flaws.push((field, why));
            }
        };
        let days = ("từ 0 đến 366 ngày", "0 to 366 days");
        let percent = ("từ 0 đến 100 phần trăm", "0 to 100 percent");
        demand((0..=366).contains(&self.days), "days", days);
        let within = |value: Option<i64>, high: i64| value.is_none_or(|v| (0..=high).contains(&v));
        demand(within(self.critical_days, 366), "critical_days", days);
        demand(
            within(self.critical_percent, 100),
            "critical_percent",
            percent,
        );
        demand(
            within(self.forecast_percent, 100),
            "forecast_percent",
            percent,
        );
        let in_order = self
            .steps
            .windows(2)
            .all(|pair| matches!(pair, [a, b] if a < b));
        let in_range =
            self.steps.len() <= 6 && self.steps.iter().all(|step| (1..=250).contains(step));
        demand(
            in_order && in_range,
            "steps",
            (
                "tối đa 6 bước tăng dần, từ 1 đến 250 ngày làm việc",
                "at most 6 steps in ascending order, 1 to 250 working days",
            ),
        );
        demand(
            rule != Rule::DueSoon || self.steps.is_empty(),
            "steps",
            (
                "nhắc trước hạn không báo cấp trên",
                "due_soon never escalates",
            ),
        );
        demand(
            owner_roles(rule).contains(&self.owner),
            "owner",
            (
                "không dùng được cho quy tắc này",
                "not possible for this rule",
            ),
        );
        let ahead = ("từ 1 đến 366 ngày", "1 to 366 days");
        demand(
            (1..=366).contains(&self.max_commitment_days),
            "max_commitment_days",
            ahead,
        );
        demand(
            (1..=366).contains(&self.max_snooze_days),
            "max_snooze_days",
            ahead,
        );
        demand(
            (0..=50).contains(&self.max_moves),
            "max_moves",
            ("từ 0 đến 50", "0 to 50"),
        );
        demand(
            (0..=1000).contains(&self.waiver_growth_percent),
            "waiver_growth_percent",
            ("từ 0 đến 1000 phần trăm", "0 to 1000 percent"),
        );
        let deadline = self.allocation_deadline.as_deref();
        demand(
            deadline.is_none_or(|text| month_day(text).is_some()),
            "allocation_deadline",
            (
                "cần tháng-ngày dạng MM-DD",
                "a month and day as MM-DD is expected",
            ),
        );
        flaws
    }

    /// Whether a measure has outgrown the one that was waived.
    pub fn outgrown(&self, waived: i64, measure: i64) -> bool {
        let threshold = i128::from(waived) * (100 + i128::from(self.waiver_growth_percent));
        i128::from(measure) * 100 > threshold
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
mod tests {
    use super::*;

    #[test]
    fn every_default_is_a_good_policy() {
        for rule in Rule::ALL {
            assert_eq!(default_policy(*rule).flaws(*rule), [], "{rule:?}");
        }
    }

    #[test]
    fn bad_policies_are_told_by_field() {
        let good = default_policy(Rule::ScheduleOverdue);
        let fields = |policy: Policy| -> Vec<&str> {
            let flaws = policy.flaws(Rule::ScheduleOverdue);
            flaws.into_iter().map(|(field, _)| field).collect()
        };
        let steps = |steps: Vec<u32>| Policy {
            steps,
            ..good.clone()
        };
        assert_eq!(fields(steps(vec![5, 5])), ["steps"]);
        assert_eq!(fields(steps(vec![10, 5])), ["steps"]);
        assert_eq!(fields(steps(vec![0])), ["steps"]);
        assert!(fields(steps(vec![])).is_empty());
        assert_eq!(
            fields(Policy {
                days: -1,
                ..good.clone()
            }),
            ["days"]
        );
        let owner = OwnerRole::Assignee;
        assert_eq!(
            fields(Policy {
                owner,
                ..good.clone()
            }),
            ["owner"]
        );
        let allocation_deadline = Some("02-30".to_owned());
        assert_eq!(
            fields(Policy {
                allocation_deadline,
                ..good
            }),
            ["allocation_deadline"]
        );
        let loud = Policy {
            steps: vec![5],
            ..default_policy(Rule::DueSoon)
        };
        assert_eq!(loud.flaws(Rule::DueSoon).len(), 1);
    }

    #[test]
    fn the_nearest_unit_decides() {
        let days = |days| Policy {
            days,
            ..default_policy(Rule::StaleData)
        };
        let policies = Policies::new([
            (Rule::StaleData, None, days(1)),
            (Rule::StaleData, Some(7), days(2)),
        ]);
        assert_eq!(policies.along(Rule::StaleData, &[9, 7, 1]).days, 2);
        assert_eq!(policies.along(Rule::StaleData, &[9, 1]).days, 1);
        assert_eq!(policies.along(Rule::DueSoon, &[7]).days, 7);
    }

    #[test]
    fn a_waiver_wakes_above_its_threshold_only() {
        let policy = default_policy(Rule::ScheduleOverdue);
        assert!(!policy.outgrown(100, 120));
        assert!(policy.outgrown(100, 121));
        assert!(policy.outgrown(0, 1));
        let huge = i64::MAX;
        assert!(!policy.outgrown(huge, huge));
    }
}

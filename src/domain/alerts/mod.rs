//! Alerts: from a fact to somebody acting on it (domain.md section 8).
//!
//! [`World`] holds the dated facts, [`World::on`] shows one day of them, [`rules::facts`] says what is
//! wrong on that day, [`escalation`] says who is told next, and [`lifecycle`] what a scan makes of
//! an alert. All of it is pure: a scan, a dry run and the tests call the same functions.

mod causes;
pub mod commitment;
pub mod decide;
pub mod escalation;
pub mod lifecycle;
pub mod line;
pub mod people;
pub mod policy;
pub mod rules;
pub mod snapshot;
pub mod world;

use serde_json::{Map, Value};

use super::text_enum::text_enum;
use super::units::Level;

pub use line::LineState;
pub use people::Owner;
pub use policy::{Policies, Policy};
pub use snapshot::Snapshot;
pub use world::World;

text_enum! {
    /// What is watched.
    Rule {
        /// A schedule item falls due soon and is not filled.
        DueSoon = "due_soon",
        /// What was due is not paid.
        ScheduleOverdue = "schedule_overdue",
        /// A plan, and nothing paid.
        NoDisbursement = "no_disbursement",
        /// A project with a plan and nobody who answers for it.
        MissingLeader = "missing_leader",
        /// A plan without an approved schedule.
        MissingSchedule = "missing_schedule",
        /// The schedule does not sum to the plan.
        ScheduleMismatch = "schedule_mismatch",
        /// Capital that was assigned and is not split into projects.
        UnallocatedCapital = "unallocated_capital",
        /// A unit without a task force that has a head.
        MissingTaskForce = "missing_task_force",
        /// A rate below the milestone of its day.
        BelowTarget = "below_target",
        /// A project that nobody reports on.
        StaleData = "stale_data",
        /// An advance that is not recovered.
        AdvanceOverdue = "advance_overdue",
        /// An obstacle past its due date.
        ObstacleOverdue = "obstacle_overdue",
        /// A directive past its due date.
        DirectiveOverdue = "directive_overdue",
        /// The year is likely to end below plan.
        YearEndRisk = "year_end_risk",
    }
}

text_enum! {
    /// How bad it is.
    Severity {
        /// To know.
        Info = "info",
        /// To act on.
        Warning = "warning",
        /// To act on now.
        Critical = "critical",
    }
}

text_enum! {
    /// Where an alert stands.
    State {
        /// Nobody has promised anything.
        Open = "open",
        /// A promise or a snooze is running.
        Acknowledged = "acknowledged",
        /// Over.
        Resolved = "resolved",
    }
}

text_enum! {
    /// The highest that was told so far.
    AlertLevel {
        /// The owner: leader and officer, coordinators, or an assignee.
        Leader = "leader",
        /// The commune's task force.
        Commune = "commune",
        /// The district's task force.
        District = "district",
        /// The province's task force.
        Province = "province",
    }
}

impl From<Level> for AlertLevel {
    fn from(level: Level) -> Self {
        match level {
            Level::Commune => AlertLevel::Commune,
            Level::District => AlertLevel::District,
            Level::Province => AlertLevel::Province,
        }
    }
}

text_enum! {
    /// What an alert is about.
    SubjectType {
        /// A plan line.
        Line = "line",
        /// A project.
        Project = "project",
        /// An administrative unit.
        Unit = "unit",
        /// An agency.
        Agency = "agency",
        /// A funding source.
        FundingSource = "funding_source",
        /// An obstacle.
        Obstacle = "obstacle",
        /// A directive.
        Directive = "directive",
    }
}

impl Rule {
    /// Whether a promise on it is an amount to be paid on its line.
    pub fn is_about_money(self) -> bool {
        matches!(
            self,
            Rule::DueSoon | Rule::ScheduleOverdue | Rule::NoDisbursement | Rule::YearEndRisk
        )
    }

    /// Whether it ends with the disbursement period of its line. An advance is owed until it is
    /// recovered.
    pub fn ends_with_period(self) -> bool {
        self != Rule::AdvanceOverdue
    }
}

/// The identity of an alert: at most one is live for each.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// The rule.
    pub rule: Rule,
    /// What it is about.
    pub subject_type: SubjectType,
    /// Which one.
    pub subject_id: i64,
    /// The budget year, the target, or the year and source.
    pub context: String,
}

/// Something that is wrong on a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// What.
    pub key: Key,
    /// How bad.
    pub severity: Severity,
    /// The subject in words.
    pub label: String,
    /// The project it belongs to.
    pub project_id: Option<i64>,
    /// The plan line it is about.
    pub line_id: Option<i64>,
    /// The unit whose task force is told first.
    pub unit_id: Option<i64>,
    /// Who has to act.
    pub owner: Owner,
    /// How large it is: a waived alert wakes when this grows.
    pub measure: i64,
    /// Amounts, dates, versions, under the names of the progress answer.
    pub details: Map<String, Value>,
}

/// Builds details in a fixed order.
#[derive(Default)]
pub struct Details(Map<String, Value>);

impl Details {
    /// None yet.
    pub fn new() -> Self {
        Details::default()
    }

    /// Adds one; values of our own types always serialise.
    pub fn with(mut self, name: &str, value: impl serde::Serialize) -> Self {
        let value = serde_json::to_value(value).unwrap_or(Value::Null);
        self.0.insert(name.to_owned(), value);
        self
    }

    /// Takes over all fields of a record.
    pub fn with_all(mut self, record: impl serde::Serialize) -> Self {
        if let Ok(Value::Object(fields)) = serde_json::to_value(record) {
            self.0.extend(fields);
        }
        self
    }

    /// The details.
    pub fn done(self) -> Map<String, Value> {
        self.0
    }
}

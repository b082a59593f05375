//! The figures of one plan line on one day (domain.md §6, §7), under the names of the progress answer.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::capital::Origin;
use super::ledger::LineBook;
use super::money::{Money, Rate};
use super::schedule::{self, ScheduleVersion};

pub use super::lateness::{Ageing, Lateness, lateness};
pub use super::months::{MonthFigures, months};
pub use super::totals::{Tally, Totals};

/// Which lines a figure counts and what it divides by, chosen by the reader (domain.md §6). A rate is always shown
/// with its basis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// `initial` entries of in-year lines.
    Initial,
    /// All entries of in-year lines.
    Adjusted,
    /// Extended lines.
    Extended,
    /// Lines of both origins.
    #[default]
    Total,
    /// Capital assignments; for units, agencies and sources only. The payments are those of both origins.
    Assigned,
}

impl Basis {
    /// Every basis, in the order of a choice list.
    pub const ALL: [Basis; 5] = [
        Basis::Initial,
        Basis::Adjusted,
        Basis::Extended,
        Basis::Total,
        Basis::Assigned,
    ];

    /// The code in queries and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Basis::Initial => "initial",
            Basis::Adjusted => "adjusted",
            Basis::Extended => "extended",
            Basis::Total => "total",
            Basis::Assigned => "assigned",
        }
    }

    /// Reads the code; `None` for anything else.
    pub fn parse(code: &str) -> Option<Basis> {
        Self::ALL.into_iter().find(|basis| basis.as_str() == code)
    }

    /// Whether lines of this origin count.
    pub const fn selects(self, origin: Origin) -> bool {
        match self {
            Basis::Initial | Basis::Adjusted => matches!(origin, Origin::InYear),
            Basis::Extended => matches!(origin, Origin::Extended),
            Basis::Total | Basis::Assigned => true,
        }
    }
}

/// How a line stands with its schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScheduleState {
    /// A version is in force and sums to the plan.
    Approved,
    /// A version is in force and does not sum to the plan of the day.
    Mismatched,
    /// No approved version is in force. Missing is not zero: such a line has no lateness.
    Missing,
}

impl ScheduleState {
    /// The code in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            ScheduleState::Approved => "approved",
            ScheduleState::Mismatched => "mismatched",
            ScheduleState::Missing => "missing",
        }
    }
}

/// The figures of one plan line on one day. Amounts in đồng.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LineProgress {
    /// The denominator that the basis chose.
    pub plan: Money,
    /// Net of all postings by the day.
    pub disbursed: Money,
    /// `disbursed` ÷ `plan`; none when the plan is 0.
    pub rate: Option<Rate>,
    /// Items due on or before the day, of the version in force.
    pub scheduled: Money,
    /// Late against the version in force.
    pub late_amount: Money,
    /// The due date of the oldest late item that is not filled.
    pub late_since: Option<NaiveDate>,
    /// Calendar days since then; 0 when nothing is late.
    pub days_late: i64,
    /// `late_amount` by age.
    pub ageing: Ageing,
    /// Advances not yet recovered.
    pub outstanding_advance: Money,
    /// How the schedule stands against the plan.
    pub schedule: ScheduleState,
    /// The version in force.
    pub schedule_version: Option<i32>,
    /// Late against the baseline: a new version does not hide delay.
    pub baseline_late_amount: Money,
    /// Approved versions effective by the day, after the first.
    pub replans: usize,
}

/// What the arithmetic of one line on one day starts from, whether it comes from a book or from a roll-up. Đồng.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineFigures {
    /// The denominator that the basis chose.
    pub plan: Money,
    /// plan(line, D), with which the schedule is compared whatever the basis.
    pub full_plan: Money,
    /// Net of all postings by the day.
    pub disbursed: Money,
    /// Advances not yet recovered on the day.
    pub outstanding_advance: Money,
}

/// The figures of a line from its book. `schedules` are its approved versions, in any order; whether the line counts
/// at all is for [`Basis::selects`].
pub fn line_progress(
    book: &LineBook,
    schedules: &[ScheduleVersion],
    as_of: NaiveDate,
    basis: Basis,
) -> LineProgress {
    let sums = book.sums(as_of);
    let plan = match basis {
        Basis::Initial => sums.initial,
        _ => sums.plan,
    };
    let figures = LineFigures {
        plan: Money::saturating(plan),
        full_plan: Money::saturating(sums.plan),
        disbursed: Money::saturating(sums.disbursed),
        outstanding_advance: Money::saturating(sums.advance),
    };
    line_progress_from(figures, schedules, as_of)
}

/// The same from figures already summed, for reports over a whole province.
pub fn line_progress_from(
    figures: LineFigures,
    schedules: &[ScheduleVersion],
    as_of: NaiveDate,
) -> LineProgress {
    let in_force = schedule::in_force(schedules, as_of);
    let late = |version: &ScheduleVersion| lateness(&version.items, figures.disbursed, as_of);
    let current = in_force.map(late).unwrap_or_default();
    let baseline_late_amount = match (schedule::baseline(schedules, as_of), in_force) {
        // Most lines were planned once.
        (Some(first), Some(version)) if std::ptr::eq(first, version) => current.late_amount,
        (first, _) => first.map(late).unwrap_or_default().late_amount,
    };
    LineProgress {
        plan: figures.plan,
        disbursed: figures.disbursed,
        rate: Rate::of(figures.disbursed, figures.plan),
        scheduled: current.scheduled,
        late_amount: current.late_amount,
        late_since: current.late_since,
        days_late: current.days_late,
        ageing: current.ageing,
        outstanding_advance: figures.outstanding_advance,
        schedule: state(in_force, figures.full_plan),
        schedule_version: in_force.map(|version| version.version),
        baseline_late_amount,
        replans: schedule::replans(schedules, as_of),
    }
}

fn state(in_force: Option<&ScheduleVersion>, full_plan: Money) -> ScheduleState {
    match in_force {
        None => ScheduleState::Missing,
        Some(version) if version.total() == Some(full_plan) => ScheduleState::Approved,
        Some(_) => ScheduleState::Mismatched,
    }
}

#[cfg(test)]
#[path = "progress_tests.rs"]
mod tests;

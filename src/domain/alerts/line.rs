//! A plan line through time, and as it stands on one day.

use chrono::NaiveDate;

use crate::domain::capital::{Origin, period_start};
use crate::domain::disbursement::outstanding_parts;
use crate::domain::ledger::LineBook;
use crate::domain::money::Money;
use crate::domain::progress::{LineFigures, LineProgress, ScheduleState, line_progress_from};
use crate::domain::schedule::{self, ScheduleVersion};

/// A plan line with everything dated that the rules need.
#[derive(Clone, Debug, Default)]
pub struct LineHistory {
    /// Identity.
    pub id: i64,
    /// Its project.
    pub project_id: i64,
    /// Its source.
    pub funding_source_id: i64,
    /// Budget year.
    pub budget_year: i32,
    /// In-year or extended capital.
    pub origin: Origin,
    /// The last day on which it may be paid.
    pub deadline: NaiveDate,
    /// Its plan entries, and its postings: each, or summed up to the one day looked at.
    pub book: LineBook,
    /// Its approved schedule versions.
    pub versions: Vec<ScheduleVersion>,
    /// Advances that stand, by posting date; needed where some are outstanding.
    pub advances: Vec<(NaiveDate, Money)>,
}

/// A plan line on one day.
#[derive(Clone, Debug)]
pub struct LineState<'a> {
    /// The line.
    pub line: &'a LineHistory,
    /// Its figures, on the basis `total`.
    pub progress: LineProgress,
    /// What may still be spent: plan less extensions out, less disbursed.
    pub remainder: Money,
    /// The day the plan took effect: the later of the first with plan > 0 and 1 January.
    pub effective_since: Option<NaiveDate>,
}

impl LineHistory {
    /// How it stands on a day.
    pub fn on(&self, day: NaiveDate) -> LineState<'_> {
        let plan = self.book.plan(day);
        let disbursed = self.book.disbursed(day);
        let figures = LineFigures {
            plan,
            full_plan: plan,
            disbursed,
            outstanding_advance: self.book.outstanding_advance(day),
        };
        let left = self.book.available(day).wide() - disbursed.wide();
        LineState {
            line: self,
            progress: line_progress_from(figures, &self.versions, day),
            remainder: Money::saturating(left.max(0)),
            effective_since: self.effective_since(day),
        }
    }

    /// The later of the first day with plan > 0 and 1 January of the year; none when there is no
    /// such day by `day`.
    fn effective_since(&self, day: NaiveDate) -> Option<NaiveDate> {
        let mut days: Vec<NaiveDate> = self.change_days(day);
        days.retain(|on| self.book.plan(*on).is_positive());
        let first = days.into_iter().min()?;
        Some(first.max(period_start(self.budget_year)))
    }

    fn change_days(&self, day: NaiveDate) -> Vec<NaiveDate> {
        let entries = self.book.entries.iter().map(|entry| entry.effective_date);
        let mut days: Vec<NaiveDate> = entries.filter(|on| *on <= day).collect();
        days.sort_unstable();
        days.dedup();
        days
    }

    /// The day since which the schedule in force does not sum to the plan; none when it does, or
    /// when there is none.
    pub fn mismatched_since(&self, day: NaiveDate) -> Option<NaiveDate> {
        let mut days = self.change_days(day);
        let versions = self.versions.iter().map(|version| version.effective_date);
        days.extend(versions.filter(|on| *on <= day));
        days.sort_unstable();
        days.dedup();
        let mismatched = |on: NaiveDate| {
            schedule::in_force(&self.versions, on)
                .is_some_and(|version| version.total() != Some(self.book.plan(on)))
        };
        let last_run = days.iter().rev().take_while(|on| mismatched(**on));
        last_run.last().copied()
    }

    /// What is outstanding of advances posted before `day` minus nothing: first in, first out, so
    /// what is left is the youngest. Gives (posting date, part still outstanding), oldest first.
    pub fn outstanding_advances(&self, day: NaiveDate) -> Vec<(NaiveDate, Money)> {
        let mut advances = self.advances.clone();
        advances.retain(|(on, _)| *on <= day);
        outstanding_parts(&advances, self.book.outstanding_advance(day))
    }
}

impl LineState<'_> {
    /// Whether a schedule is in force.
    pub fn has_schedule(&self) -> bool {
        self.progress.schedule != ScheduleState::Missing
    }

    /// Whether the disbursement period is over.
    pub fn is_over(&self, day: NaiveDate) -> bool {
        day > self.line.deadline
    }
}

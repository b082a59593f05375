//! A line's year month by month, as increments (api.md: `months`).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::calendar::{month_start, months_between};
use super::capital::period_start;
use super::ledger::LineBook;
use super::money::Money;
use super::schedule::{self, ScheduleVersion};

/// What one month adds, đồng.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MonthFigures {
    /// `YYYY-MM`.
    pub month: String,
    /// Items due in it, of the version in force.
    pub scheduled: Money,
    /// Net posted in it, by the day of the report.
    pub disbursed: Money,
}

/// Every month of the line's disbursement period, from January of the budget year to the month of `deadline`. Postings
/// after `as_of` are left out; items are those of the version in force on `as_of`. A month outside the period is there
/// only if a posting or an item falls in it, so the months always sum to the line's disbursed figure and to its
/// schedule.
pub fn months(
    book: &LineBook,
    schedules: &[ScheduleVersion],
    budget_year: i32,
    deadline: NaiveDate,
    as_of: NaiveDate,
) -> Vec<MonthFigures> {
    let period = months_between(period_start(budget_year), deadline);
    let mut sums: BTreeMap<NaiveDate, (i128, i128)> =
        period.into_iter().map(|month| (month, (0, 0))).collect();
    for item in schedule::in_force(schedules, as_of)
        .iter()
        .flat_map(|version| &version.items)
    {
        sums.entry(month_start(item.due_date)).or_default().0 += item.amount.wide();
    }
    for posting in book
        .postings
        .iter()
        .filter(|posting| posting.posted_on <= as_of)
    {
        sums.entry(month_start(posting.posted_on)).or_default().1 += posting.net.wide();
    }
    let figures = |(month, (scheduled, disbursed)): (NaiveDate, (i128, i128))| MonthFigures {
        month: month.format("%Y-%m").to_string(),
        scheduled: Money::saturating(scheduled),
        disbursed: Money::saturating(disbursed),
    };
    sums.into_iter().map(figures).collect()
}

#[cfg(test)]
#[path = "months_tests.rs"]
mod tests;

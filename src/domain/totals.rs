//! Group figures: sums of line figures, and rates of sums, never means of rates (domain.md §6).

use chrono::NaiveDate;
use serde::Serialize;

use super::lateness::Ageing;
use super::money::{Money, Rate};
use super::progress::LineProgress;

/// The figures of several lines on one day and basis, under the names of the progress answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Σ plan, đồng.
    pub plan: Money,
    /// Σ disbursed, đồng.
    pub disbursed: Money,
    /// Σ disbursed ÷ Σ plan; none when the plan is 0.
    pub rate: Option<Rate>,
    /// Σ scheduled, đồng.
    pub scheduled: Money,
    /// Σ late amounts, đồng: one line's advance payments do not make up for another's delay.
    pub late_amount: Money,
    /// That of the line that has been late longest.
    pub late_since: Option<NaiveDate>,
    /// Calendar days, of the same line; 0 when nothing is late.
    pub days_late: i64,
    /// Σ ageing, bucket by bucket.
    pub ageing: Ageing,
    /// Σ outstanding advances, đồng.
    pub outstanding_advance: Money,
}

/// Figures of lines summed one by one, exact.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    lines: usize,
    plan: i128,
    disbursed: i128,
    scheduled: i128,
    late_amount: i128,
    late_since: Option<NaiveDate>,
    days_late: i64,
    ageing: [i128; 4],
    outstanding_advance: i128,
}

impl Tally {
    /// Adds a line of the same day.
    pub fn add(&mut self, line: &LineProgress) {
        self.lines += 1;
        self.plan += line.plan.wide();
        self.disbursed += line.disbursed.wide();
        self.scheduled += line.scheduled.wide();
        self.outstanding_advance += line.outstanding_advance.wide();
        // A line that is not late has no age.
        let Some(since) = line.late_since else {
            return;
        };
        self.late_amount += line.late_amount.wide();
        self.late_since = Some(self.late_since.map_or(since, |oldest| oldest.min(since)));
        self.days_late = self.days_late.max(line.days_late);
        let Ageing {
            d1_30,
            d31_60,
            d61_90,
            d90_plus,
        } = line.ageing;
        for (sum, part) in self
            .ageing
            .iter_mut()
            .zip([d1_30, d31_60, d61_90, d90_plus])
        {
            *sum += part.wide();
        }
    }

    /// Whether no line was added.
    pub const fn is_empty(&self) -> bool {
        self.lines == 0
    }

    /// The sums; `None` if one is beyond [`Money::MAX`].
    pub fn totals(&self) -> Option<Totals> {
        let (plan, disbursed) = (Money::exact(self.plan)?, Money::exact(self.disbursed)?);
        let [d1_30, d31_60, d61_90, d90_plus] = self.ageing;
        Some(Totals {
            plan,
            disbursed,
            rate: Rate::of(disbursed, plan),
            scheduled: Money::exact(self.scheduled)?,
            late_amount: Money::exact(self.late_amount)?,
            late_since: self.late_since,
            days_late: self.days_late,
            ageing: Ageing {
                d1_30: Money::exact(d1_30)?,
                d31_60: Money::exact(d31_60)?,
                d61_90: Money::exact(d61_90)?,
                d90_plus: Money::exact(d90_plus)?,
            },
            outstanding_advance: Money::exact(self.outstanding_advance)?,
        })
    }
}

impl Totals {
    /// Sums lines of the same day; `None` if a sum is beyond [`Money::MAX`].
    pub fn of<'a>(lines: impl IntoIterator<Item = &'a LineProgress>) -> Option<Totals> {
        let mut tally = Tally::default();
        for line in lines {
            tally.add(line);
        }
        tally.totals()
    }
}

#[cfg(test)]
#[path = "totals_tests.rs"]
mod tests;

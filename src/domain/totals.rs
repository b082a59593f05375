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

impl Totals {
    /// Sums lines of the same day; `None` if a sum is beyond [`Money::MAX`].
    pub fn of<'a>(lines: impl IntoIterator<Item = &'a LineProgress>) -> Option<Totals> {
        let lines: Vec<&LineProgress> = lines.into_iter().collect();
        let sum =
            |figure: fn(&LineProgress) -> Money| Money::sum(lines.iter().map(|line| figure(line)));
        let (plan, disbursed) = (sum(|line| line.plan)?, sum(|line| line.disbursed)?);
        Some(Totals {
            plan,
            disbursed,
            rate: Rate::of(disbursed, plan),
            scheduled: sum(|line| line.scheduled)?,
            late_amount: sum(|line| line.late_amount)?,
            late_since: lines.iter().filter_map(|line| line.late_since).min(),
            days_late: lines
                .iter()
                .map(|line| line.days_late)
                .max()
                .unwrap_or_default(),
            ageing: Ageing {
                d1_30: sum(|line| line.ageing.d1_30)?,
                d31_60: sum(|line| line.ageing.d31_60)?,
                d61_90: sum(|line| line.ageing.d61_90)?,
                d90_plus: sum(|line| line.ageing.d90_plus)?,
            },
            outstanding_advance: sum(|line| line.outstanding_advance)?,
        })
    }
}

#[cfg(test)]
#[path = "totals_tests.rs"]
mod tests;

//! Who is ahead and who is behind: units or investors by rate, against the average.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::View;
use super::Asked;
use super::progress::{self, GroupBy, Grouping, ProgressRow, ProgressTotals};
use crate::domain::money::Rate;
use crate::domain::progress::Basis;
use crate::error::{Code, Fault, Result};

/// A ranked row.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RankedRow {
    /// Its figures and rank.
    #[serde(flatten)]
    pub row: ProgressRow,
    /// `above`, `equal` or `below` the average; null without a rate.
    pub against_average: Option<&'static str>,
}

/// How many rows have a rate in a span.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RankingBucket {
    /// From this rate; null for rows without one.
    #[schema(value_type = Option<String>)]
    pub from: Option<Rate>,
    /// Below this rate; null for no end. The first bucket holds exactly 0.
    #[schema(value_type = Option<String>)]
    pub below: Option<Rate>,
    /// Rows.
    pub count: usize,
}

/// The report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RankingReport {
    /// The budget year.
    pub budget_year: i32,
    /// The day of the figures.
    pub as_of: NaiveDate,
    /// The basis of the figures.
    #[schema(value_type = String)]
    pub basis: Basis,
    /// `unit` or `investor`.
    #[schema(value_type = String)]
    pub group_by: GroupBy,
    /// All together; their rate is the average.
    pub totals: ProgressTotals,
    /// How many rows lie where.
    pub buckets: Vec<RankingBucket>,
    /// Rows by rank.
    pub rows: Vec<RankedRow>,
}

/// Where the buckets begin, in percent; the first is exactly 0.
const STEPS: [i128; 7] = [0, 10, 20, 40, 60, 80, 100];

/// The report over what the reader may see.
pub fn report(view: &mut View<'_>, asked: &Asked, grouping: Grouping) -> Result<RankingReport> {
    if !matches!(grouping.by, GroupBy::Unit | GroupBy::Investor) {
        let why = "unit, investor";
        return Err(Fault::at("/group_by", Code::Invalid)
            .with("why", why)
            .into());
    }
    let progress = progress::report(view, asked, grouping)?;
    let average = progress.totals.rate;
    let rates: Vec<Option<Rate>> = progress.rows.iter().map(|row| row.rate).collect();
    let rows = progress.rows.into_iter().map(|row| RankedRow {
        against_average: row.rate.zip(average).map(|(rate, average)| {
            match rate.hundredths().cmp(&average.hundredths()) {
                std::cmp::Ordering::Greater => "above",
                std::cmp::Ordering::Equal => "equal",
                std::cmp::Ordering::Less => "below",
            }
        }),
        row,
    });
    Ok(RankingReport {
        budget_year: progress.budget_year,
        as_of: progress.as_of,
        basis: progress.basis,
        group_by: progress.group_by,
        rows: rows.collect(),
        buckets: buckets(&rates),
        totals: progress.totals,
    })
}

/// Counts rates by bucket; rows without a rate are the last bucket.
fn buckets(rates: &[Option<Rate>]) -> Vec<RankingBucket> {
    let rate = |percent: i128| Rate::from_hundredths(percent * 100);
    let known = || rates.iter().flatten().map(|rate| rate.hundredths());
    let count = |low: i128, high: Option<i128>| {
        known()
            .filter(|at| *at > 0 && *at >= low * 100 && high.is_none_or(|high| *at < high * 100))
            .count()
    };
    let zero = RankingBucket {
        from: rate(0),
        below: rate(0),
        count: known().filter(|at| *at <= 0).count(),
    };
    let spans = STEPS.iter().enumerate().map(|(index, low)| {
        let high = STEPS.get(index + 1).copied();
        RankingBucket {
            from: rate(*low),
            below: high.and_then(rate),
            count: count(*low, high),
        }
    });
    let unknown = RankingBucket {
        from: None,
        below: None,
        count: rates.iter().filter(|rate| rate.is_none()).count(),
    };
    std::iter::once(zero)
        .chain(spans)
        .chain([unknown])
        .collect()
}

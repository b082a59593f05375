//! Who is ahead and who is behind, and how they spread.

use super::super::chart;
use super::super::layout::Layout;
use super::super::text::fill;
use crate::domain::money::Rate;
use crate::service::reports::progress::ProgressRow;

/// A row of a ranking.
pub struct Ranked {
    /// Its figures.
    pub row: ProgressRow,
    /// Where it leads.
    pub link: Option<String>,
    /// Its bar with the mark of the average.
    pub bar: String,
}

/// A ranking: who leads and who is last are in sight, those between are a click away.
pub struct Ranking {
    /// The first.
    pub top: Vec<Ranked>,
    /// Those between.
    pub middle: Vec<Ranked>,
    /// The last.
    pub bottom: Vec<Ranked>,
}

/// Rows at each end of a long ranking.
const ENDS: usize = 8;

impl Ranking {
    /// Cuts a list in rank order.
    pub fn of(mut rows: Vec<Ranked>) -> Self {
        let long = rows.len() > 2 * ENDS + 3;
        let bottom = match long {
            true => rows.split_off(rows.len() - ENDS),
            false => Vec::new(),
        };
        let middle = match long {
            true => rows.split_off(ENDS),
            false => Vec::new(),
        };
        Ranking {
            top: rows,
            middle,
            bottom,
        }
    }
}

/// A row with its bar.
pub fn ranked(row: &ProgressRow, average: Option<Rate>, link: Option<String>) -> Ranked {
    let hundredths = |rate: Option<Rate>| rate.map_or(0, |rate| rate.hundredths());
    let low = row.rate < average;
    Ranked {
        bar: chart::meter(
            hundredths(row.rate),
            10_000,
            average.map(|rate| rate.hundredths()),
            low,
        ),
        row: row.clone(),
        link,
    }
}

/// How many rows lie in each tenth of the scale.
pub fn buckets(rows: &[ProgressRow], l: &Layout) -> Vec<(String, usize)> {
    let t = &l.t.overview;
    let steps: [i128; 7] = [0, 10, 20, 40, 60, 80, 100];
    let mut counts = [0_usize; 8];
    let mut unknown = 0;
    for row in rows {
        match row.rate.map(|rate| rate.hundredths()) {
            None => unknown += 1,
            Some(0) => counts[0] += 1,
            Some(rate) => {
                let place = steps.iter().skip(1).take_while(|step| rate >= **step * 100);
                if let Some(count) = counts.get_mut(1 + place.count()) {
                    *count += 1;
                }
            }
        }
    }
    let label = |index: usize| {
        let number = |at: usize| steps.get(at).map_or_else(String::new, ToString::to_string);
        match index {
            0 => t.bucket_none.to_owned(),
            1 => fill(t.bucket_below, &[("n", &number(1))]),
            7 => fill(t.bucket_above, &[("n", &number(6))]),
            other => {
                let (low, high) = (number(other - 1), number(other));
                fill(t.bucket_between, &[("low", &low), ("high", &high)])
            }
        }
    };
    let mut list: Vec<(String, usize)> = counts
        .into_iter()
        .enumerate()
        .map(|(index, count)| (label(index), count))
        .collect();
    if unknown > 0 {
        list.push((t.bucket_unknown.to_owned(), unknown));
    }
    list
}

//! What the province's budget years teach: their season, and how much of the plan they paid.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::season::{MONTHS, Season};
use super::{WHOLE, pace, share};
use crate::domain::calendar::month_end;
use crate::domain::money::Money;

/// Earlier years that count; older ones tell of other rules.
const YEARS: usize = 3;

/// How much of a season the province counts to have gone at the pace of earlier years, in
/// millionths: a twentieth, so that by spring its own pace rules.
const PROVINCE_LEAD: i128 = 50_000;

/// The part of its plan that a year disburses where none is known, in millionths: the country's
/// in 2023 and 2024.
const COMPLETION: i128 = 930_000;

/// Capital given or taken away: a plan entry, or many with the same dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The day from which it counts.
    pub from: NaiveDate,
    /// The last day on which it may be paid.
    pub until: NaiveDate,
    /// Signed đồng.
    pub amount: Money,
}

/// The least that is available on a day or on any later one, đồng.
pub fn least_available(given: &[Grant], from: NaiveDate) -> i128 {
    let mut changes: Vec<(NaiveDate, i128)> = given
        .iter()
        .map(|grant| (grant.from.max(from), grant.amount.wide()))
        .collect();
    changes.sort_unstable_by_key(|(on, _)| *on);
    let mut sum = 0;
    let days = changes.chunk_by(|a, b| a.0 == b.0).map(|day| {
        sum += day.iter().map(|(_, amount)| amount).sum::<i128>();
        sum
    });
    let least = days.min().unwrap_or_default();
    // Before the first change there was nothing.
    match given.iter().any(|grant| grant.from <= from) {
        true => least,
        false => least.min(0),
    }
}

/// A budget year of the province's in-year capital.
#[derive(Clone, Debug, Default)]
struct Year {
    /// Net by month (its first day), đồng.
    paid: Vec<(NaiveDate, i128)>,
    /// Its plan entries.
    given: Vec<Grant>,
}

impl Year {
    fn disbursed(&self) -> i128 {
        self.paid.iter().map(|(_, net)| net).sum()
    }

    fn planned(&self) -> i128 {
        self.given.iter().map(|grant| grant.amount.wide()).sum()
    }
}

/// The province's budget years, from the roll-up of payments and the plan entries.
#[derive(Clone, Debug, Default)]
pub struct History(BTreeMap<i32, Year>);

/// What a budget year looks like from a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// The budget year.
    pub budget_year: i32,
    /// The course of earlier years.
    pub season: Season,
    /// The province's pace this year, in millionths: what its plan will be paid to if it goes on.
    pub pace: i128,
    /// The earlier years that the season is learned from; none when it is the country's.
    pub learned_from: Vec<i32>,
}

impl History {
    /// The first budget year that says something of this one: in January the year before is not
    /// over, and one more counts.
    pub fn first_year(budget_year: i32) -> i32 {
        let years = i32::try_from(YEARS).unwrap_or_default();
        budget_year.saturating_sub(years + 1)
    }

    /// Adds the net of a month, named by its first day.
    pub fn paid(&mut self, budget_year: i32, month: NaiveDate, net: i128) {
        self.0
            .entry(budget_year)
            .or_default()
            .paid
            .push((month, net));
    }

    /// Adds a plan entry.
    pub fn given(&mut self, budget_year: i32, grant: Grant) {
        self.0.entry(budget_year).or_default().given.push(grant);
    }

    /// How a budget year looks on a day. Only whole months and years that are over by then count,
    /// so that a look back sees what could be seen.
    pub fn outlook(&self, budget_year: i32, as_of: NaiveDate) -> Outlook {
        let over = |year: i32| {
            NaiveDate::from_ymd_opt(year.saturating_add(1), 1, 31).is_some_and(|end| end < as_of)
        };
        let earlier = self.0.range(..budget_year).rev();
        let known: Vec<(i32, &Year)> = earlier
            .filter(|(year, book)| over(**year) && book.disbursed() > 0)
            .take(YEARS)
            .map(|(year, book)| (*year, book))
            .collect();
        let learned = season_of(&known);
        let season = learned.unwrap_or(Season::NATIONAL);
        let completion = match learned {
            Some(_) => {
                let paid = known.iter().map(|(_, year)| year.disbursed()).sum();
                let planned = known.iter().map(|(_, year)| year.planned()).sum();
                share(paid, planned).clamp(0, WHOLE)
            }
            None => COMPLETION,
        };
        let mut learned_from: Vec<i32> = known.iter().map(|(year, _)| *year).collect();
        learned_from.reverse();
        Outlook {
            budget_year,
            season,
            pace: self.pace(budget_year, as_of, &season, completion),
            learned_from,
        }
    }

    /// The province's pace by the last whole month.
    fn pace(&self, budget_year: i32, as_of: NaiveDate, season: &Season, completion: i128) -> i128 {
        let whole = last_whole_month(as_of);
        let Some(year) = self.0.get(&budget_year) else {
            return completion;
        };
        let standing = standing(&year.given, whole);
        let planned: i128 = standing.iter().map(|grant| grant.amount.wide()).sum();
        let paid = year.paid.iter().filter(|(month, _)| *month <= whole);
        let paid: i128 = paid.map(|(_, net)| net).sum();
        let passed = passed(season, budget_year, &standing, whole);
        pace(
            share(paid.max(0), planned),
            passed.checked_div(planned).unwrap_or_default(),
            PROVINCE_LEAD,
            completion,
        )
        .min(WHOLE)
    }
}

fn season_of(years: &[(i32, &Year)]) -> Option<Season> {
    let mut months = [0_i128; MONTHS];
    for (number, year) in years {
        for (month, net) in &year.paid {
            let place =
                (i64::from(month.year()) - i64::from(*number)) * 12 + i64::from(month.month0());
            // What is paid later, of late supplements, counts as paid at the end.
            let place = usize::try_from(place).unwrap_or_default().min(MONTHS - 1);
            if let Some(sum) = months.get_mut(place) {
                *sum += net;
            }
        }
    }
    Season::learn(&months)
}

/// The end of the last month that is over by the end of a day.
fn last_whole_month(day: NaiveDate) -> NaiveDate {
    match day == month_end(day) {
        true => day,
        false => day
            .with_day(1)
            .and_then(|first| first.pred_opt())
            .unwrap_or(day),
    }
}

/// What stands of capital on a day, by the day it came. What was taken away was taken from what
/// came last.
pub(super) fn standing(given: &[Grant], day: NaiveDate) -> Vec<Grant> {
    let mut given: Vec<Grant> = given
        .iter()
        .filter(|grant| grant.from <= day)
        .copied()
        .collect();
    // On one day, first what comes and then what goes.
    given.sort_by_key(|grant| (grant.from, grant.amount.is_negative(), grant.until));
    let mut standing: Vec<Grant> = Vec::with_capacity(given.len());
    for grant in given {
        if grant.amount.is_positive() {
            standing.push(grant);
            continue;
        }
        let mut taken = -grant.amount.wide();
        while taken > 0
            && let Some(last) = standing.pop()
        {
            let left = last.amount.wide() - taken;
            taken = -left;
            if left > 0 {
                standing.push(Grant {
                    amount: Money::saturating(left),
                    ..last
                });
            }
        }
    }
    standing
}

/// Σ amount × share of its season that has passed, in millionths of a đồng.
pub(super) fn passed(
    season: &Season,
    budget_year: i32,
    standing: &[Grant],
    day: NaiveDate,
) -> i128 {
    let parts = standing.iter().map(|grant| {
        let part = season.passed(budget_year, (grant.from, grant.until), day);
        grant.amount.wide() * part
    });
    parts.sum()
}

#[cfg(test)]
#[path = "history_tests.rs"]
mod tests;

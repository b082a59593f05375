//! The forecast of one plan line, and its way there.

use chrono::NaiveDate;
use serde::Serialize;

use super::history::{Grant, Outlook, passed, standing};
use super::{WHOLE, pace, share};
use crate::domain::money::Money;
use crate::domain::schedule::ScheduleVersion;

/// How much of a season a line counts to have gone at the province's pace, in millionths: a
/// quarter, so that by summer its own pace rules.
const LINE_LEAD: i128 = 250_000;

/// What will be disbursed by a day, đồng: low ≤ expected ≤ high.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Forecast {
    /// If half of what is expected still comes.
    pub low: Money,
    /// What is expected.
    pub expected: Money,
    /// If twice as much comes.
    pub high: Money,
}

impl Forecast {
    /// The same three times: nothing is open any more.
    pub fn settled(amount: Money) -> Self {
        Forecast {
            low: amount,
            expected: amount,
            high: amount,
        }
    }
}

/// Forecasts summed one by one, side by side, exact. The sides of a sum are those of all lines
/// being off in the same direction, as in a bad or a good year.
#[derive(Clone, Copy, Debug, Default)]
pub struct ForecastTally([i128; 3]);

impl ForecastTally {
    /// Adds one.
    pub fn add(&mut self, one: Forecast) {
        for (sum, part) in self.0.iter_mut().zip([one.low, one.expected, one.high]) {
            *sum += part.wide();
        }
    }

    /// The sums; `None` if one is beyond [`Money::MAX`].
    pub fn total(&self) -> Option<Forecast> {
        let [low, expected, high] = self.0.map(Money::exact);
        Some(Forecast {
            low: low?,
            expected: expected?,
            high: high?,
        })
    }
}

/// A plan line as its forecast sees it on a day.
#[derive(Clone, Copy, Debug)]
pub struct Course<'a> {
    /// All its plan entries, those still to take effect included.
    pub given: &'a [Grant],
    /// Net disbursed by the day, đồng.
    pub disbursed: Money,
    /// The schedule version in force.
    pub schedule: Option<&'a ScheduleVersion>,
    /// The last day on which it may be paid.
    pub deadline: NaiveDate,
}

/// Where a line is going from a day on.
#[derive(Clone, Debug)]
pub struct Projection<'a> {
    outlook: &'a Outlook,
    standing: Vec<Grant>,
    deadline: NaiveDate,
    disbursed: Money,
    /// What has passed of the season of its money, in millionths of a đồng.
    passed: i128,
    /// What has passed by season and schedule, in millionths.
    gone: i128,
    /// Its own pace mixed with the province's, in millionths.
    pace: i128,
    /// What its pace would still bring, whether there is money for it or not, đồng.
    rest: i128,
    /// What may still be paid, đồng.
    room: i128,
    end: Forecast,
}

impl<'a> Projection<'a> {
    /// Looks ahead from the end of a day.
    pub fn of(outlook: &'a Outlook, line: &Course<'_>, as_of: NaiveDate) -> Self {
        let standing = standing(line.given, as_of);
        let available: i128 = standing.iter().map(|grant| grant.amount.wide()).sum();
        let passed = passed(&outlook.season, outlook.budget_year, &standing, as_of);
        let by_season = passed.checked_div(available).unwrap_or_default();
        let by_schedule = line.schedule.and_then(|version| due_share(version, as_of));
        // Nobody is behind before both the season and the schedule say so.
        let gone = by_schedule.unwrap_or(WHOLE).min(by_season);
        let paid = line.disbursed.wide();
        let pace = pace(share(paid.max(0), available), gone, LINE_LEAD, outlook.pace);
        let open = standing.iter().filter(|grant| grant.until > as_of);
        let open: i128 = open.map(|grant| grant.amount.wide()).sum();
        let room = (available - paid).min(open).max(0);
        let rest = available * (WHOLE - gone) * pace / (WHOLE * WHOLE);
        let with = |more: i128| Money::saturating(paid + more.clamp(0, room));
        let end = match as_of >= line.deadline {
            true => Forecast::settled(line.disbursed),
            false => Forecast {
                low: with(rest / 2),
                expected: with(rest),
                high: with(rest * 2),
            },
        };
        Projection {
            outlook,
            standing,
            deadline: line.deadline,
            disbursed: line.disbursed,
            passed,
            gone,
            pace,
            rest,
            room,
            end,
        }
    }

    /// The forecast for the end of its disbursement period.
    pub fn end(&self) -> Forecast {
        self.end
    }

    /// The pace it is expected to keep, in millionths of what season and schedule let expect.
    pub fn pace(&self) -> i128 {
        self.pace
    }

    /// What is usual by now: what has gone of season or schedule, whichever is less, in millionths.
    pub fn gone(&self) -> i128 {
        self.gone
    }

    /// Whether its own pace counts at least as much as the province's.
    pub fn is_its_own(&self) -> bool {
        self.gone >= LINE_LEAD
    }

    /// What its pace would bring by a day beyond the money that it has, đồng: what it could be given
    /// and still spend.
    pub fn beyond(&self, day: NaiveDate) -> Money {
        Money::saturating((self.rest * self.part(day) / WHOLE - self.room).max(0))
    }

    /// The forecast by a day after the one it was made on: what is still to come, spread over the
    /// season that is left. Cumulative, never falling.
    pub fn by(&self, day: NaiveDate) -> Forecast {
        let (part, paid) = (self.part(day), self.disbursed.wide());
        let on_the_way = |end: Money| Money::saturating(paid + (end.wide() - paid) * part / WHOLE);
        Forecast {
            low: on_the_way(self.end.low),
            expected: on_the_way(self.end.expected),
            high: on_the_way(self.end.high),
        }
    }

    /// The part of the season that is left which has gone by the end of a day, in millionths.
    fn part(&self, day: NaiveDate) -> i128 {
        if day >= self.deadline {
            return WHOLE;
        }
        let (season, year) = (&self.outlook.season, self.outlook.budget_year);
        let available: i128 = self.standing.iter().map(|grant| grant.amount.wide()).sum();
        let come = passed(season, year, &self.standing, day) - self.passed;
        share(come.max(0), available * WHOLE - self.passed).min(WHOLE)
    }
}

/// The part of a schedule that is due by the end of a day, in millionths; none of an empty one.
fn due_share(version: &ScheduleVersion, day: NaiveDate) -> Option<i128> {
    let total = version.total()?.wide();
    (total > 0).then(|| share(version.scheduled(day).wide(), total))
}

#[cfg(test)]
#[path = "projection_tests.rs"]
mod tests;

//! Where a project will end the year, as `docs/forecast.md` says, in plain numbers.

use chrono::{Datelike, Days, NaiveDate};

use super::books::Books;
use crate::support::app::date;

/// The country's curve: percent of the year's money by the end of each month, January to January.
const CURVE: [f64; 13] = [
    2.0, 6.0, 13.0, 19.0, 24.0, 33.0, 40.5, 45.0, 51.0, 57.0, 65.0, 90.0, 100.0,
];
/// What a year pays of its plan where no earlier year is known.
const COMPLETION: f64 = 0.93;

/// The part of a year's money that has come by the end of a day of 2024 or January 2025.
fn come(day: NaiveDate) -> f64 {
    let month = (day.year() - 2024) * 12 + day.month0() as i32;
    let Ok(month) = usize::try_from(month) else {
        return 0.0;
    };
    let before = if month == 0 { 0.0 } else { CURVE[month - 1] };
    let length = f64::from(month_end(day).day());
    (before + (CURVE[month] - before) * f64::from(day.day()) / length) / 100.0
}

fn month_end(day: NaiveDate) -> NaiveDate {
    let mut end = day;
    while end.succ_opt().unwrap().month() == day.month() {
        end = end.succ_opt().unwrap();
    }
    end
}

/// The part of its season that has gone for money that came on a day.
fn gone(came: NaiveDate, on: NaiveDate) -> f64 {
    let begun = come(came - Days::new(1));
    (come(on) - begun).max(0.0) / (1.0 - begun)
}

impl Books {
    /// The capital of a project on a day, and the part of its season that has gone, weighted by it.
    fn season(&self, project: i64, on: NaiveDate) -> (f64, f64) {
        let given = self.projects[&project].plan.iter();
        let (mut all, mut passed) = (0.0, 0.0);
        for (came, amount) in given.filter(|(came, _)| *came <= on) {
            all += *amount as f64;
            passed += *amount as f64 * gone(*came, on);
        }
        (all, passed)
    }

    /// The province's pace by the end of the last whole month.
    fn pace(&self, on: NaiveDate) -> f64 {
        let whole = match month_end(on) == on {
            true => on,
            false => on.with_day(1).unwrap() - Days::new(1),
        };
        let (mut planned, mut passed, mut paid) = (0.0, 0.0, 0.0);
        for project in self.projects.keys() {
            let (all, part) = self.season(*project, whole);
            planned += all;
            passed += part;
            paid += self.paid(*project, whole) as f64;
        }
        if planned == 0.0 {
            return COMPLETION;
        }
        let pace = (paid / planned + 0.05 * COMPLETION) / (passed / planned + 0.05);
        pace.min(1.0)
    }

    /// Whether the year will end below 90 percent, once a quarter of it has gone.
    pub fn year_end_risk(&self, project: i64, on: NaiveDate) -> bool {
        let (all, passed) = self.season(project, on);
        if all == 0.0 {
            return false;
        }
        let items = self.items(project, on);
        let by_schedule = items.map_or(1.0, |items| {
            let whole: i64 = items.iter().map(|(_, amount)| amount).sum();
            let due = items.iter().filter(|(due, _)| *due <= on);
            due.map(|(_, amount)| amount).sum::<i64>() as f64 / whole as f64
        });
        let gone = by_schedule.min(passed / all);
        let paid = self.paid(project, on) as f64;
        let pace = (paid / all + 0.25 * self.pace(on)) / (gone + 0.25);
        let rest = (all * (1.0 - gone) * pace).min(all - paid);
        gone >= 0.25 && on < date("2025-01-31") && (paid + rest).floor() < all * 0.9
    }
}

//! The payments of the demo.

use chrono::{Datelike, NaiveDate, TimeDelta};

use super::facts::YearFact;
use super::model::{Line, MILLION, Place, Project, day, share};
use super::random::Random;

/// A payment to be loaded.
#[derive(Clone, Copy)]
pub struct Payment {
    pub kind: &'static str,
    pub gross: i64,
    pub recovered: i64,
    pub on: NaiveDate,
    /// Logged by mistake: reversed after a few days.
    pub mistaken: bool,
}

/// Payments of a year: what the province paid between two known days is shared among the lines by
/// plan and pace, as far as each has room.
pub fn pay(projects: &mut [Project], year: &YearFact, random: &mut Random) {
    let places: Vec<Place> = projects
        .iter()
        .enumerate()
        .flat_map(|(index, project)| (0..project.lines.len()).map(move |line| (index, line)))
        .filter(|(project, line)| projects[*project].lines[*line].year == year.year)
        .collect();
    let mut from = day(year.year, 1, 2);
    let mut before = 0;
    for (y, m, d, cumulative) in year.disbursed {
        let until = day(*y, *m, *d);
        let mut left = (cumulative - before) * MILLION;
        for _ in 0..8 {
            left -= spread(projects, &places, left, (from, until), random);
        }
        from = until + TimeDelta::days(1);
        before = *cumulative;
    }
}

fn spread(
    projects: &mut [Project],
    places: &[Place],
    total: i64,
    (from, until): (NaiveDate, NaiveDate),
    random: &mut Random,
) -> i64 {
    if total <= 0 {
        return 0;
    }
    let weights: Vec<i64> = places
        .iter()
        .map(|(project, line)| {
            let line = &projects[*project].lines[*line];
            let room = line.planned_on(from) - line.paid;
            match room > 0 && random.percent(75) {
                true => line.planned() / 100 * line.pace,
                false => 0,
            }
        })
        .collect();
    let mut paid = 0;
    for ((project, line), part) in places.iter().zip(share(total, &weights)) {
        let line = &mut projects[*project].lines[*line];
        let amount = part.min(line.planned_on(from) - line.paid);
        // Nobody sends the Treasury a file for less than half a million đồng.
        if amount < 500 {
            continue;
        }
        let days = (until - from).num_days();
        let on = from + TimeDelta::days(random.between(0, days));
        // In order, so that an advance is there before it is recovered.
        let last = line.payments.last().map_or(on, |payment| payment.on);
        line.log(amount, on.max(last), random);
        paid += amount;
    }
    paid
}

impl Line {
    fn log(&mut self, net: i64, on: NaiveDate, random: &mut Random) {
        self.paid += net;
        let outstanding: i64 = self.payments.iter().map(Payment::advance).sum();
        let first = self.payments.is_empty();
        let payment = match first && random.percent(45) && on.month() < 10 {
            true => Payment {
                kind: "advance",
                gross: net,
                recovered: 0,
                on,
                mistaken: false,
            },
            false => {
                let recovered = outstanding.min(net / 3);
                let gross = net + recovered;
                Payment {
                    kind: "completed_volume",
                    gross,
                    recovered,
                    on,
                    mistaken: false,
                }
            }
        };
        let mistake =
            payment.kind == "completed_volume" && payment.recovered == 0 && random.percent(1);
        if mistake && on < day(2026, 10, 20) && payment.gross < self.planned_on(on) - self.paid {
            self.payments.push(Payment {
                mistaken: true,
                ..payment
            });
        }
        self.payments.push(payment);
    }
}

impl Payment {
    fn advance(&self) -> i64 {
        match self.kind {
            "advance" => self.gross,
            _ => -self.recovered,
        }
    }
}

//! The course of a budget year, month by month.

use chrono::{Datelike, NaiveDate};

use super::{WHOLE, share};

/// Months of the disbursement period of in-year capital: January to January.
pub const MONTHS: usize = 13;

/// Which part of what a budget year disburses in all is disbursed by the end of each month, from
/// January N to January N+1. Cumulative millionths, never falling, the last one all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Season([i128; MONTHS]);

impl Season {
    /// The country's, for a province without an earlier year: rounded from the Ministry of
    /// Finance's reports of 2022 to 2025, in which about half of the year's money lands after
    /// September.
    pub const NATIONAL: Season = Season([
        20_000, 60_000, 130_000, 190_000, 240_000, 330_000, 405_000, 450_000, 510_000, 570_000,
        650_000, 900_000, WHOLE,
    ]);

    /// Learns it from the net disbursed in each month; none when nothing was in all. What is
    /// refunded in a month does not turn the curve back.
    pub fn learn(paid: &[i128; MONTHS]) -> Option<Season> {
        let total: i128 = paid.iter().sum();
        if total <= 0 {
            return None;
        }
        let (mut sum, mut highest) = (0, 0);
        Some(Season(paid.map(|net| {
            sum += net;
            highest = share(sum, total).clamp(highest, WHOLE);
            highest
        })))
    }

    /// Cumulative share by the end of each of the 13 months, in millionths.
    pub fn by_month(&self) -> [i128; MONTHS] {
        self.0
    }

    /// The share by the end of a month, counted from January N as 1; 0 before it. Money that may
    /// be paid beyond the 13 months follows the same months again: February N+1 is like February N.
    fn by_end_of(&self, month: i64) -> i128 {
        let Ok(month) = usize::try_from(month) else {
            return 0;
        };
        let by = |number: usize| match number.checked_sub(1) {
            Some(index) => self.0.get(index).copied().unwrap_or(WHOLE),
            None => 0,
        };
        match month.checked_sub(MONTHS) {
            None => by(month),
            Some(beyond) => {
                let (years, rest) = (beyond / 12, beyond % 12);
                let years = i128::try_from(years).unwrap_or_default();
                let a_year = WHOLE - by(1);
                WHOLE + years * a_year + by(1 + rest) - by(1)
            }
        }
    }

    /// The share by the end of a day, in millionths; above [`WHOLE`] after January N+1. Within a
    /// month it grows evenly.
    pub fn by(&self, budget_year: i32, day: NaiveDate) -> i128 {
        let years = i64::from(day.year()) - i64::from(budget_year);
        let month = years * 12 + i64::from(day.month0());
        if month < 0 {
            return 0;
        }
        let (before, after) = (self.by_end_of(month), self.by_end_of(month + 1));
        let days = i128::from(day.num_days_in_month()).max(1);
        before + (after - before) * i128::from(day.day()) / days
    }

    /// Which part of the season of money that came on `from` and may be paid until `until` has
    /// gone by the end of `day`, in millionths: 0 before it came, all of it from its last day on.
    pub fn passed(
        &self,
        budget_year: i32,
        (from, until): (NaiveDate, NaiveDate),
        day: NaiveDate,
    ) -> i128 {
        if day >= until {
            return WHOLE;
        }
        let eve = from.pred_opt().unwrap_or(from);
        let begun = self.by(budget_year, eve);
        let gone = self.by(budget_year, day) - begun;
        share(gone.max(0), self.by(budget_year, until) - begun).min(WHOLE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// A tenth in each of the first ten months of the period.
    fn tenths() -> Season {
        let mut paid = [0; MONTHS];
        paid[..10].fill(7);
        Season::learn(&paid).unwrap()
    }

    #[test]
    fn the_curve_is_cumulative_and_ends_whole() {
        for season in [Season::NATIONAL, tenths()] {
            let months = season.by_month();
            assert!(
                months.windows(2).all(|pair| pair[0] <= pair[1]),
                "{months:?}"
            );
            assert_eq!(months[12], WHOLE);
        }
        assert_eq!(tenths().by_month()[4], 500_000);
        assert_eq!(Season::learn(&[0; MONTHS]), None);
    }

    #[test]
    fn a_refund_does_not_turn_it_back() {
        let mut paid = [0; MONTHS];
        (paid[1], paid[2], paid[12]) = (60, -20, 60);
        let months = Season::learn(&paid).unwrap().by_month();
        assert_eq!(
            (months[1], months[2], months[12]),
            (600_000, 600_000, WHOLE)
        );
        // Nor does it start below nothing or pass the whole.
        (paid[0], paid[1], paid[2], paid[12]) = (-10, 130, 0, -20);
        let months = Season::learn(&paid).unwrap().by_month();
        assert_eq!((months[0], months[1], months[12]), (0, WHOLE, WHOLE));
    }

    #[test]
    fn days_lie_evenly_within_a_month() {
        let season = tenths();
        for (on, expected) in [
            ("2023-12-31", 0),
            ("2024-01-31", 100_000),
            ("2024-02-29", 200_000),
            ("2024-04-15", 350_000),
            ("2024-10-31", WHOLE),
            ("2025-01-31", WHOLE),
            ("2025-02-28", 1_100_000),
            ("2026-01-31", 1_900_000),
            ("2026-02-28", 2_000_000),
        ] {
            assert_eq!(season.by(2024, day(on)), expected, "{on}");
        }
        assert!(season.by(2024, NaiveDate::MAX) > WHOLE);
    }

    #[test]
    fn money_has_its_own_season_from_the_day_it_came() {
        let season = tenths();
        let passed = |from: &str, until: &str, on: &str| {
            season.passed(2024, (day(from), day(until)), day(on))
        };
        assert_eq!(passed("2023-12-10", "2025-01-31", "2024-05-31"), 500_000);
        // Given on 1 July: July is one of the four months that are left of it.
        assert_eq!(passed("2024-07-01", "2025-01-31", "2024-07-31"), 250_000);
        assert_eq!(passed("2024-07-01", "2025-01-31", "2024-06-30"), 0);
        assert_eq!(passed("2024-07-01", "2025-01-31", "2025-01-31"), WHOLE);
        // Extended capital has to be paid by December.
        assert_eq!(passed("2024-01-01", "2024-05-31", "2024-04-30"), 800_000);
        // A season without a movement is gone on its last day only.
        assert_eq!(passed("2024-12-01", "2025-01-31", "2024-12-31"), 0);
    }
}

//! Days: working days, months, and the business date of an instant (domain.md §3, §8).
//!
//! Only escalation delays count working days. Statutory budget dates are never moved.

use std::collections::HashSet;

use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc, Weekday};

/// Monday to Friday minus the holiday table, which is data: Tết moves every year.
#[derive(Clone, Debug, Default)]
pub struct WorkingCalendar {
    holidays: HashSet<NaiveDate>,
}

impl WorkingCalendar {
    /// A calendar with these days off beside Saturdays and Sundays.
    pub fn new(holidays: impl IntoIterator<Item = NaiveDate>) -> Self {
        WorkingCalendar {
            holidays: holidays.into_iter().collect(),
        }
    }

    /// Monday to Friday and no holiday.
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !self.holidays.contains(&day)
    }

    /// The `n`-th working day strictly after `from`; `from` itself for 0. At the end of the calendar, the last day.
    pub fn add_working_days(&self, from: NaiveDate, n: u32) -> NaiveDate {
        let mut day = from;
        for _ in 0..n {
            match day.succ_opt() {
                Some(next) => day = self.next_working_day_on_or_after(next),
                None => break,
            }
        }
        day
    }

    /// `from` if it is a working day, else the first one after it.
    pub fn next_working_day_on_or_after(&self, from: NaiveDate) -> NaiveDate {
        from.iter_days()
            .find(|day| self.is_working_day(*day))
            .unwrap_or(NaiveDate::MAX)
    }
}

/// The first day of the month of `day`.
pub fn month_start(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// The last day of the month of `day`.
pub fn month_end(day: NaiveDate) -> NaiveDate {
    day.with_day(day.num_days_in_month().into()).unwrap_or(day)
}

/// The first days of all months from that of `first` to that of `last`, both included; none when `last` is in an
/// earlier month.
pub fn months_between(first: NaiveDate, last: NaiveDate) -> Vec<NaiveDate> {
    let next = |month: &NaiveDate| month.checked_add_months(Months::new(1));
    std::iter::successors(Some(month_start(first)), next)
        .take_while(|month| *month <= last)
        .collect()
}

/// The calendar date in Asia/Ho_Chi_Minh, which has been at +07:00 without summer time since 1975.
pub fn vn_date(instant: DateTime<Utc>) -> NaiveDate {
    instant
        .checked_add_signed(TimeDelta::hours(7))
        .unwrap_or(instant)
        .date_naive()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// Tết 2025: 27 January to 31 January off.
    fn tet() -> WorkingCalendar {
        WorkingCalendar::new((27..=31).map(|d| NaiveDate::from_ymd_opt(2025, 1, d).unwrap()))
    }

    #[test]
    fn working_days_skip_weekends_and_holidays() {
        let calendar = tet();
        assert!(calendar.is_working_day(day("2025-01-24")));
        for off in [
            "2025-01-25",
            "2025-01-26",
            "2025-01-27",
            "2025-01-31",
            "2025-02-01",
            "2025-02-02",
        ] {
            assert!(!calendar.is_working_day(day(off)), "{off}");
        }
        for (from, n, expected) in [
            ("2025-01-24", 0, "2025-01-24"),
            ("2025-01-24", 1, "2025-02-03"),
            ("2025-01-23", 1, "2025-01-24"),
            ("2025-01-23", 2, "2025-02-03"),
            ("2025-01-28", 0, "2025-01-28"),
            ("2025-01-28", 1, "2025-02-03"),
            ("2025-01-25", 5, "2025-02-07"),
            ("2024-08-16", 15, "2024-09-06"),
        ] {
            assert_eq!(
                calendar.add_working_days(day(from), n),
                day(expected),
                "{from}+{n}"
            );
        }
        assert_eq!(
            calendar.next_working_day_on_or_after(day("2025-01-25")),
            day("2025-02-03")
        );
        assert_eq!(
            calendar.next_working_day_on_or_after(day("2025-02-03")),
            day("2025-02-03")
        );
    }

    #[test]
    fn the_end_of_the_calendar_is_no_panic() {
        let calendar = WorkingCalendar::default();
        assert_eq!(calendar.add_working_days(NaiveDate::MAX, 5), NaiveDate::MAX);
        assert_eq!(month_end(NaiveDate::MAX), NaiveDate::MAX);
        assert_eq!(months_between(NaiveDate::MAX, NaiveDate::MAX).len(), 1);
        assert_eq!(
            vn_date(DateTime::<Utc>::MAX_UTC),
            DateTime::<Utc>::MAX_UTC.date_naive()
        );
    }

    #[test]
    fn months() {
        for (from, end) in [
            ("2024-02-10", "2024-02-29"),
            ("2025-02-01", "2025-02-28"),
            ("2024-12-31", "2024-12-31"),
            ("2100-02-01", "2100-02-28"),
        ] {
            assert_eq!(month_end(day(from)), day(end));
        }
        let months = months_between(day("2024-11-30"), day("2025-01-01"));
        assert_eq!(months, ["2024-11-01", "2024-12-01", "2025-01-01"].map(day));
        assert_eq!(
            months_between(day("2024-05-31"), day("2024-05-01")),
            [day("2024-05-01")]
        );
        assert!(months_between(day("2024-05-01"), day("2024-04-30")).is_empty());
    }

    #[test]
    fn the_business_date_turns_at_seventeen_utc() {
        for (instant, expected) in [
            ("2024-12-31T16:59:59Z", "2024-12-31"),
            ("2024-12-31T17:00:00Z", "2025-01-01"),
            ("2024-12-31T00:00:00Z", "2024-12-31"),
        ] {
            assert_eq!(vn_date(instant.parse().unwrap()), day(expected));
        }
    }

    proptest! {
        #[test]
        fn adding_counts_each_working_day_once(start in 0..3_000_i64, n in 1..40_u32, off in prop::collection::hash_set(0..3_100_i64, 0..300)) {
            let at = |days: i64| day("2020-01-01") + TimeDelta::days(days);
            let calendar = WorkingCalendar::new(off.into_iter().map(at));
            let end = calendar.add_working_days(at(start), n);
            let counted = at(start).iter_days().skip(1).take_while(|d| *d <= end).filter(|d| calendar.is_working_day(*d)).count();
            prop_assert_eq!(counted, usize::try_from(n).unwrap());
            prop_assert!(calendar.is_working_day(end));
        }
    }
}

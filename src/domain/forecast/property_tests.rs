//! What holds of every forecast, whatever the line.

use chrono::{NaiveDate, TimeDelta};
use proptest::prelude::*;

use super::{Course, Forecast, Grant, History, Projection, Season, WHOLE};
use crate::domain::money::Money;
use crate::domain::schedule::{ScheduleItem, ScheduleVersion};

const FIRST: NaiveDate = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();

fn nth(day: i64) -> NaiveDate {
    FIRST + TimeDelta::days(day)
}

fn grants() -> impl Strategy<Value = Vec<Grant>> {
    let grant =
        (-60..500_i64, 0..800_i64, -1_000..3_000_i64).prop_map(|(from, length, amount)| Grant {
            from: nth(from),
            until: nth(from + length),
            amount: Money::dong(amount),
        });
    prop::collection::vec(grant, 0..6)
}

fn schedules() -> impl Strategy<Value = Option<ScheduleVersion>> {
    let item = (0..400_i64, 0..1_000_i64).prop_map(|(due, amount)| ScheduleItem {
        due_date: nth(due),
        amount: Money::dong(amount),
    });
    prop::option::of(
        prop::collection::vec(item, 0..6).prop_map(|items| ScheduleVersion {
            version: 1,
            effective_date: FIRST,
            items,
        }),
    )
}

/// Any two earlier years and the year itself, lawful or not.
fn histories() -> impl Strategy<Value = History> {
    let year = || {
        (
            grants(),
            prop::collection::vec((0..20_u32, -500..2_000_i128), 0..20),
        )
    };
    prop::collection::vec(year(), 0..3).prop_map(|years| {
        let mut history = History::default();
        for (number, (given, paid)) in (2022..).zip(years) {
            for grant in given {
                history.given(number, grant);
            }
            let first = NaiveDate::from_ymd_opt(number, 1, 1).unwrap();
            for (month, net) in paid {
                history.paid(number, first + chrono::Months::new(month), net);
            }
        }
        history
    })
}

fn sides(forecast: Forecast) -> [i128; 3] {
    [forecast.low, forecast.expected, forecast.high].map(Money::wide)
}

proptest! {
    #[test]
    fn a_forecast_is_bounded_ordered_and_never_falls(
        history in histories(),
        given in grants(),
        schedule in schedules(),
        disbursed in 0..4_000_i64,
        as_of in -40..900_i64,
    ) {
        let as_of = nth(as_of);
        let outlook = history.outlook(2024, as_of);
        prop_assert!((0..=WHOLE).contains(&outlook.pace));
        let deadline = given.iter().map(|grant| grant.until).max().unwrap_or(FIRST);
        let course = Course { given: &given, disbursed: Money::dong(disbursed), schedule: schedule.as_ref(), deadline };
        let projection = Projection::of(&outlook, &course, as_of);
        let positive = given.iter().filter(|grant| grant.from <= as_of && grant.amount.is_positive());
        let given_by_now: i128 = positive.map(|grant| grant.amount.wide()).sum();
        let least = i128::from(disbursed);
        let most = given_by_now.max(least);
        let end = sides(projection.end());
        prop_assert!(least <= end[0] && end[0] <= end[1] && end[1] <= end[2] && end[2] <= most, "{end:?} {least} {most}");
        if as_of >= deadline {
            prop_assert_eq!(end, [least; 3]);
        }
        // At the day itself it joins what was paid; then it never falls, and ends at the end.
        prop_assert_eq!(sides(projection.by(as_of)), if as_of >= deadline { end } else { [least; 3] });
        let mut before = [least; 3];
        for days in [1, 20, 31, 90, 200, 366, 700, 2_000] {
            let now = sides(projection.by(as_of + TimeDelta::days(days)));
            prop_assert!(now[0] <= now[1] && now[1] <= now[2], "{now:?}");
            prop_assert!(before.iter().zip(now).all(|(before, now)| *before <= now), "{before:?} {now:?}");
            before = now;
        }
        prop_assert_eq!(before, end);
    }

    #[test]
    fn more_paid_never_forecasts_less(
        given in grants(),
        schedule in schedules(),
        paid in (0..2_000_i64, 0..2_000_i64),
        as_of in 0..400_i64,
    ) {
        let outlook = History::default().outlook(2024, nth(as_of));
        let deadline = given.iter().map(|grant| grant.until).max().unwrap_or(FIRST);
        let end = |disbursed: i64| {
            let course = Course { given: &given, disbursed: Money::dong(disbursed), schedule: schedule.as_ref(), deadline };
            sides(Projection::of(&outlook, &course, nth(as_of)).end())
        };
        let (less, more) = (end(paid.0), end(paid.0 + paid.1));
        prop_assert!(less.iter().zip(more).all(|(less, more)| *less <= more), "{less:?} {more:?}");
    }

    #[test]
    fn a_learned_season_never_falls_and_ends_whole(paid in prop::array::uniform13(-100..1_000_i128)) {
        if let Some(season) = Season::learn(&paid) {
            let months = season.by_month();
            prop_assert!(months.windows(2).all(|pair| 0 <= pair[0] && pair[0] <= pair[1]));
            prop_assert_eq!(months[12], WHOLE);
            let mut before = 0;
            for days in 0..1_200 {
                let now = season.by(2024, nth(days));
                prop_assert!(before <= now);
                before = now;
            }
        }
    }
}

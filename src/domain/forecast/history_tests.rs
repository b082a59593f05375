use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn grant(from: &str, until: &str, amount: i64) -> Grant {
    Grant {
        from: day(from),
        until: day(until),
        amount: Money::dong(amount),
    }
}

/// A year that paid `monthly` in each of its 13 months of a plan.
fn add(history: &mut History, year: i32, plan: i64, monthly: i128) {
    let amount = Money::dong(plan);
    history.given(
        year,
        Grant {
            from: NaiveDate::from_ymd_opt(year, 1, 1).unwrap(),
            until: NaiveDate::from_ymd_opt(year + 1, 1, 31).unwrap(),
            amount,
        },
    );
    let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
    for month in
        crate::domain::calendar::months_between(first, first + chrono::TimeDelta::days(370))
    {
        history.paid(year, month, monthly);
    }
}

#[test]
fn without_any_year_the_country_stands_in() {
    let outlook = History::default().outlook(2024, day("2024-06-30"));
    assert_eq!(outlook.season, Season::NATIONAL);
    assert_eq!((outlook.pace, outlook.learned_from.len()), (930_000, 0));
}

#[test]
fn only_years_that_are_over_teach_and_three_at_most() {
    let mut history = History::default();
    for year in 2019..=2024 {
        add(&mut history, year, 1300, 100);
    }
    let learned = |year: i32, on: &str| history.outlook(year, day(on)).learned_from;
    assert_eq!(learned(2024, "2024-02-01"), [2021, 2022, 2023]);
    // In January, and on its last day, the year before still pays.
    assert_eq!(learned(2024, "2024-01-31"), [2020, 2021, 2022]);
    assert_eq!(learned(2021, "2026-01-01"), [2019, 2020]);
    assert!(learned(2019, "2026-01-01").is_empty());
    let season = history.outlook(2024, day("2024-02-01")).season.by_month();
    assert_eq!(season[0], 76_923);
    assert_eq!(season[5], 461_538);
}

#[test]
fn a_year_begins_at_the_pace_of_those_before_and_finds_its_own() {
    let mut history = History::default();
    // Paid 650 of 1 300: half.
    add(&mut history, 2023, 1300, 50);
    // This year twice as fast.
    add(&mut history, 2024, 1300, 100);
    let pace = |on: &str| history.outlook(2024, day(on)).pace;
    assert_eq!(pace("2024-02-20"), 803_030);
    assert_eq!(history.outlook(2023, day("2023-01-15")).pace, 930_000);
    assert!(pace("2024-04-30") > 900_000);
    assert!(pace("2024-12-31") > 970_000);
    // What is paid within the month of the day does not count yet.
    assert_eq!(pace("2024-06-01"), pace("2024-06-29"));
    assert!(pace("2024-06-30") > pace("2024-06-29"));
    // In the year's own January nothing of it is known.
    history.paid(2024, day("2024-01-01"), 1_000_000);
    assert_eq!(history.outlook(2024, day("2024-01-31")).pace, WHOLE);
    assert_eq!(history.outlook(2025, day("2025-01-30")).pace, 500_000);
}

#[test]
fn what_is_taken_away_is_taken_from_what_came_last() {
    let given = [
        grant("2024-10-01", "2025-12-31", 50),
        grant("2024-01-01", "2025-01-31", 100),
        grant("2024-11-01", "2025-01-31", -60),
        grant("2025-01-01", "2025-01-31", 5),
    ];
    let left = |on: &str| {
        let standing = standing(&given, day(on));
        let rows = standing
            .iter()
            .map(|one| (one.from.to_string(), one.amount.get()));
        rows.collect::<Vec<_>>()
    };
    assert_eq!(left("2023-12-31"), []);
    assert_eq!(
        left("2024-10-31"),
        [("2024-01-01".into(), 100), ("2024-10-01".into(), 50)]
    );
    assert_eq!(left("2024-11-01"), [("2024-01-01".into(), 90)]);
    // More than there is leaves nothing, and no debt.
    let given = [
        grant("2024-01-01", "2025-01-31", 10),
        grant("2024-02-01", "2025-01-31", -30),
    ];
    assert!(standing(&given, day("2024-02-01")).is_empty());
    // On one day the order does not matter.
    let given = [
        grant("2024-02-01", "2025-01-31", -30),
        grant("2024-02-01", "2025-01-31", 30),
    ];
    assert!(standing(&given, day("2024-02-01")).is_empty());
}

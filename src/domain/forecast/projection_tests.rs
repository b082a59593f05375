use super::*;
use crate::domain::forecast::{History, Season};
use crate::domain::schedule::ScheduleItem;

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

/// A season of ten equal months, the province at full pace.
fn outlook(pace: i128) -> Outlook {
    let mut paid = [0; 13];
    paid[..10].fill(1);
    Outlook {
        budget_year: 2024,
        season: Season::learn(&paid).unwrap(),
        pace,
        learned_from: vec![2023],
    }
}

fn schedule(items: &[(&str, i64)]) -> ScheduleVersion {
    let item = |(due, amount): &(&str, i64)| ScheduleItem {
        due_date: day(due),
        amount: Money::dong(*amount),
    };
    ScheduleVersion {
        version: 1,
        effective_date: day("2024-01-01"),
        items: items.iter().map(item).collect(),
    }
}

/// Low, expected and high at the end of a line of 1 000.
fn end(pace: i128, disbursed: i64, schedule: Option<&ScheduleVersion>, on: &str) -> [i64; 3] {
    let given = [grant("2023-12-10", "2025-01-31", 1000)];
    end_of(&given, pace, disbursed, schedule, on)
}

fn end_of(
    given: &[Grant],
    pace: i128,
    disbursed: i64,
    schedule: Option<&ScheduleVersion>,
    on: &str,
) -> [i64; 3] {
    let outlook = outlook(pace);
    let deadline = given.iter().map(|one| one.until).max().unwrap();
    let course = Course {
        given,
        disbursed: Money::dong(disbursed),
        schedule,
        deadline,
    };
    let end = Projection::of(&outlook, &course, day(on)).end();
    [end.low, end.expected, end.high].map(Money::get)
}

#[test]
fn a_line_at_the_pace_of_the_province_ends_as_the_province_does() {
    // Half of the season has passed on 31 May.
    assert_eq!(end(WHOLE, 500, None, "2024-05-31"), [750, 1000, 1000]);
    assert_eq!(end(WHOLE * 3 / 5, 300, None, "2024-05-31"), [450, 600, 900]);
}

#[test]
fn its_own_pace_counts_the_more_the_further_the_season_is() {
    // Nothing paid in a province that pays everything.
    assert_eq!(end(WHOLE, 0, None, "2023-12-31"), [500, 1000, 1000]);
    // (0 + ¼) ÷ (½ + ¼) of what is left.
    assert_eq!(end(WHOLE, 0, None, "2024-05-31"), [83, 166, 332]);
    assert_eq!(end(WHOLE, 0, None, "2024-09-30"), [10, 21, 42]);
    // A quick line in a slow province.
    assert_eq!(end(WHOLE / 10, 450, None, "2024-05-31"), [608, 766, 1000]);
}

#[test]
fn nobody_is_behind_before_the_schedule_says_so() {
    let late = schedule(&[("2024-09-30", 1000)]);
    assert_eq!(end(WHOLE, 0, Some(&late), "2024-05-31"), [500, 1000, 1000]);
    // Nor before the season does, however early the schedule is.
    let early = schedule(&[("2024-01-31", 1000)]);
    assert_eq!(end(WHOLE, 0, Some(&early), "2024-05-31"), [83, 166, 332]);
    // A schedule that says nothing changes nothing.
    let empty = schedule(&[]);
    assert_eq!(end(WHOLE, 0, Some(&empty), "2024-05-31"), [83, 166, 332]);
}

#[test]
fn money_that_came_late_is_not_behind() {
    let given = [
        grant("2024-01-01", "2025-01-31", 1000),
        grant("2024-06-01", "2025-01-31", 1000),
    ];
    // 500 of 2 000 by 31 May's reckoning is on time: the second thousand came the day after.
    assert_eq!(
        end_of(&given, WHOLE, 500, None, "2024-05-31"),
        [750, 1000, 1000]
    );
    let [low, expected, high] = end_of(&given, WHOLE, 600, None, "2024-06-01");
    assert!(
        low > 1200 && expected == 2000 && high == 2000,
        "{low} {expected}"
    );
    // A cut takes it back, and the line is judged as before.
    let cut = [given[0], given[1], grant("2024-06-02", "2025-01-31", -1000)];
    assert_eq!(end_of(&cut, WHOLE, 600, None, "2024-06-30")[2], 1000);
}

#[test]
fn nothing_lies_beyond_its_bounds() {
    // All paid, more than is available, nothing planned, taken away again.
    assert_eq!(end(WHOLE, 1000, None, "2024-05-31"), [1000; 3]);
    assert_eq!(end(WHOLE, 1200, None, "2024-05-31"), [1200; 3]);
    let nothing = [
        grant("2024-01-01", "2025-01-31", 1000),
        grant("2024-03-01", "2025-01-31", -1000),
    ];
    assert_eq!(end_of(&nothing, WHOLE, 0, None, "2024-05-31"), [0; 3]);
    // On the deadline and after it, what is paid is paid.
    assert_eq!(end(WHOLE, 400, None, "2025-01-31"), [400; 3]);
    assert_eq!(end(WHOLE, 400, None, "2026-01-31"), [400; 3]);
    // Of two grants one can no longer be paid.
    let given = [
        grant("2024-01-01", "2025-01-31", 1000),
        grant("2024-12-01", "2025-12-31", 50),
    ];
    assert!(end_of(&given, WHOLE, 400, None, "2025-03-31")[2] <= 450);
    // Extended capital has until December.
    let extended = [grant("2024-02-01", "2024-12-31", 300)];
    assert_eq!(end_of(&extended, WHOLE, 100, None, "2024-12-31"), [100; 3]);
    assert_eq!(end_of(&extended, WHOLE, 0, None, "2024-02-01")[2], 300);
}

#[test]
fn the_way_there_follows_the_season() {
    let outlook = outlook(WHOLE * 3 / 5);
    let given = [grant("2023-12-10", "2025-01-31", 1000)];
    let course = Course {
        given: &given,
        disbursed: Money::dong(300),
        schedule: None,
        deadline: day("2025-01-31"),
    };
    let projection = Projection::of(&outlook, &course, day("2024-05-31"));
    for (on, expected) in [
        ("2024-05-31", [300, 300, 300]),
        ("2024-06-30", [330, 360, 420]),
        ("2024-10-31", [450, 600, 900]),
        ("2025-01-31", [450, 600, 900]),
        ("2026-01-01", [450, 600, 900]),
    ] {
        let by = projection.by(day(on));
        assert_eq!(
            [by.low, by.expected, by.high].map(Money::get),
            expected,
            "{on}"
        );
    }
    assert_eq!(projection.pace(), 600_000);
}

#[test]
fn a_quick_line_could_spend_more_than_it_has() {
    let outlook = outlook(WHOLE);
    let given = [grant("2023-12-10", "2025-01-31", 1000)];
    let beyond = |disbursed: i64, by: &str| {
        let course = Course {
            given: &given,
            disbursed: Money::dong(disbursed),
            schedule: None,
            deadline: day("2025-01-31"),
        };
        let projection = Projection::of(&outlook, &course, day("2024-05-31"));
        projection.beyond(day(by)).get()
    };
    // Twice as fast as the season: its pace is 5/3 of it, and brings 833 in the half that is left.
    assert_eq!(beyond(1000, "2025-01-31"), 833);
    assert_eq!(beyond(1000, "2024-06-30"), 166);
    assert_eq!(beyond(800, "2025-01-31"), 500);
    assert_eq!(beyond(500, "2025-01-31"), 0);
    assert_eq!(beyond(0, "2025-01-31"), 0);
}

#[test]
fn sums_are_side_by_side_and_exact() {
    let one = Forecast {
        low: Money::dong(1),
        expected: Money::dong(2),
        high: Money::dong(3),
    };
    let sum = |all: [Forecast; 2]| {
        let mut tally = ForecastTally::default();
        all.into_iter().for_each(|one| tally.add(one));
        tally.total()
    };
    assert_eq!(sum([one, one]).unwrap().high, Money::dong(6));
    assert_eq!(sum([Forecast::settled(Money::MAX), one]), None);
}

#[test]
fn a_province_without_history_has_a_forecast() {
    let outlook = History::default().outlook(2024, day("2024-06-30"));
    let given = [grant("2024-01-01", "2025-01-31", 1000)];
    let course = Course {
        given: &given,
        disbursed: Money::dong(330),
        schedule: None,
        deadline: day("2025-01-31"),
    };
    // 330 is what the country has by June; 93 % is where it ends.
    let end = Projection::of(&outlook, &course, day("2024-06-30")).end();
    assert_eq!(end.expected, Money::dong(979));
}

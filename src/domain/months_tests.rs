use proptest::prelude::*;

use super::super::schedule::ScheduleItem;
use super::super::test_books::{books, day, nth, posting, schedules};
use super::*;

fn version(version: i32, effective_date: &str, items: &[(&str, i64)]) -> ScheduleVersion {
    let item = |(due_date, amount): &(&str, i64)| ScheduleItem {
        due_date: day(due_date),
        amount: Money::dong(*amount),
    };
    ScheduleVersion {
        version,
        effective_date: day(effective_date),
        items: items.iter().map(item).collect(),
    }
}

fn rows(months: &[MonthFigures]) -> Vec<(&str, i64, i64)> {
    months
        .iter()
        .map(|month| {
            (
                month.month.as_str(),
                month.scheduled.get(),
                month.disbursed.get(),
            )
        })
        .collect()
}

#[test]
fn every_month_of_the_period_and_no_payment_after_the_day() {
    let postings = vec![
        posting(10, "2024-02-01"),
        posting(5, "2024-02-29"),
        posting(-3, "2024-03-10"),
        posting(99, "2024-03-11"),
    ];
    let book = LineBook {
        entries: vec![],
        postings,
    };
    let schedules = [
        version(1, "2024-01-01", &[("2024-02-10", 7), ("2025-01-31", 8)]),
        version(2, "2024-03-11", &[("2024-12-31", 15)]),
    ];
    let found = months(
        &book,
        &schedules,
        2024,
        day("2025-01-31"),
        day("2024-03-10"),
    );
    let found = rows(&found);
    assert_eq!(found.len(), 13);
    assert_eq!(
        found[..4],
        [
            ("2024-01", 0, 0),
            ("2024-02", 7, 15),
            ("2024-03", 0, -3),
            ("2024-04", 0, 0)
        ]
    );
    assert_eq!(found[12], ("2025-01", 8, 0));
    let later = months(
        &book,
        &schedules,
        2024,
        day("2025-01-31"),
        day("2024-03-11"),
    );
    assert_eq!(rows(&later)[2], ("2024-03", 0, 96));
    assert_eq!(rows(&later)[11], ("2024-12", 15, 0), "the version in force");
}

#[test]
fn months_outside_the_period_come_only_with_facts() {
    let book = LineBook {
        entries: vec![],
        postings: vec![
            posting(10, "2024-05-01"),
            posting(-4, "2025-03-05"),
            posting(1, "2025-06-01"),
        ],
    };
    let found = months(&book, &[], 2024, day("2024-12-31"), day("2025-03-31"));
    let found = rows(&found);
    assert_eq!(found.len(), 13);
    assert_eq!(found[11..], [("2024-12", 0, 0), ("2025-03", 0, -4)]);
}

#[test]
fn the_answer_has_the_names_of_the_contract() {
    let found = months(
        &LineBook::default(),
        &[],
        2024,
        day("2024-01-31"),
        day("2024-03-31"),
    );
    assert_eq!(
        serde_json::to_string(&found).unwrap(),
        r#"[{"month":"2024-01","scheduled":0,"disbursed":0}]"#
    );
}

proptest! {
    #[test]
    fn months_sum_to_the_line(book in books(), schedules in schedules(), as_of in 0..60_i64, deadline in 0..60_i64) {
        let as_of = nth(as_of);
        let found = months(&book, &schedules, 2024, nth(deadline), as_of);
        prop_assert_eq!(Money::sum(found.iter().map(|month| month.disbursed)), Some(book.disbursed(as_of)));
        let scheduled = schedule::in_force(&schedules, as_of).map_or(Some(Money::ZERO), ScheduleVersion::total);
        prop_assert_eq!(Money::sum(found.iter().map(|month| month.scheduled)), scheduled);
        prop_assert!(found.windows(2).all(|pair| pair[0].month < pair[1].month));
    }
}

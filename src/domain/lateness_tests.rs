use proptest::prelude::*;

use super::super::test_books::{day, items, nth};
use super::*;

/// domain.md §7, the worked example: the same dates, payments and figures.
#[test]
fn the_worked_example() {
    let items = [
        ("2024-03-31", 200),
        ("2024-06-30", 300),
        ("2024-09-30", 300),
        ("2024-12-31", 200),
    ]
    .map(|(due_date, amount)| ScheduleItem {
        due_date: day(due_date),
        amount: Money::dong(amount),
    });
    for (as_of, paid, scheduled, late, since, days, ageing) in [
        ("2024-03-31", 0, 200, 0, None, 0, [0, 0, 0, 0]),
        (
            "2024-04-01",
            0,
            200,
            200,
            Some("2024-03-31"),
            1,
            [200, 0, 0, 0],
        ),
        (
            "2024-07-01",
            250,
            500,
            250,
            Some("2024-06-30"),
            1,
            [250, 0, 0, 0],
        ),
        (
            "2024-08-15",
            150,
            500,
            350,
            Some("2024-03-31"),
            137,
            [0, 300, 0, 50],
        ),
        ("2024-08-15", 600, 500, 0, None, 0, [0, 0, 0, 0]),
    ] {
        let found = lateness(&items, Money::dong(paid), day(as_of));
        let [d1_30, d31_60, d61_90, d90_plus] = ageing.map(Money::dong);
        let expected = Lateness {
            scheduled: Money::dong(scheduled),
            late_amount: Money::dong(late),
            late_since: since.map(day),
            days_late: days,
            ageing: Ageing {
                d1_30,
                d31_60,
                d61_90,
                d90_plus,
            },
        };
        assert_eq!(found, expected, "{as_of} {paid}");
    }
}

#[test]
fn the_edges_of_the_buckets() {
    let items = [ScheduleItem {
        due_date: nth(0),
        amount: Money::dong(7),
    }];
    for (days, place) in [
        (1, 0),
        (30, 0),
        (31, 1),
        (60, 1),
        (61, 2),
        (90, 2),
        (91, 3),
        (5_000, 3),
    ] {
        let found = lateness(&items, Money::ZERO, nth(days));
        let ageing = [
            found.ageing.d1_30,
            found.ageing.d31_60,
            found.ageing.d61_90,
            found.ageing.d90_plus,
        ];
        let expected: Vec<_> = (0..4)
            .map(|bucket| Money::dong(if bucket == place { 7 } else { 0 }))
            .collect();
        assert_eq!(ageing.to_vec(), expected, "{days}");
        assert_eq!(found.days_late, days);
    }
}

#[test]
fn what_should_not_be_there_breaks_nothing() {
    let item = |amount: i64| ScheduleItem {
        due_date: nth(0),
        amount: Money::dong(amount),
    };
    let negative_paid = lateness(&[item(5)], Money::dong(-100), nth(1));
    assert_eq!(
        (negative_paid.late_amount, negative_paid.ageing.d1_30),
        (Money::dong(5), Money::dong(5))
    );
    assert_eq!(
        lateness(&[item(-5)], Money::ZERO, nth(1)).late_amount,
        Money::ZERO
    );
    let zero_first = lateness(
        &[
            item(0),
            ScheduleItem {
                due_date: nth(3),
                ..item(5)
            },
        ],
        Money::ZERO,
        nth(9),
    );
    assert_eq!(
        zero_first.late_since,
        Some(nth(3)),
        "an empty item is never unfilled"
    );
    let huge = lateness(&[item(Money::MAX.get()); 3], Money::ZERO, nth(1));
    assert_eq!(huge.late_amount, Money::MAX);
    assert_eq!(lateness(&[], Money::dong(5), nth(1)), Lateness::default());
}

proptest! {
    #[test]
    fn the_late_amount_is_what_was_due_and_is_not_paid(items in items(), paid in -20..300_i64, as_of in 0..220_i64) {
        let found = lateness(&items, Money::dong(paid), nth(as_of));
        let due: i64 = items.iter().filter(|item| item.due_date < nth(as_of)).map(|item| item.amount.get()).sum();
        let scheduled: i64 = items.iter().filter(|item| item.due_date <= nth(as_of)).map(|item| item.amount.get()).sum();
        prop_assert_eq!(found.late_amount.get(), (due - paid.max(0)).max(0));
        prop_assert_eq!(found.scheduled.get(), scheduled);
        let ageing = found.ageing;
        let buckets = [ageing.d1_30, ageing.d31_60, ageing.d61_90, ageing.d90_plus];
        prop_assert_eq!(Money::sum(buckets), Some(found.late_amount));
        prop_assert!(buckets.iter().all(|bucket| !bucket.is_negative()));
        prop_assert_eq!(found.late_since.is_some(), found.late_amount.is_positive());
        match found.late_since {
            Some(since) => prop_assert_eq!((nth(as_of) - since).num_days(), found.days_late),
            None => prop_assert_eq!(found.days_late, 0),
        }
        // The oldest age that holds money is that of `late_since`.
        let oldest = buckets.iter().rposition(|bucket| bucket.is_positive());
        let expected = found.late_since.map(|_| match found.days_late { ..=30 => 0, 31..=60 => 1, 61..=90 => 2, _ => 3 });
        prop_assert_eq!(oldest, expected);
    }

    #[test]
    fn the_position_of_items_does_not_matter(items in items(), paid in 0..300_i64, as_of in 0..220_i64) {
        let turned: Vec<_> = items.iter().rev().copied().collect();
        prop_assert_eq!(lateness(&items, Money::dong(paid), nth(as_of)), lateness(&turned, Money::dong(paid), nth(as_of)));
    }
}

use proptest::prelude::*;

use super::super::test_books::{all_days, books, day, entry, nth, posting, void};
use super::EntryKind::{Cut, ExtensionIn, ExtensionOut, Initial, Supplement, TransferOut};
use super::*;

const END: &str = "2025-01-31";

fn book(entries: &[Entry], postings: &[Posting]) -> LineBook {
    LineBook {
        entries: entries.to_vec(),
        postings: postings.to_vec(),
    }
}

#[test]
fn an_extension_leaves_the_plan_and_takes_what_may_be_spent() {
    let out = entry(ExtensionOut, 300, "2025-02-10", END);
    let given = [
        entry(Initial, 1000, "2024-01-01", END),
        entry(Supplement, 200, "2024-06-01", END),
        entry(Cut, 100, "2024-06-01", END),
    ];
    let mut book = book(&given, &[posting(700, "2024-05-01")]);
    book.entries.push(out);
    let on = |date: &str| {
        (
            book.plan(day(date)).get(),
            book.initial_plan(day(date)).get(),
            book.available(day(date)).get(),
        )
    };
    assert_eq!(on("2023-12-31"), (0, 0, 0));
    assert_eq!(on("2024-01-01"), (1000, 1000, 1000));
    assert_eq!(on("2024-06-01"), (1100, 1000, 1100));
    assert_eq!(on("2025-02-10"), (1100, 1000, 800));
    assert_eq!(book.remainder_from(day("2024-03-01")), Money::dong(100));
    // The reversal of an extension is no more part of the plan than the extension.
    book.entries.push(void(out, "2025-03-01"));
    assert_eq!(book.plan(day("2025-03-01")), Money::dong(1100));
    assert_eq!(book.available(day("2025-03-01")), Money::dong(1100));
}

#[test]
fn deadlines_come_from_standing_positive_entries() {
    let default = day("2020-01-01");
    let initial = entry(Initial, 1000, "2025-01-01", "2026-01-31");
    let late = entry(Supplement, 50, "2025-10-10", "2026-12-31");
    let cut = entry(Cut, 10, "2025-10-10", "2030-01-01");
    assert_eq!(LineBook::default().deadline(default), default);
    assert_eq!(LineBook::default().earliest_deadline(default), default);
    let mut book = book(&[late, cut, initial], &[]);
    assert_eq!(
        (book.earliest_deadline(default), book.deadline(default)),
        (day("2026-01-31"), day("2026-12-31"))
    );
    book.entries[0].voided = true;
    book.entries.push(void(late, "2025-11-01"));
    assert_eq!(
        (book.earliest_deadline(default), book.deadline(default)),
        (day("2026-01-31"), day("2026-01-31"))
    );
    // The reversal of a cut is positive, but a reversal.
    book.entries.push(void(cut, "2025-11-01"));
    assert_eq!(book.deadline(default), day("2026-01-31"));
    assert_eq!(
        LineBook {
            entries: vec![cut],
            postings: vec![]
        }
        .deadline(default),
        default
    );
}

#[test]
fn facts_of_one_day_are_netted() {
    let day_of = "2024-05-01";
    let netted = book(
        &[
            entry(Initial, 100, day_of, END),
            entry(TransferOut, 100, day_of, END),
            entry(Supplement, 40, day_of, END),
        ],
        &[posting(-60, day_of), posting(100, day_of)],
    );
    assert_eq!(netted.overdrawn(day("2024-01-01")), None);
    assert_eq!(netted.disbursed_negative(day("2024-01-01")), None);
    assert_eq!(netted.plan_negative(day("2024-01-01")), None);
}

#[test]
fn a_check_looks_at_its_day_and_all_later_ones() {
    let book = book(
        &[
            entry(Initial, 100, "2024-01-01", END),
            entry(Cut, 50, "2024-09-01", END),
            entry(ExtensionIn, 50, "2024-10-01", END),
        ],
        &[posting(80, "2024-03-01")],
    );
    let at = |on: &str| {
        Some(Overdraft {
            on: day(on),
            available: Money::dong(50),
            disbursed: Money::dong(80),
        })
    };
    assert_eq!(book.overdrawn(day("2024-01-01")), at("2024-09-01"));
    assert_eq!(
        book.overdrawn(day("2024-09-20")),
        at("2024-09-20"),
        "the state carried into the first day counts"
    );
    assert_eq!(book.overdrawn(day("2024-10-01")), None);
    assert_eq!(book.remainder_from(day("2024-01-01")), Money::dong(-30));
    assert_eq!(book.remainder_from(day("2024-10-01")), Money::dong(20));
}

#[test]
fn negatives_are_found_with_their_figures() {
    let extension = book(
        &[
            entry(Initial, 100, "2024-01-01", END),
            entry(ExtensionOut, 130, "2025-02-01", END),
        ],
        &[],
    );
    let expected = Negative {
        on: day("2025-02-01"),
        figure: Money::dong(-30),
    };
    assert_eq!(
        extension.plan_negative(day("2024-01-01")),
        Some(expected),
        "available, not plan"
    );
    let refund = book(
        &[],
        &[posting(50, "2024-02-01"), posting(-60, "2024-03-01")],
    );
    let expected = Negative {
        on: day("2024-03-01"),
        figure: Money::dong(-10),
    };
    assert_eq!(refund.disbursed_negative(day("2024-01-01")), Some(expected));
    let recovery = Posting {
        net: Money::ZERO,
        advance: Money::dong(-5),
        posted_on: day("2024-04-01"),
    };
    let expected = Negative {
        on: day("2024-04-01"),
        figure: Money::dong(-5),
    };
    assert_eq!(
        book(&[], &[recovery]).advance_negative(day("2024-01-01")),
        Some(expected)
    );
}

#[test]
fn comparisons_are_exact_beyond_the_range() {
    let max = Money::MAX.get();
    let huge = book(
        &[
            entry(Initial, max, "2024-01-01", END),
            entry(Supplement, 1, "2024-02-01", END),
        ],
        &[posting(max, "2024-02-01"), posting(1, "2024-02-02")],
    );
    assert_eq!(huge.overdrawn(day("2024-01-01")), None);
    assert_eq!(
        huge.beyond_range(day("2024-01-01")),
        Some(day("2024-02-01"))
    );
    assert_eq!(huge.plan(day("2024-02-01")), Money::MAX);
    let full = book(
        &[entry(Initial, max, "2024-01-01", END)],
        &[posting(max, "2024-02-01")],
    );
    assert_eq!(full.beyond_range(day("2024-01-01")), None);
}

#[test]
fn a_project_counts_its_opening_balances() {
    let postings = [
        posting(40, "2024-02-01"),
        posting(30, "2024-03-01"),
        posting(-20, "2024-04-01"),
    ];
    let check = |opening: [i64; 2], total: i64, from: &str| {
        project_overdrawn(
            postings,
            opening.map(Money::dong),
            Money::dong(total),
            day(from),
        )
        .map(|found| (found.on, found.disbursed.get()))
    };
    assert_eq!(check([20, 10], 100, "2024-01-01"), None);
    assert_eq!(
        check([20, 10], 99, "2024-01-01"),
        Some((day("2024-03-01"), 100))
    );
    assert_eq!(
        check([20, 10], 99, "2024-03-20"),
        Some((day("2024-03-20"), 100))
    );
    assert_eq!(check([20, 10], 99, "2024-04-01"), None);
    assert_eq!(
        check([100, 0], 99, "2024-01-01"),
        Some((day("2024-01-01"), 100))
    );
    assert_eq!(
        check([0, 100], 99, "2024-01-01"),
        Some((day("2024-01-01"), 100))
    );
}

/// The first day from `from` on which `bad` holds, asking every day.
fn slow(from: NaiveDate, bad: impl Fn(NaiveDate) -> bool) -> Option<NaiveDate> {
    all_days().filter(|day| *day >= from).find(|day| bad(*day))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn checks_agree_with_asking_every_day(book in books(), from in -1..40_i64) {
        let from = nth(from);
        let sum = |day: NaiveDate, counts: fn(&Entry) -> bool| -> i64 {
            book.entries.iter().filter(|entry| entry.effective_date <= day && counts(entry)).map(|entry| entry.amount.get()).sum()
        };
        let paid = |day: NaiveDate| -> i64 { book.postings.iter().filter(|posting| posting.posted_on <= day).map(|posting| posting.net.get()).sum() };
        let owed = |day: NaiveDate| -> i64 { book.postings.iter().filter(|posting| posting.posted_on <= day).map(|posting| posting.advance.get()).sum() };
        let available = |day| sum(day, |_| true);
        let plan = |day| sum(day, |entry| entry.kind != ExtensionOut);
        for day in all_days() {
            prop_assert_eq!(book.available(day).get(), available(day));
            prop_assert_eq!(book.plan(day).get(), plan(day));
            prop_assert_eq!(book.initial_plan(day).get(), sum(day, |entry| entry.kind == Initial));
            prop_assert_eq!(book.disbursed(day).get(), paid(day));
            prop_assert_eq!(book.outstanding_advance(day).get(), owed(day));
        }
        let overdraft = book.overdrawn(from);
        prop_assert_eq!(overdraft.map(|found| found.on), slow(from, |day| paid(day) > available(day)));
        if let Some(found) = overdraft {
            prop_assert_eq!((found.available.get(), found.disbursed.get()), (available(found.on), paid(found.on)));
        }
        let lower = |day| available(day).min(plan(day));
        let negative = |found: Option<Negative>| found.map(|found| (found.on, found.figure.get()));
        prop_assert_eq!(negative(book.plan_negative(from)), slow(from, |day| lower(day) < 0).map(|day| (day, lower(day))));
        prop_assert_eq!(negative(book.advance_negative(from)), slow(from, |day| owed(day) < 0).map(|day| (day, owed(day))));
        prop_assert_eq!(negative(book.disbursed_negative(from)), slow(from, |day| paid(day) < 0).map(|day| (day, paid(day))));
        let least = all_days().filter(|day| *day >= from).map(|day| available(day) - paid(day)).min();
        prop_assert_eq!(Some(book.remainder_from(from).get()), least);
        let project = project_overdrawn(book.postings.clone(), [Money::dong(3), Money::dong(2)], Money::dong(9), from);
        prop_assert_eq!(project.map(|found| found.on), slow(from, |day| 5 + paid(day) > 9));
    }

    #[test]
    fn order_does_not_matter(book in books(), from in 0..40_i64) {
        let mut turned = book.clone();
        turned.entries.reverse();
        turned.postings.reverse();
        let from = nth(from);
        prop_assert_eq!(book.overdrawn(from), turned.overdrawn(from));
        prop_assert_eq!(book.plan_negative(from), turned.plan_negative(from));
        prop_assert_eq!(book.remainder_from(from), turned.remainder_from(from));
        prop_assert_eq!(book.deadline_overdrawn(from), turned.deadline_overdrawn(from));
        prop_assert_eq!(book.deadline(from), turned.deadline(from));
        prop_assert_eq!(book.earliest_deadline(from), turned.earliest_deadline(from));
    }
}

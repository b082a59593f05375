use proptest::prelude::*;

use super::super::capital::EntryKind::{Cut, Initial, Supplement};
use super::super::test_books::{all_days, books, day, entry, nth, posting};
use super::*;

const END: &str = "2026-01-31";
const LATE_END: &str = "2026-12-31";

/// 1000 to the end of January and 100 added in October, good for a year more.
fn book() -> LineBook {
    let entries = vec![
        entry(Initial, 1000, "2025-01-01", END),
        entry(Supplement, 100, "2025-10-10", LATE_END),
    ];
    LineBook {
        entries,
        postings: vec![posting(600, "2025-06-01")],
    }
}

fn found(book: &LineBook) -> Option<(NaiveDate, NaiveDate, i64, i64)> {
    let found = book.deadline_overdrawn(day("2025-01-01"))?;
    Some((
        found.on,
        found.deadline,
        found.posted.get(),
        found.allowed.get(),
    ))
}

#[test]
fn after_its_deadline_money_is_gone() {
    let mut book = book();
    book.postings.push(posting(400, END));
    assert_eq!(found(&book), None, "on the deadline itself it may be paid");
    book.postings.push(posting(100, "2026-02-01"));
    assert_eq!(found(&book), None, "the supplement lasts longer");
    book.postings.push(posting(1, "2026-03-01"));
    assert_eq!(found(&book), Some((day("2026-03-01"), day(END), 101, 100)));
    assert_eq!(
        book.deadline_overdrawn(day("2026-05-05"))
            .map(|found| found.on),
        Some(day("2026-05-05"))
    );
    book.postings.push(posting(-1, "2026-04-01"));
    assert_eq!(book.deadline_overdrawn(day("2026-04-01")), None);
}

#[test]
fn nothing_lasts_beyond_the_last_deadline() {
    let mut book = book();
    book.postings.push(posting(1, "2027-01-01"));
    assert_eq!(found(&book), Some((day("2027-01-01"), day(LATE_END), 1, 0)));
    book.postings.push(posting(-1, "2027-01-01"));
    assert_eq!(found(&book), None);
}

#[test]
fn a_cut_takes_from_the_deadline_it_names() {
    let mut book = book();
    book.postings.push(posting(80, "2026-02-01"));
    book.entries.push(entry(Cut, 30, "2026-03-01", LATE_END));
    assert_eq!(found(&book), Some((day("2026-03-01"), day(END), 80, 70)));
    // More than the longer money itself: broken from the day after the deadline, though nothing happens on it.
    let mut cut = self::book();
    cut.entries.push(entry(Cut, 101, "2025-11-01", LATE_END));
    assert_eq!(found(&cut), Some((day("2026-02-01"), day(END), 0, -1)));
    let last = cut.entries.len() - 1;
    cut.entries[last].deadline = day(END);
    assert_eq!(found(&cut), None);
}

#[test]
fn the_exceeded_sum_is_exact() {
    let max = Money::MAX.get();
    let entries = vec![
        entry(Initial, 5, "2025-01-01", END),
        entry(Supplement, max, "2025-10-10", LATE_END),
        entry(Supplement, 1, "2025-10-10", LATE_END),
    ];
    let mut book = LineBook {
        entries,
        postings: vec![posting(max, "2026-02-01"), posting(1, "2026-02-01")],
    };
    assert_eq!(found(&book), None);
    book.postings.push(posting(1, "2026-02-01"));
    assert_eq!(found(&book), Some((day("2026-02-01"), day(END), max, max)));
}

#[test]
fn an_empty_book_breaks_nothing() {
    assert_eq!(
        LineBook::default().deadline_overdrawn(day("2025-01-01")),
        None
    );
    let end_of_time = LineBook {
        entries: vec![],
        postings: vec![],
    };
    assert_eq!(end_of_time.deadline_overdrawn(NaiveDate::MAX), None);
}

/// The sentence of the rule, asked for every deadline and every day.
fn slow(book: &LineBook, from: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    for t in all_days().filter(|t| *t >= from) {
        let mut deadlines: Vec<_> = book
            .entries
            .iter()
            .map(|entry| entry.deadline)
            .filter(|x| *x < t)
            .collect();
        deadlines.sort();
        for x in deadlines {
            let posted: i64 = book
                .postings
                .iter()
                .filter(|p| p.posted_on > x && p.posted_on <= t)
                .map(|p| p.net.get())
                .sum();
            let allowed: i64 = book
                .entries
                .iter()
                .filter(|e| e.effective_date <= t && e.deadline > x)
                .map(|e| e.amount.get())
                .sum();
            if posted > allowed {
                return Some((t, x));
            }
        }
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn the_sweep_agrees_with_the_sentence(book in books(), from in -1..41_i64) {
        let fast = book.deadline_overdrawn(nth(from)).map(|found| (found.on, found.deadline));
        prop_assert_eq!(fast, slow(&book, nth(from)));
    }
}

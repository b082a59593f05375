use proptest::prelude::*;

use super::super::capital::EntryKind::{Cut, ExtensionOut, Initial};
use super::super::schedule::ScheduleItem;
use super::super::test_books::{books, day, entry, nth, posting, schedules};
use super::*;

#[test]
fn a_basis_selects_lines() {
    let selected = |basis: Basis| Origin::ALL.map(|origin| basis.selects(origin));
    assert_eq!(selected(Basis::Initial), [true, false]);
    assert_eq!(selected(Basis::Adjusted), [true, false]);
    assert_eq!(selected(Basis::Extended), [false, true]);
    assert_eq!(selected(Basis::Total), [true, true]);
    assert_eq!(selected(Basis::Assigned), [true, true]);
    for basis in Basis::ALL {
        assert_eq!(Basis::parse(basis.as_str()), Some(basis));
        assert_eq!(
            serde_json::to_string(&basis).unwrap(),
            format!("\"{}\"", basis.as_str())
        );
    }
    assert_eq!(Basis::parse(""), None);
    assert_eq!(Basis::default(), Basis::Total);
}

fn schedule(version: i32, effective_date: &str, amount: i64) -> ScheduleVersion {
    let items = vec![ScheduleItem {
        due_date: day("2024-12-31"),
        amount: Money::dong(amount),
    }];
    ScheduleVersion {
        version,
        effective_date: day(effective_date),
        items,
    }
}

#[test]
fn the_initial_basis_changes_the_denominator_not_the_schedule_state() {
    let end = "2025-01-31";
    let entries = vec![
        entry(Initial, 1000, "2024-01-01", end),
        entry(Cut, 200, "2024-05-01", end),
    ];
    let book = LineBook {
        entries,
        postings: vec![posting(400, "2024-06-01")],
    };
    let schedules = [schedule(1, "2024-05-01", 800)];
    let initial = line_progress(&book, &schedules, day("2024-06-01"), Basis::Initial);
    assert_eq!(
        (initial.plan, initial.rate),
        (Money::dong(1000), Rate::parse("40.00"))
    );
    assert_eq!(initial.schedule, ScheduleState::Approved);
    let total = line_progress(&book, &schedules, day("2024-06-01"), Basis::Total);
    assert_eq!(
        (total.plan, total.rate),
        (Money::dong(800), Rate::parse("50.00"))
    );
    assert_eq!(
        LineProgress {
            plan: total.plan,
            rate: total.rate,
            ..initial
        },
        total
    );
}

#[test]
fn an_extension_out_changes_neither_rate_nor_schedule() {
    let entries = vec![
        entry(Initial, 1000, "2024-01-01", "2025-01-31"),
        entry(ExtensionOut, 300, "2025-02-10", "2025-01-31"),
    ];
    let book = LineBook {
        entries,
        postings: vec![posting(700, "2024-06-01")],
    };
    let progress = line_progress(
        &book,
        &[schedule(1, "2024-01-01", 1000)],
        day("2025-02-10"),
        Basis::Adjusted,
    );
    assert_eq!(
        (progress.plan, progress.rate),
        (Money::dong(1000), Rate::parse("70.00"))
    );
    assert_eq!(progress.schedule, ScheduleState::Approved);
    assert_eq!(
        (
            progress.late_amount,
            progress.late_since,
            progress.days_late
        ),
        (Money::dong(300), Some(day("2024-12-31")), 41)
    );
}

#[test]
fn an_approved_schedule_counts_from_its_day() {
    let entries = vec![entry(Initial, 1000, "2024-01-01", "2025-01-31")];
    let book = LineBook {
        entries,
        postings: vec![],
    };
    let on = |date: &str| {
        line_progress(
            &book,
            &[schedule(1, "2024-03-01", 1000)],
            day(date),
            Basis::Total,
        )
    };
    assert_eq!(
        (on("2024-02-29").schedule, on("2024-02-29").schedule_version),
        (ScheduleState::Missing, None)
    );
    assert_eq!(
        (on("2024-03-01").schedule, on("2024-03-01").schedule_version),
        (ScheduleState::Approved, Some(1))
    );
}

#[test]
fn the_answer_has_the_names_of_the_contract() {
    let progress = line_progress(&LineBook::default(), &[], day("2024-06-01"), Basis::Total);
    let json = serde_json::to_string(&progress).unwrap();
    let expected = concat!(
        r#"{"plan":0,"disbursed":0,"rate":null,"scheduled":0,"late_amount":0,"late_since":null,"days_late":0,"#,
        r#""ageing":{"d1_30":0,"d31_60":0,"d61_90":0,"d90_plus":0},"outstanding_advance":0,"schedule":"missing","#,
        r#""schedule_version":null,"baseline_late_amount":0,"replans":0}"#
    );
    assert_eq!(json, expected);
    for state in [
        ScheduleState::Approved,
        ScheduleState::Mismatched,
        ScheduleState::Missing,
    ] {
        assert_eq!(
            serde_json::to_string(&state).unwrap(),
            format!("\"{}\"", state.as_str())
        );
    }
}

proptest! {
    /// What is dated after D does not change the figures as of D, and neither does the order of facts.
    #[test]
    fn later_facts_and_order_do_not_matter(book in books(), schedules in schedules(), as_of in 0..40_i64) {
        let as_of = nth(as_of);
        let mut known = book.clone();
        known.entries.retain(|entry| entry.effective_date <= as_of);
        known.postings.retain(|posting| posting.posted_on <= as_of);
        known.entries.reverse();
        known.postings.reverse();
        let approved: Vec<_> = schedules.iter().rev().filter(|version| version.effective_date <= as_of).cloned().collect();
        for basis in Basis::ALL {
            prop_assert_eq!(line_progress(&book, &schedules, as_of, basis), line_progress(&known, &approved, as_of, basis));
        }
    }
}

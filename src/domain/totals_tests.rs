use proptest::prelude::*;

use super::super::progress::{Basis, LineFigures, line_progress, line_progress_from};
use super::super::schedule::{ScheduleItem, ScheduleVersion};
use super::super::test_books::{books, day, nth, schedules};
use super::*;

fn line(plan: i64, disbursed: i64, due: &str) -> LineProgress {
    let figures = LineFigures {
        plan: Money::dong(plan),
        full_plan: Money::dong(plan),
        disbursed: Money::dong(disbursed),
        ..LineFigures::default()
    };
    let items = vec![ScheduleItem {
        due_date: day(due),
        amount: figures.plan,
    }];
    let version = ScheduleVersion {
        version: 1,
        effective_date: day("2024-01-01"),
        items,
    };
    line_progress_from(figures, &[version], day("2024-08-15"))
}

#[test]
fn the_rate_is_that_of_the_sums_and_the_age_that_of_the_oldest() {
    let lines = [
        line(900, 0, "2024-08-10"),
        line(100, 100, "2024-03-31"),
        line(100, 40, "2024-06-30"),
    ];
    let totals = Totals::of(&lines).unwrap();
    assert_eq!((totals.plan.get(), totals.disbursed.get()), (1100, 140));
    assert_eq!(
        totals.rate,
        Rate::parse("12.73"),
        "not the mean of 0, 100 and 40 percent"
    );
    assert_eq!(
        (
            totals.late_amount.get(),
            totals.late_since,
            totals.days_late
        ),
        (960, Some(day("2024-06-30")), 46)
    );
    assert_eq!(
        (totals.ageing.d1_30.get(), totals.ageing.d31_60.get()),
        (900, 60)
    );
}

#[test]
fn no_lines_and_too_large_lines() {
    assert_eq!(Totals::of([]), Some(Totals::default()));
    let mut tally = Tally::default();
    assert!(tally.is_empty());
    tally.add(&line(0, 0, "2024-12-31"));
    assert!(!tally.is_empty());
    assert_eq!(Totals::default().rate, None);
    let huge = line(Money::MAX.get(), 0, "2024-12-31");
    assert!(Totals::of([&huge]).is_some());
    assert_eq!(Totals::of([&huge, &line(1, 0, "2024-12-31")]), None);
}

#[test]
fn the_answer_has_the_names_of_the_contract() {
    let json =
        serde_json::to_string(&Totals::of(&[line(1000, 150, "2024-07-31")]).unwrap()).unwrap();
    let expected = concat!(
        r#"{"plan":1000,"disbursed":150,"rate":"15.00","scheduled":1000,"late_amount":850,"late_since":"2024-07-31","days_late":15,"#,
        r#""ageing":{"d1_30":850,"d31_60":0,"d61_90":0,"d90_plus":0},"outstanding_advance":0}"#
    );
    assert_eq!(json, expected);
}

proptest! {
    #[test]
    fn totals_are_sums_of_lines(books in prop::collection::vec((books(), schedules()), 0..5), as_of in 0..60_i64) {
        let as_of = nth(as_of);
        let mut lines: Vec<_> = books.iter().map(|(book, schedules)| line_progress(book, schedules, as_of, Basis::Total)).collect();
        let totals = Totals::of(&lines).unwrap();
        let sum = |figure: fn(&LineProgress) -> Money| -> i64 { lines.iter().map(|line| figure(line).get()).sum() };
        prop_assert_eq!(totals.plan.get(), sum(|line| line.plan));
        prop_assert_eq!(totals.disbursed.get(), sum(|line| line.disbursed));
        prop_assert_eq!(totals.scheduled.get(), sum(|line| line.scheduled));
        prop_assert_eq!(totals.late_amount.get(), sum(|line| line.late_amount));
        prop_assert_eq!(totals.outstanding_advance.get(), sum(|line| line.outstanding_advance));
        prop_assert_eq!(totals.rate, Rate::of(totals.disbursed, totals.plan));
        let ageing = totals.ageing;
        prop_assert_eq!(ageing.d1_30.get(), sum(|line| line.ageing.d1_30));
        prop_assert_eq!(ageing.d31_60.get(), sum(|line| line.ageing.d31_60));
        prop_assert_eq!(ageing.d61_90.get(), sum(|line| line.ageing.d61_90));
        prop_assert_eq!(ageing.d90_plus.get(), sum(|line| line.ageing.d90_plus));
        prop_assert_eq!(Money::sum([ageing.d1_30, ageing.d31_60, ageing.d61_90, ageing.d90_plus]), Some(totals.late_amount));
        let oldest = lines.iter().filter(|line| line.late_since.is_some()).min_by_key(|line| line.late_since);
        prop_assert_eq!(oldest.map(|line| (line.late_since, line.days_late)).unwrap_or_default(), (totals.late_since, totals.days_late));
        lines.reverse();
        prop_assert_eq!(Totals::of(&lines), Some(totals));
    }
}

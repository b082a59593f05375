use super::AlertLevel::{Commune, District, Leader, Province};
use super::*;

const STEPS: [u32; 3] = [5, 10, 15];

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Tết 2025: Monday 27 to Friday 31 January off.
fn calendar() -> WorkingCalendar {
    WorkingCalendar::new((27..=31).map(|d| NaiveDate::from_ymd_opt(2025, 1, d).unwrap()))
}

fn ladder(rungs: &[(i64, AlertLevel, bool)]) -> Vec<Rung> {
    let rung = |&(unit_id, level, has_task_force): &(i64, AlertLevel, bool)| Rung {
        unit_id,
        level,
        has_task_force,
    };
    rungs.iter().map(rung).collect()
}

fn three() -> Vec<Rung> {
    ladder(&[(3, Commune, true), (2, District, true), (1, Province, true)])
}

fn two() -> Vec<Rung> {
    ladder(&[(3, Commune, true), (1, Province, true)])
}

/// Scans on each of the days, and tells (scan day, level, due day).
fn scans(course: &mut Course, ladder: &[Rung], days: &[&str]) -> Vec<(String, AlertLevel, String)> {
    let mut all = Vec::new();
    for on in days {
        for told in course.take_due(&STEPS, &calendar(), ladder, day(on)) {
            all.push(((*on).to_owned(), told.level, told.due_on.to_string()));
        }
    }
    all
}

fn every_day(from: &str, to: &str) -> Vec<String> {
    let days = day(from).iter_days().take_while(|on| *on <= day(to));
    days.map(|on| on.to_string()).collect()
}

fn daily(course: &mut Course, ladder: &[Rung], from: &str, to: &str) -> Vec<(String, AlertLevel)> {
    let days = every_day(from, to);
    let days: Vec<&str> = days.iter().map(String::as_str).collect();
    let told = scans(course, ladder, &days).into_iter();
    told.map(|(on, level, _)| (on, level)).collect()
}

fn at(on: &str, level: AlertLevel) -> (String, AlertLevel) {
    (on.to_owned(), level)
}

#[test]
fn three_levels_are_told_one_after_the_other() {
    // Monday 1 July 2024: 5, 10 and 15 working days later are the following Mondays.
    let mut course = Course::from(day("2024-07-01"), Leader);
    assert_eq!(
        course.next_on(&STEPS, &calendar(), &three()),
        Some(day("2024-07-08"))
    );
    assert_eq!(
        daily(&mut course, &three(), "2024-07-01", "2024-12-31"),
        [
            at("2024-07-08", Commune),
            at("2024-07-15", District),
            at("2024-07-22", Province)
        ]
    );
    assert_eq!(course.next_on(&STEPS, &calendar(), &three()), None);
}

#[test]
fn two_levels_reach_the_province_at_the_second_step() {
    let mut course = Course::from(day("2025-07-07"), Leader);
    assert_eq!(
        daily(&mut course, &two(), "2025-07-07", "2025-12-31"),
        [at("2025-07-14", Commune), at("2025-07-21", Province)]
    );
    assert_eq!(course.next_on(&STEPS, &calendar(), &two()), None);
}

#[test]
fn a_project_of_the_province_has_one_step() {
    let province = ladder(&[(1, Province, true)]);
    let mut course = Course::from(day("2024-07-01"), Leader);
    assert_eq!(
        daily(&mut course, &province, "2024-07-01", "2024-12-31"),
        [at("2024-07-08", Province)]
    );
}

#[test]
fn tet_and_weekends_do_not_count() {
    // Thursday 23 January; Friday 24 is the one working day before Tết.
    let mut course = Course::from(day("2025-01-23"), Leader);
    assert_eq!(
        daily(&mut course, &two(), "2025-01-23", "2025-03-31"),
        [at("2025-02-06", Commune), at("2025-02-13", Province)]
    );
    // Raised in the middle of Tết, and on a Sunday.
    for (raised, first) in [("2025-01-29", "2025-02-07"), ("2024-06-30", "2024-07-05")] {
        let course = Course::from(day(raised), Leader);
        assert_eq!(
            course.next_on(&STEPS, &calendar(), &two()),
            Some(day(first))
        );
    }
}

#[test]
fn a_gap_is_caught_up_in_one_scan() {
    let mut course = Course::from(day("2024-07-01"), Leader);
    let told = scans(
        &mut course,
        &three(),
        &["2024-07-05", "2024-07-17", "2024-07-17", "2024-08-30"],
    );
    let expected = [
        ("2024-07-17", Commune, "2024-07-08"),
        ("2024-07-17", District, "2024-07-15"),
        ("2024-08-30", Province, "2024-07-22"),
    ];
    assert_eq!(
        told,
        expected.map(|(on, level, due)| (on.to_owned(), level, due.to_owned()))
    );
}

#[test]
fn a_missing_task_force_passes_the_step_up() {
    let gap = ladder(&[
        (3, Commune, false),
        (2, District, true),
        (1, Province, true),
    ]);
    let mut course = Course::from(day("2024-07-01"), Leader);
    assert_eq!(
        daily(&mut course, &gap, "2024-07-01", "2024-12-31"),
        [at("2024-07-08", District), at("2024-07-15", Province)]
    );
    let only_top = ladder(&[
        (3, Commune, false),
        (2, District, false),
        (1, Province, true),
    ]);
    let mut course = Course::from(day("2024-07-01"), Leader);
    assert_eq!(
        daily(&mut course, &only_top, "2024-07-01", "2024-12-31"),
        [at("2024-07-08", Province)]
    );
}

#[test]
fn a_step_without_any_task_force_waits_for_one() {
    let nobody = ladder(&[(3, Commune, false), (1, Province, false)]);
    let mut course = Course::from(day("2024-07-01"), Leader);
    assert!(daily(&mut course, &nobody, "2024-07-01", "2024-08-01").is_empty());
    assert_eq!(
        course.next_on(&STEPS, &calendar(), &nobody),
        Some(day("2024-07-08"))
    );
    // One is founded: the next scan tells it, and the province's own step was due long ago.
    let told = scans(&mut course, &two(), &["2024-08-02"]);
    assert_eq!(told.len(), 2);
}

#[test]
fn the_tree_may_change_on_the_way() {
    let mut course = Course::from(day("2025-06-16"), Leader);
    assert_eq!(
        daily(&mut course, &three(), "2025-06-16", "2025-06-30").len(),
        2
    );
    assert_eq!(course.level, District);
    // Districts are abolished; what the district was told goes on to the province.
    assert_eq!(
        daily(&mut course, &two(), "2025-07-01", "2025-12-31"),
        [at("2025-07-07", Province)]
    );
}

#[test]
fn a_missed_promise_goes_up_exactly_one_level() {
    let mut course = Course::from(day("2024-07-01"), Leader);
    let told = course.miss(&three(), day("2024-07-24"));
    assert_eq!(told.map(|told| told.level), Some(Commune));
    assert_eq!(
        daily(&mut course, &three(), "2024-07-24", "2024-12-31"),
        [at("2024-07-31", District), at("2024-08-07", Province)]
    );
    assert_eq!(course.miss(&three(), day("2025-01-02")), None);
    assert_eq!(course.level, Province);
}

#[test]
fn a_kept_promise_keeps_the_level_and_the_rhythm() {
    let mut course = Course::from(day("2024-07-01"), Commune);
    course.restart(day("2024-07-24"));
    assert_eq!(
        daily(&mut course, &three(), "2024-07-24", "2024-12-31"),
        [at("2024-07-31", District), at("2024-08-07", Province)]
    );
}

#[test]
fn other_steps_are_data() {
    let mut course = Course::from(day("2024-07-01"), Leader);
    assert!(
        course
            .take_due(&[], &calendar(), &three(), day("2024-12-31"))
            .is_empty()
    );
    assert_eq!(course.next_on(&[], &calendar(), &three()), None);
    let told = course.take_due(&[1], &calendar(), &three(), day("2024-12-31"));
    assert_eq!(
        told.iter().map(|told| told.due_on).collect::<Vec<_>>(),
        [day("2024-07-02")]
    );
    assert_eq!(course.next_on(&[1], &calendar(), &three()), None);
}

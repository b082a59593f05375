use super::super::escalation::Course;
use super::super::rules::world_tests::{day, pay, world};
use super::super::world::World;
use super::super::{AlertLevel, Key, Policies, Severity, State};
use super::*;
use crate::domain::calendar::WorkingCalendar;

/// An alert of a rule in a context, with some of its facts.
fn live(rule: Rule, context: &str, details: serde_json::Value) -> Live {
    Live {
        id: 7,
        key: Key {
            rule,
            subject_type: SubjectType::Line,
            subject_id: 20,
            context: context.into(),
        },
        severity: Severity::Warning,
        state: State::Open,
        label: String::new(),
        project_id: Some(10),
        line_id: Some(20),
        unit_id: Some(3),
        responsible_id: None,
        raised_on: day("2024-01-02"),
        course: Course::from(day("2024-01-02"), AlertLevel::Leader),
        escalates_on: None,
        measure: 0,
        details: details.as_object().unwrap().clone(),
        promise: None,
    }
}

fn ended(world: &World, on: &str, live: &Live) -> &'static str {
    let snapshot = world.on(day(on));
    let judge = Judge {
        snapshot: &snapshot,
        policies: &Policies::default(),
        calendar: &WorkingCalendar::new([]),
        paid_by_promise: &Default::default(),
    };
    cause(&judge, live, &[]).0
}

#[test]
fn delays_end_by_payment_by_another_schedule_or_by_another_plan() {
    let mut world = world();
    pay(&mut world, "2024-03-01", 100, 0);
    for (disbursed, version, expected) in [
        (99, 1, "paid"),
        (100, 1, "plan_changed"),
        (100, 2, "rescheduled"),
    ] {
        let details = serde_json::json!({"disbursed": disbursed, "schedule_version": version});
        let live = live(Rule::ScheduleOverdue, "2024", details);
        assert_eq!(
            ended(&world, "2024-04-01", &live),
            expected,
            "{disbursed} {version}"
        );
    }
    let version = |number: i64| serde_json::json!({"schedule_version": number});
    let mismatch = |number| live(Rule::ScheduleMismatch, "2024", version(number));
    assert_eq!(ended(&world, "2024-04-01", &mismatch(1)), "plan_changed");
    assert_eq!(ended(&world, "2024-04-01", &mismatch(2)), "rescheduled");
    let missing = live(Rule::MissingSchedule, "2024", serde_json::json!({}));
    assert_eq!(ended(&world, "2024-04-01", &missing), "schedule_approved");
    world.lines[0].versions.clear();
    assert_eq!(ended(&world, "2024-04-01", &missing), "plan_changed");
}

#[test]
fn what_a_project_lacks_ends_with_its_year() {
    let mut world = world();
    let lacks = |rule, year: &str| live(rule, year, serde_json::json!({}));
    for (rule, this_year) in [
        (Rule::MissingLeader, "leader_assigned"),
        (Rule::StaleData, "reported"),
    ] {
        assert_eq!(
            ended(&world, "2024-04-01", &lacks(rule, "2023")),
            "year_ended"
        );
        assert_eq!(ended(&world, "2024-04-01", &lacks(rule, "2024")), this_year);
    }
    world.projects.get_mut(&10).unwrap().leaders.clear();
    let lacks = lacks(Rule::MissingLeader, "2024");
    assert_eq!(ended(&world, "2024-04-01", &lacks), "plan_changed");
}

#[test]
fn sums_end_with_the_period_of_their_year() {
    let world = world();
    for (rule, in_time) in [
        (Rule::UnallocatedCapital, "allocated"),
        (Rule::BelowTarget, "reached_or_superseded"),
    ] {
        let of = |year: i64| live(rule, "", serde_json::json!({"budget_year": year}));
        assert_eq!(ended(&world, "2024-01-31", &of(2023)), in_time);
        assert_eq!(ended(&world, "2024-01-31", &of(2022)), "period_ended");
        assert_eq!(ended(&world, "2024-02-01", &of(2023)), "period_ended");
        assert_eq!(ended(&world, "2024-12-31", &of(2024)), in_time);
    }
}

#[test]
fn promises_are_amounts_where_a_payment_mends() {
    let about_money = [
        Rule::DueSoon,
        Rule::ScheduleOverdue,
        Rule::NoDisbursement,
        Rule::YearEndRisk,
    ];
    for rule in Rule::ALL {
        assert_eq!(
            rule.is_about_money(),
            about_money.contains(rule),
            "{rule:?}"
        );
    }
}

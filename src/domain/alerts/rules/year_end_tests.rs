use super::world_tests::*;

fn risk(world: &World, date: &str) -> Option<Fact> {
    let found = on(world, date).into_iter();
    found
        .into_iter()
        .find(|fact| fact.key.rule == Rule::YearEndRisk)
}

/// Nothing is late, since nothing is due before December.
fn unscheduled() -> World {
    let mut world = world();
    world.lines[0].versions.clear();
    world
}

#[test]
fn a_slow_line_is_at_risk_once_its_own_pace_counts() {
    let mut world = unscheduled();
    pay(&mut world, "2024-02-01", 50, 0);
    // A quarter of the country's season is gone in early June.
    assert_eq!(risk(&world, "2024-05-31"), None);
    let fact = risk(&world, "2024-06-30").unwrap();
    assert_eq!(
        (fact.severity, fact.owner),
        (Severity::Warning, Owner::Project(10))
    );
    let details = &fact.details;
    let amount = |name: &str| details[name].as_i64().unwrap();
    assert!(50 < amount("forecast_low") && amount("forecast_low") < amount("forecast"));
    assert!(amount("forecast") < amount("forecast_high") && amount("forecast_high") < 1000);
    assert_eq!(amount("shortfall"), 1000 - amount("forecast"));
    assert_eq!(fact.measure, amount("shortfall"));
    assert_eq!(details["forecast_percent"], 90);
    // Paid at last.
    pay(&mut world, "2024-07-01", 850, 0);
    assert_eq!(risk(&world, "2024-07-02"), None);
}

#[test]
fn being_overdue_explains_it() {
    let mut world = world();
    pay(&mut world, "2024-02-01", 50, 0);
    let rules = rules(&world, "2024-07-15");
    assert!(rules.contains(&Rule::ScheduleOverdue) && !rules.contains(&Rule::YearEndRisk));
    // Switched off, the cause explains nothing.
    let off = Policy {
        enabled: false,
        ..default_policy(Rule::ScheduleOverdue)
    };
    let policies = Policies::new([(Rule::ScheduleOverdue, None, off)]);
    let found = facts(&world.on(day("2024-07-15")), &policies);
    assert!(found.iter().any(|fact| fact.key.rule == Rule::YearEndRisk));
}

#[test]
fn a_line_on_its_schedule_is_not_at_risk_for_a_slow_province() {
    let mut world = world();
    let late = [("2024-11-30", 1000)].map(|(due, amount)| ScheduleItem {
        due_date: day(due),
        amount: Money::dong(amount),
    });
    world.lines[0].versions[0].items = late.to_vec();
    assert_eq!(risk(&world, "2024-10-31"), None);
}

#[test]
fn the_policy_sets_the_threshold_and_the_severity() {
    let mut world = unscheduled();
    pay(&mut world, "2024-02-01", 50, 0);
    let with = |forecast_percent, critical_percent| {
        let policy = Policy {
            forecast_percent: Some(forecast_percent),
            critical_percent,
            ..default_policy(Rule::YearEndRisk)
        };
        let policies = Policies::new([(Rule::YearEndRisk, None, policy)]);
        let found = facts(&world.on(day("2024-07-15")), &policies).into_iter();
        let mut risks = found.filter(|fact| fact.key.rule == Rule::YearEndRisk);
        risks.next().map(|fact| fact.severity)
    };
    assert_eq!(with(90, None), Some(Severity::Warning));
    assert_eq!(with(90, Some(30)), Some(Severity::Critical));
    assert_eq!(with(10, None), None);
    // Nothing planned, or over: nothing to forecast.
    world.lines[0].book.entries.clear();
    assert_eq!(risk(&world, "2024-07-15"), None);
    assert_eq!(risk(&unscheduled(), "2025-02-01"), None);
}

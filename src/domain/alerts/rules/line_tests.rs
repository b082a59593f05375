use super::world_tests::*;

#[test]
fn a_line_is_overdue_from_the_day_after_its_item_fell_due() {
    let mut world = world();
    pay(&mut world, "2024-03-01", 150, 0);
    assert!(!rules(&world, "2024-03-31").contains(&Rule::ScheduleOverdue));
    let fact = only(&world, "2024-04-01", Rule::ScheduleOverdue);
    assert_eq!(fact.severity, Severity::Warning);
    assert_eq!(
        (fact.measure, fact.owner, fact.unit_id),
        (50, Owner::Project(10), Some(3))
    );
    assert_eq!(fact.label, "Đường A – S7 2024");
    let fact = only(&world, "2024-08-15", Rule::ScheduleOverdue);
    let expected = serde_json::json!({
        "plan": 1000, "disbursed": 150, "rate": "15.00", "scheduled": 500, "late_amount": 350,
        "late_since": "2024-03-31", "days_late": 137,
        "ageing": {"d1_30": 0, "d31_60": 300, "d61_90": 0, "d90_plus": 50},
        "outstanding_advance": 0, "schedule": "approved", "schedule_version": 1,
        "baseline_late_amount": 350, "replans": 0,
        "funding_source": {"id": 7, "code": "S7", "name": "Nguồn 7"}, "budget_year": 2024,
        "origin": "in_year", "deadline": "2025-01-31",
    });
    assert_eq!(serde_json::Value::Object(fact.details), expected);
}

#[test]
fn an_overdue_line_is_critical_when_it_is_old_or_large() {
    for (paid, date, severity) in [
        (199, "2024-04-30", Severity::Warning),
        (199, "2024-05-01", Severity::Critical),
        (1, "2024-04-01", Severity::Warning),
        (0, "2024-04-01", Severity::Critical),
    ] {
        let mut world = world();
        if paid > 0 {
            pay(&mut world, "2024-03-01", paid, 0);
        }
        assert_eq!(
            only(&world, date, Rule::ScheduleOverdue).severity,
            severity,
            "{paid} {date}"
        );
    }
}

#[test]
fn grace_waits_and_switched_off_rules_are_silent() {
    let world = world();
    let policy = Policy {
        days: 5,
        ..default_policy(Rule::ScheduleOverdue)
    };
    let policies = Policies::new([(Rule::ScheduleOverdue, None, policy.clone())]);
    let found = |date: &str, policies: &Policies| {
        let all = facts(&world.on(day(date)), policies);
        all.iter()
            .any(|fact| fact.key.rule == Rule::ScheduleOverdue)
    };
    assert!(!found("2024-04-05", &policies));
    assert!(found("2024-04-06", &policies));
    // The province's switch is overruled by the commune's.
    let off = Policy {
        enabled: false,
        ..policy.clone()
    };
    let policies = Policies::new([
        (Rule::ScheduleOverdue, None, off),
        (Rule::ScheduleOverdue, Some(3), policy),
    ]);
    assert!(found("2024-04-06", &policies));
}

#[test]
fn due_soon_looks_a_week_ahead_and_yields_to_overdue() {
    let mut world = world();
    pay(&mut world, "2024-02-01", 50, 0);
    assert!(!rules(&world, "2024-03-23").contains(&Rule::DueSoon));
    let fact = only(&world, "2024-03-24", Rule::DueSoon);
    assert_eq!((fact.severity, fact.measure), (Severity::Info, 150));
    assert_eq!(fact.owner, Owner::ProjectPeople(10));
    assert_eq!(
        fact.details["items"],
        serde_json::json!([{"due_date": "2024-03-31", "amount": 200, "unfilled": 150}])
    );
    assert!(rules(&world, "2024-03-31").contains(&Rule::DueSoon));
    // On 25 June the March item is overdue, which explains what is due on the 30th.
    assert!(!rules(&world, "2024-06-25").contains(&Rule::DueSoon));
    pay(&mut world, "2024-06-01", 150, 0);
    assert!(rules(&world, "2024-06-25").contains(&Rule::DueSoon));
    pay(&mut world, "2024-06-24", 300, 0);
    assert!(!rules(&world, "2024-06-25").contains(&Rule::DueSoon));
}

#[test]
fn a_plan_without_schedule_or_payment_is_told_by_its_cause() {
    let mut world = world();
    let versions = std::mem::take(&mut world.lines[0].versions);
    // In effect since 1 January 2024, though signed in December.
    assert!(!rules(&world, "2024-01-15").contains(&Rule::MissingSchedule));
    let fact = only(&world, "2024-01-16", Rule::MissingSchedule);
    assert_eq!(fact.details["effective_since"], "2024-01-01");
    assert!(
        !rules(&world, "2024-03-01").contains(&Rule::NoDisbursement),
        "explained"
    );
    world.lines[0].versions = versions;
    assert!(!rules(&world, "2024-02-29").contains(&Rule::NoDisbursement));
    assert_eq!(
        only(&world, "2024-03-01", Rule::NoDisbursement).measure,
        1000
    );
    assert!(
        !rules(&world, "2024-04-01").contains(&Rule::NoDisbursement),
        "explained by overdue"
    );
    pay(&mut world, "2024-02-28", 1, 0);
    assert!(!rules(&world, "2024-03-01").contains(&Rule::NoDisbursement));
}

#[test]
fn a_schedule_that_does_not_sum_to_the_plan_is_told_after_ten_days() {
    let mut world = world();
    let mut more = world.lines[0].book.entries[0];
    more.kind = EntryKind::Supplement;
    more.amount = Money::dong(100);
    more.effective_date = day("2024-02-01");
    world.lines[0].book.entries.push(more);
    assert!(!rules(&world, "2024-02-11").contains(&Rule::ScheduleMismatch));
    let fact = only(&world, "2024-02-12", Rule::ScheduleMismatch);
    assert_eq!(
        (fact.measure, &fact.details["mismatched_since"]),
        (100, &serde_json::json!("2024-02-01"))
    );
    // A mismatch that was mended in between starts anew.
    let mut back = more;
    back.kind = EntryKind::Cut;
    back.amount = Money::dong(-100);
    back.effective_date = day("2024-02-10");
    world.lines[0].book.entries.push(back);
    more.effective_date = day("2024-03-01");
    world.lines[0].book.entries.push(more);
    let since = |on: &str| world.lines[0].mismatched_since(day(on));
    assert_eq!(since("2024-02-09"), Some(day("2024-02-01")));
    assert_eq!(since("2024-02-10"), None);
    assert_eq!(since("2024-03-20"), Some(day("2024-03-01")));
}

#[test]
fn nothing_but_an_advance_is_told_after_the_deadline() {
    let mut world = world();
    pay(&mut world, "2024-02-01", 300, 300);
    assert!(rules(&world, "2025-01-31").contains(&Rule::ScheduleOverdue));
    assert_eq!(rules(&world, "2025-02-01"), [Rule::AdvanceOverdue]);
}

#[test]
fn the_oldest_advance_is_recovered_first() {
    let mut world = world();
    pay(&mut world, "2024-02-01", 100, 100);
    pay(&mut world, "2024-04-01", 50, 50);
    assert!(!rules(&world, "2024-05-01").contains(&Rule::AdvanceOverdue));
    assert_eq!(
        only(&world, "2024-05-02", Rule::AdvanceOverdue).measure,
        100
    );
    pay(&mut world, "2024-05-03", 0, -110);
    assert!(
        !rules(&world, "2024-06-30").contains(&Rule::AdvanceOverdue),
        "the young one is left"
    );
    let fact = only(&world, "2024-07-01", Rule::AdvanceOverdue);
    assert_eq!(
        (fact.measure, &fact.details["advanced_on"]),
        (40, &serde_json::json!("2024-04-01"))
    );
    // At year end even a fresh one counts.
    pay(&mut world, "2024-12-20", 10, 10);
    assert_eq!(only(&world, "2024-12-30", Rule::AdvanceOverdue).measure, 40);
    assert_eq!(only(&world, "2024-12-31", Rule::AdvanceOverdue).measure, 50);
}

use std::collections::HashMap;
use std::sync::Arc;

use super::*;
use crate::domain::alerts::line::LineHistory;
use crate::domain::alerts::policy::default_policy;
use crate::domain::alerts::world::*;
use crate::domain::capital::{EntryKind, Origin};
use crate::domain::ledger::{Entry, LineBook, Posting};
use crate::domain::money::{Money, Rate};
use crate::domain::progress::Basis;
use crate::domain::schedule::{ScheduleItem, ScheduleVersion};
use crate::domain::units::{Level, ParentLink, Unit, UnitTree};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn always<T>(value: T) -> Dated<T> {
    Dated {
        from: day("0001-01-01"),
        to: day("9999-12-31"),
        value,
    }
}

fn unit(id: i64, level: Level) -> Unit {
    Unit {
        id,
        code: id.to_string(),
        name: format!("Đơn vị {id}"),
        sort_key: String::new(),
        level,
        valid_from: None,
        valid_to: None,
    }
}

/// A province 1 with a commune 3, agency 5 in the commune, source 7 below 6, one project 10 led by
/// 100 with line 20: plan 1 000 for 2024 in four items, as in the worked example of domain.md.
fn world() -> World {
    let items = [
        ("2024-03-31", 200),
        ("2024-06-30", 300),
        ("2024-09-30", 300),
        ("2024-12-31", 200),
    ];
    let item = |(due, amount): (&str, i64)| ScheduleItem {
        due_date: day(due),
        amount: Money::dong(amount),
    };
    let entry = Entry {
        kind: EntryKind::Initial,
        amount: Money::dong(1000),
        effective_date: day("2023-12-10"),
        deadline: day("2025-01-31"),
        reversal: false,
        voided: false,
    };
    let line = LineHistory {
        id: 20,
        project_id: 10,
        funding_source_id: 7,
        budget_year: 2024,
        origin: Origin::InYear,
        deadline: day("2025-01-31"),
        book: LineBook {
            entries: vec![entry],
            postings: vec![],
        },
        versions: vec![ScheduleVersion {
            version: 1,
            effective_date: day("2024-01-05"),
            items: items.map(item).to_vec(),
        }],
        advances: vec![],
    };
    let links = Links {
        managing_unit_id: 3,
        investor_id: 5,
        pmu_id: None,
    };
    let project = ProjectHistory {
        id: 10,
        code: "P".into(),
        name: "Đường A".into(),
        links: vec![always(links)],
        leaders: vec![always(100)],
        officers: vec![],
        reports: vec![],
    };
    let source = |id, parent_id| Source {
        id,
        code: format!("S{id}"),
        name: format!("Nguồn {id}"),
        parent_id,
    };
    let force = |unit_id| TaskForce {
        id: unit_id,
        unit_id,
        from: None,
        to: None,
        has_head: true,
        members: vec![unit_id * 1000],
    };
    let parent = ParentLink {
        unit_id: 3,
        parent_id: 1,
        valid_from: day("0001-01-01"),
        valid_to: day("9999-12-31"),
    };
    World {
        lines: vec![line],
        projects: HashMap::from([(10, project)]),
        tree: Arc::new(UnitTree::new(
            vec![unit(1, Level::Province), unit(3, Level::Commune)],
            vec![parent],
        )),
        task_forces: vec![force(1), force(3)],
        coordinators: vec![always((1, 900))],
        agencies: HashMap::from([(
            5,
            Agency {
                id: 5,
                code: "A".into(),
                name: "Ban A".into(),
                unit_id: 3,
            },
        )]),
        sources: HashMap::from([(6, source(6, None)), (7, source(7, Some(6)))]),
        ..World::default()
    }
}

fn pay(world: &mut World, on: &str, net: i64, advance: i64) {
    world.lines[0].book.postings.push(Posting {
        net: Money::dong(net),
        advance: Money::dong(advance),
        posted_on: day(on),
    });
    world.projects.get_mut(&10).unwrap().reports.push(day(on));
    if advance > 0 {
        world.lines[0]
            .advances
            .push((day(on), Money::dong(advance)));
    }
}

fn on(world: &World, date: &str) -> Vec<Fact> {
    facts(&world.on(day(date)), &Policies::default())
}

fn rules(world: &World, date: &str) -> Vec<Rule> {
    let mut rules: Vec<Rule> = on(world, date)
        .into_iter()
        .map(|fact| fact.key.rule)
        .collect();
    rules.sort();
    rules
}

fn only(world: &World, date: &str, rule: Rule) -> Fact {
    let mut found = on(world, date);
    found.retain(|fact| fact.key.rule == rule);
    assert_eq!(found.len(), 1, "{rule:?} on {date}: {found:?}");
    found.remove(0)
}

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

#[test]
fn a_project_without_a_leader_is_for_the_coordinators() {
    let mut world = world();
    let project = world.projects.get_mut(&10).unwrap();
    project.leaders[0].to = day("2024-02-01");
    assert!(!rules(&world, "2024-02-01").contains(&Rule::MissingLeader));
    let fact = only(&world, "2024-02-02", Rule::MissingLeader);
    assert_eq!((fact.owner, fact.measure), (Owner::Unit(3), 1000));
    assert_eq!(fact.details["without_since"], "2024-02-02");
    // Before its year begins, and for a plan of nothing, there is nothing to lead.
    world.projects.get_mut(&10).unwrap().leaders.clear();
    assert!(!rules(&world, "2023-12-31").contains(&Rule::MissingLeader));
    let snapshot = world.on(day("2024-02-02"));
    // The commune has no coordinator, so those of the province are told; nobody is responsible.
    let owners = snapshot.owners(Owner::Unit(3));
    assert_eq!((owners.responsible, owners.people), (None, [900].into()));
    assert_eq!(snapshot.owners(Owner::Project(10)).people, [900].into());
    assert!(snapshot.owners(Owner::ProjectPeople(10)).people.is_empty());
}

#[test]
fn a_unit_needs_a_task_force_with_a_head() {
    let mut world = world();
    assert!(!rules(&world, "2024-01-02").contains(&Rule::MissingTaskForce));
    world.task_forces[1].to = Some(day("2024-01-31"));
    assert!(!rules(&world, "2024-01-31").contains(&Rule::MissingTaskForce));
    assert_eq!(
        only(&world, "2024-02-01", Rule::MissingTaskForce)
            .key
            .subject_id,
        3
    );
    world.task_forces[0].has_head = false;
    let found = rules(&world, "2024-02-01");
    assert_eq!(
        found
            .iter()
            .filter(|rule| **rule == Rule::MissingTaskForce)
            .count(),
        2
    );
}

#[test]
fn silence_is_told_after_five_weeks() {
    let mut world = world();
    assert!(!rules(&world, "2024-02-04").contains(&Rule::StaleData));
    assert_eq!(only(&world, "2024-02-05", Rule::StaleData).measure, 35);
    pay(&mut world, "2024-02-05", 1, 0);
    assert!(!rules(&world, "2024-03-10").contains(&Rule::StaleData));
    assert!(rules(&world, "2024-03-11").contains(&Rule::StaleData));
    // Nothing is left to report on a line that is paid in full.
    pay(&mut world, "2024-03-11", 999, 0);
    assert!(!rules(&world, "2024-12-31").contains(&Rule::StaleData));
}

#[test]
fn obstacles_and_directives_are_for_those_who_got_them() {
    let mut world = world();
    world.obstacles.push(Obstacle {
        id: 1,
        project_id: 10,
        category: "gpmb".into(),
        description: "Chưa bàn giao mặt bằng".into(),
        owner_person_id: Some(200),
        due_date: day("2024-02-10"),
        recorded_on: day("2024-02-01"),
        status: "open".into(),
    });
    world.directives.push(Directive {
        id: 2,
        unit_id: 1,
        project_id: None,
        text: "Rà soát".into(),
        assignee_person_id: 300,
        due_date: day("2024-02-10"),
        recorded_on: day("2024-02-01"),
        source_document: "31/TB-UBND".into(),
        status: "open".into(),
    });
    let told = |date: &str| {
        rules(&world, date)
            .iter()
            .filter(|r| matches!(r, Rule::ObstacleOverdue | Rule::DirectiveOverdue))
            .count()
    };
    assert_eq!((told("2024-02-10"), told("2024-02-11")), (0, 2));
    assert_eq!(
        only(&world, "2024-02-11", Rule::ObstacleOverdue).owner,
        Owner::Person(200)
    );
    assert_eq!(
        only(&world, "2024-02-11", Rule::DirectiveOverdue).owner,
        Owner::Person(300)
    );
    world.obstacles[0].owner_person_id = None;
    assert_eq!(
        only(&world, "2024-02-11", Rule::ObstacleOverdue).owner,
        Owner::Project(10)
    );
}

#[test]
fn of_the_milestones_the_latest_counts() {
    let mut world = world();
    let target = |id, date: &str, percent: &str| Target {
        id,
        budget_year: 2024,
        date: day(date),
        percent: Rate::parse(percent).unwrap(),
        basis: Basis::Total,
        unit_id: None,
        agency_id: None,
        funding_source_id: Some(6),
    };
    world.targets = vec![
        target(1, "2024-03-31", "30.00"),
        target(2, "2024-06-30", "50.00"),
    ];
    pay(&mut world, "2024-03-01", 299, 0);
    assert!(!rules(&world, "2024-03-30").contains(&Rule::BelowTarget));
    let fact = only(&world, "2024-03-31", Rule::BelowTarget);
    assert_eq!(
        (fact.key.context.as_str(), fact.measure, fact.unit_id),
        ("target:1", 1, Some(1))
    );
    assert_eq!(
        (fact.key.subject_type, fact.key.subject_id),
        (SubjectType::FundingSource, 6)
    );
    assert_eq!(
        only(&world, "2024-06-30", Rule::BelowTarget).key.context,
        "target:2"
    );
    pay(&mut world, "2024-06-30", 201, 0);
    assert!(!rules(&world, "2024-07-01").contains(&Rule::BelowTarget));
    world.targets.push(target(3, "2024-12-31", "99.00"));
    assert!(rules(&world, "2025-01-31").contains(&Rule::BelowTarget));
    assert!(!rules(&world, "2025-02-01").contains(&Rule::BelowTarget));
}

#[test]
fn capital_must_be_split_by_the_deadline_or_thirty_days_after_it_came() {
    let mut world = world();
    let assignment = |holder, from_unit_id, source, amount, on: &str| Assignment {
        holder,
        from_unit_id,
        funding_source_id: source,
        budget_year: 2024,
        amount: Money::dong(amount),
        effective_date: day(on),
    };
    // 1 800 for the province, 300 of it passed on to the commune; the commune's project has 1 000.
    world.assignments = vec![
        assignment(Holder::Unit(1), None, 6, 1800, "2023-12-08"),
        assignment(Holder::Unit(3), Some(1), 7, 1300, "2023-12-20"),
    ];
    let open = |world: &World, date: &str| -> Vec<(i64, i64)> {
        let all = on(world, date)
            .into_iter()
            .filter(|fact| fact.key.rule == Rule::UnallocatedCapital);
        all.map(|fact| (fact.key.subject_id, fact.measure))
            .collect()
    };
    assert_eq!(
        open(&world, "2024-01-07"),
        [],
        "thirty days have not passed"
    );
    assert_eq!(open(&world, "2024-01-08"), [(1, 500)]);
    assert_eq!(open(&world, "2024-01-20"), [(1, 500), (3, 300)]);
    // An agency with a pot of its own pays for its projects out of that.
    world.assignments.push(assignment(
        Holder::Agency(5),
        Some(3),
        7,
        1000,
        "2024-01-10",
    ));
    assert_eq!(open(&world, "2024-02-20"), [(1, 500), (3, 300)]);
    world
        .assignments
        .push(assignment(Holder::Unit(1), None, 6, -500, "2024-02-25"));
    assert_eq!(open(&world, "2024-02-25"), [(3, 300)]);
    assert_eq!(open(&world, "2025-02-01"), []);
}

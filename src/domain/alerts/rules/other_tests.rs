use super::world_tests::*;

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

use super::*;

#[test]
fn every_default_is_a_good_policy() {
    for rule in Rule::ALL {
        assert_eq!(default_policy(*rule).flaws(*rule), [], "{rule:?}");
    }
}

#[test]
fn bad_policies_are_told_by_field() {
    let good = default_policy(Rule::ScheduleOverdue);
    let fields = |policy: Policy| -> Vec<&str> {
        let flaws = policy.flaws(Rule::ScheduleOverdue);
        flaws.into_iter().map(|flaw| flaw.field).collect()
    };
    let steps = |steps: Vec<u32>| Policy {
        steps,
        ..good.clone()
    };
    assert_eq!(fields(steps(vec![5, 5])), ["steps"]);
    assert_eq!(fields(steps(vec![10, 5])), ["steps"]);
    assert_eq!(fields(steps(vec![0])), ["steps"]);
    assert!(fields(steps(vec![])).is_empty());
    assert_eq!(
        fields(Policy {
            days: -1,
            ..good.clone()
        }),
        ["days"]
    );
    let owner = OwnerRole::Assignee;
    assert_eq!(
        fields(Policy {
            owner,
            ..good.clone()
        }),
        ["owner"]
    );
    let allocation_deadline = Some("02-28".to_owned());
    assert_eq!(
        fields(Policy {
            allocation_deadline,
            ..good.clone()
        }),
        ["allocation_deadline"],
        "another rule's"
    );
    let order = |steps: Vec<u32>| {
        let policy = Policy {
            steps,
            ..good.clone()
        };
        let flaws = policy.flaws(Rule::ScheduleOverdue);
        flaws.first().map(|flaw| flaw.out_of_order)
    };
    assert_eq!(order(vec![10, 5]), Some(true));
    assert_eq!(order(vec![5, 5]), Some(true));
    assert_eq!(order(vec![0, 5]), Some(false));
    let capital = default_policy(Rule::UnallocatedCapital);
    let nonsense = Policy {
        allocation_deadline: Some("02-30".to_owned()),
        ..capital
    };
    assert_eq!(nonsense.flaws(Rule::UnallocatedCapital).len(), 1);
    let loud = Policy {
        steps: vec![5],
        ..default_policy(Rule::DueSoon)
    };
    assert_eq!(loud.flaws(Rule::DueSoon).len(), 1);
}

#[test]
fn the_nearest_unit_decides() {
    let days = |days| Policy {
        days,
        ..default_policy(Rule::StaleData)
    };
    let policies = Policies::new([
        (Rule::StaleData, None, days(1)),
        (Rule::StaleData, Some(7), days(2)),
    ]);
    assert_eq!(policies.along(Rule::StaleData, &[9, 7, 1]).days, 2);
    assert_eq!(policies.along(Rule::StaleData, &[9, 1]).days, 1);
    assert_eq!(policies.along(Rule::DueSoon, &[7]).days, 7);
}

#[test]
fn a_waiver_wakes_above_its_threshold_only() {
    let policy = default_policy(Rule::ScheduleOverdue);
    assert!(!policy.outgrown(100, 120));
    assert!(policy.outgrown(100, 121));
    assert!(policy.outgrown(0, 1));
    let huge = i64::MAX;
    assert!(!policy.outgrown(huge, huge));
}

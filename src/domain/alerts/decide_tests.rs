use super::super::commitment::{Promise, PromiseKind};
use super::super::policy::default_policy;
use super::super::rules::facts;
use super::super::rules::world_tests::{day, pay, unit, world};
use super::super::world::World;
use super::super::{AlertLevel, Policies, Policy, Severity, State};
use super::*;
use crate::domain::calendar::WorkingCalendar;
use crate::domain::money::Money;
use crate::domain::units::{Level, ParentLink, Unit, UnitTree};

/// What a scan of `world` decides on a day, after `live` and `waived`.
struct Scan<'a> {
    world: &'a World,
    policies: Policies,
    waived: HashMap<Key, Waived>,
    paid: HashMap<i64, Money>,
}

impl<'a> Scan<'a> {
    fn of(world: &'a World) -> Self {
        Scan {
            world,
            policies: Policies::default(),
            waived: HashMap::new(),
            paid: HashMap::new(),
        }
    }

    fn on(&self, date: &str, live: &[Live]) -> Vec<Decision> {
        let snapshot = self.world.on(day(date));
        let judge = Judge {
            snapshot: &snapshot,
            policies: &self.policies,
            calendar: &WorkingCalendar::new([]),
            paid_by_promise: &self.paid,
        };
        decide(
            &judge,
            facts(&snapshot, &self.policies),
            live.to_vec(),
            &self.waived,
        )
    }

    /// The decision about the line's delay.
    fn overdue(&self, date: &str, live: &[Live]) -> Option<Decision> {
        let mut all = self.on(date, live);
        all.retain(|one| {
            one.key(&self.waived)
                .is_some_and(|key| key.rule == Rule::ScheduleOverdue)
        });
        assert!(all.len() < 2, "{all:?}");
        all.pop()
    }

    /// The alert that a first scan raises.
    fn raised(&self, date: &str) -> Live {
        match self.overdue(date, &[]) {
            Some(Decision::Raise { live, .. }) => Live { id: 7, ..live },
            other => panic!("{other:?}"),
        }
    }

    fn turned(&self, date: &str, live: &Live) -> Turn {
        match self.overdue(date, std::slice::from_ref(live)) {
            Some(Decision::Turn { turn, .. }) => *turn,
            other => panic!("{other:?}"),
        }
    }
}

fn promise(kind: PromiseKind, due_on: &str, amount: i64) -> Promise {
    Promise {
        id: 1,
        kind,
        due_on: day(due_on),
        amount: Some(Money::dong(amount)),
        baseline: Money::ZERO,
    }
}

fn promised(live: &Live, promise: Promise) -> Live {
    Live {
        state: State::Acknowledged,
        promise: Some(promise),
        ..live.clone()
    }
}

#[test]
fn what_is_wrong_is_raised_once() {
    let world = world();
    let scan = Scan::of(&world);
    assert_eq!(scan.overdue("2024-03-31", &[]), None);
    let decision = scan.overdue("2024-04-01", &[]).unwrap();
    assert_eq!(decision.project_id(), Some(10));
    assert!(decision.changes() && matches!(decision, Decision::Raise { woken: None, .. }));
    let live = scan.raised("2024-04-01");
    assert_eq!(
        (live.state, live.responsible_id, live.measure),
        (State::Open, Some(100), 200)
    );
    assert_eq!(
        (live.raised_on, live.course.level, live.escalates_on),
        (
            day("2024-04-01"),
            AlertLevel::Leader,
            Some(day("2024-04-08"))
        )
    );
    assert_eq!(
        scan.overdue("2024-04-01", std::slice::from_ref(&live)),
        None
    );
}

#[test]
fn a_live_alert_goes_on_and_up() {
    let world = world();
    let scan = Scan::of(&world);
    let live = scan.raised("2024-04-01");
    let decision = scan
        .overdue("2024-04-02", std::slice::from_ref(&live))
        .unwrap();
    assert_eq!(decision.project_id(), Some(10));
    let turn = scan.turned("2024-04-02", &live);
    assert!(turn.told.is_empty() && turn.judged.is_none());
    assert_eq!(turn.after.details["days_late"], 2);
    let turn = scan.turned("2024-04-08", &live);
    let told: Vec<_> = turn
        .told
        .iter()
        .map(|told| (told.unit_id, told.level))
        .collect();
    assert_eq!(told, [(3, AlertLevel::Commune)]);
    assert_eq!(
        (turn.after.course.level, turn.after.escalates_on),
        (AlertLevel::Commune, Some(day("2024-04-15")))
    );
}

#[test]
fn what_is_mended_ends_with_its_cause() {
    let mut world = world();
    let live = Scan::of(&world).raised("2024-04-01");
    let kept = promised(&live, promise(PromiseKind::Commitment, "2024-04-20", 200));
    pay(&mut world, "2024-04-05", 200, 0);
    let mut scan = Scan::of(&world);
    scan.paid.insert(7, Money::dong(200));
    let decision = scan
        .overdue("2024-04-06", std::slice::from_ref(&live))
        .unwrap();
    assert_eq!(decision.project_id(), Some(10));
    match decision {
        Decision::Resolve {
            before,
            cause,
            promise,
            ..
        } => assert_eq!((before.id, cause, promise), (7, "paid", None)),
        other => panic!("{other:?}"),
    }
    match scan.overdue("2024-04-06", &[kept]).unwrap() {
        Decision::Resolve { promise, .. } => assert_eq!(promise, Some(Outcome::Kept)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_effect_ends_when_its_cause_explains_it() {
    let world = world();
    let scan = Scan::of(&world);
    let overdue = scan.raised("2024-04-01");
    let mut effect = Live {
        id: 8,
        ..overdue.clone()
    };
    effect.key.rule = Rule::NoDisbursement;
    let ended = scan
        .on("2024-04-01", &[overdue, effect])
        .into_iter()
        .find_map(|one| match one {
            Decision::Resolve { before, cause, .. } => Some((before.id, cause)),
            _ => None,
        });
    assert_eq!(ended, Some((8, "explained")));
}

#[test]
fn a_waived_alert_stays_away_until_it_has_grown() {
    let mut world = world();
    let live = Scan::of(&world).raised("2024-04-01");
    let waived = Waived {
        alert_id: 7,
        measure: 166,
        project_id: Some(10),
    };
    let mut scan = Scan::of(&world);
    // 200 is more than 166 and a fifth, and no more than 167 and a fifth.
    scan.waived.insert(live.key.clone(), waived);
    match scan.overdue("2024-04-01", &[]) {
        Some(Decision::Raise { woken, .. }) => assert_eq!(woken, Some(7)),
        other => panic!("{other:?}"),
    }
    let larger = Waived {
        measure: 167,
        ..waived
    };
    scan.waived.insert(live.key.clone(), larger);
    assert_eq!(scan.overdue("2024-04-01", &[]), None);

    let waived = scan.waived;
    pay(&mut world, "2024-03-31", 200, 0);
    let mut gone = Scan::of(&world);
    gone.waived = waived;
    let lapsed = gone.overdue("2024-04-01", &[]).unwrap();
    assert_eq!(
        (lapsed.key(&gone.waived), lapsed.project_id()),
        (Some(live.key), Some(10))
    );
    assert_eq!(lapsed, Decision::Lapse(larger));
}

#[test]
fn a_promise_stops_the_way_up_until_it_is_judged() {
    let world = world();
    let mut scan = Scan::of(&world);
    let live = scan.raised("2024-04-01");
    let waiting = promised(&live, promise(PromiseKind::Commitment, "2024-04-20", 100));
    let turn = scan.turned("2024-04-20", &waiting);
    assert!(turn.told.is_empty() && turn.judged.is_none() && turn.after.promise.is_some());
    assert_eq!(
        (turn.after.state, turn.after.escalates_on),
        (State::Acknowledged, None)
    );

    let missed = scan.turned("2024-04-21", &waiting);
    assert_eq!(missed.judged, Some(Outcome::Missed));
    assert_eq!(missed.told.len(), 1);
    assert_eq!(
        (
            missed.after.state,
            missed.after.promise,
            missed.after.course.level
        ),
        (State::Open, None, AlertLevel::Commune)
    );

    scan.paid.insert(7, Money::dong(100));
    let kept = scan.turned("2024-04-21", &waiting);
    assert_eq!((kept.judged, kept.told.len()), (Some(Outcome::Kept), 0));
    assert_eq!(kept.after.course.level, AlertLevel::Leader);
    // The same rhythm begins again: five working days from Sunday.
    assert_eq!(kept.after.escalates_on, Some(day("2024-04-26")));

    let snoozed = promised(&live, promise(PromiseKind::Snooze, "2024-04-20", 100));
    let woken = scan.turned("2024-04-21", &snoozed);
    assert_eq!((woken.judged, woken.told.len()), (Some(Outcome::Ended), 0));
}

#[test]
fn without_steps_nobody_above_is_told_of_a_missed_promise() {
    let world = world();
    let mut scan = Scan::of(&world);
    let live = scan.raised("2024-04-01");
    let silent = Policy {
        steps: vec![],
        ..default_policy(Rule::ScheduleOverdue)
    };
    scan.policies = Policies::new([(Rule::ScheduleOverdue, None, silent)]);
    let waiting = promised(&live, promise(PromiseKind::Commitment, "2024-04-20", 100));
    let missed = scan.turned("2024-04-21", &waiting);
    assert_eq!(
        (missed.judged, missed.told.len()),
        (Some(Outcome::Missed), 0)
    );
    assert_eq!(missed.after.course.level, AlertLevel::Leader);
}

#[test]
fn what_is_shown_of_an_alert_follows_the_fact() {
    let world = world();
    let scan = Scan::of(&world);
    let live = scan.raised("2024-04-01");
    let old = Live {
        severity: Severity::Info,
        label: String::new(),
        project_id: None,
        line_id: None,
        unit_id: None,
        responsible_id: None,
        escalates_on: None,
        measure: 1,
        details: Map::new(),
        ..live.clone()
    };
    assert_eq!(scan.turned("2024-04-01", &old).after, live);
}

#[test]
fn a_missing_task_force_is_founded_or_its_unit_ends() {
    let mut alone = world();
    alone.task_forces.retain(|force| force.unit_id != 3);
    let found = Scan::of(&alone)
        .on("2024-04-01", &[])
        .into_iter()
        .find_map(|one| match one {
            Decision::Raise { live, .. } if live.key.rule == Rule::MissingTaskForce => Some(live),
            _ => None,
        });
    let live = Live {
        id: 9,
        ..found.unwrap()
    };
    let cause = |world: &World| {
        let ended = Scan::of(world).on("2024-04-02", std::slice::from_ref(&live));
        ended.into_iter().find_map(|one| match one {
            Decision::Resolve { before, cause, .. } if before.id == 9 => Some(cause),
            _ => None,
        })
    };
    assert_eq!(cause(&alone), None);
    assert_eq!(cause(&world()), Some("task_force_founded"));
    let gone = Unit {
        valid_to: Some(day("2024-04-01")),
        ..unit(3, Level::Commune)
    };
    let parent = ParentLink {
        unit_id: 3,
        parent_id: 1,
        valid_from: day("0001-01-01"),
        valid_to: day("2024-04-01"),
    };
    alone.tree = std::sync::Arc::new(UnitTree::new(
        vec![unit(1, Level::Province), gone],
        vec![parent],
    ));
    assert_eq!(cause(&alone), Some("unit_ended"));
}

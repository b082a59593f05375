//! A small world for the tests of the rules.

pub(super) use std::collections::HashMap;
pub(super) use std::sync::Arc;

pub(super) use super::*;
pub(super) use crate::domain::alerts::line::LineHistory;
pub(super) use crate::domain::alerts::policy::default_policy;
pub(super) use crate::domain::alerts::world::*;
pub(super) use crate::domain::capital::{EntryKind, Origin};
pub(super) use crate::domain::ledger::{Entry, LineBook, Posting};
pub(super) use crate::domain::money::{Money, Rate};
pub(super) use crate::domain::progress::Basis;
pub(super) use crate::domain::schedule::{ScheduleItem, ScheduleVersion};
pub(super) use crate::domain::units::{Level, ParentLink, Unit, UnitTree};

pub(in crate::domain::alerts) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(in crate::domain::alerts) fn always<T>(value: T) -> Dated<T> {
    Dated {
        from: day("0001-01-01"),
        to: day("9999-12-31"),
        value,
    }
}

pub(in crate::domain::alerts) fn unit(id: i64, level: Level) -> Unit {
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
pub(in crate::domain::alerts) fn world() -> World {
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

pub(in crate::domain::alerts) fn pay(world: &mut World, on: &str, net: i64, advance: i64) {
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

pub(in crate::domain::alerts) fn on(world: &World, date: &str) -> Vec<Fact> {
    facts(&world.on(day(date)), &Policies::default())
}

pub(in crate::domain::alerts) fn rules(world: &World, date: &str) -> Vec<Rule> {
    let mut rules: Vec<Rule> = on(world, date)
        .into_iter()
        .map(|fact| fact.key.rule)
        .collect();
    rules.sort();
    rules
}

pub(in crate::domain::alerts) fn only(world: &World, date: &str, rule: Rule) -> Fact {
    let mut found = on(world, date);
    found.retain(|fact| fact.key.rule == rule);
    assert_eq!(found.len(), 1, "{rule:?} on {date}: {found:?}");
    found.remove(0)
}

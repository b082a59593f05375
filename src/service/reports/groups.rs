//! What the rows of a progress report are: which line counts under which row, and its name.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::View;
use super::super::figures::{Line, ProjectKeys, Sums, too_large};
use super::super::shared::Named;
use super::holders::{Held, Holder, Holdings};
use super::progress::{GroupBy, Grouping, RowKey};
use super::{Asked, Root, source_subtree};
use crate::db;
use crate::domain::locale::Locale;
use crate::domain::money::{Money, Rate};
use crate::domain::progress::{Basis, LineProgress};
use crate::domain::units::UnitTree;
use crate::error::Result;

/// What a line is counted under.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Id(i64),
    Code(String),
    None,
}

/// Lines counted together.
#[derive(Default)]
pub(super) struct Group {
    pub(super) lines: Vec<LineProgress>,
    pub(super) projects: HashSet<i64>,
    pub(super) late: HashSet<i64>,
    pub(super) assigned: i128,
}

impl Group {
    /// Counts a line.
    pub(super) fn add(&mut self, line: &Line) {
        self.lines.push(line.progress);
        self.projects.insert(line.project_id);
        if line.progress.late_amount.is_positive() {
            self.late.insert(line.project_id);
        }
    }

    /// The figures of the row.
    pub(super) fn sums(&self, basis: Basis) -> Result<Sums> {
        let mut sums = Sums::of(&self.lines)?;
        if basis == Basis::Assigned {
            sums.plan = Money::exact(self.assigned).ok_or_else(too_large)?;
            sums.rate = Rate::of(sums.disbursed, sums.plan);
        }
        Ok(sums)
    }
}

/// What the line counts under.
pub(super) fn key_of(
    line: &Line,
    project: &ProjectKeys,
    grouping: Grouping,
    asked: &Asked,
    root: &Root,
    tree: &UnitTree,
) -> Key {
    match grouping.by {
        GroupBy::Unit => Key::Id(unit_of(
            project.managing_unit_id,
            grouping,
            asked,
            root,
            tree,
        )),
        GroupBy::Source => Key::Id(line.funding_source_id),
        GroupBy::Investor => Key::Id(project.investor_id),
        GroupBy::Sector => Key::Code(project.sector.clone()),
        GroupBy::Status => Key::Code(project.status.clone()),
        GroupBy::Leader => project.leader_id.map_or(Key::None, Key::Id),
    }
}

/// The direct child of the root that the unit belongs to on the day, or the root for itself. With
/// a level: the unit of that level, or the managing unit itself where none is above it.
fn unit_of(unit: i64, grouping: Grouping, asked: &Asked, root: &Root, tree: &UnitTree) -> i64 {
    let path = tree.path_on(unit, asked.as_of);
    let within = path.iter().take_while(|above| **above != root.id).copied();
    match grouping.level {
        None => within.last().unwrap_or(root.id),
        Some(level) => within
            .chain([root.id])
            .find(|above| tree.get(*above).is_some_and(|unit| unit.level == level))
            .unwrap_or(unit),
    }
}

/// Adds the denominators of the basis `assigned`.
pub(super) fn assign(
    view: &mut View<'_>,
    asked: &Asked,
    grouping: Grouping,
    root: &Root,
    (total, groups): (&mut Group, &mut BTreeMap<Key, Group>),
) -> Result<()> {
    let (scope, tree) = (view.readable()?, view.tree()?);
    let holdings = Holdings::load(view, asked.budget_year, grouping.authority, asked.as_of)?;
    let sources = match asked.funding_source_id {
        Some(id) => Some(source_subtree(
            &db::assigned::source_parents(view.conn)?,
            id,
        )),
        None => None,
    };
    // What a holder keeps is netted over its sources, since it may pass capital on in a source
    // below the one it was given; by source there is nothing to net over.
    let mut kept: HashMap<(Holder, Option<i64>), Held> = HashMap::new();
    for (holder, source, held) in holdings.iter() {
        let in_root = holdings
            .unit_of(holder)
            .is_some_and(|unit| root.units.contains(&unit));
        let in_sources = sources
            .as_ref()
            .is_none_or(|sources| sources.contains(&source));
        if in_root && in_sources && holdings.visible(holder, &scope) {
            let by_source = (grouping.by == GroupBy::Source).then_some(source);
            let sum = kept.entry((holder, by_source)).or_default();
            sum.assigned += held.assigned;
            sum.onward += held.onward;
        }
    }
    for ((holder, source), held) in kept {
        let key = match (grouping.by, holder, source) {
            (GroupBy::Source, _, Some(source)) => Some(Key::Id(source)),
            (GroupBy::Investor, Holder::Agency(agency), _) => Some(Key::Id(agency)),
            (GroupBy::Unit, _, _) => holdings
                .unit_of(holder)
                .map(|unit| Key::Id(unit_of(unit, grouping, asked, root, &tree))),
            _ => None,
        };
        total.assigned += held.kept();
        if let Some(key) = key.filter(|_| held.kept() > 0) {
            groups.entry(key).or_default().assigned += held.kept();
        }
    }
    Ok(())
}

/// Codes and names of the rows.
pub(super) struct Names {
    coded: HashMap<i64, (String, String)>,
    people: HashMap<i64, String>,
    nobody: &'static str,
}

impl Names {
    /// What a row shows of its key.
    pub(super) fn key(&self, key: Key) -> RowKey {
        match key {
            Key::Id(id) => match (self.coded.get(&id), self.people.get(&id)) {
                (Some((code, name)), _) => RowKey {
                    id: Some(id),
                    code: Some(code.clone()),
                    name: name.clone(),
                },
                (None, name) => RowKey {
                    id: Some(id),
                    code: None,
                    name: name.cloned().unwrap_or_default(),
                },
            },
            Key::Code(code) => RowKey {
                id: None,
                name: code.clone(),
                code: Some(code),
            },
            Key::None => RowKey {
                id: None,
                code: None,
                name: self.nobody.to_owned(),
            },
        }
    }
}

/// Reads the names of all rows.
pub(super) fn names(
    view: &mut View<'_>,
    by: GroupBy,
    groups: &BTreeMap<Key, Group>,
) -> Result<Names> {
    let ids = groups.keys().filter_map(|key| match key {
        Key::Id(id) => Some(*id),
        _ => None,
    });
    let mut names = Names {
        coded: HashMap::new(),
        people: HashMap::new(),
        nobody: match view.ctx.actor.locale {
            Locale::Vi => "Chưa có lãnh đạo phụ trách",
            Locale::En => "No responsible leader",
        },
    };
    match by {
        GroupBy::Unit => names.coded = db::names::codes(view.conn, Named::Units, ids)?,
        GroupBy::Source => names.coded = db::names::codes(view.conn, Named::Sources, ids)?,
        GroupBy::Investor => names.coded = db::names::codes(view.conn, Named::Agencies, ids)?,
        GroupBy::Leader => names.people = db::names::people(view.conn, ids)?,
        GroupBy::Sector | GroupBy::Status => {}
    }
    Ok(names)
}

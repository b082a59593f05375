//! What the rows of a progress report are: which line counts under which row, and its name.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::super::View;
use super::super::book::Book;
use super::super::figures::{Sums, too_large};
use super::super::shared::Ref;
use super::holders::{Held, Holder, Holdings};
use super::progress::{GroupBy, Grouping, RowKey};
use super::{Asked, Root, sources};
use crate::db::book::{Line, Project};
use crate::db::project_links::Link;
use crate::domain::locale::Locale;
use crate::domain::money::{Money, Rate};
use crate::domain::progress::{Basis, LineProgress, Tally};
use crate::domain::project::Duty;
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
    tally: Tally,
    pub(super) projects: usize,
    pub(super) late_projects: usize,
    /// The project counted last, and the last one counted as late.
    last: (Option<i64>, Option<i64>),
    pub(super) assigned: i128,
}

impl Group {
    /// Counts a line. The lines of a project come one after the other.
    pub(super) fn add(&mut self, project: i64, line: &LineProgress) {
        self.tally.add(line);
        if self.last.0.replace(project) != Some(project) {
            self.projects += 1;
        }
        if line.late_amount.is_positive() && self.last.1.replace(project) != Some(project) {
            self.late_projects += 1;
        }
    }

    /// The figures of the row.
    pub(super) fn sums(&self, basis: Basis) -> Result<Sums> {
        let mut sums = Sums::from_tally(&self.tally)?;
        if basis == Basis::Assigned {
            sums.plan = Money::exact(self.assigned).ok_or_else(too_large)?;
            sums.rate = Rate::of(sums.disbursed, sums.plan);
        }
        Ok(sums)
    }
}

/// What rows lines count under. Each unit's place in the tree is looked up once.
pub(super) struct Keys<'a> {
    grouping: Grouping,
    asked: &'a Asked,
    root: &'a Root,
    tree: &'a UnitTree,
    units: HashMap<i64, i64>,
}

impl<'a> Keys<'a> {
    /// Rows of a report.
    pub(super) fn new(
        grouping: Grouping,
        asked: &'a Asked,
        root: &'a Root,
        tree: &'a UnitTree,
    ) -> Self {
        Keys {
            grouping,
            asked,
            root,
            tree,
            units: HashMap::new(),
        }
    }

    /// What all lines of a project count under, or nothing if that depends on the line.
    pub(super) fn of_project(&mut self, project: &Project, link: &Link) -> Option<Key> {
        Some(match self.grouping.by {
            GroupBy::Source => return None,
            GroupBy::Unit => Key::Id(self.unit(link.managing_unit_id)),
            GroupBy::Investor => Key::Id(link.investor_id),
            GroupBy::Sector => Key::Code(project.fields.sector.clone()),
            GroupBy::Status => Key::Code(project.fields.status.clone()),
            GroupBy::Leader => project
                .person_on(Duty::Leader.as_str(), self.asked.as_of)
                .map_or(Key::None, Key::Id),
        })
    }

    /// What a line counts under when it decides.
    pub(super) fn of_line(line: &Line) -> Key {
        Key::Id(line.funding_source_id)
    }

    fn unit(&mut self, unit: i64) -> i64 {
        let (grouping, asked, root, tree) = (self.grouping, self.asked, self.root, self.tree);
        *self
            .units
            .entry(unit)
            .or_insert_with(|| unit_of(unit, grouping, asked, root, tree))
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
    let sources = sources(view, asked)?;
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
    by: GroupBy,
    book: Arc<Book>,
    nobody: &'static str,
}

impl Names {
    /// Those of what rows are grouped by.
    pub(super) fn load(view: &mut View<'_>, by: GroupBy) -> Result<Self> {
        Ok(Names {
            by,
            book: view.book()?,
            nobody: match view.ctx.actor.locale {
                Locale::Vi => "Chưa có lãnh đạo phụ trách",
                Locale::En => "No responsible leader",
            },
        })
    }

    /// What a row shows of its key.
    pub(super) fn key(&self, key: Key) -> RowKey {
        let coded = |Ref { id, code, name }| RowKey {
            id: Some(id),
            code: Some(code),
            name,
        };
        match (key, self.by) {
            (Key::Id(id), GroupBy::Unit) => coded(self.book.unit(id)),
            (Key::Id(id), GroupBy::Source) => coded(self.book.source(id)),
            (Key::Id(id), GroupBy::Investor) => coded(self.book.agency(id)),
            (Key::Id(id), GroupBy::Sector | GroupBy::Status | GroupBy::Leader) => RowKey {
                id: Some(id),
                code: None,
                name: self.book.person(id).full_name,
            },
            (Key::Code(code), _) => RowKey {
                id: None,
                name: code.clone(),
                code: Some(code),
            },
            (Key::None, _) => RowKey {
                id: None,
                code: None,
                name: self.nobody.to_owned(),
            },
        }
    }
}

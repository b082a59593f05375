//! Reports over many projects (api.md, "Progress and reports").
//!
//! Links in force on the day of the report decide where a project counts; what the reader may see
//! is decided by the links of today.

pub mod advances;
pub mod alert_quality;
pub mod allocation;
pub mod compliance;
pub mod detail;
mod directory;
pub mod explain;
mod follow_up;
mod groups;
pub mod holders;
pub mod late_items;
pub mod plan_changes;
pub mod progress;
pub mod promises;
pub mod ranking;
pub mod reallocation;
pub mod reconciliation;
pub mod s_curve;
mod target_rates;
pub mod wanted;

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::View;
use super::figures::LineFilter;
use super::shared::unknown;
use crate::db;
use crate::domain::progress::Basis;
use crate::domain::units::UnitTree;
use crate::error::{Code, Result};

pub use directory::{ReportObstacle, ReportProject};

/// What every report is asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The budget year.
    pub budget_year: i32,
    /// The day.
    pub as_of: NaiveDate,
    /// The basis.
    pub basis: Basis,
    /// Only what this unit and those below it manage.
    pub unit_id: Option<i64>,
    /// Only this source and those below it.
    pub funding_source_id: Option<i64>,
}

/// The unit a report starts from and everything below it on the day.
struct Root {
    id: i64,
    units: HashSet<i64>,
    /// Nothing is left out.
    whole: bool,
}

/// The unit asked for, or the reader's top unit: the one unit of their grants that has no other
/// above it, else the province.
fn root(view: &mut View<'_>, asked: &Asked) -> Result<Root> {
    let tree = view.tree()?;
    let province = province(&tree, asked.as_of).ok_or(Code::NotFound)?;
    let id = match asked.unit_id {
        Some(id) => tree.get(id).map(|unit| unit.id).ok_or(Code::NotFound)?,
        None => {
            let (scope, today) = (view.readable()?, view.today);
            let mut tops = scope.units.iter().copied().filter(|unit| {
                let parent = tree.parent_on(*unit, today);
                !parent.is_some_and(|parent| scope.units.contains(&parent))
            });
            match (scope.everything, tops.next(), tops.next()) {
                (false, Some(only), None) if scope.agencies.is_empty() => only,
                _ => province,
            }
        }
    };
    Ok(Root {
        id,
        units: tree.subtree_on(id, asked.as_of),
        whole: id == province && asked.unit_id.is_none_or(|asked| asked == province),
    })
}

/// The name of the unit that a report is about.
pub fn unit_name(view: &mut View<'_>, asked: &Asked) -> Result<String> {
    let root = root(view, asked)?;
    let tree = view.tree()?;
    Ok(tree
        .get(root.id)
        .map_or_else(String::new, |unit| unit.name.clone()))
}

/// The unit with a code on a day; `None` when no code is asked for.
pub fn unit_with_code(
    view: &mut View<'_>,
    code: Option<&str>,
    day: NaiveDate,
) -> Result<Option<i64>> {
    let Some(code) = code else {
        return Ok(None);
    };
    let tree = view.tree()?;
    let mut found = tree
        .units()
        .filter(|unit| unit.code == code && unit.valid_on(day));
    match found.next() {
        Some(unit) => Ok(Some(unit.id)),
        None => Err(unknown("/unit").into()),
    }
}

/// The funding source with a code; `None` when no code is asked for.
pub fn source_with_code(view: &mut View<'_>, code: Option<&str>) -> Result<Option<i64>> {
    let Some(code) = code else {
        return Ok(None);
    };
    match db::funding_sources::with_code(view.conn, code)? {
        Some(id) => Ok(Some(id)),
        None => Err(unknown("/source").into()),
    }
}

/// The name of the source that a report is narrowed to.
pub fn source_name(view: &mut View<'_>, asked: &Asked) -> Result<Option<String>> {
    let Some(id) = asked.funding_source_id else {
        return Ok(None);
    };
    let names = db::names::codes(view.conn, db::names::Named::Sources, [id])?;
    Ok(names.get(&id).map(|(_, name)| name.clone()))
}

/// The units of a report; `None` when nothing is left out.
fn filter_units(root: &Root) -> Option<Vec<i64>> {
    (!root.whole).then(|| root.units.iter().copied().collect())
}

/// The unit above all others on a day.
fn province(tree: &UnitTree, day: NaiveDate) -> Option<i64> {
    tree.units()
        .filter(|unit| tree.parent_on(unit.id, day).is_none())
        .map(|unit| (!unit.valid_on(day), unit.level, unit.id))
        .max_by_key(|(ended, level, id)| (!ended, *level, -id))
        .map(|(_, _, id)| id)
}

/// The lines of the report.
fn filter(view: &mut View<'_>, asked: &Asked, root: &Root) -> Result<LineFilter> {
    let sources = sources(view, asked)?;
    Ok(LineFilter {
        sources: sources.map(|sources| sources.into_iter().collect()),
        managed: (!root.whole).then(|| (root.units.iter().copied().collect(), asked.as_of)),
        ..LineFilter::of_year(asked.budget_year, view.readable()?, view.today)
    })
}

/// The source asked for and everything below it; `None` when no source is asked for.
fn sources(view: &mut View<'_>, asked: &Asked) -> Result<Option<HashSet<i64>>> {
    let Some(id) = asked.funding_source_id else {
        return Ok(None);
    };
    Ok(Some(source_subtree(
        &view.book()?.reference.source_parents,
        id,
    )))
}

/// A source and everything below it.
fn source_subtree(parents: &HashMap<i64, Option<i64>>, id: i64) -> HashSet<i64> {
    parents
        .keys()
        .copied()
        .filter(|source| source_path(parents, *source).contains(&id))
        .collect()
}

/// A source and those above it, nearest first.
fn source_path(parents: &HashMap<i64, Option<i64>>, id: i64) -> Vec<i64> {
    let mut path = vec![id];
    let mut at = id;
    while let Some(Some(parent)) = parents.get(&at) {
        // A loop in the data must not hang a request.
        if path.contains(parent) {
            break;
        }
        path.push(*parent);
        at = *parent;
    }
    path
}

//! Assigned capital and what was allocated of it to projects (domain.md section 4).

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::View;
use super::super::figures::{ProjectKeys, too_large};
use super::super::shared::{Named, Ref, Refs};
use super::holders::{Held, Holder, Holdings};
use super::{Asked, root, source_path};
use crate::db;
use crate::db::figures::{Line, LineFilter};
use crate::domain::capital::{Authority, Origin};
use crate::domain::money::Money;
use crate::domain::progress::Basis;
use crate::domain::scope::Scope;
use crate::error::Result;

/// Whom capital is assigned to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Assignee {
    /// `unit` or `agency`.
    pub kind: &'static str,
    /// Identity.
    pub id: i64,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
}

/// What one assignee has of one funding source and those below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AllocationRow {
    /// Whom it is assigned to.
    pub assignee: Assignee,
    /// The funding source.
    pub funding_source: Ref,
    /// Assigned to it, đồng.
    #[schema(value_type = i64)]
    pub assigned: Money,
    /// Assigned onward by it, đồng.
    #[schema(value_type = i64)]
    pub assigned_onward: Money,
    /// The plan of its own projects, đồng.
    #[schema(value_type = i64)]
    pub allocated: Money,
    /// What is left to allocate, đồng; negative when more is allocated than was assigned.
    #[schema(value_type = i64)]
    pub unallocated: Money,
}

/// The report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AllocationReport {
    /// The budget year.
    pub budget_year: i32,
    /// The day of the figures.
    pub as_of: NaiveDate,
    /// As asked; allocation is always that of capital of the year itself.
    #[schema(value_type = String)]
    pub basis: Basis,
    /// Whose assignments; authorities assign the same capital and are never added together.
    #[schema(value_type = String)]
    pub authority: Authority,
    /// By assignee and source.
    pub rows: Vec<AllocationRow>,
}

/// The report over what the reader may see.
pub fn report(
    view: &mut View<'_>,
    asked: &Asked,
    authority: Authority,
) -> Result<AllocationReport> {
    let scope = view.readable()?;
    let root = root(view, asked)?;
    let mut rows = rows(view, asked, authority, &scope)?;
    let tree = view.tree()?;
    let agency_units = db::assigned::agency_units(view.conn)?;
    if asked.unit_id.is_some() {
        rows.retain(|row| {
            let unit = match row.assignee.kind {
                "unit" => Some(row.assignee.id),
                _ => agency_units.get(&row.assignee.id).copied(),
            };
            unit.is_some_and(|unit| root.units.contains(&unit))
        });
    }
    rows.sort_by_cached_key(|row| {
        let unit = (row.assignee.kind == "unit").then(|| tree.get(row.assignee.id));
        let level = unit.flatten().map(|unit| std::cmp::Reverse(unit.level));
        let name = crate::domain::text::sort_key(&row.assignee.name);
        // Units before agencies, from the province down.
        (
            row.assignee.kind == "agency",
            level,
            name,
            row.assignee.id,
            row.funding_source.code.clone(),
        )
    });
    Ok(AllocationReport {
        budget_year: asked.budget_year,
        as_of: asked.as_of,
        basis: asked.basis,
        authority,
        rows,
    })
}

/// The rows of every holder in `scope`, in no order. Also what `unallocated_capital` and the
/// compliance report judge.
pub fn rows(
    view: &mut View<'_>,
    asked: &Asked,
    authority: Authority,
    scope: &Scope,
) -> Result<Vec<AllocationRow>> {
    let holdings = Holdings::load(view, asked.budget_year, authority, asked.as_of)?;
    let parents = db::assigned::source_parents(view.conn)?;
    let books = Books::load(view, asked, &holdings, &parents)?;
    let mut places: BTreeSet<(Holder, i64)> = holdings
        .iter()
        .map(|(holder, source, _)| (holder, source))
        .filter(|(holder, _)| holdings.visible(*holder, scope))
        .collect();
    if let Some(wanted) = asked.funding_source_id {
        places.retain(|(_, source)| source_path(&parents, *source).contains(&wanted));
    }
    let unit_ids = places.iter().filter_map(|(holder, _)| match holder {
        Holder::Unit(id) => Some(*id),
        Holder::Agency(_) => None,
    });
    let units = Refs::load(view.conn, Named::Units, unit_ids)?;
    let agency_ids = places.iter().filter_map(|(holder, _)| match holder {
        Holder::Agency(id) => Some(*id),
        Holder::Unit(_) => None,
    });
    let agencies = Refs::load(view.conn, Named::Agencies, agency_ids)?;
    let source_ids = places.iter().map(|(_, source)| *source);
    let sources = Refs::load(view.conn, Named::Sources, source_ids)?;
    let rows = places.into_iter().map(|(holder, source)| {
        let (kind, id, names) = match holder {
            Holder::Unit(id) => ("unit", id, &units),
            Holder::Agency(id) => ("agency", id, &agencies),
        };
        let Ref { id, code, name } = names.get(id);
        let assignee = Assignee {
            kind,
            id,
            code,
            name,
        };
        books.row(assignee, holder, sources.get(source))
    });
    rows.collect()
}

/// What every holder has and has allocated, by source with those below it.
struct Books {
    held: HashMap<(Holder, i64), Held>,
    allocated: HashMap<(Holder, i64), i128>,
}

impl Books {
    fn load(
        view: &mut View<'_>,
        asked: &Asked,
        holdings: &Holdings,
        parents: &HashMap<i64, Option<i64>>,
    ) -> Result<Self> {
        let mut held: HashMap<(Holder, i64), Held> = HashMap::new();
        for (holder, source, one) in holdings.iter() {
            for above in source_path(parents, source) {
                let sum = held.entry((holder, above)).or_default();
                sum.assigned += one.assigned;
                sum.onward += one.onward;
            }
        }
        // The figures of a holder are whole, whoever reads them.
        let filter = LineFilter {
            origin: Some(Origin::InYear),
            ..LineFilter::of_year(asked.budget_year, Scope::all(), view.today)
        };
        let lines = db::figures::lines(view.conn, &filter, asked.as_of)?;
        let projects = db::figures::projects(view.conn, &filter, asked.as_of)?;
        let mut allocated: HashMap<(Holder, i64), i128> = HashMap::new();
        for line in &lines {
            let path = source_path(parents, line.funding_source_id);
            let Some(owner) = projects
                .get(&line.project_id)
                .map(|project| owner(project, &path, holdings))
            else {
                continue;
            };
            for above in path {
                *allocated.entry((owner, above)).or_default() += line_plan(line);
            }
        }
        Ok(Books { held, allocated })
    }

    fn row(
        &self,
        assignee: Assignee,
        holder: Holder,
        funding_source: Ref,
    ) -> Result<AllocationRow> {
        let place = (holder, funding_source.id);
        let held = self.held.get(&place).copied().unwrap_or_default();
        let allocated = self.allocated.get(&place).copied().unwrap_or_default();
        let money = |amount: i128| Money::exact(amount).ok_or_else(too_large);
        Ok(AllocationRow {
            assignee,
            funding_source,
            assigned: money(held.assigned)?,
            assigned_onward: money(held.onward)?,
            allocated: money(allocated)?,
            unallocated: money(held.assigned - held.onward - allocated)?,
        })
    }
}

fn line_plan(line: &Line) -> i128 {
    line.plan.wide()
}

/// Whose own project it is: the investor's if the investor was assigned capital of the line's
/// source or one above it, else the managing unit's. So no project is counted twice.
fn owner(project: &ProjectKeys, source_path: &[i64], holdings: &Holdings) -> Holder {
    let investor = Holder::Agency(project.investor_id);
    match source_path
        .iter()
        .any(|source| holdings.is_holder(investor, *source))
    {
        true => investor,
        false => Holder::Unit(project.managing_unit_id),
    }
}

/// Holders that had capital left to allocate.
pub fn unallocated(rows: &[AllocationRow]) -> HashSet<(&'static str, i64)> {
    rows.iter()
        .filter(|row| row.unallocated.is_positive())
        .map(|row| (row.assignee.kind, row.assignee.id))
        .collect()
}

//! Assigned capital and what was allocated of it to projects (domain.md section 4).

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::View;
use super::super::figures::{self, LineFilter, too_large};
use super::super::shared::Ref;
use super::holders::{Held, Holder, Holdings};
use super::{Asked, root, source_path};
use crate::db::project_links::Link;
use crate::domain::capital::Authority;
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

impl Assignee {
    /// Whom that is.
    pub(super) fn holder(&self) -> Holder {
        match self.kind {
            "unit" => Holder::Unit(self.id),
            _ => Holder::Agency(self.id),
        }
    }
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
    let root = root(view, asked)?;
    let holdings = Holdings::load(view, asked.budget_year, authority, asked.as_of)?;
    let mut rows = rows(view, asked, &holdings)?;
    let tree = view.tree()?;
    if asked.unit_id.is_some() {
        rows.retain(|row| {
            let unit = holdings.unit_of(row.assignee.holder());
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

/// The rows of every holder that the reader may see, in no order. Also what the compliance report
/// judges.
pub fn rows(view: &mut View<'_>, asked: &Asked, holdings: &Holdings) -> Result<Vec<AllocationRow>> {
    let (book, scope) = (view.book()?, view.readable()?);
    let parents = &book.reference.source_parents;
    let books = Books::load(view, asked, holdings, parents)?;
    let mut places: BTreeSet<(Holder, i64)> = holdings
        .iter()
        .map(|(holder, source, _)| (holder, source))
        .filter(|(holder, _)| holdings.visible(*holder, &scope))
        .collect();
    if let Some(wanted) = asked.funding_source_id {
        places.retain(|(_, source)| source_path(parents, *source).contains(&wanted));
    }
    let rows = places.into_iter().map(|(holder, source)| {
        let (kind, Ref { id, code, name }) = match holder {
            Holder::Unit(id) => ("unit", book.unit(id)),
            Holder::Agency(id) => ("agency", book.agency(id)),
        };
        let assignee = Assignee {
            kind,
            id,
            code,
            name,
        };
        books.row(assignee, holder, book.source(source))
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
        let filter = LineFilter::of_year(asked.budget_year, Scope::all(), view.today);
        let in_year = figures::select(view, &filter, asked.as_of, Basis::Adjusted)?;
        let paths: HashMap<i64, Vec<i64>> = parents
            .keys()
            .map(|source| (*source, source_path(parents, *source)))
            .collect();
        let mut allocated: HashMap<(Holder, i64), i128> = HashMap::new();
        for (planned, lines) in in_year.projects() {
            let Some(link) = planned.project.link_on(asked.as_of) else {
                continue;
            };
            for (line, progress) in lines {
                let path = paths
                    .get(&line.funding_source_id)
                    .map_or(&[][..], Vec::as_slice);
                let owner = owner(link, path, holdings);
                for above in path {
                    *allocated.entry((owner, *above)).or_default() += progress.plan.wide();
                }
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

/// Whose own project it is: the investor's if the investor was assigned capital of the line's
/// source or one above it, else the managing unit's. So no project is counted twice.
fn owner(link: &Link, source_path: &[i64], holdings: &Holdings) -> Holder {
    let investor = Holder::Agency(link.investor_id);
    match source_path
        .iter()
        .any(|source| holdings.is_holder(investor, *source))
    {
        true => investor,
        false => Holder::Unit(link.managing_unit_id),
    }
}

//! The list of projects.

use super::{Project, by_ids};
use crate::db;
use crate::db::page::{Page, Rows};
use crate::db::project_list::{Filter, Order};
use crate::domain::project::{ProjectGroup, ProjectStatus};
use crate::domain::text_enum::text_enum;
use crate::error::Result;
use crate::service::View;

text_enum! {
    /// What the list is sorted by.
    Sort {
        /// By name.
        Name = "name",
        /// By name, last first.
        NameDown = "-name",
        /// By code.
        Code = "code",
        /// By code, last first.
        CodeDown = "-code",
        /// By total investment, least first.
        TotalInvestment = "total_investment",
        /// By total investment, greatest first.
        TotalInvestmentDown = "-total_investment",
    }
}

impl Sort {
    fn order(self) -> (Order, bool) {
        match self {
            Sort::Name => (Order::Name, false),
            Sort::NameDown => (Order::Name, true),
            Sort::Code => (Order::Code, false),
            Sort::CodeDown => (Order::Code, true),
            Sort::TotalInvestment => (Order::TotalInvestment, false),
            Sort::TotalInvestmentDown => (Order::TotalInvestment, true),
        }
    }
}

/// Which projects; an empty list asks for all.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct ListFilter {
    pub codes: Vec<String>,
    pub q: Option<String>,
    /// Managing units, with everything below them today.
    pub units: Vec<i64>,
    pub investors: Vec<i64>,
    pub pmus: Vec<i64>,
    /// Funding sources, with everything below them.
    pub sources: Vec<i64>,
    pub budget_years: Vec<i32>,
    pub leaders: Vec<i64>,
    pub statuses: Vec<ProjectStatus>,
    pub groups: Vec<ProjectGroup>,
}

/// A page of the projects in scope.
pub fn list(
    view: &mut View<'_>,
    asked: &ListFilter,
    sort: Option<Sort>,
    page: &Page,
) -> Result<Rows<Project>> {
    let filter = filter(view, asked)?;
    let scope = view.readable()?;
    let order = sort.unwrap_or(Sort::Name).order();
    let today = view.today;
    let ids = db::project_list::ids(view.conn, &scope, &filter, order, page, today)?;
    Ok(Rows {
        rows: by_ids(view, &ids.rows)?,
        next: ids.next,
    })
}

/// The filter as the database reads it.
fn filter(view: &mut View<'_>, asked: &ListFilter) -> Result<Filter> {
    Ok(Filter {
        codes: asked.codes.clone(),
        q: asked.q.clone(),
        units: subtrees(view, &asked.units)?,
        investors: asked.investors.clone(),
        pmus: asked.pmus.clone(),
        sources: match asked.sources.as_slice() {
            [] => None,
            ids => Some(db::source_tree::subtree(view.conn, ids)?),
        },
        budget_years: asked.budget_years.clone(),
        leaders: asked.leaders.clone(),
        statuses: names(&asked.statuses, |status| status.as_str()),
        groups: names(&asked.groups, |group| group.as_str()),
    })
}

fn names<T: Copy>(values: &[T], name: impl Fn(T) -> &'static str) -> Vec<String> {
    values.iter().map(|value| name(*value).to_owned()).collect()
}

/// The units with everything below them today; `None` when no unit is asked for.
pub fn subtrees(view: &mut View<'_>, units: &[i64]) -> Result<Option<Vec<i64>>> {
    if units.is_empty() {
        return Ok(None);
    }
    let (tree, today) = (view.tree()?, view.today);
    let all: std::collections::HashSet<i64> = units
        .iter()
        .flat_map(|unit| tree.subtree_on(*unit, today))
        .collect();
    Ok(Some(all.into_iter().collect()))
}

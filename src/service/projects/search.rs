//! Which projects a list shows, found in the book.

use std::collections::HashSet;

use crate::db;
use crate::db::book::Project;
use crate::db::page::{After, Page};
use crate::domain::project::Duty;
use crate::domain::scope::Scope;
use crate::domain::text::fold;
use crate::error::Result;
use crate::service::View;

use super::list::{ListFilter, subtrees};

/// What a list of projects is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Name, by the Vietnamese alphabet.
    Name,
    /// Code.
    Code,
    /// Total investment.
    TotalInvestment,
}

impl Order {
    /// Text whose byte order is that of the column.
    fn key(self, project: &Project) -> String {
        let fields = &project.fields;
        match self {
            Order::Name => fields.sort_key.clone(),
            Order::Code => fields.code.clone(),
            // No amount has more digits.
            Order::TotalInvestment => format!("{:017}", fields.total_investment),
        }
    }
}

/// The projects in scope, by their links of today, that pass a filter: (id, key), in order, those
/// after the row that the page starts after, and one more than it holds.
pub fn keyed(
    view: &mut View<'_>,
    asked: &ListFilter,
    (order, descending): (Order, bool),
    page: &Page,
) -> Result<Vec<(i64, String)>> {
    let mut rows = matching(view, asked, |project| (order.key(project), project.id))?;
    if let Some(After { key, id }) = &page.after {
        rows.retain(|(own, own_id)| {
            let place = (own, own_id).cmp(&(key, id));
            if descending {
                place.is_lt()
            } else {
                place.is_gt()
            }
        });
    }
    page.first_of(&mut rows, |a, b| match descending {
        true => b.cmp(a),
        false => a.cmp(b),
    });
    Ok(rows.into_iter().map(|(key, id)| (id, key)).collect())
}

/// All of them, in order of id.
pub fn ids(view: &mut View<'_>, asked: &ListFilter) -> Result<Vec<i64>> {
    matching(view, asked, |project| project.id)
}

fn matching<T>(
    view: &mut View<'_>,
    asked: &ListFilter,
    show: impl Fn(&Project) -> T,
) -> Result<Vec<T>> {
    let wanted = Wanted::of(view, asked)?;
    let (book, scope, today) = (view.book()?, view.readable()?, view.today);
    let found = book
        .projects()
        .filter(|project| in_scope(project, &scope, today) && wanted.has(project, today));
    Ok(found.map(show).collect())
}

fn in_scope(project: &Project, scope: &Scope, today: chrono::NaiveDate) -> bool {
    scope.everything
        || project
            .links_on(today)
            .is_some_and(|links| scope.has_project(&links))
}

/// A filter, ready to be asked about each project.
struct Wanted<'a> {
    asked: &'a ListFilter,
    q: Option<String>,
    units: Option<HashSet<i64>>,
    /// Projects with lines of the years and sources asked for.
    planned: Option<HashSet<i64>>,
}

impl<'a> Wanted<'a> {
    fn of(view: &mut View<'_>, asked: &'a ListFilter) -> Result<Self> {
        Ok(Wanted {
            q: asked.q.as_deref().map(fold),
            units: subtrees(view, &asked.units)?.map(|units| units.into_iter().collect()),
            planned: planned(view, asked)?,
            asked,
        })
    }

    fn has(&self, project: &Project, today: chrono::NaiveDate) -> bool {
        let (asked, fields) = (self.asked, &project.fields);
        let link = || project.link_on(today);
        let any = |ids: &[i64], own: Option<i64>| {
            ids.is_empty() || own.is_some_and(|own| ids.contains(&own))
        };
        (asked.codes.is_empty() || asked.codes.contains(&fields.code))
            && (asked.statuses.is_empty()
                || asked
                    .statuses
                    .iter()
                    .any(|one| one.as_str() == fields.status))
            && (asked.groups.is_empty()
                || asked
                    .groups
                    .iter()
                    .any(|one| one.as_str() == fields.project_group))
            && self
                .q
                .as_ref()
                .is_none_or(|q| fields.search_key.contains(q.as_str()))
            && self
                .planned
                .as_ref()
                .is_none_or(|planned| planned.contains(&project.id))
            && self.units.as_ref().is_none_or(|units| {
                link().is_some_and(|link| units.contains(&link.managing_unit_id))
            })
            && any(&asked.investors, link().map(|link| link.investor_id))
            && any(&asked.pmus, link().and_then(|link| link.pmu_id))
            && (asked.leaders.is_empty()
                || any(
                    &asked.leaders,
                    project.person_on(Duty::Leader.as_str(), today),
                ))
    }
}

/// Projects with a plan line of these years and sources that has any entry; `None` for all.
fn planned(view: &mut View<'_>, asked: &ListFilter) -> Result<Option<HashSet<i64>>> {
    let sources: Option<HashSet<i64>> = match asked.sources.as_slice() {
        [] => None,
        ids => Some(
            db::source_tree::subtree(view.conn, ids)?
                .into_iter()
                .collect(),
        ),
    };
    match (asked.budget_years.as_slice(), sources) {
        ([], None) => Ok(None),
        // The year that is shown is in the book.
        ([year], sources) => {
            let year = view.year(*year)?;
            let planned = year.planned.iter().filter(|planned| {
                sources.as_ref().is_none_or(|sources| {
                    let mut lines = planned.lines.iter();
                    lines.any(|line| sources.contains(&line.funding_source_id))
                })
            });
            Ok(Some(planned.map(|planned| planned.project.id).collect()))
        }
        (years, sources) => {
            let sources = sources.map(|sources| sources.into_iter().collect::<Vec<_>>());
            let ids = db::project_list::planned(view.conn, years, sources.as_deref())?;
            Ok(Some(ids.into_iter().collect()))
        }
    }
}

//! Which plan lines a report or a list is about.

use std::sync::Arc;

use chrono::NaiveDate;

use super::project_links::{in_scope, managed_by};
use super::sql::Sql;
use crate::domain::capital::Origin;
use crate::domain::scope::Scope;

/// Which plan lines: those of one budget year, narrowed.
#[derive(Clone, Debug)]
pub struct LineFilter {
    /// The budget year.
    pub budget_year: i32,
    /// Lines of this origin.
    pub origin: Option<Origin>,
    /// Lines of these projects.
    pub projects: Option<Vec<i64>>,
    /// Lines of these funding sources.
    pub sources: Option<Vec<i64>>,
    /// Lines of projects that one of these units manages on a day.
    pub managed: Option<(Vec<i64>, NaiveDate)>,
    /// What the reader may see…
    pub scope: Arc<Scope>,
    /// … by the links of this day.
    pub today: NaiveDate,
}

impl LineFilter {
    /// All lines of a year in scope.
    pub fn of_year(budget_year: i32, scope: Arc<Scope>, today: NaiveDate) -> Self {
        LineFilter {
            budget_year,
            origin: None,
            projects: None,
            sources: None,
            managed: None,
            scope,
            today,
        }
    }

    /// Appends the conditions on `plan_lines l`.
    pub(super) fn narrow<ST>(&self, query: Sql<ST>) -> Sql<ST> {
        let mut query = query.push(" l.budget_year = ").bind(self.budget_year);
        if let Some(origin) = self.origin {
            query = query.push(" AND l.origin = ").bind(origin.as_str());
        }
        match self.projects.as_deref() {
            // One is asked for most often, and its statement stays prepared.
            Some([project]) => query = query.push(" AND l.project_id = ").bind(*project),
            Some(projects) => {
                query = query
                    .push(" AND l.project_id IN ")
                    .list(projects.iter().copied());
            }
            None => {}
        }
        if let Some(sources) = &self.sources {
            query = query
                .push(" AND l.funding_source_id IN ")
                .list(sources.iter().copied());
        }
        if let Some((units, day)) = &self.managed {
            query = managed_by(query, "l.project_id", units.iter().copied(), *day);
        }
        in_scope(query, "l.project_id", &self.scope, self.today)
    }
}

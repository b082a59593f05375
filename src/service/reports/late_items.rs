//! What is late, item by item, with who answers for it and what blocks it.

use std::collections::HashSet;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::View;
use super::super::figures::{self, too_large};
use super::super::progress::refuse_assigned;
use super::super::shared::Ref;
use super::directory::{Directory, ReportObstacle, ReportProject, obstacles};
use super::{Asked, filter, root};
use crate::domain::capital::Origin;
use crate::domain::lateness::late_items;
use crate::domain::money::Money;
use crate::domain::progress::Basis;
use crate::domain::schedule;
use crate::error::Result;

/// A schedule item that was due before the day and is not paid in full.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LateItemRow {
    /// The plan line.
    pub line_id: i64,
    /// Its project.
    pub project: ReportProject,
    /// Its funding source.
    pub funding_source: Ref,
    /// `in_year` or `extended`.
    #[schema(value_type = String)]
    pub origin: Origin,
    /// When it was due.
    pub due_date: NaiveDate,
    /// Calendar days since then.
    pub days_late: i64,
    /// What was due, đồng.
    #[schema(value_type = i64)]
    pub amount: Money,
    /// What of it is not paid, đồng.
    #[schema(value_type = i64)]
    pub unfilled: Money,
    /// What blocks the project today.
    pub obstacles: Vec<ReportObstacle>,
}

/// All late items together.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct LateItemTotals {
    /// Items.
    pub items: usize,
    /// Projects with one.
    pub projects: usize,
    /// What is late in all, đồng.
    #[schema(value_type = i64)]
    pub late_amount: Money,
}

/// The report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LateItemsReport {
    /// The budget year.
    pub budget_year: i32,
    /// The day of the figures.
    pub as_of: NaiveDate,
    /// The basis of the figures.
    #[schema(value_type = String)]
    pub basis: Basis,
    /// All together.
    pub totals: LateItemTotals,
    /// Items, the latest first, then the greatest.
    pub rows: Vec<LateItemRow>,
}

/// The report over what the reader may see.
pub fn report(view: &mut View<'_>, asked: &Asked) -> Result<LateItemsReport> {
    refuse_assigned(asked.basis)?;
    let root = root(view, asked)?;
    let filter = filter(view, asked, &root)?;
    let selection = figures::select(view, &filter, asked.as_of, asked.basis)?;
    let directory = Directory::load(view, asked.as_of)?;
    let obstacles = obstacles(view, &filter)?;
    let late = selection.projects().flat_map(|(_, lines)| lines);
    let late = late.filter(|(_, progress)| progress.late_amount.is_positive());
    let mut rows = Vec::new();
    let mut projects = HashSet::new();
    let mut late_amounts = Vec::new();
    for (line, progress) in late {
        late_amounts.push(progress.late_amount);
        let (Some(project), Some(version)) = (
            directory.get(line.project_id),
            schedule::in_force(&line.versions, asked.as_of),
        ) else {
            continue;
        };
        projects.insert(line.project_id);
        for item in late_items(&version.items, progress.disbursed, asked.as_of) {
            rows.push(LateItemRow {
                line_id: line.id,
                project: project.clone(),
                funding_source: directory.source(line.funding_source_id),
                origin: line.origin,
                due_date: item.due_date,
                days_late: item.days_late,
                amount: item.amount,
                unfilled: item.unfilled,
                obstacles: obstacles.get(&line.project_id).cloned().unwrap_or_default(),
            });
        }
    }
    rows.sort_by(|a, b| {
        let key = |row: &LateItemRow| {
            (
                std::cmp::Reverse((row.days_late, row.unfilled)),
                row.project.code.clone(),
                row.line_id,
            )
        };
        key(a).cmp(&key(b))
    });
    let late_amount = Money::sum(late_amounts);
    Ok(LateItemsReport {
        budget_year: asked.budget_year,
        as_of: asked.as_of,
        basis: asked.basis,
        totals: LateItemTotals {
            items: rows.len(),
            projects: projects.len(),
            late_amount: late_amount.ok_or_else(too_large)?,
        },
        rows,
    })
}

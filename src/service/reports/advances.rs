//! Advances that are not yet recovered, of the budget year and the years before it.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::View;
use super::super::alerts;
use super::super::figures::{self, LineFilter, too_large};
use super::super::progress::refuse_assigned;
use super::super::shared::Ref;
use super::directory::{Directory, ReportProject};
use super::{Asked, filter, root};
use crate::db;
use crate::domain::alerts::Rule;
use crate::domain::capital::Origin;
use crate::domain::disbursement::outstanding_parts;
use crate::domain::money::Money;
use crate::domain::progress::Basis;
use crate::error::Result;

/// A plan line with an outstanding advance.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AdvanceRow {
    /// The plan line.
    pub line_id: i64,
    /// Its project.
    pub project: ReportProject,
    /// Its funding source.
    pub funding_source: Ref,
    /// Its budget year.
    pub budget_year: i32,
    /// `in_year` or `extended`.
    #[schema(value_type = String)]
    pub origin: Origin,
    /// Not yet recovered, đồng.
    #[schema(value_type = i64)]
    pub outstanding_advance: Money,
    /// When the oldest of it was paid; first in, first out.
    pub advanced_on: Option<NaiveDate>,
    /// Calendar days since then.
    pub days_outstanding: i64,
    /// What of it is overdue, đồng: older than the policy allows, or past the end of its year.
    #[schema(value_type = i64)]
    pub overdue_advance: Money,
}

/// All of them together.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct AdvanceTotals {
    /// Plan lines with an outstanding advance.
    pub lines: usize,
    /// Not yet recovered, đồng.
    #[schema(value_type = i64)]
    pub outstanding_advance: Money,
    /// What of it is overdue, đồng.
    #[schema(value_type = i64)]
    pub overdue_advance: Money,
}

/// The report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AdvancesReport {
    /// The budget year; advances of earlier years are there too.
    pub budget_year: i32,
    /// The day of the figures.
    pub as_of: NaiveDate,
    /// The basis of the figures: which lines count.
    #[schema(value_type = String)]
    pub basis: Basis,
    /// After how many days an advance is overdue, by the policy of the province.
    pub overdue_after_days: i64,
    /// All together.
    pub totals: AdvanceTotals,
    /// Lines, the oldest advance first.
    pub rows: Vec<AdvanceRow>,
}

/// The report over what the reader may see.
pub fn report(view: &mut View<'_>, asked: &Asked) -> Result<AdvancesReport> {
    refuse_assigned(asked.basis)?;
    let root = root(view, asked)?;
    let of_year = filter(view, asked, &root)?;
    let days = alerts::policy(view, Rule::AdvanceOverdue.as_str(), None)?.days;
    let mut rows = Vec::new();
    for budget_year in db::reports::paid_years(view.conn, asked.budget_year)? {
        let filter = LineFilter {
            budget_year,
            ..of_year.clone()
        };
        rows.extend(of_lines(view, asked, &filter, days)?);
    }
    rows.sort_by(|a, b| {
        let key = |row: &AdvanceRow| (row.advanced_on, row.project.code.clone(), row.line_id);
        key(a).cmp(&key(b))
    });
    let sum = |part: fn(&AdvanceRow) -> Money| {
        let all = Money::sum(rows.iter().map(part));
        all.ok_or_else(too_large)
    };
    Ok(AdvancesReport {
        budget_year: asked.budget_year,
        as_of: asked.as_of,
        basis: asked.basis,
        overdue_after_days: days,
        totals: AdvanceTotals {
            lines: rows.len(),
            outstanding_advance: sum(|row| row.outstanding_advance)?,
            overdue_advance: sum(|row| row.overdue_advance)?,
        },
        rows,
    })
}

fn of_lines(
    view: &mut View<'_>,
    asked: &Asked,
    filter: &LineFilter,
    days: i64,
) -> Result<Vec<AdvanceRow>> {
    let selection = figures::select(view, filter, asked.as_of, asked.basis)?;
    let lines = selection.projects().flat_map(|(_, lines)| lines);
    let mut lines = lines
        .filter(|(_, progress)| progress.outstanding_advance.is_positive())
        .peekable();
    if lines.peek().is_none() {
        return Ok(Vec::new());
    }
    let directory = Directory::load(view, asked.as_of)?;
    let mut advances = db::reports::advances(view.conn, filter, asked.as_of)?;
    let year_is_over = asked.as_of >= last_day(filter.budget_year);
    let age = |on: NaiveDate| asked.as_of.signed_duration_since(on).num_days();
    let rows = lines.filter_map(|(line, progress)| {
        let outstanding = progress.outstanding_advance;
        let posted = advances.remove(&line.id).unwrap_or_default();
        let parts = outstanding_parts(&posted, outstanding);
        let overdue = parts
            .iter()
            .filter(|(on, _)| year_is_over || age(*on) > days);
        let overdue = overdue.map(|(_, part)| part.wide()).sum();
        let oldest = parts.first().map(|(on, _)| *on);
        Some(AdvanceRow {
            line_id: line.id,
            project: directory.get(line.project_id)?,
            funding_source: directory.source(line.funding_source_id),
            budget_year: filter.budget_year,
            origin: line.origin,
            outstanding_advance: outstanding,
            advanced_on: oldest,
            days_outstanding: oldest.map_or(0, age),
            overdue_advance: Money::saturating(overdue),
        })
    });
    Ok(rows.collect())
}

/// 31 December of a budget year.
fn last_day(budget_year: i32) -> NaiveDate {
    let last = NaiveDate::from_ymd_opt(budget_year, 12, 31);
    last.unwrap_or(NaiveDate::MAX)
}

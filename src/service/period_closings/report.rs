//! The report of a month: every plan line of the unit subtree with its figures on the last day.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::book::Line;
use crate::db::figures::LineFilter;
use crate::domain::capital::Origin;
use crate::domain::money::{Money, Rate};
use crate::domain::month::Month;
use crate::domain::progress::{Basis, LineFigures, LineProgress, line_progress_from};
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::service::View;
use crate::service::figures::{self, Sums, too_large};
use crate::service::shared::{Named, Ref, Refs};

/// The figures of a line, or of several together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ClosingFigures)]
pub struct Figures {
    /// Plan, đồng.
    #[schema(value_type = i64)]
    pub plan: Money,
    /// Disbursed, đồng.
    #[schema(value_type = i64)]
    pub disbursed: Money,
    /// Disbursed ÷ plan, null when the plan is 0.
    #[schema(value_type = Option<String>)]
    pub rate: Option<Rate>,
    /// Items due by the day, đồng.
    #[schema(value_type = i64)]
    pub scheduled: Money,
    /// Late, đồng.
    #[schema(value_type = i64)]
    pub late_amount: Money,
    /// Advances not yet recovered, đồng.
    #[schema(value_type = i64)]
    pub outstanding_advance: Money,
}

impl From<&LineProgress> for Figures {
    fn from(line: &LineProgress) -> Self {
        Figures {
            plan: line.plan,
            disbursed: line.disbursed,
            rate: line.rate,
            scheduled: line.scheduled,
            late_amount: line.late_amount,
            outstanding_advance: line.outstanding_advance,
        }
    }
}

/// A plan line in the report of a month.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = ClosingLine)]
pub struct ReportedLine {
    /// The plan line.
    pub line_id: i64,
    /// Its project.
    pub project: Ref,
    /// Its funding source.
    pub funding_source: Ref,
    /// `in_year` or `extended`.
    #[schema(value_type = String)]
    pub origin: Origin,
    /// Its figures on the last day of the month.
    #[serde(flatten)]
    pub figures: Figures,
}

/// One budget year in the report of a month.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = ClosingYear)]
pub struct ReportedYear {
    /// The budget year.
    pub budget_year: i32,
    /// All lines together.
    pub totals: Figures,
    /// Its lines by project, source and origin.
    pub lines: Vec<ReportedLine>,
}

/// The report of a month: the year of the month, and the year before, which is still paid from.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ClosingReport {
    /// The unit; everything below it counts.
    pub unit: Ref,
    /// The month.
    #[schema(value_type = String)]
    pub month: Month,
    /// Its last day, the day of the figures.
    pub as_of: NaiveDate,
    /// The basis of the figures.
    #[schema(value_type = String)]
    pub basis: Basis,
    /// By budget year.
    pub years: Vec<ReportedYear>,
}

/// What later corrections add to a line, đồng.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Added {
    pub(super) plan: i128,
    pub(super) disbursed: i128,
    pub(super) advance: i128,
}

/// The lines of a month's report, by budget year.
pub(super) fn filters(view: &mut View<'_>, unit_id: i64, month: Month) -> Result<Vec<LineFilter>> {
    let day = month.last();
    let units: Vec<i64> = view.tree()?.subtree_on(unit_id, day).into_iter().collect();
    let year = day.year();
    let of_year = |budget_year| LineFilter {
        managed: Some((units.clone(), day)),
        // The unit is whole, whoever asks; who may ask is checked.
        ..LineFilter::of_year(budget_year, Scope::all(), view.today)
    };
    Ok(vec![of_year(year - 1), of_year(year)])
}

/// The report, with what later corrections add to each line.
pub(super) fn report(
    view: &mut View<'_>,
    unit_id: i64,
    month: Month,
    added: &HashMap<i64, Added>,
) -> Result<ClosingReport> {
    let filters = filters(view, unit_id, month)?;
    let mut years = Vec::with_capacity(filters.len());
    for filter in &filters {
        years.push(year(view, filter, month.last(), added)?);
    }
    Ok(ClosingReport {
        unit: Refs::load(view.conn, Named::Units, [unit_id])?.get(unit_id),
        month,
        as_of: month.last(),
        basis: Basis::Total,
        years,
    })
}

fn year(
    view: &mut View<'_>,
    filter: &LineFilter,
    day: NaiveDate,
    added: &HashMap<i64, Added>,
) -> Result<ReportedYear> {
    let selection = figures::select(view, filter, day, Basis::Total)?;
    let found = selection.projects().filter_map(|(planned, lines)| {
        let project = &planned.project;
        // A project counts where its links of the day say.
        project.link_on(day)?;
        Some(lines.map(move |(line, progress)| (project, line, progress)))
    });
    let found: Vec<_> = found.flatten().collect();
    let sources = found.iter().map(|(_, line, _)| line.funding_source_id);
    let sources = Refs::load(view.conn, Named::Sources, sources)?;
    let mut progress = Vec::with_capacity(found.len());
    let mut lines = Vec::with_capacity(found.len());
    for (project, line, known) in found {
        let figures = match added.get(&line.id) {
            Some(added) => corrected(line, known, added, day)?,
            None => *known,
        };
        lines.push(ReportedLine {
            line_id: line.id,
            project: Ref {
                id: project.id,
                code: project.fields.code.clone(),
                name: project.fields.name.clone(),
            },
            funding_source: sources.get(line.funding_source_id),
            origin: line.origin,
            figures: (&figures).into(),
        });
        progress.push(figures);
    }
    lines.sort_by(|a, b| {
        let key = |line: &ReportedLine| {
            let (project, source) = (&line.project.code, &line.funding_source.code);
            (project.clone(), source.clone(), line.origin, line.line_id)
        };
        key(a).cmp(&key(b))
    });
    let sums = Sums::of(&progress)?;
    Ok(ReportedYear {
        budget_year: filter.budget_year,
        totals: Figures {
            plan: sums.plan,
            disbursed: sums.disbursed,
            rate: sums.rate,
            scheduled: sums.scheduled,
            late_amount: sums.late_amount,
            outstanding_advance: sums.outstanding_advance,
        },
        lines,
    })
}

/// The line as if its later corrections had been dated by the day.
fn corrected(
    line: &Line,
    known: &LineProgress,
    added: &Added,
    day: NaiveDate,
) -> Result<LineProgress> {
    let plus = |figure: Money, more: i128| Money::exact(figure.wide() + more).ok_or_else(too_large);
    let figures = LineFigures {
        plan: plus(known.plan, added.plan)?,
        full_plan: plus(known.plan, added.plan)?,
        disbursed: plus(known.disbursed, added.disbursed)?,
        outstanding_advance: plus(known.outstanding_advance, added.advance)?,
    };
    Ok(line_progress_from(figures, &line.versions, day))
}

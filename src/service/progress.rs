//! The progress of one project (api.md: `GET /projects/{id}/progress`; rules: domain.md sections 6
//! and 7).

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::View;
use super::figures::{self, Ageing, LineFilter, Sums};
use super::shared::{Named, Ref, Refs};
use crate::db::book::Line;
use crate::domain::capital::Origin;
use crate::domain::money::{Money, Rate};
use crate::domain::progress::{Basis, LineProgress, ScheduleState, months};
use crate::domain::scope::Scope;
use crate::error::{Code, Fault, Result};

/// Which figures.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// The budget year.
    pub budget_year: i32,
    /// The day; also one to come, which is only arithmetic.
    pub as_of: NaiveDate,
    /// The basis.
    pub basis: Basis,
}

/// The progress of a project in a budget year.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProjectProgress {
    /// The project.
    pub project: Ref,
    /// The budget year.
    pub budget_year: i32,
    /// The day of the figures.
    pub as_of: NaiveDate,
    /// The basis of the figures.
    #[schema(value_type = String)]
    pub basis: Basis,
    /// All lines together.
    pub totals: Sums,
    /// Line by line.
    pub lines: Vec<ProgressLine>,
}

/// The progress of a plan line.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProgressLine {
    /// The plan line.
    pub line_id: i64,
    /// Its funding source.
    pub funding_source: Ref,
    /// Its origin.
    #[schema(value_type = String)]
    pub origin: Origin,
    /// The last day of its disbursement period.
    pub deadline: NaiveDate,
    /// The denominator of the basis, đồng.
    #[schema(value_type = i64)]
    pub plan: Money,
    /// Net of all postings by the day, đồng.
    #[schema(value_type = i64)]
    pub disbursed: Money,
    /// Disbursed ÷ plan, null when the plan is 0.
    #[schema(value_type = Option<String>)]
    pub rate: Option<Rate>,
    /// Items due by the day, đồng.
    #[schema(value_type = i64)]
    pub scheduled: Money,
    /// Late against the version in force, đồng.
    #[schema(value_type = i64)]
    pub late_amount: Money,
    /// Due date of the oldest late item that is not filled.
    pub late_since: Option<NaiveDate>,
    /// Calendar days since then.
    pub days_late: i64,
    /// The late amount by age.
    pub ageing: Ageing,
    /// Advances not yet recovered, đồng.
    #[schema(value_type = i64)]
    pub outstanding_advance: Money,
    /// How the schedule stands: `approved`, `mismatched` or `missing`.
    #[schema(value_type = String)]
    pub schedule: ScheduleState,
    /// The version in force.
    pub schedule_version: Option<i32>,
    /// Late against the first promise, đồng.
    #[schema(value_type = i64)]
    pub baseline_late_amount: Money,
    /// How often the line was planned again.
    pub replans: usize,
    /// Its year month by month, as increments.
    pub months: Vec<Month>,
}

/// What one month adds.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Month {
    /// `YYYY-MM`.
    pub month: String,
    /// Items due in it, đồng.
    #[schema(value_type = i64)]
    pub scheduled: Money,
    /// Net posted in it by the day, đồng.
    #[schema(value_type = i64)]
    pub disbursed: Money,
}

/// The progress of a project that the caller may read.
pub fn of_project(view: &mut View<'_>, project_id: i64, asked: Asked) -> Result<ProjectProgress> {
    view.require_project(project_id)?;
    refuse_assigned(asked.basis)?;
    let filter = LineFilter {
        projects: Some(vec![project_id]),
        // The project itself has been found to be in scope.
        ..LineFilter::of_year(asked.budget_year, Scope::all(), view.today)
    };
    let (as_of, basis) = (asked.as_of, asked.basis);
    let selection = figures::select(view, &filter, as_of, basis)?;
    let lines: Vec<(&Line, &LineProgress)> =
        selection.projects().flat_map(|(_, lines)| lines).collect();
    let sources = lines.iter().map(|(line, _)| line.funding_source_id);
    let sources = Refs::load(view.conn, Named::Sources, sources)?;
    let project = Refs::load(view.conn, Named::Projects, [project_id])?;
    let mut listed: Vec<ProgressLine> = lines
        .iter()
        .map(|(line, progress)| {
            let source = sources.get(line.funding_source_id);
            listed_line(line, progress, source, asked)
        })
        .collect();
    listed.sort_by(|a, b| {
        let key = |line: &ProgressLine| (line.funding_source.code.clone(), line.origin);
        key(a).cmp(&key(b))
    });
    Ok(ProjectProgress {
        project: project.get(project_id),
        budget_year: asked.budget_year,
        as_of,
        basis,
        totals: Sums::of(lines.iter().map(|(_, progress)| *progress))?,
        lines: listed,
    })
}

/// Capital is assigned to units and agencies: there is no project view of it (domain.md section 6).
pub fn refuse_assigned(basis: Basis) -> Result<()> {
    if basis != Basis::Assigned {
        return Ok(());
    }
    let why = (
        "không tính được theo vốn giao cho đơn vị; chọn cơ sở khác",
        "capital assigned to units has no such view; choose another basis",
    );
    Err(Fault::at("/basis", Code::Invalid).with("why", why).into())
}

fn listed_line(
    line: &Line,
    progress: &LineProgress,
    funding_source: Ref,
    asked: Asked,
) -> ProgressLine {
    let months = months(
        &line.book,
        &line.versions,
        asked.budget_year,
        line.deadline,
        asked.as_of,
    );
    let LineProgress {
        plan,
        disbursed,
        rate,
        scheduled,
        late_amount,
        late_since,
        days_late,
        ageing,
        outstanding_advance,
        schedule,
        schedule_version,
        baseline_late_amount,
        replans,
    } = *progress;
    ProgressLine {
        line_id: line.id,
        funding_source,
        origin: line.origin,
        deadline: line.deadline,
        plan,
        disbursed,
        rate,
        scheduled,
        late_amount,
        late_since,
        days_late,
        ageing: ageing.into(),
        outstanding_advance,
        schedule,
        schedule_version,
        baseline_late_amount,
        replans,
        months: months
            .into_iter()
            .map(|month| Month {
                month: month.month,
                scheduled: month.scheduled,
                disbursed: month.disbursed,
            })
            .collect(),
    }
}

//! The figures of many plan lines on one day: the one loader behind lists, reports and the scan.
//!
//! Say which lines with a [`LineFilter`] (a budget year, narrowed by project, source, managing unit
//! and scope), and take the figures of every one by the rules of `domain::progress`. The number of
//! queries does not depend on the number of lines, and payments before the month of the day are
//! read from the roll-up only. Sums are for [`Sums`] or `domain::progress::Totals`.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::Conn;
use crate::db::figures as rows;
use crate::domain::capital::Origin;
use crate::domain::money::{Money, Rate};
use crate::domain::progress::{Basis, LineFigures, LineProgress, Totals, line_progress_from};
use crate::domain::schedule::ScheduleVersion;
use crate::error::{Code, Error, Fault, Result};

pub use crate::db::figures::{LineFilter, ProjectKeys};

/// A plan line and its figures on the day.
#[derive(Clone, Debug)]
pub struct Line {
    /// Identity.
    pub id: i64,
    /// Its project.
    pub project_id: i64,
    /// Its funding source.
    pub funding_source_id: i64,
    /// Its origin.
    pub origin: Origin,
    /// The last day on which it may be paid from.
    pub deadline: NaiveDate,
    /// plan(line, D), whatever the basis.
    pub full_plan: Money,
    /// The figures on the basis asked for.
    pub progress: LineProgress,
    /// Approved versions effective by the day; those in force and the baseline have their items
    /// (others may), and what falls due after the day asked for is one item at the end of time.
    pub versions: Vec<ScheduleVersion>,
}

/// The lines that the basis selects, in order of id, with their figures on `as_of`.
pub fn lines(
    conn: &mut Conn,
    filter: &LineFilter,
    as_of: NaiveDate,
    basis: Basis,
) -> Result<Vec<Line>> {
    lines_with_items(conn, filter, as_of, basis, as_of)
}

/// The same, with schedule items that fall due by `until`, for those who look ahead.
pub fn lines_with_items(
    conn: &mut Conn,
    filter: &LineFilter,
    as_of: NaiveDate,
    basis: Basis,
    until: NaiveDate,
) -> Result<Vec<Line>> {
    let filter = LineFilter {
        origin: origin_of(basis).or(filter.origin),
        ..filter.clone()
    };
    let until = until.max(as_of);
    let found = rows::lines(conn, &filter, as_of)?;
    let mut paid = rows::paid(conn, &filter, as_of)?;
    let mut versions = rows::versions(conn, &filter, as_of, until)?;
    let lines = found.into_iter().map(|line| {
        let paid = paid.remove(&line.id).unwrap_or_default();
        let versions = versions.remove(&line.id).unwrap_or_default();
        let figures = LineFigures {
            plan: match basis {
                Basis::Initial => line.initial,
                _ => line.plan,
            },
            full_plan: line.plan,
            disbursed: Money::dong(paid.net),
            outstanding_advance: Money::dong(paid.advance),
        };
        Line {
            id: line.id,
            project_id: line.project_id,
            funding_source_id: line.funding_source_id,
            origin: line.origin,
            deadline: line.deadline,
            full_plan: line.plan,
            progress: line_progress_from(figures, &versions, as_of),
            versions,
        }
    });
    Ok(lines.collect())
}

/// The one origin that a basis selects, if it selects one.
pub fn origin_of(basis: Basis) -> Option<Origin> {
    match (
        basis.selects(Origin::InYear),
        basis.selects(Origin::Extended),
    ) {
        (true, false) => Some(Origin::InYear),
        (false, true) => Some(Origin::Extended),
        _ => None,
    }
}

/// The late amount by age, đồng.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub struct Ageing {
    /// 1 to 30 days.
    #[schema(value_type = i64)]
    pub d1_30: Money,
    /// 31 to 60 days.
    #[schema(value_type = i64)]
    pub d31_60: Money,
    /// 61 to 90 days.
    #[schema(value_type = i64)]
    pub d61_90: Money,
    /// More than 90 days.
    #[schema(value_type = i64)]
    pub d90_plus: Money,
}

impl From<crate::domain::progress::Ageing> for Ageing {
    fn from(from: crate::domain::progress::Ageing) -> Self {
        Ageing {
            d1_30: from.d1_30,
            d31_60: from.d31_60,
            d61_90: from.d61_90,
            d90_plus: from.d90_plus,
        }
    }
}

/// Figures of several lines together.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub struct Sums {
    /// Σ plan (the denominator of the basis), đồng.
    #[schema(value_type = i64)]
    pub plan: Money,
    /// Σ disbursed, đồng.
    #[schema(value_type = i64)]
    pub disbursed: Money,
    /// Σ disbursed ÷ Σ plan, null when the plan is 0.
    #[schema(value_type = Option<String>)]
    pub rate: Option<Rate>,
    /// Σ items due by the day, đồng.
    #[schema(value_type = i64)]
    pub scheduled: Money,
    /// Σ late amounts, đồng.
    #[schema(value_type = i64)]
    pub late_amount: Money,
    /// Since when the oldest late line is late.
    pub late_since: Option<NaiveDate>,
    /// Calendar days since then.
    pub days_late: i64,
    /// The late amount by age.
    pub ageing: Ageing,
    /// Advances not yet recovered, đồng.
    #[schema(value_type = i64)]
    pub outstanding_advance: Money,
}

impl Sums {
    /// Sums lines; refused when a sum is too large for the contract's integers.
    pub fn of<'a>(lines: impl IntoIterator<Item = &'a LineProgress>) -> Result<Self> {
        let totals = Totals::of(lines).ok_or_else(too_large)?;
        Ok(Sums {
            plan: totals.plan,
            disbursed: totals.disbursed,
            rate: totals.rate,
            scheduled: totals.scheduled,
            late_amount: totals.late_amount,
            late_since: totals.late_since,
            days_late: totals.days_late,
            ageing: totals.ageing.into(),
            outstanding_advance: totals.outstanding_advance,
        })
    }
}

/// The refusal when a sum is too large for the contract's integers.
pub(in crate::service) fn too_large() -> Error {
    let why = (
        "tổng vượt số lớn nhất biểu diễn được",
        "the sum is beyond the greatest amount",
    );
    Fault::at("", Code::OutOfRange).with("why", why).into()
}

/// The figures of a project in a list.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub struct ProjectFigures {
    /// Plan, đồng.
    #[schema(value_type = i64)]
    pub plan: Money,
    /// Disbursed, đồng.
    #[schema(value_type = i64)]
    pub disbursed: Money,
    /// Disbursed ÷ plan, null when the plan is 0.
    #[schema(value_type = Option<String>)]
    pub rate: Option<Rate>,
    /// Late, đồng.
    #[schema(value_type = i64)]
    pub late_amount: Money,
    /// Calendar days that the oldest late line is late.
    pub days_late: i64,
}

/// The figures of every project that has a line, by project.
pub fn by_project(
    conn: &mut Conn,
    filter: &LineFilter,
    as_of: NaiveDate,
    basis: Basis,
) -> Result<HashMap<i64, ProjectFigures>> {
    let mut groups: HashMap<i64, Vec<LineProgress>> = HashMap::new();
    for line in lines(conn, filter, as_of, basis)? {
        groups
            .entry(line.project_id)
            .or_default()
            .push(line.progress);
    }
    let figures = groups.into_iter().map(|(project, lines)| {
        let sums = Sums::of(&lines)?;
        let figures = ProjectFigures {
            plan: sums.plan,
            disbursed: sums.disbursed,
            rate: sums.rate,
            late_amount: sums.late_amount,
            days_late: sums.days_late,
        };
        Ok((project, figures))
    });
    figures.collect()
}

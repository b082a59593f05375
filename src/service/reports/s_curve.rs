//! The S-curve: planned, actual and expected payment, cumulative, month by month.

use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::View;
use super::super::figures::{self, LineFilter, Selection, Sums, origin_of, too_large};
use super::super::forecast::Ahead;
use super::super::progress::refuse_assigned;
use super::{Asked, filter, root};
use crate::domain::calendar::{month_end, months_between};
use crate::domain::forecast::Forecast;
use crate::domain::money::Money;
use crate::domain::progress::{Basis, Tally};
use crate::domain::schedule;
use crate::error::Result;

/// January of the year to January of the next.
const MONTHS: usize = 13;

/// The figures at the end of a month.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CurvePoint {
    /// The last day of the month.
    pub date: NaiveDate,
    /// Σ items due by then, of the versions in force on the day of the report, đồng.
    #[schema(value_type = i64)]
    pub scheduled: Money,
    /// Σ net posted by then, null after the day of the report, đồng.
    #[schema(value_type = Option<i64>)]
    pub disbursed: Option<Money>,
    /// The lower side of the forecast, null before the day of the report, đồng.
    #[schema(value_type = Option<i64>)]
    pub forecast_low: Option<Money>,
    /// The forecast, đồng.
    #[schema(value_type = Option<i64>)]
    pub forecast: Option<Money>,
    /// The upper side of the forecast, đồng.
    #[schema(value_type = Option<i64>)]
    pub forecast_high: Option<Money>,
}

/// The curve.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Curve {
    /// The budget year.
    pub budget_year: i32,
    /// The day of the report.
    pub as_of: NaiveDate,
    /// The basis of the figures.
    #[schema(value_type = String)]
    pub basis: Basis,
    /// One for each month end from January of the year to January of the next.
    pub points: Vec<CurvePoint>,
}

/// Month by month, with what was paid at the same time the year before; none where nothing was.
pub fn beside_last_year(
    view: &mut View<'_>,
    asked: &Asked,
    project_id: Option<i64>,
) -> Result<Vec<(CurvePoint, Option<Money>)>> {
    let now = report(view, asked, project_id)?.points;
    let before = Asked {
        budget_year: asked.budget_year - 1,
        as_of: NaiveDate::from_ymd_opt(asked.budget_year, 1, 31).unwrap_or(asked.as_of),
        ..asked.clone()
    };
    let last = report(view, &before, project_id)?.points;
    let paid: Vec<Option<Money>> = last.iter().map(|point| point.disbursed).collect();
    let any = paid.iter().flatten().any(|paid| !paid.is_zero());
    let paid = paid.into_iter().map(|paid| paid.filter(|_| any));
    Ok(now.into_iter().zip(paid).collect())
}

/// The figures on the day of the lines that the curve is of.
pub fn sums(view: &mut View<'_>, asked: &Asked, project_id: Option<i64>) -> Result<Sums> {
    let filter = lines_of(view, asked, project_id)?;
    let selection = figures::select(view, &filter, asked.as_of, asked.basis)?;
    let mut tally = Tally::default();
    for (_, lines) in selection.projects() {
        lines.for_each(|(_, progress)| tally.add(progress));
    }
    Sums::from_tally(&tally)
}

/// The lines of a project, or of everything in the reader's scope that was asked for.
fn lines_of(view: &mut View<'_>, asked: &Asked, project_id: Option<i64>) -> Result<LineFilter> {
    let root = root(view, asked)?;
    let mut filter = LineFilter {
        origin: origin_of(asked.basis),
        ..filter(view, asked, &root)?
    };
    if let Some(project_id) = project_id {
        view.require_project(project_id)?;
        refuse_assigned(asked.basis)?;
        filter.projects = Some(vec![project_id]);
        if asked.unit_id.is_none() {
            filter.managed = None;
        }
    }
    Ok(filter)
}

/// The curve of a project, or of everything in the reader's scope that was asked for.
pub fn report(view: &mut View<'_>, asked: &Asked, project_id: Option<i64>) -> Result<Curve> {
    let filter = lines_of(view, asked, project_id)?;
    let selection = figures::select(view, &filter, asked.as_of, asked.basis)?;
    let (due, paid) = by_month(&selection, asked);
    let dates = month_ends(asked.budget_year);
    let forecasts = forecasts(view, asked, &filter, &dates)?;
    let months = due.into_iter().zip(paid);
    let all = dates.into_iter().zip(months).zip(forecasts);
    let points = all.map(|((date, (scheduled, disbursed)), forecast)| {
        let money = |sum| Money::exact(sum).ok_or_else(too_large);
        let disbursed = (date <= asked.as_of)
            .then(|| money(disbursed))
            .transpose()?;
        Ok(CurvePoint {
            date,
            scheduled: money(scheduled)?,
            disbursed,
            forecast_low: forecast.map(|forecast| forecast.low),
            forecast: forecast.map(|forecast| forecast.expected),
            forecast_high: forecast.map(|forecast| forecast.high),
        })
    });
    Ok(Curve {
        budget_year: asked.budget_year,
        as_of: asked.as_of,
        basis: asked.basis,
        points: points.collect::<Result<_>>()?,
    })
}

/// The forecast at each date: none before the day of the report, at which it joins what was paid,
/// and none at all of a year that is over or has no lines.
fn forecasts(
    view: &mut View<'_>,
    asked: &Asked,
    filter: &LineFilter,
    dates: &[NaiveDate],
) -> Result<Vec<Option<Forecast>>> {
    let nothing = vec![None; dates.len()];
    if dates.last().is_none_or(|last| *last <= asked.as_of) {
        return Ok(nothing);
    }
    let ahead = Ahead::load(view, filter, asked.as_of, asked.basis)?;
    if ahead.lines().next().is_none() {
        return Ok(nothing);
    }
    let past = dates.iter().filter(|date| **date < asked.as_of).count();
    let to_come = dates.get(past..).unwrap_or_default();
    let forecasts = ahead.together(to_come)?;
    let past = std::iter::repeat_n(None, past);
    Ok(past.chain(forecasts.iter().copied().map(Some)).collect())
}

/// What is due and what was paid by the end of each month of the period, đồng. What came before it
/// counts with the first.
fn by_month(selection: &Selection, asked: &Asked) -> ([i128; MONTHS], [i128; MONTHS]) {
    let month = |day: NaiveDate| {
        let years = i64::from(day.year()) - i64::from(asked.budget_year);
        usize::try_from((years * 12 + i64::from(day.month0())).max(0)).unwrap_or(MONTHS)
    };
    let (mut due, mut paid) = ([0; MONTHS], [0; MONTHS]);
    let add = |sums: &mut [i128; MONTHS], day: NaiveDate, amount: Money| {
        if let Some(sum) = sums.get_mut(month(day)) {
            *sum += amount.wide();
        }
    };
    for (line, _) in selection.projects().flat_map(|(_, lines)| lines) {
        let version = schedule::in_force(&line.versions, asked.as_of);
        for item in version.iter().flat_map(|version| &version.items) {
            add(&mut due, item.due_date, item.amount);
        }
        for posting in &line.book.postings {
            add(&mut paid, posting.posted_on, posting.net);
        }
    }
    (cumulative(due), cumulative(paid))
}

fn cumulative(months: [i128; MONTHS]) -> [i128; MONTHS] {
    let mut sum = 0;
    months.map(|amount| {
        sum += amount;
        sum
    })
}

/// The ends of the 13 months.
fn month_ends(budget_year: i32) -> Vec<NaiveDate> {
    let january = |year| NaiveDate::from_ymd_opt(year, 1, 1);
    match january(budget_year).zip(january(budget_year.saturating_add(1))) {
        Some((first, last)) => months_between(first, last)
            .into_iter()
            .map(month_end)
            .collect(),
        None => Vec::new(),
    }
}

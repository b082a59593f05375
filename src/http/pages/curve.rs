//! The S-curve of a page: loaded from the reports, drawn, described.

use super::layout::Layout;
use super::s_curve::{Point, SCurve};
use super::text::fill;
use crate::domain::money::Money;
use crate::error::Result;
use crate::service::View;
use crate::service::reports::{Asked, s_curve};

/// This year's curve, with what was paid at the same time last year.
pub fn load(
    view: &mut View<'_>,
    asked: &Asked,
    project_id: Option<i64>,
    (plan, disbursed): (Money, Money),
) -> Result<SCurve> {
    let points = s_curve::beside_last_year(view, asked, project_id)?;
    let points = points.into_iter().map(|(point, last_year)| Point {
        date: point.date,
        scheduled: point.scheduled,
        disbursed: point.disbursed,
        forecast: match (point.forecast_low, point.forecast, point.forecast_high) {
            (Some(low), Some(middle), Some(high)) => Some((low, middle, high)),
            _ => None,
        },
        last_year,
    });
    Ok(SCurve {
        points: points.collect(),
        plan,
        as_of: asked.as_of,
        disbursed,
    })
}

/// The same where no other figures are at hand, with what is scheduled by the day.
pub fn alone(
    view: &mut View<'_>,
    asked: &Asked,
    project_id: Option<i64>,
) -> Result<(SCurve, Money)> {
    let sums = s_curve::sums(view, asked, project_id)?;
    let curve = load(view, asked, project_id, (sums.plan, sums.disbursed))?;
    Ok((curve, sums.scheduled))
}

/// The drawing with its title and description; empty when there is nothing to draw.
pub fn draw(l: &Layout, curve: &SCurve, year: i32, scheduled: Money) -> String {
    if curve.is_empty() {
        return String::new();
    }
    let t = &l.t.chart;
    let title = fill(t.title, &[("year", &year.to_string())]);
    let mut description = fill(
        t.description,
        &[
            ("date", &l.date(&curve.as_of)),
            ("disbursed", &l.money(&curve.disbursed)),
            ("scheduled", &l.money(&scheduled)),
            ("plan", &l.money(&curve.plan)),
        ],
    );
    if let Some((low, _, high)) = curve.points.last().and_then(|point| point.forecast) {
        let range = [("low", l.money(&low)), ("high", l.money(&high))];
        let range = range
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        description.push(' ');
        description.push_str(&fill(t.description_forecast, &range));
    }
    curve.draw(l, &title, &description)
}

//! The S-curve as figures: cumulative, month by month.

use super::super::table::{Columns, Kind, Level, Table, row};
use super::head_of;
use crate::error::Result;
use crate::service::View;
use crate::service::reports::s_curve;
use crate::service::reports::wanted::{ReportName, Wanted};

pub(super) fn table(view: &mut View<'_>, wanted: &Wanted) -> Result<Table> {
    let locale = view.ctx.actor.locale;
    let curve = s_curve::report(view, &wanted.asked, wanted.project_id)?;
    let columns = Columns::new(locale)
        .add(Kind::Date, ("Đến ngày", "By"))
        .add(Kind::Money, ("Lũy kế theo kế hoạch", "Scheduled"))
        .add(Kind::Money, ("Lũy kế đã giải ngân", "Disbursed"))
        .group(
            Kind::Money,
            ("Dự báo lũy kế", "Forecast"),
            &[
                ("Thấp", "Low"),
                ("Khả năng nhất", "Most likely"),
                ("Cao", "High"),
            ],
        )
        .done();
    let rows = curve.points.iter().map(|point| {
        row!(
            Level::Item,
            point.date,
            point.scheduled,
            point.disbursed,
            point.forecast_low,
            point.forecast,
            point.forecast_high,
        )
    });
    let rows = rows.collect();
    Ok(Table {
        head: head_of(view, ReportName::SCurve, &wanted.asked, columns)?,
        rows,
        notes: Vec::new(),
    })
}

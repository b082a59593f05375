//! The S-curve as figures: cumulative, month by month.

use super::super::columns::Columns;
use super::super::table::{Kind, Table};
use super::list;
use crate::domain::money::Money;
use crate::error::Result;
use crate::service::View;
use crate::service::reports::s_curve::{self, CurvePoint};
use crate::service::reports::wanted::{ReportName, Wanted};

/// A month of this year, and what was paid at the same time last year.
type Point = (CurvePoint, Option<Money>);

pub(super) fn table(view: &mut View<'_>, wanted: &Wanted) -> Result<Table> {
    let locale = view.ctx.actor.locale;
    let points = s_curve::beside_last_year(view, &wanted.asked, wanted.project_id)?;
    let columns = Columns::<Point>::new(locale)
        .add(Kind::Date, ("Đến ngày", "By"), |(point, _)| point.date)
        .add(
            Kind::Money,
            ("Lũy kế theo kế hoạch", "Scheduled"),
            |(point, _)| point.scheduled,
        )
        .add(
            Kind::Money,
            ("Lũy kế đã giải ngân", "Disbursed"),
            |(point, _)| point.disbursed,
        )
        .group(("Dự báo lũy kế", "Forecast"), |columns| {
            columns
                .add(Kind::Money, ("Thấp", "Low"), |(point, _)| {
                    point.forecast_low
                })
                .add(
                    Kind::Money,
                    ("Khả năng nhất", "Most likely"),
                    |(point, _)| point.forecast,
                )
                .add(Kind::Money, ("Cao", "High"), |(point, _)| {
                    point.forecast_high
                })
        })
        .add(
            Kind::Money,
            ("Cùng kỳ năm trước", "Last year by then"),
            |(_, last)| *last,
        );
    list(view, ReportName::SCurve, wanted, &columns, &points)
}

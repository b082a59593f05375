//! The orders of the yearly directive: section by section, with whoever does not keep them.

use super::super::table::{Cell, Columns, Kind, Level, Table, roman, row};
use super::head_of;
use crate::error::Result;
use crate::service::View;
use crate::service::reports::compliance;
use crate::service::reports::wanted::{ReportName, Wanted};

pub(super) fn table(view: &mut View<'_>, wanted: &Wanted) -> Result<Table> {
    let locale = view.ctx.actor.locale;
    let report = compliance::report(view, &wanted.asked)?;
    let columns = Columns::new(locale)
        .add(Kind::Number, ("TT", "No."))
        .add(
            Kind::Name,
            (
                "Yêu cầu, và nơi chưa thực hiện",
                "Order, and who does not keep it",
            ),
        )
        .add(Kind::Short, ("Mã", "Code"))
        .add(Kind::Count, ("Tổng số", "All"))
        .add(Kind::Count, ("Đã thực hiện", "Kept"))
        .add(Kind::Count, ("Chưa thực hiện", "Not kept"))
        .done();
    let mut rows = Vec::new();
    for (number, order) in (1_usize..).zip(&report.rows) {
        rows.push(row!(
            Level::Section,
            roman(number),
            &order.title,
            Cell::Empty,
            order.total,
            order.compliant,
            order.offenders.len(),
        ));
        rows.extend((1_usize..).zip(&order.offenders).map(|(number, one)| {
            row!(
                Level::Item,
                number.to_string(),
                &one.name,
                &one.code,
                Cell::Empty,
                Cell::Empty,
                Cell::Empty,
            )
        }));
    }
    Ok(Table {
        head: head_of(view, ReportName::Compliance, &wanted.asked, columns)?,
        rows,
        notes: Vec::new(),
    })
}

//! The orders of the yearly directive: section by section, with whoever does not keep them.

use super::super::columns::Columns;
use super::super::table::{Kind, Level, Table, roman};
use super::head_of;
use crate::error::Result;
use crate::service::View;
use crate::service::reports::compliance::{self, ComplianceRow};
use crate::service::reports::wanted::{ReportName, Wanted};

/// An order, or who does not keep it: name, code, and how many the order binds.
struct Line<'a> {
    name: &'a str,
    code: Option<&'a str>,
    order: Option<&'a ComplianceRow>,
}

pub(super) fn table(view: &mut View<'_>, wanted: &Wanted) -> Result<Table> {
    let locale = view.ctx.actor.locale;
    let report = compliance::report(view, &wanted.asked)?;
    let name = (
        "Yêu cầu, và nơi chưa thực hiện",
        "Order, and who does not keep it",
    );
    let columns = Columns::<Line<'_>>::numbered(locale)
        .text(Kind::Name, name, |line| line.name)
        .add(Kind::Short, ("Mã", "Code"), |line| line.code)
        .add(Kind::Count, ("Tổng số", "All"), |line| {
            line.order.map(|order| order.total)
        })
        .add(Kind::Count, ("Đã thực hiện", "Kept"), |line| {
            line.order.map(|order| order.compliant)
        })
        .add(Kind::Count, ("Chưa thực hiện", "Not kept"), |line| {
            line.order.map(|order| order.offenders.len())
        });
    let mut rows = Vec::new();
    for (section, order) in (1_usize..).zip(&report.rows) {
        let line = Line {
            name: &order.title,
            code: None,
            order: Some(order),
        };
        rows.push(columns.row(Level::Section, roman(section), &line));
        rows.extend((1_usize..).zip(&order.offenders).map(|(number, one)| {
            let line = Line {
                name: &one.name,
                code: Some(&one.code),
                order: None,
            };
            columns.row(Level::Item, number.to_string(), &line)
        }));
    }
    Ok(Table {
        head: head_of(view, ReportName::Compliance, &wanted.asked, columns.heads())?,
        rows,
        notes: Vec::new(),
    })
}

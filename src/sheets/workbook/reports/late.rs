//! What is late, with leaders and obstacles.

use super::super::table::{Cell, Columns, Kind, Level, Table, row, say};
use super::detail::obstacles;
use super::{TOTAL, head_of};
use crate::domain::labels;
use crate::error::Result;
use crate::service::View;
use crate::service::reports::late_items;
use crate::service::reports::wanted::{ReportName, Wanted};

pub(super) fn table(view: &mut View<'_>, wanted: &Wanted) -> Result<Table> {
    let locale = view.ctx.actor.locale;
    let report = late_items::report(view, &wanted.asked)?;
    let columns = Columns::new(locale)
        .add(Kind::Number, ("TT", "No."))
        .add(Kind::Name, ("Dự án", "Project"))
        .add(Kind::Short, ("Mã dự án", "Code"))
        .add(Kind::Text, ("Chủ đầu tư", "Investor"))
        .add(Kind::Text, ("Nguồn vốn", "Source"))
        .add(Kind::Short, ("Loại vốn", "Capital"))
        .add(Kind::Date, ("Hạn giải ngân", "Due"))
        .add(Kind::Count, ("Số ngày chậm", "Days late"))
        .group(
            Kind::Money,
            ("Số tiền của đợt", "Amount of the item"),
            &[("Phải giải ngân", "Due"), ("Còn chậm", "Late")],
        )
        .add(Kind::Text, ("Lãnh đạo phụ trách", "Responsible leader"))
        .add(Kind::Text, ("Khó khăn, vướng mắc", "Obstacles"))
        .done();
    let mut rows = vec![row!(
        Level::Total,
        "",
        say(locale, TOTAL),
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        report.totals.late_amount,
        Cell::Empty,
        Cell::Empty,
    )];
    rows.extend((1_usize..).zip(&report.rows).map(|(number, one)| {
        let leader = one.project.leader.as_ref();
        row!(
            Level::Item,
            number.to_string(),
            &one.project.name,
            &one.project.code,
            &one.project.investor.name,
            &one.funding_source.name,
            labels::origin(one.origin.as_str(), locale),
            one.due_date,
            one.days_late,
            one.amount,
            one.unfilled,
            leader.map(|leader| leader.full_name.clone()),
            obstacles(&one.obstacles, locale),
        )
    }));
    Ok(Table {
        head: head_of(view, ReportName::LateItems, &wanted.asked, columns)?,
        rows,
        notes: Vec::new(),
    })
}

//! What is late, with leaders and obstacles.

use super::super::columns::Columns;
use super::super::table::{Kind, Table};
use super::detail::obstacles;
use super::list;
use crate::domain::labels;
use crate::error::Result;
use crate::service::View;
use crate::service::reports::late_items::{self, LateItemRow};
use crate::service::reports::wanted::{ReportName, Wanted};

pub(super) fn table(view: &mut View<'_>, wanted: &Wanted) -> Result<Table> {
    let locale = view.ctx.actor.locale;
    let report = late_items::report(view, &wanted.asked)?;
    let columns = Columns::<LateItemRow>::numbered(locale)
        .project(|one| &one.project)
        .text(Kind::Text, ("Chủ đầu tư", "Investor"), |one| {
            &one.project.investor.name
        })
        .text(Kind::Text, ("Nguồn vốn", "Source"), |one| {
            &one.funding_source.name
        })
        .text(Kind::Short, ("Loại vốn", "Capital"), move |one| {
            labels::origin(one.origin.as_str(), locale)
        })
        .add(Kind::Date, ("Hạn giải ngân", "Due"), |one| {
            one.due_date
        })
        .add(Kind::Count, ("Số ngày chậm", "Days late"), |one| {
            one.days_late
        })
        .group(
            ("Số tiền của đợt", "Amount of the item"),
            |columns| {
                columns
                    .add(Kind::Money, ("Phải giải ngân", "Due"), |one| {
                        one.amount
                    })
                    .add(Kind::Money, ("Còn chậm", "Late"), |one| one.unfilled)
                    .total(report.totals.late_amount)
            },
        )
        .leader(|one| &one.project)
        .add(
            Kind::Text,
            ("Khó khăn, vướng mắc", "Obstacles"),
            move |one| obstacles(&one.obstacles, locale),
        );
    list(view, ReportName::LateItems, wanted, &columns, &report.rows)
}

//! Capital: what is not allocated, what is advanced, what changed.

use super::super::columns::Columns;
use super::super::table::{Kind, Table, say};
use super::list;
use crate::domain::format;
use crate::domain::labels;
use crate::domain::locale::Locale;
use crate::error::Result;
use crate::service::View;
use crate::service::reports::advances::{self, AdvanceRow};
use crate::service::reports::allocation::{self, AllocationRow};
use crate::service::reports::plan_changes::{self, PlanChangeRow};
use crate::service::reports::wanted::{ReportName, Wanted};

/// Assigned capital and what is allocated of it. What one holder passes on another one has, so
/// there is no total over all.
pub(super) fn allocation(view: &mut View<'_>, wanted: &Wanted) -> Result<Table> {
    let locale = view.ctx.actor.locale;
    let report = allocation::report(view, &wanted.asked, wanted.authority())?;
    let columns = Columns::<AllocationRow>::numbered(locale)
        .text(
            Kind::Name,
            ("Đơn vị được giao vốn", "Assigned to"),
            |one| &one.assignee.name,
        )
        .text(Kind::Text, ("Nguồn vốn", "Source"), |one| {
            &one.funding_source.name
        })
        .add(Kind::Money, ("Được giao", "Assigned"), |one| {
            one.assigned
        })
        .add(
            Kind::Money,
            ("Giao tiếp cho cấp dưới", "Assigned onward"),
            |one| one.assigned_onward,
        )
        .add(
            Kind::Money,
            ("Đã phân bổ chi tiết", "Allocated to projects"),
            |one| one.allocated,
        )
        .add(Kind::Money, ("Chưa phân bổ", "Not allocated"), |one| {
            one.unallocated
        });
    let authority = match report.authority.as_str() {
        "prime_minister" => ("Thủ tướng Chính phủ giao", "assigned by the Prime Minister"),
        "peoples_committee" => ("Ủy ban nhân dân giao", "assigned by the People's Committee"),
        _ => ("Hội đồng nhân dân giao", "assigned by the People's Council"),
    };
    let note = (
        "Mỗi dòng của một nguồn vốn gồm cả các nguồn con; vốn giao tiếp được tính ở đơn vị nhận nên không cộng dồn các dòng.",
        "A row counts its source with those below it; capital assigned onward counts with who received it, so rows do not add up.",
    );
    let mut table = list(view, ReportName::Allocation, wanted, &columns, &report.rows)?;
    let head = &mut table.head;
    head.context = format!("{}, {}", head.context, say(locale, authority));
    table.notes.push(say(locale, note).to_owned());
    Ok(table)
}

/// Advances that are not recovered.
pub(super) fn advances(view: &mut View<'_>, wanted: &Wanted) -> Result<Table> {
    let locale = view.ctx.actor.locale;
    let report = advances::report(view, &wanted.asked)?;
    let totals = report.totals;
    let columns = Columns::<AdvanceRow>::numbered(locale)
        .project(|one| &one.project)
        .text(Kind::Text, ("Chủ đầu tư", "Investor"), |one| {
            &one.project.investor.name
        })
        .text(Kind::Text, ("Nguồn vốn", "Source"), |one| {
            &one.funding_source.name
        })
        .add(Kind::Short, ("Năm kế hoạch", "Budget year"), |one| {
            one.budget_year.to_string()
        })
        .text(Kind::Short, ("Loại vốn", "Capital"), move |one| {
            labels::origin(one.origin.as_str(), locale)
        })
        .group(("Dư tạm ứng", "Outstanding"), |columns| {
            columns
                .add(Kind::Money, ("Tổng số", "All"), |one| {
                    one.outstanding_advance
                })
                .total(totals.outstanding_advance)
                .add(
                    Kind::Money,
                    ("Trong đó quá hạn", "Of that overdue"),
                    |one| one.overdue_advance,
                )
                .total(totals.overdue_advance)
        })
        .add(
            Kind::Date,
            ("Tạm ứng từ ngày", "Advanced on"),
            |one| one.advanced_on,
        )
        .add(Kind::Count, ("Số ngày", "Days"), |one| {
            one.days_outstanding
        })
        .leader(|one| &one.project);
    let days = report.overdue_after_days;
    let note = match locale {
        Locale::Vi => format!(
            "Gồm cả tạm ứng của các năm trước. Quá hạn: hơn {days} ngày, hoặc đã hết năm kế hoạch; thu hồi tính theo thứ tự tạm ứng trước thu hồi trước."
        ),
        Locale::En => format!(
            "Advances of earlier years are counted. Overdue: more than {days} days, or past the end of the budget year; recovered first in, first out."
        ),
    };
    let mut table = list(view, ReportName::Advances, wanted, &columns, &report.rows)?;
    table.notes.push(note);
    Ok(table)
}

/// How plans changed.
pub(super) fn plan_changes(view: &mut View<'_>, wanted: &Wanted) -> Result<Table> {
    let locale = view.ctx.actor.locale;
    let report = plan_changes::report(view, &wanted.asked, wanted.from)?;
    let columns = Columns::<PlanChangeRow>::numbered(locale)
        .project(|one| &one.project)
        .text(Kind::Text, ("Nguồn vốn", "Source"), |one| {
            &one.funding_source.name
        })
        .text(Kind::Short, ("Loại vốn", "Capital"), move |one| {
            labels::origin(one.origin.as_str(), locale)
        })
        .text(
            Kind::Short,
            ("Loại điều chỉnh", "Change"),
            move |one| labels::entry_kind(&one.kind, locale),
        )
        .add(Kind::Exact, ("Số tiền (±)", "Amount (±)"), |one| {
            one.amount
        })
        .total(report.totals.net)
        .add(Kind::Date, ("Ngày hiệu lực", "Effective date"), |one| {
            one.effective_date
        })
        .add(Kind::Text, ("Quyết định", "Decision"), move |one| {
            let signed = format::date(one.decision.date, locale);
            format!(
                "{} ({signed}), {}",
                one.decision.number, one.decision.issuer
            )
        })
        .add(
            Kind::Text,
            ("Điều chuyển với dự án", "Transferred with"),
            |one| one.other_project.as_ref().map(|other| other.name.clone()),
        )
        .add(Kind::Text, ("Ghi chú", "Note"), |one| one.note.clone());
    list(
        view,
        ReportName::PlanChanges,
        wanted,
        &columns,
        &report.rows,
    )
}

//! Capital: what is not allocated, what is advanced, what changed.

use super::super::table::{Cell, Columns, Kind, Level, Table, row, say};
use super::{TOTAL, head_of};
use crate::domain::labels;
use crate::domain::locale::Locale;
use crate::error::Result;
use crate::service::View;
use crate::service::reports::wanted::{ReportName, Wanted};
use crate::service::reports::{advances, allocation, plan_changes};

/// Assigned capital and what is allocated of it. What one holder passes on another one has, so
/// there is no total over all.
pub(super) fn allocation(view: &mut View<'_>, wanted: &Wanted) -> Result<Table> {
    let locale = view.ctx.actor.locale;
    let report = allocation::report(view, &wanted.asked, wanted.authority())?;
    let columns = Columns::new(locale)
        .add(Kind::Number, ("TT", "No."))
        .add(Kind::Name, ("Đơn vị được giao vốn", "Assigned to"))
        .add(Kind::Text, ("Nguồn vốn", "Source"))
        .add(Kind::Money, ("Được giao", "Assigned"))
        .add(Kind::Money, ("Giao tiếp cho cấp dưới", "Assigned onward"))
        .add(
            Kind::Money,
            ("Đã phân bổ chi tiết", "Allocated to projects"),
        )
        .add(Kind::Money, ("Chưa phân bổ", "Not allocated"))
        .done();
    let rows = (1_usize..).zip(&report.rows).map(|(number, one)| {
        row!(
            Level::Item,
            number.to_string(),
            &one.assignee.name,
            &one.funding_source.name,
            one.assigned,
            one.assigned_onward,
            one.allocated,
            one.unallocated,
        )
    });
    let authority = match report.authority.as_str() {
        "prime_minister" => ("Thủ tướng Chính phủ giao", "assigned by the Prime Minister"),
        "peoples_committee" => ("Ủy ban nhân dân giao", "assigned by the People's Committee"),
        _ => ("Hội đồng nhân dân giao", "assigned by the People's Council"),
    };
    let rows = rows.collect();
    let mut head = head_of(view, ReportName::Allocation, &wanted.asked, columns)?;
    head.context = format!("{}, {}", head.context, say(locale, authority));
    let notes = vec![
        say(
            locale,
            (
                "Mỗi dòng của một nguồn vốn gồm cả các nguồn con; vốn giao tiếp được tính ở đơn vị nhận nên không cộng dồn các dòng.",
                "A row counts its source with those below it; capital assigned onward counts with who received it, so rows do not add up.",
            ),
        )
        .to_owned(),
    ];
    Ok(Table { head, rows, notes })
}

/// Advances that are not recovered.
pub(super) fn advances(view: &mut View<'_>, wanted: &Wanted) -> Result<Table> {
    let locale = view.ctx.actor.locale;
    let report = advances::report(view, &wanted.asked)?;
    let columns = Columns::new(locale)
        .add(Kind::Number, ("TT", "No."))
        .add(Kind::Name, ("Dự án", "Project"))
        .add(Kind::Short, ("Mã dự án", "Code"))
        .add(Kind::Text, ("Chủ đầu tư", "Investor"))
        .add(Kind::Text, ("Nguồn vốn", "Source"))
        .add(Kind::Short, ("Năm kế hoạch", "Budget year"))
        .add(Kind::Short, ("Loại vốn", "Capital"))
        .group(
            Kind::Money,
            ("Dư tạm ứng", "Outstanding"),
            &[("Tổng số", "All"), ("Trong đó quá hạn", "Of that overdue")],
        )
        .add(Kind::Date, ("Tạm ứng từ ngày", "Advanced on"))
        .add(Kind::Count, ("Số ngày", "Days"))
        .add(Kind::Text, ("Lãnh đạo phụ trách", "Responsible leader"))
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
        report.totals.outstanding_advance,
        report.totals.overdue_advance,
        Cell::Empty,
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
            one.budget_year.to_string(),
            labels::origin(one.origin.as_str(), locale),
            one.outstanding_advance,
            one.overdue_advance,
            one.advanced_on,
            one.days_outstanding,
            leader.map(|leader| leader.full_name.clone()),
        )
    }));
    let days = report.overdue_after_days;
    let notes = vec![match locale {
        Locale::Vi => format!(
            "Gồm cả tạm ứng của các năm trước. Quá hạn: hơn {days} ngày, hoặc đã hết năm kế hoạch; thu hồi tính theo thứ tự tạm ứng trước thu hồi trước."
        ),
        Locale::En => format!(
            "Advances of earlier years are counted. Overdue: more than {days} days, or past the end of the budget year; recovered first in, first out."
        ),
    }];
    Ok(Table {
        head: head_of(view, ReportName::Advances, &wanted.asked, columns)?,
        rows,
        notes,
    })
}

/// How plans changed.
pub(super) fn plan_changes(view: &mut View<'_>, wanted: &Wanted) -> Result<Table> {
    let locale = view.ctx.actor.locale;
    let report = plan_changes::report(view, &wanted.asked, wanted.from)?;
    let columns = Columns::new(locale)
        .add(Kind::Number, ("TT", "No."))
        .add(Kind::Name, ("Dự án", "Project"))
        .add(Kind::Short, ("Mã dự án", "Code"))
        .add(Kind::Text, ("Nguồn vốn", "Source"))
        .add(Kind::Short, ("Loại vốn", "Capital"))
        .add(Kind::Short, ("Loại điều chỉnh", "Change"))
        .add(Kind::Exact, ("Số tiền (±)", "Amount (±)"))
        .add(Kind::Date, ("Ngày hiệu lực", "Effective date"))
        .add(Kind::Text, ("Quyết định", "Decision"))
        .add(Kind::Text, ("Điều chuyển với dự án", "Transferred with"))
        .add(Kind::Text, ("Ghi chú", "Note"))
        .done();
    let mut rows = vec![row!(
        Level::Total,
        "",
        say(locale, TOTAL),
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        report.totals.net,
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
    )];
    rows.extend((1_usize..).zip(&report.rows).map(|(number, one)| {
        let signed = crate::domain::format::date(one.decision.date, locale);
        row!(
            Level::Item,
            number.to_string(),
            &one.project.name,
            &one.project.code,
            &one.funding_source.name,
            labels::origin(one.origin.as_str(), locale),
            labels::entry_kind(&one.kind, locale),
            one.amount,
            one.effective_date,
            format!(
                "{} ({signed}), {}",
                one.decision.number, one.decision.issuer
            ),
            one.other_project.as_ref().map(|other| other.name.clone()),
            one.note.clone(),
        )
    }));
    Ok(Table {
        head: head_of(view, ReportName::PlanChanges, &wanted.asked, columns)?,
        rows,
        notes: Vec::new(),
    })
}

//! Each report as a table: titles, columns and rows of the provincial appendices, made from the
//! same figures as the JSON answer.

mod capital;
mod compliance;
mod curve;
mod detail;
mod follow_up;
mod late;
pub mod payments;
mod progress;
mod reallocation;

use crate::domain::format;
use crate::domain::labels;
use crate::domain::locale::Locale;
use crate::domain::progress::Basis;
use crate::error::Result;
use crate::service::View;
use crate::service::page::Page;
use crate::service::reports::wanted::{ReportName, Wanted};
use crate::service::reports::{self, Asked, ReportProject};

use super::columns::Columns;
use super::table::{About, Column, Head, Kind, Shown, Table, Words, say};

/// A page of the report's rows.
pub fn page(view: &mut View<'_>, name: ReportName, wanted: &Wanted, page: &Page) -> Result<Shown> {
    if name == ReportName::Payments {
        return payments::page(view, wanted, page);
    }
    let skip = page.after.as_ref().map_or(0, |after| after.id);
    let number = |count: i64| usize::try_from(count).unwrap_or(usize::MAX);
    Ok(table(view, name, wanted)?.page(number(skip), number(page.limit)))
}

/// The report as a table.
pub fn table(view: &mut View<'_>, name: ReportName, wanted: &Wanted) -> Result<Table> {
    match name {
        ReportName::Progress => progress::progress(view, wanted),
        ReportName::Ranking => progress::ranking(view, wanted),
        ReportName::Projects => detail::table(view, wanted),
        ReportName::SCurve => curve::table(view, wanted),
        ReportName::Allocation => capital::allocation(view, wanted),
        ReportName::Advances => capital::advances(view, wanted),
        ReportName::PlanChanges => capital::plan_changes(view, wanted),
        ReportName::LateItems => late::table(view, wanted),
        ReportName::Payments => Ok(payments::page(view, wanted, &Page::all())?.table),
        ReportName::Compliance => compliance::table(view, wanted),
        ReportName::Reallocation => reallocation::table(view, wanted),
        ReportName::Promises => follow_up::promises(view, wanted),
        ReportName::AlertQuality => follow_up::alert_quality(view, wanted),
    }
}

/// The titles of the reports.
pub fn title(name: ReportName, locale: Locale) -> &'static str {
    let words: Words = match name {
        ReportName::Progress => (
            "Tổng hợp tình hình giải ngân vốn đầu tư công",
            "Disbursement of public investment",
        ),
        ReportName::Projects => (
            "Chi tiết giải ngân theo nguồn vốn, lĩnh vực, dự án",
            "Disbursement by source, sector and project",
        ),
        ReportName::Ranking => ("Xếp hạng tỷ lệ giải ngân", "Ranking by disbursement rate"),
        ReportName::SCurve => (
            "Kế hoạch và thực hiện giải ngân lũy kế theo tháng",
            "Planned and actual disbursement by month",
        ),
        ReportName::Allocation => (
            "Vốn được giao, đã phân bổ và chưa phân bổ",
            "Capital assigned, allocated and not allocated",
        ),
        ReportName::Advances => ("Số dư tạm ứng chưa thu hồi", "Outstanding advances"),
        ReportName::LateItems => (
            "Các đợt giải ngân chậm so với kế hoạch",
            "Late items of the schedules",
        ),
        ReportName::PlanChanges => ("Điều chỉnh kế hoạch vốn", "Changes of plans"),
        ReportName::Payments => ("Danh sách các khoản giải ngân", "List of payments"),
        ReportName::Compliance => (
            "Tình hình thực hiện các yêu cầu chỉ đạo",
            "Compliance with the yearly directive",
        ),
        ReportName::Reallocation => (
            "Bảng cân đối điều chuyển vốn theo dự báo giải ngân",
            "Reallocation worksheet by the disbursement forecast",
        ),
        ReportName::Promises => (
            "Cam kết giải ngân và kết quả thực hiện",
            "Promises on alerts and how many are kept",
        ),
        ReportName::AlertQuality => (
            "Chất lượng cảnh báo và việc xử lý",
            "Quality of alerts and what came of them",
        ),
    };
    say(locale, words)
}

/// What stands above a report's table.
fn head(
    view: &mut View<'_>,
    (name, title): (ReportName, String),
    asked: &Asked,
    columns: Vec<Column>,
) -> Result<Head> {
    let locale = view.ctx.actor.locale;
    let mut parts = vec![match locale {
        Locale::Vi => format!("Năm kế hoạch {}", asked.budget_year),
        Locale::En => format!("Budget year {}", asked.budget_year),
    }];
    let day = format::date(asked.as_of, locale);
    parts.push(match locale {
        Locale::Vi => format!("số liệu đến ngày {day}"),
        Locale::En => format!("figures as of {day}"),
    });
    let basis = labels::basis(asked.basis.as_str(), locale);
    if name.has_basis() {
        parts.push(match locale {
            Locale::Vi => format!("tính trên {basis}"),
            Locale::En => format!("measured on {basis}"),
        });
    }
    if let Some(source) = reports::source_name(view, asked)? {
        parts.push(match locale {
            Locale::Vi => format!("nguồn vốn {source}"),
            Locale::En => format!("source {source}"),
        });
    }
    Ok(Head {
        name: name.as_str(),
        tab: asked.budget_year.to_string(),
        unit: reports::unit_name(view, asked)?,
        title,
        context: parts.join(", "),
        columns,
    })
}

/// The head of a report that has no other title than its own.
fn head_of(
    view: &mut View<'_>,
    name: ReportName,
    asked: &Asked,
    columns: Vec<Column>,
) -> Result<Head> {
    let title = title(name, view.ctx.actor.locale).to_owned();
    head(view, (name, title), asked, columns)
}

/// The heading of the denominator.
fn plan_words(basis: Basis) -> Words {
    match basis {
        Basis::Initial => ("Kế hoạch giao đầu năm", "Plan at the start"),
        Basis::Adjusted => ("Kế hoạch sau điều chỉnh", "Adjusted plan"),
        Basis::Extended => ("Vốn kéo dài", "Extended capital"),
        Basis::Total => ("Tổng kế hoạch", "Whole plan"),
        Basis::Assigned => ("Vốn được giao", "Capital assigned"),
    }
}

/// A report that is a flat list.
fn list<'r, R: 'r>(
    view: &mut View<'_>,
    name: ReportName,
    wanted: &Wanted,
    columns: &Columns<'_, R>,
    rows: impl IntoIterator<Item = &'r R>,
) -> Result<Table> {
    Ok(Table {
        head: head_of(view, name, &wanted.asked, columns.heads())?,
        rows: columns.list(rows),
        notes: Vec::new(),
    })
}

impl<R: 'static> Columns<'_, R> {
    /// Name and code of the project that a row is about.
    fn project(self, of: fn(&R) -> &ReportProject) -> Self {
        self.about(move |row| Some(About::Project(of(row).id)))
            .text(Kind::Name, ("Dự án", "Project"), move |row| {
                &of(row).name
            })
            .text(Kind::Short, ("Mã dự án", "Code"), move |row| {
                &of(row).code
            })
    }

    /// Who answers for a project.
    fn leader(self, of: fn(&R) -> &ReportProject) -> Self {
        let heading = ("Lãnh đạo phụ trách", "Responsible leader");
        self.add(Kind::Text, heading, move |row| {
            let leader = of(row).leader.as_ref();
            leader.map(|leader| leader.full_name.clone())
        })
    }
}

//! The report of a month as it is kept at closing: a sheet for each budget year.

use super::columns::Columns;
use super::table::{Head, Kind, Table};
use super::{Book, MEDIA_TYPE, stamp};
use crate::domain::format;
use crate::domain::labels;
use crate::domain::locale::Locale;
use crate::error::Result;
use crate::service::View;
use crate::service::period_closings::{ClosingReport, ReportedLine, ReportedYear};

/// The report as a workbook: its media type and its bytes.
pub fn book(view: &mut View<'_>, report: &ClosingReport) -> Result<(&'static str, Vec<u8>)> {
    let stamp = stamp(view)?;
    let mut book = Book::new(&stamp);
    for year in report.years.iter().rev() {
        book.sheet(&table(report, year, stamp.locale))?;
    }
    Ok((MEDIA_TYPE, book.finish()?))
}

fn table(report: &ClosingReport, year: &ReportedYear, locale: Locale) -> Table {
    let columns = columns(year, locale);
    let month = report.month.first().format("%m/%Y");
    let day = format::date(report.as_of, locale);
    let basis = labels::basis(report.basis.as_str(), locale);
    let rows = columns.list(&year.lines);
    let year = year.budget_year;
    Table {
        head: Head {
            name: "period-closing",
            tab: year.to_string(),
            unit: report.unit.name.clone(),
            title: match locale {
                Locale::Vi => format!("Báo cáo giải ngân tháng {month} (khóa sổ)"),
                Locale::En => format!("Disbursement of {month} (closed)"),
            },
            context: match locale {
                Locale::Vi => {
                    format!("Năm kế hoạch {year}, số liệu đến ngày {day}, tính trên {basis}")
                }
                Locale::En => format!("Budget year {year}, figures as of {day}, on {basis}"),
            },
            columns: columns.heads(),
        },
        rows,
        notes: Vec::new(),
    }
}

fn columns(year: &ReportedYear, locale: Locale) -> Columns<'static, ReportedLine> {
    let totals = year.totals;
    let origin = move |one: &ReportedLine| labels::origin(one.origin.as_str(), locale).to_owned();
    Columns::numbered(locale)
        .text(Kind::Name, ("Dự án", "Project"), |one: &ReportedLine| {
            &one.project.name
        })
        .text(Kind::Short, ("Mã dự án", "Code"), |one| {
            &one.project.code
        })
        .text(Kind::Text, ("Nguồn vốn", "Source"), |one| {
            &one.funding_source.name
        })
        .add(Kind::Short, ("Loại vốn", "Capital"), origin)
        .add(Kind::Money, ("Kế hoạch vốn", "Plan"), |one| {
            one.figures.plan
        })
        .total(totals.plan)
        .add(
            Kind::Money,
            ("Phải giải ngân theo kế hoạch đến kỳ", "Scheduled by then"),
            |one| one.figures.scheduled,
        )
        .total(totals.scheduled)
        .add(Kind::Money, ("Đã giải ngân", "Disbursed"), |one| {
            one.figures.disbursed
        })
        .total(totals.disbursed)
        .add(Kind::Rate, ("Tỷ lệ (%)", "Rate (%)"), |one| {
            one.figures.rate
        })
        .total(totals.rate)
        .add(
            Kind::Money,
            ("Tạm ứng chưa thu hồi", "Advances outstanding"),
            |one| one.figures.outstanding_advance,
        )
        .total(totals.outstanding_advance)
        .add(
            Kind::Money,
            ("Chậm so với kế hoạch", "Late"),
            |one| one.figures.late_amount,
        )
        .total(totals.late_amount)
}

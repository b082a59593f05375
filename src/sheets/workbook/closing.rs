//! The report of a month as it is kept at closing: a sheet for each budget year.

use super::table::{Cell, Columns, Head, Kind, Level, Row, Table, row, say};
use super::{Book, MEDIA_TYPE, stamp};
use crate::domain::format;
use crate::domain::labels;
use crate::domain::locale::Locale;
use crate::error::Result;
use crate::service::View;
use crate::service::period_closings::{ClosingReport, Figures, ReportedYear};

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
    let columns = Columns::new(locale)
        .add(Kind::Number, ("TT", "No."))
        .add(Kind::Name, ("Dự án", "Project"))
        .add(Kind::Short, ("Mã dự án", "Code"))
        .add(Kind::Text, ("Nguồn vốn", "Source"))
        .add(Kind::Short, ("Loại vốn", "Capital"))
        .add(Kind::Money, ("Kế hoạch vốn", "Plan"))
        .add(
            Kind::Money,
            ("Phải giải ngân theo kế hoạch đến kỳ", "Scheduled by then"),
        )
        .add(Kind::Money, ("Đã giải ngân", "Disbursed"))
        .add(Kind::Rate, ("Tỷ lệ (%)", "Rate (%)"))
        .add(
            Kind::Money,
            ("Tạm ứng chưa thu hồi", "Advances outstanding"),
        )
        .add(Kind::Money, ("Chậm so với kế hoạch", "Late"))
        .done();
    let month = report.month.first().format("%m/%Y");
    let day = format::date(report.as_of, locale);
    let basis = labels::basis(report.basis.as_str(), locale);
    let total = say(locale, ("TỔNG CỘNG", "TOTAL"));
    let mut rows = vec![line(Level::Total, ["", total, "", "", ""], &year.totals)];
    rows.extend((1_usize..).zip(&year.lines).map(|(number, one)| {
        let about = [
            &number.to_string(),
            one.project.name.as_str(),
            &one.project.code,
            &one.funding_source.name,
            labels::origin(one.origin.as_str(), locale),
        ];
        line(Level::Item, about, &one.figures)
    }));
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
            columns,
        },
        rows,
        notes: Vec::new(),
    }
}

fn line(level: Level, about: [&str; 5], figures: &Figures) -> Row {
    let mut row = row!(level);
    row.cells.extend(about.map(Cell::from));
    row.cells.extend([
        figures.plan.into(),
        figures.scheduled.into(),
        figures.disbursed.into(),
        figures.rate.into(),
        figures.outstanding_advance.into(),
        figures.late_amount.into(),
    ]);
    row
}

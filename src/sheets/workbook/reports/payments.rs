//! Every payment of a budget year by a day, written as it is read: a province has more of them than
//! should be held together.

use super::super::table::{Cell, Column, Columns, Kind, Level, Row, Table, row, say};
use super::super::writer::MOST_ROWS;
use super::super::{Book, Stamp};
use super::{TOTAL, head_of};
use crate::domain::labels;
use crate::domain::locale::Locale;
use crate::error::{Code, Fault, Result};
use crate::service::View;
use crate::service::disbursements::{self, Disbursement, ListFilter, Sort};
use crate::service::page::Page;
use crate::service::reports::wanted::{ReportName, Wanted};

/// Payments read at once.
const CHUNK: i64 = 500;

fn filter(wanted: &Wanted) -> ListFilter {
    ListFilter {
        projects: wanted.project_id.into_iter().collect(),
        units: wanted.asked.unit_id.into_iter().collect(),
        sources: wanted.asked.funding_source_id.into_iter().collect(),
        budget_years: vec![wanted.asked.budget_year],
        origin: crate::service::figures::origin_of(wanted.asked.basis),
        posted_from: wanted.from,
        posted_to: Some(wanted.asked.as_of),
        ..ListFilter::default()
    }
}

fn columns(locale: Locale) -> Vec<Column> {
    Columns::new(locale)
        .add(Kind::Number, ("TT", "No."))
        .add(Kind::Date, ("Ngày hạch toán", "Posted on"))
        .add(Kind::Short, ("Số chứng từ", "Voucher"))
        .add(Kind::Name, ("Dự án", "Project"))
        .add(Kind::Short, ("Mã dự án", "Code"))
        .add(Kind::Text, ("Nguồn vốn", "Source"))
        .add(Kind::Short, ("Loại vốn", "Capital"))
        .add(Kind::Short, ("Loại thanh toán", "Kind"))
        .add(Kind::Exact, ("Số tiền", "Gross amount"))
        .add(Kind::Exact, ("Thu hồi tạm ứng", "Advance recovered"))
        .add(Kind::Exact, ("Tính vào giải ngân (±)", "Net (±)"))
        .add(Kind::Short, ("Đối chiếu Kho bạc", "Treasury"))
        .add(Kind::Text, ("Ghi chú", "Note"))
        .done()
}

fn total(view: &mut View<'_>, wanted: &Wanted) -> Result<(u32, Row)> {
    let locale = view.ctx.actor.locale;
    let (count, net) = disbursements::totals(view, &filter(wanted))?;
    let row = row!(
        Level::Total,
        "",
        Cell::Empty,
        Cell::Empty,
        say(locale, TOTAL),
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        net,
        Cell::Empty,
        Cell::Empty,
    );
    Ok((count, row))
}

fn item(number: u32, one: &Disbursement, locale: Locale) -> Row {
    row!(
        Level::Item,
        number.to_string(),
        one.posted_on,
        &one.voucher_number,
        &one.project.name,
        &one.project.code,
        &one.funding_source.name,
        labels::origin(one.origin.as_str(), locale),
        labels::payment_kind(one.kind.as_str(), locale),
        one.gross_amount,
        one.advance_recovered,
        one.net_amount,
        labels::payment_status(one.status.as_str(), locale),
        one.reason.as_ref().or(one.note.as_ref()).cloned(),
    )
}

/// The whole list as a workbook. More payments than a sheet holds are refused: the list must be
/// narrowed.
pub fn book(view: &mut View<'_>, wanted: &Wanted, stamp: &Stamp) -> Result<Vec<u8>> {
    let locale = view.ctx.actor.locale;
    let (count, total) = total(view, wanted)?;
    if count > MOST_ROWS {
        let why = format!("{count} > {MOST_ROWS}");
        return Err(Fault::at("", Code::OutOfRange).with("why", why).into());
    }
    let head = head_of(view, ReportName::Payments, &wanted.asked, columns(locale))?;
    let mut book = Book::new(stamp);
    book.stream(&head, |sheet| {
        sheet.row(&total)?;
        let mut page = Page {
            limit: CHUNK,
            after: None,
        };
        let mut number = 0;
        loop {
            let rows = disbursements::list(view, &filter(wanted), Some(Sort::PostedOn), &page)?;
            for one in &rows.rows {
                number += 1;
                sheet.row(&item(number, one, locale))?;
            }
            match rows.next {
                Some(after) => page.after = Some(after),
                None => return Ok(()),
            }
        }
    })?;
    book.finish()
}

/// The total and the last payments, for a page.
pub(super) fn first(view: &mut View<'_>, wanted: &Wanted) -> Result<Table> {
    let locale = view.ctx.actor.locale;
    let (count, total) = total(view, wanted)?;
    let page = Page {
        limit: CHUNK,
        after: None,
    };
    let shown = disbursements::list(view, &filter(wanted), Some(Sort::PostedOnDown), &page)?;
    let mut rows = vec![total];
    let items = (1..).zip(&shown.rows);
    rows.extend(items.map(|(number, one)| item(number, one, locale)));
    let notes = match shown.next {
        None => Vec::new(),
        Some(_) => vec![match locale {
            Locale::Vi => format!(
                "{} khoản mới nhất trong {count} khoản; tệp Excel có đủ.",
                shown.rows.len()
            ),
            Locale::En => format!(
                "The latest {} of {count}; the Excel file has all.",
                shown.rows.len()
            ),
        }],
    };
    Ok(Table {
        head: head_of(view, ReportName::Payments, &wanted.asked, columns(locale))?,
        rows,
        notes,
    })
}

//! Every payment of a budget year by a day, written as it is read: a province has more of them than
//! should be held together.

use super::super::columns::Columns;
use super::super::table::{About, Kind, Level, Shown, Table};
use super::super::writer::MOST_ROWS;
use super::super::{Book, Stamp};
use super::head_of;
use crate::domain::labels;
use crate::domain::locale::Locale;
use crate::domain::money::Money;
use crate::error::{Code, Fault, Result};
use crate::service::View;
use crate::service::disbursements::{self, Disbursement, ListFilter, Sort};
use crate::service::page::{After, Page};
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

/// The headings are those of the import (`domain::imports`), so that what was written out can be read
/// again.
fn columns(locale: Locale, net: Money) -> Columns<'static, Disbursement> {
    Columns::<Disbursement>::numbered(locale)
        .about(|one| Some(About::Project(one.project.id)))
        .add(Kind::Date, ("Ngày hạch toán", "Posted on"), |one| {
            one.posted_on
        })
        .text(Kind::Short, ("Số chứng từ", "Voucher number"), |one| {
            &one.voucher_number
        })
        .text(Kind::Name, ("Dự án", "Project"), |one| &one.project.name)
        .text(Kind::Short, ("Mã dự án", "Project code"), |one| {
            &one.project.code
        })
        .text(Kind::Text, ("Tên nguồn vốn", "Source"), |one| {
            &one.funding_source.name
        })
        .text(
            Kind::Short,
            ("Mã nguồn vốn", "Funding source code"),
            |one| &one.funding_source.code,
        )
        .add(Kind::Short, ("Năm kế hoạch", "Budget year"), |one| {
            one.budget_year.to_string()
        })
        .text(Kind::Short, ("Loại vốn", "Origin"), move |one| {
            labels::origin(one.origin.as_str(), locale)
        })
        .text(
            Kind::Short,
            ("Loại thanh toán", "Payment kind"),
            move |one| labels::payment_kind(one.kind.as_str(), locale),
        )
        .add(Kind::Exact, ("Số tiền", "Gross amount"), |one| {
            one.gross_amount
        })
        .add(
            Kind::Exact,
            ("Thu hồi tạm ứng", "Advance recovered"),
            |one| one.advance_recovered,
        )
        .add(
            Kind::Exact,
            ("Tính vào giải ngân (±)", "Net (±)"),
            |one| one.net_amount,
        )
        .total(net)
        .text(
            Kind::Short,
            ("Đối chiếu Kho bạc", "Treasury"),
            move |one| labels::payment_status(one.status.as_str(), locale),
        )
        .add(Kind::Text, ("Ghi chú", "Note"), |one| {
            one.reason.as_ref().or(one.note.as_ref()).cloned()
        })
}

/// The whole list as a workbook. More payments than a sheet holds are refused: the list must be
/// narrowed.
pub fn book(view: &mut View<'_>, wanted: &Wanted, stamp: &Stamp) -> Result<Vec<u8>> {
    let locale = view.ctx.actor.locale;
    let (count, net) = disbursements::totals(view, &filter(wanted))?;
    if count > MOST_ROWS {
        let why = format!("{count} > {MOST_ROWS}");
        return Err(Fault::at("", Code::OutOfRange).with("why", why).into());
    }
    let columns = columns(locale, net);
    let head = head_of(view, ReportName::Payments, &wanted.asked, columns.heads())?;
    let mut book = Book::new(stamp);
    book.stream(&head, |sheet| {
        sheet.row(&columns.total_row())?;
        let mut page = Page {
            limit: CHUNK,
            after: None,
        };
        let mut number = 0_u32;
        loop {
            let rows = disbursements::list(view, &filter(wanted), Some(Sort::PostedOn), &page)?;
            for one in &rows.rows {
                number += 1;
                sheet.row(&columns.row(Level::Item, number.to_string(), one))?;
            }
            match rows.next {
                Some(after) => page.after = Some(after),
                None => return Ok(()),
            }
        }
    })?;
    book.finish()
}

/// Payments printed at most; the file has all.
const PRINTED: i64 = 5_000;

/// A page of the list, the latest payments first. Where it begins is told by the number of payments
/// before it, and by the last of them.
pub(super) fn page(view: &mut View<'_>, wanted: &Wanted, page: &Page) -> Result<Shown> {
    let locale = view.ctx.actor.locale;
    let (count, net) = disbursements::totals(view, &filter(wanted))?;
    let columns = columns(locale, net);
    let (before, after) = match &page.after {
        Some(after) => position(after)?,
        None => (0, None),
    };
    let rows = Page {
        limit: page.limit.min(PRINTED),
        after,
    };
    let rows = disbursements::list(view, &filter(wanted), Some(Sort::PostedOnDown), &rows)?;
    let items = (before + 1..).zip(&rows.rows);
    let items = items.map(|(number, one)| columns.row(Level::Item, number.to_string(), one));
    let end = before + rows.rows.len();
    let mut notes = Vec::new();
    if page.limit > PRINTED && rows.next.is_some() {
        notes.push(match locale {
            Locale::Vi => format!("{end} khoản mới nhất trong {count} khoản; tệp Excel có đủ."),
            Locale::En => format!("The latest {end} of {count}; the Excel file has all."),
        });
    }
    let table = Table {
        head: head_of(view, ReportName::Payments, &wanted.asked, columns.heads())?,
        rows: std::iter::once(columns.total_row()).chain(items).collect(),
        notes,
    };
    Ok(Shown {
        table,
        first: before + 1,
        last: end,
        all: usize::try_from(count).unwrap_or(usize::MAX),
        next: rows.next.map(|after| After {
            key: format!("{end} {}", after.key),
            id: after.id,
        }),
    })
}

/// How many payments stand before a page, and the last of them.
fn position(after: &After) -> Result<(usize, Option<After>)> {
    let parsed = after.key.split_once(' ');
    let parsed = parsed.and_then(|(before, key)| Some((before.parse().ok()?, key)));
    let (before, key) = parsed.ok_or(Code::BadCursor)?;
    let after = After {
        key: key.to_owned(),
        id: after.id,
    };
    Ok((before, Some(after)))
}

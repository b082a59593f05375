//! Report workbooks in the layout of provincial appendices.

mod closing;
pub mod columns;
mod format;
pub mod reports;
pub mod table;
mod writer;

use crate::domain::format::{AmountUnit, date};
use crate::domain::locale::Locale;
use crate::error::Result;
use crate::service::View;
use crate::service::reports::wanted::{ReportName, Wanted};

pub use closing::book as closing;
use table::{Table, say};
pub use writer::{Book, Stamp};

/// The media type of a workbook.
pub const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The unit of the amounts in a workbook.
pub const UNIT: AmountUnit = AmountUnit::Million;

/// A report as a workbook.
pub fn report(view: &mut View<'_>, name: ReportName, wanted: &Wanted) -> Result<Vec<u8>> {
    let stamp = stamp(view)?;
    if name == ReportName::Payments {
        return reports::payments::book(view, wanted, &stamp);
    }
    let table = reports::table(view, name, wanted)?;
    of_table(&table, &stamp)
}

/// What the file of a report is called.
pub fn file_name(name: ReportName, wanted: &Wanted) -> String {
    let asked = &wanted.asked;
    format!(
        "{}-{}-{}.xlsx",
        name.as_str(),
        asked.budget_year,
        asked.as_of
    )
}

/// A table as a workbook of one sheet.
pub fn of_table(table: &Table, stamp: &Stamp) -> Result<Vec<u8>> {
    let mut book = Book::new(stamp);
    book.sheet(table)?;
    book.finish()
}

/// What a workbook says about when it was made, and that data is made up.
pub fn stamp(view: &mut View<'_>) -> Result<Stamp> {
    let locale = view.ctx.actor.locale;
    let local = view.now + chrono::TimeDelta::hours(7);
    let made = match locale {
        Locale::Vi => "Lập lúc",
        Locale::En => "Made at",
    };
    let demo = crate::service::operations::holds_demo(view)?;
    let demo_words = (
        "Dữ liệu minh họa, không có thật",
        "Demo with synthetic data",
    );
    Ok(Stamp {
        locale,
        made: format!(
            "{made} {} {}",
            local.format("%H:%M"),
            date(local.date(), locale)
        ),
        demo: demo.then(|| say(locale, demo_words).to_owned()),
        now: view.now,
    })
}

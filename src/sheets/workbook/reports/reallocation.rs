//! The reallocation worksheet: by source, the transfers that are possible, who is likely to leave
//! money, and who could spend more.

use super::super::columns::Columns;
use super::super::table::{About, Kind, Level, Row, Table, letters, roman, say};
use super::head_of;
use crate::domain::locale::Locale;
use crate::domain::money::Money;
use crate::error::Result;
use crate::service::View;
use crate::service::reports::reallocation::{self, SheetLine, SheetMove, SourceSheet};
use crate::service::reports::wanted::{ReportName, Wanted};

/// A row: a source, a heading, a line or a transfer.
struct Entry<'a> {
    name: String,
    line: Option<&'a SheetLine>,
    leaves: Option<Money>,
    takes: Option<Money>,
    moves: Option<Money>,
    transfer: Option<&'a SheetMove>,
}

impl Entry<'_> {
    fn reasons(&self) -> Option<String> {
        let line = self.line.map(|line| &line.reasons);
        let reasons = line.or(self.transfer.map(|one| &one.reasons))?;
        Some(reasons.join("\n"))
    }
}

pub(super) fn table(view: &mut View<'_>, wanted: &Wanted) -> Result<Table> {
    let locale = view.ctx.actor.locale;
    let report = reallocation::report(view, &wanted.asked)?;
    let columns = columns(locale);
    let mut rows = Vec::new();
    for (section, sheet) in (1_usize..).zip(&report.sources) {
        source(&columns, roman(section), sheet, locale, &mut rows);
    }
    let note = (
        "Số có thể chuyển đi, nhận thêm và đề xuất tính theo dự báo; chỉ thành điều chuyển khi có quyết định và được ghi vào kế hoạch vốn. Chỉ xét vốn giao trong năm.",
        "What could leave, be taken and moved follows the forecast; it is a transfer only once it is decided and recorded. Capital of the year alone is looked at.",
    );
    Ok(Table {
        head: head_of(
            view,
            ReportName::Reallocation,
            &wanted.asked,
            columns.heads(),
        )?,
        rows,
        notes: vec![say(locale, note).to_owned()],
    })
}

fn columns<'a>(locale: Locale) -> Columns<'a, Entry<'a>> {
    let money = Kind::Money;
    Columns::<Entry<'a>>::numbered(locale)
        .about(|entry| match (entry.line, entry.transfer) {
            (Some(line), _) => Some(About::Project(line.project.id)),
            (_, Some(one)) => Some(About::Transfer(Box::new(one.transfer.clone()))),
            _ => None,
        })
        .text(
            Kind::Name,
            ("Nguồn vốn, dự án", "Source, project"),
            |entry| &entry.name,
        )
        .add(Kind::Short, ("Mã dự án", "Code"), |entry| {
            entry.line.map(|line| line.project.code.as_str())
        })
        .add(money, ("Kế hoạch vốn", "Plan"), |entry| {
            entry.line.map(|line| line.plan)
        })
        .add(money, ("Đã giải ngân", "Disbursed"), |entry| {
            entry.line.map(|line| line.disbursed)
        })
        .add(Kind::Rate, ("Tỷ lệ (%)", "Rate (%)"), |entry| {
            entry.line?.rate
        })
        .group(
            ("Dự báo đến hết niên độ", "Forecast for the deadline"),
            |columns| {
                columns
                    .add(money, ("Thấp", "Low"), |entry| {
                        entry.line.map(|line| line.forecast_low)
                    })
                    .add(money, ("Khả năng nhất", "Most likely"), |entry| {
                        entry.line.map(|line| line.forecast)
                    })
                    .add(money, ("Cao", "High"), |entry| {
                        entry.line.map(|line| line.forecast_high)
                    })
            },
        )
        .add(money, ("Có thể chuyển đi", "Could leave"), |entry| {
            entry.leaves
        })
        .add(money, ("Có thể nhận thêm", "Could take"), |entry| {
            entry.takes
        })
        .add(
            money,
            ("Đề xuất điều chuyển", "Proposed transfer"),
            |entry| entry.moves,
        )
        .add(Kind::Long, ("Lý do", "Reasons"), |entry| entry.reasons())
}

fn source<'a>(
    columns: &Columns<'_, Entry<'a>>,
    number: String,
    sheet: &'a SourceSheet,
    locale: Locale,
    rows: &mut Vec<Row>,
) {
    let entry = |name: &str| Entry {
        name: name.to_owned(),
        line: None,
        leaves: None,
        takes: None,
        moves: None,
        transfer: None,
    };
    let sum = Entry {
        leaves: Some(sheet.leaving_amount),
        takes: Some(sheet.absorbable_amount),
        moves: Some(sheet.moved_amount),
        ..entry(&sheet.funding_source.name)
    };
    rows.push(columns.row(Level::Section, number, &sum));
    let moves = sheet.moves.iter().map(|one| Entry {
        moves: Some(one.amount),
        transfer: Some(one),
        ..entry(&format!(
            "{} → {}",
            one.from_project.name, one.to_project.name
        ))
    });
    let leaving = sheet.leaving.iter().map(|line| Entry {
        line: Some(line),
        leaves: Some(line.amount),
        ..entry(&line.project.name)
    });
    let absorbing = sheet.absorbing.iter().map(|line| Entry {
        line: Some(line),
        takes: Some(line.amount),
        ..entry(&line.project.name)
    });
    let groups: [(_, Vec<Entry<'a>>); 3] = [
        (
            (
                "Điều chuyển có thể thực hiện",
                "Transfers that are possible",
            ),
            moves.collect(),
        ),
        (
            ("Dự án có khả năng còn vốn", "Likely to leave money"),
            leaving.collect(),
        ),
        (
            ("Dự án có thể giải ngân thêm", "Able to spend more"),
            absorbing.collect(),
        ),
    ];
    let groups = groups
        .into_iter()
        .filter(|(_, entries)| !entries.is_empty());
    for (number, (heading, entries)) in (1_usize..).zip(groups) {
        rows.push(columns.row(
            Level::Group,
            number.to_string(),
            &entry(say(locale, heading)),
        ));
        rows.extend(
            (1_usize..)
                .zip(&entries)
                .map(|(letter, one)| columns.row(Level::Item, letters(letter), one)),
        );
    }
}

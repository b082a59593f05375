//! The list as a file: the columns and filters seen, all rows, amounts to the last đồng.

use super::super::context::Context;
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::text::labels;
use super::Row;
use super::columns::Column;
use crate::domain::money::Money;

/// A CSV file that spreadsheets open as UTF-8.
pub fn file(l: &Layout, c: &Context, columns: &[Column], rows: &[Row]) -> Outcome {
    let mut text = String::from('\u{feff}');
    let heads = columns.iter().map(|column| column.label(l).to_owned());
    line(
        &mut text,
        std::iter::once(l.t.common.name.to_owned()).chain(heads),
    );
    for row in rows {
        let cells = columns.iter().map(|column| cell(*column, row, l));
        line(
            &mut text,
            std::iter::once(row.project.name.clone()).chain(cells),
        );
    }
    let name = format!("projects-{}-{}.csv", c.year, c.as_of);
    Outcome::file(name, "text/csv; charset=utf-8", text.into_bytes())
}

fn cell(column: Column, row: &Row, l: &Layout) -> String {
    let project = &row.project;
    let figures = row.figures.as_ref();
    let amount = |amount: Option<Money>| amount.map_or_else(String::new, |m| m.get().to_string());
    match column {
        Column::Code => project.code.clone(),
        Column::Investor => project.investor.name.clone(),
        Column::Unit => project.managing_unit.name.clone(),
        Column::Leader => project
            .leader
            .as_ref()
            .map_or_else(String::new, |leader| leader.full_name.clone()),
        Column::Group => labels::project_group(project.group.as_str(), l.locale).to_owned(),
        Column::Sector => labels::sector(&project.sector, l.locale).to_owned(),
        Column::Status => labels::project_status(project.status.as_str(), l.locale).to_owned(),
        Column::Total => amount(Some(project.total_investment)),
        Column::Plan => amount(figures.map(|figures| figures.plan)),
        Column::Disbursed => amount(figures.map(|figures| figures.disbursed)),
        Column::Rate => figures
            .and_then(|figures| figures.rate)
            .map_or_else(String::new, |rate| l.rate(&Some(rate))),
        Column::LateAmount => amount(figures.map(|figures| figures.late_amount)),
        Column::DaysLate => figures.map_or_else(String::new, |f| f.days_late.to_string()),
    }
}

fn line(text: &mut String, cells: impl Iterator<Item = String>) {
    let cells: Vec<String> = cells.map(|cell| quoted(&cell)).collect();
    text.push_str(&cells.join(","));
    text.push_str("\r\n");
}

/// A cell; one that a spreadsheet would run as a formula is made text.
fn quoted(cell: &str) -> String {
    let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']);
    let guard = if risky { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_stays_text() {
        assert_eq!(quoted("=1+1"), "\"'=1+1\"");
        assert_eq!(quoted("a\"b"), "\"a\"\"b\"");
    }
}

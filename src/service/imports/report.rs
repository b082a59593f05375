//! What was found in a file: its rows, and what is wrong with them, in both languages.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{MatchCounts, RowError};
use crate::domain::format::{self, AmountUnit};
use crate::domain::imports::{Kind, Row, Value};
use crate::domain::locale::Locale;
use crate::error::Fault;

/// Faults that are kept of one file; the rest is counted.
const KEPT: usize = 5_000;
/// The longest value that is shown.
const SHOWN: usize = 200;

/// A sheet with a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetHead {
    /// Its name.
    pub name: String,
    /// For each column of the kind, its place in the sheet, counted from 0.
    pub columns: Vec<Option<u32>>,
}

/// Something wrong with a row.
#[derive(Clone, Debug)]
pub struct RowFault {
    /// The place of its sheet among those with a table.
    pub sheet: usize,
    /// The row as Excel numbers it.
    pub row: u32,
    /// The column's key, or empty.
    pub column: &'static str,
    /// What stands there.
    pub value: String,
    /// What is wrong.
    pub fault: Fault,
}

/// A file as read.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// Its kind.
    pub kind: Kind,
    /// The unit of amounts that name none.
    pub unit: AmountUnit,
    /// The sheets that have a table.
    pub sheets: Vec<SheetHead>,
    /// Its rows.
    pub rows: Vec<Row>,
    /// Rows passed over.
    pub skipped: usize,
    /// What could not be read.
    pub faults: Vec<RowFault>,
    /// What should be looked at.
    pub warnings: Vec<RowFault>,
}

impl Parsed {
    /// Nothing read yet.
    pub fn new(kind: Kind, unit: AmountUnit) -> Self {
        Parsed {
            kind,
            unit,
            sheets: Vec::new(),
            rows: Vec::new(),
            skipped: 0,
            faults: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// A fault of the row at a place, in a column of the kind.
    pub fn fault(&self, place: usize, column: &str, fault: Fault) -> Option<RowFault> {
        let row = self.rows.get(place)?;
        let at = self.kind.place(column);
        let value = at.and_then(|at| row.cells.get(at)?.as_ref()).map(shown);
        Some(RowFault {
            sheet: row.sheet,
            row: row.row,
            column: at
                .and_then(|at| self.kind.columns().get(at))
                .map_or("", |column| column.key),
            value: value.unwrap_or_default(),
            fault,
        })
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Year(year) => year.to_string(),
        Value::Money(money) => money.get().to_string(),
        Value::Date(day) => format::date(*day, Locale::Vi),
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Said {
    sheet: usize,
    row: u32,
    column: String,
    value: String,
    code: String,
    vi: String,
    en: String,
}

/// What is kept of a check.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Report {
    /// The sheets that have a table.
    pub sheets: Vec<SheetHead>,
    errors: Vec<Said>,
    /// All errors, also those not kept.
    pub errors_total: i32,
    warnings: Vec<Said>,
    /// For a Treasury statement.
    pub matches: Option<MatchCounts>,
}

impl Report {
    /// The report of a check, by place; and how many rows are wrong.
    pub fn of(parsed: &Parsed, matches: Option<MatchCounts>) -> (Self, usize) {
        let data: HashSet<(usize, u32)> =
            parsed.rows.iter().map(|row| (row.sheet, row.row)).collect();
        let wrong: HashSet<(usize, u32)> = parsed
            .faults
            .iter()
            .map(|fault| (fault.sheet, fault.row))
            .filter(|place| data.contains(place))
            .collect();
        // A table with a wrong head has no right row.
        let head_is_wrong = parsed
            .faults
            .iter()
            .any(|fault| !data.contains(&(fault.sheet, fault.row)));
        let wrong = match head_is_wrong {
            true => data.len(),
            false => wrong.len(),
        };
        let report = Report {
            sheets: parsed.sheets.clone(),
            errors: said(parsed.kind, &parsed.faults),
            errors_total: i32::try_from(parsed.faults.len()).unwrap_or(i32::MAX),
            warnings: said(parsed.kind, &parsed.warnings),
            matches,
        };
        (report, wrong)
    }

    /// A file that could not be read at all.
    pub fn refused(faults: &[Fault]) -> Self {
        let errors = faults.iter().map(|fault| Said {
            sheet: 0,
            row: 0,
            column: String::new(),
            value: String::new(),
            code: fault.code.as_str().to_owned(),
            vi: fault.message(Locale::Vi),
            en: fault.message(Locale::En),
        });
        let errors: Vec<Said> = errors.collect();
        Report {
            errors_total: i32::try_from(errors.len()).unwrap_or(i32::MAX),
            errors,
            ..Report::default()
        }
    }

    /// As stored.
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The errors, for a reader.
    pub fn errors(&self, kind: Kind, locale: Locale) -> Vec<RowError> {
        self.shown(&self.errors, kind, locale)
    }

    /// The warnings, for a reader.
    pub fn warnings(&self, kind: Kind, locale: Locale) -> Vec<RowError> {
        self.shown(&self.warnings, kind, locale)
    }

    fn shown(&self, said: &[Said], kind: Kind, locale: Locale) -> Vec<RowError> {
        said.iter()
            .map(|said| {
                let sheet = self.sheets.get(said.sheet);
                let column =
                    sheet.and_then(|sheet| *sheet.columns.get(kind.place(&said.column)?)?);
                RowError {
                    sheet: sheet.map(|sheet| sheet.name.clone()).unwrap_or_default(),
                    row: said.row,
                    column: said.column.clone(),
                    cell: column.map(|column| format!("{}{}", column_name(column), said.row)),
                    value: said.value.clone(),
                    code: said.code.clone(),
                    message: match locale {
                        Locale::Vi => said.vi.clone(),
                        Locale::En => said.en.clone(),
                    },
                }
            })
            .collect()
    }
}

fn said(kind: Kind, faults: &[RowFault]) -> Vec<Said> {
    let mut faults: Vec<&RowFault> = faults.iter().collect();
    faults.sort_by_key(|fault| (fault.sheet, fault.row, kind.place(fault.column)));
    faults
        .into_iter()
        .take(KEPT)
        .map(|fault| Said {
            sheet: fault.sheet,
            row: fault.row,
            column: fault.column.to_owned(),
            value: fault.value.chars().take(SHOWN).collect(),
            code: fault.fault.code.as_str().to_owned(),
            vi: fault.fault.message(Locale::Vi),
            en: fault.fault.message(Locale::En),
        })
        .collect()
}

/// The name of a column, counted from 0: A, B, … AA.
pub fn column_name(column: u32) -> String {
    let mut name = String::new();
    let mut left = column + 1;
    while left > 0 {
        left -= 1;
        name.insert(
            0,
            char::from_u32(u32::from(b'A') + left % 26).unwrap_or('A'),
        );
        left /= 26;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::column_name;

    #[test]
    fn columns_are_named_as_excel_names_them() {
        let names: Vec<String> = [0, 25, 26, 701, 702, 16_383].map(column_name).into();
        assert_eq!(names, ["A", "Z", "AA", "ZZ", "AAA", "XFD"]);
    }
}

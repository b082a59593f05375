//! Rows of cells become typed rows: the headings are found, in either language and any order, and
//! every cell is read. All faults are kept, none ends the reading.

use super::cells;
use super::raw::{RawCell, RawRow};
use crate::domain::amount_parse::unit_named;
use crate::domain::format::AmountUnit;
use crate::domain::imports::{Cell, Column, Kind, Row, Value};
use crate::domain::text::fold;
use crate::error::{Code, Fault, Shown};
use crate::service::imports::{Parsed, RowFault, SheetHead};

/// Rows of a sheet in which the headings must stand.
const TITLE_ROWS: u32 = 30;
/// Headings that make a row the row of headings.
const HEADINGS: usize = 2;

/// Builds the rows of one file.
pub struct Table {
    parsed: Parsed,
    sheet: Option<Sheet>,
}

/// The sheet being read.
struct Sheet {
    name: String,
    /// Its place among the sheets with a table, and the column of the file of each of ours.
    head: Option<(usize, Vec<Option<u32>>)>,
}

impl Table {
    /// An empty table.
    pub fn new(kind: Kind, unit: AmountUnit) -> Self {
        Table {
            parsed: Parsed::new(kind, unit),
            sheet: None,
        }
    }

    /// Begins a sheet.
    pub fn begin(&mut self, name: String) {
        self.sheet = Some(Sheet { name, head: None });
    }

    /// Takes a row.
    pub fn take(&mut self, (number, cells): RawRow) {
        let Some(sheet) = &mut self.sheet else { return };
        match &sheet.head {
            Some((place, columns)) => {
                let (place, columns) = (*place, columns.clone());
                self.data(place, &columns, number, &cells);
            }
            None if number <= TITLE_ROWS => {
                let found = headings(self.parsed.kind, &cells);
                if found.iter().flatten().count() >= HEADINGS {
                    let place = self.parsed.sheets.len();
                    sheet.head = Some((place, found.clone()));
                    let name = sheet.name.clone();
                    self.head(name, number, &cells, found);
                }
            }
            None => {}
        }
    }

    fn head(&mut self, name: String, row: u32, cells: &[(u32, RawCell)], found: Vec<Option<u32>>) {
        let (kind, sheet) = (self.parsed.kind, self.parsed.sheets.len());
        let text_at = |at: u32| {
            let cell = cells.iter().find(|(column, _)| *column == at);
            cell.map(|(_, cell)| cell.text()).unwrap_or_default()
        };
        let fault = |column: &Column, value: String, fault: Fault| RowFault {
            sheet,
            row,
            column: column.key,
            value,
            fault,
        };
        for (column, at) in kind.columns().iter().zip(&found) {
            match at {
                None if column.required => {
                    let why = Shown::both(
                        format!("thiếu cột \"{}\"", column.vi),
                        format!("the column \"{}\" is missing", column.en),
                    );
                    let missing = Fault::at(column.key, Code::Invalid).with("why", why);
                    self.parsed
                        .faults
                        .push(fault(column, String::new(), missing));
                }
                None => {}
                Some(at) => {
                    let heading = text_at(*at);
                    if let Some(wrong) = other_unit(column, &heading, self.parsed.unit) {
                        self.parsed.faults.push(fault(column, heading, wrong));
                    }
                }
            }
        }
        for (at, cell) in cells {
            let known = column_of(kind, &cell.text());
            let heading = cell.text();
            if known.is_some_and(|place| found[place] != Some(*at)) {
                let why = ("tiêu đề lặp lại", "the heading stands twice");
                let twice = Fault::at("", Code::Invalid).with("why", why);
                let column = known.and_then(|place| kind.columns().get(place));
                self.parsed
                    .faults
                    .extend(column.map(|column| fault(column, heading, twice)));
            } else if known.is_none() {
                let why = (
                    "cột không có trong mẫu, được bỏ qua",
                    "the column is not in the template and is passed over",
                );
                self.parsed.warnings.push(RowFault {
                    sheet,
                    row,
                    column: "",
                    value: heading,
                    fault: Fault::at("", Code::Invalid).with("why", why),
                });
            }
        }
        self.parsed.sheets.push(SheetHead {
            name,
            columns: found,
        });
    }

    fn data(&mut self, sheet: usize, columns: &[Option<u32>], row: u32, cells: &[(u32, RawCell)]) {
        let kind = self.parsed.kind;
        let cell_at = |at: &Option<u32>| {
            let at = (*at)?;
            cells
                .iter()
                .find(|(column, _)| *column == at)
                .map(|(_, cell)| cell)
        };
        let of_ours: Vec<Option<&RawCell>> = columns.iter().map(cell_at).collect();
        // A remark beside the table is no row; neither is the example left as it is.
        if of_ours.iter().all(Option::is_none) || is_example(kind, &of_ours) {
            self.parsed.skipped += 1;
            return;
        }
        let mut broken = false;
        let mut values: Vec<Option<Value>> = Vec::with_capacity(columns.len());
        for (column, cell) in kind.columns().iter().zip(&of_ours) {
            let read = match cell {
                Some(cell) => cells::read(column, cell, self.parsed.unit).map(Some),
                None if column.required => Err(Fault::at(column.key, Code::Required)),
                None => Ok(None),
            };
            values.push(read.unwrap_or_else(|fault| {
                broken = true;
                // A column that is not there was told once, at the headings.
                if cell.is_some()
                    || kind
                        .place(column.key)
                        .is_some_and(|at| columns[at].is_some())
                {
                    let value = cell.map(RawCell::text).unwrap_or_default();
                    self.parsed.faults.push(RowFault {
                        sheet,
                        row,
                        column: column.key,
                        value,
                        fault,
                    });
                }
                None
            }));
        }
        self.parsed.rows.push(Row {
            sheet,
            row,
            cells: values,
            broken,
        });
    }

    /// Everything that was read; a file without a table has one fault that says so.
    pub fn finish(self) -> Result<Parsed, Fault> {
        if !self.parsed.sheets.is_empty() {
            return Ok(self.parsed);
        }
        let headings = |name: fn(&Column) -> &'static str| {
            let needed = self
                .parsed
                .kind
                .columns()
                .iter()
                .filter(|column| column.required);
            needed.map(name).collect::<Vec<_>>().join(", ")
        };
        let why = Shown::both(
            format!(
                "không tìm thấy dòng tiêu đề trong {TITLE_ROWS} dòng đầu; cần các cột: {}",
                headings(|column| column.vi)
            ),
            format!(
                "no row of headings in the first {TITLE_ROWS} rows; these columns are needed: {}",
                headings(|column| column.en)
            ),
        );
        Err(Fault::at("/file", Code::Invalid).with("why", why))
    }
}

/// A heading without what stands in brackets after it, and without a star.
fn bare(heading: &str) -> String {
    let text = heading.split('(').next().unwrap_or_default();
    fold(text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | ':')))
}

fn column_of(kind: Kind, heading: &str) -> Option<usize> {
    let (whole, bare) = (fold(heading), bare(heading));
    let named = |wanted: &str| {
        kind.columns()
            .iter()
            .position(|column| column.names().any(|name| fold(name) == *wanted))
    };
    named(&whole).or_else(|| named(&bare))
}

/// The column of the file for each of ours; the first of two with the same heading.
fn headings(kind: Kind, cells: &[(u32, RawCell)]) -> Vec<Option<u32>> {
    let mut found = vec![None; kind.columns().len()];
    for (at, cell) in cells {
        if let RawCell::Text(text) = cell
            && let Some(place) = column_of(kind, text)
            && let Some(slot) = found.get_mut(place)
            && slot.is_none()
        {
            *slot = Some(*at);
        }
    }
    found
}

/// A heading such as "Số tiền (triệu đồng)" in a file that is said to be in another unit.
fn other_unit(column: &Column, heading: &str, unit: AmountUnit) -> Option<Fault> {
    if !matches!(column.cell, Cell::Amount | Cell::SignedAmount) {
        return None;
    }
    let (_, inside) = heading.split_once('(')?;
    let named = unit_named(inside.split(')').next()?)?;
    let why = Shown::both(
        format!(
            "tiêu đề ghi {}, nhưng đơn vị tính đã chọn là {}",
            named.vi(),
            unit.vi()
        ),
        format!(
            "the heading says {}, but the unit chosen is {}",
            named.as_str(),
            unit.as_str()
        ),
    );
    (named != unit).then(|| Fault::at(column.key, Code::Invalid).with("why", why))
}

fn is_example(kind: Kind, cells: &[Option<&RawCell>]) -> bool {
    let text = |cell: &Option<&RawCell>| match cell {
        Some(RawCell::Date(day)) => day.to_string(),
        Some(cell) => cell.text().trim().to_owned(),
        None => String::new(),
    };
    kind.columns()
        .iter()
        .zip(cells)
        .all(|(column, cell)| text(cell) == column.example)
}

//! Writes tables into a workbook. Text is always written as text, so that nothing that somebody
//! typed is ever run as a formula; numbers are numbers.

use chrono::{Datelike, NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::{UNIT, format};
use crate::domain::locale::Locale;
use crate::error::{Error, Result};
use crate::sheets::workbook::table::{Cell, Head, Kind, Level, Row, Table};

/// When a workbook was made, and for whom.
pub struct Stamp {
    /// The reader's language.
    pub locale: Locale,
    /// When it was made, in words.
    pub made: String,
    /// That the data is made up, in words, if it is.
    pub demo: Option<String>,
    /// When it was made.
    pub now: NaiveDateTime,
}

/// A cell holds no more characters than this.
const LONGEST: usize = 32_000;

/// Rows that a sheet of a list that is written as it is read may hold.
pub const MOST_ROWS: u32 = 1_000_000;

/// A workbook under construction.
pub struct Book<'a> {
    workbook: Workbook,
    stamp: &'a Stamp,
}

fn failed(error: XlsxError) -> Error {
    Error::Internal(format!("workbook: {error}"))
}

impl<'a> Book<'a> {
    /// A workbook without sheets.
    pub fn new(stamp: &'a Stamp) -> Self {
        let mut workbook = Workbook::new();
        // The same moment makes the same bytes.
        let at = date(stamp.now.date());
        let mut properties = DocProperties::new().set_author("Giaingan");
        if let Some(at) = at {
            properties = properties.set_creation_datetime(&at);
        }
        workbook.set_properties(&properties);
        Book { workbook, stamp }
    }

    /// Adds a sheet with a table.
    pub fn sheet(&mut self, table: &Table) -> Result<()> {
        let worksheet = self.workbook.add_worksheet();
        let mut sheet = Sheet::begin(worksheet, &table.head, self.stamp)?;
        for row in &table.rows {
            sheet.row(row)?;
        }
        sheet.end(&table.notes)
    }

    /// Adds a sheet whose rows are written as they come and never held together. Its headings
    /// stand on one level.
    pub fn stream(
        &mut self,
        head: &Head,
        rows: impl FnOnce(&mut Sheet<'_>) -> Result<()>,
    ) -> Result<()> {
        let worksheet = self.workbook.add_worksheet_with_constant_memory();
        let mut sheet = Sheet::begin(worksheet.map_err(failed)?, head, self.stamp)?;
        rows(&mut sheet)?;
        sheet.end(&[])
    }

    /// The bytes of the workbook.
    pub fn finish(mut self) -> Result<Vec<u8>> {
        self.workbook.save_to_buffer().map_err(failed)
    }
}

/// A sheet that takes rows.
pub struct Sheet<'a> {
    sheet: &'a mut Worksheet,
    /// For each level, a format for each column.
    formats: [Vec<Format>; 4],
    /// How many characters fit into each column.
    widths: Vec<u8>,
    at: u32,
    last: u16,
    made: String,
}

/// The height of a line of text, points.
const LINE: u16 = 15;
/// A row is no higher than this many lines: what is longer is read in the cell.
const MOST_LINES: u16 = 12;

/// How many lines a text takes in so many characters. Spreadsheets do not all find out by themselves.
fn lines(text: &str, width: u16) -> u16 {
    // The indent and the padding take two.
    let fits = usize::from(width.saturating_sub(2)).max(1);
    let lines = text
        .split('\n')
        .map(|line| line.chars().count().div_ceil(fits).max(1));
    u16::try_from(lines.sum::<usize>()).unwrap_or(MOST_LINES)
}

const LEVELS: [Level; 4] = [Level::Total, Level::Section, Level::Group, Level::Item];

impl<'a> Sheet<'a> {
    fn begin(sheet: &'a mut Worksheet, head: &Head, stamp: &Stamp) -> Result<Self> {
        let kinds: Vec<Kind> = head.columns.iter().map(|column| column.kind).collect();
        let last = u16::try_from(kinds.len().saturating_sub(1)).unwrap_or(u16::MAX);
        let mut this = Sheet {
            sheet,
            formats: LEVELS.map(|level| {
                let cells = kinds.iter().map(|kind| format::cell(*kind, level));
                cells.collect()
            }),
            widths: kinds.iter().map(|kind| format::width(*kind)).collect(),
            at: 0,
            last,
            made: stamp.made.clone(),
        };
        this.set_up(head, &kinds).map_err(failed)?;
        this.head(head, stamp).map_err(failed)?;
        Ok(this)
    }

    /// Widths, and how it prints: A4 across (A3 for wide tables), one page wide, headings on every
    /// page, pages numbered.
    fn set_up(&mut self, head: &Head, kinds: &[Kind]) -> std::result::Result<(), XlsxError> {
        self.sheet.set_name(&head.tab)?;
        for (column, kind) in (0..).zip(kinds) {
            self.sheet.set_column_width(column, format::width(*kind))?;
        }
        let wide: u32 = kinds
            .iter()
            .map(|kind| u32::from(format::width(*kind)))
            .sum();
        const A4: u8 = 9;
        const A3: u8 = 8;
        self.sheet
            .set_landscape()
            .set_paper_size(if wide > 170 { A3 } else { A4 })
            .set_print_fit_to_pages(1, 0)
            .set_margins(0.4, 0.4, 0.5, 0.6, 0.2, 0.3)
            .set_print_center_horizontally(true)
            .set_footer(format!("&L&8{}&R&8&P/&N", head.title.replace('&', "&&")));
        Ok(())
    }

    fn head(&mut self, head: &Head, stamp: &Stamp) -> std::result::Result<(), XlsxError> {
        let last = self.last;
        self.sheet
            .write_string_with_format(0, 0, &head.unit, &format::unit())?;
        if let Some(demo) = &stamp.demo {
            self.sheet.write_string_with_format(
                0,
                last,
                demo,
                &format::demo().set_align(rust_xlsxwriter::FormatAlign::Right),
            )?;
        }
        self.line(1, &head.title, &format::title())?;
        self.sheet.set_row_height(1, 24)?;
        self.line(2, &head.context, &format::context())?;
        if head.has_money() {
            let unit = match stamp.locale {
                Locale::Vi => format!("Đơn vị: {}", UNIT.vi()),
                Locale::En => format!("Unit: {}", UNIT.label(stamp.locale)),
            };
            self.sheet
                .write_string_with_format(3, last, unit, &format::amount_unit())?;
        }
        let first = 4;
        let heads = match head.has_groups() {
            true => self.two_levels(first, head)?,
            false => self.one_level(first, head)?,
        };
        for row in first..=heads {
            self.sheet.set_row_height(row, 2 * LINE)?;
        }
        self.at = heads + 1;
        let name = head
            .columns
            .iter()
            .position(|column| column.kind == Kind::Name);
        let kept = name.map_or(0, |at| u16::try_from(at + 1).unwrap_or_default());
        self.sheet.set_freeze_panes(self.at, kept)?;
        self.sheet.set_repeat_rows(first, heads)?;
        Ok(())
    }

    /// A line over all columns.
    fn line(
        &mut self,
        row: u32,
        text: &str,
        format: &Format,
    ) -> std::result::Result<(), XlsxError> {
        match self.last {
            0 => self.sheet.write_string_with_format(row, 0, text, format)?,
            last => self.sheet.merge_range(row, 0, row, last, text, format)?,
        };
        Ok(())
    }

    fn one_level(&mut self, row: u32, head: &Head) -> std::result::Result<u32, XlsxError> {
        for (column, one) in (0..).zip(&head.columns) {
            let heading = format::heading();
            self.sheet
                .write_string_with_format(row, column, &one.heading, &heading)?;
        }
        Ok(row)
    }

    fn two_levels(&mut self, row: u32, head: &Head) -> std::result::Result<u32, XlsxError> {
        let (heading, mut column) = (format::heading(), 0_u16);
        let mut columns = head.columns.iter();
        for (group, count) in head.groups() {
            let width = u16::try_from(count).unwrap_or(1);
            let (first, last) = (column, column + width.saturating_sub(1));
            match group {
                Some(group) if first < last => {
                    self.sheet
                        .merge_range(row, first, row, last, group, &heading)?;
                }
                Some(group) => {
                    self.sheet
                        .write_string_with_format(row, first, group, &heading)?;
                }
                None => {}
            }
            for (at, one) in (first..).zip(columns.by_ref().take(count)) {
                match group {
                    Some(_) => {
                        self.sheet
                            .write_string_with_format(row + 1, at, &one.heading, &heading)?
                    }
                    None => self
                        .sheet
                        .merge_range(row, at, row + 1, at, &one.heading, &heading)?,
                };
            }
            column += width;
        }
        Ok(row + 1)
    }

    /// Writes a row.
    pub fn row(&mut self, row: &Row) -> Result<()> {
        let lines = row
            .cells
            .iter()
            .zip(&self.widths)
            .map(|(cell, width)| match cell {
                Cell::Text(text) => lines(text, u16::from(*width)),
                _ => 1,
            });
        let lines = lines.max().unwrap_or(1);
        if lines > 1 {
            let height = LINE.saturating_mul(lines.min(MOST_LINES));
            self.sheet.set_row_height(self.at, height).map_err(failed)?;
        }
        let level = LEVELS.iter().position(|level| *level == row.level);
        let formats = level.and_then(|level| self.formats.get(level));
        for (column, (cell, format)) in
            (0..).zip(row.cells.iter().zip(formats.into_iter().flatten()))
        {
            write(self.sheet, (self.at, column), cell, format).map_err(failed)?;
        }
        self.at += 1;
        Ok(())
    }

    fn end(mut self, notes: &[String]) -> Result<()> {
        let made = std::mem::take(&mut self.made);
        let wide = self.widths.iter().map(|width| u16::from(*width)).sum();
        for text in notes.iter().chain([&made]) {
            self.at += 1;
            let height = LINE.saturating_mul(lines(text, wide));
            self.sheet.set_row_height(self.at, height).map_err(failed)?;
            self.line(self.at, text, &format::note()).map_err(failed)?;
        }
        Ok(())
    }
}

fn write(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    format: &Format,
) -> std::result::Result<(), XlsxError> {
    match cell {
        Cell::Empty => sheet.write_blank(row, column, format)?,
        Cell::Text(text) => {
            let text: String = text.chars().take(LONGEST).collect();
            sheet.write_string_with_format(row, column, text, format)?
        }
        Cell::Money(amount) => {
            let value = Decimal::from_i128_with_scale(amount.wide(), UNIT.zeros());
            sheet.write_with_format(row, column, value, format)?
        }
        Cell::Rate(rate) => {
            let value = Decimal::from_i128_with_scale(rate.hundredths(), 4);
            sheet.write_with_format(row, column, value, format)?
        }
        Cell::Average(average) => {
            let value = Decimal::from_i128_with_scale(average.hundredths(), 2);
            sheet.write_with_format(row, column, value, format)?
        }
        Cell::Count(count) => {
            sheet.write_with_format(row, column, Decimal::from(*count), format)?
        }
        Cell::Date(day) => match date(*day) {
            Some(day) => sheet.write_datetime_with_format(row, column, day, format)?,
            None => sheet.write_string_with_format(row, column, day.to_string(), format)?,
        },
    };
    Ok(())
}

/// A day that Excel knows: from 1900 on.
fn date(day: NaiveDate) -> Option<ExcelDateTime> {
    let year = u16::try_from(day.year()).ok()?;
    let (month, day) = (
        u8::try_from(day.month()).ok()?,
        u8::try_from(day.day()).ok()?,
    );
    ExcelDateTime::from_ymd(year, month, day).ok()
}

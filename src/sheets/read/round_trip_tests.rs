//! Whatever rows a person fills in, in whatever shape the template and the guide allow, are read back
//! as those rows; and whatever else stands in a cell is read or told, never guessed and never fatal.

use chrono::{Datelike, NaiveDate};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use super::cells;
use super::child::{Teller, take_apart};
use super::raw::{RawCell, Told};
use super::table::Table;
use crate::domain::format::{AmountUnit, grouped};
use crate::domain::imports::{Cell, Column, Kind, Value};
use crate::domain::locale::Locale;
use crate::domain::money::Money;
use crate::domain::text::fold;
use crate::service::imports::Parsed;

/// A cell as a person fills it in, and what it means.
#[derive(Clone, Debug)]
struct Typed {
    means: Value,
    cell: RawCell,
}

fn typed(means: Value, cell: RawCell) -> Typed {
    Typed { means, cell }
}

fn text(means: Value, text: impl Into<String>) -> Typed {
    typed(means, RawCell::Text(text.into()))
}

fn day() -> impl Strategy<Value = NaiveDate> {
    let first = NaiveDate::from_ymd_opt(1900, 3, 1).unwrap();
    (0_u64..100_000).prop_map(move |days| first + chrono::Days::new(days))
}

/// A day in one of the ways the guide names.
fn written(day: NaiveDate, way: usize) -> RawCell {
    let pattern = match way {
        0 => return RawCell::Date(day),
        1 => "%d/%m/%Y",
        2 => "%-d/%-m/%Y",
        3 => "%-d-%-m-%Y",
        4 => "%d.%m.%Y",
        _ => "%Y-%m-%d",
    };
    RawCell::Text(day.format(pattern).to_string())
}

/// An amount in one of the ways the guide names, in a file of this unit.
fn amount(dong: i64, way: usize, unit: AmountUnit) -> RawCell {
    let grouped = grouped(Money::dong(dong), Locale::Vi);
    let in_unit = dong / 10_i64.pow(unit.zeros());
    let whole = in_unit * 10_i64.pow(unit.zeros()) == dong;
    RawCell::Text(match way {
        0 if whole => return RawCell::Number(in_unit.to_string()),
        1 if whole => in_unit.to_string(),
        2 => format!("{dong}đ"),
        3 => format!("{grouped} đồng"),
        4 => format!("{} VND", grouped.replace('.', " ")),
        // One comma alone may mark decimals.
        5 if grouped.matches('.').count() > 1 => format!("{}\u{a0}đ", grouped.replace('.', ",")),
        _ => format!("  {dong} vnđ "),
    })
}

/// A word of a list, as it may be typed.
fn word(column: &Column, choice: usize, way: usize) -> Option<Typed> {
    let Cell::Choice(choices) = column.cell else {
        return None;
    };
    let choice = choices[choice % choices.len()];
    let word = match way % 5 {
        0 => choice.vi.to_owned(),
        1 => choice.vi.to_uppercase(),
        2 => fold(choice.vi),
        3 => choice.en.to_owned(),
        _ => choice.code.to_owned(),
    };
    Some(text(Value::Text(choice.code.to_owned()), word))
}

/// What a column may hold.
fn cell(column: &'static Column, unit: AmountUnit) -> BoxedStrategy<Typed> {
    match column.cell {
        Cell::Choice(_) => (any::<usize>(), any::<usize>())
            .prop_filter_map("a choice", |(choice, way)| word(column, choice, way))
            .boxed(),
        Cell::Year => (1900_i32..2200, any::<bool>())
            .prop_map(|(year, number)| {
                let digits = year.to_string();
                let cell = match number {
                    true => RawCell::Number(digits),
                    false => RawCell::Text(digits),
                };
                typed(Value::Year(year), cell)
            })
            .boxed(),
        Cell::Amount | Cell::SignedAmount => {
            let signed = matches!(column.cell, Cell::SignedAmount);
            let dong = prop_oneof![0_i64..5_000, 0_i64..=Money::MAX.get()];
            let rounded = (dong, 0_u32..7).prop_map(|(dong, zeros)| {
                let step = 10_i64.pow(zeros);
                dong / step * step
            });
            (rounded, 0_usize..7, any::<bool>())
                .prop_map(move |(dong, way, negative)| {
                    let dong = if signed && negative { -dong } else { dong };
                    typed(Value::Money(Money::dong(dong)), amount(dong, way, unit))
                })
                .boxed()
        }
        Cell::Date => (day(), 0_usize..6)
            .prop_map(|(day, way)| typed(Value::Date(day), written(day, way)))
            .boxed(),
        Cell::Code(_) | Cell::Codes(_) | Cell::Text(_) | Cell::Note => {
            "[0-9A-ZĐÂ=+@'][0-9A-Za-zàđệộủ/.,;\"-]{0,12}( [a-zạ;,\"=]{1,5})?"
                .prop_map(|said| text(Value::Text(said.clone()), said))
                .boxed()
        }
    }
}

/// A row: the columns that must be filled in, and some of the others.
fn row(kind: Kind, unit: AmountUnit) -> impl Strategy<Value = Vec<Option<Typed>>> {
    let columns = kind.columns().iter();
    let cells: Vec<_> = columns
        .map(|column| {
            let filled = cell(column, unit).prop_map(Some);
            match column.required {
                true => filled.boxed(),
                false => prop_oneof![Just(None), filled].boxed(),
            }
        })
        .collect();
    cells
}

/// A file of rows, and how it is laid out.
#[derive(Clone, Debug)]
struct Filled {
    kind: Kind,
    unit: AmountUnit,
    rows: Vec<Vec<Option<Typed>>>,
    /// The columns in the order of the file.
    order: Vec<usize>,
    /// Rows above the headings.
    above: u32,
    heading: Index,
}

fn filled() -> impl Strategy<Value = Filled> {
    (select(Kind::ALL), select(&AmountUnit::ALL[..])).prop_flat_map(|(kind, unit)| {
        let order: Vec<usize> = (0..kind.columns().len()).collect();
        (
            prop::collection::vec(row(kind, unit), 1..12),
            Just(order).prop_shuffle(),
            0_u32..20,
            any::<Index>(),
        )
            .prop_map(move |(rows, order, above, heading)| Filled {
                kind,
                unit,
                rows,
                order,
                above,
                heading,
            })
    })
}

impl Filled {
    /// A heading in one of the ways it may be written.
    fn heading(&self, column: &Column) -> String {
        let star = if column.required { " *" } else { "" };
        match self.heading.index(5) {
            0 => format!("{}{star}", column.vi),
            1 => column.en.to_owned(),
            2 => column.key.to_owned(),
            3 => fold(column.vi),
            _ => column.vi.to_uppercase(),
        }
    }

    fn xlsx(&self) -> Vec<u8> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let dates = Format::new().set_num_format("dd/mm/yyyy");
        for row in 0..self.above {
            sheet.write_string(row, 0, "BẢNG KÊ").unwrap();
        }
        for (at, place) in (0_u16..).zip(&self.order) {
            let heading = self.heading(&self.kind.columns()[*place]);
            sheet.write_string(self.above, at, heading).unwrap();
            for (row, cells) in (self.above + 1..).zip(&self.rows) {
                match cells[*place].as_ref().map(|typed| &typed.cell) {
                    Some(RawCell::Number(digits)) => {
                        sheet.write_number(row, at, digits.parse::<f64>().unwrap())
                    }
                    Some(RawCell::Date(day)) => {
                        let (year, month, day) = (day.year() as u16, day.month(), day.day());
                        let day = ExcelDateTime::from_ymd(year, month as u8, day as u8).unwrap();
                        sheet.write_datetime_with_format(row, at, &day, &dates)
                    }
                    Some(cell) => sheet.write_string(row, at, cell.text()),
                    None => continue,
                }
                .unwrap();
            }
        }
        book.save_to_buffer().unwrap()
    }

    fn csv(&self, delimiter: u8, mark: bool) -> Vec<u8> {
        let mut file = Vec::new();
        if mark {
            file.extend_from_slice(b"\xef\xbb\xbf");
        }
        for _ in 0..self.above {
            file.extend_from_slice("BẢNG KÊ\r\n".as_bytes());
        }
        let mut writer = csv::WriterBuilder::new()
            .delimiter(delimiter)
            .from_writer(file);
        let columns = self.kind.columns();
        let headings = self
            .order
            .iter()
            .map(|place| self.heading(&columns[*place]));
        writer.write_record(headings).unwrap();
        for cells in &self.rows {
            let texts = self.order.iter().map(|place| {
                let cell = cells[*place].as_ref();
                cell.map(|typed| typed.cell.text()).unwrap_or_default()
            });
            writer.write_record(texts).unwrap();
        }
        writer.into_inner().unwrap()
    }

    /// What the file means, row by row, at the number that Excel shows.
    fn meaning(&self) -> Vec<(u32, Vec<Option<Value>>)> {
        let means = |cells: &Vec<Option<Typed>>| {
            let cells = cells.iter();
            cells
                .map(|cell| cell.as_ref().map(|typed| typed.means.clone()))
                .collect()
        };
        (self.above + 2..)
            .zip(self.rows.iter().map(means))
            .collect()
    }
}

/// The file as the child takes it apart and the parent puts it together.
fn read_back(content: &[u8], kind: Kind, unit: AmountUnit) -> Parsed {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), content).unwrap();
    let mut told = Vec::new();
    assert!(take_apart(file.path(), &mut Teller::new(&mut told)).is_ok());
    let mut table = Table::new(kind, unit);
    for line in told
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
    {
        match serde_json::from_slice(line).unwrap() {
            Told::Sheet(name) => table.begin(name),
            Told::Row(row) => table.take(row),
            other => panic!("{other:?}"),
        }
    }
    table.finish().unwrap()
}

fn rows(parsed: Parsed) -> Vec<(u32, Vec<Option<Value>>)> {
    let faults = &parsed.faults;
    assert!(faults.is_empty(), "{faults:?}");
    parsed
        .rows
        .into_iter()
        .map(|row| (row.row, row.cells))
        .collect()
}

/// Anything that may stand in a cell.
fn anything() -> impl Strategy<Value = RawCell> {
    prop_oneof![
        "\\PC{0,30}".prop_map(RawCell::Text),
        ".{0,30}".prop_map(RawCell::Text),
        "[-−0-9., đtrỷiệu\u{a0}\u{202f}/:]{1,24}".prop_map(RawCell::Text),
        "[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{1,5}".prop_map(RawCell::Text),
        "-?[0-9]{1,20}(\\.[0-9]{1,15})?".prop_map(RawCell::Number),
        any::<f64>().prop_map(|number| RawCell::Number(super::xlsx::number_text(number))),
        day().prop_map(RawCell::Date),
        Just(RawCell::Date(NaiveDate::MAX)),
        Just(RawCell::Error("#REF!".to_owned())),
        Just(RawCell::Text("x".repeat(5_001))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_rows_come_back_from_a_workbook(filled in filled()) {
        let parsed = read_back(&filled.xlsx(), filled.kind, filled.unit);
        prop_assert_eq!(rows(parsed), filled.meaning());
    }

    #[test]
    fn any_rows_come_back_from_text(filled in filled(), delimiter in select(&b",;\t"[..]), mark in any::<bool>()) {
        let parsed = read_back(&filled.csv(delimiter, mark), filled.kind, filled.unit);
        prop_assert_eq!(rows(parsed), filled.meaning());
    }

}

proptest! {
    /// A cell is read as what its column may hold, or told at its column.
    #[test]
    fn anything_in_a_cell_is_read_or_told(kind in select(Kind::ALL), at in any::<Index>(), cell in anything(), unit in select(&AmountUnit::ALL[..])) {
        let column = at.get(kind.columns());
        match cells::read(column, &cell, unit) {
            Err(fault) => prop_assert_eq!(fault.pointer, column.key),
            Ok(Value::Money(money)) => {
                let signed = matches!(column.cell, Cell::SignedAmount);
                prop_assert!(signed || !money.is_negative());
                prop_assert!(money.get().abs() <= Money::MAX.get());
            }
            Ok(Value::Text(said)) => {
                prop_assert!(said.chars().count() <= 4_000 && said.trim() == said);
                prop_assert!(!crate::domain::text::has_control(&said, true));
            }
            Ok(Value::Year(_) | Value::Date(_)) => {}
        }
    }

    /// Month first, two digits of the year, and days that are not in the calendar are refused.
    #[test]
    fn a_day_has_one_reading_or_none(day in 1_u32..40, month in 1_u32..20, year in 0_i32..3_000, mark in select(&["/", "-", "."][..])) {
        let column = Kind::Disbursements.columns().iter().find(|column| column.key == "posted_on").unwrap();
        let cell = RawCell::Text(format!("{day}{mark}{month}{mark}{year}"));
        let read = cells::read(column, &cell, AmountUnit::Dong).ok();
        let real = NaiveDate::from_ymd_opt(year, month, day).filter(|day| (1900..=2200).contains(&day.year()));
        prop_assert_eq!(read, real.map(Value::Date));
    }
}

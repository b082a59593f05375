//! A workbook, cell by cell: nothing is laid out in memory, so that a cell in the far corner costs
//! nothing.

use std::fs::File;
use std::io::{BufReader, Write};

use calamine::{DataRef, DataType, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use super::child::{Stop, Teller};
use super::guard;
use super::raw::{MAX_COLUMN, NO_NUMBER, RawCell, Refusal};
use crate::service::imports::column_name;

/// Reads every visible sheet.
pub fn read<W: Write>(file: File, teller: &mut Teller<W>) -> Result<(), Stop> {
    guard::check(&file)?;
    let mut book = Xlsx::new(BufReader::new(file)).map_err(|error| match error {
        XlsxError::Password => Refusal::OldExcel,
        _ => Refusal::Damaged,
    })?;
    let names: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    for name in names {
        sheet(&mut book, &name, teller)?;
    }
    Ok(())
}

fn sheet<W: Write>(
    book: &mut Xlsx<BufReader<File>>,
    name: &str,
    teller: &mut Teller<W>,
) -> Result<(), Stop> {
    let mut cells = book
        .worksheet_cells_reader(name)
        .map_err(|_| Refusal::Damaged)?;
    teller.sheet(name)?;
    let mut current = (0, Vec::new());
    while let Some(cell) = cells.next_cell().map_err(|_| Refusal::Damaged)? {
        let (row, column) = cell.get_position();
        let Some(value) = raw(cell.get_value()) else {
            continue;
        };
        let number = row.saturating_add(1);
        if column >= MAX_COLUMN {
            let cell = format!("{}{number}", column_name(column));
            let sheet = name.to_owned();
            return Err(Refusal::FarCell { sheet, cell }.into());
        }
        if number != current.0 {
            teller.row(std::mem::replace(&mut current, (number, Vec::new())))?;
        }
        current.1.push((column, value));
    }
    teller.row(current)
}

fn raw(value: &DataRef<'_>) -> Option<RawCell> {
    Some(match value {
        DataRef::Empty => return None,
        DataRef::String(text) => RawCell::Text(text.clone()),
        DataRef::SharedString(text) => RawCell::Text((*text).to_owned()),
        DataRef::Int(number) => RawCell::Number(number.to_string()),
        DataRef::Float(number) => RawCell::Number(number_text(*number)),
        DataRef::Bool(is_true) => RawCell::Text(if *is_true { "TRUE" } else { "FALSE" }.into()),
        DataRef::DateTime(_) | DataRef::DateTimeIso(_) => match value.as_date() {
            Some(day) => RawCell::Date(day),
            None => RawCell::Error("#VALUE!".into()),
        },
        DataRef::DurationIso(text) => RawCell::Text(text.clone()),
        DataRef::Error(error) => RawCell::Error(error.to_string()),
    })
}

/// A whole number as it is; any other as Excel shows it, with fifteen significant digits, so that
/// 0.1 + 0.2 is 0.3. Plain digits with a decimal point.
pub(super) fn number_text(number: impl std::fmt::LowerExp + std::fmt::Display) -> String {
    let whole = number.to_string();
    let digits = whole.strip_prefix('-').unwrap_or(&whole);
    if digits != "0" && digits.len() <= 16 && digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return whole;
    }
    let text = format!("{number:.14e}");
    let Some((mantissa, exponent)) = text.split_once('e') else {
        return NO_NUMBER.to_owned();
    };
    let (Ok(exponent), (sign, mantissa)) = (
        exponent.parse::<i32>(),
        match mantissa.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", mantissa),
        },
    ) else {
        return NO_NUMBER.to_owned();
    };
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    if exponent.abs() > 30 || digits.len() != 15 {
        return NO_NUMBER.to_owned();
    }
    let whole_digits = usize::try_from(exponent + 1).unwrap_or_default();
    let (whole, fraction) = match exponent + 1 {
        count if count <= 0 => {
            let zeros = usize::try_from(-count).unwrap_or_default();
            ("0".to_owned(), format!("{}{digits}", "0".repeat(zeros)))
        }
        _ if whole_digits >= digits.len() => (
            format!("{digits}{}", "0".repeat(whole_digits - digits.len())),
            String::new(),
        ),
        _ => {
            let (whole, fraction) = digits.split_at(whole_digits);
            (whole.to_owned(), fraction.to_owned())
        }
    };
    match fraction.trim_end_matches('0') {
        "" if whole.bytes().all(|digit| digit == b'0') => "0".to_owned(),
        "" => format!("{sign}{whole}"),
        fraction => format!("{sign}{whole}.{fraction}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_excel_shows_them() {
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (-12.5, "-12.5"),
            (0.1 + 0.2, "0.3"),
            (1.1 * 3.0, "3.3"),
            (1234567.0, "1234567"),
            (123456789012345.0, "123456789012345"),
            (9007199254740991.0, "9007199254740991"),
            (1e20, "100000000000000000000"),
            (0.000001, "0.000001"),
            (999999999999999.9, "1000000000000000"),
        ] {
            assert_eq!(number_text(number), text);
        }
        assert_eq!(number_text(1e300), NO_NUMBER);
        assert_eq!(number_text(1.0_f64 / 0.0), NO_NUMBER);
    }
}

//! A cell as people fill it in, read as what its column holds.

use chrono::NaiveDate;

use super::raw::RawCell;
use crate::domain::amount_parse::{AmountError, parse_amount, parse_plain};
use crate::domain::format::AmountUnit;
use crate::domain::imports::{Cell, Column, Value};
use crate::domain::money::Money;
use crate::domain::text::{has_control, nfc};
use crate::error::{Code, Fault, Shown};

/// The longest code.
const CODE: usize = 100;
/// The longest note.
const NOTE: usize = 4_000;

fn invalid(column: &Column, why: impl Into<Shown>) -> Fault {
    Fault::at(column.key, Code::Invalid).with("why", why)
}

fn out_of_range(column: &Column, why: impl Into<Shown>) -> Fault {
    Fault::at(column.key, Code::OutOfRange).with("why", why)
}

/// Reads a cell that is not empty.
pub fn read(column: &Column, cell: &RawCell, unit: AmountUnit) -> Result<Value, Fault> {
    if let RawCell::Error(error) = cell {
        let why = Shown::both(
            format!("ô báo lỗi {error}"),
            format!("the cell shows the error {error}"),
        );
        return Err(invalid(column, why));
    }
    match column.cell {
        Cell::Code(_) => text(column, cell, CODE, false),
        Cell::Codes(_) => text(column, cell, NOTE, false),
        Cell::Text(longest) => text(column, cell, longest, false),
        Cell::Note => text(column, cell, NOTE, true),
        Cell::Choice(choices) => choice(column, cell, choices.iter().map(|one| (one.vi, one.en))),
        Cell::Year => year(column, cell),
        Cell::Amount => match amount(column, cell, unit)? {
            amount if amount.is_negative() => Err(out_of_range(column, "≥ 0")),
            amount => Ok(Value::Money(amount)),
        },
        Cell::SignedAmount => amount(column, cell, unit).map(Value::Money),
        Cell::Date => date(column, cell),
    }
}

fn text(column: &Column, cell: &RawCell, longest: usize, lines: bool) -> Result<Value, Fault> {
    let text = nfc(cell.text().trim());
    if has_control(&text, lines) {
        let why = (
            "có ký tự điều khiển hoặc ký tự ẩn",
            "it holds control or invisible characters",
        );
        return Err(invalid(column, why));
    }
    match text.chars().count() > longest {
        true => Err(out_of_range(column, format!("≤ {longest}"))),
        false => Ok(Value::Text(text)),
    }
}

fn choice(
    column: &Column,
    cell: &RawCell,
    words: impl Iterator<Item = (&'static str, &'static str)>,
) -> Result<Value, Fault> {
    if let Some(code) = column.choice(&cell.text()) {
        return Ok(Value::Text(code.to_owned()));
    }
    let (vi, en): (Vec<&str>, Vec<&str>) = words.unzip();
    let why = Shown::both(
        format!("chọn một trong: {}", vi.join(", ")),
        format!("choose one of: {}", en.join(", ")),
    );
    Err(invalid(column, why))
}

fn year(column: &Column, cell: &RawCell) -> Result<Value, Fault> {
    let text = cell.text();
    let year = text.trim().parse::<i32>().ok();
    match (cell, year) {
        (RawCell::Text(_) | RawCell::Number(_), Some(year)) => Ok(Value::Year(year)),
        _ => Err(invalid(
            column,
            ("cần một năm, ví dụ 2024", "a year such as 2024 is expected"),
        )),
    }
}

fn amount(column: &Column, cell: &RawCell, unit: AmountUnit) -> Result<Money, Fault> {
    let read = match cell {
        RawCell::Number(number) => parse_plain(number, unit),
        RawCell::Text(text) => parse_amount(text, unit),
        RawCell::Date(_) | RawCell::Error(_) => Err(AmountError::Malformed),
    };
    read.map_err(|error| {
        let why = match error {
            AmountError::OutOfRange => {
                return out_of_range(column, format!("± {} đồng", Money::MAX.get()));
            }
            AmountError::Ambiguous => (
                "số đọc được theo hai cách (dấu phẩy, dấu chấm); hãy viết không có dấu phân cách, hoặc 1.234.567",
                "the number can be read in two ways (comma, point); write it without separators, or as 1.234.567",
            ),
            AmountError::Fraction => (
                "số tiền lẻ hơn một đồng; kiểm tra đơn vị tính của tệp",
                "it is finer than one đồng; check the unit of the file",
            ),
            AmountError::UnknownUnit => (
                "đơn vị sau số không hiểu được; dùng đồng, triệu hoặc tỷ",
                "the unit after the number is not known; use đồng, triệu or tỷ",
            ),
            AmountError::Malformed | AmountError::Empty => {
                ("không phải một số tiền", "it is not an amount")
            }
        };
        invalid(column, why)
    })
}

/// Days as people write them: day first, four digits of the year.
const DAYS: [&str; 4] = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"];

fn date(column: &Column, cell: &RawCell) -> Result<Value, Fault> {
    let day = match cell {
        RawCell::Date(day) => Some(*day),
        RawCell::Text(text) => DAYS.iter().find_map(|pattern| {
            let day = NaiveDate::parse_from_str(text.trim(), pattern).ok()?;
            (1900..=2200)
                .contains(&chrono::Datelike::year(&day))
                .then_some(day)
        }),
        RawCell::Number(_) | RawCell::Error(_) => None,
    };
    let why = (
        "cần một ngày, ví dụ 31/12/2024 (ngày/tháng/năm), hoặc ô định dạng ngày",
        "a day such as 31/12/2024 (day/month/year) is expected, or a cell formatted as a date",
    );
    day.map(Value::Date).ok_or_else(|| invalid(column, why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::imports::Kind;

    fn column(key: &str) -> &'static Column {
        let columns = Kind::Disbursements.columns();
        columns.iter().find(|column| column.key == key).unwrap()
    }

    fn typed(key: &str, text: &str, unit: AmountUnit) -> Result<Value, Code> {
        read(column(key), &RawCell::Text(text.into()), unit).map_err(|fault| fault.code)
    }

    #[test]
    fn amounts_have_one_reading_or_none() {
        let money = |dong| Ok(Value::Money(Money::dong(dong)));
        let dong = |text| typed("gross_amount", text, AmountUnit::Dong);
        assert_eq!(dong("1.234.567"), money(1_234_567));
        assert_eq!(dong("1,5 triệu"), money(1_500_000));
        assert_eq!(dong("12,345"), Err(Code::Invalid));
        assert_eq!(dong("-5"), Err(Code::OutOfRange));
        let million = |text| typed("gross_amount", text, AmountUnit::Million);
        assert_eq!(million("1.234"), Err(Code::Invalid));
        assert_eq!(million("1.234,5"), money(1_234_500_000));
        let number = RawCell::Number("1.234".into());
        let of_number = read(column("gross_amount"), &number, AmountUnit::Million);
        assert_eq!(of_number.map_err(|fault| fault.code), money(1_234_000));
    }

    #[test]
    fn days_are_day_first_with_the_whole_year() {
        let day = |text| typed("posted_on", text, AmountUnit::Dong);
        let may = NaiveDate::from_ymd_opt(2024, 5, 6)
            .map(Value::Date)
            .ok_or(Code::Invalid);
        for text in [
            "06/05/2024",
            "6/5/2024",
            "6-5-2024",
            "6.5.2024",
            "2024-05-06",
        ] {
            assert_eq!(day(text), may, "{text}");
        }
        for text in ["05/13/2024", "6/5/24", "31/02/2024", "45418", "May"] {
            assert_eq!(day(text), Err(Code::Invalid), "{text}");
        }
    }

    #[test]
    fn words_are_known_in_either_language_without_marks() {
        let kind = |text| typed("kind", text, AmountUnit::Dong);
        for text in ["tạm ứng", "TAM UNG", "advance"] {
            assert_eq!(kind(text), Ok(Value::Text("advance".into())), "{text}");
        }
        assert_eq!(kind("ứng"), Err(Code::Invalid));
    }
}

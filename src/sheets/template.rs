//! The template of a kind: headings, lists to choose from, an example row, notes, a locked head.

use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, ExcelDateTime, Format, FormatAlign, FormatBorder,
    Formula, ProtectionOptions, Workbook, Worksheet, XlsxError,
};

use crate::domain::imports::{Cell, Column, Kind, List};
use crate::error::{Error, Result};
use crate::service::View;
use crate::service::imports::codes;

/// Rows that the lists and formats are prepared for.
const ROWS: u32 = 20_000;
/// The sheet that is filled in.
const DATA: &str = "Dữ liệu";
/// The sheet that says how.
const GUIDE: &str = "Hướng dẫn";
/// The sheet that the lists come from.
const LISTS: &str = "Danh mục";

/// Codes of the records that a column may hold, with their names.
type Codes = Vec<(List, Vec<(String, String)>)>;

/// The template of a kind, with the codes that the reader may use.
pub fn template(view: &mut View<'_>, kind: Kind) -> Result<Vec<u8>> {
    let mut lists: Codes = Vec::new();
    for column in kind.columns() {
        if let Cell::Code(list) | Cell::Codes(list) = column.cell
            && !lists.iter().any(|(known, _)| *known == list)
        {
            lists.push((list, codes(view, list)?));
        }
    }
    build(kind, &lists).map_err(|error| Error::Internal(error.to_string()))
}

/// The template of a kind with these codes.
pub fn build(
    kind: Kind,
    lists: &[(List, Vec<(String, String)>)],
) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let mut data = Worksheet::new();
    data.set_name(DATA)?;
    fill(&mut data, kind, lists)?;
    let mut guide = Worksheet::new();
    guide.set_name(GUIDE)?;
    explain(&mut guide, kind)?;
    let mut codes = Worksheet::new();
    codes.set_name(LISTS)?;
    list(&mut codes, kind, lists)?;
    for sheet in [data, guide, codes] {
        book.push_worksheet(sheet);
    }
    book.save_to_buffer()
}

fn fill(
    sheet: &mut Worksheet,
    kind: Kind,
    lists: &[(List, Vec<(String, String)>)],
) -> std::result::Result<(), XlsxError> {
    let head = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
        .set_background_color("DDE7F0")
        .set_border(FormatBorder::Thin);
    let example = Format::new().set_italic().set_font_color("7A7A7A");
    for (at, column) in (0_u16..).zip(kind.columns()) {
        let body = body(column).set_unlocked();
        sheet.set_column_format(at, &body)?;
        sheet.set_column_width(at, width(column))?;
        let star = if column.required { " *" } else { "" };
        sheet.write_string_with_format(0, at, format!("{}{star}", column.vi), &head)?;
        write_example(sheet, at, column, &example.merge(&body))?;
        if let Some(rule) = rule(column, lists)? {
            sheet.add_data_validation(1, at, ROWS, at, &rule)?;
        }
    }
    sheet.set_row_height(0, 32)?;
    sheet.set_freeze_panes(1, 0)?;
    // The headings cannot be changed by accident; everything below can.
    let allowed = ProtectionOptions {
        format_cells: true,
        format_columns: true,
        format_rows: true,
        insert_rows: true,
        delete_rows: true,
        sort: true,
        use_autofilter: true,
        ..ProtectionOptions::default()
    };
    sheet.protect_with_options(&allowed);
    Ok(())
}

fn write_example(
    sheet: &mut Worksheet,
    at: u16,
    column: &Column,
    format: &Format,
) -> std::result::Result<(), XlsxError> {
    let text = column.example;
    if text.is_empty() {
        return Ok(());
    }
    match column.cell {
        Cell::Year | Cell::Amount | Cell::SignedAmount => sheet.write_number_with_format(
            1,
            at,
            text.parse::<u32>().unwrap_or_default(),
            format,
        )?,
        Cell::Date => {
            let day = ExcelDateTime::parse_from_str(text)?;
            sheet.write_datetime_with_format(1, at, &day, format)?
        }
        _ => sheet.write_string_with_format(1, at, text, format)?,
    };
    Ok(())
}

fn body(column: &Column) -> Format {
    match column.cell {
        Cell::Amount | Cell::SignedAmount => Format::new().set_num_format("#,##0.######"),
        Cell::Date => Format::new().set_num_format("dd/mm/yyyy"),
        Cell::Year => Format::new().set_num_format("0"),
        // Text, so that a code keeps its leading zeros.
        _ => Format::new().set_num_format("@"),
    }
}

fn width(column: &Column) -> u8 {
    match column.cell {
        Cell::Note | Cell::Text(200..) => 40,
        Cell::Year => 10,
        Cell::Date => 13,
        _ => 20,
    }
}

/// The list or kind of value that a cell takes.
fn rule(
    column: &Column,
    lists: &[(List, Vec<(String, String)>)],
) -> std::result::Result<Option<DataValidation>, XlsxError> {
    let rule = match column.cell {
        Cell::Choice(choices) => {
            let words: Vec<&str> = choices.iter().map(|choice| choice.vi).collect();
            DataValidation::new().allow_list_strings(&words)?
        }
        Cell::Code(list) => {
            let Some((place, codes)) = (0_u32..)
                .zip(lists)
                .find(|(_, (known, _))| *known == list)
                .map(|(place, (_, codes))| (place, codes))
            else {
                return Ok(None);
            };
            if codes.is_empty() {
                return Ok(None);
            }
            let column = crate::service::imports::column_name(place * 2);
            let last = codes.len() + 1;
            let range = format!("='{LISTS}'!${column}$2:${column}${last}");
            DataValidation::new()
                .allow_list_formula(Formula::new(range))
                // The example's code is in no list, and a name may be pasted.
                .set_error_style(DataValidationErrorStyle::Information)
        }
        _ => return Ok(None),
    };
    let hint = column.hint.0;
    let rule = match hint.is_empty() {
        true => rule,
        false => rule.set_input_message(hint)?,
    };
    Ok(Some(rule))
}

fn list(
    sheet: &mut Worksheet,
    kind: Kind,
    lists: &[(List, Vec<(String, String)>)],
) -> std::result::Result<(), XlsxError> {
    let head = Format::new().set_bold();
    for (place, (list, codes)) in (0_u16..).zip(lists) {
        let (code, name) = (place * 2, place * 2 + 1);
        let heading = kind
            .columns()
            .iter()
            .find(|column| matches!(column.cell, Cell::Code(of) | Cell::Codes(of) if of == *list))
            .map_or("", |column| column.vi);
        // Not the heading itself: this sheet is no table to be read.
        sheet.write_string_with_format(0, code, format!("Danh mục: {heading}"), &head)?;
        sheet.write_string_with_format(0, name, "Tên", &head)?;
        sheet.set_column_width(code, 20)?;
        sheet.set_column_width(name, 60)?;
        for (row, (one, called)) in (1_u32..).zip(codes) {
            sheet.write_string(row, code, one)?;
            sheet.write_string(row, name, called)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// What people have to know, in few lines, and what each column holds.
fn explain(sheet: &mut Worksheet, kind: Kind) -> std::result::Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let wrap = Format::new().set_text_wrap();
    sheet.set_column_width(0, 34)?;
    sheet.set_column_width(1, 90)?;
    sheet.write_string_with_format(0, 0, kind.title().0, &bold)?;
    let notes = [
        "Điền vào trang \"Dữ liệu\"; mỗi dòng là một bản ghi. Dòng ví dụ để nguyên sẽ được bỏ qua.",
        "Cột có dấu * là bắt buộc. Thứ tự cột thay đổi được, tên cột thì không.",
        "Số tiền: 1234567, hoặc 1.234.567, hoặc 1.234,5 triệu. Số đọc được theo hai cách bị từ chối.",
        "Đơn vị tính chung của tệp (đồng, triệu, tỷ) chọn khi gửi tệp.",
        "Ngày: ô định dạng ngày, hoặc 31/12/2024 (ngày/tháng/năm).",
        "Mã lấy ở trang \"Danh mục\". Không ghi gì cho đến khi toàn bộ tệp không còn lỗi.",
    ];
    for (row, note) in (1_u32..).zip(notes) {
        sheet.write_string(row, 0, note)?;
    }
    let first = 8_u32;
    sheet.write_string_with_format(first, 0, "Các cột của tệp", &bold)?;
    for (row, column) in (first + 1..).zip(kind.columns()) {
        let star = if column.required { " *" } else { "" };
        sheet.write_string(row, 0, format!("{}{star}", column.vi))?;
        sheet.write_string_with_format(row, 1, about(column), &wrap)?;
    }
    Ok(())
}

fn about(column: &Column) -> String {
    let what = match column.cell {
        Cell::Code(_) => "Mã trong danh mục".to_owned(),
        Cell::Codes(_) => "Một hoặc nhiều mã trong danh mục".to_owned(),
        Cell::Text(longest) => format!("Chữ, nhiều nhất {longest} ký tự"),
        Cell::Note => "Chữ".to_owned(),
        Cell::Choice(choices) => {
            let words: Vec<&str> = choices.iter().map(|choice| choice.vi).collect();
            format!("Một trong: {}", words.join(", "))
        }
        Cell::Year => "Năm, bốn chữ số".to_owned(),
        Cell::Amount => "Số tiền, không âm".to_owned(),
        Cell::SignedAmount => "Số tiền".to_owned(),
        Cell::Date => "Ngày".to_owned(),
    };
    match column.hint.0 {
        "" => what,
        hint => format!("{what}. {hint}"),
    }
}

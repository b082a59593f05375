//! How cells look.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use crate::sheets::workbook::table::{Kind, Level};

const FONT: &str = "Times New Roman";
const SIZE: u8 = 11;

/// Millions; with three decimals where rounding would leave nothing, and a dash for nothing.
const MONEY: &str = "[=0]\"–\";[<1]#,##0.000;#,##0";
/// Millions to the thousand đồng, as documents write them.
const EXACT: &str = "#,##0.000";
const RATE: &str = "0.00%";
const AVERAGE: &str = "#,##0.00";
const COUNT: &str = "#,##0";
const DATE: &str = "dd/mm/yyyy";

/// Text outside of the table.
pub fn plain() -> Format {
    Format::new().set_font_name(FONT).set_font_size(SIZE)
}

/// The unit reported on.
pub fn unit() -> Format {
    plain().set_bold()
}

/// The title.
pub fn title() -> Format {
    plain()
        .set_font_size(14)
        .set_bold()
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_text_wrap()
}

/// The line below the title.
pub fn context() -> Format {
    plain()
        .set_italic()
        .set_align(FormatAlign::Center)
        .set_text_wrap()
}

/// The unit of the amounts, at the right.
pub fn amount_unit() -> Format {
    plain().set_italic().set_align(FormatAlign::Right)
}

/// What says that data is made up.
pub fn demo() -> Format {
    plain().set_bold().set_font_color(Color::RGB(0x00B0_0020))
}

/// A note below the table.
pub fn note() -> Format {
    plain().set_italic().set_text_wrap()
}

/// A heading.
pub fn heading() -> Format {
    plain()
        .set_bold()
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_text_wrap()
        .set_border(FormatBorder::Thin)
        .set_background_color(Color::RGB(0x00E8_EEF4))
}

/// A cell of a column in a row.
pub fn cell(kind: Kind, level: Level) -> Format {
    let base = plain()
        .set_border(FormatBorder::Thin)
        .set_border_color(Color::RGB(0x0080_8080))
        .set_align(FormatAlign::VerticalCenter);
    let base = match kind {
        Kind::Number => base.set_align(FormatAlign::Center),
        Kind::Short | Kind::Text | Kind::Long | Kind::Name => base.set_text_wrap().set_indent(1),
        Kind::Money => base.set_num_format(MONEY),
        Kind::Exact => base.set_num_format(EXACT),
        Kind::Rate => base.set_num_format(RATE),
        Kind::Average => base.set_num_format(AVERAGE),
        Kind::Count => base.set_num_format(COUNT),
        Kind::Date => base.set_num_format(DATE).set_align(FormatAlign::Center),
    };
    match level {
        Level::Total => base
            .set_bold()
            .set_background_color(Color::RGB(0x00F4_F0E0)),
        Level::Section => base
            .set_bold()
            .set_background_color(Color::RGB(0x00F7_F7F7)),
        Level::Group => base.set_bold().set_italic(),
        Level::Item => base,
    }
}

/// How wide a column is, in characters.
pub fn width(kind: Kind) -> u8 {
    match kind {
        Kind::Number => 6,
        Kind::Short => 12,
        Kind::Text => 22,
        Kind::Name => 38,
        Kind::Long => 60,
        Kind::Money => 13,
        Kind::Exact => 17,
        Kind::Rate | Kind::Average => 9,
        Kind::Count => 8,
        Kind::Date => 12,
    }
}

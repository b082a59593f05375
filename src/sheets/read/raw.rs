//! What the child process tells, one JSON line each.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The most rows with anything in them that a file may have.
pub const MAX_ROWS: u32 = 200_000;
/// The last column that may hold anything, counted from 1.
pub const MAX_COLUMN: u32 = 256;
/// The longest text of a cell that is kept; longer ones are cut, which no column accepts.
pub const MAX_TEXT: usize = 5_000;
/// The most text of a whole file, in bytes.
pub const MAX_BYTES: u64 = 96 << 20;
/// What a number that cannot be told is written as.
pub const NO_NUMBER: &str = "#NUM!";

/// A cell as the file has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RawCell {
    /// Text.
    #[serde(rename = "t")]
    Text(String),
    /// A number: plain digits with a decimal point, so that it has one reading.
    #[serde(rename = "n")]
    Number(String),
    /// A day.
    #[serde(rename = "d")]
    Date(NaiveDate),
    /// An error value such as `#REF!`.
    #[serde(rename = "e")]
    Error(String),
}

impl RawCell {
    /// The cell as text, for headings and for showing what is wrong.
    pub fn text(&self) -> String {
        match self {
            RawCell::Text(text) | RawCell::Number(text) | RawCell::Error(text) => text.clone(),
            RawCell::Date(day) => day.format("%d/%m/%Y").to_string(),
        }
    }
}

/// A row: its number as Excel shows it, and its cells by column, counted from 0.
pub type RawRow = (u32, Vec<(u32, RawCell)>);

/// A line of the child's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Told {
    /// The rows that follow stand in this sheet.
    Sheet(String),
    /// A row with something in it.
    Row(RawRow),
    /// The file is refused.
    Refused(Refusal),
    /// The whole file was read.
    Done,
}

/// Why a file is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// It cannot be read at all.
    Damaged,
    /// A file of the old Excel format, or a password-protected one.
    OldExcel,
    /// Not text in UTF-8.
    NotUtf8,
    /// Neither a workbook nor text.
    Unknown,
    /// It claims too much: entries, inflated size, texts.
    Bomb,
    /// It has a document type definition.
    Dtd,
    /// A cell far outside of any table.
    FarCell {
        /// The sheet.
        sheet: String,
        /// The cell, such as `XFD60000`.
        cell: String,
    },
    /// Too many rows.
    TooManyRows,
    /// It took too long, or too much memory.
    TooHeavy,
}

impl Refusal {
    /// What is wrong and how to mend it: Vietnamese, English.
    pub fn why(&self) -> (String, String) {
        let both = |vi: &str, en: &str| (vi.to_owned(), en.to_owned());
        match self {
            Refusal::Damaged => both(
                "tệp hỏng hoặc không đầy đủ; hãy mở bằng Excel rồi lưu lại dạng .xlsx",
                "the file is damaged or cut short; open it in Excel and save it as .xlsx",
            ),
            Refusal::OldExcel => both(
                "tệp .xls cũ hoặc có mật khẩu; hãy lưu lại dạng .xlsx không có mật khẩu",
                "an old .xls file or one with a password; save it as .xlsx without a password",
            ),
            Refusal::NotUtf8 => both(
                "tệp văn bản không phải UTF-8; trong Excel hãy chọn \"CSV UTF-8\"",
                "the text is not UTF-8; choose \"CSV UTF-8\" in Excel",
            ),
            Refusal::Unknown => both(
                "chỉ nhận tệp .xlsx và .csv",
                "only .xlsx and .csv files are read",
            ),
            Refusal::Bomb | Refusal::TooHeavy => both(
                "tệp quá nặng khi mở ra; hãy sao chép riêng phần dữ liệu sang tệp mới",
                "the file is too heavy once opened; copy only the data into a new file",
            ),
            Refusal::Dtd => both(
                "tệp có định nghĩa DTD, không được nhận",
                "the file has a document type definition, which is not accepted",
            ),
            Refusal::FarCell { sheet, cell } => (
                format!("ô {cell} của trang \"{sheet}\" nằm ngoài bảng; hãy xóa ô đó"),
                format!("cell {cell} of sheet \"{sheet}\" lies far outside the table; delete it"),
            ),
            Refusal::TooManyRows => (
                format!("quá {MAX_ROWS} dòng; hãy chia thành nhiều tệp"),
                format!("more than {MAX_ROWS} rows; split the file"),
            ),
        }
    }
}

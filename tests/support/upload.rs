//! Files as people send them.

use reqwest::{Method, RequestBuilder};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use super::app::{Answer, Client};

const BOUNDARY: &str = "----a-boundary-of-the-tests";

/// A body of `multipart/form-data` with these fields and one file.
pub fn form(fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
        body.extend_from_slice(part.as_bytes());
    }
    if let Some((name, content)) = file {
        let part = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(part.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={BOUNDARY}"), body)
}

/// A request that sends a file.
pub fn sending(client: &Client, query: &str, name: &str, content: &[u8]) -> RequestBuilder {
    let (kind, body) = form(&[], Some((name, content)));
    client
        .request(Method::POST, &format!("/imports?{query}"))
        .header("Content-Type", kind)
        .body(body)
}

/// Sends a file to be checked.
pub async fn send(client: &Client, query: &str, name: &str, content: &[u8]) -> Answer {
    Answer::of(sending(client, query, name, content)).await
}

/// A cell of a workbook.
#[derive(Clone, Debug)]
pub enum Cell {
    Text(String),
    Number(f64),
    /// YYYY-MM-DD, as a cell formatted as a date.
    Date(String),
    Empty,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.into())
    }
}
impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Cell::Number(number as f64)
    }
}

pub fn day(text: &str) -> Cell {
    Cell::Date(text.into())
}

/// A workbook with one sheet: the first of `rows` is row `first` as Excel numbers it.
pub fn workbook(first: u32, rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let dates = Format::new().set_num_format("dd/mm/yyyy");
    for (row, cells) in (first - 1..).zip(rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Text(text) => sheet.write_string(row, column, text),
                Cell::Number(number) => sheet.write_number(row, column, *number),
                Cell::Date(text) => {
                    let day = ExcelDateTime::parse_from_str(text).expect("a day");
                    sheet.write_datetime_with_format(row, column, &day, &dates)
                }
                Cell::Empty => continue,
            }
            .expect("a cell");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

/// Headings as cells.
pub fn headings(names: &[&str]) -> Vec<Cell> {
    names.iter().map(|name| Cell::from(*name)).collect()
}

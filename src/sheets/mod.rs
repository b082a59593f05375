//! Excel: report workbooks.

pub mod workbook;

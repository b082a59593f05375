//! Excel and CSV, in and out.

pub mod import;
pub mod read;
pub mod template;
pub mod workbook;

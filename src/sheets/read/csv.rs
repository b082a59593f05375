//! Text with commas, semicolons or tabs between the cells.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};

use csv::{ByteRecord, ReaderBuilder, Terminator};

use super::child::{Stop, Teller};
use super::raw::{MAX_COLUMN, RawCell, Refusal};
use crate::service::imports::column_name;

/// How much of the file is looked at to find what stands between the cells.
const SAMPLE: usize = 16 << 10;
/// The byte-order mark that Excel writes before UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Reads the one sheet of the file.
pub fn read<W: Write>(file: File, teller: &mut Teller<W>) -> Result<(), Stop> {
    let mut file = BufReader::with_capacity(SAMPLE, file);
    let sample = file.fill_buf().map_err(|_| Refusal::Damaged)?;
    if sample.contains(&0) {
        return Err(Refusal::Unknown.into());
    }
    let delimiter = delimiter(sample);
    let skip = if sample.starts_with(BOM) {
        BOM.len()
    } else {
        0
    };
    file.consume(skip);
    // A last line end, so that every record ends with one and lines can be counted.
    let whole = file.chain(&b"\n"[..]);
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        // A carriage return before it is white space at the end of the last cell; as a line end of
        // its own it would leave the count of lines one behind.
        .terminator(Terminator::Any(b'\n'))
        .from_reader(whole);
    teller.sheet("CSV")?;
    let mut record = ByteRecord::new();
    // Line ends inside of cells make no row.
    let mut inside = 0_u64;
    while reader
        .read_byte_record(&mut record)
        .map_err(|_| Refusal::Damaged)?
    {
        let within = record
            .iter()
            .flatten()
            .filter(|byte| **byte == b'\n')
            .count() as u64;
        inside += within;
        let row = reader.position().line().saturating_sub(1 + inside);
        let row = u32::try_from(row).map_err(|_| Refusal::TooManyRows)?;
        teller.row((row, cells(&record, row)?))?;
    }
    Ok(())
}

fn cells(record: &ByteRecord, row: u32) -> Result<Vec<(u32, RawCell)>, Stop> {
    let mut cells = Vec::new();
    for (column, bytes) in (0..).zip(record) {
        let text = std::str::from_utf8(bytes).map_err(|_| Refusal::NotUtf8)?;
        if text.trim().is_empty() {
            continue;
        }
        if column >= MAX_COLUMN {
            let cell = format!("{}{row}", column_name(column));
            let sheet = "CSV".to_owned();
            return Err(Refusal::FarCell { sheet, cell }.into());
        }
        cells.push((column, RawCell::Text(text.to_owned())));
    }
    Ok(cells)
}

/// The mark that parts as many cells in the most lines, outside of quotes: amounts and notes have
/// commas and semicolons too, but not as many in every line.
fn delimiter(sample: &[u8]) -> u8 {
    let mut best = ((0, 0), b',');
    for mark in [b',', b';', b'\t'] {
        let mut lines_with: BTreeMap<usize, usize> = BTreeMap::new();
        for line in sample.split(|byte| *byte == b'\n').take(20) {
            let mut quoted = false;
            let is_mark = |byte: &&u8| {
                quoted ^= **byte == b'"';
                !quoted && **byte == mark
            };
            *lines_with
                .entry(line.iter().filter(is_mark).count())
                .or_default() += 1;
        }
        lines_with.remove(&0);
        let alike = lines_with.into_iter().map(|(marks, lines)| (lines, marks));
        // Where two are as good, the comma is the one that stands in amounts.
        if let Some(most) = alike.max().filter(|most| *most >= best.0) {
            best = (most, mark);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_between_cells_is_found() {
        assert_eq!(delimiter(b"a,b,c\n1,2,3"), b',');
        assert_eq!(delimiter(b"a;b\n1;2,5"), b';');
        assert_eq!(delimiter("a\tb\n\"x,y,z\"\t1".as_bytes()), b'\t');
        assert_eq!(delimiter(b"only"), b',');
        let notes = "m\u{e3};ghi ch\u{fa}\n1;a,b,c,d\n2;a,b\n3;\u{111}".as_bytes();
        assert_eq!(delimiter(notes), b';');
    }
}

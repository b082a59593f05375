//! The child process: puts limits on itself, takes one file apart and writes what it found to
//! standard output. It has no settings, no database, no environment. If it dies of its limits, the
//! parent refuses the file.

use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use rustix::process::{Resource, Rlimit, setrlimit};

use super::raw::{MAX_BYTES, MAX_ROWS, MAX_TEXT, RawCell, RawRow, Refusal, Told};
use super::{csv, xlsx};

/// Memory it may map, in bytes: the program itself, the shared strings of a large file, and room.
const MEMORY: u64 = 512 << 20;
/// Processor time it may use, in seconds.
const SECONDS: u64 = 60;

/// Where the findings go; counts what has been told.
pub struct Teller<W: Write> {
    out: W,
    rows: u32,
    bytes: u64,
}

/// What ends the reading early.
pub enum Stop {
    /// The file is refused.
    Refused(Refusal),
    /// Nobody listens any more.
    Deaf,
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Stop::Refused(refusal)
    }
}

impl<W: Write> Teller<W> {
    /// Tells to `out`.
    pub fn new(out: W) -> Self {
        Teller {
            out,
            rows: 0,
            bytes: 0,
        }
    }

    fn tell(&mut self, told: &Told) -> Result<(), Stop> {
        let mut line = serde_json::to_vec(told).map_err(|_| Stop::Deaf)?;
        line.push(b'\n');
        self.bytes += line.len() as u64;
        if self.bytes > MAX_BYTES {
            return Err(Refusal::Bomb.into());
        }
        self.out.write_all(&line).map_err(|_| Stop::Deaf)
    }

    /// Begins a sheet.
    pub fn sheet(&mut self, name: &str) -> Result<(), Stop> {
        self.tell(&Told::Sheet(name.chars().take(100).collect()))
    }

    /// A row; empty ones are passed over.
    pub fn row(&mut self, (number, mut cells): RawRow) -> Result<(), Stop> {
        cells.retain(|(_, cell)| !matches!(cell, RawCell::Text(text) if text.trim().is_empty()));
        if cells.is_empty() {
            return Ok(());
        }
        for (_, cell) in &mut cells {
            if let RawCell::Text(text) = cell
                && text.len() > MAX_TEXT
            {
                *text = text.chars().take(MAX_TEXT).collect();
            }
        }
        self.rows += 1;
        if self.rows > MAX_ROWS {
            return Err(Refusal::TooManyRows.into());
        }
        self.tell(&Told::Row((number, cells)))
    }
}

/// Reads the file under limits; answers the exit code of the process.
pub fn run(path: &Path) -> u8 {
    let limits = [
        (Resource::As, MEMORY),
        (Resource::Cpu, SECONDS),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        (Resource::Nofile, 16),
    ];
    for (resource, most) in limits {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        if setrlimit(resource, limit).is_err() {
            // Without its limits it reads nothing.
            return 3;
        }
    }
    let mut teller = Teller::new(BufWriter::new(std::io::stdout().lock()));
    let last = match take_apart(path, &mut teller) {
        Ok(()) => Told::Done,
        Err(Stop::Refused(refusal)) => Told::Refused(refusal),
        Err(Stop::Deaf) => return 4,
    };
    teller.bytes = 0;
    match teller.tell(&last) {
        Ok(()) if teller.out.flush().is_ok() => 0,
        _ => 4,
    }
}

/// The first bytes of a zip archive, which a workbook is.
const ZIP: &[u8] = b"PK\x03\x04";
/// The first bytes of an OLE file: the old Excel, or a workbook with a password.
const OLE: &[u8] = b"\xd0\xcf\x11\xe0";

/// Reads a file by what it is, whatever its name.
pub fn take_apart<W: Write>(path: &Path, teller: &mut Teller<W>) -> Result<(), Stop> {
    let mut file = File::open(path).map_err(|_| Refusal::Damaged)?;
    let mut head = Vec::new();
    let begun = Read::by_ref(&mut file).take(4).read_to_end(&mut head);
    begun.map_err(|_| Refusal::Damaged)?;
    file.seek(SeekFrom::Start(0))
        .map_err(|_| Refusal::Damaged)?;
    match head.as_slice() {
        ZIP => xlsx::read(file, teller),
        OLE => Err(Refusal::OldExcel.into()),
        _ => csv::read(file, teller),
    }
}

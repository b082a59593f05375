//! Keeping a checked file and its rows.

use chrono::TimeDelta;

use super::judge::judge;
use super::report::{Parsed, Report};
use super::{Import, ImportStatus, context, one};
use crate::db;
use crate::db::imports::Fields;
use crate::domain::format::AmountUnit;
use crate::domain::imports::{Kind, Row};
use crate::error::{Code, Error, Fault, Result};
use crate::service::{Ctx, Tx, read, write};

/// Rows in a chunk.
const CHUNK: usize = 500;

/// What a caller says about a file.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct NewFile {
    pub kind: Kind,
    pub unit: AmountUnit,
    pub name: String,
    /// SHA-256 of its content.
    pub hash: String,
}

/// Makes the record of a file that is about to be checked.
pub fn begin(ctx: &Ctx, file: &NewFile) -> Result<i64> {
    let ctx = context(ctx, file.kind)?;
    let file = file.clone();
    write(&ctx, move |tx| insert(tx, &file))
}

fn insert(tx: &mut Tx<'_>, file: &NewFile) -> Result<i64> {
    let fields = Fields {
        kind: file.kind.as_str().to_owned(),
        amount_unit: file.unit.as_str().to_owned(),
        file_name: file.name.clone(),
        file_hash: file.hash.clone(),
        status: ImportStatus::Checking.as_str().to_owned(),
        row_count: 0,
        invalid_count: 0,
        skipped_count: 0,
        report: json(&Report::default())?,
        created_at: tx.now,
        created_by: tx.ctx.actor.user_id,
        committed_at: None,
        committed_by: None,
    };
    db::imports::insert(tx.conn, &fields)
}

fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Internal(error.to_string()))
}

/// Says how many rows of a file have been read.
pub fn progress(ctx: &Ctx, id: i64, rows: usize) -> Result<()> {
    write(ctx, move |tx| {
        db::imports::set_progress(tx.conn, id, i32::try_from(rows).unwrap_or(i32::MAX))
    })
}

/// Keeps why a file could not be read.
pub fn fail(ctx: &Ctx, id: i64, faults: &[Fault]) -> Result<()> {
    let report = json(&Report::refused(faults))?;
    write(ctx, move |tx| {
        let mut fields = db::imports::find(tx.conn, id)?.ok_or(Code::NotFound)?;
        fields.status = ImportStatus::Failed.as_str().to_owned();
        fields.report = report.clone();
        db::imports::update(tx.conn, id, &fields)
    })
}

/// What is kept of a check.
pub struct Checked {
    report: String,
    rows: i32,
    invalid: i32,
    skipped: i32,
    chunks: Vec<String>,
}

/// Holds a file as read against the rules, in one snapshot, and writes nothing.
pub fn check(ctx: &Ctx, mut parsed: Parsed) -> Result<Checked> {
    let ctx = context(ctx, parsed.kind)?;
    let judged = read(&ctx, |view| judge(view, &parsed))?;
    parsed.faults.extend(judged.faults);
    parsed.warnings.extend(judged.warnings);
    let (report, invalid) = Report::of(&parsed, judged.matches);
    let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    // A file with errors is sent anew once they are mended.
    let kept: &[Row] = match report.errors_total {
        0 => &parsed.rows,
        _ => &[],
    };
    Ok(Checked {
        report: json(&report)?,
        rows: count(parsed.rows.len()),
        invalid: count(invalid),
        skipped: count(parsed.skipped),
        chunks: kept
            .chunks(CHUNK)
            .map(|rows| json(&rows))
            .collect::<Result<_>>()?,
    })
}

/// Keeps a check of the file with this id.
pub fn finish(tx: &mut Tx<'_>, id: i64, checked: &Checked) -> Result<()> {
    let mut fields = db::imports::find(tx.conn, id)?.ok_or(Code::NotFound)?;
    fields.status = ImportStatus::Checked.as_str().to_owned();
    fields.report = checked.report.clone();
    fields.row_count = checked.rows;
    fields.invalid_count = checked.invalid;
    fields.skipped_count = checked.skipped;
    db::imports::update(tx.conn, id, &fields)?;
    for (position, content) in (0..).zip(&checked.chunks) {
        db::imports::add_chunk(tx.conn, id, position, content)?;
    }
    Ok(())
}

/// Keeps a checked file in one go.
pub fn keep(tx: &mut Tx<'_>, file: &NewFile, checked: &Checked) -> Result<Import> {
    let id = insert(tx, file)?;
    finish(tx, id, checked)?;
    one(tx, id)
}

/// How long the rows of a file that nobody commits are kept.
const ROWS_KEPT: TimeDelta = TimeDelta::days(7);

/// Forgets the rows of files that nobody committed.
pub fn forget_old(tx: &mut Tx<'_>) -> Result<()> {
    let now = tx.now;
    let before = now.checked_sub_signed(ROWS_KEPT).unwrap_or(now);
    db::imports::forget_rows_before(tx.conn, before)?;
    Ok(())
}

//! Copies whole tables between two databases of ours, of either kind, and proves that both hold
//! the same. A row travels as a JSON array that both databases write alike: whole numbers, texts,
//! 0 or 1, days and instants as SQLite keeps them, bytes as `\x` and hexadecimal digits.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use ring::digest::{Context, SHA256};
use serde_json::Value;

use super::Conn;
use super::sql::sql;
use super::tables::{Column, Kind, Table, tables};
use crate::domain::hash::hex;
use crate::error::{Error, Result};

/// Rows that travel together.
const CHUNK: i64 = 2_000;

/// What a table holds: how many rows, and a SHA-256 over them in the order of their key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// The table.
    pub table: String,
    /// Its rows.
    pub rows: i64,
    /// In hexadecimal digits.
    pub checksum: String,
}

/// Whether a database has no tables yet.
pub fn is_blank(conn: &mut Conn) -> Result<bool> {
    Ok(tables(conn)?.is_empty())
}

/// The fingerprints of all tables, parents before children.
pub fn fingerprints(conn: &mut Conn) -> Result<Vec<Fingerprint>> {
    let tables = tables(conn)?;
    tables
        .iter()
        .map(|table| walk(conn, table, &mut |_| Ok(())))
        .collect()
}

/// Copies every table into the empty tables of `to`, inside the caller's transaction.
pub fn everything(from: &mut Conn, to: &mut Conn) -> Result<Vec<Fingerprint>> {
    let pairs = pairs(from, to)?;
    let copied: Result<Vec<Fingerprint>> = pairs
        .iter()
        .map(|(source, target)| copy(from, to, source, target))
        .collect();
    finish(to, &pairs)?;
    copied
}

/// Copies table by table, each in a transaction of its own, and passes over those that are there
/// already: an interrupted copy goes on where it stopped. `told` hears of each table, and whether
/// it was copied now.
pub fn table_by_table(
    from: &mut Conn,
    to: &mut Conn,
    told: &mut dyn FnMut(&Fingerprint, bool),
) -> Result<Vec<Fingerprint>> {
    let pairs = pairs(from, to)?;
    let mut done = Vec::new();
    for (source, target) in &pairs {
        let there = walk(to, target, &mut |_| Ok(()))?;
        let copied = match there.rows {
            0 => to.transaction(|to| copy(from, to, source, target))?,
            _ => walk(from, source, &mut |_| Ok(()))?,
        };
        if there.rows > 0 && there != copied {
            return Err(Error::Unavailable(format!(
                "table {} of the target holds other rows ({}) than the source ({}); begin again with --force",
                source.name, there.rows, copied.rows
            )));
        }
        told(&copied, there.rows == 0 && copied.rows > 0);
        done.push(copied);
    }
    to.transaction(|to| finish(to, &pairs))?;
    Ok(done)
}

/// The tables of both, side by side.
fn pairs(from: &mut Conn, to: &mut Conn) -> Result<Vec<(Table, Table)>> {
    let mut targets = tables(to)?;
    let sources = tables(from)?;
    let pairs = sources.into_iter().map(|source| {
        let place = targets.iter().position(|one| one.name == source.name);
        let target = place.map(|place| targets.swap_remove(place));
        match target {
            Some(target) if target.column_names() == source.column_names() => Ok((source, target)),
            _ => Err(Error::Internal(format!(
                "table {} differs between the two databases",
                source.name
            ))),
        }
    });
    pairs.collect()
}

fn copy(from: &mut Conn, to: &mut Conn, source: &Table, target: &Table) -> Result<Fingerprint> {
    let keys = detach(to, target)?;
    let insert = insert_text(to.is_sqlite(), target);
    let copied = walk(from, source, &mut |rows| {
        let list = format!("[{}]", rows.join(","));
        let statement = sql::<()>(insert.0.clone()).bind(list).push(insert.1);
        statement.execute(to)?;
        Ok(())
    })?;
    attach(to, &keys)?;
    let there = walk(to, target, &mut |_| Ok(()))?;
    match there == copied {
        true => Ok(copied),
        false => Err(Error::Internal(format!(
            "table {} arrived with {} rows and checksum {} instead of {} and {}",
            target.name, there.rows, there.checksum, copied.rows, copied.checksum
        ))),
    }
}

/// Reads a table in the order of its key and hands its rows on, some at a time.
fn walk(
    conn: &mut Conn,
    table: &Table,
    each: &mut dyn FnMut(&[String]) -> Result<()>,
) -> Result<Fingerprint> {
    let mut hash = Context::new(&SHA256);
    let (mut rows, mut after) = (0, i64::MIN);
    loop {
        let chunk = chunk(conn, table, after, rows)?;
        let Some((last, _)) = chunk.last() else { break };
        after = *last;
        rows += i64::try_from(chunk.len()).unwrap_or(0);
        let texts: Result<Vec<String>> = chunk
            .into_iter()
            .map(|(_, text)| canonical(&text))
            .collect();
        let texts = texts?;
        for text in &texts {
            hash.update(text.as_bytes());
            hash.update(b"\n");
        }
        each(&texts)?;
    }
    Ok(Fingerprint {
        table: table.name.clone(),
        rows,
        checksum: hex(hash.finish().as_ref()),
    })
}

/// The two databases space and escape JSON differently.
fn canonical(text: &str) -> Result<String> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| Error::Internal(format!("a row that is no JSON: {error}")))?;
    Ok(value.to_string())
}

fn chunk(conn: &mut Conn, table: &Table, after: i64, passed: i64) -> Result<Vec<(i64, String)>> {
    let is_sqlite = conn.is_sqlite();
    let array = if is_sqlite {
        "json_array"
    } else {
        "json_build_array"
    };
    let fields: Vec<String> = table
        .columns
        .iter()
        .map(|one| read_text(is_sqlite, one))
        .collect();
    let row = format!("CAST({array}({}) AS TEXT)", fields.join(", "));
    let query = match &table.number {
        Some(id) => sql::<(BigInt, Text)>(format!(
            "SELECT {id}, {row} FROM {} WHERE {id} > ",
            table.name
        ))
        .bind(after)
        .push(format!(" ORDER BY {id} LIMIT "))
        .bind(CHUNK),
        // Few rows: settings, heads of chains.
        None => sql::<(BigInt, Text)>(format!(
            "SELECT CAST(0 AS BIGINT), {row} FROM {} ORDER BY {} LIMIT ",
            table.name,
            table.order_text(is_sqlite)
        ))
        .bind(CHUNK)
        .push(" OFFSET ")
        .bind(passed),
    };
    Ok(query.load::<(i64, String)>(conn)?)
}

/// How a column is written into the array.
fn read_text(is_sqlite: bool, column: &Column) -> String {
    let name = &column.name;
    match (is_sqlite, column.kind) {
        (true, Kind::Bytes) => format!("'\\x' || lower(hex({name}))"),
        (false, Kind::Bytes) => format!("'\\x' || encode({name}, 'hex')"),
        (false, Kind::Flag) => format!("{name}::integer"),
        (false, Kind::Day) => format!("to_char({name}, 'YYYY-MM-DD')"),
        // As many digits as chrono writes.
        (false, Kind::Instant) => format!(
            "to_char({name}, CASE WHEN EXTRACT(microseconds FROM {name})::bigint % 1000000 = 0 THEN 'YYYY-MM-DD HH24:MI:SS' \
             WHEN EXTRACT(microseconds FROM {name})::bigint % 1000 = 0 THEN 'YYYY-MM-DD HH24:MI:SS.MS' \
             ELSE 'YYYY-MM-DD HH24:MI:SS.US' END)"
        ),
        (_, _) => name.clone(),
    }
}

/// The statement that takes a list of rows, before and after its one value.
fn insert_text(is_sqlite: bool, table: &Table) -> (String, &'static str) {
    let columns = table.column_names().join(", ");
    let values =
        table
            .columns
            .iter()
            .enumerate()
            .map(|(place, column)| match (is_sqlite, column.kind) {
                (true, Kind::Bytes) => format!("unhex(substr(value ->> {place}, 3))"),
                (true, _) => format!("value ->> {place}"),
                (false, _) => format!("(value ->> {place})::{}", column.declared),
            });
    let values = values.collect::<Vec<_>>().join(", ");
    let (rows, end) = match is_sqlite {
        true => ("json_each(", ")"),
        false => ("json_array_elements(", "::json)"),
    };
    (
        format!(
            "INSERT INTO {} ({columns}) SELECT {values} FROM {rows}",
            table.name
        ),
        end,
    )
}

/// Takes the references off a table of PostgreSQL, so that rows may come in any order, and tells
/// how to put them back. SQLite checks them at the end.
fn detach(conn: &mut Conn, table: &Table) -> Result<Vec<String>> {
    if conn.is_sqlite() {
        return Ok(Vec::new());
    }
    let keys = sql::<(Text, Text)>(
        "SELECT conname::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' AND conrelid = CAST(",
    )
    .bind(table.name.as_str())
    .push(" AS regclass)")
    .load::<(String, String)>(conn)?;
    let mut back = Vec::new();
    for (name, definition) in keys {
        conn.batch_execute(&format!(
            "ALTER TABLE {} DROP CONSTRAINT {name}",
            table.name
        ))?;
        back.push(format!(
            "ALTER TABLE {} ADD CONSTRAINT {name} {definition}",
            table.name
        ));
    }
    Ok(back)
}

fn attach(conn: &mut Conn, keys: &[String]) -> Result<()> {
    for key in keys {
        conn.batch_execute(key)?;
    }
    Ok(())
}

/// New ids go on after the copied ones; on SQLite every reference must lead somewhere.
fn finish(to: &mut Conn, pairs: &[(Table, Table)]) -> Result<()> {
    if to.is_sqlite() {
        let lost = sql::<(Text,)>("SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1")
            .load::<(String,)>(to)?;
        return match lost.first() {
            None => Ok(()),
            Some((table,)) => Err(Error::Internal(format!(
                "a row of {table} refers to a row that is not there"
            ))),
        };
    }
    for (_, table) in pairs {
        for column in table.columns.iter().filter(|one| one.counts) {
            to.batch_execute(&format!(
                "SELECT setval(pg_get_serial_sequence('{0}', '{1}'), (SELECT COALESCE(MAX({1}), 0) + 1 FROM {0}), false)",
                table.name, column.name
            ))?;
        }
    }
    Ok(())
}

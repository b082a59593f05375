//! What operators look at.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};

use super::Conn;
use super::schema::{mails, scans};
use super::sql::sql;
use crate::error::Result;

/// The last scan: as of which day, and when it ended.
pub fn last_scan(conn: &mut Conn) -> Result<Option<(NaiveDate, NaiveDateTime)>> {
    Ok(scans::table
        .order(scans::id.desc())
        .select((scans::as_of, scans::finished_at))
        .first(conn)
        .optional()?)
}

/// Mails in a state.
pub fn mails_in(conn: &mut Conn, state: &str) -> Result<i64> {
    Ok(mails::table
        .filter(mails::state.eq(state))
        .count()
        .get_result(conn)?)
}

/// What the database says it is.
pub fn version(conn: &mut Conn) -> Result<String> {
    let query = match conn.is_sqlite() {
        true => "SELECT 'SQLite ' || sqlite_version()",
        false => "SELECT 'PostgreSQL ' || current_setting('server_version')",
    };
    Ok(sql::<(Text,)>(query).get_result::<(String,)>(conn)?.0)
}

/// When the oldest mail was due that was due before then and has not left; those for these
/// reasons do not count. A mail that fails is due from its first attempt on.
pub fn mail_due_since(
    conn: &mut Conn,
    before: NaiveDateTime,
    except: &[&str],
) -> Result<Option<NaiveDateTime>> {
    let query = sql::<(Nullable<Timestamp>,)>(
        "SELECT MIN(due) FROM (SELECT CASE state WHEN 'failed' THEN created_at ELSE next_attempt_at END AS due, reason \
         FROM mails WHERE state IN ('queued', 'failed')) AS waiting WHERE due <= ",
    )
    .bind(before);
    let query = match except.is_empty() {
        true => query,
        false => query
            .push(" AND reason NOT IN ")
            .list(except.iter().copied()),
    };
    Ok(query.get_result::<(Option<NaiveDateTime>,)>(conn)?.0)
}

/// Whether this connection is encrypted; none where there is nothing to encrypt.
pub fn encrypted(conn: &mut Conn) -> Result<Option<bool>> {
    if conn.is_sqlite() {
        return Ok(None);
    }
    let query = "SELECT COUNT(*) FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl";
    let (count,) = sql::<(BigInt,)>(query).get_result::<(i64,)>(conn)?;
    Ok(Some(count > 0))
}

/// The clock of the database server; none where it is this machine's.
pub fn server_clock(conn: &mut Conn) -> Result<Option<NaiveDateTime>> {
    if conn.is_sqlite() {
        return Ok(None);
    }
    let query = "SELECT clock_timestamp() AT TIME ZONE 'UTC'";
    Ok(Some(
        sql::<(Timestamp,)>(query)
            .get_result::<(NaiveDateTime,)>(conn)?
            .0,
    ))
}

/// When the newest event of the audit log was written.
pub fn newest_event(conn: &mut Conn) -> Result<Option<NaiveDateTime>> {
    let query = "SELECT at FROM audit_events ORDER BY id DESC LIMIT 1";
    let rows = sql::<(Timestamp,)>(query).load::<(NaiveDateTime,)>(conn)?;
    Ok(rows.first().map(|(at,)| *at))
}

/// The size of the database in bytes.
pub fn size(conn: &mut Conn) -> Result<i64> {
    let query = match conn.is_sqlite() {
        true => "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
        false => "SELECT pg_database_size(current_database())",
    };
    Ok(sql::<(BigInt,)>(query).get_result::<(i64,)>(conn)?.0)
}

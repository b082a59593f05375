//! What operators look at.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::Text;

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

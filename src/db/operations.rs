//! What operators look at.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::Conn;
use super::schema::{mails, scans};
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

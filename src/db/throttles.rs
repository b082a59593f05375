//! Failed sign-ins, counted in the database so that several instances count together.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::Conn;
use super::schema::login_throttles;
use super::sql::sql;
use crate::error::Result;

/// The longest block.
const LONGEST: i64 = 900;

/// Until when any of the names is blocked.
pub fn blocked_until(conn: &mut Conn, names: &[String]) -> Result<Option<NaiveDateTime>> {
    Ok(login_throttles::table
        .filter(login_throttles::name.eq_any(names))
        .select(login_throttles::blocked_until)
        .load::<Option<NaiveDateTime>>(conn)?
        .into_iter()
        .flatten()
        .max())
}

/// Counts a failure. From `tries` on, each one blocks twice as long as the one before; a quiet
/// hour forgets them.
pub fn failed(conn: &mut Conn, name: &str, tries: i64, now: NaiveDateTime) -> Result<()> {
    let known = login_throttles::table
        .find(name)
        .select((login_throttles::failures, login_throttles::updated_at))
        .first::<(i64, NaiveDateTime)>(conn)
        .optional()?;
    let recent = known.filter(|(_, at)| now - *at < TimeDelta::hours(1));
    let failures = recent.map_or(0, |(failures, _)| failures) + 1;
    let over = failures - tries;
    let seconds = (over >= 0).then(|| LONGEST.min(15 << over.min(6)));
    sql::<()>("INSERT INTO login_throttles (name, failures, updated_at) VALUES (")
        .bind(name)
        .push(", ")
        .bind(failures)
        .push(", ")
        .bind(now)
        .push(") ON CONFLICT (name) DO UPDATE SET failures = excluded.failures, updated_at = excluded.updated_at")
        .execute(conn)?;
    diesel::update(login_throttles::table.find(name))
        .set(
            login_throttles::blocked_until
                .eq(seconds.map(|seconds| now + TimeDelta::seconds(seconds))),
        )
        .execute(conn)?;
    Ok(())
}

/// Forgets the failures of a name.
pub fn forget(conn: &mut Conn, name: &str) -> Result<()> {
    diesel::delete(login_throttles::table.find(name)).execute(conn)?;
    Ok(())
}

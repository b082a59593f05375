//! Failed sign-ins, counted in the database so that several instances count together.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

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
    // In one statement: failures at the same time are counted one after the other.
    let (failures,) = sql::<(BigInt,)>("INSERT INTO login_throttles (name, failures, updated_at) VALUES (")
        .bind(name)
        .push(", 1")
        .and(now)
        .push(") ON CONFLICT (name) DO UPDATE SET updated_at = excluded.updated_at, failures = CASE WHEN login_throttles.updated_at > ")
        .bind(now - TimeDelta::hours(1))
        .push(" THEN login_throttles.failures + 1 ELSE 1 END RETURNING failures")
        .get_result::<(i64,)>(conn)?;
    let over = failures - tries;
    let seconds = (over >= 0).then(|| LONGEST.min(15 << over.min(6)));
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

/// Forgets names and addresses that failed last before an instant.
pub fn forget_before(conn: &mut Conn, before: NaiveDateTime) -> Result<()> {
    diesel::delete(login_throttles::table.filter(login_throttles::updated_at.lt(before)))
        .execute(conn)?;
    Ok(())
}

//! Leases: one instance at a time does a job, and one that dies loses it when its time is over.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::Conn;
use super::schema::leases;
use super::sql::sql;
use crate::error::Result;

/// Takes or renews a lease; false while another owner holds it.
pub fn take(
    conn: &mut Conn,
    name: &str,
    owner: &str,
    now: NaiveDateTime,
    until: NaiveDateTime,
) -> Result<bool> {
    let rows = sql::<(Text,)>("INSERT INTO leases (name, owner, until_at) VALUES (")
        .bind(name)
        .push(", ")
        .bind(owner)
        .push(", ")
        .bind(until)
        .push(
            ") ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until_at = excluded.until_at \
             WHERE leases.owner = excluded.owner OR leases.until_at <= ",
        )
        .bind(now)
        .push(" RETURNING owner")
        .load::<(String,)>(conn)?;
    Ok(!rows.is_empty())
}

/// Gives a lease back.
pub fn release(conn: &mut Conn, name: &str, owner: &str) -> Result<()> {
    sql::<()>("DELETE FROM leases WHERE name = ")
        .bind(name)
        .push(" AND owner = ")
        .bind(owner)
        .execute(conn)?;
    Ok(())
}

/// Leases whose names begin so, and until when they hold.
pub fn named(conn: &mut Conn, prefix: &str) -> Result<Vec<(String, NaiveDateTime)>> {
    Ok(leases::table
        .filter(leases::name.like(format!("{prefix}%")))
        .order(leases::name)
        .select((leases::name, leases::until_at))
        .load(conn)?)
}

/// Forgets leases whose names begin so and that were over before that.
pub fn forget(conn: &mut Conn, prefix: &str, before: NaiveDateTime) -> Result<()> {
    diesel::delete(
        leases::table
            .filter(leases::name.like(format!("{prefix}%")))
            .filter(leases::until_at.lt(before)),
    )
    .execute(conn)?;
    Ok(())
}

//! Leases: one instance at a time does a job, and one that dies loses it when its time is over.

use chrono::NaiveDateTime;
use diesel::RunQueryDsl;
use diesel::sql_types::Text;

use super::Conn;
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

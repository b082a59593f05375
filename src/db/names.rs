//! Codes and names of what a record refers to, for many rows at once.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::Conn;
use super::sql::sql;
use crate::error::Result;

/// Tables whose rows have a code and a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// Administrative units.
    Units,
    /// Agencies.
    Agencies,
    /// Funding sources.
    Sources,
    /// Projects.
    Projects,
}

/// Code and name by id; ids that do not exist are left out.
pub fn codes(
    conn: &mut Conn,
    table: Named,
    ids: impl IntoIterator<Item = i64>,
) -> Result<HashMap<i64, (String, String)>> {
    let text = match table {
        Named::Units => "SELECT id, code, name FROM administrative_units WHERE id IN ",
        Named::Agencies => "SELECT id, code, name FROM agencies WHERE id IN ",
        Named::Sources => "SELECT id, code, name FROM funding_sources WHERE id IN ",
        Named::Projects => "SELECT id, code, name FROM projects WHERE id IN ",
    };
    let rows = sql::<(BigInt, Text, Text)>(text)
        .list(distinct(ids))
        .load::<(i64, String, String)>(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, code, name)| (id, (code, name)))
        .collect())
}

/// Full names of people by id.
pub fn people(conn: &mut Conn, ids: impl IntoIterator<Item = i64>) -> Result<HashMap<i64, String>> {
    let rows = sql::<(BigInt, Text)>("SELECT id, full_name FROM people WHERE id IN ")
        .list(distinct(ids))
        .load::<(i64, String)>(conn)?;
    Ok(rows.into_iter().collect())
}

/// User names by id.
pub fn users(conn: &mut Conn, ids: impl IntoIterator<Item = i64>) -> Result<HashMap<i64, String>> {
    let rows = sql::<(BigInt, Text)>("SELECT id, username FROM users WHERE id IN ")
        .list(distinct(ids))
        .load::<(i64, String)>(conn)?;
    Ok(rows.into_iter().collect())
}

fn distinct(ids: impl IntoIterator<Item = i64>) -> Vec<i64> {
    let mut ids: Vec<i64> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

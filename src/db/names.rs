//! Codes and names of what a record refers to, for many rows at once.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::Conn;
use super::project_links::in_scope;
use super::sql::sql;
use crate::domain::scope::Scope;
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

/// Every record of a table: id, code, name; projects only as far as they are in scope.
pub fn all(
    conn: &mut Conn,
    table: Named,
    scope: &Scope,
    today: NaiveDate,
) -> Result<Vec<(i64, String, String)>> {
    let text = match table {
        Named::Units => "SELECT t.id, t.code, t.name FROM administrative_units t WHERE 1 = 1",
        Named::Agencies => "SELECT t.id, t.code, t.name FROM agencies t WHERE 1 = 1",
        Named::Sources => "SELECT t.id, t.code, t.name FROM funding_sources t WHERE 1 = 1",
        Named::Projects => "SELECT t.id, t.code, t.name FROM projects t WHERE 1 = 1",
    };
    let mut query = sql::<(BigInt, Text, Text)>(text);
    if table == Named::Projects {
        query = in_scope(query, "t.id", scope, today);
    }
    Ok(query.push(" ORDER BY t.code, t.id").load(conn)?)
}

/// The address of every person: id, email.
pub fn emails(conn: &mut Conn) -> Result<Vec<(i64, String)>> {
    Ok(sql::<(BigInt, Text)>("SELECT id, email FROM people ORDER BY id").load(conn)?)
}

fn distinct(ids: impl IntoIterator<Item = i64>) -> Vec<i64> {
    let mut ids: Vec<i64> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

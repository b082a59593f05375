//! Payments against the Treasury, and when they were recorded.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text, Timestamp};

use super::Conn;
use super::project_links::{in_scope, managed_by};
use super::sql::{Sql, sql};
use crate::domain::scope::Scope;
use crate::error::Result;

/// Standing payments of one status.
#[derive(Clone, Debug, Queryable)]
#[allow(missing_docs)]
pub struct Sum {
    pub status: String,
    pub payments: i64,
    pub net: i64,
    pub first: Option<NaiveDate>,
    pub last: Option<NaiveDate>,
}

/// Appends what keeps standing payments of a year, of these units (all when `None`), in scope.
fn standing<ST>(
    query: Sql<ST>,
    scope: &Scope,
    year: i32,
    units: &Option<Vec<i64>>,
    today: NaiveDate,
) -> Sql<ST> {
    let query = query
        .push(" AND d.kind <> 'reversal' AND l.budget_year = ")
        .bind(year)
        .push(" AND NOT EXISTS (SELECT 1 FROM disbursements r WHERE r.reverses_id = d.id)");
    let query = in_scope(query, "d.project_id", scope, today);
    match units {
        Some(units) => managed_by(query, "d.project_id", units.iter().copied(), today),
        None => query,
    }
}

/// Sums by status.
pub fn by_status(
    conn: &mut Conn,
    scope: &Scope,
    year: i32,
    units: &Option<Vec<i64>>,
    today: NaiveDate,
) -> Result<Vec<Sum>> {
    let query = sql::<(Text, BigInt, BigInt, Nullable<Date>, Nullable<Date>)>(
        "SELECT d.status, COUNT(*), CAST(SUM(d.net_amount) AS BIGINT), MIN(d.posted_on), MAX(d.posted_on) \
         FROM disbursements d JOIN plan_lines l ON l.id = d.line_id WHERE 1 = 1",
    );
    let query = standing(query, scope, year, units, today);
    Ok(query.push(" GROUP BY d.status").load(conn)?)
}

/// When a payment was posted and when recorded.
#[derive(Clone, Debug, Queryable)]
#[allow(missing_docs)]
pub struct Logged {
    pub unit_id: i64,
    pub posted_on: NaiveDate,
    pub recorded_at: NaiveDateTime,
    pub net: i64,
}

/// The standing payments of a year with the units that manage their projects today.
pub fn logged(
    conn: &mut Conn,
    scope: &Scope,
    year: i32,
    units: &Option<Vec<i64>>,
    today: NaiveDate,
) -> Result<Vec<Logged>> {
    let query = sql::<(BigInt, Date, Timestamp, BigInt)>(
        "SELECT k.managing_unit_id, d.posted_on, d.recorded_at, d.net_amount \
         FROM disbursements d JOIN plan_lines l ON l.id = d.line_id \
         JOIN project_links k ON k.project_id = d.project_id AND k.valid_from <= ",
    )
    .bind(today)
    .push(" AND k.valid_to >= ")
    .bind(today)
    .push(" WHERE 1 = 1");
    Ok(standing(query, scope, year, units, today).load(conn)?)
}

/// Live alerts about stale projects by managing unit.
pub fn stale_projects(
    conn: &mut Conn,
    scope: &Scope,
    units: &Option<Vec<i64>>,
    today: NaiveDate,
) -> Result<Vec<(i64, i64)>> {
    let query = sql::<(BigInt, BigInt)>(
        "SELECT k.managing_unit_id, COUNT(DISTINCT a.project_id) FROM alerts a \
         JOIN project_links k ON k.project_id = a.project_id AND k.valid_from <= ",
    )
    .bind(today)
    .push(" AND k.valid_to >= ")
    .bind(today)
    .push(" WHERE a.rule = 'stale_data' AND a.state <> 'resolved'");
    let query = in_scope(query, "a.project_id", scope, today);
    let query = match units {
        Some(units) => managed_by(query, "a.project_id", units.iter().copied(), today),
        None => query,
    };
    Ok(query.push(" GROUP BY k.managing_unit_id").load(conn)?)
}

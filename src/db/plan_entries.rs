//! Plan entries: never changed, never deleted.

use std::collections::HashSet;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date};

use super::Conn;
use super::any_of::any_of;
use super::page::{After, Page, Rows};
use super::schema::plan_entries as entries;
use super::sql::sql;
use crate::domain::capital::Origin;
use crate::error::Result;

/// An entry without its id.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = entries)]
#[allow(missing_docs)]
pub struct Fields {
    pub line_id: i64,
    pub kind: String,
    pub amount: i64,
    pub effective_date: NaiveDate,
    pub deadline: NaiveDate,
    pub decision_number: String,
    pub decision_issuer: String,
    pub decision_date: NaiveDate,
    pub note: Option<String>,
    pub operation_id: Option<i64>,
    pub reverses_id: Option<i64>,
    pub reason: Option<String>,
    pub recorded_at: NaiveDateTime,
    pub recorded_by: Option<i64>,
}

/// Adds one.
pub fn insert(conn: &mut Conn, fields: &Fields) -> Result<i64> {
    Ok(diesel::insert_into(entries::table)
        .values(fields)
        .returning(entries::id)
        .get_result(conn)?)
}

/// One by id.
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<Fields>> {
    Ok(entries::table
        .find(id)
        .select(Fields::as_select())
        .first(conn)
        .optional()?)
}

/// Entries by id, in no order.
pub fn by_ids(conn: &mut Conn, ids: &[i64]) -> Result<Vec<(i64, Fields)>> {
    Ok(entries::table
        .filter(any_of(entries::id, ids))
        .select((entries::id, Fields::as_select()))
        .load(conn)?)
}

/// The entries of lines that are neither voided nor void others.
pub fn standing_on(conn: &mut Conn, line_ids: &[i64]) -> Result<Vec<Fields>> {
    let rows: Vec<(i64, Fields)> = entries::table
        .filter(entries::line_id.eq_any(line_ids))
        .select((entries::id, Fields::as_select()))
        .load(conn)?;
    let voided: HashSet<i64> = rows.iter().filter_map(|(_, row)| row.reverses_id).collect();
    Ok(rows
        .into_iter()
        .filter(|(id, row)| row.reverses_id.is_none() && !voided.contains(id))
        .map(|(_, row)| row)
        .collect())
}

/// Which entries void these: (voided, reversal).
pub fn reversals(conn: &mut Conn, ids: &[i64]) -> Result<Vec<(i64, i64)>> {
    let rows = entries::table
        .filter(any_of(entries::reverses_id, ids))
        .select((entries::reverses_id, entries::id))
        .load::<(Option<i64>, i64)>(conn)?;
    Ok(rows
        .into_iter()
        .filter_map(|(voided, id)| Some((voided?, id)))
        .collect())
}

/// The legs of a transfer or extension, reversals left out, in the order they were written.
pub fn legs(conn: &mut Conn, operation_id: i64) -> Result<Vec<(i64, Fields)>> {
    Ok(entries::table
        .filter(entries::operation_id.eq(operation_id))
        .filter(entries::reverses_id.is_null())
        .order(entries::id)
        .select((entries::id, Fields::as_select()))
        .load(conn)?)
}

/// Which entries of a project; an empty list asks for all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Funding sources.
    pub sources: Vec<i64>,
    /// Budget years.
    pub budget_years: Vec<i32>,
    /// Origins.
    pub origins: Vec<Origin>,
}

/// A page of ids of a project's entries, oldest effective date first.
pub fn ids_of_project(
    conn: &mut Conn,
    project_id: i64,
    filter: &Filter,
    page: &Page,
) -> Result<Rows<i64>> {
    let mut query = sql::<(BigInt, Date)>(
        "SELECT e.id, e.effective_date FROM plan_entries e JOIN plan_lines l ON l.id = e.line_id \
         WHERE l.project_id = ",
    )
    .bind(project_id);
    if !filter.sources.is_empty() {
        query = query
            .push(" AND l.funding_source_id IN ")
            .list(filter.sources.iter().copied());
    }
    if !filter.budget_years.is_empty() {
        query = query
            .push(" AND l.budget_year IN ")
            .list(filter.budget_years.iter().copied());
    }
    if !filter.origins.is_empty() {
        query = query
            .push(" AND l.origin IN ")
            .list(filter.origins.iter().map(|origin| origin.as_str()));
    }
    let rows = page
        .by_date(query, "e.effective_date", "e.id", false)?
        .load::<(i64, NaiveDate)>(conn)?;
    let rows = page.cut(rows, |(id, on)| After {
        key: on.to_string(),
        id: *id,
    });
    Ok(rows.map(|(id, _)| id))
}

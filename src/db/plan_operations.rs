//! Transfers and extensions: one row for the two entries each writes.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::Conn;
use super::any_of::any_of;
use super::schema::plan_operations as operations;
use crate::error::Result;

/// An operation without its id.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = operations)]
#[allow(missing_docs)]
pub struct Fields {
    pub kind: String,
    pub from_line_id: i64,
    pub to_line_id: i64,
    pub amount: i64,
    pub effective_date: NaiveDate,
    pub decision_number: String,
    pub decision_issuer: String,
    pub decision_date: NaiveDate,
    pub note: Option<String>,
    pub recorded_at: NaiveDateTime,
    pub recorded_by: Option<i64>,
}

/// Adds one.
pub fn insert(conn: &mut Conn, fields: &Fields) -> Result<i64> {
    Ok(diesel::insert_into(operations::table)
        .values(fields)
        .returning(operations::id)
        .get_result(conn)?)
}

/// One by id and kind.
pub fn find(conn: &mut Conn, id: i64, kind: &str) -> Result<Option<Fields>> {
    Ok(operations::table
        .find(id)
        .filter(operations::kind.eq(kind))
        .select(Fields::as_select())
        .first(conn)
        .optional()?)
}

/// Kinds of operations by id.
pub fn kinds(conn: &mut Conn, ids: &[i64]) -> Result<Vec<(i64, String)>> {
    Ok(operations::table
        .filter(any_of(operations::id, ids))
        .select((operations::id, operations::kind))
        .load(conn)?)
}

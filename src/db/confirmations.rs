//! Confirmations that a project has nothing to report.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::Conn;
use super::schema::confirmations;
use crate::error::Result;

/// A row to be added.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = confirmations)]
#[allow(missing_docs)]
pub struct NewConfirmation {
    pub project_id: i64,
    pub as_of: NaiveDate,
    pub note: Option<String>,
    pub recorded_at: NaiveDateTime,
    pub recorded_by: Option<i64>,
}

/// Adds one.
pub fn insert(conn: &mut Conn, new: &NewConfirmation) -> Result<i64> {
    Ok(diesel::insert_into(confirmations::table)
        .values(new)
        .returning(confirmations::id)
        .get_result(conn)?)
}

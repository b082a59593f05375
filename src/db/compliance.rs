//! What the compliance report looks at besides figures.

use std::collections::HashSet;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::Conn;
use super::schema::targets;
use super::sql::sql;
use crate::error::Result;

/// Units with a task force in force on `day` that has a head.
pub fn headed_units(conn: &mut Conn, day: NaiveDate) -> Result<HashSet<i64>> {
    let rows = sql::<(BigInt,)>(
        "SELECT DISTINCT t.unit_id FROM task_forces t \
         JOIN task_force_members m ON m.task_force_id = t.id AND m.role = 'head' \
         WHERE (t.valid_from IS NULL OR t.valid_from <= ",
    )
    .bind(day)
    .push(") AND (t.valid_to IS NULL OR t.valid_to >= ")
    .bind(day)
    .push(")")
    .load::<(i64,)>(conn)?;
    Ok(rows.into_iter().map(|(unit,)| unit).collect())
}

/// A target of a year.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Target {
    /// Identity.
    pub id: i64,
    /// The day it is for.
    pub date: NaiveDate,
    /// Hundredths of a percent.
    pub percent_hundredths: i64,
    /// The basis.
    pub basis: String,
    /// The unit it is set for.
    pub unit_id: Option<i64>,
    /// The investor or PMU it is set for.
    pub agency_id: Option<i64>,
    /// The source it is set for.
    pub funding_source_id: Option<i64>,
}

/// Targets of a year that are due by `day`, in order of their days.
pub fn targets_due(conn: &mut Conn, budget_year: i32, day: NaiveDate) -> Result<Vec<Target>> {
    Ok(targets::table
        .filter(targets::budget_year.eq(budget_year))
        .filter(targets::date.le(day))
        .order((targets::date, targets::id))
        .select((
            targets::id,
            targets::date,
            targets::percent_hundredths,
            targets::basis,
            targets::unit_id,
            targets::agency_id,
            targets::funding_source_id,
        ))
        .load(conn)?)
}

//! Plan lines: (project, funding source, budget year, origin).

use chrono::NaiveDate;
use diesel::prelude::*;

use super::Conn;
use super::any_of::any_of;
use super::schema::plan_lines as lines;
use super::sql::sql;
use crate::domain::capital::{EntryKind, Origin, default_deadline};
use crate::error::Result;

/// What identifies a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LineKey {
    /// The project.
    pub project_id: i64,
    /// The funding source.
    pub funding_source_id: i64,
    /// The budget year.
    pub budget_year: i32,
    /// Capital of the year, or extended from the year before.
    pub origin: Origin,
}

impl LineKey {
    /// The deadline of a line without any entry.
    pub fn default_deadline(&self) -> NaiveDate {
        // The effective date matters for supplements alone.
        default_deadline(
            EntryKind::Initial,
            self.origin,
            self.budget_year,
            NaiveDate::MIN,
        )
    }
}

/// A line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Identity.
    pub id: i64,
    /// What it is the line of.
    pub key: LineKey,
    /// The latest day on which any of its money may be paid.
    pub deadline: NaiveDate,
}

type Row = (i64, i64, i64, i32, String, NaiveDate);

fn line((id, project_id, funding_source_id, budget_year, origin, deadline): Row) -> Line {
    let key = LineKey {
        project_id,
        funding_source_id,
        budget_year,
        origin: Origin::parse(&origin).unwrap_or_default(),
    };
    Line { id, key, deadline }
}

/// The line with this key, if it has been used.
pub fn find(conn: &mut Conn, key: &LineKey) -> Result<Option<Line>> {
    let row = lines::table
        .filter(lines::project_id.eq(key.project_id))
        .filter(lines::funding_source_id.eq(key.funding_source_id))
        .filter(lines::budget_year.eq(key.budget_year))
        .filter(lines::origin.eq(key.origin.as_str()))
        .first::<Row>(conn)
        .optional()?;
    Ok(row.map(line))
}

/// Lines by id, in no order.
pub fn by_ids(conn: &mut Conn, ids: &[i64]) -> Result<Vec<Line>> {
    let rows = lines::table
        .filter(any_of(lines::id, ids))
        .load::<Row>(conn)?;
    Ok(rows.into_iter().map(line).collect())
}

/// All lines of a project, by year, origin and source.
pub fn of_project(conn: &mut Conn, project_id: i64) -> Result<Vec<Line>> {
    let rows = lines::table
        .filter(lines::project_id.eq(project_id))
        .order((
            lines::budget_year,
            lines::origin.desc(),
            lines::funding_source_id,
        ))
        .load::<Row>(conn)?;
    Ok(rows.into_iter().map(line).collect())
}

/// All lines of projects, in no order.
pub fn of_projects(conn: &mut Conn, project_ids: &[i64]) -> Result<Vec<Line>> {
    let rows = lines::table
        .filter(lines::project_id.eq_any(project_ids))
        .load::<Row>(conn)?;
    Ok(rows.into_iter().map(line).collect())
}

/// The line with this key, made if it is new. The project's row must be locked.
pub fn ensure(conn: &mut Conn, key: &LineKey) -> Result<Line> {
    if let Some(line) = find(conn, key)? {
        return Ok(line);
    }
    let deadline = key.default_deadline();
    sql::<()>(
        "INSERT INTO plan_lines (project_id, funding_source_id, budget_year, origin, deadline) VALUES (",
    )
    .bind(key.project_id)
    .push(", ")
    .bind(key.funding_source_id)
    .push(", ")
    .bind(key.budget_year)
    .push(", ")
    .bind(key.origin.as_str())
    .push(", ")
    .bind(deadline)
    .push(") ON CONFLICT DO NOTHING")
    .execute(conn)?;
    find(conn, key)?.ok_or_else(|| crate::error::Error::Internal("a plan line is gone".into()))
}

/// Keeps the deadline of a line.
pub fn set_deadline(conn: &mut Conn, id: i64, deadline: NaiveDate) -> Result<()> {
    diesel::update(lines::table.find(id))
        .set(lines::deadline.eq(deadline))
        .execute(conn)?;
    Ok(())
}

//! Obstacles of projects.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::Conn;
use super::any_of::any_of;
use super::page::{After, Page, Rows};
use super::project_links::{in_scope, managed_by};
use super::schema::obstacles;
use super::sql::sql;
use crate::domain::scope::Scope;
use crate::error::Result;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = obstacles)]
#[allow(missing_docs)]
pub struct Obstacle {
    pub id: i64,
    pub project_id: i64,
    pub category: String,
    pub description: String,
    pub owner_agency_id: Option<i64>,
    pub owner_person_id: Option<i64>,
    pub due_date: NaiveDate,
    pub status: String,
    pub resolution: Option<String>,
    pub recorded_at: NaiveDateTime,
    pub recorded_by: Option<i64>,
}

/// What may be written.
#[derive(Clone, Debug, Insertable, AsChangeset)]
#[diesel(table_name = obstacles, treat_none_as_null = true)]
#[allow(missing_docs)]
pub struct Fields {
    pub category: String,
    pub description: String,
    pub owner_agency_id: Option<i64>,
    pub owner_person_id: Option<i64>,
    pub due_date: NaiveDate,
    pub status: String,
    pub resolution: Option<String>,
}

/// A page of a project's obstacles, in order of id.
pub fn list(conn: &mut Conn, project_id: i64, page: &Page) -> Result<Rows<Obstacle>> {
    let after = page.after.as_ref().map_or(0, |after| after.id);
    let rows = obstacles::table
        .filter(obstacles::project_id.eq(project_id))
        .filter(obstacles::id.gt(after))
        .order(obstacles::id)
        .limit(page.limit + 1)
        .select(Obstacle::as_select())
        .load(conn)?;
    Ok(page.cut(rows, |row| After {
        key: String::new(),
        id: row.id,
    }))
}

/// Obstacles that are not over, of projects in scope that these units manage today: those due
/// first, and how many there are in all.
pub fn open(
    conn: &mut Conn,
    (scope, today): (&Scope, NaiveDate),
    units: &[i64],
    limit: i64,
) -> Result<(Vec<Obstacle>, i64)> {
    let ids = sql::<(BigInt,)>(
        "SELECT o.id FROM obstacles o WHERE o.status NOT IN ('resolved', 'unresolvable')",
    );
    let ids = in_scope(ids, "o.project_id", scope, today);
    let ids = managed_by(ids, "o.project_id", units.iter().copied(), today)
        .push(" ORDER BY o.due_date, o.id")
        .load::<(i64,)>(conn)?;
    let total = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    let shown = usize::try_from(limit).unwrap_or_default();
    let first: Vec<i64> = ids.into_iter().take(shown).map(|(id,)| id).collect();
    let rows = obstacles::table
        .filter(any_of(obstacles::id, first))
        .order((obstacles::due_date, obstacles::id))
        .select(Obstacle::as_select())
        .load(conn)?;
    Ok((rows, total))
}

/// One by id.
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<Obstacle>> {
    Ok(obstacles::table
        .find(id)
        .select(Obstacle::as_select())
        .first(conn)
        .optional()?)
}

/// Adds one.
pub fn insert(
    conn: &mut Conn,
    project_id: i64,
    fields: &Fields,
    (recorded_at, recorded_by): (NaiveDateTime, Option<i64>),
) -> Result<i64> {
    Ok(diesel::insert_into(obstacles::table)
        .values((
            obstacles::project_id.eq(project_id),
            fields,
            obstacles::recorded_at.eq(recorded_at),
            obstacles::recorded_by.eq(recorded_by),
        ))
        .returning(obstacles::id)
        .get_result(conn)?)
}

/// Changes one.
pub fn update(conn: &mut Conn, id: i64, fields: &Fields) -> Result<()> {
    diesel::update(obstacles::table.find(id))
        .set(fields)
        .execute(conn)?;
    Ok(())
}

//! Directives of task forces.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::Conn;
use super::any_of::any_of;
use super::page::{After, Page, Rows};
use super::project_links::in_scope;
use super::schema::{directives, task_forces};
use super::sql::{Sql, sql};
use crate::domain::scope::Scope;
use crate::error::Result;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = directives)]
#[allow(missing_docs)]
pub struct Directive {
    pub id: i64,
    pub task_force_id: i64,
    pub project_id: Option<i64>,
    pub text: String,
    pub assignee_person_id: i64,
    pub due_date: NaiveDate,
    pub status: String,
    pub source_document: String,
    pub recorded_at: NaiveDateTime,
    pub recorded_by: Option<i64>,
}

/// What may be written later.
#[derive(Clone, Debug, Insertable, AsChangeset)]
#[diesel(table_name = directives)]
#[allow(missing_docs)]
pub struct Fields {
    pub text: String,
    pub assignee_person_id: i64,
    pub due_date: NaiveDate,
    pub status: String,
    pub source_document: String,
}

/// Which directives; an empty list asks for all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Task forces.
    pub task_forces: Vec<i64>,
    /// Projects.
    pub projects: Vec<i64>,
    /// Statuses.
    pub statuses: Vec<String>,
    /// Units of the task forces, with those below already added.
    pub units: Option<Vec<i64>>,
    /// Not over on this day although due before it, or the opposite.
    pub overdue: Option<(bool, NaiveDate)>,
}

/// A page of the directives in scope: those of task forces of units in scope, about projects in
/// scope, or for `reader` to carry out. In order of id.
pub fn list(
    conn: &mut Conn,
    (scope, reader, today): (&Scope, Option<i64>, NaiveDate),
    filter: &Filter,
    page: &Page,
) -> Result<Rows<Directive>> {
    let query = sql::<(BigInt,)>(
        "SELECT d.id FROM directives d JOIN task_forces t ON t.id = d.task_force_id WHERE 1 = 1",
    );
    let query = visible(query, scope, reader, today);
    let query = page.by_id(matching(query, filter), "d.id", false);
    let ids = query.load::<(i64,)>(conn)?.into_iter().map(|(id,)| id);
    let rows = directives::table
        .filter(any_of(directives::id, ids.collect::<Vec<i64>>()))
        .order(directives::id)
        .select(Directive::as_select())
        .load(conn)?;
    Ok(page.cut(rows, |row| After {
        key: String::new(),
        id: row.id,
    }))
}

fn visible<ST>(query: Sql<ST>, scope: &Scope, reader: Option<i64>, today: NaiveDate) -> Sql<ST> {
    if scope.everything {
        return query;
    }
    let query = query
        .push(" AND (t.unit_id IN ")
        .list(scope.units.iter().copied());
    let query = match reader {
        Some(person) => query.push(" OR d.assignee_person_id = ").bind(person),
        None => query,
    };
    let query = query.push(" OR EXISTS (SELECT 1 FROM projects vp WHERE vp.id = d.project_id");
    in_scope(query, "vp.id", scope, today).push("))")
}

fn matching<ST>(mut query: Sql<ST>, filter: &Filter) -> Sql<ST> {
    for (column, ids) in [
        ("d.task_force_id", &filter.task_forces),
        ("d.project_id", &filter.projects),
    ] {
        if !ids.is_empty() {
            query = query
                .push(format!(" AND {column} IN "))
                .list(ids.iter().copied());
        }
    }
    if !filter.statuses.is_empty() {
        query = query
            .push(" AND d.status IN ")
            .list(filter.statuses.iter().cloned());
    }
    if let Some(units) = &filter.units {
        query = query.push(" AND t.unit_id IN ").list(units.iter().copied());
    }
    match filter.overdue {
        Some((overdue, day)) => query
            .push(if overdue { " AND (" } else { " AND NOT (" })
            .push("d.status NOT IN ('resolved', 'unresolvable') AND d.due_date < ")
            .bind(day)
            .push(")"),
        None => query,
    }
}

/// One by id.
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<Directive>> {
    Ok(directives::table
        .find(id)
        .select(Directive::as_select())
        .first(conn)
        .optional()?)
}

/// The units of task forces, by task force.
pub fn units_of(
    conn: &mut Conn,
    ids: impl IntoIterator<Item = i64>,
) -> Result<std::collections::HashMap<i64, i64>> {
    let ids: Vec<i64> = ids.into_iter().collect();
    let rows = task_forces::table
        .filter(any_of(task_forces::id, ids))
        .select((task_forces::id, task_forces::unit_id))
        .load::<(i64, i64)>(conn)?;
    Ok(rows.into_iter().collect())
}

/// Adds one.
pub fn insert(
    conn: &mut Conn,
    (task_force_id, project_id): (i64, Option<i64>),
    fields: &Fields,
    (recorded_at, recorded_by): (NaiveDateTime, Option<i64>),
) -> Result<i64> {
    Ok(diesel::insert_into(directives::table)
        .values((
            directives::task_force_id.eq(task_force_id),
            directives::project_id.eq(project_id),
            fields,
            directives::recorded_at.eq(recorded_at),
            directives::recorded_by.eq(recorded_by),
        ))
        .returning(directives::id)
        .get_result(conn)?)
}

/// Changes one.
pub fn update(conn: &mut Conn, id: i64, fields: &Fields) -> Result<()> {
    diesel::update(directives::table.find(id))
        .set(fields)
        .execute(conn)?;
    Ok(())
}

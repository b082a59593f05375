//! Projects.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::any_of::any_of;
use super::audit::for_update;
use super::schema::{project_locations, projects};
use super::sql::sql;
use super::{Conn, unless_taken};
use crate::error::Result;

/// Everything of a project that is not dated.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = projects, treat_none_as_null = true)]
#[allow(missing_docs)]
pub struct Fields {
    pub code: String,
    pub budget_code: Option<String>,
    pub name: String,
    pub short_name: Option<String>,
    pub search_key: String,
    pub sort_key: String,
    pub project_group: String,
    pub sector: String,
    pub disbursed_before: i64,
    pub advance_before: i64,
    pub total_investment: i64,
    pub investment_decision_number: String,
    pub investment_decision_issuer: String,
    pub investment_decision_date: NaiveDate,
    pub start_year: i32,
    pub end_year: i32,
    pub status: String,
    pub created_at: NaiveDateTime,
}

/// What a writer that locks a project sees of it.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Locked {
    pub code: String,
    pub name: String,
    pub total_investment: i64,
    pub disbursed_before: i64,
    pub advance_before: i64,
}

/// Locks the project's row until the transaction ends; `None` if there is none.
pub fn lock(conn: &mut Conn, id: i64) -> Result<Option<Locked>> {
    let rows = sql::<(Text, Text, BigInt, BigInt, BigInt)>(
        "SELECT code, name, total_investment, disbursed_before, advance_before FROM projects WHERE id = ",
    )
    .bind(id)
    .push(for_update(conn))
    .load::<(String, String, i64, i64, i64)>(conn)?;
    let found = rows.into_iter().next();
    Ok(found.map(
        |(code, name, total_investment, disbursed_before, advance_before)| Locked {
            code,
            name,
            total_investment,
            disbursed_before,
            advance_before,
        },
    ))
}

/// The same for some projects, in ascending order of id; those that are not there are passed over.
pub fn lock_all(conn: &mut Conn, ids: &[i64]) -> Result<()> {
    sql::<(BigInt,)>("SELECT id FROM projects WHERE id IN ")
        .list(ids.iter().copied())
        .push(" ORDER BY id")
        .push(for_update(conn))
        .load::<(i64,)>(conn)?;
    Ok(())
}

/// Projects by id, in no order.
pub fn by_ids(conn: &mut Conn, ids: &[i64]) -> Result<Vec<(i64, Fields)>> {
    Ok(projects::table
        .filter(any_of(projects::id, ids))
        .select((projects::id, Fields::as_select()))
        .load(conn)?)
}

/// The project with this code.
pub fn with_code(conn: &mut Conn, code: &str) -> Result<Option<i64>> {
    Ok(projects::table
        .filter(projects::code.eq(code))
        .select(projects::id)
        .first(conn)
        .optional()?)
}

/// The project with this budget code.
pub fn with_budget_code(conn: &mut Conn, code: &str) -> Result<Option<i64>> {
    Ok(projects::table
        .filter(projects::budget_code.eq(code))
        .select(projects::id)
        .first(conn)
        .optional()?)
}

/// Adds one; `None` if another one took its code meanwhile.
pub fn insert(conn: &mut Conn, fields: &Fields) -> Result<Option<i64>> {
    unless_taken(
        diesel::insert_into(projects::table)
            .values(fields)
            .returning(projects::id)
            .get_result(conn),
    )
}

/// Changes one; `None` if another one took its code meanwhile.
pub fn update(conn: &mut Conn, id: i64, fields: &Fields) -> Result<Option<()>> {
    let done = diesel::update(projects::table.find(id))
        .set(fields)
        .execute(conn);
    Ok(unless_taken(done)?.map(|_| ()))
}

/// Units in which projects lie: (project, unit), in the order given.
pub fn locations(conn: &mut Conn, ids: &[i64]) -> Result<Vec<(i64, i64)>> {
    Ok(project_locations::table
        .filter(any_of(project_locations::project_id, ids))
        .order(project_locations::id)
        .select((project_locations::project_id, project_locations::unit_id))
        .load(conn)?)
}

/// Replaces the units in which a project lies.
pub fn set_locations(conn: &mut Conn, id: i64, units: &[i64]) -> Result<()> {
    use project_locations as places;
    diesel::delete(places::table.filter(places::project_id.eq(id))).execute(conn)?;
    for unit in units {
        diesel::insert_into(places::table)
            .values((places::project_id.eq(id), places::unit_id.eq(unit)))
            .execute(conn)?;
    }
    Ok(())
}

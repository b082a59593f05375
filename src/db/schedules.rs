//! Schedules: versions of (due date, amount) lists for a plan line.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::Conn;
use super::any_of::any_of;
use super::page::{After, Page, Rows};
use super::schema::{schedule_items as items, schedules};
use super::sql::sql;
use crate::domain::capital::Origin;
use crate::domain::money::Money;
use crate::domain::schedule::{ScheduleItem, ScheduleStatus, ScheduleVersion};
use crate::error::Result;

/// A version without its id and items.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = schedules, treat_none_as_null = true)]
#[allow(missing_docs)]
pub struct Fields {
    pub line_id: i64,
    pub version: i32,
    pub status: String,
    pub effective_date: NaiveDate,
    pub note: Option<String>,
    pub total: i64,
    pub created_by: Option<i64>,
    pub created_at: NaiveDateTime,
    pub submitted_by: Option<i64>,
    pub submitted_at: Option<NaiveDateTime>,
    pub approved_by: Option<i64>,
    pub approved_at: Option<NaiveDateTime>,
    pub return_reason: Option<String>,
}

/// An item, in the order given.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = items)]
#[allow(missing_docs)]
pub struct Item {
    pub schedule_id: i64,
    pub position: i32,
    pub due_date: NaiveDate,
    pub amount: i64,
    pub label: Option<String>,
}

/// The number of a line's next version. The project's row must be locked.
pub fn next_version(conn: &mut Conn, line_id: i64) -> Result<i32> {
    let last = schedules::table
        .filter(schedules::line_id.eq(line_id))
        .select(diesel::dsl::max(schedules::version))
        .first::<Option<i32>>(conn)?;
    Ok(last.unwrap_or(0).saturating_add(1))
}

/// Adds a version.
pub fn insert(conn: &mut Conn, fields: &Fields) -> Result<i64> {
    Ok(diesel::insert_into(schedules::table)
        .values(fields)
        .returning(schedules::id)
        .get_result(conn)?)
}

/// Changes a version.
pub fn update(conn: &mut Conn, id: i64, fields: &Fields) -> Result<()> {
    diesel::update(schedules::table.find(id))
        .set(fields)
        .execute(conn)?;
    Ok(())
}

/// Replaces the items of a version.
pub fn set_items(conn: &mut Conn, id: i64, new: &[Item]) -> Result<()> {
    diesel::delete(items::table.filter(items::schedule_id.eq(id))).execute(conn)?;
    for item in new {
        diesel::insert_into(items::table)
            .values(item)
            .execute(conn)?;
    }
    Ok(())
}

/// Versions by id, in no order.
pub fn by_ids(conn: &mut Conn, ids: &[i64]) -> Result<Vec<(i64, Fields)>> {
    Ok(schedules::table
        .filter(any_of(schedules::id, ids))
        .select((schedules::id, Fields::as_select()))
        .load(conn)?)
}

/// The items of versions, each version's by position.
pub fn items_of(conn: &mut Conn, ids: &[i64]) -> Result<Vec<Item>> {
    Ok(items::table
        .filter(any_of(items::schedule_id, ids))
        .order((items::schedule_id, items::position))
        .select(Item::as_select())
        .load(conn)?)
}

/// The approved versions of lines.
pub fn approved(conn: &mut Conn, line_ids: &[i64]) -> Result<HashMap<i64, Vec<ScheduleVersion>>> {
    let rows = schedules::table
        .filter(any_of(schedules::line_id, line_ids))
        .filter(schedules::status.eq(ScheduleStatus::Approved.as_str()))
        .order((schedules::line_id, schedules::version))
        .select((
            schedules::id,
            schedules::line_id,
            schedules::version,
            schedules::effective_date,
        ))
        .load::<(i64, i64, i32, NaiveDate)>(conn)?;
    let ids: Vec<i64> = rows.iter().map(|row| row.0).collect();
    let mut listed: HashMap<i64, Vec<ScheduleItem>> = HashMap::new();
    for item in items_of(conn, &ids)? {
        listed
            .entry(item.schedule_id)
            .or_default()
            .push(ScheduleItem {
                due_date: item.due_date,
                amount: Money::dong(item.amount),
            });
    }
    let mut versions: HashMap<i64, Vec<ScheduleVersion>> = HashMap::new();
    for (id, line_id, version, effective_date) in rows {
        versions.entry(line_id).or_default().push(ScheduleVersion {
            version,
            effective_date,
            items: listed.remove(&id).unwrap_or_default(),
        });
    }
    Ok(versions)
}

/// Which versions of a project; an empty list asks for all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Funding sources.
    pub sources: Vec<i64>,
    /// Budget years.
    pub budget_years: Vec<i32>,
    /// Origins.
    pub origins: Vec<Origin>,
    /// Statuses.
    pub statuses: Vec<ScheduleStatus>,
}

/// A page of ids of a project's versions, in the order they were made.
pub fn ids_of_project(
    conn: &mut Conn,
    project_id: i64,
    filter: &Filter,
    page: &Page,
) -> Result<Rows<i64>> {
    let mut query = sql::<(BigInt,)>(
        "SELECT s.id FROM schedules s JOIN plan_lines l ON l.id = s.line_id WHERE l.project_id = ",
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
    if !filter.statuses.is_empty() {
        query = query
            .push(" AND s.status IN ")
            .list(filter.statuses.iter().map(|status| status.as_str()));
    }
    let rows = page.by_id(query, "s.id", false).load::<(i64,)>(conn)?;
    let rows = page.cut(rows, |(id,)| After {
        key: String::new(),
        id: *id,
    });
    Ok(rows.map(|(id,)| id))
}

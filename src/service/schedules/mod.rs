//! Disbursement schedules: drafted, submitted, approved by a second person (domain.md section 7).

mod input;
mod steps;
mod worksheet;

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::shared::{Named, Ref, Refs, UserRef, Users};
use super::{Tx, View};
use crate::db;
use crate::db::page::{Page, Rows};
use crate::db::plan_lines::Line;
use crate::db::schedules::{Fields, Item};
use crate::domain::capital::Origin;
use crate::domain::money::Money;
use crate::domain::schedule::ScheduleStatus;
use crate::error::{Code, Error, Result};

pub use crate::db::schedules::Filter;
pub use input::{NewItem, NewSchedule, create, judge, replace};
pub use steps::{approve, send_back, submit};
pub use worksheet::{Worksheet, by_month, worksheet};

/// An amount due by a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ScheduleItem)]
pub struct ItemOut {
    /// Its place in the list, from 1.
    pub position: i32,
    /// The last day on which paying it is not late.
    pub due_date: NaiveDate,
    /// Đồng.
    #[schema(value_type = i64)]
    pub amount: Money,
    /// What it is for.
    pub label: Option<String>,
}

/// A version of the schedule of a plan line.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Schedule {
    /// Identity.
    pub id: i64,
    /// The project.
    pub project_id: i64,
    /// The plan line.
    pub line_id: i64,
    /// The funding source.
    pub funding_source_id: i64,
    /// The same.
    pub funding_source: Ref,
    /// The budget year.
    pub budget_year: i32,
    /// `in_year` or `extended`.
    #[schema(value_type = String)]
    pub origin: Origin,
    /// Counted from 1 within the line.
    pub version: i32,
    /// `draft`, `submitted`, `approved` or `returned`.
    #[schema(value_type = String)]
    pub status: ScheduleStatus,
    /// The day from which it counts, once approved.
    pub effective_date: NaiveDate,
    /// The sum of its items, đồng.
    #[schema(value_type = i64)]
    pub total: Money,
    /// Its items, in the order given.
    pub items: Vec<ItemOut>,
    /// A note.
    pub note: Option<String>,
    /// Who drafted it.
    pub created_by: Option<UserRef>,
    /// When it was drafted.
    pub created_at: DateTime<Utc>,
    /// Who submitted it.
    pub submitted_by: Option<UserRef>,
    /// When it was submitted.
    pub submitted_at: Option<DateTime<Utc>>,
    /// Who approved it.
    pub approved_by: Option<UserRef>,
    /// When it was approved.
    pub approved_at: Option<DateTime<Utc>>,
    /// Why it was returned.
    pub return_reason: Option<String>,
}

/// A page of a project's versions, in the order they were made.
pub fn list(
    view: &mut View<'_>,
    project_id: i64,
    filter: &Filter,
    page: &Page,
) -> Result<Rows<Schedule>> {
    view.require_project(project_id)?;
    let ids = db::schedules::ids_of_project(view.conn, project_id, filter, page)?;
    Ok(Rows {
        rows: by_ids(view, &ids.rows)?,
        next: ids.next,
    })
}

/// One version of a project in scope.
pub fn get(view: &mut View<'_>, id: i64) -> Result<Schedule> {
    let found = one(view, id)?;
    view.require_project(found.project_id)?;
    Ok(found)
}

/// One version whose project is locked for a change. The month in which it will take effect is
/// kept from being closed: that of `day`, or of the version as it stands.
pub fn lock(tx: &mut Tx<'_>, id: i64, day: Option<NaiveDate>) -> Result<Schedule> {
    let found = one(tx, id)?;
    tx.hold_open(found.project_id, day.unwrap_or(found.effective_date))?;
    tx.lock_project(found.project_id)?;
    // Somebody may have changed it before the lock was taken.
    one(tx, id)
}

fn one(view: &mut View<'_>, id: i64) -> Result<Schedule> {
    by_ids(view, &[id])?
        .into_iter()
        .next()
        .ok_or_else(|| Code::NotFound.into())
}

/// Versions in the order of their ids as given.
pub fn by_ids(view: &mut View<'_>, ids: &[i64]) -> Result<Vec<Schedule>> {
    let conn = &mut *view.conn;
    let mut rows: HashMap<i64, Fields> = db::schedules::by_ids(conn, ids)?.into_iter().collect();
    let line_ids: Vec<i64> = rows.values().map(|row| row.line_id).collect();
    let lines: HashMap<i64, Line> = db::plan_lines::by_ids(conn, &line_ids)?
        .into_iter()
        .map(|line| (line.id, line))
        .collect();
    let sources = lines.values().map(|line| line.key.funding_source_id);
    let sources = Refs::load(conn, Named::Sources, sources)?;
    let people = rows
        .values()
        .flat_map(|row| [row.created_by, row.submitted_by, row.approved_by]);
    let users = Users::load(conn, people)?;
    let mut items: HashMap<i64, Vec<Item>> = HashMap::new();
    for item in db::schedules::items_of(conn, ids)? {
        items.entry(item.schedule_id).or_default().push(item);
    }
    ids.iter()
        .filter_map(|id| Some((*id, rows.remove(id)?)))
        .map(|(id, row)| {
            let items = items.remove(&id).unwrap_or_default();
            show(id, row, &lines, (&sources, &users), items)
        })
        .collect()
}

fn show(
    id: i64,
    row: Fields,
    lines: &HashMap<i64, Line>,
    (sources, users): (&Refs, &Users),
    items: Vec<Item>,
) -> Result<Schedule> {
    let stored = || Error::Internal(format!("schedule {id} as stored"));
    let line = lines.get(&row.line_id).ok_or_else(stored)?;
    let items = items.into_iter().map(|item| ItemOut {
        position: item.position,
        due_date: item.due_date,
        amount: Money::dong(item.amount),
        label: item.label,
    });
    Ok(Schedule {
        id,
        project_id: line.key.project_id,
        line_id: line.id,
        funding_source_id: line.key.funding_source_id,
        funding_source: sources.get(line.key.funding_source_id),
        budget_year: line.key.budget_year,
        origin: line.key.origin,
        version: row.version,
        status: ScheduleStatus::parse(&row.status).ok_or_else(stored)?,
        effective_date: row.effective_date,
        total: Money::dong(row.total),
        items: items.collect(),
        note: row.note,
        created_by: users.get(row.created_by),
        created_at: row.created_at.and_utc(),
        submitted_by: users.get(row.submitted_by),
        submitted_at: row.submitted_at.map(|at| at.and_utc()),
        approved_by: users.get(row.approved_by),
        approved_at: row.approved_at.map(|at| at.and_utc()),
        return_reason: row.return_reason,
    })
}

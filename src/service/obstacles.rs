//! Obstacles: what blocks a project, who removes it, and by when.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::audit::Change;
use super::shared::{Named, People, PersonRef, Ref, Refs, UserRef, Users, unknown};
use super::{Tx, View};
use crate::db;
use crate::db::obstacles::Fields;
use crate::db::page::{After, Page, Rows};
use crate::domain::locale::Locale;
use crate::domain::obstacle::{Category, FollowUp};
use crate::error::{Code, Error, Fault, Result};

/// What blocks a project.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Obstacle {
    /// Identity.
    pub id: i64,
    /// The project.
    pub project_id: i64,
    /// The same.
    pub project: Ref,
    /// What kind of obstacle it is.
    pub category: String,
    /// What it is.
    pub description: String,
    /// The agency that removes it.
    pub owner_agency_id: Option<i64>,
    /// The same.
    pub owner_agency: Option<Ref>,
    /// The person who removes it.
    pub owner_person_id: Option<i64>,
    /// The same.
    pub owner_person: Option<PersonRef>,
    /// By when.
    pub due_date: NaiveDate,
    /// How far it has come.
    #[schema(value_type = String)]
    pub status: FollowUp,
    /// How it ended.
    pub resolution: Option<String>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// Who recorded it.
    pub recorded_by: Option<UserRef>,
}

/// A kind of obstacle that provincial reports name; other words are taken as well.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ObstacleCategory {
    /// What is stored as `category`.
    pub code: String,
    /// In Vietnamese.
    pub name_vi: String,
    /// In English.
    pub name_en: String,
}

/// The suggested categories.
pub fn categories(page: &Page) -> Rows<ObstacleCategory> {
    let after = page.after.as_ref().map_or(0, |after| after.id);
    let all = (1_i64..).zip(Category::ALL);
    let rows = all.filter(|(place, _)| *place > after).collect();
    let rows = page.cut(rows, |(place, _)| After {
        key: String::new(),
        id: *place,
    });
    rows.map(|(_, category)| ObstacleCategory {
        code: category.as_str().to_owned(),
        name_vi: category.label(Locale::Vi).to_owned(),
        name_en: category.label(Locale::En).to_owned(),
    })
}

/// What is written of an obstacle.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Input {
    pub category: String,
    pub description: String,
    pub owner_agency_id: Option<i64>,
    pub owner_person_id: Option<i64>,
    pub due_date: NaiveDate,
    pub status: FollowUp,
    pub resolution: Option<String>,
}

/// A page of a project's obstacles.
pub fn list(view: &mut View<'_>, project_id: i64, page: &Page) -> Result<Rows<Obstacle>> {
    view.require_project(project_id)?;
    let rows = db::obstacles::list(view.conn, project_id, page)?;
    Ok(Rows {
        rows: show(view, rows.rows)?,
        next: rows.next,
    })
}

/// Open obstacles of the projects of some units, those due first, and how many there are in all.
pub fn open(view: &mut View<'_>, units: &[i64], limit: i64) -> Result<(Vec<Obstacle>, i64)> {
    let (scope, today) = (view.readable()?, view.today);
    let (rows, total) = db::obstacles::open(view.conn, (&scope, today), units, limit)?;
    Ok((show(view, rows)?, total))
}

/// One obstacle of a project that the caller may read.
pub fn get(view: &mut View<'_>, id: i64) -> Result<Obstacle> {
    let row = db::obstacles::find(view.conn, id)?.ok_or(Code::NotFound)?;
    view.require_project(row.project_id)?;
    show(view, vec![row])?
        .pop()
        .ok_or_else(|| Code::NotFound.into())
}

/// Records an obstacle.
pub fn create(tx: &mut Tx<'_>, project_id: i64, input: &Input) -> Result<Obstacle> {
    tx.lock_project(project_id)?;
    let fields = check(tx, input)?;
    let recorded = (tx.now, tx.ctx.actor.user_id);
    let id = db::obstacles::insert(tx.conn, project_id, &fields, recorded)?;
    let obstacle = get(tx, id)?;
    let change = Change::created("obstacle.recorded", "obstacle", id, &obstacle);
    tx.audit(change.of_project(project_id))?;
    Ok(obstacle)
}

/// Locks the obstacle's project and reads it, before a change.
pub fn lock(tx: &mut Tx<'_>, id: i64) -> Result<Obstacle> {
    let row = db::obstacles::find(tx.conn, id)?.ok_or(Code::NotFound)?;
    tx.lock_project(row.project_id)?;
    get(tx, id)
}

/// Changes an obstacle.
pub fn update(tx: &mut Tx<'_>, before: &Obstacle, input: &Input) -> Result<Obstacle> {
    let fields = check(tx, input)?;
    db::obstacles::update(tx.conn, before.id, &fields)?;
    let after = get(tx, before.id)?;
    let change = Change::updated("obstacle.updated", "obstacle", after.id, before, &after);
    tx.audit(change.of_project(before.project_id))?;
    Ok(after)
}

fn check(view: &mut View<'_>, input: &Input) -> Result<Fields> {
    let mut faults = Vec::new();
    if let Some(agency) = input.owner_agency_id
        && !Refs::load(view.conn, Named::Agencies, [agency])?.has(agency)
    {
        faults.push(unknown("/owner_agency_id"));
    }
    if let Some(person) = input.owner_person_id
        && !People::load(view.conn, [person])?.has(person)
    {
        faults.push(unknown("/owner_person_id"));
    }
    if input.status.is_over() && input.resolution.is_none() {
        faults.push(Fault::at("/resolution", Code::Required));
    }
    Error::check(faults)?;
    Ok(Fields {
        category: input.category.clone(),
        description: input.description.clone(),
        owner_agency_id: input.owner_agency_id,
        owner_person_id: input.owner_person_id,
        due_date: input.due_date,
        status: input.status.as_str().to_owned(),
        resolution: input.resolution.clone(),
    })
}

fn show(view: &mut View<'_>, rows: Vec<db::obstacles::Obstacle>) -> Result<Vec<Obstacle>> {
    let projects = rows.iter().map(|row| row.project_id);
    let projects = Refs::load(view.conn, Named::Projects, projects)?;
    let agencies = rows.iter().filter_map(|row| row.owner_agency_id);
    let agencies = Refs::load(view.conn, Named::Agencies, agencies)?;
    let people = rows.iter().filter_map(|row| row.owner_person_id);
    let people = People::load(view.conn, people)?;
    let users = Users::load(view.conn, rows.iter().map(|row| row.recorded_by))?;
    let shown = rows.into_iter().map(|row| {
        let unreadable = |what: &str| Error::Internal(format!("{what} of obstacle {}", row.id));
        Ok(Obstacle {
            category: row.category,
            status: FollowUp::parse(&row.status).ok_or_else(|| unreadable("status"))?,
            id: row.id,
            project_id: row.project_id,
            project: projects.get(row.project_id),
            description: row.description,
            owner_agency_id: row.owner_agency_id,
            owner_agency: row.owner_agency_id.map(|id| agencies.get(id)),
            owner_person_id: row.owner_person_id,
            owner_person: row.owner_person_id.map(|id| people.get(id)),
            due_date: row.due_date,
            resolution: row.resolution,
            recorded_at: row.recorded_at.and_utc(),
            recorded_by: users.get(row.recorded_by),
        })
    });
    shown.collect()
}

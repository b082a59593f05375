//! Directives: conclusions of a task force turned into tasks.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::audit::Change;
use super::shared::{Named, People, PersonRef, Ref, Refs, UserRef, Users, unknown};
use super::{Tx, View};
use crate::db;
use crate::db::directives::Fields;
use crate::db::page::{Page, Rows};
use crate::domain::obstacle::FollowUp;
use crate::domain::permission::Permission;
use crate::error::{Code, Error, Result};

/// A task that a task force gave somebody.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Directive {
    /// Identity.
    pub id: i64,
    /// The task force.
    pub task_force_id: i64,
    /// Its unit.
    pub unit: Ref,
    /// The project it is about, if it is about one.
    pub project_id: Option<i64>,
    /// The same.
    pub project: Option<Ref>,
    /// What is to be done.
    pub text: String,
    /// Who does it.
    pub assignee_person_id: i64,
    /// The same.
    pub assignee: PersonRef,
    /// By when.
    pub due_date: NaiveDate,
    /// How far it has come.
    #[schema(value_type = String)]
    pub status: FollowUp,
    /// The document it comes from.
    pub source_document: String,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// Who recorded it.
    pub recorded_by: Option<UserRef>,
}

/// Which directives; an empty list asks for all.
#[derive(Clone, Debug, Default)]
pub struct ListFilter {
    /// Task forces.
    pub task_forces: Vec<i64>,
    /// Projects.
    pub projects: Vec<i64>,
    /// Statuses.
    pub statuses: Vec<FollowUp>,
    /// Units of the task forces, with everything below them today.
    pub units: Vec<i64>,
    /// Past its due date and not over, or not so.
    pub overdue: Option<bool>,
}

/// What is written of a directive.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Input {
    pub text: String,
    pub assignee_person_id: i64,
    pub due_date: NaiveDate,
    pub status: FollowUp,
    pub source_document: String,
}

/// A page of the directives that the caller may read.
pub fn list(view: &mut View<'_>, asked: &ListFilter, page: &Page) -> Result<Rows<Directive>> {
    let filter = db::directives::Filter {
        task_forces: asked.task_forces.clone(),
        projects: asked.projects.clone(),
        statuses: asked
            .statuses
            .iter()
            .map(|status| status.as_str().to_owned())
            .collect(),
        units: super::projects::subtrees(view, &asked.units)?,
        overdue: asked.overdue.map(|overdue| (overdue, view.today)),
    };
    let (scope, today) = (view.readable()?, view.today);
    let reader = (&*scope, view.ctx.actor.person_id, today);
    let rows = db::directives::list(view.conn, reader, &filter, page)?;
    Ok(Rows {
        rows: show(view, rows.rows)?,
        next: rows.next,
    })
}

/// One directive that the caller may read: of a unit or project in scope, or their own to do.
pub fn get(view: &mut View<'_>, id: i64) -> Result<Directive> {
    let row = db::directives::find(view.conn, id)?.ok_or(Code::NotFound)?;
    let units = db::directives::units_of(view.conn, [row.task_force_id])?;
    let scope = view.readable()?;
    let of_unit = units
        .get(&row.task_force_id)
        .is_some_and(|unit| scope.has_unit(*unit));
    match of_unit || readable(view, &row)? {
        true => one(view, id),
        false => Err(Code::NotFound.into()),
    }
}

/// Records a directive of a task force whose unit is in the caller's scope.
pub fn create(
    tx: &mut Tx<'_>,
    (task_force_id, project_id): (i64, Option<i64>),
    input: &Input,
) -> Result<Directive> {
    let units = db::directives::units_of(tx.conn, [task_force_id])?;
    match units.get(&task_force_id) {
        Some(unit) => tx.require_unit(*unit)?,
        None => return Err(unknown("/task_force_id").into()),
    }
    let mut faults = Vec::new();
    if let Some(project) = project_id
        && !lock_readable(tx, project)?
    {
        faults.push(unknown("/project_id"));
    }
    if !People::load(tx.conn, [input.assignee_person_id])?.has(input.assignee_person_id) {
        faults.push(unknown("/assignee_person_id"));
    }
    Error::check(faults)?;
    let recorded = (tx.now, tx.ctx.actor.user_id);
    let about = (task_force_id, project_id);
    let id = db::directives::insert(tx.conn, about, &fields(input), recorded)?;
    let directive = one(tx, id)?;
    let change = Change::created("directive.issued", "directive", id, &directive);
    tx.audit(change.of(project_id))?;
    Ok(directive)
}

/// Locks what the directive's audit chain needs and reads it, before a change.
pub fn lock(tx: &mut Tx<'_>, id: i64) -> Result<Directive> {
    let row = db::directives::find(tx.conn, id)?.ok_or(Code::NotFound)?;
    let units = db::directives::units_of(tx.conn, [row.task_force_id])?;
    let unit = units.get(&row.task_force_id).ok_or(Code::NotFound)?;
    match tx.require_unit(*unit) {
        // Whoever may read the project or carries it out knows of the directive.
        Err(_) if readable(tx, &row)? => return Err(Code::Forbidden.into()),
        other => other?,
    }
    if let Some(project) = row.project_id {
        db::projects::lock(tx.conn, project)?;
    }
    one(tx, id)
}

/// Changes a directive.
pub fn update(tx: &mut Tx<'_>, before: &Directive, input: &Input) -> Result<Directive> {
    let person = input.assignee_person_id;
    if !People::load(tx.conn, [person])?.has(person) {
        return Err(unknown("/assignee_person_id").into());
    }
    db::directives::update(tx.conn, before.id, &fields(input))?;
    let after = one(tx, before.id)?;
    let change = Change::updated("directive.updated", "directive", after.id, before, &after);
    tx.audit(change.of(before.project_id))?;
    Ok(after)
}

impl Change<'_> {
    fn of(self, project_id: Option<i64>) -> Self {
        match project_id {
            Some(project) => self.of_project(project),
            None => self,
        }
    }
}

fn lock_readable(tx: &mut Tx<'_>, project_id: i64) -> Result<bool> {
    Ok(db::projects::lock(tx.conn, project_id)?.is_some() && may_read(tx, project_id)?)
}

fn may_read(view: &mut View<'_>, project_id: i64) -> Result<bool> {
    let today = view.today;
    let links = db::project_links::on(view.conn, project_id, today)?;
    let scope = view.scope(Permission::Read)?;
    Ok(links.is_some_and(|links| scope.has_project(&links)))
}

fn readable(view: &mut View<'_>, row: &db::directives::Directive) -> Result<bool> {
    if view.ctx.actor.person_id == Some(row.assignee_person_id) {
        return Ok(true);
    }
    match row.project_id {
        Some(project) => may_read(view, project),
        None => Ok(false),
    }
}

fn fields(input: &Input) -> Fields {
    Fields {
        text: input.text.clone(),
        assignee_person_id: input.assignee_person_id,
        due_date: input.due_date,
        status: input.status.as_str().to_owned(),
        source_document: input.source_document.clone(),
    }
}

fn one(view: &mut View<'_>, id: i64) -> Result<Directive> {
    let row = db::directives::find(view.conn, id)?.ok_or(Code::NotFound)?;
    show(view, vec![row])?
        .pop()
        .ok_or_else(|| Code::NotFound.into())
}

fn show(view: &mut View<'_>, rows: Vec<db::directives::Directive>) -> Result<Vec<Directive>> {
    let units = db::directives::units_of(view.conn, rows.iter().map(|row| row.task_force_id))?;
    let names = Refs::load(view.conn, Named::Units, units.values().copied())?;
    let projects = rows.iter().filter_map(|row| row.project_id);
    let projects = Refs::load(view.conn, Named::Projects, projects)?;
    let people = People::load(view.conn, rows.iter().map(|row| row.assignee_person_id))?;
    let users = Users::load(view.conn, rows.iter().map(|row| row.recorded_by))?;
    let shown = rows.into_iter().map(|row| {
        let unit = units.get(&row.task_force_id).copied().unwrap_or_default();
        let status = FollowUp::parse(&row.status)
            .ok_or_else(|| Error::Internal(format!("status of directive {}", row.id)))?;
        Ok(Directive {
            id: row.id,
            task_force_id: row.task_force_id,
            unit: names.get(unit),
            project_id: row.project_id,
            project: row.project_id.map(|id| projects.get(id)),
            text: row.text,
            assignee_person_id: row.assignee_person_id,
            assignee: people.get(row.assignee_person_id),
            due_date: row.due_date,
            status,
            source_document: row.source_document,
            recorded_at: row.recorded_at.and_utc(),
            recorded_by: users.get(row.recorded_by),
        })
    });
    shown.collect()
}

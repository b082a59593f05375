//! Task forces: one per unit at a time, with one head (domain.md section 2).

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::audit::Change;
use super::reference::{check_period, duplicate, unusable};
use super::shared::Decision;
use super::{Tx, View};
use crate::db;
use crate::db::page::{Page, Rows};
use crate::db::task_forces::TaskForce as Row;
use crate::domain::reference::{MemberRole, Period};
use crate::error::{Code, Error, Fault, Result};

/// A member of a task force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Member {
    /// Who.
    pub person_id: i64,
    /// Their name.
    pub full_name: String,
    /// Head, deputy or member.
    #[schema(value_type = String)]
    pub role: MemberRole,
}

/// A task force.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TaskForce {
    /// Identity.
    pub id: i64,
    /// Whose.
    pub unit_id: i64,
    /// The agency that does its paperwork.
    pub standing_agency_id: Option<i64>,
    /// The paper it was founded by.
    pub decision: Decision,
    /// First day, or always.
    pub valid_from: Option<NaiveDate>,
    /// Last day, or still.
    pub valid_to: Option<NaiveDate>,
    /// Head, deputies, members.
    pub members: Vec<Member>,
}

/// What is written of a task force.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Fields {
    pub unit_id: i64,
    pub standing_agency_id: Option<i64>,
    pub decision: Decision,
    pub valid: Period,
    pub members: Vec<(i64, MemberRole)>,
}

impl Fields {
    fn values(&self) -> db::task_forces::Values<'_> {
        db::task_forces::Values {
            unit_id: self.unit_id,
            standing_agency_id: self.standing_agency_id,
            decision_number: &self.decision.number,
            decision_issuer: &self.decision.issuer,
            decision_date: self.decision.date,
            valid: self.valid,
            members: &self.members,
        }
    }
}

fn shown(view: &mut View<'_>, rows: Vec<Row>) -> Result<Vec<TaskForce>> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut members = db::task_forces::members_of(view.conn, &ids)?;
    let forces = rows.into_iter().map(|row| {
        let people = members.remove(&row.id).unwrap_or_default();
        let people = people.into_iter().map(|member| Member {
            person_id: member.person_id,
            full_name: member.full_name,
            role: member.role.0,
        });
        TaskForce {
            id: row.id,
            unit_id: row.unit_id,
            standing_agency_id: row.standing_agency_id,
            decision: Decision {
                number: row.decision_number,
                issuer: row.decision_issuer,
                date: row.decision_date,
            },
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            members: people.collect(),
        }
    });
    Ok(forces.collect())
}

/// A page of all task forces.
pub fn list(
    view: &mut View<'_>,
    units: &[i64],
    as_of: Option<NaiveDate>,
    page: &Page,
) -> Result<Rows<TaskForce>> {
    let found = db::task_forces::list(view.conn, units, as_of, page)?;
    let next = found.next;
    Ok(Rows {
        rows: shown(view, found.rows)?,
        next,
    })
}

/// One task force.
pub fn get(view: &mut View<'_>, id: i64) -> Result<TaskForce> {
    let row = db::task_forces::find(view.conn, id)?.ok_or(Code::NotFound)?;
    let mut forces = shown(view, vec![row])?;
    forces.pop().ok_or(Code::NotFound.into())
}

/// Founds a task force of a unit in the caller's scope.
pub fn create(tx: &mut Tx<'_>, fields: &Fields) -> Result<TaskForce> {
    tx.lock_reference()?;
    check(tx, fields, None)?;
    tx.require_unit(fields.unit_id)?;
    let id = db::task_forces::insert(tx.conn, &fields.values())?;
    let force = get(tx, id)?;
    tx.audit(Change::created(
        "task_force.created",
        "task_force",
        id,
        &force,
    ))?;
    Ok(force)
}

/// The task force as it is, locked for a change.
pub fn lock(tx: &mut Tx<'_>, id: i64) -> Result<TaskForce> {
    tx.lock_reference()?;
    let before = get(tx, id)?;
    tx.require_unit(before.unit_id)?;
    Ok(before)
}

/// Changes a task force that was locked.
pub fn update(tx: &mut Tx<'_>, before: &TaskForce, fields: &Fields) -> Result<TaskForce> {
    check(tx, fields, Some(before.id))?;
    if fields.unit_id != before.unit_id {
        tx.require_unit(fields.unit_id)?;
    }
    db::task_forces::update(tx.conn, before.id, &fields.values())?;
    let after = get(tx, before.id)?;
    tx.audit(Change::updated(
        "task_force.updated",
        "task_force",
        after.id,
        before,
        &after,
    ))?;
    Ok(after)
}

fn check(tx: &mut Tx<'_>, fields: &Fields, own: Option<i64>) -> Result<()> {
    let mut faults = Vec::new();
    check_period(&fields.valid, &mut faults);
    let tree = tx.tree()?;
    match tree.get(fields.unit_id) {
        None => faults.push(unusable("/unit_id")),
        Some(unit) => {
            let others = db::task_forces::of_unit(tx.conn, fields.unit_id)?;
            let overlaps = |other: &Row| {
                let valid = Period {
                    from: other.valid_from,
                    to: other.valid_to,
                };
                Some(other.id) != own && valid.overlaps(&fields.valid)
            };
            if others.iter().any(overlaps) {
                faults.push(duplicate("/unit_id", &unit.name));
            }
        }
    }
    if let Some(agency) = fields.standing_agency_id
        && db::agencies::find(tx.conn, agency)?.is_none()
    {
        faults.push(unusable("/standing_agency_id"));
    }
    check_members(tx, &fields.members, &mut faults)?;
    Error::check(faults)
}

fn check_members(
    tx: &mut Tx<'_>,
    members: &[(i64, MemberRole)],
    faults: &mut Vec<Fault>,
) -> Result<()> {
    if members.is_empty() {
        faults.push(Fault::at("/members", Code::Required));
        return Ok(());
    }
    let heads = members.iter().filter(|(_, role)| *role == MemberRole::Head);
    if heads.count() != 1 {
        let why = ("cần đúng một tổ trưởng", "exactly one head is needed");
        faults.push(Fault::at("/members", Code::Invalid).with("why", why));
    }
    for (index, (person, _)) in members.iter().enumerate() {
        let at = format!("/members/{index}/person_id");
        let is_twice = members.iter().take(index).any(|(other, _)| other == person);
        if is_twice {
            let why = ("người này ghi hai lần", "this person is named twice");
            faults.push(Fault::at(at, Code::Invalid).with("why", why));
        } else if db::people::find(tx.conn, *person)?.is_none() {
            faults.push(unusable(at));
        }
    }
    Ok(())
}

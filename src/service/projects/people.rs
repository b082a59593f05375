//! Responsible leaders and tracking officers.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::db;
use crate::db::page::{Page, Rows};
use crate::domain::project::Duty;
use crate::error::Result;
use crate::service::alerts;
use crate::service::audit::Change;
use crate::service::shared::{Decision, People, PersonRef, unknown};
use crate::service::{Tx, View};

/// A person's duty on a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Assignment {
    /// The project.
    pub project_id: i64,
    /// The person.
    pub person_id: i64,
    /// The same.
    pub person: PersonRef,
    /// First day.
    pub effective_date: NaiveDate,
    /// Last day, or null while nobody follows.
    pub valid_to: Option<NaiveDate>,
    /// The decision that assigned them.
    pub decision: Decision,
}

fn show(row: db::project_people::Assignment, people: &People) -> Assignment {
    Assignment {
        project_id: row.project_id,
        person_id: row.person_id,
        person: people.get(row.person_id),
        effective_date: row.valid_from,
        valid_to: (row.valid_to != db::FOREVER).then_some(row.valid_to),
        decision: Decision {
            number: row.decision_number,
            issuer: row.decision_issuer,
            date: row.decision_date,
        },
    }
}

/// Who has the duty on a day.
pub fn on(
    view: &mut View<'_>,
    project_id: i64,
    duty: Duty,
    date: NaiveDate,
) -> Result<Option<Assignment>> {
    let Some((_, row)) = db::project_people::on(view.conn, project_id, duty, date)? else {
        return Ok(None);
    };
    let people = People::load(view.conn, [row.person_id])?;
    Ok(Some(show(row, &people)))
}

/// Everybody who had the duty, oldest first.
pub fn history(
    view: &mut View<'_>,
    project_id: i64,
    duty: Duty,
    page: &Page,
) -> Result<Rows<Assignment>> {
    view.require_project(project_id)?;
    let rows = db::project_people::history(view.conn, project_id, duty, page)?;
    let people = People::load(view.conn, rows.rows.iter().map(|row| row.person_id))?;
    Ok(rows.map(|row| show(row, &people)))
}

/// Gives a person the duty from a day on; whoever had it has it until the day before. The same
/// again changes nothing. `check` sees who had it, for `If-Match`.
pub fn assign(
    tx: &mut Tx<'_>,
    project_id: i64,
    duty: Duty,
    (person_id, effective_date, decision): (i64, NaiveDate, &Decision),
    check: impl FnOnce(&Option<Assignment>) -> Result<()>,
) -> Result<Assignment> {
    tx.lock_project(project_id)?;
    let before = on(tx, project_id, duty, effective_date)?;
    check(&before)?;
    let today = tx.today;
    let until_now = on(tx, project_id, duty, today)?.map(|now| now.person_id);
    if !People::load(tx.conn, [person_id])?.has(person_id) {
        return Err(unknown("/person_id").into());
    }
    if let Some(now) = &before
        && now.person_id == person_id
        && now.effective_date == effective_date
        && now.decision == *decision
    {
        return Ok(now.clone());
    }
    let mut row = db::project_people::Assignment {
        project_id,
        role: duty.as_str().to_owned(),
        person_id,
        valid_from: effective_date,
        valid_to: db::FOREVER,
        decision_number: decision.number.clone(),
        decision_issuer: decision.issuer.clone(),
        decision_date: decision.date,
        recorded_at: tx.now,
        recorded_by: tx.ctx.actor.user_id,
    };
    db::project_people::insert(tx.conn, duty, &mut row)?;
    let people = People::load(tx.conn, [person_id])?;
    let after = show(row, &people);
    let action = match duty {
        Duty::Leader => "project.leader_assigned",
        Duty::Officer => "project.officer_assigned",
    };
    let change = Change::updated(action, "project", project_id, &before, &after);
    tx.audit(change.of_project(project_id))?;
    alerts::hand_over(tx, project_id, duty, until_now)?;
    Ok(after)
}

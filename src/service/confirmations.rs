//! "Nothing to report": somebody looked, and nothing was paid. Missing is not zero (domain.md
//! section 6), so it must be said.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::Tx;
use super::audit::Change;
use super::shared::{UserRef, Users};
use crate::db;
use crate::db::confirmations::NewConfirmation;
use crate::error::{Code, Fault, Result};

/// A confirmation that nothing was paid up to a day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Confirmation {
    /// Identity.
    pub id: i64,
    /// The project.
    pub project_id: i64,
    /// Up to when.
    pub as_of: NaiveDate,
    /// Why, if somebody said.
    pub note: Option<String>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// Who recorded it.
    pub recorded_by: Option<UserRef>,
}

/// Records that a project has nothing to report up to a day, today at the latest.
pub fn create(
    tx: &mut Tx<'_>,
    project_id: i64,
    as_of: NaiveDate,
    note: Option<String>,
) -> Result<Confirmation> {
    tx.lock_project(project_id)?;
    let today = tx.today;
    if as_of > today {
        let fault = Fault::at("/as_of", Code::FutureDate).with("today", today);
        return Err(fault.into());
    }
    let new = NewConfirmation {
        project_id,
        as_of,
        note,
        recorded_at: tx.now,
        recorded_by: tx.ctx.actor.user_id,
    };
    let id = db::confirmations::insert(tx.conn, &new)?;
    let users = Users::load(tx.conn, [new.recorded_by])?;
    let confirmation = Confirmation {
        id,
        project_id,
        as_of,
        note: new.note,
        recorded_at: new.recorded_at.and_utc(),
        recorded_by: users.get(new.recorded_by),
    };
    let change = Change::created(
        "project.nothing_to_report",
        "confirmation",
        id,
        &confirmation,
    );
    tx.audit(change.of_project(project_id))?;
    Ok(confirmation)
}

//! Who changed what in a project, from its audit chain.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::View;
use super::audit::MAIN_CHAIN;
use crate::db;
use crate::db::page::{Page, Rows};
use crate::error::Result;

/// A change.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HistoryEvent {
    /// Its number in the project's chain, from 1.
    pub seq: i64,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// Who made it.
    pub actor: String,
    /// What was done, such as `disbursement.recorded`.
    pub action: String,
    /// The kind of record.
    pub entity: String,
    /// The record.
    pub entity_id: i64,
    /// The record before, if there was one.
    #[schema(value_type = Option<Object>)]
    pub before: Option<Value>,
    /// The record after, if there is one.
    #[schema(value_type = Option<Object>)]
    pub after: Option<Value>,
}

/// A page of the changes that belong to no project, newest first: reference data, users, policies,
/// sign-ins. For those who read the audit log of the whole province.
pub fn of_no_project(view: &mut View<'_>, page: &Page) -> Result<Rows<HistoryEvent>> {
    view.require_everything()?;
    of_chain(view, MAIN_CHAIN, page)
}

/// A page of a project's changes, newest first.
pub fn list(view: &mut View<'_>, project_id: i64, page: &Page) -> Result<Rows<HistoryEvent>> {
    view.require_project(project_id)?;
    of_chain(view, &format!("project:{project_id}"), page)
}

fn of_chain(view: &mut View<'_>, chain: &str, page: &Page) -> Result<Rows<HistoryEvent>> {
    let rows = db::audit_check::history(view.conn, chain, page)?;
    let json = |text: Option<String>| text.and_then(|text| serde_json::from_str(&text).ok());
    Ok(rows.map(|event| HistoryEvent {
        seq: event.seq,
        at: event.at.and_utc(),
        actor: event.actor,
        action: event.action,
        entity: event.entity,
        entity_id: event.entity_id,
        before: json(event.before),
        after: json(event.after),
    }))
}

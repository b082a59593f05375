//! The ordered feed of audit events, for systems that follow what happens here.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::shared::{Ref, Refs};
use super::{Ctx, Tx, View, webhooks, write};
use crate::db;
use crate::db::feed::Readable;
use crate::db::names::Named;
use crate::db::page::{Page, Rows};
use crate::domain::permission::Permission;
use crate::error::Result;

pub use crate::db::feed::Filter;

/// An event of the feed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChangeEvent {
    /// Its number: without end and in the order of the feed, though not without gaps in a scope.
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
    /// The project it belongs to.
    pub project: Option<Ref>,
    /// The record before, if there was one.
    #[schema(value_type = Option<Object>)]
    pub before: Option<Value>,
    /// The record after, if there is one.
    #[schema(value_type = Option<Object>)]
    pub after: Option<Value>,
}

/// A page of the feed and the last number there is: a reader that is at the end goes on from it.
pub struct Feed {
    /// The page.
    pub rows: Rows<ChangeEvent>,
    /// The last number given, to whatever event.
    pub latest: i64,
}

/// Events numbered in one transaction at most.
const CHUNK: i64 = 500;

/// Numbers whatever is committed and waits, and queues what webhooks are told of it. Asked for by a
/// reader and by the job beside the server, whoever comes first.
pub fn seal(ctx: &Ctx) -> Result<usize> {
    if !ctx.app.db.read(db::feed::is_pending)? {
        return Ok(0);
    }
    let system = Ctx {
        origin: ctx.origin.clone(),
        ..Ctx::system(&ctx.app, "changes")
    };
    let mut total = 0;
    loop {
        let numbered = write(&system, chunk)?;
        total += numbered;
        if i64::try_from(numbered).unwrap_or(CHUNK) < CHUNK {
            return Ok(total);
        }
    }
}

fn chunk(tx: &mut Tx<'_>) -> Result<usize> {
    let now = tx.now;
    let (before, numbered) = db::feed::seal(tx.conn, CHUNK, now)?;
    if numbered > 0 {
        webhooks::queue_after(tx, before)?;
    }
    Ok(numbered)
}

/// A page of the events in the caller's scope.
pub fn list(view: &mut View<'_>, filter: &Filter, page: &Page) -> Result<Feed> {
    let scope = view.readable()?;
    let whole = view.scope(Permission::ReadAudit)?.everything;
    let readable = Readable {
        scope: &scope,
        whole,
        today: view.today,
    };
    let found = db::feed::page(view.conn, &readable, filter, page)?;
    let projects = found.rows.iter().filter_map(|row| row.project_id);
    let projects = Refs::load(view.conn, Named::Projects, projects)?;
    Ok(Feed {
        latest: db::feed::latest(view.conn)?,
        rows: found.map(|row| ChangeEvent {
            seq: row.seq,
            at: row.at.and_utc(),
            actor: row.actor,
            action: row.action,
            entity: row.entity,
            entity_id: row.entity_id,
            project: row.project_id.map(|id| projects.get(id)),
            before: json(row.before),
            after: json(row.after),
        }),
    })
}

fn json(text: Option<String>) -> Option<Value> {
    text.and_then(|text| serde_json::from_str(&text).ok())
}

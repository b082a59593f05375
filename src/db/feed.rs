//! The feed of changes: audit events in one order, numbered once they are committed.
//!
//! Ids do not commit in order on PostgreSQL: a reader that remembers the highest id it saw would miss
//! an event of a slower writer. So each event waits in `pending_changes`, written with it, and one
//! sealer at a time numbers what is committed. Whoever has seen a number has seen all below it.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};

use super::Conn;
use super::page::{After, Page, Rows};
use super::project_links::in_scope;
use super::schema::{changes, pending_changes};
use super::sql::{Sql, sql};
use crate::domain::scope::Scope;
use crate::error::Result;

/// Lets events wait for their numbers; in the transaction that wrote them.
pub fn queue(conn: &mut Conn, event_ids: &[i64]) -> Result<()> {
    if let [event_id] = event_ids {
        diesel::insert_into(pending_changes::table)
            .values(pending_changes::event_id.eq(event_id))
            .execute(conn)?;
        return Ok(());
    }
    sql::<()>("INSERT INTO pending_changes (event_id) SELECT id FROM audit_events WHERE id IN ")
        .list(event_ids.iter().copied())
        .execute(conn)?;
    Ok(())
}

/// Whether an event waits for its number.
pub fn is_pending(conn: &mut Conn) -> Result<bool> {
    let first: Option<i64> = pending_changes::table
        .select(pending_changes::event_id)
        .first(conn)
        .optional()?;
    Ok(first.is_some())
}

/// The last number given.
pub fn latest(conn: &mut Conn) -> Result<i64> {
    let latest: Option<i64> = changes::table
        .select(changes::seq)
        .order(changes::seq.desc())
        .first(conn)
        .optional()?;
    Ok(latest.unwrap_or(0))
}

/// Numbers up to `limit` waiting events in the order of their ids; gives the last number before and
/// how many were numbered. Sealers wait for each other until the transaction ends.
pub fn seal(conn: &mut Conn, limit: i64, now: NaiveDateTime) -> Result<(i64, usize)> {
    // The row is the lease: whoever wrote it last holds it until the commit.
    sql::<()>("INSERT INTO leases (name, owner, until_at) VALUES ('changes', 'sealer', ")
        .bind(now)
        .push(") ON CONFLICT (name) DO UPDATE SET until_at = excluded.until_at")
        .execute(conn)?;
    let before = latest(conn)?;
    // One statement, so one snapshot: an event that began after another was committed has the higher
    // id, and both are in it or neither.
    let numbered = sql::<()>("INSERT INTO changes (seq, event_id) SELECT CAST(")
        .bind(before)
        .push(
            " AS BIGINT) + ROW_NUMBER() OVER (ORDER BY p.event_id), p.event_id \
             FROM (SELECT event_id FROM pending_changes ORDER BY event_id LIMIT ",
        )
        .bind(limit)
        .push(") p")
        .execute(conn)?;
    sql::<()>(
        "DELETE FROM pending_changes WHERE event_id IN (SELECT event_id FROM changes WHERE seq > ",
    )
    .bind(before)
    .push(")")
    .execute(conn)?;
    Ok((before, numbered))
}

/// A numbered event.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Row {
    pub seq: i64,
    pub at: NaiveDateTime,
    pub actor: String,
    pub action: String,
    pub entity: String,
    pub entity_id: i64,
    pub project_id: Option<i64>,
    pub before: Option<String>,
    pub after: Option<String>,
    pub hash: String,
}

type Types = (
    (BigInt, Timestamp, Text, Text),
    (Text, BigInt, Nullable<BigInt>),
    (Nullable<Text>, Nullable<Text>, Text),
);
type Loaded = (
    (i64, NaiveDateTime, String, String),
    (String, i64, Option<i64>),
    (Option<String>, Option<String>, String),
);

fn row((event, record, state): Loaded) -> Row {
    Row {
        seq: event.0,
        at: event.1,
        actor: event.2,
        action: event.3,
        entity: record.0,
        entity_id: record.1,
        project_id: record.2,
        before: state.0,
        after: state.1,
        hash: state.2,
    }
}

fn after(seq: i64) -> Sql<Types> {
    sql(
        "SELECT c.seq, e.at, e.actor, e.action, e.entity, e.entity_id, e.project_id, e.before, e.after, e.hash \
         FROM changes c JOIN audit_events e ON e.id = c.event_id WHERE c.seq > ",
    )
    .bind(seq)
}

/// Numbered events of these actions after a number, at most as many as a sealing numbers.
pub fn of_actions(conn: &mut Conn, seq: i64, actions: &[&str]) -> Result<Vec<Row>> {
    let rows = after(seq)
        .push(" AND e.action IN ")
        .list(actions.iter().copied())
        .push(" ORDER BY c.seq")
        .load::<Loaded>(conn)?;
    Ok(rows.into_iter().map(row).collect())
}

/// Which events of the feed.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// After this number.
    pub since: i64,
    /// Of these projects; all when empty.
    pub projects: Vec<i64>,
    /// About these kinds of records; all when empty.
    pub entities: Vec<String>,
    /// These actions; all when empty.
    pub actions: Vec<String>,
}

/// What of the feed a reader sees.
#[derive(Clone, Debug)]
pub struct Readable<'a> {
    /// The projects, units and agencies.
    pub scope: &'a Scope,
    /// Whether accounts and keys are among it: the audit log of the whole province.
    pub whole: bool,
    /// The day of the scope.
    pub today: NaiveDate,
}

/// Records that belong to no unit and are read by everybody.
const OPEN: [&str; 8] = [
    "administrative_unit",
    "agency",
    "person",
    "funding_source",
    "task_force",
    "holiday",
    "target",
    "alert_policy",
];

/// Records that only the audit log shows.
const SECRET: [&str; 3] = ["user", "api_key", "webhook"];

/// A page of the feed, in order.
pub fn page(
    conn: &mut Conn,
    readable: &Readable<'_>,
    filter: &Filter,
    page: &Page,
) -> Result<Rows<Row>> {
    let mut query = visible(after(filter.since), readable);
    if !filter.projects.is_empty() {
        query = query
            .push(" AND e.project_id IN ")
            .list(filter.projects.iter().copied());
    }
    for (column, values) in [
        ("e.entity", &filter.entities),
        ("e.action", &filter.actions),
    ] {
        if !values.is_empty() {
            query = query
                .push(format!(" AND {column} IN "))
                .list(values.iter().map(String::as_str));
        }
    }
    let rows = page.by_id(query, "c.seq", false).load::<Loaded>(conn)?;
    let rows = rows.into_iter().map(row).collect();
    Ok(page.cut(rows, |row: &Row| After {
        key: String::new(),
        id: row.seq,
    }))
}

fn visible(query: Sql<Types>, readable: &Readable<'_>) -> Sql<Types> {
    let scope = readable.scope;
    if readable.whole {
        return query;
    }
    if scope.everything {
        return query.push(" AND e.entity NOT IN ").list(SECRET);
    }
    let query = query.push(" AND ((e.project_id IS NOT NULL");
    let query = in_scope(query, "e.project_id", scope, readable.today)
        .push(") OR (e.project_id IS NULL AND e.entity IN ")
        .list(OPEN)
        .push(
            ") OR (e.project_id IS NULL AND e.entity = 'alert' AND EXISTS \
             (SELECT 1 FROM alerts a WHERE a.id = e.entity_id AND a.unit_id IN ",
        )
        .list(scope.units.iter().copied());
    query
        .push(
            ")) OR (e.entity = 'capital_assignment' AND EXISTS \
             (SELECT 1 FROM capital_assignments g WHERE g.id = e.entity_id AND (g.unit_id IN ",
        )
        .list(scope.units.iter().copied())
        .push(" OR g.agency_id IN ")
        .list(scope.agencies.iter().copied())
        .push("))))")
}

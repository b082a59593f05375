//! Rows of the audit log.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::Conn;
use super::schema::audit_events;
use super::sql::{ROWS, Sql, sql};
use crate::error::Result;

/// One event. See `service::audit` for what the fields mean.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = audit_events)]
#[allow(missing_docs)]
pub struct Event {
    pub chain: String,
    pub seq: i64,
    pub at: NaiveDateTime,
    pub actor_user_id: Option<i64>,
    pub actor: String,
    pub address: Option<String>,
    pub request_id: Option<String>,
    pub action: String,
    pub entity: String,
    pub entity_id: i64,
    pub project_id: Option<i64>,
    pub before: Option<String>,
    pub after: Option<String>,
    pub prev_hash: String,
    pub hash: String,
}

/// The last number and hash of chains; the rows stay locked until the transaction ends.
pub fn lock_heads<'a>(conn: &mut Conn, chains: impl IntoIterator<Item = &'a str>) -> Result<Heads> {
    let heads =
        sql::<(Text, BigInt, Text)>("SELECT chain, seq, hash FROM audit_heads WHERE chain IN ")
            .list(chains)
            .push(" ORDER BY chain")
            .push(for_update(conn))
            .load::<(String, i64, String)>(conn)?;
    let head = |(chain, seq, hash)| (chain, (seq, hash));
    Ok(heads.into_iter().map(head).collect())
}

/// Makes the head of a chain without events, so that there is a row to lock.
pub fn begin_chain(conn: &mut Conn, chain: &str, genesis: &str) -> Result<()> {
    sql::<()>("INSERT INTO audit_heads (chain, seq, hash) VALUES (")
        .bind(chain)
        .push(", 0, ")
        .bind(genesis)
        .push(") ON CONFLICT (chain) DO NOTHING")
        .execute(conn)?;
    Ok(())
}

/// The last number and hash of chains.
pub type Heads = BTreeMap<String, (i64, String)>;

/// Appends events, lets them wait for their places in the feed, and moves the heads of their chains.
pub fn append(conn: &mut Conn, events: &[Event], heads: &Heads) -> Result<()> {
    let heads: Vec<_> = heads.iter().collect();
    // There are no more heads than events.
    let mut heads = heads.chunks(ROWS);
    for events in events.chunks(ROWS) {
        let heads = heads.next().unwrap_or_default();
        if conn.is_sqlite() {
            let made = appending(sql::<(BigInt,)>(""), events).push(" RETURNING id");
            let ids = made.load::<(i64,)>(conn)?;
            let ids: Vec<i64> = ids.into_iter().map(|(id,)| id).collect();
            super::feed::queue(conn, &ids)?;
            if !heads.is_empty() {
                moving(sql::<()>(""), heads).execute(conn)?;
            }
            continue;
        }
        // One round trip for all.
        let mut all = appending(sql::<()>("WITH made AS ("), events).push(" RETURNING id)");
        if !heads.is_empty() {
            all = moving(all.push(", moved AS ("), heads).push(")");
        }
        all.push(" INSERT INTO pending_changes (event_id) SELECT id FROM made")
            .execute(conn)?;
    }
    Ok(())
}

fn appending<ST>(query: Sql<ST>, events: &[Event]) -> Sql<ST> {
    let query = query.push(
        "INSERT INTO audit_events (chain, seq, at, actor_user_id, actor, address, request_id, action, entity, \
         entity_id, project_id, before, after, prev_hash, hash) VALUES ",
    );
    query.rows(events, |query, event| {
        query
            .bind(event.chain.as_str())
            .and(event.seq)
            .and(event.at)
            .and_option(event.actor_user_id)
            .and(event.actor.as_str())
            .and_option(event.address.as_deref())
            .and_option(event.request_id.as_deref())
            .and(event.action.as_str())
            .and(event.entity.as_str())
            .and(event.entity_id)
            .and_option(event.project_id)
            .and_option(event.before.as_deref())
            .and_option(event.after.as_deref())
            .and(event.prev_hash.as_str())
            .and(event.hash.as_str())
    })
}

fn moving<ST>(query: Sql<ST>, heads: &[(&String, &(i64, String))]) -> Sql<ST> {
    query
        .push("INSERT INTO audit_heads (chain, seq, hash) VALUES ")
        .rows(heads, |query, (chain, (seq, hash))| {
            query.bind(chain.as_str()).and(*seq).and(hash.as_str())
        })
        .push(" ON CONFLICT (chain) DO UPDATE SET seq = excluded.seq, hash = excluded.hash")
}

/// The row lock that PostgreSQL needs and SQLite, with its one writer, does not know.
pub(super) fn for_update(conn: &Conn) -> &'static str {
    match conn.is_sqlite() {
        true => "",
        false => " FOR UPDATE",
    }
}

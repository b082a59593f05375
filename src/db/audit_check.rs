//! Reading the audit log in order, to verify it (domain.md section 11).

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text, Timestamp};

use super::Conn;
use super::audit::Event;
use super::page::{After, Page, Rows};
use super::schema::{audit_anchor_heads, audit_anchors, audit_heads};
use super::sql::sql;
use crate::error::Result;

type Types = (
    (Text, BigInt, Timestamp, Nullable<BigInt>, Text),
    (Nullable<Text>, Nullable<Text>),
    (Text, Text, BigInt, Nullable<BigInt>),
    (Nullable<Text>, Nullable<Text>, Text, Text),
);
type Row = (
    (String, i64, chrono::NaiveDateTime, Option<i64>, String),
    (Option<String>, Option<String>),
    (String, String, i64, Option<i64>),
    (Option<String>, Option<String>, String, String),
);

const EVENTS: &str = "SELECT chain, seq, at, actor_user_id, actor, address, request_id, action, entity, \
     entity_id, project_id, before, after, prev_hash, hash FROM audit_events";

/// Events in order of chain and number, after that place, at most `limit`.
pub fn events_after(conn: &mut Conn, (chain, seq): (&str, i64), limit: i64) -> Result<Vec<Event>> {
    let rows = sql::<Types>(EVENTS)
        .push(" WHERE (chain, seq) > (")
        .bind(chain)
        .push(", ")
        .bind(seq)
        .push(") ORDER BY chain, seq LIMIT ")
        .bind(limit)
        .load::<Row>(conn)?;
    Ok(rows.into_iter().map(event).collect())
}

/// A page of a chain, newest first.
pub fn history(conn: &mut Conn, chain: &str, page: &Page) -> Result<Rows<Event>> {
    let query = sql::<Types>(EVENTS).push(" WHERE chain = ").bind(chain);
    let rows = page.by_id(query, "seq", true).load::<Row>(conn)?;
    let events = rows.into_iter().map(event).collect();
    Ok(page.cut(events, |event: &Event| After {
        key: String::new(),
        id: event.seq,
    }))
}

fn event((who, from, what, state): Row) -> Event {
    Event {
        chain: who.0,
        seq: who.1,
        at: who.2,
        actor_user_id: who.3,
        actor: who.4,
        address: from.0,
        request_id: from.1,
        action: what.0,
        entity: what.1,
        entity_id: what.2,
        project_id: what.3,
        before: state.0,
        after: state.1,
        prev_hash: state.2,
        hash: state.3,
    }
}

/// The last number and hash of a chain, as the head says.
pub fn head(conn: &mut Conn, chain: &str) -> Result<Option<(i64, String)>> {
    Ok(audit_heads::table
        .find(chain)
        .select((audit_heads::seq, audit_heads::hash))
        .first(conn)
        .optional()?)
}

/// Chains whose head counts events, of which none is there.
pub fn emptied_chains(conn: &mut Conn) -> Result<Vec<String>> {
    let rows = sql::<(Text,)>(
        "SELECT h.chain FROM audit_heads h WHERE h.seq > 0 \
         AND NOT EXISTS (SELECT 1 FROM audit_events e WHERE e.chain = h.chain) ORDER BY h.chain",
    )
    .load::<(String,)>(conn)?;
    Ok(rows.into_iter().map(|(chain,)| chain).collect())
}

/// A place of a chain and its hash, noted by an anchor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnchoredHead {
    /// The chain.
    pub chain: String,
    /// The number of its last event then.
    pub seq: i64,
    /// The hash of that event.
    pub hash: String,
}

/// What an anchor notes.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Anchor {
    /// Identity.
    pub id: i64,
    /// The day it was made for.
    pub day: NaiveDate,
    /// The hash of the anchor before it.
    pub prev_hash: String,
    /// The hash over the one before it and its heads.
    pub hash: String,
}

/// Anchors after that one, oldest first, at most `limit`.
pub fn anchors_after(conn: &mut Conn, id: i64, limit: i64) -> Result<Vec<Anchor>> {
    Ok(audit_anchors::table
        .filter(audit_anchors::id.gt(id))
        .order(audit_anchors::id)
        .limit(limit)
        .select((
            audit_anchors::id,
            audit_anchors::day,
            audit_anchors::prev_hash,
            audit_anchors::hash,
        ))
        .load(conn)?)
}

/// The last anchor.
pub fn last_anchor(conn: &mut Conn) -> Result<Option<Anchor>> {
    Ok(audit_anchors::table
        .order(audit_anchors::id.desc())
        .select((
            audit_anchors::id,
            audit_anchors::day,
            audit_anchors::prev_hash,
            audit_anchors::hash,
        ))
        .first(conn)
        .optional()?)
}

/// The heads that an anchor notes.
pub fn heads_of(conn: &mut Conn, anchor_id: i64) -> Result<Vec<AnchoredHead>> {
    let rows = audit_anchor_heads::table
        .filter(audit_anchor_heads::anchor_id.eq(anchor_id))
        .select((
            audit_anchor_heads::chain,
            audit_anchor_heads::seq,
            audit_anchor_heads::hash,
        ))
        .load::<(String, i64, String)>(conn)?;
    Ok(rows.into_iter().map(anchored).collect())
}

fn anchored((chain, seq, hash): (String, i64, String)) -> AnchoredHead {
    AnchoredHead { chain, seq, hash }
}

/// Heads that moved since they were last noted by an anchor.
pub fn moved_heads(conn: &mut Conn) -> Result<Vec<AnchoredHead>> {
    let rows = sql::<(Text, BigInt, Text)>(
        "SELECT h.chain, h.seq, h.hash FROM audit_heads h LEFT JOIN \
         (SELECT chain, MAX(seq) AS seq FROM audit_anchor_heads GROUP BY chain) n ON n.chain = h.chain \
         WHERE h.seq > COALESCE(n.seq, 0)",
    )
    .load::<(String, i64, String)>(conn)?;
    Ok(rows.into_iter().map(anchored).collect())
}

/// Adds an anchor; `None` when the day has one already.
pub fn insert_anchor(
    conn: &mut Conn,
    day: NaiveDate,
    (prev_hash, hash): (&str, &str),
    heads: &[AnchoredHead],
    now: chrono::NaiveDateTime,
) -> Result<Option<i64>> {
    let rows =
        sql::<(BigInt,)>("INSERT INTO audit_anchors (day, prev_hash, hash, created_at) VALUES (")
            .bind(day)
            .push(", ")
            .bind(prev_hash)
            .push(", ")
            .bind(hash)
            .push(", ")
            .bind(now)
            .push(") ON CONFLICT (day) DO NOTHING RETURNING id")
            .load::<(i64,)>(conn)?;
    let Some((id,)) = rows.into_iter().next() else {
        return Ok(None);
    };
    for head in heads {
        diesel::insert_into(audit_anchor_heads::table)
            .values((
                audit_anchor_heads::anchor_id.eq(id),
                audit_anchor_heads::chain.eq(&head.chain),
                audit_anchor_heads::seq.eq(head.seq),
                audit_anchor_heads::hash.eq(&head.hash),
            ))
            .execute(conn)?;
    }
    Ok(Some(id))
}

/// Noted places whose event is gone or has another hash: day, chain, number; the oldest first, one
/// for each chain.
pub fn unmatched_anchored(conn: &mut Conn) -> Result<Vec<(String, i64, NaiveDate)>> {
    let rows = sql::<(Text, BigInt, Date)>(
        "SELECT n.chain, n.seq, a.day FROM audit_anchor_heads n JOIN audit_anchors a ON a.id = n.anchor_id \
         LEFT JOIN audit_events e ON e.chain = n.chain AND e.seq = n.seq \
         WHERE e.hash IS NULL OR e.hash <> n.hash ORDER BY n.id",
    )
    .load::<(String, i64, NaiveDate)>(conn)?;
    let mut seen = std::collections::HashSet::new();
    let first = rows
        .into_iter()
        .filter(|(chain, _, _)| seen.insert(chain.clone()));
    Ok(first.collect())
}

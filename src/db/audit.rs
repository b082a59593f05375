//! Rows of the audit log.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::Conn;
use super::schema::audit_events;
use super::sql::{ROWS, sql};
use crate::error::Result;

/// One event. See `service::audit` for what the fields mean.
#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
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
pub fn lock_heads<'a>(
    conn: &mut Conn,
    chains: impl IntoIterator<Item = &'a str>,
) -> Result<BTreeMap<String, (i64, String)>> {
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

/// Appends events and lets them wait for their places in the feed; the heads of their chains are
/// moved after.
pub fn append(conn: &mut Conn, events: &[Event]) -> Result<()> {
    for chunk in events.chunks(ROWS) {
        let ids: Vec<i64> = match &mut *conn {
            Conn::Pg(conn) => diesel::insert_into(audit_events::table)
                .values(chunk)
                .returning(audit_events::id)
                .get_results(conn)?,
            // Of a batch, diesel makes a transaction of its own here.
            Conn::Sqlite(conn) => {
                let mut ids = Vec::with_capacity(chunk.len());
                for event in chunk {
                    let insert = diesel::insert_into(audit_events::table).values(event);
                    ids.push(insert.returning(audit_events::id).get_result(conn)?);
                }
                ids
            }
        };
        super::feed::queue(conn, &ids)?;
    }
    Ok(())
}

/// Moves the heads of chains to the events appended last.
pub fn move_heads(conn: &mut Conn, heads: &BTreeMap<String, (i64, String)>) -> Result<()> {
    let heads: Vec<_> = heads.iter().collect();
    for heads in heads.chunks(ROWS) {
        sql::<()>("INSERT INTO audit_heads (chain, seq, hash) VALUES ")
            .rows(heads, |query, (chain, (seq, hash))| {
                query.bind(chain.as_str()).and(*seq).and(hash.as_str())
            })
            .push(" ON CONFLICT (chain) DO UPDATE SET seq = excluded.seq, hash = excluded.hash")
            .execute(conn)?;
    }
    Ok(())
}

/// The row lock that PostgreSQL needs and SQLite, with its one writer, does not know.
pub(super) fn for_update(conn: &Conn) -> &'static str {
    match conn.is_sqlite() {
        true => "",
        false => " FOR UPDATE",
    }
}

//! Rows of the audit log.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::Conn;
use super::schema::audit_events;
use super::sql::sql;
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

/// The last number and hash of a chain; the row stays locked until the transaction ends.
pub fn lock_head(conn: &mut Conn, chain: &str) -> Result<Option<(i64, String)>> {
    let head = sql::<(BigInt, Text)>("SELECT seq, hash FROM audit_heads WHERE chain = ")
        .bind(chain)
        .push(for_update(conn))
        .load::<(i64, String)>(conn)?;
    Ok(head.into_iter().next())
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
    for chunk in events.chunks(500) {
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

/// Moves the head of a chain to the event appended last.
pub fn move_head(conn: &mut Conn, chain: &str, seq: i64, hash: &str) -> Result<()> {
    sql::<()>("INSERT INTO audit_heads (chain, seq, hash) VALUES (")
        .bind(chain)
        .push(", ")
        .bind(seq)
        .push(", ")
        .bind(hash)
        .push(") ON CONFLICT (chain) DO UPDATE SET seq = excluded.seq, hash = excluded.hash")
        .execute(conn)?;
    Ok(())
}

/// The row lock that PostgreSQL needs and SQLite, with its one writer, does not know.
pub(super) fn for_update(conn: &Conn) -> &'static str {
    match conn.is_sqlite() {
        true => "",
        false => " FOR UPDATE",
    }
}

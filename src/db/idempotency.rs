//! Kept answers.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};

use super::Conn;
use super::schema::idempotency_keys;
use super::sql::sql;
use crate::domain::hash::sha256_hex;
use crate::error::Result;

/// An answer that can be kept and given again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// `Location` of what was created.
    pub location: Option<String>,
    /// JSON text.
    pub body: Option<String>,
    /// The project it is about, whose scope a replay checks again.
    pub project_id: Option<i64>,
    /// Whether it is an earlier answer given again.
    pub replayed: bool,
}

/// The key and what it stands for.
#[derive(Clone, Debug)]
pub struct Key {
    /// The raw header value.
    pub key: String,
    /// HTTP method.
    pub method: String,
    /// Path as requested.
    pub path: String,
    /// SHA-256 of the raw body.
    pub body_hash: String,
}

impl Key {
    /// A key for a request with this body.
    pub fn new(key: String, method: String, path: String, body: &[u8]) -> Self {
        Key {
            key,
            method,
            path,
            body_hash: sha256_hex(body),
        }
    }
}

/// Takes a key; `None` if it was used before.
pub fn claim(conn: &mut Conn, caller: &str, key: &Key, now: NaiveDateTime) -> Result<Option<i64>> {
    let ids = sql::<(BigInt,)>(
        "INSERT INTO idempotency_keys (caller, method, path, idempotency_key, body_hash, created_at) VALUES (",
    )
    .bind(caller)
    .push(", ")
    .bind(key.method.as_str())
    .push(", ")
    .bind(key.path.as_str())
    .push(", ")
    .bind(key.key.as_str())
    .push(", ")
    .bind(key.body_hash.as_str())
    .push(", ")
    .bind(now)
    .push(") ON CONFLICT (caller, method, path, idempotency_key) DO NOTHING RETURNING id")
    .load::<(i64,)>(conn)?;
    Ok(ids.first().map(|(id,)| *id))
}

/// Stores the answer under a key that this transaction took.
pub fn keep(conn: &mut Conn, id: i64, reply: &Reply) -> Result<()> {
    sql::<()>("UPDATE idempotency_keys SET status = ")
        .bind(i32::from(reply.status))
        .push(", location = ")
        .bind_option(reply.location.as_deref())
        .push(", content = ")
        .bind_option(reply.body.as_deref())
        .push(", project_id = ")
        .bind_option(reply.project_id)
        .push(" WHERE id = ")
        .bind(id)
        .execute(conn)?;
    Ok(())
}

type Kept = (
    String,
    Option<i32>,
    Option<String>,
    Option<String>,
    Option<i64>,
);

/// The body hash and answer kept under a key.
pub fn kept(conn: &mut Conn, caller: &str, key: &Key) -> Result<Option<(String, Reply)>> {
    let row = sql::<(Text, Nullable<Integer>, Nullable<Text>, Nullable<Text>, Nullable<BigInt>)>(
        "SELECT body_hash, status, location, content, project_id FROM idempotency_keys WHERE caller = ",
    )
    .bind(caller)
    .push(" AND method = ")
    .bind(key.method.as_str())
    .push(" AND path = ")
    .bind(key.path.as_str())
    .push(" AND idempotency_key = ")
    .bind(key.key.as_str())
    .load::<Kept>(conn)?
    .into_iter()
    .next();
    Ok(
        row.and_then(|(body_hash, status, location, body, project_id)| {
            let status = u16::try_from(status?).ok()?;
            let reply = Reply {
                status,
                location,
                body,
                project_id,
                replayed: true,
            };
            Some((body_hash, reply))
        }),
    )
}

/// Forgets keys older than `before`.
pub fn forget(conn: &mut Conn, before: NaiveDateTime) -> Result<usize> {
    use idempotency_keys as keys;
    Ok(diesel::delete(keys::table.filter(keys::created_at.lt(before))).execute(conn)?)
}

//! Sessions and refresh tokens.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Timestamp};

use super::Conn;
use super::audit::for_update;
use super::schema::{refresh_tokens, sessions};
use super::sql::sql;
use crate::error::Result;

/// Starts a session.
pub fn insert(
    conn: &mut Conn,
    user_id: i64,
    now: NaiveDateTime,
    expires: NaiveDateTime,
    address: Option<String>,
) -> Result<i64> {
    Ok(diesel::insert_into(sessions::table)
        .values((
            sessions::user_id.eq(user_id),
            sessions::kind.eq("api"),
            sessions::created_at.eq(now),
            sessions::last_seen_at.eq(now),
            sessions::expires_at.eq(expires),
            sessions::address.eq(address),
        ))
        .returning(sessions::id)
        .get_result(conn)?)
}

/// Starts a session of a browser, by the hash of its secret.
pub fn insert_web(
    conn: &mut Conn,
    user_id: i64,
    hash: &str,
    now: NaiveDateTime,
    expires: NaiveDateTime,
    address: Option<String>,
) -> Result<()> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::user_id.eq(user_id),
            sessions::kind.eq("web"),
            sessions::secret_hash.eq(hash),
            sessions::created_at.eq(now),
            sessions::last_seen_at.eq(now),
            sessions::expires_at.eq(expires),
            sessions::address.eq(address),
        ))
        .execute(conn)?;
    Ok(())
}

/// A browser's session by the hash of its secret: its id and when it was last seen.
pub fn web(conn: &mut Conn, hash: &str) -> Result<Option<(i64, NaiveDateTime)>> {
    Ok(sessions::table
        .filter(sessions::secret_hash.eq(hash))
        .filter(sessions::kind.eq("web"))
        .select((sessions::id, sessions::last_seen_at))
        .first(conn)
        .optional()?)
}

/// A session that has not ended.
#[derive(Clone, Debug, Queryable)]
#[allow(missing_docs)]
pub struct Live {
    pub id: i64,
    pub kind: String,
    pub created_at: NaiveDateTime,
    pub last_seen_at: NaiveDateTime,
    pub expires_at: NaiveDateTime,
    pub address: Option<String>,
}

/// The sessions of a user that have not ended, newest first.
pub fn live(conn: &mut Conn, user_id: i64, now: NaiveDateTime) -> Result<Vec<Live>> {
    Ok(sessions::table
        .filter(sessions::user_id.eq(user_id))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .order(sessions::id.desc())
        .select((
            sessions::id,
            sessions::kind,
            sessions::created_at,
            sessions::last_seen_at,
            sessions::expires_at,
            sessions::address,
        ))
        .load(conn)?)
}

/// Notes that a session was used.
pub fn touch(conn: &mut Conn, session_id: i64, now: NaiveDateTime) -> Result<()> {
    diesel::update(sessions::table.find(session_id))
        .set(sessions::last_seen_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// Ends a browser's session, by the hash of its secret.
pub fn revoke_web(conn: &mut Conn, hash: &str, now: NaiveDateTime) -> Result<()> {
    diesel::update(
        sessions::table
            .filter(sessions::secret_hash.eq(hash))
            .filter(sessions::revoked_at.is_null()),
    )
    .set(sessions::revoked_at.eq(now))
    .execute(conn)?;
    Ok(())
}

/// Adds a refresh token, by its hash.
pub fn insert_token(
    conn: &mut Conn,
    session_id: i64,
    hash: &str,
    expires: NaiveDateTime,
) -> Result<()> {
    diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::session_id.eq(session_id),
            refresh_tokens::token_hash.eq(hash),
            refresh_tokens::expires_at.eq(expires),
        ))
        .execute(conn)?;
    Ok(())
}

/// A refresh token and whose it is.
pub struct Token {
    /// Its session.
    pub session_id: i64,
    /// The session's user.
    pub user_id: i64,
    /// End of life.
    pub expires_at: NaiveDateTime,
    /// Whether it was used before.
    pub used: bool,
    /// Whether session and user are still good.
    pub active: bool,
}

/// Finds a token by its hash; two uses at once wait for each other.
pub fn lock_token(conn: &mut Conn, hash: &str) -> Result<Option<Token>> {
    let rows = sql::<(BigInt, BigInt, Timestamp, Bool, Bool)>(
        "SELECT s.id, s.user_id, t.expires_at, t.used_at IS NOT NULL, s.revoked_at IS NULL AND u.active \
         FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id JOIN users u ON u.id = s.user_id \
         WHERE t.token_hash = ",
    )
    .bind(hash)
    .push(for_update(conn))
    .load::<(i64, i64, NaiveDateTime, bool, bool)>(conn)?;
    Ok(rows
        .into_iter()
        .next()
        .map(|(session_id, user_id, expires_at, used, active)| Token {
            session_id,
            user_id,
            expires_at,
            used,
            active,
        }))
}

/// Marks a token as used.
pub fn use_token(conn: &mut Conn, hash: &str, now: NaiveDateTime) -> Result<()> {
    diesel::update(refresh_tokens::table.filter(refresh_tokens::token_hash.eq(hash)))
        .set(refresh_tokens::used_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// Ends a session.
pub fn revoke(conn: &mut Conn, session_id: i64, now: NaiveDateTime) -> Result<()> {
    diesel::update(sessions::table.find(session_id))
        .set(sessions::revoked_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// Ends all sessions of a user but one.
pub fn revoke_all(
    conn: &mut Conn,
    user_id: i64,
    keep: Option<i64>,
    now: NaiveDateTime,
) -> Result<()> {
    diesel::update(
        sessions::table
            .filter(sessions::user_id.eq(user_id))
            .filter(sessions::revoked_at.is_null())
            .filter(sessions::id.ne(keep.unwrap_or(0))),
    )
    .set(sessions::revoked_at.eq(now))
    .execute(conn)?;
    Ok(())
}

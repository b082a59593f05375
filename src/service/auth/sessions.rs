//! Sessions and their single-use refresh tokens.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use ring::rand::{SecureRandom, SystemRandom};
use serde::Serialize;
use utoipa::ToSchema;

use super::notices::{self, Notice};
use crate::db;
use crate::domain::hash::sha256_hex;
use crate::error::{Code, Error, Result};
use crate::service::audit::Change;
use crate::service::{Ctx, Tx, View, write};

/// What a sign-in gives.
pub struct Pair {
    /// The access token.
    pub access_token: String,
    /// Seconds it lives.
    pub expires_in: i64,
    /// The refresh token, good for one use.
    pub refresh_token: String,
}

/// 256 random bits, as text.
pub fn random_token() -> Result<String> {
    let mut bytes = [0_u8; 32];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| Error::Internal("no randomness".into()))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Starts a session.
pub fn start(tx: &mut Tx<'_>, user_id: i64) -> Result<Pair> {
    let now = tx.now;
    let expires = now + TimeDelta::days(tx.ctx.app.settings.refresh_days);
    let address = tx.ctx.origin.address.clone();
    let session_id = db::sessions::insert(tx.conn, user_id, now, expires, address)?;
    pair(tx, user_id, session_id)
}

fn pair(tx: &mut Tx<'_>, user_id: i64, session_id: i64) -> Result<Pair> {
    let now = tx.now;
    let refresh_token = random_token()?;
    let expires = now + TimeDelta::days(tx.ctx.app.settings.refresh_days);
    db::sessions::insert_token(
        tx.conn,
        session_id,
        &sha256_hex(refresh_token.as_bytes()),
        expires,
    )?;
    let tokens = &tx.ctx.app.tokens;
    Ok(Pair {
        access_token: tokens.sign(user_id, session_id, now.and_utc().timestamp())?,
        expires_in: tokens.lifetime,
        refresh_token,
    })
}

/// A new pair for a refresh token; `None` if it is not good. A used one ends its session.
pub fn renew(tx: &mut Tx<'_>, token: &str) -> Result<Option<Pair>> {
    let now = tx.now;
    let hash = sha256_hex(token.as_bytes());
    let Some(found) = db::sessions::lock_token(tx.conn, &hash)? else {
        return Ok(None);
    };
    if found.used {
        db::sessions::revoke(tx.conn, found.session_id, now)?;
        if found.active {
            // Told once: the session is over after that.
            notices::send(tx, found.user_id, &Notice::SessionEnded)?;
        }
        tracing::warn!(session = found.session_id, "a refresh token was used twice");
        return Ok(None);
    }
    if !found.active || found.expires_at <= now {
        return Ok(None);
    }
    db::sessions::use_token(tx.conn, &hash, now)?;
    pair(tx, found.user_id, found.session_id).map(Some)
}

/// Where somebody is signed in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Session {
    /// Identity.
    pub id: i64,
    /// `api` or `web`.
    pub kind: String,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used; to the minute for browsers, to the renewal of tokens for the API.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends at the latest.
    pub expires_at: DateTime<Utc>,
    /// Where it was opened from.
    pub address: Option<String>,
    /// Whether it is the one this request was made in.
    pub current: bool,
}

/// The caller's sessions that have not ended, newest first.
pub fn own(view: &mut View<'_>) -> Result<Vec<Session>> {
    let user_id = view.ctx.actor.user_id.ok_or(Code::Forbidden)?;
    let (now, current) = (view.now, view.ctx.actor.session_id);
    let rows = db::sessions::live(view.conn, user_id, now)?;
    let session = |row: db::sessions::Live| Session {
        id: row.id,
        kind: row.kind,
        created_at: row.created_at.and_utc(),
        last_seen_at: row.last_seen_at.and_utc(),
        expires_at: row.expires_at.and_utc(),
        address: row.address,
        current: Some(row.id) == current,
    };
    Ok(rows.into_iter().map(session).collect())
}

/// Ends one of the caller's own sessions.
pub fn end_own(ctx: &Ctx, id: i64) -> Result<()> {
    write(ctx, move |tx| {
        if !own(tx)?.iter().any(|session| session.id == id) {
            return Err(Code::NotFound.into());
        }
        let (now, user_id) = (tx.now, tx.ctx.actor.user_id.unwrap_or_default());
        db::sessions::revoke(tx.conn, id, now)?;
        let ended = serde_json::json!({ "session_id": id });
        tx.audit(Change::created(
            "user.session_ended",
            "user",
            user_id,
            &ended,
        ))
    })
}

/// Ends the session of a refresh token.
pub fn end_by_token(tx: &mut Tx<'_>, token: &str) -> Result<()> {
    let now = tx.now;
    match db::sessions::lock_token(tx.conn, &sha256_hex(token.as_bytes()))? {
        Some(found) => db::sessions::revoke(tx.conn, found.session_id, now),
        None => Ok(()),
    }
}

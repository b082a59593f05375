//! Sessions of browsers: a random id in a cookie, its hash in the database.

use std::sync::Arc;

use chrono::TimeDelta;

use super::{Credentials, random_token, signed_in_as};
use crate::db;
use crate::domain::hash::sha256_hex;
use crate::error::{Code, Result};
use crate::service::audit::Change;
use crate::service::{Actor, App, Ctx, Origin, write};

/// A session ends after so long without a request (OWASP ASVS 7.3.1).
const IDLE: TimeDelta = TimeDelta::minutes(30);
/// A session ends after so long in any case (OWASP ASVS 7.3.2).
const LONGEST: TimeDelta = TimeDelta::hours(12);
/// How old "last seen" may become before it is written again: not every page view is a write.
const SEEN: TimeDelta = TimeDelta::minutes(1);

/// Signs in and gives the id of a new session. A session the browser had before
/// ends, so that nobody can plant one.
pub fn sign_in(
    app: &Arc<App>,
    origin: &Origin,
    with: Credentials<'_>,
    before: Option<&str>,
) -> Result<String> {
    let secret = random_token()?;
    let hash = sha256_hex(secret.as_bytes());
    let before = before.map(|old| sha256_hex(old.as_bytes()));
    signed_in_as(app, origin, with, move |tx, user_id| {
        let now = tx.now;
        if let Some(before) = &before {
            db::sessions::revoke_web(tx.conn, before, now)?;
        }
        let address = tx.ctx.origin.address.clone();
        db::sessions::insert_web(tx.conn, user_id, &hash, now, now + LONGEST, address)
    })?;
    Ok(secret)
}

/// Who a session id stands for. Revocation, the end of a grant and a disabled user count at once.
pub fn actor(app: &Arc<App>, secret: &str) -> Result<Actor> {
    let hash = sha256_hex(secret.as_bytes());
    let (now, today) = (app.clock.now(), app.clock.today());
    let found = app.db.read(|conn| match db::sessions::web(conn, &hash)? {
        Some((id, seen)) if seen + IDLE > now => {
            let actor = db::users::signed_in(conn, id, now, today)?;
            Ok(actor.map(|actor| (actor, id, seen)))
        }
        _ => Ok(None),
    })?;
    let (actor, id, seen) = found.ok_or(Code::Unauthenticated)?;
    if seen + SEEN < now {
        app.db
            .write(move |conn| db::sessions::touch(conn, id, now))?;
    }
    Ok(actor)
}

/// Ends a session; an unknown one is no fault.
pub fn sign_out(app: &Arc<App>, origin: &Origin, actor: &Actor, secret: &str) -> Result<()> {
    let ctx = Ctx {
        origin: origin.clone(),
        actor: actor.clone(),
        ..Ctx::system(app, "sign-out")
    };
    let hash = sha256_hex(secret.as_bytes());
    write(&ctx, move |tx| {
        let now = tx.now;
        db::sessions::revoke_web(tx.conn, &hash, now)?;
        let Some(user_id) = tx.ctx.actor.user_id else {
            return Ok(());
        };
        let nothing = serde_json::json!({});
        tx.audit(Change::created(
            "user.signed_out",
            "user",
            user_id,
            &nothing,
        ))
    })
}

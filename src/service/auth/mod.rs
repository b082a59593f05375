//! Signing in and out. Rights are read from the database at every request, so a change of grants
//! or a disabled user takes effect at once.

pub mod password;
pub mod sessions;
pub mod tokens;
pub mod web;

use std::sync::Arc;

use super::{Actor, App, Ctx, Origin, Tx, write};
use crate::db;
use crate::domain::text::fold;
use crate::error::{Code, Error, Fault, Result};
use crate::service::audit::Change;

pub use sessions::{Pair, random_token};

/// Who an access token stands for.
pub fn actor(app: &Arc<App>, token: Option<&str>) -> Result<Actor> {
    let token = token.ok_or(Code::Unauthenticated)?;
    let now = app.clock.now();
    let claims = app.tokens.verify(token, now.and_utc().timestamp())?;
    let today = app.clock.today();
    let found = app
        .db
        .read(|conn| db::users::signed_in(conn, claims.sid, now, today))?;
    found.ok_or_else(|| Code::Unauthenticated.into())
}

/// Tries before a user name is blocked for a while, and before an address is.
const TRIES: (i64, i64) = (10, 100);

/// Signs in with a password. Wrong anything is one and the same refusal, and takes as long.
pub fn login(app: &Arc<App>, origin: &Origin, username: &str, password: &str) -> Result<Pair> {
    signed_in_as(app, origin, username, password, sessions::start)
}

/// Checks a password and starts a session for its user, for tokens and cookies alike.
fn signed_in_as<T: Send + 'static>(
    app: &Arc<App>,
    origin: &Origin,
    username: &str,
    password: &str,
    mut start: impl FnMut(&mut Tx<'_>, i64) -> Result<T> + Send + 'static,
) -> Result<T> {
    let name = fold(username);
    let by_name = format!("user:{name}");
    let by_address = format!("address:{}", origin.address.clone().unwrap_or_default());
    let now = app.clock.now();
    let names = [by_name.clone(), by_address.clone()];
    let (user, blocked) = app.db.read(|conn| {
        Ok((
            db::users::credentials(conn, &name)?,
            db::throttles::blocked_until(conn, &names)?,
        ))
    })?;
    if let Some(until) = blocked.filter(|until| *until > now) {
        let seconds = (until - now).num_seconds().max(0) + 1;
        return Err(Error::Throttled(u64::try_from(seconds).unwrap_or(1)));
    }
    let hash = user.as_ref().and_then(|user| user.password_hash.as_deref());
    // Outside every transaction: hashing is slow on purpose.
    let fits = password::verify(password, hash)?;
    let user = user.filter(|user| fits && user.active);
    let Some(user) = user else {
        tracing::warn!(address = by_address, "sign-in refused");
        app.db.write(move |conn| {
            db::throttles::failed(conn, &by_name, TRIES.0, now)?;
            db::throttles::failed(conn, &by_address, TRIES.1, now)
        })?;
        return Err(Code::InvalidCredentials.into());
    };
    let ctx = Ctx {
        origin: origin.clone(),
        ..Ctx::system(app, "sign-in")
    };
    write(&ctx, move |tx| {
        db::throttles::forget(tx.conn, &by_name)?;
        let session = start(tx, user.id)?;
        let nothing = serde_json::json!({});
        tx.audit(Change::created("user.signed_in", "user", user.id, &nothing))?;
        Ok(session)
    })
}

/// Exchanges a refresh token for a new pair. Each works once; a second use means that it was
/// stolen, and ends the session.
pub fn refresh(app: &Arc<App>, origin: &Origin, token: &str) -> Result<Pair> {
    let ctx = Ctx {
        origin: origin.clone(),
        ..Ctx::system(app, "sign-in")
    };
    let token = token.to_owned();
    // The revocation must be kept although the caller is refused, hence the inner result.
    write(&ctx, move |tx| sessions::renew(tx, &token))?
        .ok_or_else(|| Code::InvalidCredentials.into())
}

/// Ends the session of a refresh token; an unknown one is no fault.
pub fn logout(app: &Arc<App>, origin: &Origin, token: &str) -> Result<()> {
    let ctx = Ctx {
        origin: origin.clone(),
        ..Ctx::system(app, "sign-in")
    };
    let token = token.to_owned();
    write(&ctx, move |tx| sessions::end_by_token(tx, &token))
}

/// Changes the caller's own password and ends all their other sessions.
pub fn change_password(ctx: &Ctx, current: &str, new: &str) -> Result<()> {
    let user_id = ctx.actor.user_id.ok_or(Code::Forbidden)?;
    let user = ctx
        .app
        .db
        .read(|conn| db::users::credentials_by_id(conn, user_id))?
        .ok_or(Code::NotFound)?;
    if !password::verify(current, user.password_hash.as_deref())? {
        let why = (
            "mật khẩu hiện tại không đúng",
            "the current password is wrong",
        );
        return Err(Fault::at("/current_password", Code::Invalid)
            .with("why", why)
            .into());
    }
    if let Some(why) = password::weakness(new, &user.username) {
        return Err(Fault::at("/new_password", Code::Invalid)
            .with("why", why)
            .into());
    }
    let hash = password::hash(new)?;
    let keep = ctx.actor.session_id;
    write(ctx, move |tx| {
        db::users::set_password(tx.conn, user_id, &hash)?;
        let now = tx.now;
        db::sessions::revoke_all(tx.conn, user_id, keep, now)?;
        tx.audit(Change::created(
            "user.password_changed",
            "user",
            user_id,
            &serde_json::json!({}),
        ))
    })
}

//! Signing in and out. Rights are read from the database at every request, so a change of grants
//! or a disabled user takes effect at once.

pub mod links;
pub mod notices;
pub mod password;
pub mod second_factor;
pub mod sessions;
pub mod tokens;
pub mod vault;
pub mod web;

use std::sync::Arc;

use super::{Actor, App, Ctx, Origin, Tx, api_keys, write};
use crate::config::Mfa;
use crate::db::{self, Conn};
use crate::domain::permission::{Permission, Role};
use crate::domain::text::fold;
use crate::error::{Code, Error, Result};
use crate::service::audit::Change;

pub use sessions::{Pair, random_token};

/// Who an access token or API key stands for.
pub fn actor(app: &Arc<App>, token: Option<&str>) -> Result<Actor> {
    app.db.ask(|conn| actor_in(app, conn, token))
}

/// The same in a snapshot that goes on to what the caller asks for.
pub fn actor_in(app: &App, conn: &mut Conn, token: Option<&str>) -> Result<Actor> {
    let token = token.ok_or(Code::Unauthenticated)?;
    if api_keys::is_key(token) {
        return api_keys::actor_in(app, conn, token);
    }
    let now = app.clock.now();
    let claims = app.tokens.verify(token, now.and_utc().timestamp())?;
    let found = db::users::signed_in(conn, claims.sid, now, app.clock.today())?;
    found.ok_or_else(|| Code::Unauthenticated.into())
}

/// Refuses whoever lacks the permission, or the second factor that the settings ask of their role.
pub fn permit(app: &App, actor: &Actor, permission: Permission) -> Result<()> {
    if needs_second_factor(app, actor) && !actor.second_factor {
        return Err(Code::SecondFactorRequired.into());
    }
    match actor.may(permission) {
        true => Ok(()),
        false => Err(Code::Forbidden.into()),
    }
}

/// Whether the settings ask a second factor of somebody with these grants.
fn needs_second_factor(app: &App, actor: &Actor) -> bool {
    let powerful = |role| matches!(role, Role::Admin | Role::Coordinator);
    // A key was made by somebody who had it; the key itself has nobody to ask.
    app.settings.mfa == Mfa::Required
        && actor.key.is_none()
        && actor.grants.iter().any(|grant| powerful(grant.role))
}

/// Tries before a user name is blocked for a while, and before an address is.
const TRIES: (i64, i64) = (10, 100);

/// What somebody signs in with.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    /// User name.
    pub username: &'a str,
    /// Password.
    pub password: &'a str,
    /// Code of the second factor, if they have one.
    pub code: Option<&'a str>,
}

/// Signs in. Wrong anything is one and the same refusal, and takes as long.
pub fn login(app: &Arc<App>, origin: &Origin, with: Credentials<'_>) -> Result<Pair> {
    signed_in_as(app, origin, with, sessions::start)
}

/// Refuses while any of these names has to wait after too many tries.
fn refuse_blocked(app: &App, names: &[String]) -> Result<()> {
    let now = app.clock.now();
    let blocked = app
        .db
        .read(|conn| db::throttles::blocked_until(conn, names))?;
    match blocked.filter(|until| *until > now) {
        Some(until) => {
            let seconds = (until - now).num_seconds().max(0) + 1;
            Err(Error::Throttled(u64::try_from(seconds).unwrap_or(1)))
        }
        None => Ok(()),
    }
}

/// Checks password and code and starts a session for its user, for tokens and cookies alike.
fn signed_in_as<T: Send + 'static>(
    app: &Arc<App>,
    origin: &Origin,
    with: Credentials<'_>,
    mut start: impl FnMut(&mut Tx<'_>, i64) -> Result<T> + Send + 'static,
) -> Result<T> {
    let name = fold(with.username);
    let by_name = format!("user:{name}");
    let by_address = format!("address:{}", origin.address.clone().unwrap_or_default());
    let names = [by_name.clone(), by_address.clone()];
    refuse_blocked(app, &names)?;
    // Until the failure is counted: of a flood that waits here, no more may guess than one after the other could.
    let turn = password::Turn::wait();
    refuse_blocked(app, &names)?;
    let now = app.clock.now();
    let user = app.db.read(|conn| db::users::credentials(conn, &name))?;
    let hash = user.as_ref().and_then(|user| user.password_hash.as_deref());
    // Outside every transaction: hashing is slow on purpose.
    let fits = turn.verify(with.password, hash)?;
    let user = user.filter(|user| fits && user.active);
    let ctx = Ctx {
        origin: origin.clone(),
        ..Ctx::system(app, "sign-in")
    };
    let code = with.code.map(str::to_owned);
    // A refusal is counted in the same transaction, hence the inner result.
    let session = write(&ctx, move |tx| {
        let passes = match &user {
            Some(user) => second_factor::passes(tx, user.id, code.as_deref())?,
            None => false,
        };
        let Some(user) = user.as_ref().filter(|_| passes) else {
            tracing::warn!(address = by_address, "sign-in refused");
            db::throttles::failed(tx.conn, &by_name, TRIES.0, now)?;
            db::throttles::failed(tx.conn, &by_address, TRIES.1, now)?;
            return Ok(None);
        };
        db::throttles::forget(tx.conn, &by_name)?;
        let session = start(tx, user.id)?;
        let nothing = serde_json::json!({});
        tx.audit(Change::created("user.signed_in", "user", user.id, &nothing))?;
        Ok(Some(session))
    })?;
    drop(turn);
    session.ok_or_else(|| Code::InvalidCredentials.into())
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
    let user = password::require(ctx, current)?;
    password::check(new, &user.username, "/new_password")?;
    let hash = password::hash(new)?;
    let keep = ctx.actor.session_id;
    write(ctx, move |tx| {
        db::users::set_password(tx.conn, user.id, &hash)?;
        let now = tx.now;
        db::sessions::revoke_all(tx.conn, user.id, keep, now)?;
        notices::send(tx, user.id, &notices::Notice::PasswordChanged)?;
        let nothing = serde_json::json!({});
        tx.audit(Change::created(
            "user.password_changed",
            "user",
            user.id,
            &nothing,
        ))
    })
}

//! What operators do to accounts at the command line, audited like everything else.

use super::audit::Change;
use super::auth::password;
use super::{Ctx, View, read, users, write};
use crate::db;
use crate::domain::text::fold;
use crate::error::{Code, Error, Result};
use crate::service::users::User;

/// A user by name.
pub fn find(view: &mut View<'_>, username: &str) -> Result<User> {
    let known = db::users::credentials(view.conn, &fold(username))?;
    let id = known.ok_or(Error::from(Code::NotFound))?.id;
    users::get(view, id)
}

/// Gives a user a new password and ends all their sessions.
pub fn set_password(ctx: &Ctx, username: &str, text: &str) -> Result<()> {
    let user = read(ctx, |view| find(view, username))?;
    password::check(text, &user.username, "/password")?;
    let hash = password::hash(text)?;
    write(ctx, move |tx| {
        let now = tx.now;
        db::users::set_password(tx.conn, user.id, &hash)?;
        db::sessions::revoke_all(tx.conn, user.id, None, now)?;
        let nothing = serde_json::json!({});
        tx.audit(Change::created(
            "user.password_reset",
            "user",
            user.id,
            &nothing,
        ))
    })
}

/// Lets a user sign in, or no longer; ending it ends all their sessions.
pub fn set_active(ctx: &Ctx, username: &str, active: bool) -> Result<User> {
    let user = read(ctx, |view| find(view, username))?;
    write(ctx, move |tx| {
        let before = users::lock(tx, user.id)?;
        let fields = users::Fields {
            username: before.username.clone(),
            person_id: before.person_id,
            locale: before.locale,
            active,
            grants: before.grants.clone(),
        };
        users::update(tx, &before, &fields)
    })
}

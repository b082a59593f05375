//! What operators do to accounts at the command line, audited like everything else.

use super::audit::Change;
use super::auth::{password, second_factor};
use super::{Ctx, View, read, users, write};
use crate::db;
use crate::domain::locale::Locale;
use crate::domain::permission::Role;
use crate::domain::text::fold;
use crate::error::{Code, Error, Fault, Result};
use crate::service::users::{Secret, User, UserGrant};

pub use crate::db::sessions::Live as Session;

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

/// Changes a user.
fn change(
    ctx: &Ctx,
    username: &str,
    mut how: impl FnMut(&mut users::Fields) + Send + 'static,
) -> Result<User> {
    let user = read(ctx, |view| find(view, username))?;
    write(ctx, move |tx| {
        let before = users::lock(tx, user.id)?;
        let mut fields = users::Fields {
            username: before.username.clone(),
            person_id: before.person_id,
            locale: before.locale,
            active: before.active,
            grants: before.grants.clone(),
        };
        how(&mut fields);
        users::update(tx, &before, &fields)
    })
}

/// Lets a user sign in, or no longer; ending it ends all their sessions.
pub fn set_active(ctx: &Ctx, username: &str, active: bool) -> Result<User> {
    change(ctx, username, move |fields| fields.active = active)
}

/// Adds a user with one grant.
pub fn add(
    ctx: &Ctx,
    username: &str,
    person_id: Option<i64>,
    grant: UserGrant,
    password: &str,
) -> Result<User> {
    let secret = Secret::of(Some(password), username)?;
    let fields = users::Fields {
        username: username.to_owned(),
        person_id,
        locale: Locale::Vi,
        active: true,
        grants: vec![grant],
    };
    write(ctx, move |tx| users::create(tx, &fields, &secret))
}

/// Gives a user one more grant.
pub fn grant(ctx: &Ctx, username: &str, grant: UserGrant) -> Result<User> {
    change(ctx, username, move |fields| {
        if !fields.grants.contains(&grant) {
            fields.grants.push(grant);
        }
    })
}

/// Takes a grant from a user; 404 if they do not hold it.
pub fn revoke(ctx: &Ctx, username: &str, grant: UserGrant) -> Result<User> {
    let user = read(ctx, |view| find(view, username))?;
    if !user.grants.contains(&grant) {
        return Err(Code::NotFound.into());
    }
    change(ctx, username, move |fields| {
        fields.grants.retain(|held| *held != grant);
    })
}

/// The grant that an operator names by codes; a leader's has no place.
pub fn named_grant(
    view: &mut View<'_>,
    role: Role,
    unit: Option<&str>,
    agency: Option<&str>,
) -> Result<UserGrant> {
    let today = view.today;
    let unit_id = match unit {
        None => None,
        Some(code) => {
            let tree = view.tree()?;
            let mut units = tree.units();
            let found = units.find(|one| one.code == code && one.valid_on(today));
            Some(found.ok_or_else(|| unknown("/unit", code))?.id)
        }
    };
    let agency_id = match agency {
        None => None,
        Some(code) => {
            let found = db::agencies::with_code(view.conn, code)?;
            Some(found.ok_or_else(|| unknown("/agency", code))?)
        }
    };
    Ok(UserGrant {
        role,
        unit_id,
        agency_id,
    })
}

fn unknown(pointer: &str, code: &str) -> Error {
    let why = format!("{code}: there is none with this code today");
    Fault::at(pointer, Code::Invalid).with("why", why).into()
}

/// Takes the second factor of a user away, who lost it; their sessions end with it.
pub fn disable_mfa(ctx: &Ctx, username: &str) -> Result<()> {
    let user = read(ctx, |view| find(view, username))?;
    write(ctx, move |tx| second_factor::take_away(tx, user.id))
}

/// The sessions of a user that are good now, newest first.
pub fn sessions(view: &mut View<'_>, username: &str) -> Result<Vec<Session>> {
    let user = find(view, username)?;
    db::sessions::live(view.conn, user.id, view.now)
}

/// Ends all sessions of a user.
pub fn end_sessions(ctx: &Ctx, username: &str) -> Result<()> {
    let user = read(ctx, |view| find(view, username))?;
    write(ctx, move |tx| {
        let now = tx.now;
        db::sessions::revoke_all(tx.conn, user.id, None, now)?;
        let nothing = serde_json::json!({});
        tx.audit(Change::created(
            "user.sessions_ended",
            "user",
            user.id,
            &nothing,
        ))
    })
}

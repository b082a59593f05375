//! Users and their grants. An administrator sees and makes nobody with more power than their own.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::audit::Change;
use super::auth::{links, password, second_factor};
use super::reference::duplicate;
use super::{Tx, View, grants};
use crate::db;
use crate::db::filter::Name;
use crate::db::page::{Page, Rows};
use crate::db::user_list::{GrantRow, User as UserRow};
use crate::domain::locale::Locale;
use crate::domain::permission::Role;
use crate::domain::reference::username;
use crate::error::{Code, Error, Fault, Result};

/// A role in a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct UserGrant {
    /// The role.
    #[schema(value_type = String)]
    pub role: Role,
    /// Everything below this unit.
    pub unit_id: Option<i64>,
    /// The projects of this agency.
    pub agency_id: Option<i64>,
}

/// A user. Passwords are never shown.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct User {
    /// Identity.
    pub id: i64,
    /// The name to sign in with.
    pub username: String,
    /// The official behind the user.
    pub person_id: Option<i64>,
    /// Language of mails.
    #[schema(value_type = String)]
    pub locale: Locale,
    /// Whether they may sign in.
    pub active: bool,
    /// What they may do today.
    pub grants: Vec<UserGrant>,
}

/// What is written of a user.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Fields {
    pub username: String,
    pub person_id: Option<i64>,
    pub locale: Locale,
    pub active: bool,
    pub grants: Vec<UserGrant>,
}

/// The grants of some users in force today, by user.
fn grants_today(view: &mut View<'_>, ids: &[i64]) -> Result<HashMap<i64, Vec<UserGrant>>> {
    let today = view.today;
    let of = |row: GrantRow| UserGrant {
        role: row.role.0,
        unit_id: row.unit_id,
        agency_id: row.agency_id,
    };
    let known = db::user_list::grants_from(view.conn, ids, today)?;
    let in_force = known.into_iter().map(|(user, rows)| {
        let rows = rows.into_iter().filter(|row| row.valid_from <= today);
        (user, rows.map(of).collect())
    });
    Ok(in_force.collect())
}

/// The grants of a user in force today.
pub fn grants_of(view: &mut View<'_>, id: i64) -> Result<Vec<UserGrant>> {
    Ok(grants_today(view, &[id])?.remove(&id).unwrap_or_default())
}

fn shown(view: &mut View<'_>, rows: Vec<UserRow>) -> Result<Vec<User>> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut grants = grants_today(view, &ids)?;
    let users = rows.into_iter().map(|row| User {
        id: row.id,
        username: row.username,
        person_id: row.person_id,
        locale: row.locale.0,
        active: row.active,
        grants: grants.remove(&row.id).unwrap_or_default(),
    });
    Ok(users.collect())
}

/// A page of the users in the caller's scope.
pub fn list(view: &mut View<'_>, search: Option<&str>, page: &Page) -> Result<Rows<User>> {
    let scope = view.permitted()?;
    let found = db::user_list::list(view.conn, &scope, view.today, search, page)?;
    let next = found.next;
    Ok(Rows {
        rows: shown(view, found.rows)?,
        next,
    })
}

/// One user in the caller's scope.
pub fn get(view: &mut View<'_>, id: i64) -> Result<User> {
    let scope = view.permitted()?;
    let row = db::user_list::find(view.conn, &scope, view.today, id)?.ok_or(Code::NotFound)?;
    let mut users = shown(view, vec![row])?;
    users.pop().ok_or(Code::NotFound.into())
}

/// A password as it will be kept, made before the transaction since hashing is slow on purpose.
pub struct Secret {
    hash: Option<String>,
    fault: Option<Fault>,
}

impl Secret {
    /// Checks and hashes a password; without one the user is invited by mail to choose it.
    pub fn of(password: Option<&str>, username: &str) -> Result<Self> {
        let Some(text) = password else {
            return Ok(Secret {
                hash: None,
                fault: None,
            });
        };
        let weak = password::weakness(text, username);
        Ok(match weak {
            Some(why) => Secret {
                hash: None,
                fault: Some(Fault::at("/password", Code::Invalid).with("why", why)),
            },
            None => Secret {
                hash: Some(password::hash(text)?),
                fault: None,
            },
        })
    }
}

/// Adds a user.
pub fn create(tx: &mut Tx<'_>, fields: &Fields, secret: &Secret) -> Result<User> {
    tx.lock_reference()?;
    let mut faults: Vec<Fault> = secret.fault.iter().cloned().collect();
    let name = check(tx, fields, None, &mut faults)?;
    Error::check(faults)?;
    grants::require_person(tx, fields.person_id)?;
    grants::require(tx, &fields.grants)?;
    let scope = tx.permitted()?;
    if fields.grants.is_empty() && fields.person_id.is_none() && !scope.everything {
        // Nobody but the province's administrator would ever see this user again.
        return Err(Code::Forbidden.into());
    }
    let (now, locale) = (tx.now, fields.locale.as_str());
    let hash = secret.hash.as_deref();
    let id = db::users::insert(tx.conn, &name, fields.person_id, hash, locale, now)?;
    grants::replace(tx, id, &fields.grants)?;
    if !fields.active {
        db::user_list::update(tx.conn, &row(id, name, fields))?;
    }
    if secret.hash.is_none() && fields.active {
        links::invite(tx, id, &fields.username)?;
    }
    let user = get(tx, id)?;
    tx.audit(Change::created("user.created", "user", id, &user))?;
    Ok(user)
}

/// The user as they are, locked for a change.
pub fn lock(tx: &mut Tx<'_>, id: i64) -> Result<User> {
    tx.lock_reference()?;
    get(tx, id)
}

/// Changes a user who was locked. Rights are read at every request, so it takes effect at once.
pub fn update(tx: &mut Tx<'_>, before: &User, fields: &Fields) -> Result<User> {
    let mut faults = Vec::new();
    let name = check(tx, fields, Some(before.id), &mut faults)?;
    Error::check(faults)?;
    if fields.person_id != before.person_id {
        grants::require_person(tx, fields.person_id)?;
    }
    let is_new = |grant: &&UserGrant| !before.grants.contains(grant);
    let added: Vec<UserGrant> = fields.grants.iter().filter(is_new).copied().collect();
    grants::require(tx, &added)?;
    db::user_list::update(tx.conn, &row(before.id, name, fields))?;
    if fields.grants != before.grants {
        grants::replace(tx, before.id, &fields.grants)?;
    }
    if before.active && !fields.active {
        let now = tx.now;
        db::sessions::revoke_all(tx.conn, before.id, None, now)?;
    }
    let after = changed(tx, before.id)?;
    refuse_last_admin(tx, before, &after)?;
    tx.audit(Change::updated(
        "user.updated",
        "user",
        after.id,
        before,
        &after,
    ))?;
    Ok(after)
}

/// Mails a user a new link to choose a password; refused when no official, and so no address, is
/// behind them.
pub fn invite(tx: &mut Tx<'_>, id: i64) -> Result<User> {
    let user = lock(tx, id)?;
    if !user.active || !links::invite(tx, id, &user.username)? {
        let why = (
            "tài khoản bị khóa hoặc không gắn với cán bộ có email",
            "the user is disabled, or no official with an address is behind them",
        );
        return Err(Fault::at("/person_id", Code::Invalid)
            .with("why", why)
            .into());
    }
    tx.audit(Change::created("user.invited", "user", id, &user))?;
    Ok(user)
}

/// Ends all sessions of a user.
pub fn sign_out(tx: &mut Tx<'_>, id: i64) -> Result<User> {
    let user = lock(tx, id)?;
    let now = tx.now;
    db::sessions::revoke_all(tx.conn, id, None, now)?;
    tx.audit(Change::created("user.sessions_ended", "user", id, &user))?;
    Ok(user)
}

/// Takes the second factor of a user away, for one who lost telephone and codes.
pub fn remove_second_factor(tx: &mut Tx<'_>, id: i64) -> Result<User> {
    let user = lock(tx, id)?;
    second_factor::take_away(tx, id)?;
    Ok(user)
}

/// Disables a user for good, unless nobody else administers the province.
pub(super) fn retire(tx: &mut Tx<'_>, id: i64) -> Result<()> {
    let before = lock(tx, id)?;
    let fields = Fields {
        username: before.username.clone(),
        person_id: before.person_id,
        locale: before.locale,
        active: false,
        grants: before.grants.clone(),
    };
    update(tx, &before, &fields).map(|_| ())
}

/// Somebody must be left who administers the province: nobody else could make them one again.
fn refuse_last_admin(tx: &mut Tx<'_>, before: &User, after: &User) -> Result<()> {
    let today = tx.today;
    let Some(home) = tx.tree()?.home_on(today) else {
        return Ok(());
    };
    let is_admin = |user: &User| {
        let of_home = |grant: &UserGrant| grant.role == Role::Admin && grant.unit_id == Some(home);
        user.active && user.grants.iter().any(of_home)
    };
    let stays = !is_admin(before) || is_admin(after);
    if stays || db::user_list::has_admin(tx.conn, home, today)? {
        return Ok(());
    }
    let at = match after.active {
        true => "/grants",
        false => "/active",
    };
    let why = (
        "tỉnh phải còn ít nhất một quản trị viên",
        "the province needs one administrator at least",
    );
    Err(Fault::at(at, Code::Invalid).with("why", why).into())
}

/// The changed user, even if they just left the caller's scope.
fn changed(tx: &mut Tx<'_>, id: i64) -> Result<User> {
    let everything = crate::domain::scope::Scope {
        everything: true,
        ..Default::default()
    };
    let today = tx.today;
    let row = db::user_list::find(tx.conn, &everything, today, id)?.ok_or(Code::NotFound)?;
    let mut users = shown(tx, vec![row])?;
    users.pop().ok_or(Code::NotFound.into())
}

fn row(id: i64, username: String, fields: &Fields) -> UserRow {
    UserRow {
        id,
        username,
        person_id: fields.person_id,
        locale: Name(fields.locale),
        active: fields.active,
    }
}

/// The user name as it is kept.
fn check(
    tx: &mut Tx<'_>,
    fields: &Fields,
    own: Option<i64>,
    faults: &mut Vec<Fault>,
) -> Result<String> {
    let name = username(&fields.username);
    match &name {
        None => {
            let why = (
                "cần 3 đến 60 ký tự a-z, 0-9 và . _ - @",
                "3 to 60 of a-z, 0-9 and . _ - @ are needed",
            );
            faults.push(Fault::at("/username", Code::Invalid).with("why", why));
        }
        Some(name) => {
            let holder = db::users::credentials(tx.conn, name)?.map(|user| user.id);
            if holder.is_some() && holder != own {
                faults.push(duplicate("/username", name));
            }
        }
    }
    grants::check(tx, &fields.grants, fields.person_id, faults)?;
    Ok(name.unwrap_or_default())
}

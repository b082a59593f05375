//! API keys: how other systems sign in. A key has one grant, narrowed to some permissions, and never
//! more than its owner has at the moment it is used (domain.md section 10).

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError, RwLock};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::audit::Change;
use super::auth::random_token;
use super::shared::{UserRef, Users};
use super::users::UserGrant;
use super::{Actor, App, Conn, Ctx, Tx, View, grants, write};
use crate::db;
use crate::db::api_keys::{NewKey, Row, permissions};
use crate::db::page::{Page, Rows};
use crate::domain::hash::sha256_hex;
use crate::domain::permission::{Permission, Role};
use crate::domain::scope::Scope;
use crate::error::{Code, Error, Fault, Result};

/// What every key begins with: scanners for leaked secrets know one by it, and so do we.
const MARK: &str = "gk_";
/// Characters of a key that are shown, after the mark.
const SHOWN: usize = 8;
/// How old "last used" may become before it is written again: not every request is a write.
const USED: TimeDelta = TimeDelta::minutes(1);

/// Whether a bearer token is an API key.
pub fn is_key(token: &str) -> bool {
    token.starts_with(MARK)
}

/// Who a key stands for. Its revocation or end, and whatever its owner loses, count at once.
pub(super) fn actor_in(app: &App, conn: &mut Conn, secret: &str) -> Result<Actor> {
    let hash = sha256_hex(secret.as_bytes());
    let (now, today) = (app.clock.now(), app.clock.today());
    let holder = db::api_keys::holder(conn, &hash, now, today)?.ok_or(Code::Unauthenticated)?;
    if let Some(key) = &holder.actor.key {
        let limit = holder
            .rate_limit
            .and_then(|limit| u32::try_from(limit).ok());
        let rate_limit = limit.and_then(NonZeroU32::new);
        app.known_keys.note(
            hash,
            Known {
                id: key.id,
                rate_limit,
            },
        );
        if holder.last_used_at.is_none_or(|used| used + USED < now) {
            app.known_keys.used(key.id, now);
        }
    }
    Ok(holder.actor)
}

/// Writes down when keys were used; beside the requests, so that none of them waits for it.
pub fn note_used(ctx: &Ctx) -> Result<()> {
    let used = ctx.app.known_keys.take_used();
    if used.is_empty() {
        return Ok(());
    }
    write(ctx, move |tx| {
        used.iter()
            .try_for_each(|(id, at)| db::api_keys::touch(tx.conn, *id, *at))
    })
}

/// A key that signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The key.
    pub id: i64,
    /// Requests per second it may make, if it has a limit of its own.
    pub rate_limit: Option<NonZeroU32>,
}

/// The keys that signed in at this instance, by the hash of their secret: what a request counts for
/// is known before anything is asked of the database. They open nothing.
#[derive(Default)]
pub struct KnownKeys {
    known: RwLock<HashMap<String, Known>>,
    used: Mutex<HashMap<i64, NaiveDateTime>>,
}

/// Keys that are remembered at most.
const REMEMBERED: usize = 10_000;

impl KnownKeys {
    /// The key with this secret, if it signed in before.
    pub fn get(&self, secret: &str) -> Option<Known> {
        if !is_key(secret) {
            return None;
        }
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&sha256_hex(secret.as_bytes())).copied()
    }

    fn used(&self, id: i64, at: NaiveDateTime) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.insert(id, at);
    }

    fn take_used(&self) -> HashMap<i64, NaiveDateTime> {
        std::mem::take(&mut *self.used.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&self, hash: String, key: Known) {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if known.get(&hash) == Some(&key) {
            return;
        }
        drop(known);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(hash, key);
    }
}

/// An API key. Its secret is shown once, when it is made.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ApiKey {
    /// Identity.
    pub id: i64,
    /// What it is for.
    pub name: String,
    /// How its secret begins.
    pub prefix: String,
    /// Who made it, and answers for what it does.
    pub owner: Option<UserRef>,
    /// The role and scope it has at most.
    pub grant: UserGrant,
    /// What it may do of that; reading is always among it.
    #[schema(value_type = Vec<String>)]
    pub permissions: Vec<Permission>,
    /// Requests per second it may make; the limit of everybody when null.
    pub rate_limit: Option<i64>,
    /// When it ends by itself.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was ended.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// A key with its secret, which is never shown again.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MadeApiKey {
    /// The key.
    #[serde(flatten)]
    pub key: ApiKey,
    /// What goes behind `Authorization: Bearer`.
    pub secret: String,
}

/// What is asked of a new key.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Wanted {
    pub name: String,
    pub grant: UserGrant,
    /// Nothing: all that the role may do, but no users, keys or webhooks.
    pub permissions: Vec<Permission>,
    pub rate_limit: Option<i64>,
    pub expires_at: Option<NaiveDateTime>,
}

fn shown(view: &mut View<'_>, rows: Vec<Row>) -> Result<Vec<ApiKey>> {
    let owners = Users::load(view.conn, rows.iter().map(|row| Some(row.user_id)))?;
    let of = |row: Row| {
        let role = Role::parse(&row.role)
            .ok_or_else(|| Error::Internal(format!("API key {} has no role", row.id)))?;
        Ok(ApiKey {
            id: row.id,
            name: row.name,
            prefix: row.prefix,
            owner: owners.get(Some(row.user_id)),
            grant: UserGrant {
                role,
                unit_id: row.unit_id,
                agency_id: row.agency_id,
            },
            permissions: permissions(&row.permissions),
            rate_limit: row.rate_limit,
            expires_at: row.expires_at.map(|at| at.and_utc()),
            revoked_at: row.revoked_at.map(|at| at.and_utc()),
            last_used_at: row.last_used_at.map(|at| at.and_utc()),
            created_at: row.created_at.and_utc(),
        })
    };
    rows.into_iter().map(of).collect()
}

fn one(view: &mut View<'_>, row: Row) -> Result<ApiKey> {
    shown(view, vec![row])?
        .pop()
        .ok_or_else(|| Code::NotFound.into())
}

/// A page of the keys in the caller's scope.
pub fn list(view: &mut View<'_>, page: &Page) -> Result<Rows<ApiKey>> {
    let scope = view.permitted()?;
    let found = db::api_keys::list(view.conn, &scope, page)?;
    Ok(Rows {
        next: found.next,
        rows: shown(view, found.rows)?,
    })
}

fn row(view: &mut View<'_>, id: i64) -> Result<Row> {
    let scope = view.permitted()?;
    Ok(db::api_keys::find(view.conn, &scope, id)?.ok_or(Code::NotFound)?)
}

/// One key in the caller's scope.
pub fn get(view: &mut View<'_>, id: i64) -> Result<ApiKey> {
    let row = row(view, id)?;
    one(view, row)
}

/// The key that asks, as it sees itself.
pub(super) fn own(view: &mut View<'_>, id: i64) -> Result<ApiKey> {
    let row = db::api_keys::find(view.conn, &Scope::all(), id)?.ok_or(Code::NotFound)?;
    one(view, row)
}

/// Makes a key; nothing but this answer ever holds its secret.
pub fn create(tx: &mut Tx<'_>, wanted: &Wanted) -> Result<MadeApiKey> {
    tx.lock_reference()?;
    let mut faults = Vec::new();
    check(tx, wanted, &mut faults)?;
    Error::check(faults)?;
    grants::require(tx, &[wanted.grant])?;
    let user_id = tx.ctx.actor.user_id.ok_or(Code::Forbidden)?;
    let (prefix, secret) = new_secret()?;
    let new = NewKey {
        name: wanted.name.clone(),
        prefix,
        secret_hash: sha256_hex(secret.as_bytes()),
        user_id,
        role: wanted.grant.role.as_str().to_owned(),
        unit_id: wanted.grant.unit_id,
        agency_id: wanted.grant.agency_id,
        permissions: column(tx, wanted.grant.role, &wanted.permissions),
        rate_limit: wanted.rate_limit,
        expires_at: wanted.expires_at,
        created_at: tx.now,
    };
    let id = db::api_keys::insert(tx.conn, &new)?;
    let key = get(tx, id)?;
    tx.audit(Change::created("api_key.created", "api_key", id, &key))?;
    Ok(MadeApiKey { key, secret })
}

/// A secret and the part of it that is shown.
fn new_secret() -> Result<(String, String)> {
    let visible: String = sha256_hex(random_token()?.as_bytes())
        .chars()
        .take(SHOWN)
        .collect();
    let prefix = format!("{MARK}{visible}");
    let secret = format!("{prefix}_{}", random_token()?);
    Ok((prefix, secret))
}

/// What is always given only by name: making others, or other keys, strong.
const BY_NAME: [Permission; 2] = [Permission::ManageUsers, Permission::ManageIntegrations];

/// The permissions as they are kept: those asked for, or what the caller may give of the role.
fn column(tx: &Tx<'_>, role: Role, asked: &[Permission]) -> String {
    let actor = &tx.ctx.actor;
    let is_given = |permission: &Permission| match asked.is_empty() {
        true => role.may(*permission) && actor.may(*permission) && !BY_NAME.contains(permission),
        // Every answer shows the record it is about, so whoever writes also reads.
        false => asked.contains(permission) || *permission == Permission::Read,
    };
    let given = Permission::ALL.iter().copied().filter(is_given);
    let names: Vec<&str> = given.map(Permission::as_str).collect();
    names.join(",")
}

fn check(tx: &mut Tx<'_>, wanted: &Wanted, faults: &mut Vec<Fault>) -> Result<()> {
    if wanted.grant.role == Role::Leader {
        let why = (
            "lãnh đạo là một người; khóa API cần vai trò khác",
            "a leader is a person; an API key needs another role",
        );
        faults.push(Fault::at("/grant/role", Code::Invalid).with("why", why));
    } else {
        grants::check_one(tx, &wanted.grant, "/grant", faults)?;
    }
    check_permissions(tx, wanted.grant.role, &wanted.permissions, faults);
    check_limits(tx, wanted.rate_limit, wanted.expires_at, faults);
    Ok(())
}

fn check_permissions(tx: &Tx<'_>, role: Role, asked: &[Permission], faults: &mut Vec<Fault>) {
    for (index, permission) in asked.iter().enumerate() {
        if !role.may(*permission) || !tx.ctx.actor.may(*permission) {
            let why = (
                "vai trò của khóa, hoặc tài khoản của bạn, không có quyền này",
                "the key's role, or your own account, does not have it",
            );
            let at = format!("/permissions/{index}");
            faults.push(Fault::at(at, Code::Invalid).with("why", why));
        }
    }
}

fn check_limits(
    tx: &Tx<'_>,
    rate_limit: Option<i64>,
    expires_at: Option<NaiveDateTime>,
    faults: &mut Vec<Fault>,
) {
    let most = i64::from(tx.ctx.app.settings.rate_limit.get());
    if rate_limit.is_some_and(|limit| !(1..=most).contains(&limit)) {
        faults.push(Fault::at("/rate_limit", Code::OutOfRange).with("why", format!("1 … {most}")));
    }
    if expires_at.is_some_and(|at| at <= tx.now) {
        let why = ("phải ở tương lai", "it must be in the future");
        faults.push(Fault::at("/expires_at", Code::OutOfRange).with("why", why));
    }
}

/// What is asked to become of a key.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Fields {
    pub name: String,
    pub permissions: Vec<Permission>,
    pub rate_limit: Option<i64>,
    pub expires_at: Option<NaiveDateTime>,
}

/// The key as it is, locked for a change.
pub fn lock(tx: &mut Tx<'_>, id: i64) -> Result<ApiKey> {
    tx.lock_reference()?;
    get(tx, id)
}

/// Changes a key that was locked; at once.
pub fn update(tx: &mut Tx<'_>, before: &ApiKey, fields: &Fields) -> Result<ApiKey> {
    let mut faults = Vec::new();
    let role = before.grant.role;
    let mut row = row(tx, before.id)?;
    if fields.permissions != before.permissions {
        check_permissions(tx, role, &fields.permissions, &mut faults);
        row.permissions = column(tx, role, &fields.permissions);
    }
    let expires_at = fields.expires_at.filter(|at| row.expires_at != Some(*at));
    check_limits(tx, fields.rate_limit, expires_at, &mut faults);
    Error::check(faults)?;
    row.name = fields.name.clone();
    row.rate_limit = fields.rate_limit;
    row.expires_at = fields.expires_at;
    keep(tx, before, row, "api_key.updated")
}

/// Ends a key at once and for good; one that has ended stays as it is.
pub fn revoke(tx: &mut Tx<'_>, id: i64) -> Result<ApiKey> {
    let before = lock(tx, id)?;
    if before.revoked_at.is_some() {
        return Ok(before);
    }
    let mut row = row(tx, id)?;
    row.revoked_at = Some(tx.now);
    keep(tx, &before, row, "api_key.revoked")
}

fn keep(tx: &mut Tx<'_>, before: &ApiKey, row: Row, action: &str) -> Result<ApiKey> {
    db::api_keys::update(tx.conn, &row)?;
    let after = one(tx, row)?;
    tx.audit(Change::updated(action, "api_key", after.id, before, &after))?;
    Ok(after)
}

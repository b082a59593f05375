//! API keys. The secret is kept as its hash alone.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};

use super::Conn;
use super::page::{After, Page, Rows};
use super::schema::api_keys;
use super::sql::{Sql, sql};
use super::users::{grant, grants_on};
use crate::domain::actor::{Actor, Key};
use crate::domain::locale::Locale;
use crate::domain::permission::Permission;
use crate::domain::scope::Scope;
use crate::error::Result;

/// A key, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Row {
    pub id: i64,
    pub name: String,
    pub prefix: String,
    pub user_id: i64,
    pub role: String,
    pub unit_id: Option<i64>,
    pub agency_id: Option<i64>,
    pub permissions: String,
    pub rate_limit: Option<i64>,
    pub expires_at: Option<NaiveDateTime>,
    pub revoked_at: Option<NaiveDateTime>,
    pub last_used_at: Option<NaiveDateTime>,
    pub created_at: NaiveDateTime,
}

type Types = (
    (BigInt, Text, Text, BigInt, Text),
    (Nullable<BigInt>, Nullable<BigInt>, Text, Nullable<BigInt>),
    (
        Nullable<Timestamp>,
        Nullable<Timestamp>,
        Nullable<Timestamp>,
        Timestamp,
    ),
);
type Loaded = (
    (i64, String, String, i64, String),
    (Option<i64>, Option<i64>, String, Option<i64>),
    (
        Option<NaiveDateTime>,
        Option<NaiveDateTime>,
        Option<NaiveDateTime>,
        NaiveDateTime,
    ),
);

fn row((own, grant, times): Loaded) -> Row {
    Row {
        id: own.0,
        name: own.1,
        prefix: own.2,
        user_id: own.3,
        role: own.4,
        unit_id: grant.0,
        agency_id: grant.1,
        permissions: grant.2,
        rate_limit: grant.3,
        expires_at: times.0,
        revoked_at: times.1,
        last_used_at: times.2,
        created_at: times.3,
    }
}

/// Keys whose grant lies in the scope.
fn select(scope: &Scope) -> Sql<Types> {
    let keys = sql(
        "SELECT k.id, k.name, k.prefix, k.user_id, k.role, k.unit_id, k.agency_id, k.permissions, k.rate_limit, \
         k.expires_at, k.revoked_at, k.last_used_at, k.created_at FROM api_keys k WHERE 1 = 1",
    );
    of_holders(keys, "k", scope)
}

/// Appends the condition that what `table` is granted for, a unit or an agency, lies in the scope.
pub(super) fn of_holders<ST>(statement: Sql<ST>, table: &str, scope: &Scope) -> Sql<ST> {
    if scope.everything {
        return statement;
    }
    statement
        .push(format!(" AND (COALESCE({table}.unit_id, 0) IN "))
        .list(scope.units.iter().copied())
        .push(format!(
            " OR EXISTS (SELECT 1 FROM agencies a WHERE a.id = {table}.agency_id AND (a.id IN "
        ))
        .list(scope.agencies.iter().copied())
        .push(" OR a.unit_id IN ")
        .list(scope.units.iter().copied())
        .push(")))")
}

/// A page of the keys in the scope, by id.
pub fn list(conn: &mut Conn, scope: &Scope, page: &Page) -> Result<Rows<Row>> {
    let rows = page
        .by_id(select(scope), "k.id", false)
        .load::<Loaded>(conn)?;
    let rows = rows.into_iter().map(row).collect();
    Ok(page.cut(rows, |row: &Row| After {
        key: String::new(),
        id: row.id,
    }))
}

/// One by id, if it is in the scope.
pub fn find(conn: &mut Conn, scope: &Scope, id: i64) -> Result<Option<Row>> {
    let rows = select(scope)
        .push(" AND k.id = ")
        .bind(id)
        .load::<Loaded>(conn)?;
    Ok(rows.into_iter().next().map(row))
}

/// A key to be added.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = api_keys)]
#[allow(missing_docs)]
pub struct NewKey {
    pub name: String,
    pub prefix: String,
    pub secret_hash: String,
    pub user_id: i64,
    pub role: String,
    pub unit_id: Option<i64>,
    pub agency_id: Option<i64>,
    pub permissions: String,
    pub rate_limit: Option<i64>,
    pub expires_at: Option<NaiveDateTime>,
    pub created_at: NaiveDateTime,
}

/// Adds a key.
pub fn insert(conn: &mut Conn, key: &NewKey) -> Result<i64> {
    Ok(diesel::insert_into(api_keys::table)
        .values(key)
        .returning(api_keys::id)
        .get_result(conn)?)
}

/// Writes what may change of a key.
pub fn update(conn: &mut Conn, key: &Row) -> Result<()> {
    diesel::update(api_keys::table.find(key.id))
        .set((
            api_keys::name.eq(&key.name),
            api_keys::permissions.eq(&key.permissions),
            api_keys::rate_limit.eq(key.rate_limit),
            api_keys::expires_at.eq(key.expires_at),
            api_keys::revoked_at.eq(key.revoked_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Notes that a key was used.
pub fn touch(conn: &mut Conn, id: i64, now: NaiveDateTime) -> Result<()> {
    diesel::update(api_keys::table.find(id))
        .set(api_keys::last_used_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// Who asks with a key.
pub struct Holder {
    /// The caller.
    pub actor: Actor,
    /// When the key was last noted as used.
    pub last_used_at: Option<NaiveDateTime>,
    /// Requests per second that the key may make, if it has a limit of its own.
    pub rate_limit: Option<i64>,
}

/// The permissions of a column, which names them with commas between.
pub fn permissions(column: &str) -> Vec<Permission> {
    column.split(',').filter_map(Permission::parse).collect()
}

/// Who is behind the hash of a secret, if the key and its owner are still good.
pub fn holder(
    conn: &mut Conn,
    hash: &str,
    now: NaiveDateTime,
    today: NaiveDate,
) -> Result<Option<Holder>> {
    type Found = (
        (i64, String, i64, String, String),
        (String, Option<i64>, Option<i64>, Option<i64>, String),
        (Option<NaiveDateTime>, Option<i64>),
    );
    let found = sql::<(
        (BigInt, Text, BigInt, Text, Text),
        (Text, Nullable<BigInt>, Nullable<BigInt>, Nullable<BigInt>, Text),
        (Nullable<Timestamp>, Nullable<BigInt>),
    )>(
        "SELECT k.id, k.name, u.id, u.username, u.locale, k.role, k.unit_id, k.agency_id, \
         (SELECT a.unit_id FROM agencies a WHERE a.id = k.agency_id), k.permissions, k.last_used_at, k.rate_limit \
         FROM api_keys k JOIN users u ON u.id = k.user_id \
         WHERE u.active AND k.revoked_at IS NULL AND k.secret_hash = ",
    )
    .bind(hash)
    .push(" AND (k.expires_at IS NULL OR k.expires_at > ")
    .bind(now)
    .push(")")
    .load::<Found>(conn)?;
    let Some((
        (id, name, user_id, username, locale),
        (role, unit, agency, agency_unit, listed),
        (last_used_at, rate_limit),
    )) = found.into_iter().next()
    else {
        return Ok(None);
    };
    let Some(grant) = grant((Some(role), unit, agency)) else {
        return Ok(None);
    };
    let label = format!("{username} · {name}");
    let key = Key {
        id,
        name,
        permissions: permissions(&listed),
        owner: grants_on(conn, user_id, today)?,
        agency_unit,
    };
    let locale = Locale::parse(&locale).unwrap_or_default();
    Ok(Some(Holder {
        actor: Actor::key(user_id, label, locale, grant, key),
        last_used_at,
        rate_limit,
    }))
}

//! Users and their grants.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

use super::Conn;
use super::schema::{grants, users};
use super::sql::sql;
use crate::domain::actor::Actor;
use crate::domain::locale::Locale;
use crate::domain::permission::{Grant, GrantScope, Role};
use crate::error::Result;

/// What a sign-in is checked against.
#[derive(Clone, Debug, Queryable)]
pub struct Credentials {
    /// The user.
    pub id: i64,
    /// Their name.
    pub username: String,
    /// Argon2id hash; none until an invitation is taken.
    pub password_hash: Option<String>,
    /// Whether they may sign in.
    pub active: bool,
}

const CREDENTIALS: (
    users::id,
    users::username,
    users::password_hash,
    users::active,
) = (
    users::id,
    users::username,
    users::password_hash,
    users::active,
);

/// By user name, folded.
pub fn credentials(conn: &mut Conn, username: &str) -> Result<Option<Credentials>> {
    Ok(users::table
        .filter(users::username.eq(username))
        .select(CREDENTIALS)
        .first(conn)
        .optional()?)
}

/// By id.
pub fn credentials_by_id(conn: &mut Conn, id: i64) -> Result<Option<Credentials>> {
    Ok(users::table
        .find(id)
        .select(CREDENTIALS)
        .first(conn)
        .optional()?)
}

/// The official behind a user.
pub fn person_of(conn: &mut Conn, id: i64) -> Result<Option<i64>> {
    let found = users::table.find(id).select(users::person_id);
    Ok(found.first::<Option<i64>>(conn).optional()?.flatten())
}

/// Replaces the password hash.
pub fn set_password(conn: &mut Conn, id: i64, hash: &str) -> Result<()> {
    diesel::update(users::table.find(id))
        .set(users::password_hash.eq(hash))
        .execute(conn)?;
    Ok(())
}

type GrantRow = (Option<String>, Option<i64>, Option<i64>);

/// The grant that a role and the columns of its scope say.
pub(super) fn grant((role, unit, agency): GrantRow) -> Option<Grant> {
    let role = Role::parse(&role?)?;
    let scope = match (role, unit, agency) {
        (Role::Leader, _, _) => GrantScope::Led,
        (_, Some(unit), _) => GrantScope::Unit(unit),
        (_, None, Some(agency)) => GrantScope::Agency(agency),
        (_, None, None) => return None,
    };
    Some(Grant { role, scope })
}

/// The grants of a user in force on a day.
pub fn grants_on(conn: &mut Conn, user_id: i64, date: NaiveDate) -> Result<Vec<Grant>> {
    let rows = grants::table
        .filter(grants::user_id.eq(user_id))
        .filter(grants::valid_from.le(date))
        .filter(grants::valid_to.ge(date))
        .order(grants::id)
        .select((grants::role.nullable(), grants::unit_id, grants::agency_id))
        .load::<GrantRow>(conn)?;
    Ok(rows.into_iter().filter_map(grant).collect())
}

/// Who is behind a session, if it and its user are still good, with the grants in force today. One
/// statement, since every request asks.
pub fn signed_in(
    conn: &mut Conn,
    session_id: i64,
    now: NaiveDateTime,
    today: NaiveDate,
) -> Result<Option<Actor>> {
    type Row = ((i64, Option<i64>, String, String, bool), GrantRow);
    let rows = sql::<(
        (BigInt, Nullable<BigInt>, Text, Text, Bool),
        (Nullable<Text>, Nullable<BigInt>, Nullable<BigInt>),
    )>(
        "SELECT u.id, u.person_id, u.username, u.locale, u.totp_since IS NOT NULL, g.role, g.unit_id, g.agency_id \
         FROM sessions s JOIN users u ON u.id = s.user_id \
         LEFT JOIN grants g ON g.user_id = u.id AND g.valid_from <= ",
    )
    .bind(today)
    .push(" AND g.valid_to >= ")
    .bind(today)
    .push(" WHERE u.active AND s.revoked_at IS NULL AND s.id = ")
    .bind(session_id)
    .push(" AND s.expires_at > ")
    .bind(now)
    .push(" ORDER BY g.id")
    .load::<Row>(conn)?;
    let Some(((user_id, person_id, username, locale, second_factor), _)) = rows.first().cloned()
    else {
        return Ok(None);
    };
    let grants = rows.into_iter().filter_map(|(_, row)| grant(row)).collect();
    let locale = Locale::parse(&locale).unwrap_or_default();
    let mut actor = Actor::user(user_id, person_id, session_id, username, locale, grants);
    actor.second_factor = second_factor;
    Ok(Some(actor))
}

/// Adds a user.
pub fn insert(
    conn: &mut Conn,
    username: &str,
    person_id: Option<i64>,
    password_hash: Option<&str>,
    locale: &str,
    now: NaiveDateTime,
) -> Result<i64> {
    Ok(diesel::insert_into(users::table)
        .values((
            users::username.eq(username),
            users::person_id.eq(person_id),
            users::password_hash.eq(password_hash),
            users::locale.eq(locale),
            users::active.eq(true),
            users::created_at.eq(now),
        ))
        .returning(users::id)
        .get_result(conn)?)
}

/// A grant to be added.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = grants)]
#[allow(missing_docs)]
pub struct NewGrant {
    pub user_id: i64,
    pub role: String,
    pub unit_id: Option<i64>,
    pub agency_id: Option<i64>,
    pub valid_from: NaiveDate,
    pub valid_to: NaiveDate,
}

/// Adds a grant.
pub fn insert_grant(conn: &mut Conn, grant: &NewGrant) -> Result<()> {
    diesel::insert_into(grants::table)
        .values(grant)
        .execute(conn)?;
    Ok(())
}

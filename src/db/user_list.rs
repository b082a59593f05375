//! Users as their administrators see them.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

use super::Conn;
use super::any_of::any_of;
use super::filter::Name;
use super::page::{After, Page, Rows};
use super::schema::{grants, users};
use super::sql::{Sql, containing, sql};
use crate::domain::locale::Locale;
use crate::domain::permission::Role;
use crate::domain::scope::Scope;
use crate::error::Result;

/// A user, without secrets.
#[derive(Clone, Debug, Queryable)]
#[allow(missing_docs)]
pub struct User {
    pub id: i64,
    pub username: String,
    pub person_id: Option<i64>,
    pub locale: Name<Locale>,
    pub active: bool,
}

/// A dated grant.
#[derive(Clone, Debug, Queryable)]
#[allow(missing_docs)]
pub struct GrantRow {
    pub id: i64,
    pub user_id: i64,
    pub role: Name<Role>,
    pub unit_id: Option<i64>,
    pub agency_id: Option<i64>,
    pub valid_from: NaiveDate,
    pub valid_to: NaiveDate,
}

type Columns = (BigInt, Text, Nullable<BigInt>, Text, Bool);

/// The users whose every grant in force lies in the scope: whoever has more power than the
/// administrator is none of theirs. A leader, or a user without grants, is where their agency is.
fn select(scope: &Scope, today: NaiveDate) -> Sql<Columns> {
    let users =
        sql("SELECT u.id, u.username, u.person_id, u.locale, u.active FROM users u WHERE 1 = 1");
    if scope.everything {
        return users;
    }
    let in_force = |statement: Sql<Columns>| {
        statement
            .push("SELECT 1 FROM grants g WHERE g.user_id = u.id AND g.valid_from <= ")
            .bind(today)
            .push(" AND g.valid_to >= ")
            .bind(today)
    };
    let agency = |statement: Sql<Columns>, column: &'static str| {
        statement
            .push(format!(
                "EXISTS (SELECT 1 FROM agencies a WHERE a.id = {column} AND (a.id IN "
            ))
            .list(scope.agencies.iter().copied())
            .push(" OR a.unit_id IN ")
            .list(scope.units.iter().copied())
            .push("))")
    };
    const OFFICE: &str = "(SELECT p.agency_id FROM people p WHERE p.id = u.person_id)";
    let users = in_force(users.push(" AND (EXISTS (")).push(") OR ");
    let users = agency(users, OFFICE).push(") AND NOT EXISTS (");
    let users = in_force(users)
        .push(" AND NOT (COALESCE(g.unit_id, 0) IN ")
        .list(scope.units.iter().copied())
        .push(" OR ");
    let users =
        agency(users, "g.agency_id").push(" OR (g.unit_id IS NULL AND g.agency_id IS NULL AND ");
    agency(users, OFFICE).push(")))")
}

/// A page, by id.
pub fn list(
    conn: &mut Conn,
    scope: &Scope,
    today: NaiveDate,
    search: Option<&str>,
    page: &Page,
) -> Result<Rows<User>> {
    let mut query = select(scope, today);
    if let Some(search) = search {
        query = query
            .push(" AND u.username LIKE ")
            .bind(containing(search))
            .push(" ESCAPE '!'");
    }
    let rows = page.by_id(query, "u.id", false).load::<User>(conn)?;
    Ok(page.cut(rows, |row| After {
        key: String::new(),
        id: row.id,
    }))
}

/// One by id, if it is in the scope.
pub fn find(conn: &mut Conn, scope: &Scope, today: NaiveDate, id: i64) -> Result<Option<User>> {
    let query = select(scope, today).push(" AND u.id = ").bind(id);
    Ok(query.load::<User>(conn)?.into_iter().next())
}

/// The grants of users in force on a day or later, by user, in order.
pub fn grants_from(
    conn: &mut Conn,
    user_ids: &[i64],
    date: NaiveDate,
) -> Result<HashMap<i64, Vec<GrantRow>>> {
    let rows = grants::table
        .filter(any_of(grants::user_id, user_ids))
        .filter(grants::valid_to.ge(date))
        .filter(grants::valid_to.ge(grants::valid_from))
        .order(grants::id)
        .load::<GrantRow>(conn)?;
    let mut by_user: HashMap<i64, Vec<GrantRow>> = HashMap::new();
    for row in rows {
        by_user.entry(row.user_id).or_default().push(row);
    }
    Ok(by_user)
}

/// Whether somebody who may sign in administers this unit on a day.
pub fn has_admin(conn: &mut Conn, unit_id: i64, date: NaiveDate) -> Result<bool> {
    let query = sql::<(BigInt,)>(
        "SELECT u.id FROM users u JOIN grants g ON g.user_id = u.id WHERE u.active AND g.role = ",
    )
    .bind(Role::Admin.as_str())
    .push(" AND g.unit_id = ")
    .bind(unit_id)
    .push(" AND g.valid_from <= ")
    .bind(date)
    .push(" AND g.valid_to >= ")
    .bind(date)
    .push(" LIMIT 1");
    Ok(!query.load::<(i64,)>(conn)?.is_empty())
}

/// Ends a grant; one that ends before it began was never in force.
pub fn end_grant(conn: &mut Conn, id: i64, last_day: NaiveDate) -> Result<()> {
    diesel::update(grants::table.find(id))
        .set(grants::valid_to.eq(last_day))
        .execute(conn)?;
    Ok(())
}

/// Changes a user.
pub fn update(conn: &mut Conn, user: &User) -> Result<()> {
    diesel::update(users::table.find(user.id))
        .set((
            users::username.eq(&user.username),
            users::person_id.eq(user.person_id),
            users::locale.eq(user.locale.0.as_str()),
            users::active.eq(user.active),
        ))
        .execute(conn)?;
    Ok(())
}

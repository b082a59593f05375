//! Task forces and their members.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text};

use super::Conn;
use super::any_of::any_of;
use super::filter::Name;
use super::page::{After, Page, Rows};
use super::schema::{people, task_force_members as members, task_forces as forces};
use super::sql::{Sql, sql};
use crate::domain::reference::{MemberRole, Period};
use crate::error::Result;

/// A task force without its members.
#[derive(Clone, Debug, Queryable)]
#[allow(missing_docs)]
pub struct TaskForce {
    pub id: i64,
    pub unit_id: i64,
    pub standing_agency_id: Option<i64>,
    pub decision_number: String,
    pub decision_issuer: String,
    pub decision_date: NaiveDate,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
}

/// A member.
#[derive(Clone, Debug, Queryable)]
#[allow(missing_docs)]
pub struct Member {
    pub task_force_id: i64,
    pub person_id: i64,
    pub role: Name<MemberRole>,
    pub full_name: String,
}

type Columns = (
    BigInt,
    BigInt,
    Nullable<BigInt>,
    Text,
    Text,
    Date,
    Nullable<Date>,
    Nullable<Date>,
);

fn select() -> Sql<Columns> {
    sql(
        "SELECT id, unit_id, standing_agency_id, decision_number, decision_issuer, decision_date, \
         valid_from, valid_to FROM task_forces WHERE 1 = 1",
    )
}

/// A page, by id; of some units or of all, in force on a day or ever.
pub fn list(
    conn: &mut Conn,
    units: &[i64],
    as_of: Option<NaiveDate>,
    page: &Page,
) -> Result<Rows<TaskForce>> {
    let mut query = select();
    if !units.is_empty() {
        query = query.push(" AND unit_id IN ").list(units.iter().copied());
    }
    if let Some(day) = as_of {
        query = query
            .push(" AND (valid_from IS NULL OR valid_from <= ")
            .bind(day)
            .push(") AND (valid_to IS NULL OR valid_to >= ")
            .bind(day)
            .push(")");
    }
    let rows = page.by_id(query, "id", false).load::<TaskForce>(conn)?;
    Ok(page.cut(rows, |row| After {
        key: String::new(),
        id: row.id,
    }))
}

/// One by id.
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<TaskForce>> {
    let query = select().push(" AND id = ").bind(id);
    Ok(query.load::<TaskForce>(conn)?.into_iter().next())
}

/// Those of a unit.
pub fn of_unit(conn: &mut Conn, unit_id: i64) -> Result<Vec<TaskForce>> {
    let query = select().push(" AND unit_id = ").bind(unit_id);
    Ok(query.load::<TaskForce>(conn)?)
}

/// The members of task forces, by task force, in the order given.
pub fn members_of(conn: &mut Conn, ids: &[i64]) -> Result<HashMap<i64, Vec<Member>>> {
    let rows = members::table
        .inner_join(people::table)
        .filter(any_of(members::task_force_id, ids))
        .order(members::id)
        .select((
            members::task_force_id,
            members::person_id,
            members::role,
            people::full_name,
        ))
        .load::<Member>(conn)?;
    let mut by_force: HashMap<i64, Vec<Member>> = HashMap::new();
    for row in rows {
        by_force.entry(row.task_force_id).or_default().push(row);
    }
    Ok(by_force)
}

/// What is written.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Values<'a> {
    pub unit_id: i64,
    pub standing_agency_id: Option<i64>,
    pub decision_number: &'a str,
    pub decision_issuer: &'a str,
    pub decision_date: NaiveDate,
    pub valid: Period,
    pub members: &'a [(i64, MemberRole)],
}

macro_rules! columns {
    ($values:expr) => {
        (
            forces::unit_id.eq($values.unit_id),
            forces::standing_agency_id.eq($values.standing_agency_id),
            forces::decision_number.eq($values.decision_number),
            forces::decision_issuer.eq($values.decision_issuer),
            forces::decision_date.eq($values.decision_date),
            forces::valid_from.eq($values.valid.from),
            forces::valid_to.eq($values.valid.to),
        )
    };
}

/// Adds one.
pub fn insert(conn: &mut Conn, values: &Values<'_>) -> Result<i64> {
    let id = diesel::insert_into(forces::table)
        .values(columns!(values))
        .returning(forces::id)
        .get_result(conn)?;
    insert_members(conn, id, values.members)?;
    Ok(id)
}

/// Changes one, with its members.
pub fn update(conn: &mut Conn, id: i64, values: &Values<'_>) -> Result<()> {
    diesel::update(forces::table.find(id))
        .set(columns!(values))
        .execute(conn)?;
    diesel::delete(members::table.filter(members::task_force_id.eq(id))).execute(conn)?;
    insert_members(conn, id, values.members)
}

fn insert_members(conn: &mut Conn, id: i64, list: &[(i64, MemberRole)]) -> Result<()> {
    for (person_id, role) in list {
        diesel::insert_into(members::table)
            .values((
                members::task_force_id.eq(id),
                members::person_id.eq(person_id),
                members::role.eq(role.as_str()),
            ))
            .execute(conn)?;
    }
    Ok(())
}

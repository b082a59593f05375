//! Agencies.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::Conn;
use super::filter::{Matching, Name};
use super::page::{After, Page, Rows};
use super::schema::agencies;
use super::sql::sql;
use crate::domain::reference::AgencyKind;
use crate::domain::text::{fold, sort_key};
use crate::error::Result;

/// An agency.
#[derive(Clone, Debug, Queryable)]
#[allow(missing_docs)]
pub struct Agency {
    pub id: i64,
    pub code: String,
    pub name: String,
    pub kind: Name<AgencyKind>,
    pub unit_id: i64,
    pub sort_key: String,
}

type Columns = (BigInt, Text, Text, Text, BigInt, Text);

/// A page, by name; of one unit or of all.
pub fn list(
    conn: &mut Conn,
    matching: &Matching,
    units: &[i64],
    page: &Page,
) -> Result<Rows<Agency>> {
    let mut query = matching.on(sql::<Columns>(
        "SELECT id, code, name, kind, unit_id, sort_key FROM agencies WHERE 1 = 1",
    ));
    if !units.is_empty() {
        query = query.push(" AND unit_id IN ").list(units.iter().copied());
    }
    let query = page.by_text(query, "sort_key", "id", false);
    let rows = query.load::<Agency>(conn)?;
    Ok(page.cut(rows, |row| After {
        key: row.sort_key.clone(),
        id: row.id,
    }))
}

/// One by id.
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<Agency>> {
    let query =
        sql::<Columns>("SELECT id, code, name, kind, unit_id, sort_key FROM agencies WHERE id = ");
    Ok(query.bind(id).load::<Agency>(conn)?.into_iter().next())
}

/// The one with this code.
pub fn with_code(conn: &mut Conn, code: &str) -> Result<Option<i64>> {
    let found = agencies::table.filter(agencies::code.eq(code));
    Ok(found.select(agencies::id).first(conn).optional()?)
}

/// What is written.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Values<'a> {
    pub code: &'a str,
    pub name: &'a str,
    pub kind: AgencyKind,
    pub unit_id: i64,
}

macro_rules! columns {
    ($values:expr) => {
        (
            agencies::code.eq($values.code),
            agencies::name.eq($values.name),
            agencies::search_key.eq(fold($values.name)),
            agencies::sort_key.eq(sort_key($values.name)),
            agencies::kind.eq($values.kind.as_str()),
            agencies::unit_id.eq($values.unit_id),
        )
    };
}

/// Adds one.
pub fn insert(conn: &mut Conn, values: &Values<'_>) -> Result<i64> {
    Ok(diesel::insert_into(agencies::table)
        .values(columns!(values))
        .returning(agencies::id)
        .get_result(conn)?)
}

/// Changes one.
pub fn update(conn: &mut Conn, id: i64, values: &Values<'_>) -> Result<()> {
    diesel::update(agencies::table.find(id))
        .set(columns!(values))
        .execute(conn)?;
    Ok(())
}

//! People: officials with a position in an agency.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::Conn;
use super::filter::Matching;
use super::page::{After, Page, Rows};
use super::schema::people;
use super::sql::{Sql, sql};
use crate::domain::text::{fold, sort_key};
use crate::error::Result;

/// An official.
#[derive(Clone, Debug, Queryable)]
#[allow(missing_docs)]
pub struct Person {
    pub id: i64,
    pub full_name: String,
    pub position: String,
    pub agency_id: i64,
    pub email: String,
    pub phone: Option<String>,
    pub sort_key: String,
}

type Columns = (BigInt, Text, Text, BigInt, Text, Nullable<Text>, Text);

fn select() -> Sql<Columns> {
    sql("SELECT id, full_name, position, agency_id, email, phone, sort_key FROM people WHERE 1 = 1")
}

/// A page, by name; of some agencies or of all.
pub fn list(
    conn: &mut Conn,
    search: Option<String>,
    agencies: &[i64],
    page: &Page,
) -> Result<Rows<Person>> {
    let matching = Matching {
        search,
        ..Matching::default()
    };
    let mut query = matching.on(select());
    if !agencies.is_empty() {
        query = query
            .push(" AND agency_id IN ")
            .list(agencies.iter().copied());
    }
    let query = page.by_text(query, "sort_key", "id", false);
    let rows = query.load::<Person>(conn)?;
    Ok(page.cut(rows, |row| After {
        key: row.sort_key.clone(),
        id: row.id,
    }))
}

/// One by id.
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<Person>> {
    let query = select().push(" AND id = ").bind(id);
    Ok(query.load::<Person>(conn)?.into_iter().next())
}

/// What is written.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Values<'a> {
    pub full_name: &'a str,
    pub position: &'a str,
    pub agency_id: i64,
    pub email: &'a str,
    pub phone: Option<&'a str>,
}

macro_rules! columns {
    ($values:expr) => {
        (
            people::full_name.eq($values.full_name),
            people::search_key.eq(fold($values.full_name)),
            people::sort_key.eq(sort_key($values.full_name)),
            people::position.eq($values.position),
            people::agency_id.eq($values.agency_id),
            people::email.eq($values.email),
            people::phone.eq($values.phone),
        )
    };
}

/// Adds one.
pub fn insert(conn: &mut Conn, values: &Values<'_>) -> Result<i64> {
    Ok(diesel::insert_into(people::table)
        .values(columns!(values))
        .returning(people::id)
        .get_result(conn)?)
}

/// Changes one.
pub fn update(conn: &mut Conn, id: i64, values: &Values<'_>) -> Result<()> {
    diesel::update(people::table.find(id))
        .set(columns!(values))
        .execute(conn)?;
    Ok(())
}

//! Holidays.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Text};

use super::Conn;
use super::page::{After, Page, Rows};
use super::schema::holidays;
use super::sql::sql;
use crate::error::Result;

/// A day off.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Holiday {
    /// Identity.
    pub id: i64,
    /// The day.
    pub date: NaiveDate,
    /// Its name.
    pub name: String,
}

/// A page, by date.
pub fn list(conn: &mut Conn, page: &Page) -> Result<Rows<Holiday>> {
    let query = sql::<(BigInt, Date, Text)>("SELECT id, date, name FROM holidays WHERE 1 = 1");
    let rows = page.by_id(query, "id", false).load::<Holiday>(conn)?;
    Ok(page.cut(rows, |row| After {
        key: String::new(),
        id: row.id,
    }))
}

/// All dates.
pub fn dates(conn: &mut Conn) -> Result<Vec<NaiveDate>> {
    Ok(holidays::table.select(holidays::date).load(conn)?)
}

/// One by id.
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<Holiday>> {
    Ok(holidays::table.find(id).first(conn).optional()?)
}

/// One by date.
pub fn on(conn: &mut Conn, date: NaiveDate) -> Result<Option<Holiday>> {
    Ok(holidays::table
        .filter(holidays::date.eq(date))
        .first(conn)
        .optional()?)
}

/// Adds one.
pub fn insert(conn: &mut Conn, date: NaiveDate, name: &str) -> Result<i64> {
    Ok(diesel::insert_into(holidays::table)
        .values((holidays::date.eq(date), holidays::name.eq(name)))
        .returning(holidays::id)
        .get_result(conn)?)
}

/// Changes one.
pub fn update(conn: &mut Conn, holiday: &Holiday) -> Result<()> {
    diesel::update(holidays::table.find(holiday.id))
        .set((
            holidays::date.eq(holiday.date),
            holidays::name.eq(&holiday.name),
        ))
        .execute(conn)?;
    Ok(())
}

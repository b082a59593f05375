//! Administrative units.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::Conn;
use super::schema::{administrative_units as units, unit_parents};
use crate::domain::units::{Level, ParentLink, Unit, UnitTree};
use crate::error::Result;

type Row = (
    i64,
    String,
    String,
    String,
    String,
    Option<NaiveDate>,
    Option<NaiveDate>,
);

/// All units with their dated parents.
pub fn tree(conn: &mut Conn) -> Result<UnitTree> {
    let rows = units::table
        .select((
            units::id,
            units::code,
            units::name,
            units::sort_key,
            units::level,
            units::valid_from,
            units::valid_to,
        ))
        .load::<Row>(conn)?;
    let links = unit_parents::table
        .select((
            unit_parents::unit_id,
            unit_parents::parent_id,
            unit_parents::valid_from,
            unit_parents::valid_to,
        ))
        .order(unit_parents::id)
        .load::<(i64, i64, NaiveDate, NaiveDate)>(conn)?;
    let units = rows
        .into_iter()
        .filter_map(|(id, code, name, sort_key, level, from, to)| {
            Some(Unit {
                id,
                code,
                name,
                sort_key,
                level: Level::parse(&level)?,
                valid_from: from,
                valid_to: to,
            })
        });
    let links = links
        .into_iter()
        .map(|(unit_id, parent_id, valid_from, valid_to)| ParentLink {
            unit_id,
            parent_id,
            valid_from,
            valid_to,
        });
    Ok(UnitTree::new(units.collect(), links.collect()))
}

/// A unit to be added.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = units)]
#[allow(missing_docs)]
pub struct NewUnit {
    pub code: String,
    pub name: String,
    pub search_key: String,
    pub sort_key: String,
    pub level: String,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
}

/// Adds a unit.
pub fn insert(conn: &mut Conn, unit: &NewUnit) -> Result<i64> {
    Ok(diesel::insert_into(units::table)
        .values(unit)
        .returning(units::id)
        .get_result(conn)?)
}

/// Changes a unit.
pub fn update(conn: &mut Conn, id: i64, unit: &NewUnit) -> Result<()> {
    diesel::update(units::table.find(id))
        .set((
            units::code.eq(&unit.code),
            units::name.eq(&unit.name),
            units::search_key.eq(&unit.search_key),
            units::sort_key.eq(&unit.sort_key),
            units::level.eq(&unit.level),
            units::valid_from.eq(unit.valid_from),
            units::valid_to.eq(unit.valid_to),
        ))
        .execute(conn)?;
    Ok(())
}

/// Ends a unit.
pub fn end(conn: &mut Conn, id: i64, last_day: NaiveDate) -> Result<()> {
    diesel::update(units::table.find(id))
        .set(units::valid_to.eq(last_day))
        .execute(conn)?;
    Ok(())
}

/// Puts a parent in force from a day on, until the one that it replaces ends. The replaced link
/// ends the day before; if it began that day, it stays as an empty interval.
pub fn set_parent(conn: &mut Conn, unit_id: i64, parent_id: i64, from: NaiveDate) -> Result<()> {
    let links = unit_parents::table
        .filter(unit_parents::unit_id.eq(unit_id))
        .filter(unit_parents::valid_to.ge(from))
        .order((unit_parents::valid_from, unit_parents::id))
        .select((
            unit_parents::id,
            unit_parents::valid_from,
            unit_parents::valid_to,
        ))
        .load::<(i64, NaiveDate, NaiveDate)>(conn)?;
    // An empty interval holds no day.
    let mut links = links.into_iter().filter(|(_, begins, ends)| begins <= ends);
    let to = match links.next() {
        Some((id, begins, ends)) if begins <= from => {
            diesel::update(unit_parents::table.find(id))
                .set(unit_parents::valid_to.eq(from.pred_opt().unwrap_or(from)))
                .execute(conn)?;
            ends
        }
        Some((_, begins, _)) => begins.pred_opt().unwrap_or(from),
        None => super::FOREVER,
    };
    insert_parent(conn, unit_id, parent_id, from, to)
}

/// Adds a dated parent.
pub fn insert_parent(
    conn: &mut Conn,
    unit_id: i64,
    parent_id: i64,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<()> {
    diesel::insert_into(unit_parents::table)
        .values((
            unit_parents::unit_id.eq(unit_id),
            unit_parents::parent_id.eq(parent_id),
            unit_parents::valid_from.eq(from),
            unit_parents::valid_to.eq(to),
        ))
        .execute(conn)?;
    Ok(())
}

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

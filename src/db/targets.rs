//! Milestone targets.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text};

use super::Conn;
use super::filter::Name;
use super::page::{After, Page, Rows};
use super::schema::targets;
use super::sql::{Sql, sql};
use crate::domain::progress::Basis;
use crate::error::Result;

/// A target.
#[derive(Clone, Debug, Queryable)]
#[allow(missing_docs)]
pub struct Target {
    pub id: i64,
    pub budget_year: i32,
    pub date: NaiveDate,
    pub percent_hundredths: i64,
    pub basis: Name<Basis>,
    pub unit_id: Option<i64>,
    pub agency_id: Option<i64>,
    pub funding_source_id: Option<i64>,
}

type Columns = (
    BigInt,
    Integer,
    Date,
    BigInt,
    Text,
    Nullable<BigInt>,
    Nullable<BigInt>,
    Nullable<BigInt>,
);

fn select() -> Sql<Columns> {
    sql(
        "SELECT id, budget_year, date, percent_hundredths, basis, unit_id, agency_id, \
         funding_source_id FROM targets WHERE 1 = 1",
    )
}

/// A page, by id; of some budget years or of all.
pub fn list(conn: &mut Conn, years: &[i32], page: &Page) -> Result<Rows<Target>> {
    let mut query = select();
    if !years.is_empty() {
        query = query
            .push(" AND budget_year IN ")
            .list(years.iter().copied());
    }
    let rows = page.by_id(query, "id", false).load::<Target>(conn)?;
    Ok(page.cut(rows, |row| After {
        key: String::new(),
        id: row.id,
    }))
}

/// One by id.
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<Target>> {
    let query = select().push(" AND id = ").bind(id);
    Ok(query.load::<Target>(conn)?.into_iter().next())
}

/// The target of a budget year for a day and scope, if there is one.
pub fn same(conn: &mut Conn, values: &Values) -> Result<Option<i64>> {
    let scopes = [values.unit_id, values.agency_id, values.funding_source_id];
    let [unit, agency, source] = scopes.map(Option::unwrap_or_default);
    let query = select()
        .push(" AND budget_year = ")
        .bind(values.budget_year)
        .push(" AND date = ")
        .bind(values.date)
        .push(" AND COALESCE(unit_id, 0) = ")
        .bind(unit)
        .push(" AND COALESCE(agency_id, 0) = ")
        .bind(agency)
        .push(" AND COALESCE(funding_source_id, 0) = ")
        .bind(source);
    let found = query.load::<Target>(conn)?;
    Ok(found.first().map(|target| target.id))
}

/// What is written.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Values {
    pub budget_year: i32,
    pub date: NaiveDate,
    pub percent_hundredths: i64,
    pub basis: Basis,
    pub unit_id: Option<i64>,
    pub agency_id: Option<i64>,
    pub funding_source_id: Option<i64>,
}

macro_rules! columns {
    ($values:expr) => {
        (
            targets::budget_year.eq($values.budget_year),
            targets::date.eq($values.date),
            targets::percent_hundredths.eq($values.percent_hundredths),
            targets::basis.eq($values.basis.as_str()),
            targets::unit_id.eq($values.unit_id),
            targets::agency_id.eq($values.agency_id),
            targets::funding_source_id.eq($values.funding_source_id),
        )
    };
}

/// Adds one.
pub fn insert(conn: &mut Conn, values: &Values) -> Result<i64> {
    Ok(diesel::insert_into(targets::table)
        .values(columns!(values))
        .returning(targets::id)
        .get_result(conn)?)
}

/// Changes one.
pub fn update(conn: &mut Conn, id: i64, values: &Values) -> Result<()> {
    diesel::update(targets::table.find(id))
        .set(columns!(values))
        .execute(conn)?;
    Ok(())
}

//! Funding sources: a tree that can be edited.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text};

use super::Conn;
use super::filter::{Matching, Name};
use super::page::{After, Page, Rows};
use super::schema::funding_sources as sources;
use super::sql::{Sql, sql};
use crate::domain::reference::{BudgetLevel, Period, SourceOrigin};
use crate::domain::text::{fold, sort_key};
use crate::error::Result;

/// A funding source.
#[derive(Clone, Debug, Queryable)]
#[allow(missing_docs)]
pub struct FundingSource {
    pub id: i64,
    pub code: String,
    pub name: String,
    pub parent_id: Option<i64>,
    pub budget_level: Name<BudgetLevel>,
    pub origin: Name<SourceOrigin>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    pub sort_key: String,
}

type Columns = (
    BigInt,
    Text,
    Text,
    Nullable<BigInt>,
    Text,
    Text,
    Nullable<Date>,
    Nullable<Date>,
    Text,
);

fn select() -> Sql<Columns> {
    sql(
        "SELECT id, code, name, parent_id, budget_level, origin, valid_from, valid_to, sort_key \
         FROM funding_sources WHERE 1 = 1",
    )
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// By code and name.
    pub matching: Matching,
    /// Directly below any of these.
    pub parents: Vec<i64>,
    /// Valid on this day.
    pub as_of: Option<NaiveDate>,
}

/// A page, by name.
pub fn list(conn: &mut Conn, filter: &Filter, page: &Page) -> Result<Rows<FundingSource>> {
    let mut query = filter.matching.on(select());
    if !filter.parents.is_empty() {
        query = query
            .push(" AND parent_id IN ")
            .list(filter.parents.iter().copied());
    }
    if let Some(day) = filter.as_of {
        query = query
            .push(" AND (valid_from IS NULL OR valid_from <= ")
            .bind(day)
            .push(") AND (valid_to IS NULL OR valid_to >= ")
            .bind(day)
            .push(")");
    }
    let query = page.by_text(query, "sort_key", "id", false);
    let rows = query.load::<FundingSource>(conn)?;
    Ok(page.cut(rows, |row| After {
        key: row.sort_key.clone(),
        id: row.id,
    }))
}

/// One by id.
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<FundingSource>> {
    let query = select().push(" AND id = ").bind(id);
    Ok(query.load::<FundingSource>(conn)?.into_iter().next())
}

/// The one with this code.
pub fn with_code(conn: &mut Conn, code: &str) -> Result<Option<i64>> {
    let found = sources::table.filter(sources::code.eq(code));
    Ok(found.select(sources::id).first(conn).optional()?)
}

/// Every source with its parent.
pub fn parents(conn: &mut Conn) -> Result<Vec<(i64, Option<i64>)>> {
    Ok(sources::table
        .select((sources::id, sources::parent_id))
        .load(conn)?)
}

/// What is written.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Values<'a> {
    pub code: &'a str,
    pub name: &'a str,
    pub parent_id: Option<i64>,
    pub budget_level: BudgetLevel,
    pub origin: SourceOrigin,
    pub valid: Period,
}

macro_rules! columns {
    ($values:expr) => {
        (
            sources::code.eq($values.code),
            sources::name.eq($values.name),
            sources::search_key.eq(fold($values.name)),
            sources::sort_key.eq(sort_key($values.name)),
            sources::parent_id.eq($values.parent_id),
            sources::budget_level.eq($values.budget_level.as_str()),
            sources::origin.eq($values.origin.as_str()),
            sources::valid_from.eq($values.valid.from),
            sources::valid_to.eq($values.valid.to),
        )
    };
}

/// Adds one.
pub fn insert(conn: &mut Conn, values: &Values<'_>) -> Result<i64> {
    Ok(diesel::insert_into(sources::table)
        .values(columns!(values))
        .returning(sources::id)
        .get_result(conn)?)
}

/// Changes one.
pub fn update(conn: &mut Conn, id: i64, values: &Values<'_>) -> Result<()> {
    diesel::update(sources::table.find(id))
        .set(columns!(values))
        .execute(conn)?;
    Ok(())
}

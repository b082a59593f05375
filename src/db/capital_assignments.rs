//! Capital given to units and agencies, not yet split into projects.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date};

use super::Conn;
use super::any_of::any_of;
use super::page::{After, Page, Rows};
use super::schema::capital_assignments as assignments;
use super::sql::{Sql, sql};
use crate::domain::scope::Scope;
use crate::error::Result;

/// An assignment without its id.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = assignments)]
#[allow(missing_docs)]
pub struct Fields {
    pub unit_id: Option<i64>,
    pub agency_id: Option<i64>,
    pub from_unit_id: Option<i64>,
    pub funding_source_id: i64,
    pub budget_year: i32,
    pub authority: String,
    pub kind: String,
    pub amount: i64,
    pub effective_date: NaiveDate,
    pub decision_number: String,
    pub decision_issuer: String,
    pub decision_date: NaiveDate,
    pub recorded_at: NaiveDateTime,
    pub recorded_by: Option<i64>,
}

/// Adds one.
pub fn insert(conn: &mut Conn, fields: &Fields) -> Result<i64> {
    Ok(diesel::insert_into(assignments::table)
        .values(fields)
        .returning(assignments::id)
        .get_result(conn)?)
}

/// Assignments by id, in no order.
pub fn by_ids(conn: &mut Conn, ids: &[i64]) -> Result<Vec<(i64, Fields)>> {
    Ok(assignments::table
        .filter(any_of(assignments::id, ids))
        .select((assignments::id, Fields::as_select()))
        .load(conn)?)
}

/// What the same holder has of the same source, year and authority: (effective date, amount).
pub fn of_same_holder(conn: &mut Conn, fields: &Fields) -> Result<Vec<(NaiveDate, i64)>> {
    let rows = assignments::table
        .filter(assignments::funding_source_id.eq(fields.funding_source_id))
        .filter(assignments::budget_year.eq(fields.budget_year))
        .filter(assignments::authority.eq(&fields.authority))
        .select((
            assignments::unit_id,
            assignments::agency_id,
            assignments::effective_date,
            assignments::amount,
        ))
        .load::<(Option<i64>, Option<i64>, NaiveDate, i64)>(conn)?;
    Ok(rows
        .into_iter()
        .filter(|(unit, agency, ..)| (*unit, *agency) == (fields.unit_id, fields.agency_id))
        .map(|(_, _, date, amount)| (date, amount))
        .collect())
}

/// Which assignments; an empty list asks for all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Budget years.
    pub budget_years: Vec<i32>,
    /// Funding sources, with those below already added.
    pub sources: Option<Vec<i64>>,
    /// Holding units.
    pub units: Vec<i64>,
    /// Holding agencies.
    pub agencies: Vec<i64>,
    /// Authorities.
    pub authorities: Vec<&'static str>,
}

/// A page of ids of assignments to units and agencies in scope, oldest effective date first.
pub fn ids(conn: &mut Conn, scope: &Scope, filter: &Filter, page: &Page) -> Result<Rows<i64>> {
    let query = sql::<(BigInt, Date)>(
        "SELECT a.id, a.effective_date FROM capital_assignments a WHERE 1 = 1",
    );
    let query = matching(within(query, scope), filter);
    let rows = page
        .by_date(query, "a.effective_date", "a.id", false)?
        .load::<(i64, NaiveDate)>(conn)?;
    let rows = page.cut(rows, |(id, on)| After {
        key: on.to_string(),
        id: *id,
    });
    Ok(rows.map(|(id, _)| id))
}

fn within<ST>(query: Sql<ST>, scope: &Scope) -> Sql<ST> {
    if scope.everything {
        return query;
    }
    query
        .push(" AND (a.unit_id IN ")
        .list(scope.units.iter().copied())
        .push(" OR a.agency_id IN ")
        .list(scope.agencies.iter().copied())
        .push(" OR a.agency_id IN (SELECT g.id FROM agencies g WHERE g.unit_id IN ")
        .list(scope.units.iter().copied())
        .push("))")
}

fn matching<ST>(mut query: Sql<ST>, filter: &Filter) -> Sql<ST> {
    for (column, ids) in [
        ("a.unit_id", &filter.units),
        ("a.agency_id", &filter.agencies),
    ] {
        if !ids.is_empty() {
            query = query
                .push(format!(" AND {column} IN "))
                .list(ids.iter().copied());
        }
    }
    if !filter.budget_years.is_empty() {
        query = query
            .push(" AND a.budget_year IN ")
            .list(filter.budget_years.iter().copied());
    }
    if let Some(sources) = &filter.sources {
        query = query
            .push(" AND a.funding_source_id IN ")
            .list(sources.iter().copied());
    }
    if !filter.authorities.is_empty() {
        query = query
            .push(" AND a.authority IN ")
            .list(filter.authorities.iter().copied());
    }
    query
}

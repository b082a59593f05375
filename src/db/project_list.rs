//! The list of projects: filters, order, page.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::Conn;
use super::page::{After, Page, Rows};
use super::project_links::{in_scope, linked, managed_by};
use super::sql::{Sql, containing, sql};
use crate::domain::scope::Scope;
use crate::error::Result;

/// Which projects; an empty list asks for all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Codes.
    pub codes: Vec<String>,
    /// Text in code or names, as typed.
    pub q: Option<String>,
    /// Managing units, with those below already added.
    pub units: Option<Vec<i64>>,
    /// Investors.
    pub investors: Vec<i64>,
    /// PMUs.
    pub pmus: Vec<i64>,
    /// Funding sources of plan lines with entries, with those below already added.
    pub sources: Option<Vec<i64>>,
    /// Budget years of plan lines with entries.
    pub budget_years: Vec<i32>,
    /// Responsible leaders.
    pub leaders: Vec<i64>,
    /// Statuses.
    pub statuses: Vec<String>,
    /// Groups.
    pub groups: Vec<String>,
}

/// What a list of projects is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Name, by the Vietnamese alphabet.
    Name,
    /// Code.
    Code,
    /// Total investment.
    TotalInvestment,
}

impl Order {
    /// Text whose byte order is that of the column.
    fn key(self) -> &'static str {
        match self {
            Order::Name => "p.sort_key",
            Order::Code => "p.code",
            // All amounts have 17 digits then.
            Order::TotalInvestment => "CAST(10000000000000000 + p.total_investment AS TEXT)",
        }
    }
}

/// A page of ids of projects in scope by their links of a day.
pub fn ids(
    conn: &mut Conn,
    scope: &Scope,
    filter: &Filter,
    order: (Order, bool),
    page: &Page,
    today: NaiveDate,
) -> Result<Rows<i64>> {
    let rows = keyed(conn, scope, filter, order, page, today)?;
    let rows = page.cut(rows, |(id, key)| After {
        key: key.clone(),
        id: *id,
    });
    Ok(rows.map(|(id, _)| id))
}

/// The ids of such a page with what they are sorted by, one more than the page holds.
pub fn keyed(
    conn: &mut Conn,
    scope: &Scope,
    filter: &Filter,
    (order, descending): (Order, bool),
    page: &Page,
    today: NaiveDate,
) -> Result<Vec<(i64, String)>> {
    let key = order.key();
    let query = sql::<(BigInt, Text)>(format!("SELECT p.id, {key} FROM projects p WHERE 1 = 1"));
    let query = matching(in_scope(query, "p.id", scope, today), filter, today);
    Ok(page
        .by_text(query, key, "p.id", descending)
        .load::<(i64, String)>(conn)?)
}

/// Appends the conditions of the filter; the statement calls projects `p`.
pub fn matching<ST>(mut query: Sql<ST>, filter: &Filter, today: NaiveDate) -> Sql<ST> {
    let texts = [
        ("p.code", &filter.codes),
        ("p.status", &filter.statuses),
        ("p.project_group", &filter.groups),
    ];
    for (column, values) in texts {
        if !values.is_empty() {
            query = query
                .push(format!(" AND {column} IN "))
                .list(values.iter().cloned());
        }
    }
    if let Some(q) = &filter.q {
        query = query
            .push(" AND p.search_key LIKE ")
            .bind(containing(q))
            .push(" ESCAPE '!'");
    }
    if let Some(units) = &filter.units {
        query = managed_by(query, "p.id", units.iter().copied(), today);
    }
    for (column, ids) in [
        ("sl.investor_id", &filter.investors),
        ("sl.pmu_id", &filter.pmus),
    ] {
        if !ids.is_empty() {
            query = linked(query, "p.id", today)
                .push(format!(" AND {column} IN "))
                .list(ids.iter().copied())
                .push(")");
        }
    }
    led_by(planned(query, filter), &filter.leaders, today)
}

fn led_by<ST>(query: Sql<ST>, leaders: &[i64], today: NaiveDate) -> Sql<ST> {
    if leaders.is_empty() {
        return query;
    }
    query
        .push(
            " AND EXISTS (SELECT 1 FROM project_people fp WHERE fp.project_id = p.id AND fp.role = 'leader' \
             AND fp.valid_from <= ",
        )
        .bind(today)
        .push(" AND fp.valid_to >= ")
        .bind(today)
        .push(" AND fp.person_id IN ")
        .list(leaders.iter().copied())
        .push(")")
}

/// Projects with a plan line of these years and sources that has any entry.
fn planned<ST>(query: Sql<ST>, filter: &Filter) -> Sql<ST> {
    if filter.budget_years.is_empty() && filter.sources.is_none() {
        return query;
    }
    let mut query = query.push(
        " AND EXISTS (SELECT 1 FROM plan_lines fl WHERE fl.project_id = p.id \
         AND EXISTS (SELECT 1 FROM plan_entries fe WHERE fe.line_id = fl.id)",
    );
    if !filter.budget_years.is_empty() {
        query = query
            .push(" AND fl.budget_year IN ")
            .list(filter.budget_years.iter().copied());
    }
    if let Some(sources) = &filter.sources {
        query = query
            .push(" AND fl.funding_source_id IN ")
            .list(sources.iter().copied());
    }
    query.push(")")
}

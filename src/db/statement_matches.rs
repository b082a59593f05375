//! Lines of Treasury statements beside the payments recorded here.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Text};

use super::Conn;
use super::page::{After, Page, Rows};
use super::project_links::in_scope;
use super::schema::statement_matches as matches;
use super::sql::sql;
use crate::domain::imports::matching::{MatchState, Side};
use crate::domain::money::Money;
use crate::domain::scope::Scope;
use crate::error::Result;

/// A match without its id.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = matches, treat_none_as_null = true)]
#[allow(missing_docs)]
pub struct Fields {
    pub import_id: i64,
    pub state: String,
    pub resolution: String,
    pub sheet: Option<String>,
    pub row_number: Option<i32>,
    pub project_id: i64,
    pub funding_source_id: i64,
    pub budget_year: i32,
    pub posted_on: Option<NaiveDate>,
    pub voucher_number: Option<String>,
    pub net_amount: Option<i64>,
    pub description: Option<String>,
    pub disbursement_id: Option<i64>,
    pub resolved_at: Option<NaiveDateTime>,
    pub resolved_by: Option<i64>,
    pub reason: Option<String>,
}

/// Adds matches.
pub fn insert_all(conn: &mut Conn, rows: &[Fields]) -> Result<()> {
    for chunk in rows.chunks(500) {
        match conn {
            Conn::Pg(conn) => {
                diesel::insert_into(matches::table)
                    .values(chunk)
                    .execute(conn)?;
            }
            // Of a batch, diesel makes a transaction of its own here.
            Conn::Sqlite(conn) => {
                for row in chunk {
                    diesel::insert_into(matches::table)
                        .values(row)
                        .execute(conn)?;
                }
            }
        }
    }
    Ok(())
}

/// Changes a match.
pub fn update(conn: &mut Conn, id: i64, fields: &Fields) -> Result<()> {
    diesel::update(matches::table.find(id))
        .set(fields)
        .execute(conn)?;
    Ok(())
}

/// Matches by id, in no order.
pub fn by_ids(conn: &mut Conn, ids: &[i64]) -> Result<Vec<(i64, Fields)>> {
    Ok(matches::table
        .filter(matches::id.eq_any(ids))
        .select((matches::id, Fields::as_select()))
        .load(conn)?)
}

/// Which matches of a statement; an empty list asks for all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The statement.
    pub import_id: i64,
    /// States.
    pub states: Vec<MatchState>,
    /// What was done about them.
    pub resolutions: Vec<&'static str>,
}

/// A page of ids, as the file has them; payments that only this ledger knows come last.
pub fn ids(conn: &mut Conn, filter: &Filter, page: &Page) -> Result<Rows<i64>> {
    let mut query = sql::<(BigInt,)>("SELECT m.id FROM statement_matches m WHERE m.import_id = ")
        .bind(filter.import_id);
    if !filter.states.is_empty() {
        query = query
            .push(" AND m.state IN ")
            .list(filter.states.iter().map(|state| state.as_str()));
    }
    if !filter.resolutions.is_empty() {
        query = query
            .push(" AND m.resolution IN ")
            .list(filter.resolutions.iter().copied());
    }
    let rows = page.by_id(query, "m.id", false).load::<(i64,)>(conn)?;
    let rows = page.cut(rows, |(id,)| After {
        key: String::new(),
        id: *id,
    });
    Ok(rows.map(|(id,)| id))
}

type Payment = (i64, i64, i64, i32, NaiveDate, String, i64);

/// The payments of an interval that stand, in scope: neither reversed nor reversals, and not matched
/// with the Treasury already.
pub fn unmatched(
    conn: &mut Conn,
    scope: &Scope,
    (from, to): (NaiveDate, NaiveDate),
    today: NaiveDate,
) -> Result<Vec<(i64, Side)>> {
    let query = sql::<(BigInt, BigInt, BigInt, Integer, Date, Text, BigInt)>(
        "SELECT d.id, d.project_id, l.funding_source_id, l.budget_year, d.posted_on, d.voucher_number, d.net_amount \
         FROM disbursements d JOIN plan_lines l ON l.id = d.line_id \
         WHERE d.status <> 'reconciled' AND d.kind <> 'reversal' AND d.posted_on >= ",
    )
    .bind(from)
    .push(" AND d.posted_on <= ")
    .bind(to)
    .push(" AND NOT EXISTS (SELECT 1 FROM disbursements r WHERE r.reverses_id = d.id)");
    let query = in_scope(query, "d.project_id", scope, today).push(" ORDER BY d.id");
    let rows = query.load::<Payment>(conn)?;
    Ok(rows
        .into_iter()
        .map(
            |(id, project_id, funding_source_id, budget_year, posted_on, voucher, net)| {
                let net = Money::dong(net);
                let side = Side {
                    project_id,
                    funding_source_id,
                    budget_year,
                    posted_on,
                    voucher,
                    net,
                };
                (id, side)
            },
        )
        .collect())
}

//! Payments and their reversals: never changed but for their status against the Treasury.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Text};

use super::any_of::any_of;
use super::page::{After, Page, Rows};
use super::project_links::{in_scope, managed_by};
use super::schema::{disbursements as payments, voucher_claims as claims};
use super::sql::{Sql, sql};
use super::{Conn, unless_taken};
use crate::domain::scope::Scope;
use crate::error::{Error, Result};

/// A payment without its id.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = payments)]
#[allow(missing_docs)]
pub struct Fields {
    pub line_id: i64,
    pub project_id: i64,
    pub kind: String,
    pub gross_amount: i64,
    pub advance_recovered: i64,
    pub net_amount: i64,
    pub advance_change: i64,
    pub posted_on: NaiveDate,
    pub voucher_number: String,
    pub contract_number: Option<String>,
    pub dossier_sent_on: Option<NaiveDate>,
    pub dossier_returned_on: Option<NaiveDate>,
    pub corrects_id: Option<i64>,
    pub reverses_id: Option<i64>,
    pub note: Option<String>,
    pub reason: Option<String>,
    pub status: String,
    pub recorded_at: NaiveDateTime,
    pub recorded_by: Option<i64>,
}

/// Adds many; answers their ids in the same order. No two may have the same line, kind and voucher.
pub fn insert_all(conn: &mut Conn, rows: &[Fields]) -> Result<Vec<i64>> {
    let made = inserting(sql::<(BigInt, BigInt, Text, Text)>(""), rows)
        .push(" RETURNING id, line_id, kind, voucher_number")
        .load::<(i64, i64, String, String)>(conn)?;
    // The order in which rows are returned is not promised.
    let mut ids: HashMap<(i64, String, String), i64> = made
        .into_iter()
        .map(|(id, line, kind, voucher)| ((line, kind, voucher), id))
        .collect();
    rows.iter()
        .map(|row| {
            ids.remove(&(row.line_id, row.kind.clone(), row.voucher_number.clone()))
                .ok_or_else(|| Error::Internal("a payment was inserted twice".into()))
        })
        .collect()
}

/// Appends the insert of rows.
pub(super) fn inserting<ST>(query: Sql<ST>, rows: &[Fields]) -> Sql<ST> {
    let query = query.push(
        "INSERT INTO disbursements (line_id, project_id, kind, gross_amount, advance_recovered, net_amount, \
         advance_change, posted_on, voucher_number, contract_number, dossier_sent_on, dossier_returned_on, \
         corrects_id, reverses_id, note, reason, status, recorded_at, recorded_by) VALUES ",
    );
    query.rows(rows, |query, row| {
        query
            .bind(row.line_id)
            .and(row.project_id)
            .and(row.kind.as_str())
            .and(row.gross_amount)
            .and(row.advance_recovered)
            .and(row.net_amount)
            .and(row.advance_change)
            .and(row.posted_on)
            .and(row.voucher_number.as_str())
            .and_option(row.contract_number.as_deref())
            .and_option(row.dossier_sent_on)
            .and_option(row.dossier_returned_on)
            .and_option(row.corrects_id)
            .and_option(row.reverses_id)
            .and_option(row.note.as_deref())
            .and_option(row.reason.as_deref())
            .and(row.status.as_str())
            .and(row.recorded_at)
            .and_option(row.recorded_by)
    })
}

/// One by id.
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<Fields>> {
    Ok(payments::table
        .find(id)
        .select(Fields::as_select())
        .first(conn)
        .optional()?)
}

/// Payments by id, in no order.
pub fn by_ids(conn: &mut Conn, ids: &[i64]) -> Result<Vec<(i64, Fields)>> {
    Ok(payments::table
        .filter(any_of(payments::id, ids))
        .select((payments::id, Fields::as_select()))
        .load(conn)?)
}

/// Which payments undo these: (undone, reversal).
pub fn reversals(conn: &mut Conn, ids: &[i64]) -> Result<Vec<(i64, i64)>> {
    let rows = payments::table
        .filter(any_of(payments::reverses_id, ids))
        .select((payments::reverses_id, payments::id))
        .load::<(Option<i64>, i64)>(conn)?;
    Ok(rows
        .into_iter()
        .filter_map(|(undone, id)| Some((undone?, id)))
        .collect())
}

/// Claims the vouchers of many payments; false if one is taken.
pub fn claim_all(conn: &mut Conn, rows: &[(i64, &Fields)]) -> Result<bool> {
    let query = sql::<()>(
        "INSERT INTO voucher_claims (line_id, kind, voucher_number, disbursement_id) VALUES ",
    );
    let query = query.rows(rows, |query, (id, row)| {
        query
            .bind(row.line_id)
            .and(row.kind.as_str())
            .and(row.voucher_number.as_str())
            .and(*id)
    });
    Ok(unless_taken(query.execute(conn))?.is_some())
}

/// The vouchers claimed on lines: (line, kind, voucher).
pub fn claims(conn: &mut Conn, line_ids: &[i64]) -> Result<Vec<(i64, String, String)>> {
    Ok(claims::table
        .filter(claims::line_id.eq_any(line_ids))
        .select((claims::line_id, claims::kind, claims::voucher_number))
        .load(conn)?)
}

/// Gives payments a status.
pub fn set_status(conn: &mut Conn, ids: &[i64], status: &str) -> Result<()> {
    diesel::update(payments::table.filter(payments::id.eq_any(ids)))
        .set(payments::status.eq(status))
        .execute(conn)?;
    Ok(())
}

/// Releases the voucher of a payment that is reversed.
pub fn release_voucher(conn: &mut Conn, id: i64) -> Result<()> {
    diesel::delete(claims::table.filter(claims::disbursement_id.eq(id))).execute(conn)?;
    Ok(())
}

/// Adds to the roll-up of a line's month.
pub fn add_to_month(
    conn: &mut Conn,
    line_id: i64,
    month: NaiveDate,
    net: i64,
    advance: i64,
) -> Result<()> {
    adding_to_month(sql::<()>(""), (line_id, month), (net, advance)).execute(conn)?;
    Ok(())
}

/// Appends the same.
pub(super) fn adding_to_month<ST>(
    query: Sql<ST>,
    (line_id, month): (i64, NaiveDate),
    (net, advance): (i64, i64),
) -> Sql<ST> {
    query
        .push("INSERT INTO line_months (line_id, month, net, advance) VALUES (")
        .bind(line_id)
        .and(month)
        .and(net)
        .and(advance)
        .push(
            ") ON CONFLICT (line_id, month) DO UPDATE SET net = line_months.net + excluded.net, \
             advance = line_months.advance + excluded.advance",
        )
}

/// Which payments; an empty list asks for all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Projects.
    pub projects: Vec<i64>,
    /// Managing units, with those below already added.
    pub units: Option<Vec<i64>>,
    /// Funding sources, with those below already added.
    pub sources: Option<Vec<i64>>,
    /// Budget years.
    pub budget_years: Vec<i32>,
    /// Kinds.
    pub kinds: Vec<&'static str>,
    /// Statuses.
    pub statuses: Vec<&'static str>,
    /// Capital of the year, or extended.
    pub origin: Option<&'static str>,
    /// First posting date.
    pub posted_from: Option<NaiveDate>,
    /// Last posting date.
    pub posted_to: Option<NaiveDate>,
}

/// What a list of payments is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Posting date.
    PostedOn,
    /// The order in which they were recorded.
    Recorded,
}

/// A page of ids of payments in scope.
pub fn ids(
    conn: &mut Conn,
    scope: &Scope,
    filter: &Filter,
    (order, descending): (Order, bool),
    page: &Page,
    today: NaiveDate,
) -> Result<Rows<i64>> {
    let query = sql::<(BigInt, Date)>(
        "SELECT d.id, d.posted_on FROM disbursements d JOIN plan_lines l ON l.id = d.line_id WHERE 1 = 1",
    );
    let query = matching(in_scope(query, "d.project_id", scope, today), filter, today);
    let query = match order {
        Order::PostedOn => page.by_date(query, "d.posted_on", "d.id", descending)?,
        Order::Recorded => page.by_id(query, "d.id", descending),
    };
    let rows = page.cut(query.load::<(i64, NaiveDate)>(conn)?, |(id, on)| After {
        key: on.to_string(),
        id: *id,
    });
    Ok(rows.map(|(id, _)| id))
}

/// How many payments in scope there are, and the sum of their net amounts, đồng.
pub fn totals(
    conn: &mut Conn,
    scope: &Scope,
    filter: &Filter,
    today: NaiveDate,
) -> Result<(i64, i64)> {
    let query = sql::<(BigInt, BigInt)>(
        "SELECT COUNT(*), CAST(COALESCE(SUM(d.net_amount), 0) AS BIGINT) \
         FROM disbursements d JOIN plan_lines l ON l.id = d.line_id WHERE 1 = 1",
    );
    let query = in_scope(query, "d.project_id", scope, today);
    Ok(matching(query, filter, today).get_result(conn)?)
}

fn matching<ST>(mut query: Sql<ST>, filter: &Filter, today: NaiveDate) -> Sql<ST> {
    if !filter.projects.is_empty() {
        query = query
            .push(" AND d.project_id IN ")
            .list(filter.projects.iter().copied());
    }
    if let Some(units) = &filter.units {
        query = managed_by(query, "d.project_id", units.iter().copied(), today);
    }
    if let Some(sources) = &filter.sources {
        query = query
            .push(" AND l.funding_source_id IN ")
            .list(sources.iter().copied());
    }
    if !filter.budget_years.is_empty() {
        query = query
            .push(" AND l.budget_year IN ")
            .list(filter.budget_years.iter().copied());
    }
    for (column, values) in [("d.kind", &filter.kinds), ("d.status", &filter.statuses)] {
        if !values.is_empty() {
            query = query
                .push(format!(" AND {column} IN "))
                .list(values.iter().copied());
        }
    }
    if let Some(origin) = filter.origin {
        query = query.push(" AND l.origin = ").bind(origin);
    }
    if let Some(from) = filter.posted_from {
        query = query.push(" AND d.posted_on >= ").bind(from);
    }
    if let Some(to) = filter.posted_to {
        query = query.push(" AND d.posted_on <= ").bind(to);
    }
    query
}

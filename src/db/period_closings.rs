//! Closed months of unit subtrees, and the files kept of each closing.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Text};

use super::Conn;
use super::any_of::any_of;
use super::figures::LineFilter;
use super::page::{After, Page, Rows};
use super::schema::{period_closing_files as files, period_closings as closings};
use super::sql::sql;
use super::unless_taken;
use crate::domain::month::Month;
use crate::domain::scope::Scope;
use crate::error::Result;

/// A closing without its id.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = closings)]
#[allow(missing_docs)]
pub struct Fields {
    pub unit_id: i64,
    /// The first day of the month.
    pub month: NaiveDate,
    pub closed_at: NaiveDateTime,
    pub closed_by: Option<i64>,
    pub reopened_at: Option<NaiveDateTime>,
    pub reopened_by: Option<i64>,
    pub reopening_reason: Option<String>,
}

/// Apart from the keys of other locks in this database.
const LOCKS: i64 = 0x676e_0000_0000_0000;

/// Waits until nobody closes a month of these units, and keeps them from being closed until the
/// transaction ends. PostgreSQL only: SQLite has one writer.
pub fn share(conn: &mut Conn, units: &[i64]) -> Result<()> {
    if conn.is_sqlite() || units.is_empty() {
        return Ok(());
    }
    sql::<()>("SELECT pg_advisory_xact_lock_shared(")
        .bind(LOCKS)
        .push(" + id) FROM administrative_units WHERE id IN ")
        .list(units.iter().copied())
        .execute(conn)?;
    Ok(())
}

/// Waits until everybody who holds the unit by [`share`] is done, and keeps others out until the
/// transaction ends.
pub fn exclude(conn: &mut Conn, unit_id: i64) -> Result<()> {
    if conn.is_sqlite() {
        return Ok(());
    }
    sql::<()>("SELECT pg_advisory_xact_lock(")
        .bind(LOCKS)
        .push(" + ")
        .bind(unit_id)
        .push(")")
        .execute(conn)?;
    Ok(())
}

/// The closed months of units.
pub fn closed(conn: &mut Conn, units: &[i64]) -> Result<Vec<(i64, Month)>> {
    let rows = closings::table
        .filter(any_of(closings::unit_id, units))
        .filter(closings::reopened_at.is_null())
        .select((closings::unit_id, closings::month))
        .load::<(i64, NaiveDate)>(conn)?;
    Ok(rows
        .into_iter()
        .map(|(unit, first)| (unit, Month::of(first)))
        .collect())
}

/// Adds one; `None` if the month of the unit is closed already.
pub fn insert(conn: &mut Conn, fields: &Fields) -> Result<Option<i64>> {
    unless_taken(
        diesel::insert_into(closings::table)
            .values(fields)
            .returning(closings::id)
            .get_result(conn),
    )
}

/// Marks one as reopened.
pub fn reopen(
    conn: &mut Conn,
    id: i64,
    (at, by): (NaiveDateTime, Option<i64>),
    reason: &str,
) -> Result<()> {
    diesel::update(closings::table.find(id))
        .set((
            closings::reopened_at.eq(at),
            closings::reopened_by.eq(by),
            closings::reopening_reason.eq(reason),
        ))
        .execute(conn)?;
    Ok(())
}

/// Closings by id, in no order.
pub fn by_ids(conn: &mut Conn, ids: &[i64]) -> Result<Vec<(i64, Fields)>> {
    Ok(closings::table
        .filter(any_of(closings::id, ids))
        .select((closings::id, Fields::as_select()))
        .load(conn)?)
}

/// Which closings; an empty list asks for all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Units.
    pub units: Vec<i64>,
    /// Months.
    pub months: Vec<Month>,
    /// Still closed, or reopened.
    pub closed: Option<bool>,
}

/// A page of ids of the closings of units in scope, the last one made first.
pub fn ids(conn: &mut Conn, scope: &Scope, filter: &Filter, page: &Page) -> Result<Rows<i64>> {
    let mut query = sql::<(BigInt,)>("SELECT id FROM period_closings WHERE 1 = 1");
    if !scope.everything {
        query = query
            .push(" AND unit_id IN ")
            .list(scope.units.iter().copied());
    }
    if !filter.units.is_empty() {
        query = query
            .push(" AND unit_id IN ")
            .list(filter.units.iter().copied());
    }
    if !filter.months.is_empty() {
        query = query
            .push(" AND month IN ")
            .list(filter.months.iter().map(|month| month.first()));
    }
    query = match filter.closed {
        Some(true) => query.push(" AND reopened_at IS NULL"),
        Some(false) => query.push(" AND reopened_at IS NOT NULL"),
        None => query,
    };
    let rows = page.by_id(query, "id", true).load::<(i64,)>(conn)?;
    let rows = page.cut(rows, |(id,)| After {
        key: String::new(),
        id: *id,
    });
    Ok(rows.map(|(id,)| id))
}

/// What is known of a kept file without its content.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = files)]
#[allow(missing_docs)]
pub struct FileHead {
    pub closing_id: i64,
    pub name: String,
    pub media_type: String,
    pub sha256: String,
}

/// The kept files of closings, in the order they were kept.
pub fn files_of(conn: &mut Conn, ids: &[i64]) -> Result<Vec<FileHead>> {
    Ok(files::table
        .filter(any_of(files::closing_id, ids))
        .order(files::id)
        .select(FileHead::as_select())
        .load(conn)?)
}

/// The bytes of a kept file.
pub fn content(conn: &mut Conn, id: i64, name: &str) -> Result<Option<Vec<u8>>> {
    Ok(files::table
        .filter(files::closing_id.eq(id))
        .filter(files::name.eq(name))
        .select(files::content)
        .first(conn)
        .optional()?)
}

/// Keeps a file of a closing.
pub fn keep(conn: &mut Conn, head: &FileHead, content: &[u8]) -> Result<()> {
    diesel::insert_into(files::table)
        .values((
            files::closing_id.eq(head.closing_id),
            files::name.eq(&head.name),
            files::media_type.eq(&head.media_type),
            files::sha256.eq(&head.sha256),
            files::content.eq(content),
        ))
        .execute(conn)?;
    Ok(())
}

/// A fact dated after a month that points back to one dated by its end.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Correction {
    pub id: i64,
    pub line_id: i64,
    pub dated: NaiveDate,
    pub kind: String,
    /// Net of a payment, signed amount of a plan entry, đồng.
    pub amount: i64,
    /// Change of the outstanding advance, đồng.
    pub advance: i64,
    /// What it corrects.
    pub corrects_id: i64,
}

type CorrectionRow = (i64, i64, NaiveDate, String, i64, i64, i64);
type CorrectionTypes = (BigInt, BigInt, Date, Text, BigInt, BigInt, BigInt);

fn correction(row: CorrectionRow) -> Correction {
    let (id, line_id, dated, kind, amount, advance, corrects_id) = row;
    Correction {
        id,
        line_id,
        dated,
        kind,
        amount,
        advance,
        corrects_id,
    }
}

/// Payments posted after `day` that reverse or correct one posted by then, oldest first.
pub fn late_payments(
    conn: &mut Conn,
    filter: &LineFilter,
    day: NaiveDate,
) -> Result<Vec<Correction>> {
    let query = sql::<CorrectionTypes>(
        "SELECT d.id, d.line_id, d.posted_on, d.kind, d.net_amount, d.advance_change, o.id \
         FROM disbursements d JOIN disbursements o ON o.id = COALESCE(d.reverses_id, d.corrects_id) \
         JOIN plan_lines l ON l.id = d.line_id WHERE d.posted_on > ",
    )
    .bind(day)
    .push(" AND o.posted_on <= ")
    .bind(day)
    .push(" AND");
    let rows = filter
        .narrow(query)
        .push(" ORDER BY d.posted_on, d.id")
        .load::<CorrectionRow>(conn)?;
    Ok(rows.into_iter().map(correction).collect())
}

/// Entries effective after `day` that void one effective by then, oldest first. Extensions out are
/// left out: they are no part of the plan.
pub fn late_entries(
    conn: &mut Conn,
    filter: &LineFilter,
    day: NaiveDate,
) -> Result<Vec<Correction>> {
    let query = sql::<CorrectionTypes>(
        "SELECT e.id, e.line_id, e.effective_date, e.kind, e.amount, CAST(0 AS BIGINT), o.id \
         FROM plan_entries e JOIN plan_entries o ON o.id = e.reverses_id \
         JOIN plan_lines l ON l.id = e.line_id WHERE e.kind <> 'extension_out' AND e.effective_date > ",
    )
    .bind(day)
    .push(" AND o.effective_date <= ")
    .bind(day)
    .push(" AND");
    let rows = filter
        .narrow(query)
        .push(" ORDER BY e.effective_date, e.id")
        .load::<CorrectionRow>(conn)?;
    Ok(rows.into_iter().map(correction).collect())
}

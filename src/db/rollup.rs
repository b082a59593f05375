//! What is derived from the facts and stored for speed, beside the facts it must agree with.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date, Text};

use super::Conn;
use super::schema::plan_lines;
use super::sql::sql;
use crate::domain::calendar::month_start;
use crate::domain::capital::EntryKind;
use crate::domain::ledger::Entry;
use crate::domain::money::Money;
use crate::error::Result;

/// A line and the deadline stored with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable)]
pub struct StoredLine {
    /// The line.
    pub id: i64,
    /// Its project.
    pub project_id: i64,
    /// The stored deadline.
    pub deadline: NaiveDate,
}

/// Lines after that one, at most `limit`.
pub fn lines_after(conn: &mut Conn, id: i64, limit: i64) -> Result<Vec<StoredLine>> {
    Ok(plan_lines::table
        .filter(plan_lines::id.gt(id))
        .order(plan_lines::id)
        .limit(limit)
        .select((plan_lines::id, plan_lines::project_id, plan_lines::deadline))
        .load(conn)?)
}

/// The lines of a project.
pub fn lines_of(conn: &mut Conn, project_id: i64) -> Result<Vec<StoredLine>> {
    Ok(plan_lines::table
        .filter(plan_lines::project_id.eq(project_id))
        .order(plan_lines::id)
        .select((plan_lines::id, plan_lines::project_id, plan_lines::deadline))
        .load(conn)?)
}

/// Net and change of advance, by line and month.
pub type Months = BTreeMap<(i64, NaiveDate), (i64, i64)>;

/// The roll-up of the lines from `first` to `last`.
pub fn stored_months(conn: &mut Conn, first: i64, last: i64) -> Result<Months> {
    let rows = sql::<(BigInt, Date, BigInt, BigInt)>(
        "SELECT line_id, month, net, advance FROM line_months WHERE line_id >= ",
    )
    .bind(first)
    .push(" AND line_id <= ")
    .bind(last)
    .load::<(i64, NaiveDate, i64, i64)>(conn)?;
    Ok(rows
        .into_iter()
        .map(|(line, month, net, advance)| ((line, month), (net, advance)))
        .collect())
}

/// The same, summed from the payments.
pub fn paid_months(conn: &mut Conn, first: i64, last: i64) -> Result<Months> {
    let rows = sql::<(BigInt, Date, BigInt, BigInt)>(
        "SELECT line_id, posted_on, CAST(SUM(net_amount) AS BIGINT), CAST(SUM(advance_change) AS BIGINT) \
         FROM disbursements WHERE line_id >= ",
    )
    .bind(first)
    .push(" AND line_id <= ")
    .bind(last)
    .push(" GROUP BY line_id, posted_on")
    .load::<(i64, NaiveDate, i64, i64)>(conn)?;
    let mut months = Months::new();
    for (line, posted_on, net, advance) in rows {
        let sum = months.entry((line, month_start(posted_on))).or_default();
        sum.0 += net;
        sum.1 += advance;
    }
    Ok(months)
}

/// The plan entries of the lines from `first` to `last`, by line.
pub fn entries(conn: &mut Conn, first: i64, last: i64) -> Result<BTreeMap<i64, Vec<Entry>>> {
    type Row = (i64, String, i64, NaiveDate, NaiveDate, bool, bool);
    let rows = sql::<(BigInt, Text, BigInt, Date, Date, Bool, Bool)>(
        "SELECT e.line_id, e.kind, e.amount, e.effective_date, e.deadline, \
         e.reverses_id IS NOT NULL, \
         EXISTS (SELECT 1 FROM plan_entries r WHERE r.reverses_id = e.id) \
         FROM plan_entries e WHERE e.line_id >= ",
    )
    .bind(first)
    .push(" AND e.line_id <= ")
    .bind(last)
    .load::<Row>(conn)?;
    let mut entries: BTreeMap<i64, Vec<Entry>> = BTreeMap::new();
    for (line, kind, amount, effective_date, deadline, reversal, voided) in rows {
        let Some(kind) = EntryKind::parse(&kind) else {
            continue;
        };
        entries.entry(line).or_default().push(Entry {
            kind,
            amount: Money::dong(amount),
            effective_date,
            deadline,
            reversal,
            voided,
        });
    }
    Ok(entries)
}

/// Writes what the roll-up of a line and month should be.
pub fn set_month(
    conn: &mut Conn,
    (line, month): (i64, NaiveDate),
    (net, advance): (i64, i64),
) -> Result<()> {
    sql::<()>("INSERT INTO line_months (line_id, month, net, advance) VALUES (")
        .bind(line)
        .push(", ")
        .bind(month)
        .push(", ")
        .bind(net)
        .push(", ")
        .bind(advance)
        .push(") ON CONFLICT (line_id, month) DO UPDATE SET net = excluded.net, advance = excluded.advance")
        .execute(conn)?;
    Ok(())
}

/// Writes what the deadline of a line should be.
pub fn set_deadline(conn: &mut Conn, line: i64, deadline: NaiveDate) -> Result<()> {
    diesel::update(plan_lines::table.find(line))
        .set(plan_lines::deadline.eq(deadline))
        .execute(conn)?;
    Ok(())
}

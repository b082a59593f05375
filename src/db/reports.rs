//! Rows that only reports read, over many lines by a constant number of queries.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text};

use super::Conn;
use super::figures::LineFilter;
use super::sql::sql;
use crate::domain::money::Money;
use crate::error::Result;

/// Advances by line, with the posting date of each.
pub type Advances = HashMap<i64, Vec<(NaiveDate, Money)>>;

/// The advances of lines that stand on `day`, oldest first. Only lines where some are outstanding
/// are looked at.
pub fn advances(conn: &mut Conn, filter: &LineFilter, day: NaiveDate) -> Result<Advances> {
    let query = sql::<(BigInt, Date, BigInt)>(
        "SELECT d.line_id, d.posted_on, d.advance_change FROM disbursements d \
         JOIN plan_lines l ON l.id = d.line_id WHERE d.kind = 'advance' AND d.posted_on <= ",
    )
    .bind(day)
    .push(
        " AND d.line_id IN (SELECT m.line_id FROM line_months m GROUP BY m.line_id HAVING SUM(m.advance) > 0 \
         OR MAX(m.month) > ",
    )
    .bind(crate::domain::calendar::month_start(day))
    .push(") AND NOT EXISTS (SELECT 1 FROM disbursements r WHERE r.reverses_id = d.id AND r.posted_on <= ")
    .bind(day)
    .push(") AND");
    let rows = filter
        .narrow(query)
        .push(" ORDER BY d.posted_on, d.id")
        .load::<(i64, NaiveDate, i64)>(conn)?;
    let mut advances = Advances::new();
    for (line, on, amount) in rows {
        let list = advances.entry(line).or_default();
        list.push((on, Money::dong(amount)));
    }
    Ok(advances)
}

/// Budget years up to `last` that have payments.
pub fn paid_years(conn: &mut Conn, last: i32) -> Result<Vec<i32>> {
    let rows = sql::<(Integer,)>(
        "SELECT DISTINCT l.budget_year FROM plan_lines l WHERE l.id IN (SELECT m.line_id FROM line_months m) \
         AND l.budget_year <= ",
    )
    .bind(last)
    .push(" ORDER BY 1")
    .load::<(i32,)>(conn)?;
    Ok(rows.into_iter().map(|(year,)| year).collect())
}

/// An obstacle that is not over.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct OpenObstacle {
    pub project_id: i64,
    pub description: String,
    pub due_date: NaiveDate,
}

/// The obstacles that are not over of the projects of the lines, those due first.
pub fn open_obstacles(conn: &mut Conn, filter: &LineFilter) -> Result<Vec<OpenObstacle>> {
    let query = sql::<(BigInt, Text, Date)>(
        "SELECT o.project_id, o.description, o.due_date FROM obstacles o \
         WHERE o.status NOT IN ('resolved', 'unresolvable') \
         AND o.project_id IN (SELECT l.project_id FROM plan_lines l WHERE",
    );
    let rows = filter
        .narrow(query)
        .push(") ORDER BY o.due_date, o.id")
        .load::<(i64, String, NaiveDate)>(conn)?;
    let obstacles = rows
        .into_iter()
        .map(|(project_id, description, due_date)| OpenObstacle {
            project_id,
            description,
            due_date,
        });
    Ok(obstacles.collect())
}

/// A change of a plan after it was first given.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct PlanChange {
    pub id: i64,
    pub line_id: i64,
    pub project_id: i64,
    pub funding_source_id: i64,
    pub origin: String,
    pub kind: String,
    pub amount: i64,
    pub effective_date: NaiveDate,
    pub decision: (String, String, NaiveDate),
    pub note: Option<String>,
    pub reverses_id: Option<i64>,
    /// The project on the other side of a transfer.
    pub other_project_id: Option<i64>,
}

/// Every entry that is not `initial`, and every voided one, effective from `from` to `to`, oldest
/// first.
pub fn plan_changes(
    conn: &mut Conn,
    filter: &LineFilter,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<PlanChange>> {
    type Row = (
        (i64, i64, i64, i64, String, String),
        (i64, NaiveDate, String, String, NaiveDate),
        (Option<String>, Option<i64>, Option<i64>),
    );
    let query = sql::<(
        (BigInt, BigInt, BigInt, BigInt, Text, Text),
        (BigInt, Date, Text, Text, Date),
        (Nullable<Text>, Nullable<BigInt>, Nullable<BigInt>),
    )>(
        "SELECT e.id, l.id, l.project_id, l.funding_source_id, l.origin, e.kind, e.amount, e.effective_date, \
         e.decision_number, e.decision_issuer, e.decision_date, COALESCE(e.reason, e.note), e.reverses_id, \
         (SELECT x.project_id FROM plan_operations o JOIN plan_lines x \
          ON x.id = CASE WHEN o.from_line_id = l.id THEN o.to_line_id ELSE o.from_line_id END \
          WHERE o.id = e.operation_id AND o.kind = 'transfer') \
         FROM plan_entries e JOIN plan_lines l ON l.id = e.line_id \
         WHERE (e.kind <> 'initial' OR e.reverses_id IS NOT NULL) AND e.effective_date >= ",
    )
    .bind(from)
    .push(" AND e.effective_date <= ")
    .bind(to)
    .push(" AND");
    let rows = filter
        .narrow(query)
        .push(" ORDER BY e.effective_date, e.id")
        .load::<Row>(conn)?;
    let changes = rows.into_iter().map(
        |(
            (id, line_id, project_id, funding_source_id, origin, kind),
            (amount, effective_date, number, issuer, signed_on),
            (note, reverses_id, other_project_id),
        )| PlanChange {
            id,
            line_id,
            project_id,
            funding_source_id,
            origin,
            kind,
            amount,
            effective_date,
            decision: (number, issuer, signed_on),
            note,
            reverses_id,
            other_project_id,
        },
    );
    Ok(changes.collect())
}

/// A plan entry under its decision.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Decided {
    pub line_id: i64,
    pub kind: String,
    pub amount: i64,
    /// Number, issuer and date.
    pub decision: (String, String, NaiveDate),
}

/// The plan entries of lines by a day.
pub fn decided(conn: &mut Conn, filter: &LineFilter, day: NaiveDate) -> Result<Vec<Decided>> {
    let query = sql::<(BigInt, Text, BigInt, Text, Text, Date)>(
        "SELECT e.line_id, e.kind, e.amount, e.decision_number, e.decision_issuer, e.decision_date \
         FROM plan_entries e JOIN plan_lines l ON l.id = e.line_id WHERE e.effective_date <= ",
    )
    .bind(day)
    .push(" AND");
    let rows = filter
        .narrow(query)
        .load::<(i64, String, i64, String, String, NaiveDate)>(conn)?;
    let entries = rows
        .into_iter()
        .map(|(line_id, kind, amount, number, issuer, date)| Decided {
            line_id,
            kind,
            amount,
            decision: (number, issuer, date),
        });
    Ok(entries.collect())
}

/// Capital given to each project by source in all budget years up to one, by `day`. What was moved
/// from one year into the next is counted once.
pub fn given_so_far(
    conn: &mut Conn,
    projects: &[i64],
    (budget_year, day): (i32, NaiveDate),
) -> Result<HashMap<(i64, i64), i64>> {
    let rows = sql::<(BigInt, BigInt, BigInt)>(
        "SELECT l.project_id, l.funding_source_id, CAST(SUM(e.amount) AS BIGINT) FROM plan_entries e \
         JOIN plan_lines l ON l.id = e.line_id WHERE e.kind NOT IN ('extension_in', 'extension_out') \
         AND l.budget_year <= ",
    )
    .bind(budget_year)
    .push(" AND e.effective_date <= ")
    .bind(day)
    .push(" AND l.project_id IN ")
    .list(projects.iter().copied())
    .push(" GROUP BY l.project_id, l.funding_source_id")
    .load::<(i64, i64, i64)>(conn)?;
    Ok(rows
        .into_iter()
        .map(|(project, source, amount)| ((project, source), amount))
        .collect())
}

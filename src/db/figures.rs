//! The figures of many plan lines on one day, by a constant number of queries and without reading
//! every payment: whole months come from the roll-up `line_months`, and only the month that the
//! day cuts is summed from the payments themselves.
//!
//! For what sums over many lines: S-curve, allocation, reallocation, back-test. Lists and dashboards
//! read the book instead (`service::book`).

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, Date, Nullable, Text};

use super::Conn;
use super::project_links::{in_scope, managed_by};
use super::sql::{Sql, sql};
use crate::domain::calendar::{month_end, month_start};
use crate::domain::capital::Origin;
use crate::domain::money::Money;
use crate::domain::scope::Scope;
use crate::error::Result;

pub use super::due::total_by_due_date;

/// Which plan lines: those of one budget year, narrowed.
#[derive(Clone, Debug)]
pub struct LineFilter {
    /// The budget year.
    pub budget_year: i32,
    /// Lines of this origin.
    pub origin: Option<Origin>,
    /// Lines of these projects.
    pub projects: Option<Vec<i64>>,
    /// Lines of these funding sources.
    pub sources: Option<Vec<i64>>,
    /// Lines of projects that one of these units manages on a day.
    pub managed: Option<(Vec<i64>, NaiveDate)>,
    /// What the reader may see…
    pub scope: Arc<Scope>,
    /// … by the links of this day.
    pub today: NaiveDate,
}

impl LineFilter {
    /// All lines of a year in scope.
    pub fn of_year(budget_year: i32, scope: Arc<Scope>, today: NaiveDate) -> Self {
        LineFilter {
            budget_year,
            origin: None,
            projects: None,
            sources: None,
            managed: None,
            scope,
            today,
        }
    }

    /// Appends the conditions on `plan_lines l`.
    pub(super) fn narrow<ST>(&self, query: Sql<ST>) -> Sql<ST> {
        let mut query = query.push(" l.budget_year = ").bind(self.budget_year);
        if let Some(origin) = self.origin {
            query = query.push(" AND l.origin = ").bind(origin.as_str());
        }
        match self.projects.as_deref() {
            // One is asked for most often, and its statement stays prepared.
            Some([project]) => query = query.push(" AND l.project_id = ").bind(*project),
            Some(projects) => {
                query = query
                    .push(" AND l.project_id IN ")
                    .list(projects.iter().copied());
            }
            None => {}
        }
        if let Some(sources) = &self.sources {
            query = query
                .push(" AND l.funding_source_id IN ")
                .list(sources.iter().copied());
        }
        if let Some((units, day)) = &self.managed {
            query = managed_by(query, "l.project_id", units.iter().copied(), *day);
        }
        in_scope(query, "l.project_id", &self.scope, self.today)
    }
}

/// A plan line and its plan on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Identity.
    pub id: i64,
    /// Its project.
    pub project_id: i64,
    /// Its funding source.
    pub funding_source_id: i64,
    /// Its origin.
    pub origin: Origin,
    /// The last day on which it may be paid from.
    pub deadline: NaiveDate,
    /// plan(line, D): all entries by the day except extensions out.
    pub plan: Money,
    /// The `initial` entries by the day.
    pub initial: Money,
}

/// The lines that have any entry, with their plans on `day`.
pub fn lines(conn: &mut Conn, filter: &LineFilter, day: NaiveDate) -> Result<Vec<Line>> {
    type Row = (i64, i64, i64, String, NaiveDate, i64, i64);
    let query = sql::<(BigInt, BigInt, BigInt, Text, Date, BigInt, BigInt)>(
        "SELECT l.id, l.project_id, l.funding_source_id, l.origin, l.deadline, \
         CAST(SUM(CASE WHEN e.kind <> 'extension_out' AND e.effective_date <= ",
    )
    .bind(day)
    .push(" THEN e.amount ELSE 0 END) AS BIGINT), CAST(SUM(CASE WHEN e.kind = 'initial' AND e.effective_date <= ")
    .bind(day)
    .push(
        " THEN e.amount ELSE 0 END) AS BIGINT) \
         FROM plan_lines l JOIN plan_entries e ON e.line_id = l.id WHERE",
    );
    let rows = filter
        .narrow(query)
        .push(" GROUP BY l.id ORDER BY l.id")
        .load::<Row>(conn)?;
    let lines = rows.into_iter().filter_map(
        |(id, project_id, funding_source_id, origin, deadline, plan, initial)| {
            Some(Line {
                id,
                project_id,
                funding_source_id,
                origin: Origin::parse(&origin)?,
                deadline,
                plan: Money::dong(plan),
                initial: Money::dong(initial),
            })
        },
    );
    Ok(lines.collect())
}

/// The first day that the roll-up does not cover: months before it are over by `day`.
fn uncovered(day: NaiveDate) -> NaiveDate {
    match day == month_end(day) {
        true => day.succ_opt().unwrap_or(day),
        false => month_start(day),
    }
}

/// What one line was paid in a span of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paid {
    /// Net of all postings, đồng.
    pub net: i64,
    /// Change of the outstanding advance, đồng.
    pub advance: i64,
}

/// What each line was paid by `day`; a line without payments is not there.
pub fn paid(conn: &mut Conn, filter: &LineFilter, day: NaiveDate) -> Result<HashMap<i64, Paid>> {
    type Row = (i64, i64, i64);
    let whole = filter
        .narrow(
            sql::<(BigInt, BigInt, BigInt)>(
                "SELECT m.line_id, CAST(SUM(m.net) AS BIGINT), CAST(SUM(m.advance) AS BIGINT) \
                 FROM line_months m JOIN plan_lines l ON l.id = m.line_id WHERE m.month < ",
            )
            .bind(uncovered(day))
            .push(" AND"),
        )
        .push(" GROUP BY m.line_id")
        .load::<Row>(conn)?;
    let mut sums: HashMap<i64, Paid> = HashMap::with_capacity(whole.len());
    for (line, net, advance) in whole.into_iter().chain(cut_month(conn, filter, day)?) {
        let sum = sums.entry(line).or_default();
        sum.net = sum.net.saturating_add(net);
        sum.advance = sum.advance.saturating_add(advance);
    }
    Ok(sums)
}

/// Payments of the month that `day` cuts, by line: net and advance.
fn cut_month(conn: &mut Conn, filter: &LineFilter, day: NaiveDate) -> Result<Vec<(i64, i64, i64)>> {
    let from = uncovered(day);
    if from > day {
        return Ok(Vec::new());
    }
    let query = sql::<(BigInt, BigInt, BigInt)>(
        "SELECT d.line_id, CAST(SUM(d.net_amount) AS BIGINT), CAST(SUM(d.advance_change) AS BIGINT) \
         FROM disbursements d JOIN plan_lines l ON l.id = d.line_id WHERE d.posted_on >= ",
    )
    .bind(from)
    .push(" AND d.posted_on <= ")
    .bind(day)
    .push(" AND");
    Ok(filter
        .narrow(query)
        .push(" GROUP BY d.line_id")
        .load(conn)?)
}

/// Net paid by line and month (its first day), up to `day`.
pub fn paid_by_month(
    conn: &mut Conn,
    filter: &LineFilter,
    day: NaiveDate,
) -> Result<Vec<(i64, NaiveDate, Money)>> {
    let query = sql::<(BigInt, Date, BigInt)>(
        "SELECT m.line_id, m.month, m.net FROM line_months m \
         JOIN plan_lines l ON l.id = m.line_id WHERE m.month < ",
    )
    .bind(uncovered(day))
    .push(" AND");
    let whole = filter.narrow(query).load::<(i64, NaiveDate, i64)>(conn)?;
    let month = month_start(day);
    let cut = cut_month(conn, filter, day)?
        .into_iter()
        .map(|(line, net, _)| (line, month, net));
    let rows = whole.into_iter().chain(cut);
    Ok(rows
        .map(|(line, month, net)| (line, month, Money::dong(net)))
        .collect())
}

/// Net paid by month over all lines together.
pub fn total_by_month(conn: &mut Conn, filter: &LineFilter) -> Result<Vec<(NaiveDate, i64)>> {
    let query = sql::<(Date, BigInt)>(
        "SELECT m.month, CAST(SUM(m.net) AS BIGINT) FROM line_months m \
         JOIN plan_lines l ON l.id = m.line_id WHERE",
    );
    Ok(filter
        .narrow(query)
        .push(" GROUP BY m.month ORDER BY m.month")
        .load(conn)?)
}

/// What a project is grouped by: its links in force on a day, and what it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectKeys {
    /// Identity.
    pub id: i64,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Sector code.
    pub sector: String,
    /// Status code.
    pub status: String,
    /// Managing unit.
    pub managing_unit_id: i64,
    /// Investor.
    pub investor_id: i64,
    /// PMU.
    pub pmu_id: Option<i64>,
    /// Responsible leader.
    pub leader_id: Option<i64>,
}

/// The projects of the lines, by id, with their links in force on `day`.
pub fn projects(
    conn: &mut Conn,
    filter: &LineFilter,
    day: NaiveDate,
) -> Result<HashMap<i64, ProjectKeys>> {
    type Row = (
        (i64, String, String, String, String),
        (i64, i64, Option<i64>, Option<i64>),
    );
    let query = sql::<(
        (BigInt, Text, Text, Text, Text),
        (BigInt, BigInt, Nullable<BigInt>, Nullable<BigInt>),
    )>(
        "SELECT p.id, p.code, p.name, p.sector, p.status, k.managing_unit_id, k.investor_id, k.pmu_id, \
         (SELECT w.person_id FROM project_people w WHERE w.project_id = p.id AND w.role = 'leader' AND w.valid_from <= ",
    )
    .bind(day)
    .push(" AND w.valid_to >= ")
    .bind(day)
    .push(") FROM projects p JOIN project_links k ON k.project_id = p.id AND k.valid_from <= ")
    .bind(day)
    .push(" AND k.valid_to >= ")
    .bind(day)
    .push(" WHERE p.id IN (SELECT l.project_id FROM plan_lines l WHERE");
    let rows = filter.narrow(query).push(")").load::<Row>(conn)?;
    let keys = rows.into_iter().map(
        |((id, code, name, sector, status), (managing_unit_id, investor_id, pmu_id, leader_id))| {
            let keys = ProjectKeys {
                id,
                code,
                name,
                sector,
                status,
                managing_unit_id,
                investor_id,
                pmu_id,
                leader_id,
            };
            (id, keys)
        },
    );
    Ok(keys.collect())
}

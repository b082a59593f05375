//! What open data says of projects: a few queries whatever their number.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text};

use super::Conn;
use super::project_links::in_scope;
use super::schema::audit_events;
use super::sql::sql;
use crate::domain::scope::Scope;
use crate::error::Result;

/// When anything was last written.
pub fn last_change(conn: &mut Conn) -> Result<Option<NaiveDateTime>> {
    Ok(audit_events::table
        .order(audit_events::id.desc())
        .select(audit_events::at)
        .first(conn)
        .optional()?)
}

/// A code and a name.
pub type Named = (String, String);

/// A project with who answers for it on a day.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Project {
    pub id: i64,
    pub code: String,
    pub budget_code: Option<String>,
    pub name: String,
    pub sector: String,
    pub status: String,
    pub years: (i32, i32),
    pub total_investment: i64,
    pub decided_on: NaiveDate,
    pub investor: Named,
    pub pmu: Option<Named>,
}

/// Projects in scope, by code.
pub fn projects(conn: &mut Conn, scope: &Scope, today: NaiveDate) -> Result<Vec<Project>> {
    type Loaded = (
        (i64, String, Option<String>, String, String, String),
        (i32, i32, i64, NaiveDate),
        (String, String, Option<String>, Option<String>),
    );
    let query = sql::<(
        (BigInt, Text, Nullable<Text>, Text, Text, Text),
        (Integer, Integer, BigInt, Date),
        (Text, Text, Nullable<Text>, Nullable<Text>),
    )>(
        "SELECT p.id, p.code, p.budget_code, p.name, p.sector, p.status, p.start_year, p.end_year, p.total_investment, \
         p.investment_decision_date, i.code, i.name, m.code, m.name FROM projects p \
         JOIN project_links l ON l.project_id = p.id AND l.valid_from <= ",
    )
    .bind(today)
    .push(" AND l.valid_to >= ")
    .bind(today)
    .push(
        " JOIN agencies i ON i.id = l.investor_id LEFT JOIN agencies m ON m.id = l.pmu_id WHERE 1 = 1",
    );
    let rows = in_scope(query, "p.id", scope, today)
        .push(" ORDER BY p.code, p.id")
        .load::<Loaded>(conn)?;
    let project = |(own, facts, who): Loaded| Project {
        id: own.0,
        code: own.1,
        budget_code: own.2,
        name: own.3,
        sector: own.4,
        status: own.5,
        years: (facts.0, facts.1),
        total_investment: facts.2,
        decided_on: facts.3,
        investor: (who.0, who.1),
        pmu: who.2.zip(who.3),
    };
    Ok(rows.into_iter().map(project).collect())
}

/// The places of projects in scope: project, code, name.
pub fn locations(
    conn: &mut Conn,
    scope: &Scope,
    today: NaiveDate,
) -> Result<Vec<(i64, String, String)>> {
    let query = sql::<(BigInt, Text, Text)>(
        "SELECT x.project_id, u.code, u.name FROM project_locations x JOIN administrative_units u ON u.id = x.unit_id \
         WHERE 1 = 1",
    );
    Ok(in_scope(query, "x.project_id", scope, today)
        .push(" ORDER BY x.project_id, u.code")
        .load(conn)?)
}

/// A plan line with its plan of a day.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Line {
    pub id: i64,
    pub project_id: i64,
    pub budget_year: i32,
    pub origin: String,
    pub source: Named,
    pub plan: i64,
}

/// The plan lines of projects in scope. An extension moves what may still be spent, not what was
/// assigned (domain.md section 4), so what left by it still counts.
pub fn lines(conn: &mut Conn, scope: &Scope, today: NaiveDate) -> Result<Vec<Line>> {
    type Loaded = (i64, i64, i32, String, String, String, i64);
    let query = sql::<(BigInt, BigInt, Integer, Text, Text, Text, BigInt)>(
        "SELECT l.id, l.project_id, l.budget_year, l.origin, s.code, s.name, CAST(SUM(e.amount) AS BIGINT) \
         FROM plan_lines l JOIN funding_sources s ON s.id = l.funding_source_id \
         JOIN plan_entries e ON e.line_id = l.id AND e.kind <> 'extension_out' AND e.effective_date <= ",
    )
    .bind(today)
    .push(" WHERE 1 = 1");
    let rows = in_scope(query, "l.project_id", scope, today)
        .push(" GROUP BY l.id, l.project_id, l.budget_year, l.origin, s.code, s.name")
        .push(" ORDER BY l.project_id, l.budget_year, s.code, l.origin")
        .load::<Loaded>(conn)?;
    let line = |(id, project_id, budget_year, origin, code, name, plan): Loaded| Line {
        id,
        project_id,
        budget_year,
        origin,
        source: (code, name),
        plan,
    };
    Ok(rows.into_iter().map(line).collect())
}

/// What was paid on lines of projects in scope by month, from the roll-up: line, month, amount.
pub fn months(
    conn: &mut Conn,
    scope: &Scope,
    today: NaiveDate,
) -> Result<Vec<(i64, NaiveDate, i64)>> {
    let query = sql::<(BigInt, Date, BigInt)>(
        "SELECT m.line_id, m.month, m.net FROM line_months m JOIN plan_lines l ON l.id = m.line_id WHERE m.net <> 0",
    );
    Ok(in_scope(query, "l.project_id", scope, today)
        .push(" ORDER BY m.line_id, m.month")
        .load(conn)?)
}

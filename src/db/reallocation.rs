//! What projects could still be given.

use std::collections::HashMap;

use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, Text};

use super::Conn;
use super::sql::sql;
use crate::error::Result;

/// A project that may be given capital.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its status.
    pub status: String,
    /// Total investment less opening balances and all that it was planned in whatever year, đồng;
    /// below zero when it was planned more.
    pub unplanned: i64,
}

/// Candidates by project.
pub fn candidates(
    conn: &mut Conn,
    projects: impl IntoIterator<Item = i64>,
) -> Result<HashMap<i64, Candidate>> {
    let rows = sql::<(BigInt, Text, BigInt)>(
        "SELECT p.id, p.status, p.total_investment - p.disbursed_before - p.advance_before - \
         COALESCE((SELECT CAST(SUM(e.amount) AS BIGINT) FROM plan_entries e \
         JOIN plan_lines l ON l.id = e.line_id WHERE l.project_id = p.id), 0) \
         FROM projects p WHERE p.id IN ",
    )
    .list(projects)
    .load::<(i64, String, i64)>(conn)?;
    let candidates = rows
        .into_iter()
        .map(|(id, status, unplanned)| (id, Candidate { status, unplanned }));
    Ok(candidates.collect())
}

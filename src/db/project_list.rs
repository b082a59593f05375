//! Projects by the plan lines they have.

use diesel::RunQueryDsl;
use diesel::sql_types::BigInt;

use super::Conn;
use super::sql::sql;
use crate::error::Result;

/// Projects with a plan line that has any entry, of these budget years (of any when there is none)
/// and these funding sources.
pub fn planned(conn: &mut Conn, years: &[i32], sources: Option<&[i64]>) -> Result<Vec<i64>> {
    let mut query = sql::<(BigInt,)>(
        "SELECT DISTINCT l.project_id FROM plan_lines l \
         WHERE EXISTS (SELECT 1 FROM plan_entries e WHERE e.line_id = l.id)",
    );
    if !years.is_empty() {
        query = query
            .push(" AND l.budget_year IN ")
            .list(years.iter().copied());
    }
    if let Some(sources) = sources {
        query = query
            .push(" AND l.funding_source_id IN ")
            .list(sources.iter().copied());
    }
    let rows = query.load::<(i64,)>(conn)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

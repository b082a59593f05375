//! Which projects changed, by the table that triggers keep (migration `0007_changes`).

use diesel::RunQueryDsl;
use diesel::sql_types::BigInt;

use super::Conn;
use super::sql::sql;
use crate::error::Result;

/// The row of reference data: units, agencies, people, funding sources.
pub const REFERENCE: i64 = 0;

/// What changed since somebody looked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Projects, and [`REFERENCE`], with the number of their last change. Some may be known already.
    pub numbers: Vec<(i64, i64)>,
    /// Where to look from the next time: everything before it is in this answer or an earlier one.
    pub floor: i64,
}

/// What this snapshot holds that one with the given floor may not.
///
/// SQLite has one writer, so versions commit in their order. On PostgreSQL a version is the number
/// of its transaction: whatever commits after this snapshot has one from the oldest running
/// transaction on.
pub fn since(conn: &mut Conn, floor: i64) -> Result<Changes> {
    let next = match conn.is_sqlite() {
        true => "version + 1",
        false => "pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
    };
    let rows = sql::<(BigInt, BigInt, BigInt)>(format!(
        "SELECT project_id, number, {next} FROM project_changes WHERE version >= "
    ))
    .bind(floor)
    .push(format!(
        " UNION ALL SELECT project_id, number, {next} FROM project_changes WHERE project_id = 0"
    ))
    .load::<(i64, i64, i64)>(conn)?;
    Ok(Changes {
        floor: rows.iter().map(|row| row.2).fold(floor, i64::max),
        numbers: rows
            .into_iter()
            .map(|(id, number, _)| (id, number))
            .collect(),
    })
}

/// The number of the last change of reference data that this connection sees.
pub fn reference(conn: &mut Conn) -> Result<i64> {
    let (number,) = sql::<(BigInt,)>("SELECT number FROM project_changes WHERE project_id = 0")
        .get_result::<(i64,)>(conn)?;
    Ok(number)
}

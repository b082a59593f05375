//! What falls due by the schedules of many plan lines.

use chrono::NaiveDate;
use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, Date};

use super::Conn;
use super::figures::LineFilter;
use super::sql::sql;
use crate::error::Result;

/// What falls due on each date over all lines together, by the versions in force on `day`. They are
/// picked once for all lines; picking them anew for each item is what makes such a query slow.
pub fn total_by_due_date(
    conn: &mut Conn,
    filter: &LineFilter,
    day: NaiveDate,
) -> Result<Vec<(NaiveDate, i64)>> {
    let query = sql::<(Date, BigInt)>(
        "SELECT i.due_date, CAST(SUM(i.amount) AS BIGINT) FROM (SELECT s.id, \
         ROW_NUMBER() OVER (PARTITION BY s.line_id ORDER BY s.effective_date DESC, s.version DESC) AS latest \
         FROM schedules s JOIN plan_lines l ON l.id = s.line_id \
         WHERE s.status = 'approved' AND s.effective_date <= ",
    )
    .bind(day)
    .push(" AND");
    Ok(filter
        .narrow(query)
        .push(
            ") v JOIN schedule_items i ON i.schedule_id = v.id WHERE v.latest = 1 \
             GROUP BY i.due_date ORDER BY i.due_date",
        )
        .load(conn)?)
}

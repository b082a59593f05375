//! The dated links of a project: managing unit, investor, PMU, and its responsible people.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};

use super::Conn;
use super::sql::sql;
use crate::domain::scope::ProjectLinks;
use crate::error::Result;

/// The links in force on a day; `None` if there is no such project.
pub fn on(conn: &mut Conn, project_id: i64, date: NaiveDate) -> Result<Option<ProjectLinks>> {
    let rows = sql::<(BigInt, BigInt, Nullable<BigInt>, Nullable<BigInt>)>(
        "SELECT l.managing_unit_id, l.investor_id, l.pmu_id, \
         (SELECT p.person_id FROM project_people p WHERE p.project_id = l.project_id AND p.role = 'leader' \
          AND p.valid_from <= ",
    )
    .bind(date)
    .push(" AND p.valid_to >= ")
    .bind(date)
    .push(") FROM project_links l WHERE l.project_id = ")
    .bind(project_id)
    .push(" AND l.valid_from <= ")
    .bind(date)
    .push(" AND l.valid_to >= ")
    .bind(date)
    .load::<(i64, i64, Option<i64>, Option<i64>)>(conn)?;
    Ok(rows
        .into_iter()
        .next()
        .map(
            |(managing_unit_id, investor_id, pmu_id, leader_id)| ProjectLinks {
                managing_unit_id,
                investor_id,
                pmu_id,
                leader_id,
            },
        ))
}

//! What each daily job last did.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::Conn;
use super::schema::job_runs;
use super::sql::sql;
use crate::error::Result;

/// What became of a job.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct JobRun {
    /// The job.
    pub name: String,
    /// The day it was last done for.
    pub done_for: Option<NaiveDate>,
    /// When that ended.
    pub finished_at: Option<NaiveDateTime>,
    /// What it did, as JSON.
    pub outcome: Option<String>,
    /// When it last failed.
    pub failed_at: Option<NaiveDateTime>,
    /// Why.
    pub error: Option<String>,
}

/// All jobs that ever ran, by name.
pub fn all(conn: &mut Conn) -> Result<Vec<JobRun>> {
    Ok(job_runs::table.order(job_runs::name).load(conn)?)
}

/// One job.
pub fn get(conn: &mut Conn, name: &str) -> Result<Option<JobRun>> {
    Ok(job_runs::table.find(name).first(conn).optional()?)
}

/// Notes that a job was done for a day.
pub fn done(
    conn: &mut Conn,
    name: &str,
    day: NaiveDate,
    now: NaiveDateTime,
    outcome: &str,
) -> Result<()> {
    sql::<()>("INSERT INTO job_runs (name, done_for, finished_at, outcome) VALUES (")
        .bind(name)
        .push(", ")
        .bind(day)
        .push(", ")
        .bind(now)
        .push(", ")
        .bind(outcome)
        .push(
            ") ON CONFLICT (name) DO UPDATE SET done_for = excluded.done_for, \
             finished_at = excluded.finished_at, outcome = excluded.outcome",
        )
        .execute(conn)?;
    Ok(())
}

/// Notes that a job failed.
pub fn failed(conn: &mut Conn, name: &str, now: NaiveDateTime, error: &str) -> Result<()> {
    sql::<()>("INSERT INTO job_runs (name, failed_at, error) VALUES (")
        .bind(name)
        .push(", ")
        .bind(now)
        .push(", ")
        .bind(error)
        .push(
            ") ON CONFLICT (name) DO UPDATE SET failed_at = excluded.failed_at, error = excluded.error",
        )
        .execute(conn)?;
    Ok(())
}

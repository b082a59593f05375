//! Responsible leaders and tracking officers: one person for each duty on any day.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date};

use super::any_of::any_of;
use super::page::{After, Page, Rows};
use super::schema::project_people as people;
use super::sql::sql;
use super::{Conn, FOREVER};
use crate::domain::project::Duty;
use crate::error::Result;

/// A person's duty over an interval.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = people)]
#[allow(missing_docs)]
pub struct Assignment {
    pub project_id: i64,
    pub role: String,
    pub person_id: i64,
    pub valid_from: NaiveDate,
    pub valid_to: NaiveDate,
    pub decision_number: String,
    pub decision_issuer: String,
    pub decision_date: NaiveDate,
    pub recorded_at: NaiveDateTime,
    pub recorded_by: Option<i64>,
}

/// Who has the duty on a day.
pub fn on(
    conn: &mut Conn,
    project_id: i64,
    duty: Duty,
    date: NaiveDate,
) -> Result<Option<(i64, Assignment)>> {
    Ok(people::table
        .filter(people::project_id.eq(project_id))
        .filter(people::role.eq(duty.as_str()))
        .filter(people::valid_from.le(date))
        .filter(people::valid_to.ge(date))
        .select((people::id, Assignment::as_select()))
        .first(conn)
        .optional()?)
}

/// Both duties of projects on a day: (project, duty, person).
pub fn of_projects(
    conn: &mut Conn,
    ids: &[i64],
    date: NaiveDate,
) -> Result<Vec<(i64, String, i64)>> {
    Ok(people::table
        .filter(any_of(people::project_id, ids))
        .filter(people::valid_from.le(date))
        .filter(people::valid_to.ge(date))
        .select((people::project_id, people::role, people::person_id))
        .load(conn)?)
}

/// Puts an assignment in force from its first day until the next one begins; its `valid_to` is
/// set here. Who had the duty that day has it until the day before; if they began that day, their
/// row stays as an empty interval.
pub fn insert(conn: &mut Conn, duty: Duty, assignment: &mut Assignment) -> Result<()> {
    let date = assignment.valid_from;
    let before = date.pred_opt().unwrap_or(date);
    assignment.valid_to = match on(conn, assignment.project_id, duty, date)? {
        Some((id, former)) => {
            diesel::update(people::table.find(id))
                .set(people::valid_to.eq(before))
                .execute(conn)?;
            former.valid_to
        }
        None => next_start(conn, assignment.project_id, duty, date)?
            .and_then(|next| next.pred_opt())
            .unwrap_or(FOREVER),
    };
    diesel::insert_into(people::table)
        .values(&*assignment)
        .execute(conn)?;
    Ok(())
}

fn next_start(
    conn: &mut Conn,
    project_id: i64,
    duty: Duty,
    date: NaiveDate,
) -> Result<Option<NaiveDate>> {
    Ok(people::table
        .filter(people::project_id.eq(project_id))
        .filter(people::role.eq(duty.as_str()))
        .filter(people::valid_from.gt(date))
        .filter(people::valid_to.ge(people::valid_from))
        .order(people::valid_from)
        .select(people::valid_from)
        .first(conn)
        .optional()?)
}

/// A page of everybody who had the duty, oldest first; empty intervals are left out.
pub fn history(
    conn: &mut Conn,
    project_id: i64,
    duty: Duty,
    page: &Page,
) -> Result<Rows<Assignment>> {
    let query = sql::<(BigInt, Date)>(
        "SELECT id, valid_from FROM project_people WHERE valid_from <= valid_to AND project_id = ",
    )
    .bind(project_id)
    .push(" AND role = ")
    .bind(duty.as_str());
    let keys = page
        .by_date(query, "valid_from", "id", false)?
        .load::<(i64, NaiveDate)>(conn)?;
    let keys = page.cut(keys, |(id, from)| After {
        key: from.to_string(),
        id: *id,
    });
    let ids: Vec<i64> = keys.rows.iter().map(|(id, _)| *id).collect();
    let rows = people::table
        .filter(any_of(people::id, ids))
        .order((people::valid_from, people::id))
        .select(Assignment::as_select())
        .load(conn)?;
    Ok(Rows {
        rows,
        next: keys.next,
    })
}

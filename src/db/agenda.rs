//! What a person has to do by which day, and the address of their calendar.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text};

use super::Conn;
use super::schema::calendar_feeds;
use super::sql::sql;
use crate::domain::locale::Locale;
use crate::error::Result;

/// When a user's calendar was made; `None` without one.
pub fn made_at(conn: &mut Conn, user_id: i64) -> Result<Option<NaiveDateTime>> {
    Ok(calendar_feeds::table
        .find(user_id)
        .select(calendar_feeds::created_at)
        .first(conn)
        .optional()?)
}

/// Makes a user's calendar, in the place of the one before.
pub fn make(conn: &mut Conn, user_id: i64, hash: &str, now: NaiveDateTime) -> Result<()> {
    revoke(conn, user_id)?;
    diesel::insert_into(calendar_feeds::table)
        .values((
            calendar_feeds::user_id.eq(user_id),
            calendar_feeds::token_hash.eq(hash),
            calendar_feeds::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Ends a user's calendar; whether there was one.
pub fn revoke(conn: &mut Conn, user_id: i64) -> Result<bool> {
    Ok(diesel::delete(calendar_feeds::table.find(user_id)).execute(conn)? > 0)
}

/// Whose calendar has this hash: the person and their language, if the user may sign in.
pub fn holder(conn: &mut Conn, hash: &str) -> Result<Option<(Option<i64>, Locale)>> {
    let rows = sql::<(Nullable<BigInt>, Text)>(
        "SELECT u.person_id, u.locale FROM calendar_feeds c JOIN users u ON u.id = c.user_id \
         WHERE u.active AND c.token_hash = ",
    )
    .bind(hash)
    .load::<(Option<i64>, String)>(conn)?;
    let holder = rows.into_iter().next();
    Ok(holder.map(|(person, locale)| (person, Locale::parse(&locale).unwrap_or_default())))
}

/// Projects that a person leads or tracks on a day.
pub fn projects(conn: &mut Conn, person_id: i64, today: NaiveDate) -> Result<Vec<i64>> {
    let rows =
        sql::<(BigInt,)>("SELECT DISTINCT project_id FROM project_people WHERE person_id = ")
            .bind(person_id)
            .push(" AND valid_from <= ")
            .bind(today)
            .push(" AND valid_to >= ")
            .bind(today)
            .load::<(i64,)>(conn)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Something with a due date: id, day, what it is, amount.
pub type Due = (i64, NaiveDate, String, Option<i64>);

/// Promises that run on alerts a person answers for; the id is the alert's.
pub fn promises(conn: &mut Conn, person_id: i64) -> Result<Vec<Due>> {
    Ok(sql::<(BigInt, Date, Text, Nullable<BigInt>)>(
        "SELECT a.id, c.due_on, a.subject_label, c.amount FROM alerts a JOIN alert_commitments c ON c.alert_id = a.id \
         WHERE a.state <> 'resolved' AND c.outcome = 'running' AND a.responsible_id = ",
    )
    .bind(person_id)
    .push(" ORDER BY c.due_on, a.id")
    .load(conn)?)
}

/// Directives that a person has to carry out.
pub fn directives(conn: &mut Conn, person_id: i64) -> Result<Vec<Due>> {
    Ok(sql::<(BigInt, Date, Text, Nullable<BigInt>)>(
        "SELECT id, due_date, text, CAST(NULL AS BIGINT) FROM directives \
         WHERE status NOT IN ('resolved', 'unresolvable') AND assignee_person_id = ",
    )
    .bind(person_id)
    .push(" ORDER BY due_date, id")
    .load(conn)?)
}

/// Obstacles that a person has to remove.
pub fn obstacles(conn: &mut Conn, person_id: i64) -> Result<Vec<Due>> {
    Ok(sql::<(BigInt, Date, Text, Nullable<BigInt>)>(
        "SELECT id, due_date, description, CAST(NULL AS BIGINT) FROM obstacles \
         WHERE status NOT IN ('resolved', 'unresolvable') AND owner_person_id = ",
    )
    .bind(person_id)
    .push(" ORDER BY due_date, id")
    .load(conn)?)
}

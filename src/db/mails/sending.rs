//! What a sender asks of the outbox and notes in it.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::db::Conn;
use crate::db::any_of::any_of;
use crate::db::schema::mails;
use crate::db::sql::sql;
use crate::error::Result;

/// A mail that its sender holds.
#[derive(Clone, Debug, Queryable)]
#[allow(missing_docs)]
pub struct Leased {
    pub id: i64,
    pub message_id: String,
    pub recipient_name: String,
    pub recipient_email: String,
    pub subject: String,
    pub text_body: String,
    pub html_body: String,
    pub attachment_name: Option<String>,
    pub attachment: Option<String>,
    pub attempts: i64,
    pub created_at: NaiveDateTime,
}

/// Which mails a sender takes.
#[derive(Clone, Debug)]
pub struct Take<'a> {
    /// Who takes them.
    pub owner: &'a str,
    /// The instant.
    pub now: NaiveDateTime,
    /// How long they are held.
    pub until: NaiveDateTime,
    /// How many at most.
    pub limit: i64,
    /// Not of these reasons.
    pub except: &'a [&'a str],
    /// Whether the next attempt must be due.
    pub due: bool,
    /// Mails after this one.
    pub after: i64,
}

/// Takes mails: each is held by one sender at a time.
pub fn take(conn: &mut Conn, take: &Take<'_>) -> Result<Vec<Leased>> {
    let mut query = sql::<(BigInt,)>("UPDATE mails SET lease_owner = ")
        .bind(take.owner)
        .push(", lease_until = ")
        .bind(take.until)
        .push(
            " WHERE id IN (SELECT m.id FROM mails m WHERE m.state IN ('queued', 'failed') \
         AND (m.lease_until IS NULL OR m.lease_until <= ",
        )
        .bind(take.now)
        .push(") AND m.id > ")
        .bind(take.after);
    if take.due {
        query = query.push(" AND m.next_attempt_at <= ").bind(take.now);
    }
    if !take.except.is_empty() {
        query = query
            .push(" AND m.reason NOT IN ")
            .list(take.except.iter().copied());
    }
    // PostgreSQL: a row that another sender is just taking is passed over, not waited for.
    let skip = if conn.is_sqlite() {
        ""
    } else {
        " FOR UPDATE SKIP LOCKED"
    };
    let ids: Vec<i64> = query
        .push(" ORDER BY m.id LIMIT ")
        .bind(take.limit)
        .push(skip)
        .push(") RETURNING id")
        .load::<(i64,)>(conn)?
        .into_iter()
        .map(|(id,)| id)
        .collect();
    Ok(mails::table
        .filter(any_of(mails::id, ids))
        .order(mails::id)
        .select((
            mails::id,
            mails::message_id,
            mails::recipient_name,
            mails::recipient_email,
            mails::subject,
            mails::text_body,
            mails::html_body,
            mails::attachment_name,
            mails::attachment,
            mails::attempts,
            mails::created_at,
        ))
        .load(conn)?)
}

/// What became of an attempt.
#[derive(Clone, Debug)]
pub struct Attempted<'a> {
    /// The mail.
    pub id: i64,
    /// Who held it.
    pub owner: &'a str,
    /// Its state now.
    pub state: &'a str,
    /// When it was sent.
    pub sent_at: Option<NaiveDateTime>,
    /// When to try again.
    pub next_attempt_at: Option<NaiveDateTime>,
    /// What went wrong.
    pub error: Option<&'a str>,
}

/// Notes an attempt and gives the mail back; false if the lease was lost meanwhile.
pub fn attempted(conn: &mut Conn, done: &Attempted<'_>) -> Result<bool> {
    let held = mails::table
        .find(done.id)
        .filter(mails::lease_owner.eq(done.owner));
    let changed = diesel::update(held)
        .set((
            mails::state.eq(done.state),
            mails::attempts.eq(mails::attempts + 1),
            mails::sent_at.eq(done.sent_at),
            mails::last_error.eq(done.error),
            mails::lease_owner.eq(None::<String>),
            mails::lease_until.eq(None::<NaiveDateTime>),
        ))
        .execute(conn)?;
    if let Some(at) = done.next_attempt_at {
        diesel::update(mails::table.find(done.id))
            .set(mails::next_attempt_at.eq(at))
            .execute(conn)?;
    }
    Ok(changed > 0)
}

/// Puts a mail that was given up back in the queue, to the address that its person has now; false
/// if it was not given up.
pub fn revive(conn: &mut Conn, id: i64, now: NaiveDateTime) -> Result<bool> {
    let changed = sql::<()>(
        "UPDATE mails SET state = 'queued', attempts = 0, recipient_email = COALESCE(\
         (SELECT p.email FROM people p WHERE p.id = mails.person_id), recipient_email), next_attempt_at = ",
    )
    .bind(now)
    .push(" WHERE state = 'dead' AND id = ")
    .bind(id)
    .execute(conn)?;
    Ok(changed == 1)
}

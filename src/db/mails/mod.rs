//! The outbox.

mod recipients;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};

use super::Conn;
use super::any_of::any_of;
use super::page::{After, Page, Rows};
use super::schema::{mail_alerts, mails};
use super::sql::sql;
use crate::error::Result;

pub use recipients::{Recipient, recipients};

/// A mail to be queued.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = mails)]
#[allow(missing_docs)]
pub struct NewMail {
    pub message_id: String,
    pub person_id: Option<i64>,
    pub recipient_name: String,
    pub recipient_email: String,
    pub reason: String,
    pub locale: String,
    pub subject: String,
    pub text_body: String,
    pub html_body: String,
    pub attachment_name: Option<String>,
    pub attachment: Option<String>,
    pub state: String,
    pub attempts: i64,
    pub next_attempt_at: NaiveDateTime,
    pub created_on: NaiveDate,
    pub deliver_on: NaiveDate,
    pub created_at: NaiveDateTime,
}

/// Queues a mail.
pub fn insert(conn: &mut Conn, mail: &NewMail) -> Result<i64> {
    Ok(diesel::insert_into(mails::table)
        .values(mail)
        .returning(mails::id)
        .get_result(conn)?)
}

/// A mail that waits for its first attempt and can still take more news.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The mail.
    pub id: i64,
    /// Its reason.
    pub reason: String,
}

/// The mail to a person for a day that was not touched by a sender yet, of one of these reasons.
pub fn waiting(
    conn: &mut Conn,
    person_id: i64,
    deliver_on: NaiveDate,
    reasons: &[&str],
) -> Result<Option<Waiting>> {
    let rows = sql::<(BigInt, Text)>("SELECT id, reason FROM mails WHERE person_id = ")
        .bind(person_id)
        .push(" AND deliver_on = ")
        .bind(deliver_on)
        .push(" AND state = 'queued' AND attempts = 0 AND lease_owner IS NULL AND reason IN ")
        .list(reasons.iter().copied())
        .push(" ORDER BY id DESC LIMIT 1")
        .push(super::audit::for_update(conn))
        .load::<(i64, String)>(conn)?;
    let waiting = rows.into_iter().next();
    Ok(waiting.map(|(id, reason)| Waiting { id, reason }))
}

/// Mails of these reasons to a person for a day.
pub fn count_for(
    conn: &mut Conn,
    person_id: i64,
    deliver_on: NaiveDate,
    reasons: &[&str],
) -> Result<i64> {
    Ok(mails::table
        .filter(mails::person_id.eq(person_id))
        .filter(mails::deliver_on.eq(deliver_on))
        .filter(mails::reason.eq_any(reasons.iter().copied()))
        .count()
        .get_result(conn)?)
}

/// Replaces what a waiting mail says.
pub fn rewrite(
    conn: &mut Conn,
    id: i64,
    reason: &str,
    (subject, text, html): (&str, &str, &str),
    attachment: Option<(&str, &str)>,
) -> Result<()> {
    diesel::update(mails::table.find(id))
        .set((
            mails::reason.eq(reason),
            mails::subject.eq(subject),
            mails::text_body.eq(text),
            mails::html_body.eq(html),
            mails::attachment_name.eq(attachment.map(|(name, _)| name)),
            mails::attachment.eq(attachment.map(|(_, text)| text)),
        ))
        .execute(conn)?;
    Ok(())
}

/// What a mail says about its alerts, in order: reason and item.
pub fn items(conn: &mut Conn, mail_id: i64) -> Result<Vec<(String, String)>> {
    Ok(mail_alerts::table
        .filter(mail_alerts::mail_id.eq(mail_id))
        .order(mail_alerts::id)
        .select((mail_alerts::reason, mail_alerts::item))
        .load(conn)?)
}

/// Adds what a mail says about an alert.
pub fn add_item(
    conn: &mut Conn,
    mail_id: i64,
    alert_id: i64,
    reason: &str,
    item: &str,
) -> Result<()> {
    sql::<()>("INSERT INTO mail_alerts (mail_id, alert_id, reason, item) VALUES (")
        .bind(mail_id)
        .push(", ")
        .bind(alert_id)
        .push(", ")
        .bind(reason)
        .push(", ")
        .bind(item)
        .push(") ON CONFLICT DO NOTHING")
        .execute(conn)?;
    Ok(())
}

/// A mail as operators see it.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Row {
    pub id: i64,
    pub recipient_name: String,
    pub recipient_email: String,
    pub reason: String,
    pub state: String,
    pub subject: String,
    pub attempts: i64,
    pub next_attempt_at: NaiveDateTime,
    pub created_at: NaiveDateTime,
    pub sent_at: Option<NaiveDateTime>,
    pub last_error: Option<String>,
}

/// Which mails.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In any of these states.
    pub states: Vec<String>,
    /// About this alert.
    pub alert_id: Option<i64>,
}

/// A page of mails, newest first.
pub fn page(conn: &mut Conn, filter: &Filter, page: &Page) -> Result<Rows<Row>> {
    type Loaded = (
        (i64, String, String, String, String, String, i64),
        (
            NaiveDateTime,
            NaiveDateTime,
            Option<NaiveDateTime>,
            Option<String>,
        ),
    );
    let mut query = sql::<(
        (BigInt, Text, Text, Text, Text, Text, BigInt),
        (Timestamp, Timestamp, Nullable<Timestamp>, Nullable<Text>),
    )>(
        "SELECT m.id, m.recipient_name, m.recipient_email, m.reason, m.state, m.subject, m.attempts, \
         m.next_attempt_at, m.created_at, m.sent_at, m.last_error FROM mails m WHERE 1 = 1",
    );
    if !filter.states.is_empty() {
        query = query
            .push(" AND m.state IN ")
            .list(filter.states.iter().map(String::as_str));
    }
    if let Some(alert) = filter.alert_id {
        query = query
            .push(" AND m.id IN (SELECT x.mail_id FROM mail_alerts x WHERE x.alert_id = ")
            .bind(alert)
            .push(")");
    }
    let rows = page.by_id(query, "m.id", true).load::<Loaded>(conn)?;
    let row = |(
        (id, recipient_name, recipient_email, reason, state, subject, attempts),
        (next_attempt_at, created_at, sent_at, last_error),
    ): Loaded| Row {
        id,
        recipient_name,
        recipient_email,
        reason,
        state,
        subject,
        attempts,
        next_attempt_at,
        created_at,
        sent_at,
        last_error,
    };
    Ok(
        page.cut(rows.into_iter().map(row).collect(), |row: &Row| After {
            key: String::new(),
            id: row.id,
        }),
    )
}

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

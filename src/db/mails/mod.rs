//! The outbox.

mod list;
mod recipients;
mod sending;

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Text};

use super::Conn;
use super::any_of::any_of;
use super::schema::mail_alerts;
use super::sql::{ROWS, sql};
use crate::error::Result;

pub use list::{Filter, Row, page};
pub use recipients::{Recipient, recipients};
pub use sending::{Attempted, Leased, Take, attempted, revive, take};

/// A mail to be queued.
#[derive(Clone, Debug)]
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

/// Queues mails; gives their ids by `Message-ID`.
pub fn insert(conn: &mut Conn, mails: &[&NewMail]) -> Result<HashMap<String, i64>> {
    let mut ids = HashMap::new();
    for mails in mails.chunks(ROWS) {
        let query = sql::<(Text, BigInt)>(
            "INSERT INTO mails (message_id, person_id, recipient_name, recipient_email, reason, locale, subject, \
             text_body, html_body, attachment_name, attachment, state, attempts, next_attempt_at, created_on, \
             deliver_on, created_at) VALUES ",
        );
        let query = query.rows(mails, |query, mail| {
            query
                .bind(mail.message_id.as_str())
                .and_option(mail.person_id)
                .and(mail.recipient_name.as_str())
                .and(mail.recipient_email.as_str())
                .and(mail.reason.as_str())
                .and(mail.locale.as_str())
                .and(mail.subject.as_str())
                .and(mail.text_body.as_str())
                .and(mail.html_body.as_str())
                .and_option(mail.attachment_name.as_deref())
                .and_option(mail.attachment.as_deref())
                .and(mail.state.as_str())
                .and(mail.attempts)
                .and(mail.next_attempt_at)
                .and(mail.created_on)
                .and(mail.deliver_on)
                .and(mail.created_at)
        });
        let made = query.push(" RETURNING message_id, id");
        ids.extend(made.load::<(String, i64)>(conn)?);
    }
    Ok(ids)
}

/// A mail that waits for its first attempt and can still take more news.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The mail.
    pub id: i64,
    /// Who it is for.
    pub person_id: i64,
    /// The day it is for.
    pub deliver_on: NaiveDate,
    /// Its reason.
    pub reason: String,
}

/// The mails to people for some days that were not touched by a sender yet, in order of id. None is
/// until the transaction ends.
pub fn waiting(conn: &mut Conn, people: &[i64], days: &[NaiveDate]) -> Result<Vec<Waiting>> {
    type Row = (i64, i64, NaiveDate, String);
    let rows = sql::<(BigInt, BigInt, Date, Text)>(
        "SELECT id, person_id, deliver_on, reason FROM mails \
         WHERE state = 'queued' AND attempts = 0 AND lease_owner IS NULL AND person_id IN ",
    )
    .list(people.iter().copied())
    .push(" AND deliver_on IN ")
    .list(days.iter().copied())
    .push(" ORDER BY id")
    .push(super::audit::for_update(conn))
    .load::<Row>(conn)?;
    let waiting = |(id, person_id, deliver_on, reason): Row| Waiting {
        id,
        person_id,
        deliver_on,
        reason,
    };
    Ok(rows.into_iter().map(waiting).collect())
}

/// How many mails of these reasons each of some people has for a day.
pub fn count_for(
    conn: &mut Conn,
    people: &[i64],
    deliver_on: NaiveDate,
    reasons: &[&str],
) -> Result<HashMap<i64, i64>> {
    let rows = sql::<(BigInt, BigInt)>("SELECT person_id, COUNT(*) FROM mails WHERE person_id IN ")
        .list(people.iter().copied())
        .push(" AND deliver_on = ")
        .bind(deliver_on)
        .push(" AND reason IN ")
        .list(reasons.iter().copied())
        .push(" GROUP BY person_id")
        .load::<(i64, i64)>(conn)?;
    Ok(rows.into_iter().collect())
}

/// Replaces what waiting mails say, and why, by that of others; none twice.
pub fn rewrite(conn: &mut Conn, mails: &[(i64, &NewMail)]) -> Result<()> {
    for mails in mails.chunks(ROWS) {
        sql::<()>(
            "UPDATE mails SET reason = v.column2, subject = v.column3, text_body = v.column4, html_body = v.column5, \
             attachment_name = v.column6, attachment = v.column7 FROM (VALUES ",
        )
        .rows(mails, |query, (id, mail)| {
            query
                .bind(*id)
                .and(mail.reason.as_str())
                .and(mail.subject.as_str())
                .and(mail.text_body.as_str())
                .and(mail.html_body.as_str())
                .and_option(mail.attachment_name.as_deref())
                .and_option(mail.attachment.as_deref())
        })
        .push(") AS v WHERE mails.id = v.column1")
        .execute(conn)?;
    }
    Ok(())
}

/// What a mail says about an alert.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Part {
    pub mail_id: i64,
    pub alert_id: i64,
    pub reason: String,
    /// JSON.
    pub item: String,
}

/// What mails say about their alerts, each in order.
pub fn parts(conn: &mut Conn, mail_ids: &[i64]) -> Result<Vec<Part>> {
    type Row = (i64, i64, String, String);
    let rows = mail_alerts::table
        .filter(any_of(mail_alerts::mail_id, mail_ids))
        .order(mail_alerts::id)
        .select((
            mail_alerts::mail_id,
            mail_alerts::alert_id,
            mail_alerts::reason,
            mail_alerts::item,
        ))
        .load::<Row>(conn)?;
    let part = |(mail_id, alert_id, reason, item): Row| Part {
        mail_id,
        alert_id,
        reason,
        item,
    };
    Ok(rows.into_iter().map(part).collect())
}

/// Adds what mails say about alerts, in order, or puts it in the place of what they said for the same
/// reason; none twice.
pub fn add_parts(conn: &mut Conn, parts: &[Part]) -> Result<()> {
    for parts in parts.chunks(ROWS) {
        sql::<()>("INSERT INTO mail_alerts (mail_id, alert_id, reason, item) VALUES ")
            .rows(parts, |query, part| {
                query
                    .bind(part.mail_id)
                    .and(part.alert_id)
                    .and(part.reason.as_str())
                    .and(part.item.as_str())
            })
            .push(" ON CONFLICT (mail_id, alert_id, reason) DO UPDATE SET item = excluded.item")
            .execute(conn)?;
    }
    Ok(())
}

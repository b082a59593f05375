//! Mails as operators see them.

use chrono::NaiveDateTime;
use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};

use crate::db::Conn;
use crate::db::page::{After, Page, Rows};
use crate::db::sql::sql;
use crate::error::Result;

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
    /// This one.
    pub id: Option<i64>,
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
    if let Some(id) = filter.id {
        query = query.push(" AND m.id = ").bind(id);
    }
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

//! What happened to alerts, who was told, and what is promised.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, Date, Nullable, Text, Timestamp};

use crate::db::Conn;
use crate::db::sql::sql;
use crate::error::Result;

/// Something that happened to an alert.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Event {
    pub id: i64,
    pub on_date: NaiveDate,
    pub at: NaiveDateTime,
    pub kind: String,
    pub level: String,
    pub responsible_id: Option<i64>,
    pub actor: Option<(i64, String)>,
    pub detail: String,
}

/// Everything that happened to an alert, in order.
pub fn events(conn: &mut Conn, alert_id: i64) -> Result<Vec<Event>> {
    type Row = (
        (i64, NaiveDate, NaiveDateTime, String, String),
        (Option<i64>, Option<i64>, Option<String>, String),
    );
    let rows = sql::<(
        (BigInt, Date, Timestamp, Text, Text),
        (Nullable<BigInt>, Nullable<BigInt>, Nullable<Text>, Text),
    )>(
        "SELECT e.id, e.on_date, e.at, e.kind, e.level, e.responsible_id, e.actor_id, u.username, e.detail \
         FROM alert_events e LEFT JOIN users u ON u.id = e.actor_id WHERE e.alert_id = ",
    )
    .bind(alert_id)
    .push(" ORDER BY e.id")
    .load::<Row>(conn)?;
    let event =
        |((id, on_date, at, kind, level), (responsible_id, actor_id, username, detail)): Row| {
            Event {
                id,
                on_date,
                at,
                kind,
                level,
                responsible_id,
                actor: actor_id.zip(username),
                detail,
            }
        };
    Ok(rows.into_iter().map(event).collect())
}

/// Who was told of some alerts, in order: alert, person, the level they were told at, the day.
pub fn told(conn: &mut Conn, alerts: &[i64]) -> Result<Vec<(i64, i64, String, NaiveDate)>> {
    sql::<(BigInt, BigInt, Text, Date)>(
        "SELECT alert_id, person_id, level, told_on FROM alert_recipients WHERE alert_id IN ",
    )
    .list(alerts.iter().copied())
    .push(" ORDER BY id")
    .load(conn)
    .map_err(Into::into)
}

/// What else there is to know of a promise that is running.
#[derive(Clone, Debug)]
pub struct Running {
    /// `commitment` or `snooze`.
    pub kind: String,
    /// The day it was given.
    pub made_on: NaiveDate,
    /// Why.
    pub note: Option<String>,
    /// Paid on the line since it was given, đồng; none for a date alone.
    pub paid: Option<i64>,
}

/// The running promises of some alerts, by alert, with what was paid on them by `today`.
pub fn running(conn: &mut Conn, alerts: &[i64], today: NaiveDate) -> Result<HashMap<i64, Running>> {
    type Row = (
        i64,
        String,
        NaiveDate,
        Option<String>,
        Option<i64>,
        i64,
        i64,
    );
    let rows = sql::<(
        BigInt,
        Text,
        Date,
        Nullable<Text>,
        Nullable<BigInt>,
        BigInt,
        BigInt,
    )>(
        "SELECT c.alert_id, c.kind, c.made_on, c.note, c.amount, c.baseline, \
         CAST(COALESCE((SELECT SUM(d.net_amount) FROM disbursements d \
         WHERE d.line_id = a.line_id AND d.posted_on <= ",
    )
    .bind(today)
    .push(
        "), 0) AS BIGINT) FROM alert_commitments c JOIN alerts a ON a.id = c.alert_id \
         WHERE c.outcome = 'running' AND c.alert_id IN ",
    )
    .list(alerts.iter().copied())
    .load::<Row>(conn)?;
    let running = |(alert, kind, made_on, note, amount, baseline, paid): Row| {
        let paid = amount.map(|_| paid.saturating_sub(baseline));
        (
            alert,
            Running {
                kind,
                made_on,
                note,
                paid,
            },
        )
    };
    Ok(rows.into_iter().map(running).collect())
}

//! What happened to one alert.

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

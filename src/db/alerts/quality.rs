//! Alerts, promises and mails of a span of time, for the reports on whether alerts do any good.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text};

use super::list::{Filter, in_reach, narrow};
use crate::db::Conn;
use crate::db::sql::sql;
use crate::error::Result;

/// Whose alerts, and when.
#[derive(Clone, Debug)]
pub struct Span {
    /// Which alerts.
    pub filter: Filter,
    /// The day whose links say what is in scope.
    pub today: NaiveDate,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
}

/// An alert that was raised in the span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised {
    /// Its rule.
    pub rule: String,
    /// Its unit.
    pub unit_id: Option<i64>,
    /// The day of the raising scan.
    pub raised_on: NaiveDate,
    /// The first promise, snooze, waiver or note on it by the end of the span.
    pub first_action: Option<NaiveDate>,
    /// The day it ended, and why.
    pub ended: Option<(NaiveDate, String)>,
    /// Whether it was waived because nothing was wrong.
    pub false_alarm: bool,
    /// Whether the same had been raised before.
    pub repeat: bool,
}

/// The alerts raised in the span, in order.
pub fn raised(conn: &mut Conn, span: &Span) -> Result<Vec<Raised>> {
    type Row = (
        (String, Option<i64>, NaiveDate, Option<NaiveDate>),
        (Option<NaiveDate>, Option<String>, bool, i64),
    );
    let query = sql::<(
        (Text, Nullable<BigInt>, Date, Nullable<Date>),
        (Nullable<Date>, Nullable<Text>, Bool, BigInt),
    )>(
        "SELECT a.rule, a.unit_id, a.raised_on, (SELECT MIN(e.on_date) FROM alert_events e WHERE e.alert_id = a.id \
         AND e.kind IN ('committed', 'commitment_moved', 'snoozed', 'waived', 'note') AND e.on_date <= ",
    )
    .bind(span.to)
    .push(
        "), a.resolved_on, a.resolution, a.false_alarm, \
         CAST(CASE WHEN EXISTS (SELECT 1 FROM alerts b WHERE b.rule = a.rule AND b.subject_type = a.subject_type \
         AND b.subject_id = a.subject_id AND b.context = a.context AND b.id < a.id) THEN 1 ELSE 0 END AS BIGINT) \
         FROM alerts a WHERE a.raised_on >= ",
    )
    .bind(span.from)
    .push(" AND a.raised_on <= ")
    .bind(span.to);
    let query = narrow(in_reach(query, &span.filter, span.today), &span.filter);
    let rows = query.push(" ORDER BY a.id").load::<Row>(conn)?;
    let raised = |(
        (rule, unit_id, raised_on, first_action),
        (resolved_on, resolution, false_alarm, repeat),
    ): Row| Raised {
        rule,
        unit_id,
        raised_on,
        first_action,
        ended: resolved_on.filter(|on| *on <= span.to).zip(resolution),
        false_alarm,
        repeat: repeat > 0,
    };
    Ok(rows.into_iter().map(raised).collect())
}

/// How mails are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailsBy {
    /// Together.
    All,
    /// By rule.
    Rule,
    /// By unit.
    Unit,
}

/// Mails written in the span about alerts in reach, and the people they went to, by rule or by the
/// unit's id as text; all together under the empty text.
pub fn mails(conn: &mut Conn, span: &Span, by: MailsBy) -> Result<HashMap<String, (i64, i64)>> {
    let key = match by {
        MailsBy::All => "CAST('' AS TEXT)",
        MailsBy::Rule => "a.rule",
        MailsBy::Unit => "COALESCE(CAST(a.unit_id AS TEXT), '')",
    };
    let query = sql::<(Text, BigInt, BigInt)>(format!(
        "SELECT {key}, COUNT(DISTINCT m.id), COUNT(DISTINCT m.person_id) FROM mail_alerts x \
         JOIN mails m ON m.id = x.mail_id JOIN alerts a ON a.id = x.alert_id WHERE m.created_on >= "
    ))
    .bind(span.from)
    .push(" AND m.created_on <= ")
    .bind(span.to);
    let query = narrow(in_reach(query, &span.filter, span.today), &span.filter);
    // A sum without groups gives one row of zeros, with groups none.
    let query = match by {
        MailsBy::All => query,
        _ => query.push(format!(" GROUP BY {key}")),
    };
    let rows = query.load::<(String, i64, i64)>(conn)?;
    Ok(rows
        .into_iter()
        .map(|(key, mails, people)| (key, (mails, people)))
        .collect())
}

/// A promise that was given in the span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Who answered for the alert then.
    pub responsible_id: Option<i64>,
    /// The alert's unit then.
    pub unit_id: Option<i64>,
    /// What became of it by today.
    pub outcome: String,
    /// When that was judged.
    pub judged_on: Option<NaiveDate>,
}

/// The promises given in the span; snoozes promise nothing.
pub fn promises(conn: &mut Conn, span: &Span) -> Result<Vec<Given>> {
    type Row = (Option<i64>, Option<i64>, String, Option<NaiveDate>);
    let query = sql::<(Nullable<BigInt>, Nullable<BigInt>, Text, Nullable<Date>)>(
        "SELECT c.responsible_id, c.unit_id, c.outcome, c.judged_on FROM alert_commitments c \
         JOIN alerts a ON a.id = c.alert_id WHERE c.kind = 'commitment' AND c.made_on >= ",
    )
    .bind(span.from)
    .push(" AND c.made_on <= ")
    .bind(span.to);
    let query = narrow(in_reach(query, &span.filter, span.today), &span.filter);
    let rows = query.push(" ORDER BY c.id").load::<Row>(conn)?;
    let given = |(responsible_id, unit_id, outcome, judged_on): Row| Given {
        responsible_id,
        unit_id,
        outcome,
        judged_on,
    };
    Ok(rows.into_iter().map(given).collect())
}

//! Live and waived alerts, as a scan needs them.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text};
use serde_json::Map;

use crate::db::Conn;
use crate::db::sql::{Sql, sql};
use crate::domain::alerts::commitment::{Promise, PromiseKind};
use crate::domain::alerts::decide::Waived;
use crate::domain::alerts::escalation::Course;
use crate::domain::alerts::lifecycle::Live;
use crate::domain::alerts::{AlertLevel, Key, Rule, Severity, State, SubjectType};
use crate::domain::money::Money;
use crate::error::Result;

/// Which alerts.
#[derive(Clone, Debug)]
pub enum Which {
    /// All of them.
    All,
    /// Those of these projects.
    Projects(Vec<i64>),
    /// Those of no project.
    NoProject,
    /// One.
    One(i64),
}

impl Which {
    fn narrow<ST>(&self, query: Sql<ST>) -> Sql<ST> {
        match self {
            Which::All => query,
            Which::Projects(ids) => query
                .push(" AND a.project_id IN ")
                .list(ids.iter().copied()),
            Which::NoProject => query.push(" AND a.project_id IS NULL"),
            Which::One(id) => query.push(" AND a.id = ").bind(*id),
        }
    }
}

type Row = (
    (i64, String, String, String, String, i64, String, String),
    (Option<i64>, Option<i64>, Option<i64>, Option<i64>, String),
    (NaiveDate, NaiveDate, i32, Option<NaiveDate>, String, i64),
    PromiseRow,
);

type PromiseRow = (
    Option<i64>,
    Option<String>,
    Option<NaiveDate>,
    Option<i64>,
    Option<i64>,
);

type Types = (
    (BigInt, Text, Text, Text, Text, BigInt, Text, Text),
    (
        Nullable<BigInt>,
        Nullable<BigInt>,
        Nullable<BigInt>,
        Nullable<BigInt>,
        Text,
    ),
    (Date, Date, Integer, Nullable<Date>, Text, BigInt),
    (
        Nullable<BigInt>,
        Nullable<Text>,
        Nullable<Date>,
        Nullable<BigInt>,
        Nullable<BigInt>,
    ),
);

/// The live alerts, in order of id.
pub fn load(conn: &mut Conn, which: &Which) -> Result<Vec<Live>> {
    let query = sql::<Types>(
        "SELECT a.id, a.rule, a.severity, a.state, a.subject_type, a.subject_id, a.subject_label, a.context, \
         a.project_id, a.line_id, a.unit_id, a.responsible_id, a.level, \
         a.raised_on, a.counts_from, a.step, a.escalates_on, a.facts, a.measure, \
         c.id, c.kind, c.due_on, c.amount, c.baseline \
         FROM alerts a LEFT JOIN alert_commitments c ON c.alert_id = a.id AND c.outcome = 'running' \
         WHERE a.state <> 'resolved'",
    );
    let rows = which
        .narrow(query)
        .push(" ORDER BY a.id")
        .load::<Row>(conn)?;
    Ok(rows.into_iter().filter_map(live).collect())
}

fn live(row: Row) -> Option<Live> {
    let (
        (id, rule, severity, state, subject_type, subject_id, label, context),
        (project_id, line_id, unit_id, responsible_id, level),
        (raised_on, counts_from, step, escalates_on, facts, measure),
        promise,
    ) = row;
    Some(Live {
        id,
        key: Key {
            rule: Rule::parse(&rule)?,
            subject_type: SubjectType::parse(&subject_type)?,
            subject_id,
            context,
        },
        severity: Severity::parse(&severity)?,
        state: State::parse(&state)?,
        label,
        project_id,
        line_id,
        unit_id,
        responsible_id,
        raised_on,
        course: Course {
            counts_from,
            step: usize::try_from(step).unwrap_or_default(),
            level: AlertLevel::parse(&level)?,
        },
        escalates_on,
        measure,
        details: serde_json::from_str(&facts).unwrap_or_else(|_| Map::new()),
        promise: promise_of(promise),
    })
}

fn promise_of((id, kind, due_on, amount, baseline): PromiseRow) -> Option<Promise> {
    Some(Promise {
        id: id?,
        kind: PromiseKind::parse(&kind?)?,
        due_on: due_on?,
        amount: amount.map(Money::dong),
        baseline: Money::dong(baseline?),
    })
}

/// The waived alerts that still keep their fact away.
pub fn waived(conn: &mut Conn, which: &Which) -> Result<HashMap<Key, Waived>> {
    type Row = (i64, String, String, i64, String, i64, Option<i64>);
    let query = sql::<(BigInt, Text, Text, BigInt, Text, BigInt, Nullable<BigInt>)>(
        "SELECT a.id, a.rule, a.subject_type, a.subject_id, a.context, a.waived_measure, a.project_id \
         FROM alerts a WHERE a.state = 'resolved' AND a.waived_measure IS NOT NULL",
    );
    let rows = which
        .narrow(query)
        .push(" ORDER BY a.id")
        .load::<Row>(conn)?;
    let waived = rows.into_iter().filter_map(
        |(alert_id, rule, subject_type, subject_id, context, measure, project_id)| {
            let key = Key {
                rule: Rule::parse(&rule)?,
                subject_type: SubjectType::parse(&subject_type)?,
                subject_id,
                context,
            };
            let waived = Waived {
                alert_id,
                measure,
                project_id,
            };
            Some((key, waived))
        },
    );
    Ok(waived.collect())
}

/// What was disbursed by the date of each running promise, or by `as_of` if that is earlier.
pub fn paid_by_promise(
    conn: &mut Conn,
    which: &Which,
    as_of: NaiveDate,
) -> Result<HashMap<i64, Money>> {
    let query = sql::<(BigInt, BigInt)>(
        "SELECT a.id, CAST(COALESCE((SELECT SUM(d.net_amount) FROM disbursements d \
         WHERE d.line_id = a.line_id AND d.posted_on <= c.due_on AND d.posted_on <= ",
    )
    .bind(as_of)
    .push(
        "), 0) AS BIGINT) FROM alerts a JOIN alert_commitments c ON c.alert_id = a.id \
         WHERE c.outcome = 'running' AND c.amount IS NOT NULL AND a.state <> 'resolved'",
    );
    let rows = which.narrow(query).load::<(i64, i64)>(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, net)| (id, Money::dong(net)))
        .collect())
}

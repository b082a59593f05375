//! Changes of alerts.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use serde_json::{Map, Value};

use crate::db::Conn;
use crate::db::any_of::any_of;
use crate::db::schema::{alert_commitments as promises, alerts};
use crate::db::sql::{ROWS, sql};
use crate::domain::alerts::commitment::{Outcome, PromiseKind};
use crate::domain::alerts::lifecycle::Live;
use crate::domain::alerts::{AlertLevel, Key, Rule, SubjectType};
use crate::domain::money::Money;
use crate::error::Result;

fn text(details: &Map<String, Value>) -> String {
    Value::Object(details.clone()).to_string()
}

/// Adds live alerts; gives the ids of those whose identity was not live already.
pub fn insert(conn: &mut Conn, alerts: &[&Live]) -> Result<HashMap<Key, i64>> {
    type Row = (i64, String, String, i64, String);
    let mut ids = HashMap::new();
    for alerts in alerts.chunks(ROWS) {
        let query = sql::<(BigInt, Text, Text, BigInt, Text)>(
            "INSERT INTO alerts (rule, severity, state, subject_type, subject_id, subject_label, context, \
             project_id, line_id, unit_id, responsible_id, level, raised_on, counts_from, step, escalates_on, \
             facts, measure) VALUES ",
        );
        let query = query.rows(alerts, |query, live| {
            query
                .bind(live.key.rule.as_str())
                .and(live.severity.as_str())
                .and(live.state.as_str())
                .and(live.key.subject_type.as_str())
                .and(live.key.subject_id)
                .and(live.label.as_str())
                .and(live.key.context.as_str())
                .and_option(live.project_id)
                .and_option(live.line_id)
                .and_option(live.unit_id)
                .and_option(live.responsible_id)
                .and(live.course.level.as_str())
                .and(live.raised_on)
                .and(live.course.counts_from)
                .and(step(live))
                .and_option(live.escalates_on)
                .and(text(&live.details))
                .and(live.measure)
        });
        let made = query
            .push(" ON CONFLICT DO NOTHING RETURNING id, rule, subject_type, subject_id, context")
            .load::<Row>(conn)?;
        ids.extend(made.into_iter().filter_map(identity));
    }
    Ok(ids)
}

fn identity(
    (id, rule, subject_type, subject_id, context): (i64, String, String, i64, String),
) -> Option<(Key, i64)> {
    let key = Key {
        rule: Rule::parse(&rule)?,
        subject_type: SubjectType::parse(&subject_type)?,
        subject_id,
        context,
    };
    Some((key, id))
}

fn step(live: &Live) -> i32 {
    i32::try_from(live.course.step).unwrap_or(i32::MAX)
}

/// Writes what a scan or an action made of alerts; none of them twice.
pub fn update(conn: &mut Conn, alerts: &[Live]) -> Result<()> {
    for alerts in alerts.chunks(ROWS) {
        sql::<()>(
            "UPDATE alerts SET severity = v.column2, state = v.column3, subject_label = v.column4, \
             unit_id = v.column5, responsible_id = v.column6, level = v.column7, counts_from = v.column8, \
             step = v.column9, escalates_on = v.column10, facts = v.column11, measure = v.column12 FROM (VALUES ",
        )
        .rows(alerts, |query, live| {
            query
                .bind(live.id)
                .and(live.severity.as_str())
                .and(live.state.as_str())
                .and(live.label.as_str())
                .and_option(live.unit_id)
                .and_option(live.responsible_id)
                .and(live.course.level.as_str())
                .and(live.course.counts_from)
                .and(step(live))
                .and_option(live.escalates_on)
                .and(text(&live.details))
                .and(live.measure)
        })
        .push(") AS v WHERE alerts.id = v.column1")
        .execute(conn)?;
    }
    Ok(())
}

/// Ends alerts, each with its cause.
pub fn resolve(conn: &mut Conn, ended: &[(i64, &str)], on: NaiveDate) -> Result<()> {
    for ended in ended.chunks(ROWS) {
        sql::<()>("UPDATE alerts SET state = 'resolved', escalates_on = NULL, resolved_on = ")
            .bind(on)
            .push(", resolution = v.column2 FROM (VALUES ")
            .rows(ended, |query, (id, cause)| query.bind(*id).and(*cause))
            .push(") AS v WHERE alerts.id = v.column1")
            .execute(conn)?;
    }
    Ok(())
}

/// Lets an alert that was ended keep its fact away until that outgrows this measure.
pub fn waive(conn: &mut Conn, id: i64, measure: i64, false_alarm: bool) -> Result<()> {
    diesel::update(alerts::table.find(id))
        .set((
            alerts::waived_measure.eq(measure),
            alerts::false_alarm.eq(false_alarm),
        ))
        .execute(conn)?;
    Ok(())
}

/// Waived alerts no longer keep their facts away.
pub fn lapse_waivers(conn: &mut Conn, ids: &[i64]) -> Result<()> {
    diesel::update(alerts::table.filter(any_of(alerts::id, ids)))
        .set(alerts::waived_measure.eq(None::<i64>))
        .execute(conn)?;
    Ok(())
}

/// Something that happened to an alert.
pub struct NewEvent {
    /// The alert.
    pub alert_id: i64,
    /// The business date.
    pub on_date: NaiveDate,
    /// The instant.
    pub at: NaiveDateTime,
    /// What happened.
    pub kind: &'static str,
    /// The highest level told by then.
    pub level: AlertLevel,
    /// Who answered for it then.
    pub responsible_id: Option<i64>,
    /// The user who did it; none for a scan.
    pub actor_id: Option<i64>,
    /// What there is to say about it.
    pub detail: Value,
}

/// Adds events, in the order given.
pub fn events(conn: &mut Conn, events: &[NewEvent]) -> Result<()> {
    for events in events.chunks(ROWS) {
        sql::<()>(
            "INSERT INTO alert_events (alert_id, on_date, at, kind, level, responsible_id, actor_id, detail) VALUES ",
        )
        .rows(events, |query, event| {
            query
                .bind(event.alert_id)
                .and(event.on_date)
                .and(event.at)
                .and(event.kind)
                .and(event.level.as_str())
                .and_option(event.responsible_id)
                .and_option(event.actor_id)
                .and(event.detail.to_string())
        })
        .execute(conn)?;
    }
    Ok(())
}

/// Notes that people are told of alerts: alert, person, level.
pub fn tell(conn: &mut Conn, told: &[(i64, i64, AlertLevel)], on: NaiveDate) -> Result<()> {
    for told in told.chunks(ROWS) {
        sql::<()>("INSERT INTO alert_recipients (alert_id, person_id, level, told_on) VALUES ")
            .rows(told, |query, (alert, person, level)| {
                query.bind(*alert).and(*person).and(level.as_str()).and(on)
            })
            .push(" ON CONFLICT DO NOTHING")
            .execute(conn)?;
    }
    Ok(())
}

/// Who was told of these alerts, in order.
pub fn told(conn: &mut Conn, alert_ids: &[i64]) -> Result<HashMap<i64, Vec<i64>>> {
    let rows = sql::<(BigInt, BigInt)>(
        "SELECT alert_id, person_id FROM alert_recipients WHERE alert_id IN ",
    )
    .list(alert_ids.iter().copied())
    .push(" ORDER BY id")
    .load::<(i64, i64)>(conn)?;
    let mut told: HashMap<i64, Vec<i64>> = HashMap::new();
    for (alert, person) in rows {
        told.entry(alert).or_default().push(person);
    }
    Ok(told)
}

/// A promise to be added.
pub struct NewPromise {
    /// The alert.
    pub alert_id: i64,
    /// What is given.
    pub kind: PromiseKind,
    /// The business date.
    pub made_on: NaiveDate,
    /// The user.
    pub made_by: Option<i64>,
    /// Until when.
    pub due_on: NaiveDate,
    /// What will be paid.
    pub amount: Option<Money>,
    /// What is disbursed now.
    pub baseline: Money,
    /// Why.
    pub note: Option<String>,
    /// What blocks.
    pub obstacle_id: Option<i64>,
    /// Who answers for the alert now.
    pub responsible_id: Option<i64>,
    /// The alert's unit now.
    pub unit_id: Option<i64>,
}

/// Adds a promise; it runs from now on.
pub fn promise(conn: &mut Conn, new: &NewPromise) -> Result<i64> {
    Ok(diesel::insert_into(promises::table)
        .values((
            promises::alert_id.eq(new.alert_id),
            promises::kind.eq(new.kind.as_str()),
            promises::made_on.eq(new.made_on),
            promises::made_by.eq(new.made_by),
            promises::due_on.eq(new.due_on),
            promises::amount.eq(new.amount.map(Money::get)),
            promises::baseline.eq(new.baseline.get()),
            promises::note.eq(&new.note),
            promises::obstacle_id.eq(new.obstacle_id),
            promises::responsible_id.eq(new.responsible_id),
            promises::unit_id.eq(new.unit_id),
            promises::outcome.eq(Outcome::Running.as_str()),
        ))
        .returning(promises::id)
        .get_result(conn)?)
}

/// Ends promises, each with its outcome.
pub fn judge(conn: &mut Conn, judged: &[(i64, Outcome)], on: NaiveDate) -> Result<()> {
    for judged in judged.chunks(ROWS) {
        sql::<()>("UPDATE alert_commitments SET judged_on = ")
            .bind(on)
            .push(", outcome = v.column2 FROM (VALUES ")
            .rows(judged, |query, (id, outcome)| {
                query.bind(*id).and(outcome.as_str())
            })
            .push(") AS v WHERE alert_commitments.id = v.column1")
            .execute(conn)?;
    }
    Ok(())
}

/// How often promises on an alert were moved.
pub fn moves(conn: &mut Conn, alert_id: i64) -> Result<i64> {
    Ok(promises::table
        .filter(promises::alert_id.eq(alert_id))
        .filter(promises::outcome.eq(Outcome::Moved.as_str()))
        .count()
        .get_result(conn)?)
}

/// Locks an alert's row until the transaction ends; false if there is none.
pub fn lock(conn: &mut Conn, id: i64) -> Result<bool> {
    let rows = sql::<(BigInt,)>("SELECT id FROM alerts WHERE id = ")
        .bind(id)
        .push(crate::db::audit::for_update(conn))
        .load::<(i64,)>(conn)?;
    Ok(!rows.is_empty())
}

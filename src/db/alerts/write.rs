//! Changes of alerts.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use serde_json::{Map, Value};

use crate::db::Conn;
use crate::db::schema::{alert_commitments as promises, alert_events as events, alerts};
use crate::db::sql::sql;
use crate::domain::alerts::commitment::{Outcome, PromiseKind};
use crate::domain::alerts::lifecycle::Live;
use crate::domain::alerts::{AlertLevel, State};
use crate::domain::money::Money;
use crate::error::Result;

fn text(details: &Map<String, Value>) -> String {
    Value::Object(details.clone()).to_string()
}

/// Adds a live alert; `None` if its identity is live already.
pub fn insert(conn: &mut Conn, live: &Live) -> Result<Option<i64>> {
    let rows = sql::<(BigInt,)>(
        "INSERT INTO alerts (rule, severity, state, subject_type, subject_id, subject_label, context, \
         project_id, line_id, unit_id, responsible_id, level, raised_on, counts_from, step, escalates_on, \
         facts, measure) VALUES (",
    )
    .bind(live.key.rule.as_str())
    .push(", ")
    .bind(live.severity.as_str())
    .push(", ")
    .bind(live.state.as_str())
    .push(", ")
    .bind(live.key.subject_type.as_str())
    .push(", ")
    .bind(live.key.subject_id)
    .push(", ")
    .bind(live.label.as_str())
    .push(", ")
    .bind(live.key.context.as_str())
    .push(", ")
    .bind_option(live.project_id)
    .push(", ")
    .bind_option(live.line_id)
    .push(", ")
    .bind_option(live.unit_id)
    .push(", ")
    .bind_option(live.responsible_id)
    .push(", ")
    .bind(live.course.level.as_str())
    .push(", ")
    .bind(live.raised_on)
    .push(", ")
    .bind(live.course.counts_from)
    .push(", ")
    .bind(step(live))
    .push(", ")
    .bind_option(live.escalates_on)
    .push(", ")
    .bind(text(&live.details))
    .push(", ")
    .bind(live.measure)
    .push(") ON CONFLICT DO NOTHING RETURNING id")
    .load::<(i64,)>(conn)?;
    Ok(rows.into_iter().next().map(|(id,)| id))
}

fn step(live: &Live) -> i32 {
    i32::try_from(live.course.step).unwrap_or(i32::MAX)
}

/// Writes what a scan or an action made of an alert.
pub fn update(conn: &mut Conn, live: &Live) -> Result<()> {
    diesel::update(alerts::table.find(live.id))
        .set((
            alerts::severity.eq(live.severity.as_str()),
            alerts::state.eq(live.state.as_str()),
            alerts::subject_label.eq(&live.label),
            alerts::unit_id.eq(live.unit_id),
            alerts::responsible_id.eq(live.responsible_id),
            alerts::level.eq(live.course.level.as_str()),
            alerts::counts_from.eq(live.course.counts_from),
            alerts::step.eq(step(live)),
            alerts::escalates_on.eq(live.escalates_on),
            alerts::facts.eq(text(&live.details)),
            alerts::measure.eq(live.measure),
        ))
        .execute(conn)?;
    Ok(())
}

/// Ends an alert.
pub fn resolve(conn: &mut Conn, id: i64, on: NaiveDate, cause: &str) -> Result<()> {
    diesel::update(alerts::table.find(id))
        .set((
            alerts::state.eq(State::Resolved.as_str()),
            alerts::escalates_on.eq(None::<NaiveDate>),
            alerts::resolved_on.eq(on),
            alerts::resolution.eq(cause),
        ))
        .execute(conn)?;
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

/// A waived alert no longer keeps its fact away.
pub fn lapse_waiver(conn: &mut Conn, id: i64) -> Result<()> {
    diesel::update(alerts::table.find(id))
        .set(alerts::waived_measure.eq(None::<i64>))
        .execute(conn)?;
    Ok(())
}

/// Something that happened to an alert.
pub struct NewEvent<'a> {
    /// The alert.
    pub alert_id: i64,
    /// The business date.
    pub on_date: NaiveDate,
    /// The instant.
    pub at: NaiveDateTime,
    /// What happened.
    pub kind: &'a str,
    /// The highest level told by then.
    pub level: AlertLevel,
    /// Who answered for it then.
    pub responsible_id: Option<i64>,
    /// The user who did it; none for a scan.
    pub actor_id: Option<i64>,
    /// What there is to say about it.
    pub detail: &'a Value,
}

/// Adds an event.
pub fn event(conn: &mut Conn, event: &NewEvent<'_>) -> Result<()> {
    diesel::insert_into(events::table)
        .values((
            events::alert_id.eq(event.alert_id),
            events::on_date.eq(event.on_date),
            events::at.eq(event.at),
            events::kind.eq(event.kind),
            events::level.eq(event.level.as_str()),
            events::responsible_id.eq(event.responsible_id),
            events::actor_id.eq(event.actor_id),
            events::detail.eq(event.detail.to_string()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Notes that a person is told of an alert; false if they were before.
pub fn tell(
    conn: &mut Conn,
    alert_id: i64,
    person_id: i64,
    level: AlertLevel,
    on: NaiveDate,
) -> Result<bool> {
    let rows = sql::<(BigInt,)>(
        "INSERT INTO alert_recipients (alert_id, person_id, level, told_on) VALUES (",
    )
    .bind(alert_id)
    .push(", ")
    .bind(person_id)
    .push(", ")
    .bind(level.as_str())
    .push(", ")
    .bind(on)
    .push(") ON CONFLICT DO NOTHING RETURNING id")
    .load::<(i64,)>(conn)?;
    Ok(!rows.is_empty())
}

/// Who was told of an alert, in order.
pub fn told(conn: &mut Conn, alert_id: i64) -> Result<Vec<i64>> {
    let rows = sql::<(BigInt,)>("SELECT person_id FROM alert_recipients WHERE alert_id = ")
        .bind(alert_id)
        .push(" ORDER BY id")
        .load::<(i64,)>(conn)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
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

/// Ends a promise.
pub fn judge(conn: &mut Conn, id: i64, outcome: Outcome, on: NaiveDate) -> Result<()> {
    diesel::update(promises::table.find(id))
        .set((
            promises::outcome.eq(outcome.as_str()),
            promises::judged_on.eq(on),
        ))
        .execute(conn)?;
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

//! What is written about alerts, gathered first: a statement for each table, not for each row.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime};
use serde_json::Value;

use crate::db::alerts::write::{self, NewEvent};
use crate::domain::alerts::AlertLevel;
use crate::domain::alerts::commitment::Outcome;
use crate::domain::alerts::lifecycle::Live;
use crate::error::Result;
use crate::service::Tx;
use crate::service::audit::Change;

/// Rows about alerts, written together by [`Batch::write`].
pub(super) struct Batch {
    on: NaiveDate,
    at: NaiveDateTime,
    actor_id: Option<i64>,
    /// Who was told of each alert, in order.
    told: HashMap<i64, Vec<i64>>,
    fresh: Vec<(i64, i64, AlertLevel)>,
    updated: Vec<Live>,
    resolved: Vec<(i64, &'static str)>,
    lapsed: Vec<i64>,
    judged: Vec<(i64, Outcome)>,
    events: Vec<NewEvent>,
    changes: Vec<Change<'static>>,
}

impl Batch {
    /// Nothing to write yet. `alerts` are those that exist already; `actor_id` is the user who does
    /// it, none for a scan.
    pub fn new(
        tx: &mut Tx<'_>,
        on: NaiveDate,
        actor_id: Option<i64>,
        alerts: &[i64],
    ) -> Result<Self> {
        Ok(Batch {
            on,
            at: tx.now,
            actor_id,
            told: write::told(tx.conn, alerts)?,
            fresh: Vec::new(),
            updated: Vec::new(),
            resolved: Vec::new(),
            lapsed: Vec::new(),
            judged: Vec::new(),
            events: Vec::new(),
            changes: Vec::new(),
        })
    }

    /// Notes that a person is told of an alert; false if they were before.
    pub fn tell(&mut self, alert_id: i64, person_id: i64, level: AlertLevel) -> bool {
        let told = self.told.entry(alert_id).or_default();
        if told.contains(&person_id) {
            return false;
        }
        told.push(person_id);
        self.fresh.push((alert_id, person_id, level));
        true
    }

    /// Who was told of an alert, in order.
    pub fn told(&self, alert_id: i64) -> Vec<i64> {
        self.told.get(&alert_id).cloned().unwrap_or_default()
    }

    /// An alert as it is now; each alert once.
    pub fn update(&mut self, live: &Live) {
        self.updated.push(live.clone());
    }

    /// An alert ends.
    pub fn resolve(&mut self, alert_id: i64, cause: &'static str) {
        self.resolved.push((alert_id, cause));
    }

    /// A waived alert no longer keeps its fact away.
    pub fn lapse_waiver(&mut self, alert_id: i64) {
        self.lapsed.push(alert_id);
    }

    /// A promise ends.
    pub fn judge(&mut self, promise_id: i64, outcome: Outcome) {
        self.judged.push((promise_id, outcome));
    }

    /// Something happened to an alert.
    pub fn event(&mut self, live: &Live, kind: &'static str, detail: Value) {
        self.events.push(NewEvent {
            alert_id: live.id,
            on_date: self.on,
            at: self.at,
            kind,
            level: live.course.level,
            responsible_id: live.responsible_id,
            actor_id: self.actor_id,
            detail,
        });
    }

    /// The same for the audit log.
    pub fn audit(&mut self, action: &'static str, live: &Live, after: &Value) {
        let change = Change::created(action, "alert", live.id, after);
        self.changes.push(match live.project_id {
            Some(project) => change.of_project(project),
            None => change,
        });
    }

    /// Writes everything.
    pub fn write(self, tx: &mut Tx<'_>) -> Result<()> {
        write::update(tx.conn, &self.updated)?;
        write::resolve(tx.conn, &self.resolved, self.on)?;
        write::lapse_waivers(tx.conn, &self.lapsed)?;
        write::judge(tx.conn, &self.judged, self.on)?;
        write::tell(tx.conn, &self.fresh, self.on)?;
        write::events(tx.conn, &self.events)?;
        tx.audit_all(self.changes)
    }
}

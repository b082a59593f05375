//! A new leader takes the live alerts over at once, a new officer is told of them (domain.md
//! section 8): both get one mail with every live alert and every promise that runs.

use std::collections::HashMap;

use serde_json::json;

use super::load;
use super::teller::{More, Teller};
use crate::db;
use crate::db::alerts::live::{self, Which};
use crate::db::alerts::write::{self, NewEvent};
use crate::domain::alerts::lifecycle::Live;
use crate::domain::alerts::people::Owner;
use crate::domain::alerts::{AlertLevel, Key, Snapshot, rules};
use crate::domain::calendar::WorkingCalendar;
use crate::domain::project::Duty;
use crate::error::Result;
use crate::mail::messages::Reason;
use crate::service::Tx;
use crate::service::audit::Change;

/// Hands over the live alerts of a project whose leader or officer of today is another than
/// `before`. The project is locked.
pub fn hand_over(tx: &mut Tx<'_>, project_id: i64, duty: Duty, before: Option<i64>) -> Result<()> {
    let (tree, today) = (tx.tree()?, tx.today);
    let world = load::of_projects(tx.conn, tree, today, vec![project_id])?;
    let snapshot = world.on(today);
    let now = match duty {
        Duty::Leader => snapshot.leader(project_id),
        Duty::Officer => snapshot.officer(project_id),
    };
    if now == before {
        return Ok(());
    }
    let owners = owners(tx, &snapshot)?;
    let alerts = live::load(tx.conn, &Which::Projects(vec![project_id]))?;
    let mut teller = Teller::new(tx, &snapshot, now)?;
    for alert in alerts {
        let owner = owners.get(&alert.key).copied();
        match duty {
            Duty::Leader => lead(tx, &snapshot, &mut teller, alert, owner, (before, now))?,
            Duty::Officer => track(tx, &snapshot, &mut teller, &alert, owner, now)?,
        }
    }
    let calendar = WorkingCalendar::new(db::holidays::dates(tx.conn)?);
    teller.queue(tx, &calendar)?;
    Ok(())
}

/// Who owns what is wrong today, by identity.
fn owners(tx: &mut Tx<'_>, snapshot: &Snapshot<'_>) -> Result<HashMap<Key, Owner>> {
    let policies = db::alerts::policies::load(tx.conn)?;
    let facts = rules::facts(snapshot, &policies).into_iter();
    Ok(facts.map(|fact| (fact.key, fact.owner)).collect())
}

/// One alert under a new leader. Where the fact is gone, though no scan has seen it yet, what the
/// former leader answered for is the new one's.
fn lead(
    tx: &mut Tx<'_>,
    snapshot: &Snapshot<'_>,
    teller: &mut Teller<'_>,
    mut alert: Live,
    owner: Option<Owner>,
    (before, now): (Option<i64>, Option<i64>),
) -> Result<()> {
    let responsible = match owner {
        Some(owner) => snapshot.owners(owner).responsible,
        None if alert.responsible_id.is_some() && alert.responsible_id == before => now,
        None => alert.responsible_id,
    };
    if responsible == alert.responsible_id {
        return Ok(());
    }
    let former = alert.responsible_id;
    alert.responsible_id = responsible;
    write::update(tx.conn, &alert)?;
    note(tx, &alert, former)?;
    let Some(person) = responsible else {
        return Ok(());
    };
    let today = tx.today;
    write::tell(tx.conn, alert.id, person, AlertLevel::Leader, today)?;
    tell(teller, &alert, owner, person);
    Ok(())
}

fn track(
    tx: &mut Tx<'_>,
    snapshot: &Snapshot<'_>,
    teller: &mut Teller<'_>,
    alert: &Live,
    owner: Option<Owner>,
    now: Option<i64>,
) -> Result<()> {
    let (Some(person), Some(owner)) = (now, owner) else {
        return Ok(());
    };
    let today = tx.today;
    let is_theirs = snapshot.owners(owner).people.contains(&person);
    if is_theirs && write::tell(tx.conn, alert.id, person, AlertLevel::Leader, today)? {
        tell(teller, alert, Some(owner), person);
    }
    Ok(())
}

fn tell(teller: &mut Teller<'_>, alert: &Live, owner: Option<Owner>, person: i64) {
    let project = alert.project_id.map(Owner::Project);
    let Some(owner) = owner.or(project) else {
        return;
    };
    let why = teller.owner_why(owner, alert, person);
    teller.push(alert, person, Reason::Handover, why, More::default());
}

fn note(tx: &mut Tx<'_>, alert: &Live, former: Option<i64>) -> Result<()> {
    let detail = json!({"from": former, "to": alert.responsible_id});
    let event = NewEvent {
        alert_id: alert.id,
        on_date: tx.today,
        at: tx.now,
        kind: "responsible_changed",
        level: alert.course.level,
        responsible_id: alert.responsible_id,
        actor_id: tx.ctx.actor.user_id,
        detail: &detail,
    };
    write::event(tx.conn, &event)?;
    let change = Change::created("alert.reassigned", "alert", alert.id, &detail);
    tx.audit(match alert.project_id {
        Some(project) => change.of_project(project),
        None => change,
    })
}

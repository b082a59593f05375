//! A new leader takes the live alerts over at once, a new officer is told of them (domain.md
//! section 8): both get one mail with every live alert and every promise that runs.

use std::collections::HashMap;

use serde_json::json;

use super::batch::Batch;
use super::load;
use super::teller::{More, Teller};
use crate::db;
use crate::db::alerts::live::{self, Which};
use crate::domain::alerts::lifecycle::Live;
use crate::domain::alerts::people::Owner;
use crate::domain::alerts::{AlertLevel, Key, Snapshot, rules};
use crate::domain::calendar::WorkingCalendar;
use crate::domain::project::Duty;
use crate::error::Result;
use crate::mail::messages::Reason;
use crate::service::Tx;

/// Hands over the live alerts of a project whose leader or officer of today is another than
/// `before`. The project is locked.
pub fn hand_over(tx: &mut Tx<'_>, project_id: i64, duty: Duty, before: Option<i64>) -> Result<()> {
    let (tree, today) = (tx.tree()?, tx.today);
    let world = load::of_projects(tx.conn, tree, today, vec![project_id])?;
    let now = in_charge(&world.on(today), project_id, duty);
    let alerts = live::load(tx.conn, &Which::Projects(vec![project_id]))?;
    if now == before || alerts.is_empty() {
        return Ok(());
    }
    // Without earlier years a forecast would be another one than the scan's.
    let world = load::with_history(tx.conn, world, today)?;
    let snapshot = world.on(today);
    let owners = owners(tx, &snapshot)?;
    let known: Vec<i64> = alerts.iter().map(|alert| alert.id).collect();
    let mut handover = Handover {
        snapshot: &snapshot,
        teller: Teller::new(tx, &snapshot, now)?,
        batch: Batch::new(tx, today, tx.ctx.actor.user_id, &known)?,
    };
    for alert in alerts {
        let owner = owners.get(&alert.key).copied();
        match duty {
            Duty::Leader => handover.lead(alert, owner, (before, now)),
            Duty::Officer => handover.track(&alert, owner, now),
        }
    }
    let calendar = WorkingCalendar::new(db::holidays::dates(tx.conn)?);
    handover.batch.write(tx)?;
    handover.teller.queue(tx, &calendar)?;
    Ok(())
}

fn in_charge(snapshot: &Snapshot<'_>, project_id: i64, duty: Duty) -> Option<i64> {
    match duty {
        Duty::Leader => snapshot.leader(project_id),
        Duty::Officer => snapshot.officer(project_id),
    }
}

/// Who owns what is wrong today, by identity.
fn owners(tx: &mut Tx<'_>, snapshot: &Snapshot<'_>) -> Result<HashMap<Key, Owner>> {
    let policies = db::alerts::policies::load(tx.conn)?;
    let facts = rules::facts(snapshot, &policies).into_iter();
    Ok(facts.map(|fact| (fact.key, fact.owner)).collect())
}

struct Handover<'a> {
    snapshot: &'a Snapshot<'a>,
    teller: Teller<'a>,
    batch: Batch,
}

impl Handover<'_> {
    /// One alert under a new leader. Where the fact is gone, though no scan has seen it yet, what the
    /// former leader answered for is the new one's.
    fn lead(
        &mut self,
        mut alert: Live,
        owner: Option<Owner>,
        (before, now): (Option<i64>, Option<i64>),
    ) {
        let responsible = match owner {
            Some(owner) => self.snapshot.owners(owner).responsible,
            None if alert.responsible_id.is_some() && alert.responsible_id == before => now,
            None => alert.responsible_id,
        };
        if responsible == alert.responsible_id {
            return;
        }
        let detail = json!({"from": alert.responsible_id, "to": responsible});
        alert.responsible_id = responsible;
        self.batch.update(&alert);
        self.batch
            .event(&alert, "responsible_changed", detail.clone());
        self.batch.audit("alert.reassigned", &alert, &detail);
        if let Some(person) = responsible {
            self.batch.tell(alert.id, person, AlertLevel::Leader);
            self.tell(&alert, owner, person);
        }
    }

    fn track(&mut self, alert: &Live, owner: Option<Owner>, now: Option<i64>) {
        let (Some(person), Some(owner)) = (now, owner) else {
            return;
        };
        let is_theirs = self.snapshot.owners(owner).people.contains(&person);
        if is_theirs && self.batch.tell(alert.id, person, AlertLevel::Leader) {
            self.tell(alert, Some(owner), person);
        }
    }

    fn tell(&mut self, alert: &Live, owner: Option<Owner>, person: i64) {
        let project = alert.project_id.map(Owner::Project);
        let Some(owner) = owner.or(project) else {
            return;
        };
        let why = self.teller.owner_why(owner, alert, person);
        self.teller
            .push(alert, person, Reason::Handover, why, More::default());
    }
}

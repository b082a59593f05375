//! Splits and merges of administrative units: what a unit had goes to its successors on a day,
//! and what was before stays as it was (domain.md section 2).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::audit::Change;
use super::reference::unusable;
use super::shared::{Decision, Named, Ref, Refs};
use super::units::AdministrativeUnit;
use super::{Tx, View, agencies, units};
use crate::db;
use crate::db::page::{Page, Rows};
use crate::db::successions::{Managed, NewSuccession, Succession as Row};
use crate::domain::units::Unit;
use crate::error::{Code, Error, Fault, Result};

/// A successor and the projects it takes over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Successor {
    /// The unit.
    pub unit_id: i64,
    /// Its projects: those named for it, and the rest at the unit that takes the rest.
    pub project_ids: Vec<i64>,
}

/// A unit that is followed by others.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Succession {
    /// Identity.
    pub id: i64,
    /// The unit that ends.
    pub unit_id: i64,
    /// Who follows it.
    pub successors: Vec<Successor>,
    /// Who takes what is not named: projects, users, agencies, alerts, API keys, webhooks, units below.
    pub rest_to_unit_id: i64,
    /// The first day of the successors.
    pub effective_date: NaiveDate,
    /// The paper it rests on.
    pub decision: Decision,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

/// A succession to be recorded.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct NewUnitSuccession {
    pub successors: Vec<Successor>,
    pub rest_to_unit_id: i64,
    pub effective_date: NaiveDate,
    pub decision: Decision,
}

fn shown(view: &mut View<'_>, rows: Vec<Row>) -> Result<Vec<Succession>> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut parts = db::successions::parts(view.conn, &ids)?;
    let successions = rows.into_iter().map(|row| {
        let mut successors: Vec<Successor> = Vec::new();
        for (unit_id, project) in parts.remove(&row.id).unwrap_or_default() {
            match successors.iter_mut().find(|one| one.unit_id == unit_id) {
                Some(known) => known.project_ids.extend(project),
                None => successors.push(Successor {
                    unit_id,
                    project_ids: project.into_iter().collect(),
                }),
            }
        }
        Succession {
            id: row.id,
            unit_id: row.unit_id,
            successors,
            rest_to_unit_id: row.rest_to_unit_id,
            effective_date: row.effective_date,
            decision: Decision {
                number: row.decision_number,
                issuer: row.decision_issuer,
                date: row.decision_date,
            },
            recorded_at: row.recorded_at.and_utc(),
        }
    });
    Ok(successions.collect())
}

/// A page of the successions of a unit.
pub fn list(view: &mut View<'_>, unit_id: i64, page: &Page) -> Result<Rows<Succession>> {
    units::get(view, unit_id)?;
    let found = db::successions::list(view.conn, unit_id, page)?;
    let next = found.next;
    Ok(Rows {
        rows: shown(view, found.rows)?,
        next,
    })
}

/// One succession of a unit.
pub fn get(view: &mut View<'_>, unit_id: i64, id: i64) -> Result<Succession> {
    let row = db::successions::find(view.conn, unit_id, id)?.ok_or(Code::NotFound)?;
    let mut rows = shown(view, vec![row])?;
    rows.pop().ok_or(Code::NotFound.into())
}

/// The projects that a unit manages on a day or later: what a succession hands over.
pub fn managed(view: &mut View<'_>, unit_id: i64, day: NaiveDate) -> Result<Vec<Ref>> {
    let links = db::successions::managed(view.conn, unit_id, day)?;
    let ids: BTreeSet<i64> = links.iter().map(|link| link.project_id).collect();
    let names = Refs::load(view.conn, Named::Projects, ids.iter().copied())?;
    Ok(ids.into_iter().map(|id| names.get(id)).collect())
}

/// Records a succession and hands everything over.
pub fn create(tx: &mut Tx<'_>, unit_id: i64, new: &NewUnitSuccession) -> Result<Succession> {
    tx.lock_reference()?;
    let unit = units::lock(tx, unit_id)?;
    let links = lock_projects(tx, unit_id, new.effective_date)?;
    let heirs = check(tx, &unit, new, &links)?;
    for successor in &heirs.units {
        tx.require_unit(*successor)?;
    }
    hand_over_projects(tx, unit_id, new, &heirs, &links)?;
    hand_over_units(tx, &unit, new)?;
    hand_over_grants(tx, unit_id, new)?;
    let row = NewSuccession {
        unit_id,
        rest_to_unit_id: new.rest_to_unit_id,
        effective_date: new.effective_date,
        decision_number: new.decision.number.clone(),
        decision_issuer: new.decision.issuer.clone(),
        decision_date: new.decision.date,
        recorded_at: tx.now,
        recorded_by: tx.ctx.actor.user_id,
    };
    let projects: Vec<(i64, i64)> = heirs.projects.into_iter().collect();
    let id = db::successions::insert(tx.conn, &row, &heirs.units, &projects)?;
    tx.forget_tree();
    let succession = get(tx, unit_id, id)?;
    tx.audit(Change::created(
        "administrative_unit.succeeded",
        "administrative_unit",
        unit_id,
        &succession,
    ))?;
    hand_over_due(tx)?;
    Ok(succession)
}

/// Hands over agencies, live alerts, API keys and webhooks, which carry no dates, for every succession
/// whose day has come. Called when a succession is recorded and every day.
pub fn hand_over_due(tx: &mut Tx<'_>) -> Result<()> {
    let today = tx.today;
    for row in db::successions::due(tx.conn, today)? {
        hand_over_agencies(tx, &row)?;
        hand_over_alerts(tx, &row)?;
        hand_over_integrations(tx, &row)?;
        db::successions::handed_over(tx.conn, row.id, today)?;
    }
    Ok(())
}

/// Locks every project that the unit manages from the day on, in ascending order of id; again
/// for those that came while it waited.
fn lock_projects(tx: &mut Tx<'_>, unit_id: i64, day: NaiveDate) -> Result<Vec<Managed>> {
    let mut locked = BTreeSet::new();
    loop {
        let links = db::successions::managed(tx.conn, unit_id, day)?;
        let known = links.iter().map(|link| link.project_id);
        let more: BTreeSet<i64> = known.filter(|id| !locked.contains(id)).collect();
        if more.is_empty() {
            return Ok(links);
        }
        for id in more {
            db::projects::lock(tx.conn, id)?;
            locked.insert(id);
        }
    }
}

/// Who takes what.
struct Heirs {
    units: Vec<i64>,
    projects: BTreeMap<i64, i64>,
}

fn check(
    tx: &mut Tx<'_>,
    unit: &AdministrativeUnit,
    new: &NewUnitSuccession,
    links: &[Managed],
) -> Result<Heirs> {
    let (tree, day) = (tx.tree()?, new.effective_date);
    let mut faults = Vec::new();
    if unit.valid_from.is_some_and(|from| day <= from) {
        let why = (
            "phải sau ngày đầu tiên của đơn vị",
            "it must be after the unit's first day",
        );
        faults.push(Fault::at("/effective_date", Code::OutOfRange).with("why", why));
    }
    let fits = |id: i64| {
        let exists = |other: &Unit| other.valid_on(day);
        id != unit.id && tree.get(id).is_some_and(exists)
    };
    let mut heirs = Heirs {
        units: Vec::new(),
        projects: links
            .iter()
            .map(|link| (link.project_id, new.rest_to_unit_id))
            .collect(),
    };
    let in_force = |id: i64| {
        let on_day = |link: &Managed| link.valid_from <= day && link.project_id == id;
        links.iter().any(on_day)
    };
    let mut named = BTreeSet::new();
    for (index, successor) in new.successors.iter().enumerate() {
        let id = successor.unit_id;
        if !fits(id) || heirs.units.contains(&id) {
            faults.push(unusable(format!("/successors/{index}/unit_id")));
        }
        heirs.units.push(id);
        for (place, project) in successor.project_ids.iter().enumerate() {
            if !in_force(*project) || !named.insert(*project) {
                let at = format!("/successors/{index}/project_ids/{place}");
                faults.push(unusable(at));
            }
            heirs.projects.insert(*project, id);
        }
    }
    if !heirs.units.contains(&new.rest_to_unit_id) {
        if !fits(new.rest_to_unit_id) {
            faults.push(unusable("/rest_to_unit_id"));
        }
        heirs.units.push(new.rest_to_unit_id);
    }
    Error::check(faults)?;
    Ok(heirs)
}

fn hand_over_projects(
    tx: &mut Tx<'_>,
    unit_id: i64,
    new: &NewUnitSuccession,
    heirs: &Heirs,
    links: &[Managed],
) -> Result<()> {
    for link in links {
        let heir = heirs.projects.get(&link.project_id);
        let heir = heir.copied().unwrap_or(new.rest_to_unit_id);
        db::successions::hand_over_link(tx.conn, link, heir, new.effective_date)?;
    }
    for (project_id, heir) in &heirs.projects {
        let before = json!({"managing_unit_id": unit_id});
        let after = json!({
            "managing_unit_id": heir,
            "effective_date": new.effective_date,
            "decision": new.decision,
        });
        let change = Change::updated(
            "project.handed_over",
            "project",
            *project_id,
            &before,
            &after,
        );
        tx.audit(change.of_project(*project_id))?;
    }
    Ok(())
}

/// Ends the unit, and hangs what is still below it under the unit that takes the rest, where that
/// is of a higher level.
fn hand_over_units(
    tx: &mut Tx<'_>,
    unit: &AdministrativeUnit,
    new: &NewUnitSuccession,
) -> Result<()> {
    let (tree, day, heir) = (tx.tree()?, new.effective_date, new.rest_to_unit_id);
    if unit.valid_to.is_none_or(|to| to >= day) {
        let last = day.pred_opt().unwrap_or(day);
        db::units::end(tx.conn, unit.id, last)?;
    }
    let level = tree.get(heir).map(|heir| heir.level);
    let mut below: Vec<i64> = tree
        .units()
        .filter(|child| tree.parent_on(child.id, day) == Some(unit.id))
        .filter(|child| child.valid_to.is_none_or(|to| to >= day))
        .filter(|child| child.id != heir && level > Some(child.level))
        .map(|child| child.id)
        .collect();
    below.sort_unstable();
    for child in below {
        db::units::set_parent(tx.conn, child, heir, day)?;
        let before = json!({"parent_id": unit.id});
        let after = json!({"parent_id": heir, "effective_date": day});
        tx.audit(Change::updated(
            "administrative_unit.handed_over",
            "administrative_unit",
            child,
            &before,
            &after,
        ))?;
    }
    Ok(())
}

fn hand_over_grants(tx: &mut Tx<'_>, unit_id: i64, new: &NewUnitSuccession) -> Result<()> {
    let (heir, day) = (new.rest_to_unit_id, new.effective_date);
    for user_id in db::successions::hand_over_grants(tx.conn, unit_id, heir, day)? {
        let before = json!({"unit_id": unit_id});
        let after = json!({"unit_id": heir, "effective_date": day});
        let action = "user.grants_handed_over";
        tx.audit(Change::updated(action, "user", user_id, &before, &after))?;
    }
    Ok(())
}

fn hand_over_agencies(tx: &mut Tx<'_>, row: &Row) -> Result<()> {
    for id in db::successions::agencies_of(tx.conn, row.unit_id)? {
        let before = agencies::get(tx, id)?;
        db::successions::move_agency(tx.conn, id, row.rest_to_unit_id)?;
        let after = agencies::get(tx, id)?;
        let action = "agency.handed_over";
        tx.audit(Change::updated(action, "agency", id, &before, &after))?;
    }
    Ok(())
}

/// Keys and webhooks follow the grants of users, under which they act: other systems go on where the
/// work goes on, and reach no further than their owner.
fn hand_over_integrations(tx: &mut Tx<'_>, row: &Row) -> Result<()> {
    let (from, to) = (row.unit_id, row.rest_to_unit_id);
    let keys = db::successions::move_api_keys(tx.conn, from, to)?;
    let webhooks = db::successions::move_webhooks(tx.conn, from, to)?;
    let (before, after) = (json!({"unit_id": from}), json!({"unit_id": to}));
    for (entity, action, ids) in [
        ("api_key", "api_key.handed_over", keys),
        ("webhook", "webhook.handed_over", webhooks),
    ] {
        for id in ids {
            tx.audit(Change::updated(action, entity, id, &before, &after))?;
        }
    }
    Ok(())
}

/// Gives the live alerts of the unit to its successors: those of a project to the unit that
/// manages it now, the others to the unit that takes the rest.
fn hand_over_alerts(tx: &mut Tx<'_>, row: &Row) -> Result<()> {
    let (when, actor) = ((tx.today, tx.now), tx.ctx.actor.user_id);
    for alert in db::successions::live_alerts(tx.conn, row.unit_id)? {
        let heir = match alert.project_id {
            Some(project) => {
                let links = db::project_links::on(tx.conn, project, when.0)?;
                links.map_or(row.rest_to_unit_id, |links| links.managing_unit_id)
            }
            None => row.rest_to_unit_id,
        };
        if heir == row.unit_id {
            continue;
        }
        let detail = json!({
            "from_unit_id": row.unit_id,
            "to_unit_id": heir,
            "decision": row.decision_number,
        });
        let text = detail.to_string();
        db::successions::hand_over_alert(tx.conn, &alert, heir, when, actor, &text)?;
    }
    Ok(())
}

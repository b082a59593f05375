//! From an event of the feed to a delivery for each webhook that is told of it.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::events;
use crate::db;
use crate::db::feed::Row as Event;
use crate::db::names::Named;
use crate::db::webhooks::{NewDelivery, Row};
use crate::domain::actor::{Actor, Key};
use crate::domain::locale::Locale;
use crate::domain::permission::{Grant, GrantScope, Permission, Role};
use crate::domain::scope::{ProjectLinks, Scope};
use crate::domain::webhook::WebhookEvent;
use crate::error::Result;
use crate::service::Tx;
use crate::service::shared::Refs;

/// The longest body that is sent, in bytes: receivers expect less than 20 KB.
const LONGEST: usize = 19_000;

/// A webhook that listens, and what of the province it is told about today.
struct Listener {
    id: i64,
    events: Vec<WebhookEvent>,
    scope: Scope,
}

/// Queues deliveries of the events numbered after `seq`, in the transaction that numbered them.
pub(in crate::service) fn queue_after(tx: &mut Tx<'_>, seq: i64) -> Result<()> {
    let hooks = db::webhooks::listening(tx.conn)?;
    if hooks.is_empty() {
        return Ok(());
    }
    let happened = db::feed::of_actions(tx.conn, seq, &WebhookEvent::actions())?;
    if happened.is_empty() {
        return Ok(());
    }
    let listeners = hooks
        .iter()
        .map(|hook| listener(tx, hook))
        .collect::<Result<Vec<_>>>()?;
    let projects = happened.iter().filter_map(|event| event.project_id);
    let names = Refs::load(tx.conn, Named::Projects, projects)?;
    let mut places = HashMap::new();
    for event in &happened {
        let Some(kind) = WebhookEvent::of_action(&event.action) else {
            continue;
        };
        let place = place(tx, event, &mut places)?;
        let mut body = None;
        for one in &listeners {
            if !one.events.contains(&kind) || !place.is_in(&one.scope) {
                continue;
            }
            let body = body.get_or_insert_with(|| message(kind, event, &names));
            let new = NewDelivery {
                webhook_id: one.id,
                message_id: format!("msg_{}", event.hash.get(..32).unwrap_or(&event.hash)),
                event: kind.as_str().to_owned(),
                body: body.clone(),
                state: "queued".to_owned(),
                attempts: 0,
                next_attempt_at: tx.now,
                created_at: tx.now,
            };
            db::webhooks::queue(tx.conn, &new)?;
        }
    }
    Ok(())
}

/// A webhook is told no more than its owner may still make webhooks for: like a key, it is a grant
/// under the owner's grants of today.
fn listener(tx: &mut Tx<'_>, hook: &Row) -> Result<Listener> {
    let (today, tree) = (tx.today, tx.tree()?);
    let agency_unit = match hook.agency_id {
        Some(agency) => db::agencies::find(tx.conn, agency)?.map(|agency| agency.unit_id),
        None => None,
    };
    let unit = hook.unit_id.or_else(|| tree.home_on(today));
    let scope = match (hook.agency_id, unit) {
        (Some(agency), _) => GrantScope::Agency(agency),
        (None, unit) => GrantScope::Unit(unit.unwrap_or_default()),
    };
    let key = Key {
        id: hook.id,
        name: String::new(),
        permissions: vec![Permission::ManageIntegrations],
        owner: db::users::grants_on(tx.conn, hook.user_id, today)?,
        agency_unit,
    };
    let grant = Grant {
        role: Role::Admin,
        scope,
    };
    let actor = Actor::key(hook.user_id, String::new(), Locale::Vi, grant, key);
    Ok(Listener {
        id: hook.id,
        events: events(&hook.events),
        scope: actor.scope(Permission::ManageIntegrations, &tree, today),
    })
}

/// Where something happened.
#[derive(Clone, Copy)]
enum Place {
    Project(ProjectLinks),
    Unit(i64),
    Province,
}

impl Place {
    fn is_in(self, scope: &Scope) -> bool {
        match self {
            Place::Project(links) => scope.has_project(&links),
            Place::Unit(unit) => scope.has_unit(unit),
            Place::Province => scope.everything,
        }
    }
}

fn place(tx: &mut Tx<'_>, event: &Event, known: &mut HashMap<i64, Place>) -> Result<Place> {
    let Some(project) = event.project_id else {
        let unit = db::webhooks::unit_of_alert(tx.conn, event.entity_id)?;
        return Ok(unit.map_or(Place::Province, Place::Unit));
    };
    if let Some(place) = known.get(&project) {
        return Ok(*place);
    }
    let today = tx.today;
    let links = db::project_links::on(tx.conn, project, today)?;
    let place = links.map_or(Place::Province, Place::Project);
    known.insert(project, place);
    Ok(place)
}

fn message(kind: WebhookEvent, event: &Event, names: &Refs) -> String {
    let record = event.after.as_deref().map(serde_json::from_str::<Value>);
    let mut message = json!({
        "type": kind,
        "timestamp": event.at.and_utc(),
        "data": {
            "seq": event.seq,
            "action": event.action,
            "entity": event.entity,
            "id": event.entity_id,
            "project": event.project_id.map(|id| names.get(id)),
            "record": record.and_then(std::result::Result::ok),
        },
    });
    let text = message.to_string();
    if text.len() <= LONGEST {
        return text;
    }
    // Too long to send: the receiver asks for the record by its id.
    if let Some(data) = message["data"].as_object_mut() {
        data.insert("record".into(), Value::Null);
        data.insert("truncated".into(), Value::Bool(true));
    }
    message.to_string()
}

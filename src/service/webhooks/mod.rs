//! Webhooks: addresses of other systems that are told what happens, by the Standard Webhooks scheme.
//!
//! An event is queued for them when it takes its place in the feed of changes (`service::changes`),
//! so nothing that was committed is lost and a payment costs no more for there being webhooks.

mod deliveries;
mod queue;
mod sign;
mod target;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::audit::Change;
use super::auth::random_token;
use super::reference::unusable;
use super::shared::{UserRef, Users};
use super::users::UserGrant;
use super::{Tx, View, grants};
use crate::db;
use crate::db::page::{Page, Rows};
use crate::db::webhooks::{NewWebhook, Row};
use crate::domain::permission::Role;
use crate::domain::webhook::WebhookEvent;
use crate::error::{Code, Error, Fault, Result};

pub use deliveries::{
    Delivery, DeliveryDetail, DeliveryState, Held, Outcome, attempted, deliveries, delivery,
    resend, take,
};
pub(super) use queue::queue_after;
pub use sign::Signer;
pub use target::is_private_literal;

/// How long a replaced secret still signs beside the new one.
const OVERLAP: TimeDelta = TimeDelta::hours(24);

/// A webhook. Its secret is shown once, when it is made or replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Webhook {
    /// Identity.
    pub id: i64,
    /// Where events are sent.
    pub url: String,
    /// What it is for.
    pub description: Option<String>,
    /// The events it is told of.
    #[schema(value_type = Vec<String>)]
    pub events: Vec<WebhookEvent>,
    /// Who made it.
    pub owner: Option<UserRef>,
    /// Events of this unit and everything below it; of the whole province when neither is given.
    pub unit_id: Option<i64>,
    /// Events of this agency's projects.
    pub agency_id: Option<i64>,
    /// Whether it is told anything.
    pub active: bool,
    /// Why the system switched it off: `gone`, when the receiver answered 410.
    pub disabled_reason: Option<String>,
    /// Until when the replaced secret signs too.
    pub previous_secret_until: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// A webhook with its secret, which is never shown again.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MadeWebhook {
    /// The webhook.
    #[serde(flatten)]
    pub webhook: Webhook,
    /// What its receiver verifies signatures with.
    pub secret: String,
}

/// What is asked of a webhook.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Fields {
    pub url: String,
    pub description: Option<String>,
    pub events: Vec<WebhookEvent>,
    pub unit_id: Option<i64>,
    pub agency_id: Option<i64>,
    pub active: bool,
}

fn events(column: &str) -> Vec<WebhookEvent> {
    column.split(',').filter_map(WebhookEvent::parse).collect()
}

fn column(events: &[WebhookEvent]) -> String {
    let wanted = WebhookEvent::ALL.iter().filter(|one| events.contains(one));
    let names: Vec<&str> = wanted.map(|event| event.as_str()).collect();
    names.join(",")
}

fn shown(view: &mut View<'_>, rows: Vec<Row>) -> Result<Vec<Webhook>> {
    let owners = Users::load(view.conn, rows.iter().map(|row| Some(row.user_id)))?;
    let now = view.now;
    let of = |row: Row| Webhook {
        id: row.id,
        url: row.url,
        description: row.description,
        events: events(&row.events),
        owner: owners.get(Some(row.user_id)),
        unit_id: row.unit_id,
        agency_id: row.agency_id,
        active: row.active,
        disabled_reason: row.disabled_reason,
        previous_secret_until: row
            .previous_until
            .filter(|until| *until > now)
            .map(|until| until.and_utc()),
        created_at: row.created_at.and_utc(),
    };
    Ok(rows.into_iter().map(of).collect())
}

fn one(view: &mut View<'_>, row: Row) -> Result<Webhook> {
    shown(view, vec![row])?
        .pop()
        .ok_or_else(|| Code::NotFound.into())
}

/// A page of the webhooks in the caller's scope.
pub fn list(view: &mut View<'_>, page: &Page) -> Result<Rows<Webhook>> {
    let scope = view.permitted()?;
    let found = db::webhooks::list(view.conn, &scope, page)?;
    Ok(Rows {
        next: found.next,
        rows: shown(view, found.rows)?,
    })
}

fn row(view: &mut View<'_>, id: i64) -> Result<Row> {
    let scope = view.permitted()?;
    Ok(db::webhooks::find(view.conn, &scope, id)?.ok_or(Code::NotFound)?)
}

/// One webhook in the caller's scope.
pub fn get(view: &mut View<'_>, id: i64) -> Result<Webhook> {
    let row = row(view, id)?;
    one(view, row)
}

/// Makes a webhook; nothing but this answer ever shows its secret.
pub fn create(tx: &mut Tx<'_>, fields: &Fields) -> Result<MadeWebhook> {
    tx.lock_reference()?;
    let mut faults = Vec::new();
    check(tx, fields, &mut faults);
    check_holder(tx, fields, &mut faults)?;
    Error::check(faults)?;
    require(tx, fields)?;
    let new = NewWebhook {
        url: fields.url.clone(),
        description: fields.description.clone(),
        events: column(&fields.events),
        user_id: tx.ctx.actor.user_id.ok_or(Code::Forbidden)?,
        unit_id: fields.unit_id,
        agency_id: fields.agency_id,
        active: fields.active,
        salt: random_token()?,
        created_at: tx.now,
    };
    let id = db::webhooks::insert(tx.conn, &new)?;
    let webhook = get(tx, id)?;
    tx.audit(Change::created("webhook.created", "webhook", id, &webhook))?;
    let secret = tx.ctx.app.signer.secret(&new.salt);
    Ok(MadeWebhook { webhook, secret })
}

fn check(tx: &Tx<'_>, fields: &Fields, faults: &mut Vec<Fault>) {
    let allow_private = tx.ctx.app.settings.webhook_allow_private;
    if let Err(why) = target::check(&fields.url, allow_private) {
        faults.push(Fault::at("/url", Code::Invalid).with("why", why));
    }
    if fields.events.is_empty() {
        faults.push(Fault::at("/events", Code::Required));
    }
}

/// What the webhook is for must exist, and be one thing.
fn check_holder(tx: &mut Tx<'_>, fields: &Fields, faults: &mut Vec<Fault>) -> Result<()> {
    if let Some(agency) = fields.agency_id
        && db::agencies::find(tx.conn, agency)?.is_none()
    {
        faults.push(unusable("/agency_id"));
    }
    if let Some(unit) = fields.unit_id
        && tx.tree()?.get(unit).is_none()
    {
        faults.push(unusable("/unit_id"));
    }
    if fields.unit_id.is_some() && fields.agency_id.is_some() {
        let why = (
            "chỉ chọn một: đơn vị hoặc cơ quan",
            "either a unit or an agency, not both",
        );
        faults.push(Fault::at("/agency_id", Code::Invalid).with("why", why));
    }
    Ok(())
}

/// Refuses to tell anybody of what the caller does not administer.
fn require(tx: &mut Tx<'_>, fields: &Fields) -> Result<()> {
    match (fields.unit_id, fields.agency_id) {
        (None, None) => tx.require_everything(),
        (unit_id, agency_id) => grants::require(
            tx,
            &[UserGrant {
                role: Role::Viewer,
                unit_id,
                agency_id,
            }],
        ),
    }
}

/// The webhook as it is, locked for a change.
pub fn lock(tx: &mut Tx<'_>, id: i64) -> Result<Webhook> {
    tx.lock_reference()?;
    get(tx, id)
}

/// Changes a webhook that was locked. What waits for it is sent soon, to the new address.
pub fn update(tx: &mut Tx<'_>, before: &Webhook, fields: &Fields) -> Result<Webhook> {
    let mut faults = Vec::new();
    check(tx, fields, &mut faults);
    Error::check(faults)?;
    let mut row = row(tx, before.id)?;
    row.url = fields.url.clone();
    row.description = fields.description.clone();
    row.events = column(&fields.events);
    row.active = fields.active;
    if fields.active {
        row.disabled_reason = None;
    }
    keep(tx, before, row, "webhook.updated")
}

/// Replaces the secret. The old one signs beside the new one for a day, so that the receiver can
/// change over without losing anything.
pub fn rotate(tx: &mut Tx<'_>, id: i64) -> Result<MadeWebhook> {
    let before = lock(tx, id)?;
    let mut row = row(tx, id)?;
    let salt = random_token()?;
    row.previous_salt = Some(std::mem::replace(&mut row.salt, salt.clone()));
    row.previous_until = tx.now.checked_add_signed(OVERLAP);
    let webhook = keep(tx, &before, row, "webhook.secret_replaced")?;
    let secret = tx.ctx.app.signer.secret(&salt);
    Ok(MadeWebhook { webhook, secret })
}

fn keep(tx: &mut Tx<'_>, before: &Webhook, row: Row, action: &str) -> Result<Webhook> {
    db::webhooks::update(tx.conn, &row)?;
    let after = one(tx, row)?;
    tx.audit(Change::updated(action, "webhook", after.id, before, &after))?;
    Ok(after)
}

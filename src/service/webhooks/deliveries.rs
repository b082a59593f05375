//! The deliveries of webhooks: their log, and the calls of the sender.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::row;
use crate::db;
use crate::db::page::{Page, Rows};
use crate::db::webhooks::{Attempted, Delivery as Found, Row};
use crate::domain::scope::Scope;
use crate::domain::text_enum::text_enum;
use crate::domain::webhook::wait_after;
use crate::error::{Code, Result};
use crate::mail::webhook::{Failure, REASON};
use crate::service::audit::Change;
use crate::service::mails::{Addressee, queue};
use crate::service::{Ctx, Tx, View, write};

text_enum! {
    /// Where a delivery stands.
    DeliveryState {
        /// Waits for its first attempt.
        Queued = "queued",
        /// The receiver answered 2xx.
        Delivered = "delivered",
        /// The last attempt failed; there will be another.
        Failed = "failed",
        /// Given up.
        Dead = "dead",
    }
}

/// A delivery to a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Delivery {
    /// Identity.
    pub id: i64,
    /// The `webhook-id` header, the same at every attempt: receivers know repetitions by it.
    pub message_id: String,
    /// The event.
    pub event: String,
    /// `queued`, `delivered`, `failed` or `dead`.
    pub state: String,
    /// Attempts so far.
    pub attempts: i64,
    /// Not before then, while it waits for an attempt.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// When it was last tried.
    pub last_attempt_at: Option<DateTime<Utc>>,
    /// When the receiver took it.
    pub delivered_at: Option<DateTime<Utc>>,
    /// The status of the last answer.
    pub last_status: Option<i64>,
    /// What went wrong last.
    pub last_error: Option<String>,
}

/// A delivery with what was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeliveryDetail {
    /// The delivery.
    #[serde(flatten)]
    pub delivery: Delivery,
    /// The body: type, timestamp and data.
    #[schema(value_type = Object)]
    pub payload: Value,
}

impl From<Found> for Delivery {
    fn from(row: Found) -> Self {
        let waits = ["queued", "failed"].contains(&row.state.as_str());
        Delivery {
            id: row.id,
            message_id: row.message_id,
            event: row.event,
            state: row.state,
            attempts: row.attempts,
            next_attempt_at: waits.then(|| row.next_attempt_at.and_utc()),
            created_at: row.created_at.and_utc(),
            last_attempt_at: row.last_attempt_at.map(|at| at.and_utc()),
            delivered_at: row.delivered_at.map(|at| at.and_utc()),
            last_status: row.last_status,
            last_error: row.last_error,
        }
    }
}

/// A page of the deliveries to a webhook, newest first.
pub fn deliveries(
    view: &mut View<'_>,
    webhook_id: i64,
    states: &[DeliveryState],
    page: &Page,
) -> Result<Rows<Delivery>> {
    row(view, webhook_id)?;
    let states: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
    let found = db::webhooks::deliveries(view.conn, webhook_id, &states, page)?;
    Ok(found.map(Delivery::from))
}

fn find(view: &mut View<'_>, webhook_id: i64, id: i64) -> Result<Found> {
    row(view, webhook_id)?;
    Ok(db::webhooks::delivery(view.conn, webhook_id, id)?.ok_or(Code::NotFound)?)
}

/// One delivery, with what was sent.
pub fn delivery(view: &mut View<'_>, webhook_id: i64, id: i64) -> Result<DeliveryDetail> {
    let found = find(view, webhook_id, id)?;
    let payload = serde_json::from_str(&found.body).unwrap_or(Value::Null);
    Ok(DeliveryDetail {
        delivery: found.into(),
        payload,
    })
}

/// Queues a delivery once more, whatever became of it.
pub fn resend(tx: &mut Tx<'_>, webhook_id: i64, id: i64) -> Result<DeliveryDetail> {
    find(tx, webhook_id, id)?;
    let now = tx.now;
    db::webhooks::requeue(tx.conn, id, now)?;
    db::webhooks::rest(tx.conn, webhook_id, None)?;
    let nothing = serde_json::json!({"delivery_id": id});
    tx.audit(Change::created(
        "webhook.resent",
        "webhook",
        webhook_id,
        &nothing,
    ))?;
    delivery(tx, webhook_id, id)
}

/// A delivery that a sender holds, ready to go out.
pub struct Held {
    /// The delivery.
    pub id: i64,
    /// Its webhook.
    pub webhook_id: i64,
    /// Where it goes.
    pub url: String,
    /// The `webhook-id` header.
    pub message_id: String,
    /// The `webhook-timestamp` header.
    pub timestamp: i64,
    /// The `webhook-signature` header.
    pub signature: String,
    /// The body.
    pub body: String,
    attempts: i64,
}

#[cfg(test)]
impl Held {
    /// A delivery to this address.
    pub fn to(url: String) -> Self {
        Held {
            id: 1,
            webhook_id: 1,
            url,
            message_id: "msg_1".to_owned(),
            timestamp: 0,
            signature: "v1,".to_owned(),
            body: "{}".to_owned(),
            attempts: 0,
        }
    }
}

/// Takes the next delivery of every webhook, or of one.
pub fn take(ctx: &Ctx, owner: &str, webhook_id: Option<i64>, hold: TimeDelta) -> Result<Vec<Held>> {
    let owner = owner.to_owned();
    write(ctx, move |tx| {
        let now = tx.now;
        let until = now.checked_add_signed(hold).unwrap_or(now);
        let taken = db::webhooks::take(tx.conn, &owner, webhook_id, now, until)?;
        taken.into_iter().map(|found| held(tx, found)).collect()
    })
}

fn held(tx: &mut Tx<'_>, found: Found) -> Result<Held> {
    let hook = db::webhooks::find(tx.conn, &Scope::all(), found.webhook_id)?;
    let hook = hook.ok_or(Code::NotFound)?;
    let now = tx.now;
    let timestamp = now.and_utc().timestamp();
    let salts = salts(&hook, now);
    let signature = tx
        .ctx
        .app
        .signer
        .sign(salts, &found.message_id, timestamp, &found.body);
    Ok(Held {
        id: found.id,
        webhook_id: hook.id,
        url: hook.url,
        message_id: found.message_id,
        timestamp,
        signature,
        body: found.body,
        attempts: found.attempts,
    })
}

/// The salts of the secrets that sign now, the newest first.
fn salts(hook: &Row, now: NaiveDateTime) -> Vec<&str> {
    let replaced = hook
        .previous_until
        .filter(|until| *until > now)
        .and(hook.previous_salt.as_deref());
    std::iter::once(hook.salt.as_str())
        .chain(replaced)
        .collect()
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver took it, with this status.
    Delivered(u16),
    /// The receiver answered 410: it wants nothing any more.
    Gone,
    /// Anything else.
    Failed {
        /// The status, if there was an answer.
        status: Option<u16>,
        /// What went wrong.
        error: String,
        /// How long the receiver asks to be left alone.
        retry_after: Option<TimeDelta>,
    },
}

/// After a failure the other deliveries of the webhook wait so long at most, unless the receiver
/// asks for more.
const REST: TimeDelta = TimeDelta::minutes(1);
/// The longest that a receiver may ask to be left alone.
const LONGEST_REST: TimeDelta = TimeDelta::days(1);

/// Notes what became of an attempt; false if another sender took the delivery over meanwhile.
/// `chance` spreads the waits of many deliveries.
pub fn attempted(
    ctx: &Ctx,
    owner: &str,
    held: &Held,
    outcome: &Outcome,
    chance: u8,
) -> Result<bool> {
    let (id, webhook_id, attempts) = (held.id, held.webhook_id, held.attempts + 1);
    let (owner, outcome) = (owner.to_owned(), outcome.clone());
    write(ctx, move |tx| {
        let now = tx.now;
        let wait = match &outcome {
            Outcome::Failed { retry_after, .. } => {
                let asked = retry_after.unwrap_or_default().min(LONGEST_REST);
                wait_after(attempts, chance)
                    .map(|wait| (wait.max(asked), wait.min(REST).max(asked)))
            }
            _ => None,
        };
        let (state, status, error) = match &outcome {
            Outcome::Delivered(status) => (DeliveryState::Delivered, Some(*status), None),
            Outcome::Gone => (DeliveryState::Dead, Some(410), None),
            Outcome::Failed { status, error, .. } => {
                let state = match wait {
                    Some(_) => DeliveryState::Failed,
                    None => DeliveryState::Dead,
                };
                (state, *status, Some(error.as_str()))
            }
        };
        let done = Attempted {
            id,
            owner: &owner,
            state: state.as_str(),
            at: now,
            next_attempt_at: wait.and_then(|(next, _)| now.checked_add_signed(next)),
            status: status.map(i64::from),
            error,
        };
        if !db::webhooks::attempted(tx.conn, &done)? {
            return Ok(false);
        }
        let rest = wait.and_then(|(_, rest)| now.checked_add_signed(rest));
        db::webhooks::rest(tx.conn, webhook_id, rest)?;
        if outcome == Outcome::Gone {
            switch_off(tx, webhook_id)?;
        }
        if done.state == DeliveryState::Dead.as_str() {
            tell(tx, webhook_id, &done, attempts)?;
        }
        Ok(true)
    })
}

/// A receiver that is gone is told nothing more until somebody switches it on again.
fn switch_off(tx: &mut Tx<'_>, id: i64) -> Result<()> {
    tx.lock_reference()?;
    let found = db::webhooks::find(tx.conn, &Scope::all(), id)?;
    let mut hook = found.ok_or(Code::NotFound)?;
    hook.active = false;
    hook.disabled_reason = Some("gone".to_owned());
    db::webhooks::update(tx.conn, &hook)?;
    let after = super::one(tx, hook)?;
    tx.audit(Change::created("webhook.disabled", "webhook", id, &after))
}

/// How long it is not told again that deliveries of a webhook are given up.
const TOLD_FOR: TimeDelta = TimeDelta::days(1);

/// Tells the owner and the operators that a delivery was given up: of many that end on one day, the
/// first.
fn tell(tx: &mut Tx<'_>, webhook_id: i64, done: &Attempted<'_>, attempts: i64) -> Result<()> {
    let is_gone = done.status == Some(410);
    let since = done.at.checked_sub_signed(TOLD_FOR).unwrap_or(done.at);
    if !is_gone && db::webhooks::gave_up_since(tx.conn, webhook_id, since, done.id)? {
        return Ok(());
    }
    let hook = db::webhooks::find(tx.conn, &Scope::all(), webhook_id)?.ok_or(Code::NotFound)?;
    let owner = Addressee::of_user(tx, hook.user_id)?;
    let app = tx.ctx.app.clone();
    let failure = Failure {
        id: webhook_id,
        url: &hook.url,
        description: hook.description.as_deref(),
        attempts,
        error: (!is_gone).then(|| done.error.unwrap_or_default()),
        public_url: &app.settings.public_url,
    };
    for to in owner.into_iter().chain(Addressee::operators(tx)) {
        let written = failure.write(&to.reader());
        queue(tx, to, REASON, written)?;
    }
    Ok(())
}

//! `/webhooks`

use actix_web::web::Path;

use super::shared::{PageQuery, paged, text};
use crate::domain::webhook::WebhookEvent;
use crate::http::answer::{Answered, Created};
use crate::http::body::{Body, Empty, Query};
use crate::http::endpoint::{Endpoint, get, patch, post};
use crate::http::guard::{Authorized, Listing, Made, needs};
use crate::http::input::{Line, Patch, Set, request};
use crate::service::webhooks::{
    self, Delivery, DeliveryDetail, DeliveryState, Fields, MadeWebhook, Webhook,
};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        get(
            "/webhooks",
            list,
            "Lists the webhooks in the caller's scope",
        ),
        post(
            "/webhooks",
            create,
            "Makes a webhook. Its secret is in this answer and nowhere else",
        )
        .keeps_no_answer(),
        get("/webhooks/{id}", one, "Shows a webhook, without its secret"),
        patch(
            "/webhooks/{id}",
            update,
            "Changes a webhook, or switches it off and on",
        ),
        post(
            "/webhooks/{id}/secret",
            rotate,
            "Replaces the secret; for a day the old one signs too",
        )
        .keeps_no_answer(),
        get(
            "/webhooks/{id}/deliveries",
            deliveries,
            "Lists the deliveries to a webhook, newest first",
        ),
        get(
            "/webhooks/{id}/deliveries/{delivery_id}",
            delivery,
            "Shows a delivery and what was sent",
        ),
        post(
            "/webhooks/{id}/deliveries/{delivery_id}/resend",
            resend,
            "Queues a delivery once more",
        ),
    ]
}

request! {
    /// A new webhook.
    pub struct NewWebhook {
        /// An https address.
        url: Line<2000>,
        /// What it is for.
        description: Option<Line<300>>,
        /// The events it is told of; at least one.
        events: Vec<WebhookEvent>,
        /// Events of this unit and everything below it; of the whole province when neither this nor an agency is given.
        unit_id: Option<i64>,
        /// Events of this agency's projects.
        agency_id: Option<i64>,
        /// `true` when absent.
        active: Option<bool>,
    }
    /// Changes to a webhook.
    pub struct WebhookPatch {
        url: Set<Line<2000>>,
        description: Patch<Line<300>>,
        events: Set<Vec<WebhookEvent>>,
        active: Set<bool>,
    }
    /// Which deliveries.
    pub struct DeliveryQuery {
        /// Rows at most, 1 to 200.
        limit: Option<i32>,
        /// Where the page starts.
        cursor: Option<Line<1000>>,
        /// States.
        state: Vec<DeliveryState>,
    }
}

paged!(DeliveryQuery);

async fn list(
    auth: Authorized<needs::ManageIntegrations>,
    query: Query<PageQuery>,
) -> Answered<Listing<Webhook>> {
    auth.list(query, |view, _, page| webhooks::list(view, page))
        .await
}

async fn one(auth: Authorized<needs::ManageIntegrations>, id: Path<i64>) -> Answered<Webhook> {
    auth.read(move |view| webhooks::get(view, *id)).await
}

async fn create(
    auth: Authorized<needs::ManageIntegrations>,
    body: Body<NewWebhook>,
) -> Created<MadeWebhook> {
    auth.create_secret(body, |tx, new| {
        let fields = Fields {
            url: new.url.0.clone(),
            description: text(&new.description),
            events: new.events.clone(),
            unit_id: new.unit_id,
            agency_id: new.agency_id,
            active: new.active.unwrap_or(true),
        };
        let made = webhooks::create(tx, &fields)?;
        Ok(Made {
            location: format!("/webhooks/{}", made.webhook.id),
            value: made,
            project_id: None,
        })
    })
    .await
}

async fn update(
    auth: Authorized<needs::ManageIntegrations>,
    id: Path<i64>,
    body: Body<WebhookPatch>,
) -> Answered<Webhook> {
    auth.change(body, move |tx, patch, if_match| {
        let before = webhooks::lock(tx, *id)?;
        if_match.check(&before)?;
        let fields = Fields {
            url: patch.url.or_text(&before.url),
            description: patch
                .description
                .or(before.description.clone(), |line| line.0),
            events: patch.events.or(before.events.clone()),
            unit_id: before.unit_id,
            agency_id: before.agency_id,
            active: patch.active.or(before.active),
        };
        webhooks::update(tx, &before, &fields)
    })
    .await
}

async fn rotate(
    auth: Authorized<needs::ManageIntegrations>,
    id: Path<i64>,
    body: Body<Empty>,
) -> Answered<MadeWebhook> {
    auth.act_secret(body, move |tx, _| webhooks::rotate(tx, *id))
        .await
}

async fn deliveries(
    auth: Authorized<needs::ManageIntegrations>,
    id: Path<i64>,
    query: Query<DeliveryQuery>,
) -> Answered<Listing<Delivery>> {
    auth.list(query, move |view, query, page| {
        webhooks::deliveries(view, *id, &query.state, page)
    })
    .await
}

async fn delivery(
    auth: Authorized<needs::ManageIntegrations>,
    path: Path<(i64, i64)>,
) -> Answered<DeliveryDetail> {
    let (id, delivery_id) = path.into_inner();
    auth.read(move |view| webhooks::delivery(view, id, delivery_id))
        .await
}

async fn resend(
    auth: Authorized<needs::ManageIntegrations>,
    path: Path<(i64, i64)>,
    body: Body<Empty>,
) -> Answered<DeliveryDetail> {
    let (id, delivery_id) = path.into_inner();
    auth.act(body, move |tx, _| webhooks::resend(tx, id, delivery_id))
        .await
}

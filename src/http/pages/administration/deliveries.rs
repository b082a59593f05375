//! What was sent to a webhook, and sending it once more.

use actix_web::web::Path;
use askama::Template;

use super::super::form::Form;
use super::super::guard::Page;
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::pager::Chip;
use super::super::route::{PageRoute, get, post};
use crate::domain::labels;
use crate::domain::text_enum::TextEnum;
use crate::error::Result;
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::http::input::{Line, request};
use crate::service;
use crate::service::webhooks::{self, Delivery, DeliveryState, Webhook};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![
        get("/administration/webhooks/{id}/deliveries", show),
        post(
            "/administration/webhooks/{id}/deliveries/{delivery_id}/resend",
            resend,
        ),
    ]
}

/// Rows on a page.
const ROWS: i64 = 50;

request! {
    /// Which deliveries.
    pub struct DeliveriesQuery {
        state: Option<DeliveryState>,
        done: Option<Line<1>>,
        cursor: Option<Line<1000>>,
    }
}

#[derive(Template)]
#[template(path = "deliveries.html", config = "src/http/pages/askama.toml")]
struct DeliveriesPage {
    l: Layout,
    webhook: Webhook,
    states: Vec<Chip>,
    deliveries: Vec<Delivery>,
    done: bool,
    next: Option<String>,
    first: Option<String>,
}

async fn show(
    page: Page<needs::ManageIntegrations>,
    id: Path<i64>,
    query: Query<DeliveriesQuery>,
) -> Result<Outcome> {
    page.browse(query, move |view, l, query, pager| {
        let cursor = query.cursor.as_ref().map(|cursor| cursor.0.as_str());
        let states: Vec<DeliveryState> = query.state.into_iter().collect();
        let found = webhooks::deliveries(view, *id, &states, &pager.page(ROWS, cursor)?)?;
        let chosen = query.state.map(DeliveryState::as_str);
        Ok(DeliveriesPage {
            webhook: webhooks::get(view, *id)?,
            states: pager.chips(
                "state",
                chosen,
                (DeliveryState::NAMES, labels::delivery_state),
                &l,
            ),
            next: pager.next(found.next.as_ref()),
            first: cursor.map(|_| pager.first()),
            deliveries: found.rows,
            done: query.done.is_some(),
            l,
        })
    })
    .await
}

async fn resend(
    page: Page<needs::ManageIntegrations>,
    path: Path<(i64, i64)>,
    form: Form,
) -> Result<Outcome> {
    let (id, delivery_id) = path.into_inner();
    page.submit(form, move |submit, _| {
        service::write(submit.ctx, move |tx| webhooks::resend(tx, id, delivery_id))?;
        Ok(Outcome::see_other(format!(
            "/administration/webhooks/{id}/deliveries?done=1"
        )))
    })
    .await
}

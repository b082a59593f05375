//! `/mails`

use actix_web::web::Path;

use super::shared::paged;
use crate::error::Code;
use crate::http::answer::Answered;
use crate::http::body::{Body, Empty, Query};
use crate::http::endpoint::{Endpoint, get, post};
use crate::http::guard::{Authorized, Listing, needs};
use crate::http::input::{Line, request};
use crate::service::mails::{self, Mail, MailState};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        get("/mails", list, "Lists mails, newest first"),
        post(
            "/mails/{id}/retry",
            retry,
            "Queues a mail that was given up once more, to the address its recipient has now",
        )
        .refuses(&[Code::MailNotDead, Code::MailErased]),
    ]
}

request! {
    /// Which mails.
    pub struct MailQuery {
        /// Rows at most, 1 to 200.
        limit: Option<i32>,
        /// Where the page starts.
        cursor: Option<Line<1000>>,
        /// States.
        state: Vec<MailState>,
        /// Mails about this alert.
        alert_id: Option<i64>,
    }
}

paged!(MailQuery);

async fn list(
    auth: Authorized<needs::Operate>,
    query: Query<MailQuery>,
) -> Answered<Listing<Mail>> {
    auth.list(query, |view, query, page| {
        mails::list(view, &query.state, query.alert_id, page)
    })
    .await
}

async fn retry(
    auth: Authorized<needs::Operate>,
    id: Path<i64>,
    body: Body<Empty>,
) -> Answered<Mail> {
    auth.act(body, move |tx, _| mails::retry(tx, *id)).await
}

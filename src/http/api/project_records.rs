//! `/projects/{id}/nothing-to-report` and `/projects/{id}/history`

use actix_web::web::Path;
use chrono::NaiveDate;

use super::shared::PageQuery;
use crate::error::Code;
use crate::http::answer::{Answered, Created};
use crate::http::body::{Body, Query};
use crate::http::endpoint::{Endpoint, get, post};
use crate::http::guard::{Authorized, Listing, Made, needs};
use crate::http::input::{Note, request};
use crate::service::confirmations::{self, Confirmation};
use crate::service::history::{self, HistoryEvent};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        post(
            "/projects/{id}/nothing-to-report",
            confirm,
            "Records that there is nothing to report",
        )
        .refuses(&[Code::FutureDate]),
        get(
            "/projects/{id}/history",
            changes,
            "Shows who changed what in a project",
        ),
    ]
}

request! {
    /// A confirmation that nothing was paid.
    pub struct NothingToReport {
        /// Up to when; today at the latest.
        as_of: NaiveDate,
        note: Option<Note>,
    }
}

async fn confirm(
    auth: Authorized<needs::LogDisbursements>,
    id: Path<i64>,
    body: Body<NothingToReport>,
) -> Created<Confirmation> {
    auth.create(body, move |tx, new| {
        let note = new.note.as_ref().map(|note| note.0.clone());
        Ok(Made {
            value: confirmations::create(tx, *id, new.as_of, note)?,
            location: format!("/projects/{}/history", *id),
            project_id: Some(*id),
        })
    })
    .await
}

async fn changes(
    auth: Authorized<needs::Read>,
    id: Path<i64>,
    query: Query<PageQuery>,
) -> Answered<Listing<HistoryEvent>> {
    auth.list(query, move |view, _, page| history::list(view, *id, page))
        .await
}

//! `/changes`

use serde::Serialize;
use utoipa::ToSchema;

use super::shared::{paged, texts};
use crate::http::answer::Answered;
use crate::http::body::Query;
use crate::http::endpoint::{Endpoint, get};
use crate::http::guard::{Authorized, needs};
use crate::http::input::{Count, Line, request};
use crate::service::changes::{self, ChangeEvent, Feed, Filter};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![get(
        "/changes",
        list,
        "Follows the changes in the caller's scope, in order. Remember the last seq, or latest when there is no next page, and ask for what came since",
    )]
}

request! {
    /// Which changes.
    pub struct ChangeQuery {
        /// After this number; from the beginning when absent.
        since: Option<Count>,
        /// Rows at most, 1 to 200.
        limit: Option<i32>,
        /// Where the page starts.
        cursor: Option<Line<1000>>,
        /// Of these projects.
        project_id: Vec<i64>,
        /// About these kinds of records, such as `disbursement`.
        entity: Vec<Line<60>>,
        /// These actions, such as `disbursement.recorded`.
        action: Vec<Line<60>>,
    }
}

paged!(ChangeQuery);

/// A page of the feed.
#[derive(Serialize, ToSchema)]
struct Changes {
    /// The events, in order.
    data: Vec<ChangeEvent>,
    /// Where the next page starts, or null at the end.
    next_cursor: Option<String>,
    /// The last number given so far, to whatever event.
    latest: i64,
}

async fn list(auth: Authorized<needs::Read>, query: Query<ChangeQuery>) -> Answered<Changes> {
    auth.pages(
        query,
        |ctx| changes::seal(ctx).map(|_| ()),
        |view, query, page| {
            let filter = Filter {
                since: query.since.map_or(0, |since| since.0),
                projects: query.project_id,
                entities: texts(&query.entity),
                actions: texts(&query.action),
            };
            changes::list(view, &filter, page)
        },
        |Feed { rows, latest }, cursor| {
            let next = rows.next.as_ref().map(cursor);
            let changes = Changes {
                data: rows.rows,
                next_cursor: next.clone(),
                latest,
            };
            (changes, next)
        },
    )
    .await
}

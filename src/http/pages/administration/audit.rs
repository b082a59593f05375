//! The audit log of what belongs to no project; a project's own is on its page.

use askama::Template;

use super::super::guard::Page;
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::project::history::{Difference, changes};
use super::super::route::{PageRoute, get};
use crate::domain::labels;
use crate::error::Result;
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::http::input::{Line, request};
use crate::service::history::{self, HistoryEvent};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![get("/administration/audit", show)]
}

/// Events on a page.
const ROWS: i64 = 50;

request! {
    /// Which page of the log.
    pub struct AuditQuery {
        cursor: Option<Line<1000>>,
    }
}

#[derive(Template)]
#[template(path = "audit.html", config = "src/http/pages/askama.toml")]
struct AuditPage {
    l: Layout,
    events: Vec<(HistoryEvent, Vec<Difference>)>,
    next: Option<String>,
    first: Option<String>,
}

async fn show(page: Page<needs::ReadAudit>, query: Query<AuditQuery>) -> Result<Outcome> {
    page.browse(query, |view, l, query, pager| {
        let cursor = query.cursor.as_ref().map(|cursor| cursor.0.as_str());
        let found = history::of_no_project(view, &pager.page(ROWS, cursor)?)?;
        let events = found.rows.into_iter().map(|event| {
            let changes = changes(&event);
            (event, changes)
        });
        Ok(AuditPage {
            events: events.collect(),
            next: pager.next(found.next.as_ref()),
            first: cursor.map(|_| pager.first()),
            l,
        })
    })
    .await
}

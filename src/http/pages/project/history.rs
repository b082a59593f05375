//! Who changed what in a project.

use actix_web::web::Path;
use askama::Template;

use super::super::context::Context;
use super::super::guard::Page;
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, get};
use super::super::text::labels;
use super::{Head, ProjectQuery, Tab, head};
use crate::error::Result;
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::http::input::{Line, request};
use crate::service::history::{self, HistoryEvent};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![get("/projects/{id}/history", show)]
}

request! {
    /// Which page of the history.
    pub struct HistoryQuery {
        budget_year: Option<i32>,
        as_of: Option<chrono::NaiveDate>,
        basis: Option<crate::domain::progress::Basis>,
        cursor: Option<Line<1000>>,
    }
}

/// A field, what it was, what it is.
pub type Difference = (String, String, String);

#[derive(Template)]
#[template(path = "project_history.html", config = "src/http/pages/askama.toml")]
struct HistoryPage {
    l: Layout,
    c: Context,
    head: Head,
    events: Vec<(HistoryEvent, Vec<Difference>)>,
    next: Option<String>,
}

async fn show(
    page: Page<needs::Read>,
    query: Query<HistoryQuery>,
    id: Path<i64>,
) -> Result<Outcome> {
    page.browse(query, move |view, l, query, pager| {
        let figures = ProjectQuery {
            budget_year: query.budget_year,
            as_of: query.as_of,
            basis: query.basis,
            done: None,
        };
        let (head, c) = head(view, &l, *id, Tab::History, &figures)?;
        let page = pager.page(50, query.cursor.as_ref().map(|cursor| cursor.0.as_str()))?;
        let rows = history::list(view, *id, &page)?;
        let next = pager.next(rows.next.as_ref());
        let events = rows.rows.into_iter().map(|event| {
            let changes = changes(&event);
            (event, changes)
        });
        Ok(HistoryPage {
            events: events.collect(),
            next,
            head,
            c,
            l,
        })
    })
    .await
}

/// The fields that differ.
pub fn changes(event: &HistoryEvent) -> Vec<Difference> {
    let Some(after) = event.after.as_ref().and_then(|after| after.as_object()) else {
        return Vec::new();
    };
    let before = event.before.as_ref().and_then(|before| before.as_object());
    let text = |value: Option<&serde_json::Value>| match value {
        None | Some(serde_json::Value::Null) => "–".to_owned(),
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(serde_json::Value::Object(object)) => object
            .get("name")
            .or(object.get("full_name"))
            .or(object.get("number"))
            .and_then(|name| name.as_str())
            .map_or_else(|| "…".to_owned(), str::to_owned),
        Some(other) => other.to_string(),
    };
    let hidden = ["id", "version", "recorded_at", "recorded_by", "warnings"];
    after
        .iter()
        .filter(|(name, _)| !hidden.contains(&name.as_str()) && !name.ends_with("_id"))
        .filter(|(name, value)| {
            let old = before.and_then(|before| before.get(*name));
            match before {
                Some(_) => old != Some(value),
                None => !value.is_null(),
            }
        })
        .map(|(name, value)| {
            let old = before.and_then(|before| before.get(name));
            (name.clone(), text(old), text(Some(value)))
        })
        .collect()
}

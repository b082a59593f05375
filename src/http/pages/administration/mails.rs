//! The mail queue.

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
use crate::service::mails::{self, Mail, MailState};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![
        get("/administration/mails", show),
        post("/administration/mails/{id}/retry", retry),
    ]
}

/// Rows on a page.
const ROWS: i64 = 50;

request! {
    /// Which mails.
    pub struct MailsQuery {
        state: Option<MailState>,
        done: Option<Line<1>>,
        cursor: Option<Line<1000>>,
    }
}

#[derive(Template)]
#[template(path = "mails.html", config = "src/http/pages/askama.toml")]
struct MailsPage {
    l: Layout,
    states: Vec<Chip>,
    mails: Vec<Mail>,
    done: bool,
    next: Option<String>,
    first: Option<String>,
}

async fn show(page: Page<needs::Operate>, query: Query<MailsQuery>) -> Result<Outcome> {
    page.browse(query, |view, l, query, pager| {
        let cursor = query.cursor.as_ref().map(|cursor| cursor.0.as_str());
        let states: Vec<MailState> = query.state.into_iter().collect();
        let found = mails::list(view, &states, None, &pager.page(ROWS, cursor)?)?;
        let chosen = query.state.map(MailState::as_str);
        Ok(MailsPage {
            states: pager.chips("state", chosen, (MailState::NAMES, labels::mail_state), &l),
            next: pager.next(found.next.as_ref()),
            first: cursor.map(|_| pager.first()),
            mails: found.rows,
            done: query.done.is_some(),
            l,
        })
    })
    .await
}

async fn retry(page: Page<needs::Operate>, id: Path<i64>, form: Form) -> Result<Outcome> {
    let id = *id;
    page.submit(form, move |submit, form| {
        submit.once(&form, move |tx| {
            mails::retry(tx, id).map(|mail| (mail.id, None))
        })?;
        Ok(Outcome::see_other(
            "/administration/mails?state=queued&done=1",
        ))
    })
    .await
}

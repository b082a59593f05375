//! One alert: its facts, who was told, who is told next, what can be done, what happened.

use actix_web::web::Path;
use askama::Template;

use super::super::choices::{Choices, with_empty};
use super::super::form::Form;
use super::super::guard::Page;
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, get};
use super::super::text::labels;
use super::super::typed;
use super::story::{self, Told};
use crate::domain::money::Money;
use crate::error::Result;
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::http::input::request;
use crate::service::View;
use crate::service::alerts::{self, AlertDetail, Allowed, Words};
use crate::service::obstacles;
use crate::service::page::Page as ListPage;

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![get("/alerts/{id}", show)]
}

request! {
    /// Whether something was just done.
    pub struct AlertQuery {
        done: Option<i64>,
    }
}

/// The forms of the page; the one that was refused holds what was typed.
pub(super) struct Forms {
    pub commit: Form,
    pub snooze: Form,
    pub waive: Form,
    pub note: Form,
}

#[derive(Template)]
#[template(path = "alert.html", config = "src/http/pages/askama.toml")]
pub(super) struct AlertPage {
    l: Layout,
    alert: AlertDetail,
    words: Words,
    allowed: Allowed,
    forms: Forms,
    obstacles: Choices,
    story: Vec<Told>,
    done: bool,
}

async fn show(page: Page<needs::Read>, query: Query<AlertQuery>, id: Path<i64>) -> Result<Outcome> {
    page.ask(query, move |view, l, query| {
        let mut page = build(view, l, *id, None)?;
        page.done = query.done.is_some();
        Ok(page)
    })
    .await
}

/// The page, with the form that was refused in the place of its blank one.
pub(super) fn build(
    view: &mut View<'_>,
    l: Layout,
    id: i64,
    refused: Option<(&'static str, Form)>,
) -> Result<AlertPage> {
    let alert = alerts::get(view, id)?;
    let words = alerts::in_words(&alert, l.locale)?;
    let allowed = alerts::allowed(view, id)?;
    let blocking = match (&alert.alert.project, allowed.promise) {
        (Some(project), Some(_)) => obstacles::list(view, project.id, &ListPage::all())?.rows,
        _ => Vec::new(),
    };
    let open = blocking.into_iter().filter(|one| !one.status.is_over());
    let open = open.map(|one| (one.id.to_string(), one.description));
    Ok(AlertPage {
        obstacles: with_empty(l.t.alerts.no_obstacle, open),
        story: story::tell(&l, &alert.events),
        forms: forms(&l, &allowed, refused)?,
        alert,
        words,
        allowed,
        done: false,
        l,
    })
}

fn forms(l: &Layout, allowed: &Allowed, refused: Option<(&'static str, Form)>) -> Result<Forms> {
    let mut commit = Form::default().part("commit").keyed()?;
    if let Some(most) = allowed.promise.and_then(|limits| limits.most) {
        commit.set("commit_amount", typed::shown(most, l));
    }
    let mut forms = Forms {
        commit,
        snooze: Form::default().part("snooze").keyed()?,
        waive: Form::default().part("waive").keyed()?,
        note: Form::default().part("note").keyed()?,
    };
    match refused {
        Some(("commit", form)) => forms.commit = form.part("commit"),
        Some(("snooze", form)) => forms.snooze = form.part("snooze"),
        Some(("waive", form)) => forms.waive = form.part("waive"),
        Some((_, form)) => forms.note = form.part("note"),
        None => {}
    }
    Ok(forms)
}

impl AlertPage {
    fn may_act(&self) -> bool {
        self.allowed.promise.is_some() || self.allowed.waive || self.allowed.note
    }

    fn amount_hint(&self, most: &Money) -> String {
        let l = &self.l;
        let amount = l.exact(most);
        l.fill(l.t.alerts.amount_hint, &[("most", &amount)])
    }

    fn until_hint(&self, latest: &chrono::NaiveDate) -> String {
        let l = &self.l;
        l.fill(l.t.alerts.until_hint, &[("latest", &l.date(latest))])
    }

    fn promise_text(&self) -> Option<String> {
        let l = &self.l;
        let t = &l.t.alerts;
        let promise = self.alert.alert.commitment.as_ref()?;
        let date = l.date(&promise.date);
        let text = match promise.amount {
            Some(amount) => l.fill(
                t.promised_amount,
                &[("date", &date), ("amount", &l.exact(&amount))],
            ),
            None => l.fill(t.promised_date, &[("date", &date)]),
        };
        Some(match promise.moved {
            0 => text,
            times => {
                let times = times.to_string();
                format!("{text} {}", l.fill(t.moved, &[("n", &times)]))
            }
        })
    }
}

//! One file: how far it is, everything wrong in it, recording it.

use actix_web::web::Path;
use askama::Template;
use chrono::TimeDelta;

use super::super::form::Form;
use super::super::guard::{Page, Submit};
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, get, post};
use super::super::text::fill;
use super::{kind_name, status_name};
use crate::error::{Error, Result};
use crate::http::body::{Empty, Query};
use crate::http::guard::needs;
use crate::service::imports::{self, Import, ImportStatus, RowError};
use crate::service::{self, View, write};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![
        get("/import/{id}", show),
        post("/import/{id}/commit", commit),
    ]
}

/// Errors shown at once.
const SHOWN: usize = 500;
/// After this, a check that says nothing has been cut short.
const PATIENCE: TimeDelta = TimeDelta::minutes(15);
/// Seconds after which the page of a running check loads again.
const AGAIN: u64 = 1;

/// One file.
#[derive(Template)]
#[template(path = "import_show.html", config = "src/http/pages/askama.toml")]
pub struct ShowPage {
    l: Layout,
    one: Import,
    refused: Vec<String>,
}

impl ShowPage {
    fn kind(&self) -> &'static str {
        kind_name(self.one.kind, self.l.locale)
    }

    fn status(&self) -> &'static str {
        status_name(self.one.status, &self.l)
    }

    fn is_checking(&self) -> bool {
        self.one.status == ImportStatus::Checking
    }

    /// The program ended, or the thread did, before the check did.
    fn is_stuck(&self) -> bool {
        let age = self.l.now - self.one.created_at;
        self.is_checking() && age > PATIENCE
    }

    fn is_ready(&self) -> bool {
        self.one.status == ImportStatus::Checked && self.one.errors_total == 0 && self.one.rows > 0
    }

    fn is_empty(&self) -> bool {
        self.one.status == ImportStatus::Checked && self.one.errors_total == 0 && self.one.rows == 0
    }

    fn shown(&self) -> &[RowError] {
        &self.one.errors[..self.one.errors.len().min(SHOWN)]
    }

    fn count(&self, text: &str, number: &i32) -> String {
        fill(text, &[("n", &self.n(number))])
    }

    fn n(&self, number: &i32) -> String {
        self.l.number(&i64::from(*number))
    }

    fn shown_note(&self) -> Option<String> {
        let shown = self.shown().len();
        let all = usize::try_from(self.one.errors_total).unwrap_or_default();
        let text = self.l.t.import.shown_first;
        (shown < all).then(|| fill(text, &[("shown", &shown.to_string())]))
    }

    fn committed(&self) -> String {
        let time = self.one.committed_at.map(|at| self.l.instant(&at));
        let number = self.l.number(&i64::from(self.one.rows));
        let values = [
            ("n", number.as_str()),
            ("time", time.as_deref().unwrap_or("")),
        ];
        fill(self.l.t.import.committed, &values)
    }

    fn checking(&self) -> String {
        let rows = self.l.number(&i64::from(self.one.rows));
        fill(self.l.t.import.checking, &[("rows", &rows)])
    }

    fn counts(&self) -> Option<String> {
        let matches = self.one.matches?;
        let texts = [
            ("agreed", matches.agreed.to_string()),
            ("differs", matches.differs.to_string()),
            ("treasury_only", matches.treasury_only.to_string()),
            ("ledger_only", matches.ledger_only.to_string()),
        ];
        let values = texts.each_ref().map(|(name, text)| (*name, text.as_str()));
        Some(fill(self.l.t.import.counts, &values))
    }

    /// The heading of a column, in the reader's language.
    fn heading(&self, error: &RowError) -> &'static str {
        let columns = self.one.kind.columns();
        let column = columns.iter().find(|column| column.key == error.column);
        column.map_or("", |column| match self.l.locale {
            crate::domain::locale::Locale::Vi => column.vi,
            crate::domain::locale::Locale::En => column.en,
        })
    }

    fn place(&self, error: &RowError) -> String {
        let cell = error.cell.clone().unwrap_or_else(|| error.row.to_string());
        match error.sheet.is_empty() || error.row == 0 {
            true => String::new(),
            false => format!("{}!{cell}", error.sheet),
        }
    }
}

async fn show(page: Page<needs::Import>, id: Path<i64>, query: Query<Empty>) -> Result<Outcome> {
    page.give(query, move |view, l, _| {
        let page = build(view, l, *id, Vec::new())?;
        let runs = page.is_checking() && !page.is_stuck();
        let outcome = Outcome::page(&page)?;
        Ok(match runs {
            true => outcome.with_refresh(AGAIN),
            false => outcome,
        })
    })
    .await
}

fn build(view: &mut View<'_>, l: Layout, id: i64, refused: Vec<String>) -> Result<ShowPage> {
    let one = imports::get(view, id)?;
    Ok(ShowPage { l, one, refused })
}

async fn commit(page: Page<needs::Import>, id: Path<i64>, form: Form) -> Result<Outcome> {
    page.submit(form, move |submit, _| record(submit, *id))
        .await
}

fn record(submit: &Submit<'_>, id: i64) -> Result<Outcome> {
    let ctx = imports::kind(submit.ctx, id)?;
    let locale = submit.layout.locale;
    match write(&ctx, move |tx| imports::commit(tx, id)) {
        Ok(_) => Ok(Outcome::see_other(format!("/import/{id}"))),
        Err(Error::Refused(faults)) => {
            let told = faults.iter().map(|fault| fault.message(locale)).collect();
            let layout = submit.layout.clone();
            let page = service::read(submit.ctx, |view| build(view, layout, id, told))?;
            Outcome::refusal(409, &page)
        }
        Err(other) => Err(other),
    }
}

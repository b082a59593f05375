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
use super::{beside, kind_name, status_name};
use crate::domain::format::AmountUnit;
use crate::error::{Error, Result};
use crate::http::body::{Empty, Query};
use crate::http::guard::needs;
use crate::service::imports::{self, Commit, Import, ImportStatus, RowError};
use crate::service::{self, View};

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
/// Seconds after which the page of a running check or commit loads again.
const AGAIN: u64 = 1;

/// One file.
#[derive(Template)]
#[template(path = "import_show.html", config = "src/http/pages/askama.toml")]
pub struct ShowPage {
    l: Layout,
    one: Import,
    /// Rows that a running commit has written.
    written: Option<usize>,
    refused: Vec<String>,
}

impl ShowPage {
    fn kind(&self) -> &'static str {
        kind_name(self.one.kind, self.l.locale)
    }

    fn unit(&self) -> &'static str {
        AmountUnit::parse(&self.one.amount_unit)
            .unwrap_or_default()
            .label(self.l.locale)
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
        self.written.is_none()
            && self.one.status == ImportStatus::Checked
            && self.one.errors_total == 0
            && self.one.rows > 0
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

    fn committing(&self, written: &usize) -> String {
        let done = self.l.number(&i64::try_from(*written).unwrap_or_default());
        let rows = self.l.number(&i64::from(self.one.rows));
        let values = [("done", done.as_str()), ("rows", rows.as_str())];
        fill(self.l.t.import.committing, &values)
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
        let page = build(view, l, *id)?;
        let runs = page.written.is_some() || page.is_checking() && !page.is_stuck();
        let outcome = Outcome::page(&page)?;
        Ok(match runs {
            true => outcome.with_refresh(AGAIN),
            false => outcome,
        })
    })
    .await
}

fn build(view: &mut View<'_>, l: Layout, id: i64) -> Result<ShowPage> {
    let one = imports::get(view, id)?;
    let (written, refused) = match view.ctx.app.commits.of(id) {
        None => (None, Vec::new()),
        Some(Commit::Running(rows)) => (Some(rows), Vec::new()),
        // Only since this page began to be read: the next reading sees it.
        Some(Commit::Done) => {
            let unseen = one.status != ImportStatus::Committed;
            let rows = usize::try_from(one.rows).unwrap_or_default();
            (unseen.then_some(rows), Vec::new())
        }
        Some(Commit::Refused(faults)) if faults.is_empty() => {
            (None, vec![l.t.import.broken.to_owned()])
        }
        Some(Commit::Refused(faults)) => {
            let told = faults.iter().map(|fault| fault.message(l.locale));
            (None, told.collect())
        }
    };
    Ok(ShowPage {
        l,
        one,
        written,
        refused,
    })
}

async fn commit(page: Page<needs::Import>, id: Path<i64>, form: Form) -> Result<Outcome> {
    page.submit(form, move |submit, _| record(submit, *id))
        .await
}

fn record(submit: &Submit<'_>, id: i64) -> Result<Outcome> {
    let ctx = imports::kind(submit.ctx, id)?;
    match beside(move || imports::commit_watched(&ctx, id))? {
        None | Some(Ok(_)) => Ok(Outcome::see_other(format!("/import/{id}"))),
        Some(Err(Error::Refused(_))) => {
            let layout = submit.layout.clone();
            let page = service::read(submit.ctx, |view| build(view, layout, id))?;
            Outcome::refusal(409, &page)
        }
        Some(Err(other)) => Err(other),
    }
}

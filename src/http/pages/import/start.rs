//! The form that a file is sent with, and the files sent so far.

use actix_web::web::Path;
use askama::Template;

use super::super::form::Form;
use super::super::guard::{Page, Submit};
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, get, post};
use super::{beside, kind_name, status_name};
use crate::domain::format::AmountUnit;
use crate::domain::imports::Kind;
use crate::error::{Code, Error, Result};
use crate::http::body::{Empty, Query};
use crate::http::file::{Media, Xlsx};
use crate::http::guard::needs;
use crate::http::upload::{Received, ReceivedFile, Upload};
use crate::service::imports::{self, Import, NewFile};
use crate::service::page::Page as ListPage;
use crate::service::{self, Ctx, View, write};
use crate::sheets;

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![
        get("/import", show),
        post("/import", send),
        get("/import/templates/{name}", template),
    ]
}

/// Files shown.
const RECENT: i64 = 20;

/// The form and the files.
#[derive(Template)]
#[template(path = "import.html", config = "src/http/pages/askama.toml")]
pub struct ImportPage {
    l: Layout,
    form: Form,
    recent: Vec<Import>,
}

impl ImportPage {
    /// The kinds that the reader may bring in.
    fn kinds(&self) -> Vec<(String, String)> {
        let may = |kind: &&Kind| self.l.may(kind.permission());
        let kinds = Kind::ALL.iter().filter(may);
        kinds
            .map(|kind| {
                let name = kind_name(*kind, self.l.locale);
                (kind.as_str().to_owned(), name.to_owned())
            })
            .collect()
    }

    fn units(&self) -> Vec<(String, String)> {
        let units = AmountUnit::ALL.iter();
        units
            .map(|unit| {
                (
                    unit.as_str().to_owned(),
                    unit.label(self.l.locale).to_owned(),
                )
            })
            .collect()
    }

    fn n(&self, number: &i32) -> String {
        self.l.number(&i64::from(*number))
    }

    fn kind(&self, one: &Import) -> &'static str {
        kind_name(one.kind, self.l.locale)
    }

    fn status(&self, one: &Import) -> &'static str {
        status_name(one.status, &self.l)
    }
}

async fn show(page: Page<needs::Import>) -> Result<Outcome> {
    page.show(|view, l| {
        let mut form = Form::default();
        form.set("kind", Kind::Disbursements.as_str());
        form.set("amount_unit", AmountUnit::Dong.as_str());
        build(view, l, form)
    })
    .await
}

fn build(view: &mut View<'_>, l: Layout, form: Form) -> Result<ImportPage> {
    let page = ListPage {
        limit: RECENT,
        after: None,
    };
    let recent = imports::list(view, &page)?.rows;
    Ok(ImportPage { l, form, recent })
}

async fn template(
    page: Page<needs::Import>,
    name: Path<String>,
    query: Query<Empty>,
) -> Result<Outcome> {
    page.give(query, move |view, _, _| {
        let kind = name.strip_suffix(".xlsx").and_then(Kind::parse);
        let kind = kind.ok_or(Code::NotFound)?;
        let content = sheets::template::template(view, kind)?;
        Ok(Outcome::file(name.as_str(), Xlsx::TYPE, content))
    })
    .await
}

async fn send(page: Page<needs::Import>, upload: Upload) -> Result<Outcome> {
    page.receive(upload, take).await
}

fn take(submit: &Submit<'_>, received: Received) -> Result<Outcome> {
    let l = &submit.layout;
    let mut form = Form::default();
    form.set("kind", received.value("kind"));
    form.set("amount_unit", received.value("amount_unit"));
    let kind = Kind::parse(received.value("kind"));
    let unit = AmountUnit::parse(received.value("amount_unit")).unwrap_or_default();
    let (Some(kind), Some(sent)) = (kind, received.file) else {
        form.add_fault("file", l.t.import.file_needed);
        let layout = l.clone();
        let page = service::read(submit.ctx, |view| build(view, layout, form))?;
        return Outcome::refusal(422, &page);
    };
    let file = NewFile {
        kind,
        unit,
        name: sent.name.clone(),
        hash: sent.hash.clone(),
    };
    let id = start(submit.ctx, file, sent)?;
    Ok(Outcome::see_other(format!("/import/{id}")))
}

/// Begins a check and waits a moment for its end; a long one goes on by itself.
fn start(ctx: &Ctx, file: NewFile, sent: ReceivedFile) -> Result<i64> {
    let id = imports::begin(ctx, &file)?;
    let ctx = ctx.clone();
    beside(move || {
        if let Err(error) = check(&ctx, id, &file, &sent) {
            tracing::error!(%error, id, "a check was cut short");
        }
    })?;
    Ok(id)
}

fn check(ctx: &Ctx, id: i64, file: &NewFile, sent: &ReceivedFile) -> Result<()> {
    let progress = |rows: usize| {
        // A count that is not shown is no reason to stop.
        let _ = imports::progress(ctx, id, rows);
    };
    match sheets::import::check(ctx, &sent.path, file, &progress) {
        Ok(checked) => write(ctx, move |tx| imports::finish(tx, id, &checked)),
        Err(Error::Refused(faults)) => imports::fail(ctx, id, &faults),
        Err(other) => {
            imports::fail(ctx, id, &[])?;
            Err(other)
        }
    }
}

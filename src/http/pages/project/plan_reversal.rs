//! Voiding a plan entry; of a transfer or an extension both sides.

use actix_web::web::Path;
use askama::Template;
use chrono::NaiveDate;

use super::super::form::Form;
use super::super::guard::Page;
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, get, post};
use super::super::text::labels;
use crate::error::Result;
use crate::http::guard::needs;
use crate::http::input::{Reason, request};
use crate::service::View;
use crate::service::plans::{self, PlanEntry};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![
        get("/plan-entries/{id}/reversal", show),
        post("/plan-entries/{id}/reversal", reverse),
    ]
}

request! {
    /// A reversal as typed.
    pub struct TypedVoid {
        effective_date: NaiveDate,
        reason: Reason,
    }
}

#[derive(Template)]
#[template(path = "plan_reversal.html", config = "src/http/pages/askama.toml")]
struct ReversalPage {
    l: Layout,
    form: Form,
    entry: PlanEntry,
}

impl ReversalPage {
    fn title(&self) -> String {
        let l = &self.l;
        let number = self.entry.decision.number.as_str();
        l.fill(l.t.project.void_title, &[("number", number)])
    }
}

fn load(view: &mut View<'_>, l: Layout, id: i64, form: Form) -> Result<ReversalPage> {
    let entry = plans::get(view, id)?;
    Ok(ReversalPage { l, form, entry })
}

async fn show(page: Page<needs::EditPlans>, id: Path<i64>) -> Result<Outcome> {
    page.show(move |view, l| {
        let entry = plans::get(view, *id)?;
        let day = entry.effective_date.max(view.today).to_string();
        let form = Form::with([("effective_date", day)]).keyed()?;
        Ok(ReversalPage { l, form, entry })
    })
    .await
}

async fn reverse(page: Page<needs::EditPlans>, id: Path<i64>, form: Form) -> Result<Outcome> {
    let id = *id;
    page.submit(form, move |submit, form| {
        let done = form.parse::<TypedVoid>().and_then(|typed| {
            submit.once(&form, move |tx| {
                let reason = typed.reason.0.as_deref();
                let made = plans::reverse(tx, id, typed.effective_date, reason)?;
                Ok((made.project_id, Some(made.project_id)))
            })
        });
        match done {
            Ok((project, _)) => Ok(Outcome::see_other(format!(
                "/projects/{project}/plan?done=1"
            ))),
            Err(error) => submit.again(form, error, |view, l, form| load(view, l, id, form)),
        }
    })
    .await
}

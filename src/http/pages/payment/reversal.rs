//! Undoing a payment.

use actix_web::web::Path;
use askama::Template;

use super::super::form::Form;
use super::super::guard::Page;
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, get, post};
use super::super::text::{fill, labels};
use crate::error::Result;
use crate::http::guard::needs;
use crate::http::input::{Note, request};
use crate::service::View;
use crate::service::disbursements::{self, Disbursement};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![
        get("/payments/{id}/reversal", show),
        post("/payments/{id}/reversal", reverse),
    ]
}

request! {
    /// A reversal as typed.
    pub struct TypedReversal {
        posted_on: chrono::NaiveDate,
        reason: Option<Note>,
    }
}

#[derive(Template)]
#[template(path = "reversal.html", config = "src/http/pages/askama.toml")]
struct ReversalPage {
    l: Layout,
    form: Form,
    payment: Disbursement,
}

impl ReversalPage {
    fn title(&self) -> String {
        let voucher = self.payment.voucher_number.as_str();
        fill(self.l.t.payment.reverse_title, &[("voucher", voucher)])
    }
}

fn load(view: &mut View<'_>, l: Layout, id: i64, form: Form) -> Result<ReversalPage> {
    let payment = disbursements::get(view, id)?;
    Ok(ReversalPage { l, form, payment })
}

async fn show(page: Page<needs::LogDisbursements>, id: Path<i64>) -> Result<Outcome> {
    page.show(move |view, l| {
        let mut form = Form::default().keyed()?;
        form.set("posted_on", view.today.to_string());
        load(view, l, *id, form)
    })
    .await
}

async fn reverse(
    page: Page<needs::LogDisbursements>,
    id: Path<i64>,
    form: Form,
) -> Result<Outcome> {
    let id = *id;
    page.submit(form, move |submit, form| {
        let done = form.parse::<TypedReversal>().and_then(|typed| {
            submit.once(&form, move |tx| {
                let reason = typed.reason.as_ref().map(|reason| reason.0.as_str());
                let made = disbursements::reverse(tx, id, typed.posted_on, reason)?;
                Ok((made.id, Some(made.project_id)))
            })
        });
        match done {
            Ok((made, _)) => Ok(Outcome::see_other(format!("/payments/new?done={made}"))),
            Err(error) => submit.again(form, error, |view, l, form| load(view, l, id, form)),
        }
    })
    .await
}

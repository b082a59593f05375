//! Recording what the form says, once.

use super::super::form::Form;
use super::super::guard::{Page, Submit};
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, post};
use super::super::text::fill;
use super::super::typed;
use super::show::{build, keep};
use crate::domain::disbursement::PaymentKind;
use crate::domain::format::{self, AmountUnit};
use crate::domain::money::Money;
use crate::error::{Code, Error, Result};
use crate::http::guard::needs;
use crate::http::input::{Line, Note, request};
use crate::service;
use crate::service::disbursements::{self, NewPayment, PayableLine};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![post("/payments/new", submit)]
}

request! {
    /// A payment as typed.
    pub struct TypedPayment {
        project_id: i64,
        line_id: i64,
        kind: PaymentKind,
        posted_on: chrono::NaiveDate,
        voucher_number: Line<100>,
        contract_number: Option<Line<100>>,
        dossier_sent_on: Option<chrono::NaiveDate>,
        dossier_returned_on: Option<chrono::NaiveDate>,
        corrects_id: Option<i64>,
        note: Option<Note>,
    }
}

/// Fields that are read as people type amounts.
const AMOUNTS: [&str; 3] = ["gross_amount", "advance_recovered", "confirm"];

/// Below this, an amount of which a thousand times as much would still fit is asked about.
const SMALL: i64 = 10_000_000;

async fn submit(page: Page<needs::LogDisbursements>, form: Form) -> Result<Outcome> {
    page.submit(form, take).await
}

fn take(submit: &Submit<'_>, mut form: Form) -> Result<Outcome> {
    let l = &submit.layout;
    let typed = form.parse_besides::<TypedPayment>(&AMOUNTS);
    let gross = typed::amount(&mut form, "gross_amount", AmountUnit::Dong, true, l);
    let recovered = typed::amount(&mut form, "advance_recovered", AmountUnit::Dong, false, l);
    let typed = match typed {
        Ok(typed) => typed,
        Err(error) => return again(submit, form.refused(error, l.locale)?, None),
    };
    let (Some(gross), Some(recovered)) = (gross, recovered) else {
        return again(submit, form, None);
    };
    let (project_id, today) = (typed.project_id, l.today);
    let lines = service::read(submit.ctx, |view| {
        disbursements::payable_lines(view, project_id, today)
    })?;
    let Some(line) = lines.into_iter().find(|line| line.id == typed.line_id) else {
        form.add_fault("line_id", l.t.payment.line_gone);
        return again(submit, form, None);
    };
    if is_suspicious(gross, &line) && form.value("confirm") != gross.get().to_string() {
        form.add_fault("gross_amount", small_text(submit, gross));
        return again(submit, form, Some(gross));
    }
    let new = payment(&typed, &line, gross, recovered);
    match record(submit, &form, project_id, new) {
        Ok((id, replayed)) => {
            let (source, day) = (line.funding_source.id, typed.posted_on);
            let keep = keep(Some(day), Some(source), Some(typed.kind));
            let again = if replayed { "&again=1" } else { "" };
            Ok(Outcome::see_other(format!(
                "/payments/new?done={id}{again}&{keep}"
            )))
        }
        Err(error) => refused(submit, form, error, gross, &line),
    }
}

/// A value that looks a thousand times too small: tiny, and a thousand times as much would fit.
fn is_suspicious(gross: Money, line: &PayableLine) -> bool {
    gross.is_positive() && gross.get() < SMALL && gross.wide() * 1_000 <= line.left.wide()
}

fn small_text(submit: &Submit<'_>, gross: Money) -> String {
    let l = &submit.layout;
    let amount = l.exact(&gross);
    let thousand = format::dong(Money::saturating(gross.wide() * 1_000), l.locale);
    let values = [("amount", amount.as_str()), ("thousand", &thousand)];
    fill(l.t.payment.small, &values)
}

fn payment(
    typed: &TypedPayment,
    line: &PayableLine,
    gross_amount: Money,
    advance_recovered: Money,
) -> NewPayment {
    NewPayment {
        funding_source_id: line.funding_source.id,
        budget_year: line.budget_year,
        origin: line.origin,
        kind: typed.kind,
        gross_amount,
        advance_recovered,
        posted_on: typed.posted_on,
        voucher_number: typed.voucher_number.0.clone(),
        contract_number: typed.contract_number.as_ref().map(|line| line.0.clone()),
        dossier_sent_on: typed.dossier_sent_on,
        dossier_returned_on: typed.dossier_returned_on,
        corrects_id: typed.corrects_id,
        note: typed.note.as_ref().map(|note| note.0.clone()),
    }
}

/// Records once for each form; gives the payment's id and whether it was recorded before.
fn record(
    submit: &Submit<'_>,
    form: &Form,
    project_id: i64,
    new: NewPayment,
) -> Result<(i64, bool)> {
    submit.once(form, move |tx| {
        let made = disbursements::record(tx, project_id, &new)?;
        Ok((made.id, Some(project_id)))
    })
}

fn refused(
    submit: &Submit<'_>,
    mut form: Form,
    error: Error,
    gross: Money,
    line: &PayableLine,
) -> Result<Outcome> {
    let l = &submit.layout;
    let t = &l.t.payment;
    if error.code() == Code::IdempotencyKeyReused {
        form.add_fault("_form", l.t.common.key_reused);
        return again(submit, form, None);
    }
    let exceeded = error.code() == Code::PlanExceeded;
    form = form.refused(error, l.locale)?;
    let less = Money::saturating(gross.wide() / 1_000);
    if exceeded && less.is_positive() && less <= line.left {
        let text = fill(t.large, &[("less", &l.exact(&less))]);
        form.add_fault("gross_amount", text);
    }
    again(submit, form, None)
}

/// The form once more, with what was typed and what is wrong.
fn again(submit: &Submit<'_>, form: Form, confirm: Option<Money>) -> Result<Outcome> {
    let project_id = form.value("project_id").parse().ok();
    let day = form.value("posted_on").parse().ok();
    let keep = keep(day, None, PaymentKind::parse(form.value("kind")));
    let l = submit.layout.clone();
    let page = service::read(submit.ctx, |view| build(view, l, form, project_id, keep))?;
    match confirm {
        Some(amount) => Outcome::refusal(422, &page.confirming(amount)),
        None => Outcome::refusal(422, &page),
    }
}

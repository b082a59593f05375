//! Recording decisions on a project's plan: given, added or cut, transferred, extended.

use actix_web::web::Path;
use chrono::NaiveDate;

use super::super::choices::{self, Choices, with_empty};
use super::super::context::Context;
use super::super::form::Form;
use super::super::guard::{Page, Submit};
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, post};
use super::super::typed;
use super::ProjectQuery;
use super::plan::build;
use crate::domain::capital::{GivenKind, Origin};
use crate::domain::format::AmountUnit;
use crate::domain::money::Money;
use crate::error::Result;
use crate::http::guard::needs;
use crate::http::input::{Line, Note, request};
use crate::service::plans::{self, NewEntry, NewExtension, NewTransfer};
use crate::service::projects;
use crate::service::shared::Decision;
use crate::service::{Tx, View, read};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![
        post("/projects/{id}/plan/entries", enter),
        post("/projects/{id}/plan/transfers", transfer),
        post("/projects/{id}/plan/extensions", extend),
    ]
}

request! {
    /// A plan entry as typed, besides its amount.
    pub struct TypedEntry {
        kind: GivenKind,
        funding_source_id: i64,
        budget_year: i32,
        origin: Option<Origin>,
        decision_number: Line<100>,
        decision_issuer: Line<300>,
        decision_date: NaiveDate,
        effective_date: NaiveDate,
        deadline: Option<NaiveDate>,
        note: Option<Note>,
    }
    /// A transfer as typed, besides its amount.
    pub struct TypedTransfer {
        to_project_code: Line<50>,
        funding_source_id: i64,
        budget_year: i32,
        decision_number: Line<100>,
        decision_issuer: Line<300>,
        decision_date: NaiveDate,
        effective_date: NaiveDate,
        note: Option<Note>,
    }
    /// An extension as typed, besides its amount.
    pub struct TypedExtension {
        funding_source_id: i64,
        from_year: i32,
        decision_number: Line<100>,
        decision_issuer: Line<300>,
        decision_date: NaiveDate,
        effective_date: NaiveDate,
    }
}

/// The forms, and what can be chosen in them.
pub struct PlanForms {
    /// Given, added, cut.
    pub entry: Form,
    /// To another project.
    pub transfer: Form,
    /// Into the next year.
    pub extension: Form,
    /// Funding sources.
    pub sources: Choices,
}

/// The form that was refused.
pub enum Refused {
    /// Nothing was sent.
    None,
    /// Given, added, cut.
    Entry(Form),
    /// To another project.
    Transfer(Form),
    /// Into the next year.
    Extension(Form),
}

/// The forms of a plan page.
pub fn forms(view: &mut View<'_>, l: &Layout, c: &Context, refused: Refused) -> Result<PlanForms> {
    let blank = |year: &'static str, of: i32| {
        Form::with([
            (year, of.to_string()),
            ("kind", GivenKind::Initial.entry().as_str().to_owned()),
            ("origin", Origin::InYear.as_str().to_owned()),
        ])
        .keyed()
    };
    let (year, today) = (c.year, view.today);
    let mut forms = PlanForms {
        entry: blank("budget_year", year)?,
        transfer: blank("budget_year", year)?,
        extension: blank("from_year", year - 1)?,
        sources: with_empty(l.t.common.choose, choices::sources(view, today)?),
    };
    match refused {
        Refused::None => {}
        Refused::Entry(form) => forms.entry = form,
        Refused::Transfer(form) => forms.transfer = form,
        Refused::Extension(form) => forms.extension = form,
    }
    forms.entry = forms.entry.part("entry");
    forms.transfer = forms.transfer.part("transfer");
    forms.extension = forms.extension.part("extension");
    Ok(forms)
}

macro_rules! decision {
    ($typed:ident) => {
        Decision {
            number: $typed.decision_number.0.clone(),
            issuer: $typed.decision_issuer.0.clone(),
            date: $typed.decision_date,
        }
    };
}

async fn enter(page: Page<needs::EditPlans>, id: Path<i64>, form: Form) -> Result<Outcome> {
    let id = *id;
    page.submit(form, move |submit, mut form| {
        let typed = form.parse_besides::<TypedEntry>(&["amount"]);
        let (typed, amount) = with_amount(submit, &mut form, typed);
        let new = typed.map(|typed| NewEntry {
            funding_source_id: typed.funding_source_id,
            budget_year: typed.budget_year,
            origin: typed.origin.unwrap_or_default(),
            kind: typed.kind,
            amount,
            effective_date: typed.effective_date,
            decision: decision!(typed),
            deadline: typed.deadline,
            note: typed.note.as_ref().map(|note| note.0.clone()),
        });
        let year = new.as_ref().map(|new| new.budget_year).ok();
        let work =
            move |tx: &mut Tx<'_>, new: &NewEntry| plans::create(tx, id, new).map(|made| made.id);
        record(submit, (id, year), form, new, work, Refused::Entry)
    })
    .await
}

async fn transfer(page: Page<needs::EditPlans>, id: Path<i64>, form: Form) -> Result<Outcome> {
    let id = *id;
    page.submit(form, move |submit, mut form| {
        let typed = form.parse_besides::<TypedTransfer>(&["amount"]);
        let to = match &typed {
            Ok(typed) => read(submit.ctx, |view| {
                projects::with_code(view, &typed.to_project_code)
            })?,
            Err(_) => None,
        };
        if typed.is_ok() && to.is_none() {
            form.add_fault("to_project_code", submit.layout.t.project.no_project);
        }
        let (typed, amount) = with_amount(submit, &mut form, typed);
        let new = typed.map(|typed| NewTransfer {
            from_project_id: id,
            to_project_id: to.unwrap_or_default(),
            funding_source_id: typed.funding_source_id,
            budget_year: typed.budget_year,
            amount,
            effective_date: typed.effective_date,
            decision: decision!(typed),
            note: typed.note.as_ref().map(|note| note.0.clone()),
        });
        let year = new.as_ref().map(|new| new.budget_year).ok();
        let work =
            |tx: &mut Tx<'_>, new: &NewTransfer| plans::transfer(tx, new).map(|made| made.id);
        record(submit, (id, year), form, new, work, Refused::Transfer)
    })
    .await
}

async fn extend(page: Page<needs::EditPlans>, id: Path<i64>, form: Form) -> Result<Outcome> {
    let id = *id;
    page.submit(form, move |submit, mut form| {
        let typed = form.parse_besides::<TypedExtension>(&["amount"]);
        let (typed, amount) = with_amount(submit, &mut form, typed);
        let new = typed.map(|typed| NewExtension {
            project_id: id,
            funding_source_id: typed.funding_source_id,
            from_year: typed.from_year,
            amount,
            effective_date: typed.effective_date,
            decision: decision!(typed),
        });
        let year = new.as_ref().map(|new| new.from_year.saturating_add(1)).ok();
        let work = |tx: &mut Tx<'_>, new: &NewExtension| plans::extend(tx, new).map(|made| made.id);
        record(submit, (id, year), form, new, work, Refused::Extension)
    })
    .await
}

/// What was typed, if the amount beside it can be read, too.
fn with_amount<T>(submit: &Submit<'_>, form: &mut Form, typed: Result<T>) -> (Result<T>, Money) {
    let amount = typed::amount(form, "amount", AmountUnit::Dong, true, &submit.layout);
    (form.sound(typed), amount.unwrap_or_default())
}

/// Records a decision once, or shows the plan again with what is wrong.
fn record<T: Send + 'static>(
    submit: &Submit<'_>,
    (id, year): (i64, Option<i32>),
    form: Form,
    new: Result<T>,
    work: impl Fn(&mut Tx<'_>, &T) -> Result<i64> + Send + 'static,
    refused: fn(Form) -> Refused,
) -> Result<Outcome> {
    let done = new.and_then(|new| submit.once(&form, move |tx| Ok((work(tx, &new)?, Some(id)))));
    match done {
        Ok(_) => {
            let year = year.map(|year| format!("&budget_year={year}"));
            let year = year.unwrap_or_default();
            Ok(Outcome::see_other(format!(
                "/projects/{id}/plan?done=1{year}"
            )))
        }
        Err(error) => submit.again(form, error, |view, l, form| {
            let shown = form.value("budget_year").parse().ok();
            let query = shown.map_or_else(ProjectQuery::today, ProjectQuery::of_year);
            build(view, l, id, &query, refused(form))
        }),
    }
}

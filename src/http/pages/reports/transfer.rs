//! Recording a transfer that the reallocation worksheet proposes.

use askama::Template;
use chrono::NaiveDate;

use super::super::form::Form;
use super::super::guard::{Page, Submit};
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, get, post};
use super::super::typed;
use crate::domain::capital::Origin;
use crate::domain::format::AmountUnit;
use crate::domain::money::{Money, Rate};
use crate::domain::progress::Basis;
use crate::error::{Code, Result};
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::http::input::{Line, Note, request};
use crate::service::View;
use crate::service::plans::{self, NewTransfer};
use crate::service::progress::{self, Asked};
use crate::service::projects::{self, Project};
use crate::service::reports::reallocation::TransferBody;
use crate::service::shared::{Decision, Named, Refs};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![
        get("/plan-transfers/new", show),
        post("/plan-transfers/new", record),
    ]
}

request! {
    /// The transfer that is proposed.
    pub struct ProposedTransfer {
        from_project_id: i64,
        to_project_id: i64,
        funding_source_id: i64,
        budget_year: i32,
        amount: Option<Money>,
        note: Option<Note>,
    }
    /// A transfer as typed, besides its amount.
    pub struct TypedTransfer {
        from_project_id: i64,
        to_project_id: i64,
        funding_source_id: i64,
        budget_year: i32,
        effective_date: NaiveDate,
        decision_number: Line<100>,
        decision_issuer: Line<300>,
        decision_date: NaiveDate,
        note: Option<Note>,
    }
}

/// The address that opens the form with a proposal in it.
pub fn path(transfer: &TransferBody) -> String {
    format!(
        "/plan-transfers/new?from_project_id={}&to_project_id={}&funding_source_id={}&budget_year={}&amount={}",
        transfer.from_project_id,
        transfer.to_project_id,
        transfer.funding_source_id,
        transfer.budget_year,
        transfer.amount.get(),
    )
}

/// A side of the transfer: how its line stands today.
struct Side {
    role: &'static str,
    project: Project,
    plan: Money,
    disbursed: Money,
    rate: Option<Rate>,
}

#[derive(Template)]
#[template(path = "transfer.html", config = "src/http/pages/askama.toml")]
struct TransferPage {
    l: Layout,
    form: Form,
    sides: [Side; 2],
    source: String,
    year: i32,
}

async fn show(page: Page<needs::EditPlans>, query: Query<ProposedTransfer>) -> Result<Outcome> {
    page.ask(query, |view, l, query| {
        let form = Form::with([
            ("from_project_id", query.from_project_id.to_string()),
            ("to_project_id", query.to_project_id.to_string()),
            ("funding_source_id", query.funding_source_id.to_string()),
            ("budget_year", query.budget_year.to_string()),
            (
                "amount",
                query
                    .amount
                    .map_or_else(String::new, |amount| typed::shown(amount, &l)),
            ),
            ("effective_date", view.today.to_string()),
            ("note", query.note.map(|note| note.0).unwrap_or_default()),
        ]);
        load(view, l, form.keyed()?)
    })
    .await
}

fn load(view: &mut View<'_>, l: Layout, form: Form) -> Result<TransferPage> {
    let id = |name| form.value(name).parse::<i64>().map_err(|_| Code::NotFound);
    let year = form
        .value("budget_year")
        .parse::<i32>()
        .map_err(|_| Code::NotFound)?;
    let source = id("funding_source_id")?;
    let t = &l.t.reports;
    let mut side = |role, name| {
        let asked = Asked {
            budget_year: year,
            as_of: view.today,
            basis: Basis::Adjusted,
        };
        let project = projects::get(view, id(name)?)?;
        let lines = progress::of_project(view, project.id, asked)?.lines;
        let line = lines
            .iter()
            .find(|line| line.funding_source.id == source && line.origin == Origin::InYear);
        Ok::<_, crate::error::Error>(Side {
            role,
            project,
            plan: line.map_or(Money::ZERO, |line| line.plan),
            disbursed: line.map_or(Money::ZERO, |line| line.disbursed),
            rate: line.and_then(|line| line.rate),
        })
    };
    let sides = [
        side(t.gives, "from_project_id")?,
        side(t.takes, "to_project_id")?,
    ];
    let names = Refs::load(view.conn, Named::Sources, [source])?;
    Ok(TransferPage {
        source: names.get(source).name,
        sides,
        year,
        form,
        l,
    })
}

async fn record(page: Page<needs::EditPlans>, form: Form) -> Result<Outcome> {
    page.submit(form, send).await
}

fn send(submit: &Submit<'_>, mut form: Form) -> Result<Outcome> {
    let l = &submit.layout;
    let amount = typed::amount(&mut form, "amount", AmountUnit::Dong, true, l);
    let typed = form.parse_besides::<TypedTransfer>(&["amount"]);
    let new = match (typed, amount) {
        (Ok(typed), Some(amount)) => new(&typed, amount),
        (Ok(_), None) => return submit.marked(form, load),
        (Err(error), _) => return submit.again(form, error, load),
    };
    let year = new.budget_year;
    let done = submit.once(&form, move |tx| {
        let made = plans::transfer(tx, &new)?;
        Ok((made.id, Some(made.from_project_id)))
    });
    match done {
        Ok((id, _)) => Ok(Outcome::see_other(format!(
            "/reports/reallocation?budget_year={year}&done={id}"
        ))),
        Err(error) => submit.again(form, error, load),
    }
}

fn new(typed: &TypedTransfer, amount: Money) -> NewTransfer {
    NewTransfer {
        from_project_id: typed.from_project_id,
        to_project_id: typed.to_project_id,
        funding_source_id: typed.funding_source_id,
        budget_year: typed.budget_year,
        amount,
        effective_date: typed.effective_date,
        decision: Decision {
            number: typed.decision_number.0.clone(),
            issuer: typed.decision_issuer.0.clone(),
            date: typed.decision_date,
        },
        note: typed.note.as_ref().map(|note| note.0.clone()),
    }
}

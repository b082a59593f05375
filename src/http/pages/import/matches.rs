//! A committed Treasury statement, side by side with the payments recorded here.

use actix_web::web::Path;
use askama::Template;

use super::super::form::Form;
use super::super::guard::{Page, Submit};
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::pager::Pager;
use super::super::route::{PageRoute, get, post};
use super::super::text::{fill, labels};
use crate::domain::capital::Origin;
use crate::domain::disbursement::PaymentKind;
use crate::domain::imports::matching::MatchState;
use crate::domain::progress::Basis;
use crate::error::{Error, Result};
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::http::input::{Line, request};
use crate::service::imports::matches::{self, Recording, Resolution, StatementMatch};
use crate::service::imports::{self, Import};
use crate::service::reports::{Asked, reconciliation};
use crate::service::{self, View, write};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![
        get("/import/{id}/matches", show),
        post("/import/{id}/matches", act),
    ]
}

request! {
    /// Which list.
    pub struct MatchesQuery {
        state: Option<MatchState>,
        cursor: Option<Line<1000>>,
        changed: Option<i32>,
    }
}

/// Lines of a page.
const ROWS: i64 = 50;

/// One list of the four.
#[derive(Template)]
#[template(path = "import_matches.html", config = "src/http/pages/askama.toml")]
pub struct MatchesPage {
    l: Layout,
    one: Import,
    form: Form,
    state: MatchState,
    rows: Vec<StatementMatch>,
    next: Option<String>,
    changed: Option<i32>,
    up_to: String,
}

impl MatchesPage {
    fn states(&self) -> Vec<(&'static str, &'static str, bool)> {
        let name = |state: &MatchState| {
            let t = &self.l.t.import;
            match state {
                MatchState::Agreed => t.state_agreed,
                MatchState::Differs => t.state_differs,
                MatchState::TreasuryOnly => t.state_treasury_only,
                MatchState::LedgerOnly => t.state_ledger_only,
            }
        };
        let all = MatchState::ALL.iter();
        all.map(|state| (state.as_str(), name(state), *state == self.state))
            .collect()
    }

    fn resolution(&self, one: &StatementMatch) -> &'static str {
        let t = &self.l.t.import;
        match one.resolution {
            Resolution::Open => t.open,
            Resolution::Accepted => t.accepted,
            Resolution::Created => t.created,
            Resolution::Disputed => t.disputed,
        }
    }

    fn is_open(&self, one: &StatementMatch) -> bool {
        one.resolution == Resolution::Open
    }

    fn choose(&self, one: &StatementMatch) -> String {
        let row = one.statement.as_ref().map(|line| line.row.to_string());
        fill(
            self.l.t.import.choose,
            &[("row", row.as_deref().unwrap_or("–"))],
        )
    }

    fn kinds(&self) -> Vec<(String, String)> {
        let kinds = [PaymentKind::CompletedVolume, PaymentKind::Advance];
        kinds
            .iter()
            .map(|kind| {
                let label = labels::payment_kind(kind.as_str(), self.l.locale);
                (kind.as_str().to_owned(), label.to_owned())
            })
            .collect()
    }

    fn changed(&self) -> Option<String> {
        let changed = self.changed?.to_string();
        Some(fill(self.l.t.import.changed, &[("n", &changed)]))
    }
}

async fn show(
    page: Page<needs::LogDisbursements>,
    id: Path<i64>,
    query: Query<MatchesQuery>,
) -> Result<Outcome> {
    page.browse(query, move |view, l, query, pager| {
        let state = query.state.unwrap_or(MatchState::Differs);
        let cursor = query.cursor.as_ref().map(|cursor| cursor.as_str());
        let mut page = build(view, l, *id, state, Some((pager, cursor)))?;
        page.changed = query.changed;
        Ok(page)
    })
    .await
}

fn build(
    view: &mut View<'_>,
    l: Layout,
    id: i64,
    state: MatchState,
    pager: Option<(&Pager, Option<&str>)>,
) -> Result<MatchesPage> {
    let first = service::page::Page {
        limit: ROWS,
        after: None,
    };
    let page = match pager {
        Some((pager, cursor)) => pager.page(ROWS, cursor)?,
        None => first,
    };
    let found = matches::list(view, id, vec![state], &[], &page)?;
    let year = found.rows.first().map_or(0, |row| row.budget_year);
    let next = pager.and_then(|(pager, _)| pager.next(found.next.as_ref()));
    Ok(MatchesPage {
        one: imports::get(view, id)?,
        form: Form::default(),
        state,
        rows: found.rows,
        next,
        changed: None,
        up_to: up_to(view, &l, year)?,
        l,
    })
}

/// How far the year of the list is reconciled.
fn up_to(view: &mut View<'_>, l: &Layout, budget_year: i32) -> Result<String> {
    let asked = Asked {
        budget_year,
        as_of: view.today,
        basis: Basis::Total,
        unit_id: None,
        funding_source_id: None,
    };
    let report = reconciliation::reconciliation(view, &asked)?;
    Ok(match report.reconciled_up_to {
        Some(day) => fill(l.t.import.up_to, &[("date", &l.date(&day))]),
        None => l.t.import.up_to_none.to_owned(),
    })
}

async fn act(page: Page<needs::LogDisbursements>, id: Path<i64>, form: Form) -> Result<Outcome> {
    page.submit(form, move |submit, form| take(submit, *id, form))
        .await
}

fn take(submit: &Submit<'_>, id: i64, mut form: Form) -> Result<Outcome> {
    let state = MatchState::parse(form.value("state")).unwrap_or(MatchState::Differs);
    let chosen: Vec<i64> = form
        .values("match_ids")
        .filter_map(|text| text.parse().ok())
        .collect();
    let action = form.value("action").to_owned();
    let kind = PaymentKind::parse(form.value("kind")).unwrap_or(PaymentKind::CompletedVolume);
    let why = Some(form.value("reason").trim().to_owned()).filter(|why| !why.is_empty());
    let done = write(submit.ctx, move |tx| match action.as_str() {
        "accept_all" => matches::accept(tx, id, &[]),
        "accept" if !chosen.is_empty() => matches::accept(tx, id, &chosen),
        "record" => {
            let origin = Origin::InYear;
            matches::create(tx, id, &chosen, &Recording { kind, origin })
        }
        _ => matches::dispute(tx, id, &chosen, why.as_deref()),
    });
    match done {
        Ok(done) => Ok(Outcome::see_other(format!(
            "/import/{id}/matches?state={}&changed={}",
            state.as_str(),
            done.changed
        ))),
        Err(error @ Error::Refused(_)) => {
            let status = error.code().status();
            form = form.refused(error, submit.layout.locale)?;
            let layout = submit.layout.clone();
            let page = service::read(submit.ctx, |view| {
                let mut page = build(view, layout, id, state, None)?;
                page.form = form;
                Ok(page)
            })?;
            Outcome::refusal(status, &page)
        }
        Err(other) => Err(other),
    }
}

//! The form and what stands beside it.

use askama::Template;
use chrono::NaiveDate;

use super::super::form::{Form, KEY};
use super::super::guard::Page;
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, get};
use super::super::text::{fill, labels};
use crate::domain::disbursement::PaymentKind;
use crate::domain::money::Money;
use crate::domain::progress::Basis;
use crate::error::Result;
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::http::input::{Line, request};
use crate::service::View;
use crate::service::auth::random_token;
use crate::service::disbursements::{self, Disbursement, ListFilter, PayableLine, Sort};
use crate::service::page::Page as ListPage;
use crate::service::projects::{self, ListOrder, Project};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![get("/payments/new", show)]
}

request! {
    /// What the form begins with.
    pub struct PaymentQuery {
        q: Option<Line<200>>,
        project_id: Option<i64>,
        line_id: Option<i64>,
        funding_source_id: Option<i64>,
        posted_on: Option<NaiveDate>,
        kind: Option<PaymentKind>,
        done: Option<i64>,
        again: Option<Line<1>>,
    }
}

/// Projects shown for a search.
const FOUND: i64 = 12;
/// Own entries shown beside the form.
const RECENT: usize = 8;

/// Everything the page shows.
#[derive(Template)]
#[template(path = "payment.html", config = "src/http/pages/askama.toml")]
pub struct PaymentPage {
    l: Layout,
    form: Form,
    /// The project being paid for.
    project: Option<Project>,
    lines: Vec<PayableLine>,
    /// Projects that match a search, and whether there are more.
    found: Option<(Vec<Project>, bool)>,
    recent: Vec<Disbursement>,
    done: Option<Disbursement>,
    again: bool,
    /// What has to be confirmed: the amount as read.
    confirm: Option<Money>,
    /// Parameters kept for the next entry.
    keep: String,
}

async fn show(page: Page<needs::LogDisbursements>, query: Query<PaymentQuery>) -> Result<Outcome> {
    page.ask(query, blank).await
}

fn blank(view: &mut View<'_>, l: Layout, query: PaymentQuery) -> Result<PaymentPage> {
    let mut form = Form::default();
    let text = |value: Option<i64>| value.map(|id| id.to_string()).unwrap_or_default();
    form.set("project_id", text(query.project_id));
    form.set("line_id", text(query.line_id));
    form.set("q", query.q.as_ref().map_or("", |q| q.0.as_str()));
    let day = query.posted_on.unwrap_or(view.today);
    form.set("posted_on", day.to_string());
    let kind = query.kind.unwrap_or(PaymentKind::CompletedVolume);
    form.set("kind", kind.as_str());
    let keep = keep(Some(day), query.funding_source_id, Some(kind));
    let mut page = build(view, l, form, query.project_id, keep)?;
    page.again = query.again.is_some();
    page.done = match query.done {
        Some(id) => Some(disbursements::get(view, id)?),
        None => None,
    };
    page.choose_line(query.line_id, query.funding_source_id);
    Ok(page)
}

/// What the next entry begins with.
pub fn keep(day: Option<NaiveDate>, source: Option<i64>, kind: Option<PaymentKind>) -> String {
    let parts = [
        day.map(|day| format!("posted_on={day}")),
        source.map(|id| format!("funding_source_id={id}")),
        kind.map(|kind| format!("kind={}", kind.as_str())),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("&")
}

/// The page with a form as it stands.
pub fn build(
    view: &mut View<'_>,
    l: Layout,
    mut form: Form,
    project_id: Option<i64>,
    keep: String,
) -> Result<PaymentPage> {
    form.set(KEY, random_token()?);
    let (project, lines) = match project_id {
        Some(id) => {
            let project = projects::get(view, id)?;
            let today = view.today;
            (
                Some(project),
                disbursements::payable_lines(view, id, today)?,
            )
        }
        None => (None, Vec::new()),
    };
    let found = match (&project, form.value("q")) {
        (None, q) if !q.is_empty() => Some(found(view, q.to_owned())?),
        _ => None,
    };
    Ok(PaymentPage {
        recent: recent(view)?,
        project,
        lines,
        found,
        form,
        done: None,
        again: false,
        confirm: None,
        keep,
        l,
    })
}

fn found(view: &mut View<'_>, q: String) -> Result<(Vec<Project>, bool)> {
    let filter = projects::ListFilter {
        q: Some(q),
        ..projects::ListFilter::default()
    };
    let page = ListPage {
        limit: FOUND,
        after: None,
    };
    let order = ListOrder {
        basis: Basis::Total,
        ..ListOrder::default()
    };
    let rows = projects::list(view, &filter, order, &page)?;
    let more = rows.next.is_some();
    let projects = rows.rows.into_iter().map(|listed| listed.project).collect();
    Ok((projects, more))
}

/// The reader's own latest entries.
fn recent(view: &mut View<'_>) -> Result<Vec<Disbursement>> {
    let page = ListPage {
        limit: 60,
        after: None,
    };
    let all = disbursements::list(view, &ListFilter::default(), Some(Sort::IdDown), &page)?;
    let me = view.ctx.actor.user_id;
    let own = |entry: &Disbursement| entry.recorded_by.as_ref().map(|user| user.id) == me;
    Ok(all.rows.into_iter().filter(own).take(RECENT).collect())
}

impl PaymentPage {
    /// Asks to confirm an amount.
    pub fn confirming(mut self, amount: Money) -> Self {
        self.confirm = Some(amount);
        self
    }

    /// Marks the line asked for, or the one of the source kept from the entry before, or the only
    /// one that has anything left.
    fn choose_line(&mut self, line_id: Option<i64>, source: Option<i64>) {
        let today = self.l.today;
        let open: Vec<&PayableLine> = self
            .lines
            .iter()
            .filter(|line| line.left.is_positive() && line.deadline >= today)
            .collect();
        let found = self
            .lines
            .iter()
            .find(|line| Some(line.id) == line_id)
            .or_else(|| {
                let of_source = |line: &&&PayableLine| Some(line.funding_source.id) == source;
                open.iter().find(of_source).copied()
            })
            .or(match open.as_slice() {
                [only] => Some(*only),
                _ => None,
            })
            .map(|line| line.id.to_string());
        if let Some(id) = found {
            self.form.set("line_id", id);
        }
    }

    /// The lines that may be paid from now, or those whose period is over.
    fn lines_that(&self, are_over: bool) -> Vec<&PayableLine> {
        let over = |line: &&PayableLine| line.deadline < self.l.today;
        self.lines
            .iter()
            .filter(|line| over(line) == are_over)
            .collect()
    }

    fn over_is_chosen(&self) -> bool {
        self.lines_that(true)
            .iter()
            .any(|line| self.is_chosen(line))
    }

    fn is_chosen(&self, line: &PayableLine) -> bool {
        self.form.value("line_id") == line.id.to_string()
    }

    fn line_name(&self, line: &PayableLine) -> String {
        let origin = labels::origin(line.origin.as_str(), self.l.locale).to_lowercase();
        let year = line.budget_year;
        format!("{} {year}, {origin}", line.funding_source.code)
    }

    fn line_left(&self, line: &PayableLine) -> String {
        let (left, available) = (self.l.exact(&line.left), self.l.exact(&line.available));
        let values = [("left", left.as_str()), ("available", &available)];
        fill(self.l.t.payment.line_left, &values)
    }

    fn kinds(&self) -> Vec<(String, String)> {
        PaymentKind::ALL
            .iter()
            .map(|kind| {
                let label = labels::payment_kind(kind.as_str(), self.l.locale);
                (kind.as_str().to_owned(), label.to_owned())
            })
            .collect()
    }

    fn done_text(&self, payment: &Disbursement) -> String {
        let t = &self.l.t.payment;
        let text = match payment.reverses_id {
            Some(_) => t.recorded_reversal,
            None => t.recorded,
        };
        let net = self.l.exact(&payment.net_amount);
        let values = [
            ("net", net.as_str()),
            ("project", &payment.project.name),
            ("voucher", &payment.voucher_number),
        ];
        fill(text, &values)
    }

    fn choose_link(&self, id: &i64) -> String {
        format!("/payments/new?project_id={id}&{}", self.keep)
    }

    fn again_link(&self, payment: &Disbursement) -> String {
        let (project, line) = (payment.project_id, payment.line_id);
        format!(
            "/payments/new?project_id={project}&line_id={line}&{}",
            self.keep
        )
    }

    fn kept(&self) -> Vec<(&str, &str)> {
        self.keep
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .collect()
    }

    fn confirm_text(&self, amount: &Money) -> String {
        let amount = self.l.exact(amount);
        fill(self.l.t.payment.small_confirm, &[("amount", &amount)])
    }

    fn fault_of(&self, name: &str) -> Vec<String> {
        self.form.faults_of(name)
    }
}

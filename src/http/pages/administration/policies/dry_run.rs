//! What a rule would have done on past days. Nothing is written.

use actix_web::web::Path;
use askama::Template;
use chrono::{NaiveDate, TimeDelta};

use super::super::super::form::Form;
use super::super::super::guard::Page;
use super::super::super::layout::Layout;
use super::super::super::outcome::Outcome;
use super::super::super::route::{PageRoute, get};
use super::named;
use crate::domain::alerts::Rule;
use crate::domain::labels;
use crate::error::{Error, Result};
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::http::input::{Line, request};
use crate::service::View;
use crate::service::alerts::{self, DryRun};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![get("/administration/alert-policies/{id}/dry-run", show)]
}

request! {
    /// Past days, as typed into a form of this page.
    pub struct DryRunQuery {
        from: Option<Line<20>>,
        to: Option<Line<20>>,
    }
    /// Past days.
    pub struct Days {
        from: NaiveDate,
        to: NaiveDate,
    }
}

/// Days that the form begins with.
const DAYS: i64 = 90;

#[derive(Template)]
#[template(path = "dry_run.html", config = "src/http/pages/askama.toml")]
struct DryRunPage {
    l: Layout,
    /// Names the policy.
    name: String,
    rule: Rule,
    form: Form,
    run: Option<DryRun>,
}

async fn show(
    page: Page<needs::ManagePolicies>,
    name: Path<String>,
    query: Query<DryRunQuery>,
) -> Result<Outcome> {
    page.ask(query, move |view, l, query| {
        let (rule, unit) = named(&name)?;
        let (form, run) = asked(view, &l, (rule, unit), query)?;
        Ok(DryRunPage {
            name: name.into_inner(),
            rule,
            form,
            run,
            l,
        })
    })
    .await
}

fn asked(
    view: &mut View<'_>,
    l: &Layout,
    (rule, unit): (Rule, Option<i64>),
    query: DryRunQuery,
) -> Result<(Form, Option<DryRun>)> {
    let (Some(from), Some(to)) = (query.from, query.to) else {
        let to = view.today;
        let from = to.checked_sub_signed(TimeDelta::days(DAYS)).unwrap_or(to);
        let days = [("from", from.to_string()), ("to", to.to_string())];
        return Ok((Form::with(days), None));
    };
    let form = Form::with([("from", from.0), ("to", to.0)]);
    let run = form
        .parse::<Days>()
        .and_then(|days| alerts::dry_run(view, rule.as_str(), unit, days.from, days.to));
    match run {
        Ok(run) => Ok((form, Some(run))),
        Err(error @ Error::Refused(_)) => Ok((form.refused(error, l.locale)?, None)),
        Err(error) => Err(error),
    }
}

impl DryRunPage {
    fn rule_name(&self) -> &'static str {
        labels::rule(self.rule.as_str(), self.l.locale)
    }

    fn days_text(&self, run: &DryRun) -> String {
        let l = &self.l;
        let (from, to) = (l.date(&run.from), l.date(&run.to));
        let (alerts, mails) = (l.number(&run.alerts), l.number(&run.mails));
        let values = [
            ("from", from.as_str()),
            ("to", &to),
            ("alerts", &alerts),
            ("mails", &mails),
        ];
        l.fill(l.t.policy.dry_run_sum, &values)
    }
}

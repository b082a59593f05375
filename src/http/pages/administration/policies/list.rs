//! How every rule works, in the province or in a unit.

use askama::Template;

use super::super::super::choices::{self, Choices, with_empty};
use super::super::super::form::Form;
use super::super::super::guard::Page;
use super::super::super::layout::Layout;
use super::super::super::outcome::Outcome;
use super::super::super::route::{PageRoute, get};
use super::name;
use crate::domain::labels;
use crate::error::Result;
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::http::input::request;
use crate::service::alerts::{self, AlertPolicy};
use crate::service::page::Page as ListPage;

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![get("/administration/alert-policies", show)]
}

request! {
    /// Where the policies hold.
    pub struct PoliciesQuery {
        unit_id: Option<i64>,
    }
}

#[derive(Template)]
#[template(path = "policies.html", config = "src/http/pages/askama.toml")]
struct PoliciesPage {
    l: Layout,
    form: Form,
    units: Choices,
    policies: Vec<AlertPolicy>,
}

async fn show(page: Page<needs::Read>, query: Query<PoliciesQuery>) -> Result<Outcome> {
    page.ask(query, |view, l, query| {
        let unit = query.unit_id.map(|id| id.to_string()).unwrap_or_default();
        let units = choices::units_with(view, view.today, &unit)?;
        Ok(PoliciesPage {
            units: with_empty(l.t.administration.whole_province, units),
            policies: alerts::list_policies(view, query.unit_id, &ListPage::all())?.rows,
            form: Form::with([("unit_id", unit)]),
            l,
        })
    })
    .await
}

impl PoliciesPage {
    fn link(&self, policy: &AlertPolicy) -> String {
        let name = name(&policy.rule, policy.unit_id);
        format!("/administration/alert-policies/{name}")
    }

    /// From when on an alert is raised.
    fn raised(&self, policy: &AlertPolicy) -> String {
        let l = &self.l;
        match policy.forecast_percent {
            Some(percent) => l.fill(
                l.t.policy.below_forecast,
                &[("percent", &percent.to_string())],
            ),
            None => policy.days.to_string(),
        }
    }

    /// From when on an alert is critical.
    fn critical(&self, policy: &AlertPolicy) -> String {
        let l = &self.l;
        let t = &l.t.policy;
        let days = policy.critical_days.map(|days| {
            let days = l.days(&days);
            l.fill(t.above_days, &[("days", &days)])
        });
        let percent = policy.critical_percent.map(|percent| {
            let percent = percent.to_string();
            l.fill(t.from_percent, &[("percent", &percent)])
        });
        let parts: Vec<String> = days.into_iter().chain(percent).collect();
        match parts.is_empty() {
            true => "–".to_owned(),
            false => parts.join("; "),
        }
    }

    fn steps(&self, policy: &AlertPolicy) -> String {
        let steps: Vec<String> = policy.steps.iter().map(u32::to_string).collect();
        match steps.is_empty() {
            true => "–".to_owned(),
            false => steps.join(", "),
        }
    }

    fn set_where(&self, policy: &AlertPolicy) -> &'static str {
        let t = &self.l.t.policy;
        match (policy.is_own, policy.unit_id) {
            (true, Some(_)) => t.own_of_unit,
            (true, None) => t.own_of_province,
            (false, Some(_)) => t.from_above,
            (false, None) => t.standard,
        }
    }
}

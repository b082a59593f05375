//! Reports on screen, in print and as files, and the closing of months.

mod closing;
mod closings;
mod explain;
mod filters;
mod show;
mod transfer;

use askama::Template;
use chrono::NaiveDate;

use super::context::Context;
use super::guard::Page;
use super::layout::Layout;
use super::outcome::Outcome;
use super::route::{PageRoute, get};
use crate::domain::progress::Basis;
use crate::error::Result;
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::http::input::request;
use crate::service::reports::wanted::ReportName;
use crate::sheets::workbook::reports::title;

/// The pages of this folder.
pub fn routes() -> Vec<PageRoute> {
    let mut list = vec![get("/reports", index)];
    list.extend(explain::routes());
    list.extend(show::routes());
    list.extend(closings::routes());
    list.extend(closing::routes());
    list.extend(transfer::routes());
    list
}

request! {
    /// Which figures the reports are opened with.
    pub struct ReportsQuery {
        budget_year: Option<i32>,
        as_of: Option<NaiveDate>,
        basis: Option<Basis>,
    }
}

/// A report that can be opened.
struct Entry {
    link: String,
    title: &'static str,
    about: &'static str,
}

#[derive(Template)]
#[template(path = "reports.html", config = "src/http/pages/askama.toml")]
struct ReportsPage {
    l: Layout,
    c: Context,
    groups: Vec<(&'static str, Vec<Entry>)>,
}

async fn index(page: Page<needs::Read>, query: Query<ReportsQuery>) -> Result<Outcome> {
    page.ask(query, |view, l, query| {
        let asked = (query.budget_year, query.as_of, query.basis);
        let c = Context::new("/reports", view.today, asked).with_assigned();
        let t = &l.t.reports;
        let entry = |name: ReportName, about| Entry {
            link: c.link(format!("/reports/{}", name.as_str())),
            title: title(name, l.locale),
            about,
        };
        use ReportName::*;
        let steering = vec![
            entry(Progress, t.about_progress),
            entry(Ranking, t.about_ranking),
            entry(SCurve, t.about_s_curve),
            entry(LateItems, t.about_late_items),
            entry(Promises, t.about_promises),
            entry(AlertQuality, t.about_alert_quality),
            entry(Compliance, t.about_compliance),
        ];
        let capital = vec![
            entry(Projects, t.about_projects),
            entry(Allocation, t.about_allocation),
            entry(Advances, t.about_advances),
            entry(PlanChanges, t.about_plan_changes),
            entry(Reallocation, t.about_reallocation),
            entry(Payments, t.about_payments),
        ];
        let records = vec![Entry {
            link: "/reports/period-closings".to_owned(),
            title: t.closings,
            about: t.about_closings,
        }];
        let groups = vec![
            (t.steering, steering),
            (t.capital, capital),
            (t.records, records),
        ];
        Ok(ReportsPage { c, groups, l })
    })
    .await
}

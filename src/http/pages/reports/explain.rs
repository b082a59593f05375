//! How the rate of a row came about: the decisions behind the plan, the payments by month, what the
//! basis leaves out, and when it was read.

use askama::Template;
use chrono::NaiveDate;

use super::super::context::Context;
use super::super::guard::Page;
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, get};
use super::super::sign_in::percent;
use super::super::text::{fill, labels};
use crate::domain::money::Money;
use crate::domain::progress::Basis;
use crate::domain::units::Level as UnitLevel;
use crate::error::Result;
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::http::input::{Line, request};
use crate::service::View;
use crate::service::projects;
use crate::service::reports::Asked;
use crate::service::reports::explain::{self, Decided, Explanation, Part};
use crate::service::reports::progress::{GroupBy, Grouping};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![get("/reports/explain", show)]
}

request! {
    /// Which row of which report.
    pub struct ExplainQuery {
        budget_year: Option<i32>,
        as_of: Option<NaiveDate>,
        basis: Option<Basis>,
        unit_id: Option<i64>,
        funding_source_id: Option<i64>,
        level: Option<UnitLevel>,
        part: Vec<Line<100>>,
        project_id: Option<i64>,
    }
}

/// The address that explains a row of the report with this context.
pub fn path(c: &Context, part: &Part) -> String {
    let kept = c.parameters(|name| ["unit_id", "funding_source_id", "level"].contains(&name));
    let keys = part.written().map(|key| format!("part={}", percent(&key)));
    let project = part.project_id.map(|id| format!("project_id={id}"));
    let parameters: Vec<String> = kept.chain(keys).chain(project).collect();
    c.link(match parameters.is_empty() {
        true => "/reports/explain".to_owned(),
        false => format!("/reports/explain?{}", parameters.join("&")),
    })
}

/// Decisions shown of each list, the largest sums.
const DECISIONS: usize = 100;

/// Plan entries by decision, with what is not shown one by one.
struct Decisions {
    title: &'static str,
    rows: Vec<Decided>,
    others: Option<(String, Money)>,
    total: Money,
}

#[derive(Template)]
#[template(path = "explain.html", config = "src/http/pages/askama.toml")]
struct ExplainPage {
    l: Layout,
    c: Context,
    named: Vec<(&'static str, String)>,
    e: Explanation,
    lists: Vec<Decisions>,
    project: Option<i64>,
}

async fn show(page: Page<needs::Read>, query: Query<ExplainQuery>) -> Result<Outcome> {
    page.ask(query, load).await
}

fn load(view: &mut View<'_>, l: Layout, query: ExplainQuery) -> Result<ExplainPage> {
    let asked = (query.budget_year, query.as_of, query.basis);
    let mut c = Context::new("/reports/explain", view.today, asked)
        .keep("unit_id", query.unit_id)
        .keep("funding_source_id", query.funding_source_id)
        .keep("level", query.level.map(UnitLevel::as_str))
        .keep("project_id", query.project_id);
    for key in &query.part {
        c = c.keep("part", Some(&key.0));
    }
    let asked = Asked {
        budget_year: c.year,
        as_of: c.as_of,
        basis: c.basis,
        unit_id: query.unit_id,
        funding_source_id: query.funding_source_id,
    };
    let grouping = Grouping {
        level: query.level,
        ..Grouping::by(GroupBy::Unit)
    };
    let mut part = Part::read(query.part.iter().map(|key| key.0.as_str()))?;
    part.project_id = query.project_id;
    let e = explain::explain(view, &asked, grouping, &part)?;
    let t = &l.t.reports;
    let mut named: Vec<_> = e
        .names
        .iter()
        .map(|(by, name)| named(*by, name, &l))
        .collect();
    if let Some(id) = query.project_id {
        named.push((t.by_project, projects::get(view, id)?.name));
    }
    let lists = [(t.counted, &e.counted), (t.left_out, &e.left_out)];
    let lists = lists
        .into_iter()
        .map(|(title, all)| decisions(title, all, &l));
    Ok(ExplainPage {
        lists: lists.collect(),
        project: query.project_id,
        named,
        e,
        c,
        l,
    })
}

fn named(by: GroupBy, name: &str, l: &Layout) -> (&'static str, String) {
    let t = &l.t.reports;
    let (label, name) = match by {
        GroupBy::Unit => (t.by_unit, name),
        GroupBy::Source => (t.by_source, name),
        GroupBy::Investor => (t.by_investor, name),
        GroupBy::Sector => (t.by_sector, labels::sector(name, l.locale)),
        GroupBy::Status => (t.by_status, labels::project_status(name, l.locale)),
        GroupBy::Leader => (t.by_leader, name),
    };
    (label, name.to_owned())
}

/// The largest sums, by date, and the others together.
fn decisions(title: &'static str, all: &[Decided], l: &Layout) -> Decisions {
    let sum = |rows: &[Decided]| {
        let sum = rows.iter().map(|one| one.amount.wide()).sum();
        Money::saturating(sum)
    };
    let mut rows = all.to_vec();
    rows.sort_by_key(|one| std::cmp::Reverse(one.amount.get().unsigned_abs()));
    let others = rows.split_off(rows.len().min(DECISIONS));
    rows.sort_by_key(|one| one.decision.date);
    let n = others.len().to_string();
    let others = (!others.is_empty()).then(|| {
        (
            fill(l.t.reports.other_decisions, &[("n", &n)]),
            sum(&others),
        )
    });
    Decisions {
        title,
        total: sum(all),
        rows,
        others,
    }
}

impl ExplainPage {
    fn project_link(&self, id: &i64, tab: &str) -> String {
        self.c.link(format!("/projects/{id}/{tab}"))
    }

    fn lines_text(&self) -> String {
        let (projects, lines) = (self.e.projects.to_string(), self.e.lines.to_string());
        let values = [("projects", projects.as_str()), ("lines", &lines)];
        fill(self.l.t.reports.explain_lines, &values)
    }
}

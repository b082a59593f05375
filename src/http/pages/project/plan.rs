//! The plan entries of a project with the decisions behind them.

use actix_web::web::Path;
use askama::Template;

use super::super::context::Context;
use super::super::guard::Page;
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, get};
use super::super::text::labels;
use super::{Head, ProjectQuery, Tab, head};
use crate::domain::money::Money;
use crate::error::Result;
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::service::page::Page as ListPage;
use crate::service::plans::{self, Filter, PlanEntry};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![get("/projects/{id}/plan", show)]
}

/// The entries of one line with the plan after each.
struct Line {
    name: String,
    entries: Vec<(PlanEntry, Money)>,
    plan: Money,
}

#[derive(Template)]
#[template(path = "project_plan.html", config = "src/http/pages/askama.toml")]
struct PlanPage {
    l: Layout,
    c: Context,
    head: Head,
    lines: Vec<Line>,
}

async fn show(
    page: Page<needs::Read>,
    query: Query<ProjectQuery>,
    id: Path<i64>,
) -> Result<Outcome> {
    page.ask(query, move |view, l, query| {
        let (head, c) = head(view, &l, *id, Tab::Plan, &query)?;
        let filter = Filter {
            budget_years: vec![c.year],
            ..Filter::default()
        };
        let entries = plans::list(view, *id, &filter, &ListPage::all())?.rows;
        Ok(PlanPage {
            lines: lines(&l, &c, entries),
            head,
            c,
            l,
        })
    })
    .await
}

fn lines(l: &Layout, c: &Context, entries: Vec<PlanEntry>) -> Vec<Line> {
    let mut lines: Vec<(i64, Line)> = Vec::new();
    for entry in entries {
        if !lines.iter().any(|(id, _)| *id == entry.line_id) {
            let origin = labels::origin(entry.origin.as_str(), l.locale).to_lowercase();
            let line = Line {
                name: format!("{}, {origin}", entry.funding_source.name),
                entries: Vec::new(),
                plan: Money::ZERO,
            };
            lines.push((entry.line_id, line));
        }
        let Some((_, line)) = lines.iter_mut().find(|(id, _)| *id == entry.line_id) else {
            continue;
        };
        // An extension moves what may still be spent, not what was assigned (domain.md section 4).
        let counts = entry.kind != "extension_out";
        let before = line.entries.last().map_or(Money::ZERO, |(_, plan)| *plan);
        let added = if counts { entry.amount.wide() } else { 0 };
        let after = Money::saturating(before.wide() + added);
        if entry.effective_date <= c.as_of {
            line.plan = after;
        }
        line.entries.push((entry, after));
    }
    lines.into_iter().map(|(_, line)| line).collect()
}

impl PlanPage {
    fn is_future(&self, entry: &PlanEntry) -> bool {
        entry.effective_date > self.c.as_of
    }
}

//! The plan entries of a project with the decisions behind them.

use actix_web::web::Path;
use askama::Template;

use super::super::choices::{self, Choices};
use super::super::context::Context;
use super::super::guard::Page;
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, get};
use super::super::text::labels;
use super::plan_forms::{self, PlanForms, Refused};
use super::{Head, ProjectQuery, Tab, head};
use crate::domain::capital::{GivenKind, Origin};
use crate::domain::money::Money;
use crate::domain::permission::Permission;
use crate::domain::text_enum::TextEnum;
use crate::error::Result;
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::service::View;
use crate::service::page::Page as ListPage;
use crate::service::plans::{self, Filter, PlanEntry};
use crate::service::shared::Warning;

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
pub struct PlanPage {
    l: Layout,
    c: Context,
    head: Head,
    lines: Vec<Line>,
    /// What should be looked at.
    warnings: Vec<Warning>,
    /// For those who may record decisions.
    forms: Option<PlanForms>,
    done: bool,
}

async fn show(
    page: Page<needs::Read>,
    query: Query<ProjectQuery>,
    id: Path<i64>,
) -> Result<Outcome> {
    page.ask(query, move |view, l, query| {
        build(view, l, *id, &query, Refused::None)
    })
    .await
}

/// The page, with a form that was refused in the place of its blank one.
pub fn build(
    view: &mut View<'_>,
    l: Layout,
    id: i64,
    query: &ProjectQuery,
    refused: Refused,
) -> Result<PlanPage> {
    let (head, c) = head(view, &l, id, Tab::Plan, query)?;
    let filter = Filter {
        budget_years: vec![c.year],
        ..Filter::default()
    };
    let entries = plans::list(view, id, &filter, &ListPage::all())?.rows;
    Ok(PlanPage {
        lines: lines(&l, &c, entries),
        warnings: plans::warnings(view, id)?,
        forms: match view.may_on(Permission::EditPlans, id)? {
            true => Some(plan_forms::forms(view, &l, &c, refused)?),
            false => None,
        },
        done: query.done.is_some(),
        head,
        c,
        l,
    })
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
    fn kinds(&self) -> Choices {
        choices::named(GivenKind::NAMES, labels::entry_kind, &self.l)
    }

    fn origins(&self) -> Choices {
        choices::named(Origin::NAMES, labels::origin, &self.l)
    }

    /// Whether an entry can still be voided.
    fn may_void(&self, entry: &PlanEntry) -> bool {
        self.forms.is_some() && entry.reverses_id.is_none() && entry.reversed_by_id.is_none()
    }

    fn is_future(&self, entry: &PlanEntry) -> bool {
        entry.effective_date > self.c.as_of
    }
}

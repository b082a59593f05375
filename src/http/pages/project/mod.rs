//! One project: head, progress, plan, payments, schedules, obstacles, people, history.

mod edit;
mod follow_up;
pub mod history;
mod obstacle;
mod payments;
mod people;
mod plan;
mod plan_forms;
mod plan_reversal;
mod progress;
mod schedules;

use askama::Template;
use chrono::NaiveDate;

use super::context::Context;
use super::layout::Layout;
use super::route::PageRoute;
use super::text::labels;
use crate::domain::permission::Permission;
use crate::domain::progress::Basis;
use crate::error::Result;
use crate::http::input::request;
use crate::service::View;
use crate::service::projects::{self, Project};

pub use follow_up::category;

/// The pages of this folder.
pub fn routes() -> Vec<PageRoute> {
    let mut list = Vec::new();
    list.extend(edit::routes());
    list.extend(progress::routes());
    list.extend(plan::routes());
    list.extend(plan_forms::routes());
    list.extend(plan_reversal::routes());
    list.extend(payments::routes());
    list.extend(schedules::routes());
    list.extend(follow_up::routes());
    list.extend(obstacle::routes());
    list.extend(people::routes());
    list.extend(history::routes());
    list
}

request! {
    /// Which figures.
    pub struct ProjectQuery {
        budget_year: Option<i32>,
        as_of: Option<NaiveDate>,
        basis: Option<Basis>,
        done: Option<i64>,
    }
}

impl ProjectQuery {
    /// The figures of today.
    pub fn today() -> Self {
        ProjectQuery {
            budget_year: None,
            as_of: None,
            basis: None,
            done: None,
        }
    }

    /// The figures of a budget year, today.
    pub fn of_year(year: i32) -> Self {
        ProjectQuery {
            budget_year: Some(year),
            ..ProjectQuery::today()
        }
    }
}

/// A part of a project's page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// Progress by line.
    Progress,
    /// Plan entries.
    Plan,
    /// Payments.
    Payments,
    /// Schedules.
    Schedules,
    /// Obstacles.
    FollowUp,
    /// Leaders and officers.
    People,
    /// Changes.
    History,
}

const TABS: [(Tab, &str); 7] = [
    (Tab::Progress, ""),
    (Tab::Plan, "/plan"),
    (Tab::Payments, "/payments"),
    (Tab::Schedules, "/schedules"),
    (Tab::FollowUp, "/obstacles"),
    (Tab::People, "/people"),
    (Tab::History, "/history"),
];

/// What stands above every part.
#[derive(Clone)]
pub struct Head {
    /// The project.
    pub project: Project,
    /// Parts: address, name, whether it is shown.
    pub tabs: Vec<(String, &'static str, bool)>,
}

impl Head {
    /// The head as it is shown.
    pub fn show(&self, l: &Layout, c: &Context) -> HeadView {
        HeadView {
            l: l.clone(),
            c: c.clone(),
            head: self.clone(),
        }
    }
}

/// The head of a page about a project.
#[derive(Template)]
#[template(path = "project_head.html", config = "src/http/pages/askama.toml")]
pub struct HeadView {
    l: Layout,
    c: Context,
    head: Head,
}

impl askama::filters::HtmlSafe for HeadView {}

/// The head of a project that the reader may see, and the context of its figures.
pub fn head(
    view: &mut View<'_>,
    l: &Layout,
    id: i64,
    tab: Tab,
    query: &ProjectQuery,
) -> Result<(Head, Context)> {
    let project = projects::get(view, id)?;
    let base = format!("/projects/{id}");
    let path = TABS.iter().find(|(one, _)| *one == tab);
    let here = format!("{base}{}", path.map_or("", |(_, path)| path));
    let asked = (query.budget_year, query.as_of, query.basis);
    let c = Context::new(here, view.today, asked);
    let t = &l.t.project;
    let tabs = TABS.iter().map(|(one, path)| {
        let label = match one {
            Tab::Progress => t.tab_progress,
            Tab::Plan => t.tab_plan,
            Tab::Payments => t.tab_payments,
            Tab::Schedules => t.tab_schedules,
            Tab::FollowUp => t.tab_follow_up,
            Tab::People => t.tab_people,
            Tab::History => t.tab_history,
        };
        (c.link(format!("{base}{path}")), label, *one == tab)
    });
    let tabs = tabs.collect();
    Ok((Head { project, tabs }, c))
}

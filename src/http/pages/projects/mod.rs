//! The list of projects: search, filters, columns, export.

mod columns;
mod export;

use askama::Template;
use chrono::NaiveDate;

use super::chart;
use super::choices::{self, Choices, with_empty};
use super::context::Context;
use super::form::Form;
use super::guard::Page;
use super::layout::Layout;
use super::outcome::Outcome;
use super::pager::Pager;
use super::route::{PageRoute, get};
use super::text::{fill, labels};
use crate::domain::permission::Permission;
use crate::domain::progress::Basis;
use crate::domain::project::{ProjectGroup, ProjectStatus};
use crate::domain::text_enum::TextEnum;
use crate::error::Result;
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::http::input::{Line, request};
use crate::service::View;
use crate::service::figures::ProjectFigures;
use crate::service::figures::{self, ByProject, LineFilter};
use crate::service::page::Page as ListPage;
use crate::service::projects::{self, ListFilter, ListOrder, ListedProject, Project, Sort};
use columns::Column;

/// The pages of this folder.
pub fn routes() -> Vec<PageRoute> {
    vec![get("/projects", show), get("/projects.csv", export)]
}

request! {
    /// Which projects, with which columns.
    pub struct ProjectsQuery {
        q: Option<Line<200>>,
        unit_id: Option<i64>,
        investor_id: Option<i64>,
        funding_source_id: Option<i64>,
        leader_id: Option<i64>,
        status: Option<ProjectStatus>,
        group: Option<ProjectGroup>,
        all: Option<Line<1>>,
        late: Option<bool>,
        sort: Option<Sort>,
        cursor: Option<Line<1000>>,
        col: Vec<Column>,
        budget_year: Option<i32>,
        as_of: Option<NaiveDate>,
        basis: Option<Basis>,
    }
}

/// Projects on a page.
const ROWS: i64 = 50;

/// A row of the list.
pub struct Row {
    project: Project,
    figures: Option<ProjectFigures>,
    bar: String,
}

#[derive(Template)]
#[template(path = "projects.html", config = "src/http/pages/askama.toml")]
struct ProjectsPage {
    l: Layout,
    c: Context,
    form: Form,
    filters: Filters,
    columns: Vec<Column>,
    chips: Vec<(String, String)>,
    rows: Vec<Row>,
    next: Option<String>,
    first: Option<String>,
    export: String,
}

/// What can be chosen.
struct Filters {
    units: Choices,
    investors: Choices,
    sources: Choices,
    leaders: Choices,
    statuses: Choices,
    groups: Choices,
    late: Choices,
    sorts: Choices,
}

async fn show(page: Page<needs::Read>, query: Query<ProjectsQuery>) -> Result<Outcome> {
    page.browse(query, list).await
}

async fn export(page: Page<needs::Read>, query: Query<ProjectsQuery>) -> Result<Outcome> {
    page.give(query, |view, l, query| {
        let c = context(view, &query);
        let (rows, _) = rows(view, &query, &c, &ListPage::all())?;
        let columns = columns::chosen(&query.col);
        Ok(export::file(&l, &c, &columns, &rows))
    })
    .await
}

fn context(view: &View<'_>, query: &ProjectsQuery) -> Context {
    let asked = (query.budget_year, query.as_of, query.basis);
    let text = |line: &Option<Line<200>>| line.as_ref().map(|line| line.0.clone());
    let mut context = Context::new("/projects", view.today, asked)
        .keep("q", text(&query.q))
        .keep("unit_id", query.unit_id)
        .keep("investor_id", query.investor_id)
        .keep("funding_source_id", query.funding_source_id)
        .keep("leader_id", query.leader_id)
        .keep("status", query.status.map(ProjectStatus::as_str))
        .keep("group", query.group.map(ProjectGroup::as_str))
        .keep("all", query.all.as_ref().map(|line| line.0.clone()))
        .keep("late", query.late)
        .keep("sort", query.sort.map(Sort::as_str));
    for column in &query.col {
        context = context.keep("col", Some(column.as_str()));
    }
    context
}

fn rows(
    view: &mut View<'_>,
    query: &ProjectsQuery,
    c: &Context,
    page: &ListPage,
) -> Result<(Vec<Row>, Option<crate::service::page::After>)> {
    let planned = query.all.is_none();
    let filter = ListFilter {
        q: query.q.as_ref().map(|q| q.0.clone()),
        units: query.unit_id.into_iter().collect(),
        investors: query.investor_id.into_iter().collect(),
        sources: query.funding_source_id.into_iter().collect(),
        leaders: query.leader_id.into_iter().collect(),
        statuses: query.status.into_iter().collect(),
        groups: query.group.into_iter().collect(),
        budget_years: planned.then_some(c.year).into_iter().collect(),
        ..ListFilter::default()
    };
    let order = ListOrder {
        sort: query.sort,
        late: query.late,
        as_of: Some(c.as_of),
        basis: c.basis,
    };
    let found = projects::list(view, &filter, order, page)?;
    let others = match planned {
        true => ByProject::default(),
        false => figures_of(view, c, &found.rows)?,
    };
    let rows = found.rows.into_iter().map(|listed| {
        let project = listed.project;
        let figures = listed.figures.or_else(|| others.get(project.id));
        let rate = figures.as_ref().and_then(|figures| figures.rate);
        let late = figures
            .as_ref()
            .is_some_and(|figures| figures.days_late > 0);
        Row {
            bar: chart::meter(rate.map_or(0, |rate| rate.hundredths()), 10_000, None, late),
            project,
            figures,
        }
    });
    Ok((rows.collect(), found.next))
}

/// The figures of projects that were listed without a budget year.
fn figures_of(view: &mut View<'_>, c: &Context, rows: &[ListedProject]) -> Result<ByProject> {
    let lines = LineFilter {
        projects: Some(rows.iter().map(|row| row.project.id).collect()),
        ..LineFilter::of_year(c.year, view.readable()?, view.today)
    };
    figures::by_project(view, &lines, c.as_of, c.basis)
}

fn list(
    view: &mut View<'_>,
    l: Layout,
    query: ProjectsQuery,
    pager: &Pager,
) -> Result<ProjectsPage> {
    let c = context(view, &query);
    let cursor = query.cursor.as_ref().map(|cursor| cursor.0.as_str());
    let page = pager.page(ROWS, cursor)?;
    let (rows, next) = rows(view, &query, &c, &page)?;
    let filters = filters(view, &l, &c)?;
    let form = form(&query);
    Ok(ProjectsPage {
        chips: chips(&l, &form, &filters, pager),
        next: pager.next(next.as_ref()),
        first: cursor.map(|_| pager.first()),
        export: pager.elsewhere("/projects.csv"),
        columns: columns::chosen(&query.col),
        filters,
        form,
        rows,
        c,
        l,
    })
}

fn form(query: &ProjectsQuery) -> Form {
    let id = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
    Form::with([
        (
            "q",
            query.q.as_ref().map(|q| q.0.clone()).unwrap_or_default(),
        ),
        ("unit_id", id(query.unit_id)),
        ("investor_id", id(query.investor_id)),
        ("funding_source_id", id(query.funding_source_id)),
        ("leader_id", id(query.leader_id)),
        (
            "status",
            query.status.map_or("", ProjectStatus::as_str).to_owned(),
        ),
        (
            "group",
            query.group.map_or("", ProjectGroup::as_str).to_owned(),
        ),
        ("sort", query.sort.map_or("", Sort::as_str).to_owned()),
        (
            "all",
            query
                .all
                .as_ref()
                .map(|_| "1".to_owned())
                .unwrap_or_default(),
        ),
        (
            "late",
            query.late.map(|late| late.to_string()).unwrap_or_default(),
        ),
    ])
}

fn filters(view: &mut View<'_>, l: &Layout, c: &Context) -> Result<Filters> {
    let t = &l.t.projects;
    let choice = |value: &str, label: &str| (value.to_owned(), label.to_owned());
    let down = |label: &str| format!("{label}, {}", t.descending);
    let k = &l.t.common;
    Ok(Filters {
        units: with_empty(t.all_units, choices::units(view, c.as_of)?),
        investors: with_empty(t.all_investors, choices::agencies(view)?),
        sources: with_empty(t.all_sources, choices::sources(view, c.as_of)?),
        leaders: with_empty(t.all_leaders, choices::people(view)?),
        statuses: with_empty(
            t.all_statuses,
            choices::named(ProjectStatus::NAMES, labels::project_status, l),
        ),
        groups: with_empty(
            t.all_groups,
            choices::named(ProjectGroup::NAMES, labels::project_group, l),
        ),
        late: vec![
            choice("", k.any),
            choice("true", t.only_late),
            choice("false", t.not_late),
        ],
        sorts: vec![
            choice("", t.sort_name),
            choice("code", t.sort_code),
            choice("-days_late", &down(k.days_late)),
            choice("-late_amount", &down(k.late_amount)),
            choice("rate", k.rate),
            choice("-rate", &down(k.rate)),
            choice("-plan", &down(k.plan)),
            choice("-disbursed", &down(k.disbursed)),
            choice("-total_investment", &down(t.sort_total)),
        ],
    })
}

/// The filters in force, each with the address that leaves it out.
fn chips(l: &Layout, form: &Form, filters: &Filters, pager: &Pager) -> Vec<(String, String)> {
    let label = |choices: &Choices, name: &str| {
        let value = form.value(name);
        let found = choices.iter().find(|(known, _)| known == value);
        found.map_or_else(|| value.to_owned(), |(_, label)| label.trim().to_owned())
    };
    let named = [
        ("unit_id", label(&filters.units, "unit_id")),
        ("investor_id", label(&filters.investors, "investor_id")),
        (
            "funding_source_id",
            label(&filters.sources, "funding_source_id"),
        ),
        ("leader_id", label(&filters.leaders, "leader_id")),
        ("status", label(&filters.statuses, "status")),
        ("group", label(&filters.groups, "group")),
        ("q", format!("“{}”", form.value("q"))),
        ("late", label(&filters.late, "late")),
        ("all", l.t.projects.all_projects.to_owned()),
    ];
    named
        .into_iter()
        .filter(|(name, _)| !form.value(name).is_empty())
        .map(|(name, label)| (label, pager.altered(name, None)))
        .collect()
}

impl ProjectsPage {
    fn has(&self, column: &Column) -> bool {
        self.columns.contains(column)
    }

    fn has_code(&self) -> bool {
        self.columns.contains(&Column::Code)
    }

    fn removed(&self, name: &str) -> String {
        fill(self.l.t.projects.removed, &[("name", name)])
    }
}

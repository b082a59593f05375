//! The versions of a project's schedules, line by line, compared month by month.

use actix_web::web::Path;
use askama::Template;

use super::super::context::Context;
use super::super::guard::Page;
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, get};
use super::super::text::{fill, labels};
use super::{Head, ProjectQuery, Tab, head};
use crate::domain::money::Money;
use crate::domain::permission::Permission;
use crate::domain::schedule::ScheduleStatus;
use crate::error::Result;
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::service::page::Page as ListPage;
use crate::service::progress::{self, Asked, ProgressLine};
use crate::service::schedules::{self, Schedule, Worksheet};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![get("/projects/{id}/schedules", show)]
}

/// Versions side by side; older ones are a click away.
const COMPARED: usize = 4;

/// A line with its versions.
struct Line {
    name: String,
    line: ProgressLine,
    versions: Vec<Schedule>,
    /// The latest approved versions: number and whether it is in force.
    compared: Vec<(i32, bool)>,
    /// Month, what each compared version has in it, what was paid.
    months: Vec<(String, Vec<Money>, Money)>,
}

#[derive(Template)]
#[template(path = "project_schedules.html", config = "src/http/pages/askama.toml")]
struct SchedulesPage {
    l: Layout,
    c: Context,
    head: Head,
    lines: Vec<Line>,
    may_draft: bool,
}

async fn show(
    page: Page<needs::Read>,
    query: Query<ProjectQuery>,
    id: Path<i64>,
) -> Result<Outcome> {
    page.ask(query, move |view, l, query| {
        let (head, c) = head(view, &l, *id, Tab::Schedules, &query)?;
        let asked = Asked {
            budget_year: c.year,
            as_of: c.as_of,
            basis: c.basis,
        };
        let filter = schedules::Filter {
            budget_years: vec![c.year],
            ..schedules::Filter::default()
        };
        let mut versions = schedules::list(view, *id, &filter, &ListPage::all())?.rows;
        versions.reverse();
        let mut lines = Vec::new();
        for line in progress::of_project(view, *id, asked)?.lines {
            let own = |version: &&Schedule| version.line_id == line.line_id;
            let own: Vec<Schedule> = versions.iter().filter(own).cloned().collect();
            let sheet = schedules::worksheet(view, (*id, line.line_id), c.as_of, None)?;
            lines.push(compared(&l, line, own, &sheet));
        }
        Ok(SchedulesPage {
            may_draft: view.may_on(Permission::SubmitSchedules, *id)?,
            lines,
            head,
            c,
            l,
        })
    })
    .await
}

fn compared(l: &Layout, line: ProgressLine, versions: Vec<Schedule>, sheet: &Worksheet) -> Line {
    let approved = |version: &&Schedule| version.status == ScheduleStatus::Approved;
    let mut shown: Vec<&Schedule> = versions.iter().filter(approved).take(COMPARED).collect();
    shown.reverse();
    let by_version: Vec<Vec<Money>> = shown
        .iter()
        .map(|version| schedules::by_month(&version.items, &sheet.months))
        .collect();
    let months = sheet.months.iter().zip(&sheet.paid).enumerate();
    let months = months.map(|(at, (month, paid))| {
        let planned = by_version
            .iter()
            .filter_map(|version| version.get(at).copied());
        (l.month(month), planned.collect(), *paid)
    });
    let in_force = |version: &Schedule| Some(version.version) == line.schedule_version;
    let origin = labels::origin(line.origin.as_str(), l.locale).to_lowercase();
    Line {
        name: format!("{}, {origin}", line.funding_source.name),
        compared: shown
            .iter()
            .map(|version| (version.version, in_force(version)))
            .collect(),
        months: months.collect(),
        versions,
        line,
    }
}

impl SchedulesPage {
    fn versions_of(&self, line: &Line) -> String {
        fill(self.l.t.schedule.versions_of, &[("name", &line.name)])
    }

    fn is_in_force(&self, line: &Line, version: &Schedule) -> bool {
        version.status == ScheduleStatus::Approved
            && Some(version.version) == line.line.schedule_version
    }

    fn tag(&self, version: &Schedule) -> &'static str {
        match version.status {
            ScheduleStatus::Approved => "good",
            ScheduleStatus::Returned => "bad",
            _ => "warn",
        }
    }

    fn number(&self, version: &i32) -> String {
        fill(self.l.t.project.version, &[("n", &version.to_string())])
    }

    fn draft_link(&self, line: &Line) -> String {
        let (project, line) = (self.head.project.id, line.line.line_id);
        format!("/projects/{project}/schedules/new?line_id={line}")
    }
}

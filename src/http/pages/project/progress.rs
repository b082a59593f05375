//! How a project stands: figures by funding source, month by month, and its curve.

use actix_web::web::Path;
use askama::Template;
use chrono::{Datelike, NaiveDate};

use super::super::context::{Context, Why};
use super::super::curve;
use super::super::guard::Page;
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, get};
use super::super::s_curve::SCurve;
use super::super::text::{fill, labels};
use super::{Head, ProjectQuery, Tab, head};
use crate::domain::money::Money;
use crate::domain::permission::Permission;
use crate::domain::progress::ScheduleState;
use crate::error::Result;
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::service::View;
use crate::service::alerts::{self, Alert, AlertFilter, Sort};
use crate::service::page::Page as ListPage;
use crate::service::progress::{self, Asked, Month, ProgressLine, ProjectProgress};
use crate::service::reports;
use crate::service::schedules::{self, Schedule};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![get("/projects/{id}", show)]
}

/// The item that falls due next, or the oldest one that is overdue.
struct NextDue {
    date: NaiveDate,
    left: Money,
    overdue: i64,
    source: String,
}

#[derive(Template)]
#[template(path = "project.html", config = "src/http/pages/askama.toml")]
struct ProjectPage {
    l: Layout,
    c: Context,
    head: Head,
    progress: ProjectProgress,
    next_due: Option<NextDue>,
    any_missing: bool,
    curve: SCurve,
    drawing: String,
    alerts: Vec<Alert>,
    may_log: bool,
    may_draft: bool,
    may_edit: bool,
    done: bool,
}

async fn show(
    page: Page<needs::Read>,
    query: Query<ProjectQuery>,
    id: Path<i64>,
) -> Result<Outcome> {
    page.ask(query, move |view, l, query| one(view, l, query, *id))
        .await
}

fn one(view: &mut View<'_>, l: Layout, query: ProjectQuery, id: i64) -> Result<ProjectPage> {
    let (head, c) = head(view, &l, id, Tab::Progress, &query)?;
    let asked = Asked {
        budget_year: c.year,
        as_of: c.as_of,
        basis: c.basis,
    };
    let progress = progress::of_project(view, id, asked)?;
    let asked = reports::Asked {
        budget_year: c.year,
        as_of: c.as_of,
        basis: c.basis,
        unit_id: None,
        funding_source_id: None,
    };
    let totals = (progress.totals.plan, progress.totals.disbursed);
    let curve = curve::load(view, &asked, Some(id), totals)?;
    let scheduled = progress.totals.scheduled;
    let live = AlertFilter {
        live: true,
        projects: vec![id],
        ..AlertFilter::default()
    };
    let live = alerts::list(view, &live, Some(Sort::SeverityDown), &ListPage::all())?;
    Ok(ProjectPage {
        next_due: next_due(view, id, &c, &progress)?,
        any_missing: progress
            .lines
            .iter()
            .any(|line| line.schedule == ScheduleState::Missing),
        alerts: live.rows,
        may_log: view.may_on(Permission::LogDisbursements, id)?,
        may_draft: view.may_on(Permission::SubmitSchedules, id)?,
        may_edit: view.may_on(Permission::EditProjects, id)?,
        done: query.done.is_some(),
        drawing: curve::draw(&l, &curve, c.year, scheduled),
        curve,
        progress,
        head,
        c,
        l,
    })
}

fn next_due(
    view: &mut View<'_>,
    id: i64,
    c: &Context,
    progress: &ProjectProgress,
) -> Result<Option<NextDue>> {
    let filter = schedules::Filter {
        budget_years: vec![c.year],
        ..schedules::Filter::default()
    };
    let versions = schedules::list(view, id, &filter, &ListPage::all())?.rows;
    let found = progress.lines.iter().filter_map(|line| {
        let version = versions.iter().find(|version| {
            version.line_id == line.line_id && Some(version.version) == line.schedule_version
        })?;
        unfilled(line, version, c.as_of)
    });
    Ok(found.min_by_key(|due| due.date))
}

/// The first item that is not filled: payments fill items oldest first (domain.md section 7).
fn unfilled(line: &ProgressLine, version: &Schedule, as_of: NaiveDate) -> Option<NextDue> {
    let mut items: Vec<_> = version.items.iter().collect();
    items.sort_by_key(|item| (item.due_date, item.position));
    let mut sum = 0_i128;
    for item in items {
        sum += item.amount.wide();
        let left = sum - line.disbursed.wide();
        if left > 0 {
            return Some(NextDue {
                date: item.due_date,
                left: Money::saturating(left.min(item.amount.wide())),
                overdue: (as_of - item.due_date).num_days(),
                source: line.funding_source.code.clone(),
            });
        }
    }
    None
}

impl ProjectPage {
    fn has_forecast(&self) -> bool {
        self.curve.has_forecast()
    }

    fn has_last_year(&self) -> bool {
        self.curve.has_last_year()
    }

    fn why_line(&self, line: &ProgressLine) -> Why {
        let path = self
            .c
            .link(format!("/projects/{}/plan", self.head.project.id));
        self.c
            .why(&self.l, &line.rate, &line.disbursed, &line.plan)
            .linked(path, self.l.t.common.why_entries)
    }

    fn line_name(&self, line: &ProgressLine) -> String {
        let origin = labels::origin(line.origin.as_str(), self.l.locale).to_lowercase();
        let values = [
            ("source", line.funding_source.name.as_str()),
            ("origin", &origin),
        ];
        fill(self.l.t.project.line_head, &values)
    }

    /// A month's heading: its number, with the year when it is the year after.
    fn month_name(&self, month: &Month) -> String {
        let (year, number) = month.month.split_once('-').unwrap_or_default();
        let number = number.trim_start_matches('0');
        match year == self.c.year.to_string() {
            true => number.to_owned(),
            false => format!("{number}/{year}"),
        }
    }

    fn is_future(&self, month: &Month) -> bool {
        let now = format!("{}-{:02}", self.c.as_of.year(), self.c.as_of.month());
        month.month > now
    }

    /// What is paid by the end of a month less what was planned by then.
    fn gap(&self, line: &ProgressLine, month: &Month) -> Money {
        let until = line.months.iter().filter(|one| one.month <= month.month);
        let gap = until.map(|one| one.disbursed.wide() - one.scheduled.wide());
        Money::saturating(gap.sum())
    }

    fn gap_text(&self, line: &ProgressLine, month: &Month) -> String {
        self.l.amount(&self.gap(line, month))
    }
}

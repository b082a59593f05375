//! What a schedule is drafted against: the plan, what is in force, what is paid already.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Filter, ItemOut, Schedule, list};
use crate::db;
use crate::domain::calendar::{month_start, months_between};
use crate::domain::capital::{Origin, period_start};
use crate::domain::money::Money;
use crate::domain::schedule::ScheduleStatus;
use crate::error::{Code, Result};
use crate::service::View;
use crate::service::page::Page;
use crate::service::shared::{Named, Ref, Refs};

/// A plan line as the author of a schedule sees it.
#[derive(Clone, Debug)]
pub struct Worksheet {
    /// The plan line.
    pub line_id: i64,
    /// Its project.
    pub project_id: i64,
    /// Its funding source.
    pub funding_source: Ref,
    /// Its budget year.
    pub budget_year: i32,
    /// Capital of the year, or extended from the year before.
    pub origin: Origin,
    /// The last day on which it may be paid.
    pub deadline: NaiveDate,
    /// The plan on the day the version begins to count, đồng: what its items must sum to.
    pub plan: Money,
    /// The approved version that counts on that day.
    pub in_force: Option<Schedule>,
    /// The months of the disbursement period, each by its first day.
    pub months: Vec<NaiveDate>,
    /// Net paid in each of them by today, đồng.
    pub paid: Vec<Money>,
}

/// The worksheet of a line of a project for a version that counts from `on`; `but` is a version
/// that is not compared with itself.
pub fn worksheet(
    view: &mut View<'_>,
    (project_id, line_id): (i64, i64),
    on: NaiveDate,
    but: Option<i64>,
) -> Result<Worksheet> {
    view.require_project(project_id)?;
    let line = db::plan_lines::by_ids(view.conn, &[line_id])?
        .into_iter()
        .find(|line| line.key.project_id == project_id)
        .ok_or(Code::NotFound)?;
    let book = db::ledger::line_book(view.conn, line_id)?;
    let source = line.key.funding_source_id;
    let filter = Filter {
        sources: vec![source],
        budget_years: vec![line.key.budget_year],
        origins: vec![line.key.origin],
        statuses: vec![ScheduleStatus::Approved],
    };
    let approved = list(view, project_id, &filter, &Page::all())?.rows;
    let in_force = approved
        .into_iter()
        .filter(|version| version.effective_date <= on && Some(version.id) != but)
        .max_by_key(|version| (version.effective_date, version.version));
    let months = months_between(period_start(line.key.budget_year), line.deadline);
    let mut sums: BTreeMap<NaiveDate, i128> = BTreeMap::new();
    for posting in &book.postings {
        *sums.entry(month_start(posting.posted_on)).or_default() += posting.net.wide();
    }
    let paid = months.iter().map(|month| {
        let sum = sums.get(month).copied().unwrap_or_default();
        Money::saturating(sum)
    });
    Ok(Worksheet {
        line_id,
        project_id,
        funding_source: Refs::load(view.conn, Named::Sources, [source])?.get(source),
        budget_year: line.key.budget_year,
        origin: line.key.origin,
        deadline: line.deadline,
        plan: book.plan(on),
        in_force,
        paid: paid.collect(),
        months,
    })
}

/// What is due in each of these months, đồng.
pub fn by_month(items: &[ItemOut], months: &[NaiveDate]) -> Vec<Money> {
    let due = |month: &NaiveDate| {
        let due = items
            .iter()
            .filter(|item| month_start(item.due_date) == *month);
        Money::saturating(due.map(|item| item.amount.wide()).sum())
    };
    months.iter().map(due).collect()
}

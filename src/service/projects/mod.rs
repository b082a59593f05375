//! Projects: what they are, who they belong to, who answers for them.

mod by_figures;
mod input;
mod list;
mod people;
mod search;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::View;
use super::shared::{Decision, Named, People, PersonRef, Ref, Refs};
use crate::db;
use crate::db::page::Page;
use crate::db::project_links::Link;
use crate::domain::money::Money;
use crate::domain::project::{Duty, ProjectGroup, ProjectStatus};
use crate::error::{Code, Error, Result};

pub use input::{ProjectInput, create, judge, update};
pub use list::{ListFilter, ListOrder, ListedProject, Sort, list, subtrees};
pub use people::{Assignment, assign, history};

/// A project.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Project {
    /// Identity.
    pub id: i64,
    /// Code, unique.
    pub code: String,
    /// Mã dự án đầu tư in the budget system, unique.
    pub budget_code: Option<String>,
    /// Name.
    pub name: String,
    /// Short name.
    pub short_name: Option<String>,
    /// Group.
    #[schema(value_type = String)]
    pub group: ProjectGroup,
    /// Sector, a free code.
    pub sector: String,
    /// Disbursed before the project was taken over into this system, đồng.
    #[schema(value_type = i64)]
    pub disbursed_before: Money,
    /// Outstanding advance when it was taken over, đồng.
    #[schema(value_type = i64)]
    pub advance_before: Money,
    /// The unit that manages it today.
    pub managing_unit_id: i64,
    /// The same.
    pub managing_unit: Ref,
    /// Units in which it lies.
    pub location_unit_ids: Vec<i64>,
    /// Today's investor (chủ đầu tư).
    pub investor_id: i64,
    /// The same.
    pub investor: Ref,
    /// Today's project management unit.
    pub pmu_id: Option<i64>,
    /// The same.
    pub pmu: Option<Ref>,
    /// Approved total investment, đồng.
    #[schema(value_type = i64)]
    pub total_investment: Money,
    /// The decision that approved it.
    pub investment_decision: Decision,
    /// First year.
    pub start_year: i32,
    /// Last year.
    pub end_year: i32,
    /// Status.
    #[schema(value_type = String)]
    pub status: ProjectStatus,
    /// Who answers for it today.
    pub leader: Option<PersonRef>,
    /// Today's tracking officer.
    pub officer: Option<PersonRef>,
}

/// One project in scope.
pub fn get(view: &mut View<'_>, id: i64) -> Result<Project> {
    view.require_project(id)?;
    one(view, id)
}

/// The project in reach that has a code.
pub fn with_code(view: &mut View<'_>, code: &str) -> Result<Option<i64>> {
    let filter = ListFilter {
        codes: vec![code.to_owned()],
        ..ListFilter::default()
    };
    let found = list(view, &filter, ListOrder::default(), &Page::all())?;
    Ok(found.rows.first().map(|listed| listed.project.id))
}

/// One project, whoever asks.
fn one(view: &mut View<'_>, id: i64) -> Result<Project> {
    by_ids(view, &[id])?
        .into_iter()
        .next()
        .ok_or_else(|| Code::NotFound.into())
}

/// Projects in the order of their ids as given, with the links and people of today.
pub fn by_ids(view: &mut View<'_>, ids: &[i64]) -> Result<Vec<Project>> {
    if !view.is_snapshot() {
        return just_written(view, ids);
    }
    let (book, today) = (view.book()?, view.today);
    let found = ids.iter().filter_map(|id| book.project(*id));
    let shown = found.filter_map(|project| {
        let link = project.link_on(today)?;
        let refs = ShownRefs {
            managing_unit: book.unit(link.managing_unit_id),
            investor: book.agency(link.investor_id),
            pmu: link.pmu_id.map(|pmu| book.agency(pmu)),
            person: &|person| book.person(person),
        };
        Some(show(project, link, refs, today))
    });
    shown.collect()
}

/// The same in a transaction that may have changed them.
fn just_written(view: &mut View<'_>, ids: &[i64]) -> Result<Vec<Project>> {
    let (today, conn) = (view.today, &mut *view.conn);
    let mut shown = Vec::with_capacity(ids.len());
    for id in ids {
        let found = db::book::projects(conn, Some(&[*id]))?;
        let Some(project) = found.first() else {
            continue;
        };
        let Some(link) = project.link_on(today) else {
            continue;
        };
        let agencies = [Some(link.investor_id), link.pmu_id];
        let agencies = Refs::load(conn, Named::Agencies, agencies.into_iter().flatten())?;
        let people = project.duties.iter().map(|duty| duty.person_id);
        let people = People::load(conn, people)?;
        let units = Refs::load(conn, Named::Units, [link.managing_unit_id])?;
        let refs = ShownRefs {
            managing_unit: units.get(link.managing_unit_id),
            investor: agencies.get(link.investor_id),
            pmu: link.pmu_id.map(|pmu| agencies.get(pmu)),
            person: &|person| people.get(person),
        };
        shown.push(show(project, link, refs, today)?);
    }
    Ok(shown)
}

/// What a project refers to.
struct ShownRefs<'a> {
    managing_unit: Ref,
    investor: Ref,
    pmu: Option<Ref>,
    person: &'a dyn Fn(i64) -> PersonRef,
}

fn show(
    project: &db::book::Project,
    link: &Link,
    refs: ShownRefs<'_>,
    today: NaiveDate,
) -> Result<Project> {
    let (id, fields) = (project.id, project.fields.clone());
    let stored = |what: &str| Error::Internal(format!("project {id}: {what} as stored"));
    let person = |duty: Duty| project.person_on(duty.as_str(), today).map(refs.person);
    Ok(Project {
        id,
        code: fields.code,
        budget_code: fields.budget_code,
        name: fields.name,
        short_name: fields.short_name,
        group: ProjectGroup::parse(&fields.project_group).ok_or_else(|| stored("group"))?,
        sector: fields.sector,
        disbursed_before: Money::dong(fields.disbursed_before),
        advance_before: Money::dong(fields.advance_before),
        managing_unit_id: link.managing_unit_id,
        managing_unit: refs.managing_unit,
        location_unit_ids: project.locations.clone(),
        investor_id: link.investor_id,
        investor: refs.investor,
        pmu_id: link.pmu_id,
        pmu: refs.pmu,
        total_investment: Money::dong(fields.total_investment),
        investment_decision: Decision {
            number: fields.investment_decision_number,
            issuer: fields.investment_decision_issuer,
            date: fields.investment_decision_date,
        },
        start_year: fields.start_year,
        end_year: fields.end_year,
        status: ProjectStatus::parse(&fields.status).ok_or_else(|| stored("status"))?,
        leader: person(Duty::Leader),
        officer: person(Duty::Officer),
    })
}

/// The total a project may cost and what was paid before this system: the limits that every
/// payment is held against.
pub struct Limits {
    /// Approved total investment.
    pub total_investment: Money,
    /// `disbursed_before` and `advance_before`.
    pub opening: [Money; 2],
}

impl Limits {
    /// Those of a project as stored.
    pub fn of(fields: &db::projects::Fields) -> Self {
        Limits {
            total_investment: Money::dong(fields.total_investment),
            opening: [
                Money::dong(fields.disbursed_before),
                Money::dong(fields.advance_before),
            ],
        }
    }

    /// Those of a project that was locked.
    pub fn of_locked(project: &db::projects::Locked) -> Self {
        Limits {
            total_investment: Money::dong(project.total_investment),
            opening: [
                Money::dong(project.disbursed_before),
                Money::dong(project.advance_before),
            ],
        }
    }
}

/// The limits of a project.
pub fn limits(view: &mut View<'_>, id: i64) -> Result<Limits> {
    let found = db::projects::by_ids(view.conn, &[id])?;
    let (_, fields) = found.into_iter().next().ok_or(Code::NotFound)?;
    Ok(Limits::of(&fields))
}

/// The day from which a change of links counts: the one given, or today.
fn effective(view: &View<'_>, given: Option<NaiveDate>) -> NaiveDate {
    given.unwrap_or(view.today)
}

//! Projects: what they are, who they belong to, who answers for them.

mod by_figures;
mod input;
mod list;
mod people;

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::View;
use super::shared::{Decision, Named, People, PersonRef, Ref, Refs};
use crate::db;
use crate::db::project_links::Link;
use crate::domain::money::Money;
use crate::domain::project::{Duty, ProjectGroup, ProjectStatus};
use crate::error::{Code, Error, Result};

pub use input::{ProjectInput, create, update};
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

/// One project, whoever asks.
fn one(view: &mut View<'_>, id: i64) -> Result<Project> {
    by_ids(view, &[id])?
        .into_iter()
        .next()
        .ok_or_else(|| Code::NotFound.into())
}

/// Projects in the order of their ids as given, with the links and people of today.
pub fn by_ids(view: &mut View<'_>, ids: &[i64]) -> Result<Vec<Project>> {
    let today = view.today;
    let conn = &mut *view.conn;
    let links: HashMap<i64, Link> = db::project_links::of_projects(conn, ids, today)?
        .into_iter()
        .map(|link| (link.project_id, link))
        .collect();
    let duties = db::project_people::of_projects(conn, ids, today)?;
    let units = links.values().map(|link| link.managing_unit_id);
    let agencies = links
        .values()
        .flat_map(|link| [Some(link.investor_id), link.pmu_id])
        .flatten();
    let mut refs = ShownRefs {
        units: Refs::load(conn, Named::Units, units)?,
        agencies: Refs::load(conn, Named::Agencies, agencies)?,
        people: People::load(conn, duties.iter().map(|(_, _, person)| *person))?,
        duties,
        locations: HashMap::new(),
    };
    for (project, unit) in db::projects::locations(conn, ids)? {
        refs.locations.entry(project).or_default().push(unit);
    }
    let mut fields: HashMap<i64, db::projects::Fields> =
        db::projects::by_ids(conn, ids)?.into_iter().collect();
    ids.iter()
        .filter_map(|id| Some((*id, fields.remove(id)?, links.get(id)?)))
        .map(|(id, fields, link)| show(id, fields, link, &refs))
        .collect()
}

struct ShownRefs {
    units: Refs,
    agencies: Refs,
    people: People,
    duties: Vec<(i64, String, i64)>,
    locations: HashMap<i64, Vec<i64>>,
}

impl ShownRefs {
    fn person(&self, project_id: i64, duty: Duty) -> Option<PersonRef> {
        self.duties
            .iter()
            .find(|(project, role, _)| *project == project_id && role == duty.as_str())
            .map(|(_, _, person)| self.people.get(*person))
    }
}

fn show(id: i64, fields: db::projects::Fields, link: &Link, refs: &ShownRefs) -> Result<Project> {
    let stored = |what: &str| Error::Internal(format!("project {id}: {what} as stored"));
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
        managing_unit: refs.units.get(link.managing_unit_id),
        location_unit_ids: refs.locations.get(&id).cloned().unwrap_or_default(),
        investor_id: link.investor_id,
        investor: refs.agencies.get(link.investor_id),
        pmu_id: link.pmu_id,
        pmu: link.pmu_id.map(|pmu| refs.agencies.get(pmu)),
        total_investment: Money::dong(fields.total_investment),
        investment_decision: Decision {
            number: fields.investment_decision_number,
            issuer: fields.investment_decision_issuer,
            date: fields.investment_decision_date,
        },
        start_year: fields.start_year,
        end_year: fields.end_year,
        status: ProjectStatus::parse(&fields.status).ok_or_else(|| stored("status"))?,
        leader: refs.person(id, Duty::Leader),
        officer: refs.person(id, Duty::Officer),
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

/// The limits of a project.
pub fn limits(view: &mut View<'_>, id: i64) -> Result<Limits> {
    let found = db::projects::by_ids(view.conn, &[id])?;
    let (_, fields) = found.into_iter().next().ok_or(Code::NotFound)?;
    Ok(Limits {
        total_investment: Money::dong(fields.total_investment),
        opening: [
            Money::dong(fields.disbursed_before),
            Money::dong(fields.advance_before),
        ],
    })
}

/// The day from which a change of links counts: the one given, or today.
fn effective(view: &View<'_>, given: Option<NaiveDate>) -> NaiveDate {
    given.unwrap_or(view.today)
}

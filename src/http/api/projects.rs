//! `/projects`

use actix_web::web::Path;
use chrono::NaiveDate;

use super::shared::{Decision, paged, text, texts};
use crate::domain::money::Money;
use crate::domain::progress::Basis;
use crate::domain::project::{ProjectGroup, ProjectStatus};
use crate::error::Code;
use crate::http::answer::{Answered, Created};
use crate::http::body::{Body, Query};
use crate::http::endpoint::{Endpoint, get, patch, post};
use crate::http::guard::{Authorized, Listing, Made, needs};
use crate::http::input::{Line, Patch, Set, request};
use crate::service::projects::{
    self, ListFilter, ListOrder, ListedProject, Project, ProjectInput, Sort,
};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    let rules = [Code::DuplicateCode, Code::TotalInvestmentExceeded];
    vec![
        get("/projects", list, "Lists projects in scope"),
        post("/projects", create, "Adds a project").refuses(&rules),
        get("/projects/{id}", one, "Shows a project"),
        patch("/projects/{id}", update, "Changes a project").refuses(&rules),
    ]
}

request! {
    /// Which projects, in which order.
    pub struct ProjectQuery {
        /// Rows at most, 1 to 200.
        limit: Option<i32>,
        /// Where the page starts.
        cursor: Option<Line<1000>>,
        /// `name`, `code`, `total_investment`, and by figures `plan`, `disbursed`, `rate`,
        /// `late_amount`, `days_late`; `-` in front for descending.
        sort: Option<Sort>,
        /// Codes.
        code: Vec<Line<50>>,
        /// Text in code or name, whatever its case and marks.
        q: Option<Line<200>>,
        /// Managing units and everything below them today.
        unit_id: Vec<i64>,
        /// Investors.
        investor_id: Vec<i64>,
        /// Project management units.
        pmu_id: Vec<i64>,
        /// Funding sources and everything below them.
        funding_source_id: Vec<i64>,
        /// Responsible leaders.
        leader_id: Vec<i64>,
        /// Statuses.
        status: Vec<ProjectStatus>,
        /// Groups.
        group: Vec<ProjectGroup>,
        /// Budget years with plan entries; one of them shows its figures.
        budget_year: Vec<i32>,
        /// Only projects with something late in the year, or with nothing late.
        late: Option<bool>,
        /// The day of the figures; today when not given.
        as_of: Option<NaiveDate>,
        /// What the rate divides by.
        basis: Option<Basis>,
    }
    /// A new project.
    pub struct NewProject {
        code: Line<50>,
        budget_code: Option<Line<50>>,
        name: Line<500>,
        short_name: Option<Line<200>>,
        group: ProjectGroup,
        /// A free code, such as `transport`.
        sector: Line<40>,
        disbursed_before: Option<Money>,
        advance_before: Option<Money>,
        managing_unit_id: i64,
        location_unit_ids: Vec<i64>,
        investor_id: i64,
        pmu_id: Option<i64>,
        total_investment: Money,
        investment_decision: Decision,
        start_year: i32,
        end_year: i32,
        status: ProjectStatus,
    }
    /// Changes to a project.
    pub struct ProjectPatch {
        code: Set<Line<50>>,
        budget_code: Patch<Line<50>>,
        name: Set<Line<500>>,
        short_name: Patch<Line<200>>,
        group: Set<ProjectGroup>,
        sector: Set<Line<40>>,
        disbursed_before: Set<Money>,
        advance_before: Set<Money>,
        managing_unit_id: Set<i64>,
        location_unit_ids: Set<Vec<i64>>,
        investor_id: Set<i64>,
        pmu_id: Patch<i64>,
        total_investment: Set<Money>,
        investment_decision: Set<Decision>,
        start_year: Set<i32>,
        end_year: Set<i32>,
        status: Set<ProjectStatus>,
        /// From which day a new managing unit, investor or PMU counts; today when absent.
        effective_date: Option<NaiveDate>,
    }
}

paged!(ProjectQuery);

impl ProjectQuery {
    fn filter(&self) -> ListFilter {
        ListFilter {
            codes: texts(&self.code),
            q: text(&self.q),
            units: self.unit_id.clone(),
            investors: self.investor_id.clone(),
            pmus: self.pmu_id.clone(),
            sources: self.funding_source_id.clone(),
            budget_years: self.budget_year.clone(),
            leaders: self.leader_id.clone(),
            statuses: self.status.clone(),
            groups: self.group.clone(),
        }
    }
}

impl From<&NewProject> for ProjectInput {
    fn from(new: &NewProject) -> Self {
        ProjectInput {
            code: new.code.0.clone(),
            budget_code: text(&new.budget_code),
            name: new.name.0.clone(),
            short_name: text(&new.short_name),
            group: new.group,
            sector: new.sector.0.clone(),
            disbursed_before: new.disbursed_before.unwrap_or_default(),
            advance_before: new.advance_before.unwrap_or_default(),
            managing_unit_id: new.managing_unit_id,
            location_unit_ids: new.location_unit_ids.clone(),
            investor_id: new.investor_id,
            pmu_id: new.pmu_id,
            total_investment: new.total_investment,
            investment_decision: (&new.investment_decision).into(),
            start_year: new.start_year,
            end_year: new.end_year,
            status: new.status,
        }
    }
}

impl ProjectPatch {
    fn apply(&self, before: &Project) -> ProjectInput {
        let old = ProjectInput::from(before);
        let decision = self.investment_decision.0.as_ref().map(Into::into);
        ProjectInput {
            code: self.code.or_text(&old.code),
            budget_code: self.budget_code.or(old.budget_code, |line| line.0),
            name: self.name.or_text(&old.name),
            short_name: self.short_name.or(old.short_name, |line| line.0),
            group: self.group.or(old.group),
            sector: self.sector.or_text(&old.sector),
            disbursed_before: self.disbursed_before.or(old.disbursed_before),
            advance_before: self.advance_before.or(old.advance_before),
            managing_unit_id: self.managing_unit_id.or(old.managing_unit_id),
            location_unit_ids: self.location_unit_ids.or(old.location_unit_ids),
            investor_id: self.investor_id.or(old.investor_id),
            pmu_id: self.pmu_id.or(old.pmu_id, |id| id),
            total_investment: self.total_investment.or(old.total_investment),
            investment_decision: decision.unwrap_or(old.investment_decision),
            start_year: self.start_year.or(old.start_year),
            end_year: self.end_year.or(old.end_year),
            status: self.status.or(old.status),
        }
    }
}

async fn list(
    auth: Authorized<needs::Read>,
    query: Query<ProjectQuery>,
) -> Answered<Listing<ListedProject>> {
    auth.list(query, |view, query, page| {
        let order = ListOrder {
            sort: query.sort,
            late: query.late,
            as_of: query.as_of,
            basis: query.basis.unwrap_or_default(),
        };
        projects::list(view, &query.filter(), order, page)
    })
    .await
}

async fn one(auth: Authorized<needs::Read>, id: Path<i64>) -> Answered<Project> {
    auth.read(move |view| projects::get(view, *id)).await
}

async fn create(auth: Authorized<needs::EditProjects>, body: Body<NewProject>) -> Created<Project> {
    auth.create(body, |tx, new| {
        let project = projects::create(tx, &new.into())?;
        Ok(Made {
            location: format!("/projects/{}", project.id),
            project_id: Some(project.id),
            value: project,
        })
    })
    .await
}

async fn update(
    auth: Authorized<needs::EditProjects>,
    id: Path<i64>,
    body: Body<ProjectPatch>,
) -> Answered<Project> {
    auth.change(body, move |tx, patch, if_match| {
        tx.lock_project(*id)?;
        let before = projects::get(tx, *id)?;
        if_match.check(&before)?;
        projects::update(tx, &before, &patch.apply(&before), patch.effective_date)
    })
    .await
}

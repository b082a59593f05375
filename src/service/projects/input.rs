//! Adding and changing projects.

use chrono::NaiveDate;

use super::{Project, effective, one};
use crate::db;
use crate::db::project_links::Link;
use crate::domain::ledger::project_overdrawn;
use crate::domain::money::Money;
use crate::domain::project::{ProjectGroup, ProjectStatus};
use crate::domain::scope::ProjectLinks;
use crate::domain::text::{fold, sort_key};
use crate::error::{Code, Error, Fault, Result};
use crate::service::audit::Change;
use crate::service::shared::{Decision, Named, Refs, positive, unknown, year};
use crate::service::{Tx, View};

/// What a caller says about a project; for a change, the whole project as it shall be.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct ProjectInput {
    pub code: String,
    pub budget_code: Option<String>,
    pub name: String,
    pub short_name: Option<String>,
    pub group: ProjectGroup,
    pub sector: String,
    pub disbursed_before: Money,
    pub advance_before: Money,
    pub managing_unit_id: i64,
    pub location_unit_ids: Vec<i64>,
    pub investor_id: i64,
    pub pmu_id: Option<i64>,
    pub total_investment: Money,
    pub investment_decision: Decision,
    pub start_year: i32,
    pub end_year: i32,
    pub status: ProjectStatus,
}

impl From<&Project> for ProjectInput {
    fn from(project: &Project) -> Self {
        ProjectInput {
            code: project.code.clone(),
            budget_code: project.budget_code.clone(),
            name: project.name.clone(),
            short_name: project.short_name.clone(),
            group: project.group,
            sector: project.sector.clone(),
            disbursed_before: project.disbursed_before,
            advance_before: project.advance_before,
            managing_unit_id: project.managing_unit_id,
            location_unit_ids: project.location_unit_ids.clone(),
            investor_id: project.investor_id,
            pmu_id: project.pmu_id,
            total_investment: project.total_investment,
            investment_decision: project.investment_decision.clone(),
            start_year: project.start_year,
            end_year: project.end_year,
            status: project.status,
        }
    }
}

impl ProjectInput {
    fn fields(&self, created_at: chrono::NaiveDateTime) -> db::projects::Fields {
        let names = [
            Some(&self.code),
            self.budget_code.as_ref(),
            Some(&self.name),
            self.short_name.as_ref(),
        ];
        let searched: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
        db::projects::Fields {
            code: self.code.clone(),
            budget_code: self.budget_code.clone(),
            name: self.name.clone(),
            short_name: self.short_name.clone(),
            search_key: fold(&searched.join(" ")),
            sort_key: sort_key(&self.name),
            project_group: self.group.as_str().to_owned(),
            sector: self.sector.clone(),
            disbursed_before: self.disbursed_before.get(),
            advance_before: self.advance_before.get(),
            total_investment: self.total_investment.get(),
            investment_decision_number: self.investment_decision.number.clone(),
            investment_decision_issuer: self.investment_decision.issuer.clone(),
            investment_decision_date: self.investment_decision.date,
            start_year: self.start_year,
            end_year: self.end_year,
            status: self.status.as_str().to_owned(),
            created_at,
        }
    }

    fn locations(&self) -> Vec<i64> {
        let mut seen = std::collections::HashSet::new();
        let units = self.location_unit_ids.iter().copied();
        units.filter(|unit| seen.insert(*unit)).collect()
    }
}

/// Adds a project.
pub fn create(tx: &mut Tx<'_>, wanted: &ProjectInput) -> Result<Project> {
    let faults = check(tx, wanted, None)?;
    require_links(tx, wanted, &faults)?;
    Error::check(faults)?;
    let fields = wanted.fields(tx.now);
    let id = db::projects::insert(tx.conn, &fields)?.ok_or_else(|| taken(wanted))?;
    let link = Link {
        project_id: id,
        managing_unit_id: wanted.managing_unit_id,
        investor_id: wanted.investor_id,
        pmu_id: wanted.pmu_id,
        valid_from: db::BEGINNING,
        valid_to: db::FOREVER,
    };
    db::project_links::insert(tx.conn, &link)?;
    db::projects::set_locations(tx.conn, id, &wanted.locations())?;
    let project = one(tx, id)?;
    tx.audit(Change::created("project.created", "project", id, &project).of_project(id))?;
    Ok(project)
}

/// Makes a project what is wanted. Links that change do so from `effective_date` on. The project
/// must be locked.
pub fn update(
    tx: &mut Tx<'_>,
    before: &Project,
    wanted: &ProjectInput,
    effective_date: Option<NaiveDate>,
) -> Result<Project> {
    let old = ProjectInput::from(before);
    let faults = check(tx, wanted, Some(before))?;
    if wanted.managing_unit_id != old.managing_unit_id {
        require_links(tx, wanted, &faults)?;
    }
    Error::check(faults)?;
    let id = before.id;
    let kept = db::projects::by_ids(tx.conn, &[id])?.into_iter().next();
    let created_at = kept.map_or(tx.now, |(_, fields)| fields.created_at);
    db::projects::update(tx.conn, id, &wanted.fields(created_at))?.ok_or_else(|| taken(wanted))?;
    if wanted.location_unit_ids != old.location_unit_ids {
        db::projects::set_locations(tx.conn, id, &wanted.locations())?;
    }
    relink(tx, id, &old, wanted, effective(tx, effective_date))?;
    let after = one(tx, id)?;
    let change = Change::updated("project.updated", "project", id, before, &after);
    tx.audit(change.of_project(id))?;
    Ok(after)
}

/// Only the links that are asked for change: the others may be different on that day.
fn relink(
    tx: &mut Tx<'_>,
    id: i64,
    old: &ProjectInput,
    wanted: &ProjectInput,
    date: NaiveDate,
) -> Result<()> {
    let unit = wanted.managing_unit_id != old.managing_unit_id;
    let investor = wanted.investor_id != old.investor_id;
    let pmu = wanted.pmu_id != old.pmu_id;
    if !(unit || investor || pmu) {
        return Ok(());
    }
    let change = |link: &mut Link| {
        if unit {
            link.managing_unit_id = wanted.managing_unit_id;
        }
        if investor {
            link.investor_id = wanted.investor_id;
        }
        if pmu {
            link.pmu_id = wanted.pmu_id;
        }
    };
    db::project_links::replace_from(tx.conn, date, change, id)
}

/// Holds a new project against everything, also against where the caller may put it.
pub fn judge(view: &mut View<'_>, wanted: &ProjectInput) -> Result<Vec<Fault>> {
    let mut faults = check(view, wanted, None)?;
    match require_links(view, wanted, &faults) {
        Ok(()) => {}
        Err(Error::Refused(refused)) => faults.extend(
            refused
                .into_iter()
                .map(|fault| Fault::at("/managing_unit_id", fault.code)),
        ),
        Err(other) => return Err(other),
    }
    Ok(faults)
}

fn check(
    view: &mut View<'_>,
    wanted: &ProjectInput,
    before: Option<&Project>,
) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    let except = before.map(|project| project.id);
    let other = |found: Option<i64>| found.is_some() && found != except;
    let duplicate =
        |at: &str, value: &str| Fault::at(at, Code::DuplicateCode).with("value", value.to_owned());
    if other(db::projects::with_code(view.conn, &wanted.code)?) {
        faults.push(duplicate("/code", &wanted.code));
    }
    if let Some(code) = &wanted.budget_code
        && other(db::projects::with_budget_code(view.conn, code)?)
    {
        faults.push(duplicate("/budget_code", code));
    }
    references(view, wanted, &mut faults)?;
    faults.extend(positive(wanted.total_investment, "/total_investment"));
    faults.extend(year(wanted.start_year, "/start_year"));
    faults.extend(year(wanted.end_year, "/end_year"));
    if wanted.start_year > wanted.end_year {
        let why = ("năm kết thúc trước năm bắt đầu", "it ends before it starts");
        faults.push(Fault::at("/end_year", Code::OutOfRange).with("why", why));
    }
    faults.extend(above_total(view, wanted, before)?);
    Ok(faults)
}

fn references(view: &mut View<'_>, wanted: &ProjectInput, faults: &mut Vec<Fault>) -> Result<()> {
    let tree = view.tree()?;
    if tree.get(wanted.managing_unit_id).is_none() {
        faults.push(unknown("/managing_unit_id"));
    }
    for (index, unit) in wanted.location_unit_ids.iter().enumerate() {
        if tree.get(*unit).is_none() {
            faults.push(unknown(format!("/location_unit_ids/{index}")));
        }
    }
    let agencies = [Some(wanted.investor_id), wanted.pmu_id];
    let known = Refs::load(view.conn, Named::Agencies, agencies.into_iter().flatten())?;
    if !known.has(wanted.investor_id) {
        faults.push(unknown("/investor_id"));
    }
    if wanted.pmu_id.is_some_and(|pmu| !known.has(pmu)) {
        faults.push(unknown("/pmu_id"));
    }
    Ok(())
}

/// What has been paid, here and before, stays within total investment. Only figures that change
/// are judged.
fn above_total(
    view: &mut View<'_>,
    wanted: &ProjectInput,
    before: Option<&Project>,
) -> Result<Option<Fault>> {
    let figures = (
        wanted.total_investment,
        wanted.disbursed_before,
        wanted.advance_before,
    );
    let at = match before {
        None => "/total_investment",
        Some(old) => {
            let old = (
                old.total_investment,
                old.disbursed_before,
                old.advance_before,
            );
            match (figures.0 == old.0, figures.1 == old.1, figures.2 == old.2) {
                (true, true, true) => return Ok(None),
                (true, false, _) => "/disbursed_before",
                (true, true, false) => "/advance_before",
                (false, ..) => "/total_investment",
            }
        }
    };
    let postings = match before {
        Some(project) => db::ledger::project_postings(view.conn, project.id)?,
        None => Vec::new(),
    };
    let postings = postings.into_iter().map(|(_, posting)| posting);
    let opening = [wanted.disbursed_before, wanted.advance_before];
    let over = project_overdrawn(postings, opening, wanted.total_investment, db::BEGINNING);
    Ok(over.map(|over| {
        Fault::at(at, Code::TotalInvestmentExceeded)
            .with("disbursed", over.disbursed)
            .with("total", over.total_investment)
    }))
}

/// A project may be put only where the caller's permission reaches.
fn require_links(view: &mut View<'_>, wanted: &ProjectInput, faults: &[Fault]) -> Result<()> {
    if faults
        .iter()
        .any(|fault| fault.pointer == "/managing_unit_id")
    {
        return Ok(());
    }
    let links = ProjectLinks {
        managing_unit_id: wanted.managing_unit_id,
        investor_id: wanted.investor_id,
        pmu_id: wanted.pmu_id,
        leader_id: None,
    };
    let permission = view.ctx.permission;
    match view.scope(permission)?.has_project(&links) {
        true => Ok(()),
        false => view.require_unit(wanted.managing_unit_id),
    }
}

/// Another request took the code between the check and the insert.
fn taken(wanted: &ProjectInput) -> Fault {
    Fault::at("/code", Code::DuplicateCode).with("value", wanted.code.clone())
}

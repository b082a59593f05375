//! Loads projects, plans, schedules and payments of the demo through the same use cases as
//! everybody else, so that nothing in it breaks a rule.

use chrono::{Datelike, NaiveDate, TimeDelta};

use super::model::{Line, Project, day};
use super::random::Random;
use super::reference::Known;
use crate::domain::capital::{GivenKind, Origin};
use crate::domain::money::Money;
use crate::domain::project::{Duty, ProjectGroup, ProjectStatus};
use crate::error::{Error, Result};
use crate::service::Tx;
use crate::service::plans::{self, NewEntry};
use crate::service::projects::{self, ProjectInput};
use crate::service::shared::Decision;

/// The day on which the districts ended.
pub fn reform() -> NaiveDate {
    day(2025, 7, 1)
}

/// Thousand đồng as an amount.
pub fn money(thousand: i64) -> Result<Money> {
    Money::new(thousand * 1_000)
        .ok_or_else(|| Error::Internal("demo: an amount is too large".into()))
}

/// A paper.
pub fn decision(number: i64, kind: &str, issuer: &str, date: NaiveDate) -> Decision {
    Decision {
        number: format!("{number}/{kind}"),
        issuer: issuer.into(),
        date,
    }
}

/// A project that was loaded.
#[derive(Clone)]
pub struct Loaded {
    pub id: i64,
    pub project: usize,
}

/// Loads the projects that began before the reform, or after it.
pub fn projects(
    tx: &mut Tx<'_>,
    known: &Known,
    model: &[Project],
    is_wanted: impl Fn(&Project) -> bool,
) -> Result<Vec<Loaded>> {
    let mut random = Random::new(7);
    let mut loaded = Vec::new();
    for (index, project) in model
        .iter()
        .enumerate()
        .filter(|(_, project)| is_wanted(project))
    {
        let id = create(tx, known, project, &mut random)?;
        assign(tx, known, project, id, &mut random)?;
        for line in &project.lines {
            plan(tx, known, id, line)?;
        }
        loaded.push(Loaded { id, project: index });
    }
    Ok(loaded)
}

fn create(tx: &mut Tx<'_>, known: &Known, project: &Project, random: &mut Random) -> Result<i64> {
    let is_road = project.sector == "transport";
    let investor = match project.unit {
        "22" if is_road => "BQLGT".to_owned(),
        "22" => "BQLDD".to_owned(),
        unit => format!("UBND-{unit}"),
    };
    let unit_id = known.unit(project.unit)?;
    let place = project.successor.unwrap_or(project.unit);
    let signed = day(project.start_year - 1, 6, 1) + TimeDelta::days(random.between(0, 150));
    let wanted = ProjectInput {
        code: project.code.clone(),
        budget_code: None,
        name: project.name.clone(),
        short_name: None,
        group: ProjectGroup::parse(project.group).unwrap_or(ProjectGroup::C),
        sector: project.sector.into(),
        disbursed_before: Money::ZERO,
        advance_before: Money::ZERO,
        managing_unit_id: unit_id,
        location_unit_ids: vec![known.unit(place)?],
        investor_id: known.agency(&investor)?,
        pmu_id: None,
        total_investment: money(project.total_investment)?,
        investment_decision: decision(
            random.between(100, 4000),
            "QĐ-UBND",
            "UBND tỉnh Quảng Ninh",
            signed,
        ),
        start_year: project.start_year,
        end_year: project.end_year.max(project.start_year),
        status: ProjectStatus::parse(project.status).unwrap_or(ProjectStatus::Ongoing),
    };
    Ok(projects::create(tx, &wanted)?.id)
}

/// Leader and officer; a project that changed hands got others on the day of the reform.
fn assign(
    tx: &mut Tx<'_>,
    known: &Known,
    project: &Project,
    id: i64,
    random: &mut Random,
) -> Result<()> {
    let start = day(project.start_year, 1, 1);
    let mut terms = vec![(project.unit, start)];
    terms.extend(
        project
            .successor
            .map(|commune| (commune, reform().max(start))),
    );
    for (unit, from) in terms {
        let staff = known.staff(unit)?;
        let paper = decision(
            random.between(10, 900),
            "TB-UBND",
            "UBND",
            from - TimeDelta::days(5),
        );
        if project.has_leader {
            let leader = *random.pick(&staff.leaders);
            projects::assign(tx, id, Duty::Leader, (leader, from, &paper), |_| Ok(()))?;
        }
        if let Some(officer) = staff.officers.first() {
            projects::assign(tx, id, Duty::Officer, (*officer, from, &paper), |_| Ok(()))?;
        }
    }
    Ok(())
}

fn plan(tx: &mut Tx<'_>, known: &Known, project_id: i64, line: &Line) -> Result<()> {
    for (kind, effective, amount) in &line.entries {
        let new = NewEntry {
            funding_source_id: known.source(line.source)?,
            budget_year: line.year,
            origin: Origin::InYear,
            kind: GivenKind::parse(kind).unwrap_or(GivenKind::Initial),
            amount: money(*amount)?,
            effective_date: *effective,
            decision: paper(*effective),
            deadline: None,
            note: None,
        };
        plans::create(tx, project_id, &new)?;
    }
    Ok(())
}

/// The resolution or decision behind a plan of that day.
fn paper(effective: NaiveDate) -> Decision {
    let year = effective.year();
    match (effective.ordinal(), year) {
        (1, 2024) => decision(176, "NQ-HĐND", "HĐND tỉnh Quảng Ninh", day(2023, 12, 8)),
        (1, _) => decision(
            i64::from(year) - 1_800,
            "NQ-HĐND",
            "HĐND tỉnh Quảng Ninh",
            day(year - 1, 12, 9),
        ),
        _ => decision(
            i64::from(effective.ordinal()) + 2_000,
            "QĐ-UBND",
            "UBND tỉnh Quảng Ninh",
            effective - TimeDelta::days(3),
        ),
    }
}

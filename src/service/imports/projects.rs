//! Rows that are projects.

use std::collections::HashMap;

use super::judge::{Reading, of_row};
use super::report::{Parsed, RowFault};
use crate::db;
use crate::domain::imports::Row;
use crate::domain::project::{ProjectGroup, ProjectStatus};
use crate::error::{Code, Fault, Result};
use crate::service::View;
use crate::service::projects::{self, ProjectInput};
use crate::service::shared::Decision;

/// A project, and who answers for it from today on.
pub struct NewProject {
    /// The project.
    pub project: ProjectInput,
    /// The person.
    pub leader_id: Option<i64>,
}

/// The rows whose codes are known, as projects.
pub fn prepare(view: &mut View<'_>, reading: &mut Reading<'_>) -> Result<Vec<(usize, NewProject)>> {
    let parsed = reading.parsed;
    let kind = parsed.kind;
    let has_leader = |row: &Row| row.text(kind, "leader_email").is_some();
    let mut people: HashMap<String, Vec<i64>> = HashMap::new();
    if parsed.rows.iter().any(has_leader) {
        for (id, email) in db::names::emails(view.conn)? {
            people.entry(email.to_lowercase()).or_default().push(id);
        }
    }
    let mut new = Vec::new();
    for (place, row) in parsed.rows.iter().enumerate() {
        let unit = reading.code(place, "managing_unit_code");
        let places = reading.codes(place, "location_unit_codes");
        let investor = reading.code(place, "investor_code");
        let pmu = reading.code(place, "pmu_code");
        let has_pmu = row.text(kind, "pmu_code").is_some();
        let leader = row.text(kind, "leader_email").map(str::to_lowercase);
        let leader_id = leader
            .as_ref()
            .and_then(|email| match people.get(email)?.as_slice() {
                [one] => Some(*one),
                _ => None,
            });
        if leader.is_some() && leader_id.is_none() {
            let why = (
                "không có đúng một cán bộ có địa chỉ này",
                "there is not exactly one person with this address",
            );
            let fault = Fault::at("leader_email", Code::Invalid).with("why", why);
            reading.refuse(place, "leader_email", fault);
        }
        let is_whole =
            !row.broken && pmu.is_some() == has_pmu && leader_id.is_some() == leader.is_some();
        if let (true, Some(unit), Some(places), Some(investor)) = (is_whole, unit, places, investor)
            && let Some(project) = project(parsed, row, (unit, places, investor, pmu))
        {
            new.push((place, NewProject { project, leader_id }));
        }
    }
    Ok(new)
}

fn project(
    parsed: &Parsed,
    row: &Row,
    (managing_unit_id, location_unit_ids, investor_id, pmu_id): (i64, Vec<i64>, i64, Option<i64>),
) -> Option<ProjectInput> {
    let kind = parsed.kind;
    let text = |column| row.text(kind, column).map(str::to_owned);
    Some(ProjectInput {
        code: text("code")?,
        budget_code: text("budget_code"),
        name: text("name")?,
        short_name: text("short_name"),
        group: ProjectGroup::parse(row.text(kind, "group")?)?,
        sector: text("sector")?,
        disbursed_before: row.money(kind, "disbursed_before").unwrap_or_default(),
        advance_before: row.money(kind, "advance_before").unwrap_or_default(),
        managing_unit_id,
        location_unit_ids,
        investor_id,
        pmu_id,
        total_investment: row.money(kind, "total_investment")?,
        investment_decision: Decision {
            number: text("investment_decision_number")?,
            issuer: text("investment_decision_issuer")?,
            date: row.date(kind, "investment_decision_date")?,
        },
        start_year: row.year(kind, "start_year")?,
        end_year: row.year(kind, "end_year")?,
        status: ProjectStatus::parse(row.text(kind, "status")?)?,
    })
}

/// The faults of the projects.
pub fn judge(
    view: &mut View<'_>,
    parsed: &Parsed,
    new: &[(usize, NewProject)],
) -> Result<Vec<RowFault>> {
    let mut faults = Vec::new();
    let mut seen: HashMap<(&str, &str), usize> = HashMap::new();
    for (place, one) in new {
        let mut broken = projects::judge(view, &one.project)?;
        let codes = [
            ("code", Some(&one.project.code)),
            ("budget_code", one.project.budget_code.as_ref()),
        ];
        for (column, code) in codes {
            if let Some(code) = code
                && seen.insert((column, code.as_str()), *place).is_some()
            {
                let fault = Fault::at(format!("/{column}"), Code::DuplicateCode);
                broken.push(fault.with("value", code.clone()));
            }
        }
        faults.extend(of_row(parsed, *place, broken));
    }
    Ok(faults)
}

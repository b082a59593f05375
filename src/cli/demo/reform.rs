//! The reform of 2025-07-01: each district is followed by its communes, and projects get the
//! investors of the new order.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::facts::UnitFact;
use super::load::{Loaded, decision, reform};
use super::model::{Project, day};
use super::random::Random;
use super::reference::Known;
use crate::domain::money::Rate;
use crate::domain::progress::Basis;
use crate::domain::reference::{MemberRole, Period};
use crate::error::Result;
use crate::service::projects::ProjectInput;
use crate::service::successions::{self, NewUnitSuccession, Successor};
use crate::service::{Tx, projects, targets, task_forces};

/// The commune whose task force nobody has set up.
const WITHOUT_TASK_FORCE: &str = "06985";

/// Hands each district over to its communes.
pub fn hand_over(
    tx: &mut Tx<'_>,
    known: &Known,
    facts: &[UnitFact],
    model: &[Project],
    loaded: &[Loaded],
) -> Result<()> {
    let mut heirs: BTreeMap<&str, Vec<Successor>> = BTreeMap::new();
    for fact in facts.iter().filter(|fact| fact.level == "commune") {
        let is_heir = |one: &&Loaded| {
            model
                .get(one.project)
                .is_some_and(|project| project.successor == Some(fact.code))
        };
        let successor = Successor {
            unit_id: known.unit(fact.code)?,
            project_ids: loaded.iter().filter(is_heir).map(|one| one.id).collect(),
        };
        heirs.entry(fact.predecessor).or_default().push(successor);
    }
    for (district, successors) in heirs {
        let Some(first) = successors.first() else {
            continue;
        };
        let new = NewUnitSuccession {
            rest_to_unit_id: first.unit_id,
            effective_date: reform(),
            decision: decision(
                1679,
                "NQ-UBTVQH15",
                "Ủy ban Thường vụ Quốc hội",
                day(2025, 6, 16),
            ),
            successors,
        };
        successions::create(tx, known.unit(district)?, &new)?;
    }
    Ok(())
}

/// District investors became communes', and the province's boards were merged into two.
pub fn reassign(
    tx: &mut Tx<'_>,
    known: &Known,
    model: &[Project],
    loaded: &[Loaded],
) -> Result<()> {
    let mut random = Random::new(254);
    for one in loaded {
        let Some(project) = model.get(one.project) else {
            continue;
        };
        let investor = match project.successor {
            Some(commune) => format!("UBND-{commune}"),
            None if random.percent(60) => "BQLKV1".into(),
            None => "BQLKV2".into(),
        };
        tx.lock_project(one.id)?;
        let before = projects::get(tx, one.id)?;
        let mut wanted = ProjectInput::from(&before);
        wanted.investor_id = known.agency(&investor)?;
        projects::update(tx, &before, &wanted, Some(reform()))?;
    }
    Ok(())
}

/// A task force for every unit as long as it stood, headed by its chairman, but for one.
pub fn found_task_forces(tx: &mut Tx<'_>, known: &Known, facts: &[UnitFact]) -> Result<()> {
    for fact in facts.iter().filter(|fact| fact.code != WITHOUT_TASK_FORCE) {
        let from = fact
            .valid_from
            .map_or(day(2024, 1, 2), |from| from + TimeDelta::days(7));
        let staff = known.staff(fact.code)?;
        let is_province = fact.level == "province";
        let mut members = vec![(staff.chair, MemberRole::Head)];
        for (index, leader) in staff
            .leaders
            .iter()
            .enumerate()
            .skip(1)
            .take(if is_province { 8 } else { 1 })
        {
            let role = if index <= 3 {
                MemberRole::Deputy
            } else {
                MemberRole::Member
            };
            members.push((*leader, role));
        }
        members.extend(
            staff
                .officers
                .first()
                .map(|officer| (*officer, MemberRole::Member)),
        );
        let office = if is_province {
            "STC".to_owned()
        } else {
            format!("UBND-{}", fact.code)
        };
        let fields = task_forces::Fields {
            unit_id: known.unit(fact.code)?,
            standing_agency_id: Some(known.agency(&office)?),
            decision: decision(
                from.signed_duration_since(day(2023, 1, 1)).num_days(),
                "QĐ-UBND",
                fact.name,
                from,
            ),
            valid: Period {
                from: Some(from),
                to: fact.valid_to,
            },
            members,
        };
        task_forces::create(tx, &fields)?;
    }
    Ok(())
}

/// Milestones of the years: date and percent of the plan.
const MILESTONES: [(i32, u32, u32, &str); 9] = [
    (2024, 6, 30, "50.00"),
    (2024, 9, 30, "80.00"),
    (2024, 12, 31, "95.00"),
    (2025, 6, 30, "50.00"),
    (2025, 9, 30, "60.00"),
    (2025, 12, 31, "100.00"),
    (2026, 6, 30, "50.00"),
    (2026, 9, 30, "75.00"),
    (2026, 12, 31, "100.00"),
];

/// Targets of the whole province.
pub fn set_targets(tx: &mut Tx<'_>, known: &Known) -> Result<()> {
    for (year, month, last, percent) in MILESTONES {
        let Some(percent) = Rate::parse(percent) else {
            continue;
        };
        let fields = targets::Fields {
            budget_year: year,
            date: day(year, month, last),
            percent,
            basis: Basis::Initial,
            unit_id: Some(known.unit("22")?),
            agency_id: None,
            funding_source_id: None,
        };
        targets::create(tx, &fields)?;
    }
    Ok(())
}

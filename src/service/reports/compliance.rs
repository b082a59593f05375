//! Whether the orders of the yearly directive are kept, and who does not keep them.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::View;
use super::super::figures::{self, Line, LineFilter, ProjectKeys, Sums};
use super::super::shared::{Named, Ref, Refs};
use super::allocation;
use super::holders::Holdings;
use super::{Asked, Root, filter, root, source_path};
use crate::db;
use crate::db::compliance::Target;
use crate::domain::capital::Authority;
use crate::domain::locale::Locale;
use crate::domain::money::{Money, Rate};
use crate::domain::progress::{Basis, LineProgress, ScheduleState};
use crate::domain::scope::Scope;
use crate::error::Result;

/// The orders, by number: Vietnamese, English.
const ORDERS: [(&str, &str); 5] = [
    (
        "Phân bổ chi tiết 100% kế hoạch vốn được giao đúng thời hạn",
        "All assigned capital is allocated to projects by the deadline",
    ),
    (
        "Từng dự án, từng nguồn vốn có kế hoạch giải ngân chi tiết được duyệt",
        "Every plan line has an approved disbursement schedule",
    ),
    (
        "Mỗi dự án có lãnh đạo phụ trách",
        "Every project has a responsible leader",
    ),
    (
        "Mỗi địa phương có tổ công tác đặc biệt do chủ tịch làm tổ trưởng",
        "Every unit has a task force headed by its chairman",
    ),
    (
        "Tỷ lệ giải ngân đạt mục tiêu từng mốc thời gian",
        "The disbursement rate meets the targets of the year",
    ),
];

/// One order of the directive.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ComplianceRow {
    /// Its number.
    pub order: i32,
    /// What it asks, in the reader's language.
    pub title: String,
    /// How many it binds.
    pub total: usize,
    /// How many of them keep it.
    pub compliant: usize,
    /// Those who do not, once for each time: the project of a line without a schedule, or the
    /// holder, unit or source.
    pub offenders: Vec<Ref>,
}

/// The report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ComplianceReport {
    /// The budget year.
    pub budget_year: i32,
    /// The day of the figures.
    pub as_of: NaiveDate,
    /// As asked; every order is judged on the basis it names itself.
    #[schema(value_type = String)]
    pub basis: Basis,
    /// Order by order.
    pub rows: Vec<ComplianceRow>,
}

/// How many are bound, and who offends.
struct Judged {
    total: usize,
    offenders: Vec<Ref>,
}

/// The report over what the reader may see.
pub fn report(view: &mut View<'_>, asked: &Asked) -> Result<ComplianceReport> {
    let root = root(view, asked)?;
    let filter = filter(view, asked, &root)?;
    let lines = figures::lines(view, &filter, asked.as_of, Basis::Total)?;
    let projects = db::figures::projects(view.conn, &filter, asked.as_of)?;
    let planned: Vec<(&Line, &ProjectKeys)> = lines
        .iter()
        .filter(|line| line.full_plan.is_positive())
        .filter_map(|line| Some((line, projects.get(&line.project_id)?)))
        .collect();
    let judged = [
        allocated(view, asked, &root)?,
        scheduled(&planned),
        led(&planned),
        headed(view, asked, &root, &planned)?,
        on_target(view, asked, &root)?,
    ];
    let locale = view.ctx.actor.locale;
    let rows = (1..)
        .zip(ORDERS)
        .zip(judged)
        .map(|((order, title), judged)| ComplianceRow {
            order,
            title: match locale {
                Locale::Vi => title.0,
                Locale::En => title.1,
            }
            .to_owned(),
            total: judged.total,
            compliant: judged.total.saturating_sub(judged.offenders.len()),
            offenders: judged.offenders,
        });
    Ok(ComplianceReport {
        budget_year: asked.budget_year,
        as_of: asked.as_of,
        basis: asked.basis,
        rows: rows.collect(),
    })
}

/// Capital must be allocated by 31 December of the year before (domain.md section 4).
fn allocated(view: &mut View<'_>, asked: &Asked, root: &Root) -> Result<Judged> {
    let scope = view.readable()?;
    let authority = Authority::PeoplesCouncil;
    let holdings = Holdings::load(view, asked.budget_year, authority, asked.as_of)?;
    let rows = allocation::rows(view, asked, authority, &scope)?;
    let deadline = NaiveDate::from_ymd_opt(asked.budget_year.saturating_sub(1), 12, 31);
    let is_over = deadline.is_some_and(|deadline| asked.as_of > deadline);
    let mut judged: Vec<(allocation::Assignee, bool)> = Vec::new();
    for row in rows {
        let unit = holdings.unit_of(match row.assignee.kind {
            "unit" => super::holders::Holder::Unit(row.assignee.id),
            _ => super::holders::Holder::Agency(row.assignee.id),
        });
        if !row.assigned.is_positive() || !unit.is_some_and(|unit| root.units.contains(&unit)) {
            continue;
        }
        let offends = is_over && row.unallocated.is_positive();
        match judged.iter_mut().find(|(known, _)| *known == row.assignee) {
            Some((_, known)) => *known |= offends,
            None => judged.push((row.assignee, offends)),
        }
    }
    let total = judged.len();
    let offenders = judged.into_iter().filter(|(_, offends)| *offends);
    Ok(Judged {
        total,
        offenders: sorted(offenders.map(|(who, _)| Ref {
            id: who.id,
            code: who.code,
            name: who.name,
        })),
    })
}

fn scheduled(planned: &[(&Line, &ProjectKeys)]) -> Judged {
    let missing = planned
        .iter()
        .filter(|(line, _)| line.progress.schedule == ScheduleState::Missing);
    Judged {
        total: planned.len(),
        offenders: sorted(missing.map(|(_, project)| project_ref(project))),
    }
}

fn led(planned: &[(&Line, &ProjectKeys)]) -> Judged {
    let projects: HashMap<i64, &ProjectKeys> = planned
        .iter()
        .map(|(_, project)| (project.id, *project))
        .collect();
    let without = projects
        .values()
        .filter(|project| project.leader_id.is_none());
    Judged {
        total: projects.len(),
        offenders: sorted(without.map(|project| project_ref(project))),
    }
}

/// Units that manage a project of the year, and those above them up to the unit of the report.
fn headed(
    view: &mut View<'_>,
    asked: &Asked,
    root: &Root,
    planned: &[(&Line, &ProjectKeys)],
) -> Result<Judged> {
    let (tree, scope) = (view.tree()?, view.readable()?);
    let headed = db::compliance::headed_units(view.conn, asked.as_of)?;
    let managing: HashSet<i64> = planned
        .iter()
        .map(|(_, project)| project.managing_unit_id)
        .collect();
    let bound: HashSet<i64> = managing
        .iter()
        .flat_map(|unit| tree.path_on(*unit, asked.as_of))
        .filter(|unit| root.units.contains(unit) && scope.has_unit(*unit))
        .filter(|unit| {
            tree.get(*unit)
                .is_some_and(|unit| unit.valid_on(asked.as_of))
        })
        .collect();
    let without = bound.iter().filter(|unit| !headed.contains(unit));
    let offenders = without.filter_map(|unit| tree.get(*unit)).map(|unit| Ref {
        id: unit.id,
        code: unit.code.clone(),
        name: unit.name.clone(),
    });
    Ok(Judged {
        total: bound.len(),
        offenders: sorted(offenders),
    })
}

fn on_target(view: &mut View<'_>, asked: &Asked, root: &Root) -> Result<Judged> {
    let (tree, scope) = (view.tree()?, view.readable()?);
    let agency_units = db::assigned::agency_units(view.conn)?;
    let mut targets = db::compliance::targets_due(view.conn, asked.budget_year, asked.as_of)?;
    targets.retain(|target| {
        let unit = target
            .unit_id
            .or_else(|| agency_units.get(&target.agency_id?).copied())
            .or_else(|| super::province(&tree, target.date));
        let own = target
            .agency_id
            .is_some_and(|agency| scope.has_agency(agency));
        unit.is_some_and(|unit| root.units.contains(&unit) && (own || scope.has_unit(unit)))
    });
    let mut offenders = Vec::new();
    for (target, rate) in rates(view, asked.budget_year, &targets)? {
        let wanted = Rate::from_hundredths(i128::from(target.percent_hundredths));
        if rate.is_none() || rate < wanted {
            offenders.push(subject(view, target)?);
        }
    }
    Ok(Judged {
        total: targets.len(),
        offenders: sorted(offenders),
    })
}

/// The rate that each target is compared with, on its own day and basis: that of everything under
/// its unit, of its agency as investor or PMU, and of its source with those below it. Lines are
/// read once for each day and basis.
pub fn rates<'a>(
    view: &mut View<'_>,
    budget_year: i32,
    targets: &'a [Target],
) -> Result<Vec<(&'a Target, Option<Rate>)>> {
    let parents = db::assigned::source_parents(view.conn)?;
    let filter = LineFilter::of_year(budget_year, Scope::all(), view.today);
    let mut days: Vec<(NaiveDate, Basis)> = Vec::new();
    for target in targets {
        let day = (target.date, basis(target));
        if !days.contains(&day) {
            days.push(day);
        }
    }
    let mut rates = Vec::with_capacity(targets.len());
    for (date, basis_of_day) in days {
        let lines = figures::lines(view, &filter, date, basis_of_day)?;
        let projects = db::figures::projects(view.conn, &filter, date)?;
        let tree = view.tree()?;
        let same_day = targets
            .iter()
            .filter(|target| (target.date, basis(target)) == (date, basis_of_day));
        for target in same_day {
            let units = target.unit_id.map(|unit| tree.subtree_on(unit, date));
            let counts = |line: &Line| {
                let Some(project) = projects.get(&line.project_id) else {
                    return false;
                };
                let in_unit = units
                    .as_ref()
                    .is_none_or(|units| units.contains(&project.managing_unit_id));
                let of_agency = target.agency_id.is_none_or(|agency| {
                    project.investor_id == agency || project.pmu_id == Some(agency)
                });
                let in_source = target.funding_source_id.is_none_or(|source| {
                    source_path(&parents, line.funding_source_id).contains(&source)
                });
                in_unit && of_agency && in_source
            };
            let counted: Vec<LineProgress> = lines
                .iter()
                .filter(|line| counts(line))
                .map(|line| line.progress)
                .collect();
            let sums = Sums::of(&counted)?;
            let rate = match basis_of_day {
                Basis::Assigned => Rate::of(
                    sums.disbursed,
                    assigned(view, budget_year, target, &parents)?,
                ),
                _ => sums.rate,
            };
            rates.push((target, rate));
        }
    }
    Ok(rates)
}

/// Capital assigned to what the target is set for.
fn assigned(
    view: &mut View<'_>,
    budget_year: i32,
    target: &Target,
    parents: &HashMap<i64, Option<i64>>,
) -> Result<Money> {
    use super::holders::{Held, Holder};
    let tree = view.tree()?;
    let holdings = Holdings::load(view, budget_year, Authority::PeoplesCouncil, target.date)?;
    let units = target
        .unit_id
        .map(|unit| tree.subtree_on(unit, target.date));
    let mut kept: HashMap<Holder, Held> = HashMap::new();
    for (holder, source, held) in holdings.iter() {
        let unit = holdings.unit_of(holder);
        let in_unit = units
            .as_ref()
            .is_none_or(|units| unit.is_some_and(|unit| units.contains(&unit)));
        let of_agency = target
            .agency_id
            .is_none_or(|agency| holder == Holder::Agency(agency));
        let in_source = target
            .funding_source_id
            .is_none_or(|wanted| source_path(parents, source).contains(&wanted));
        if in_unit && of_agency && in_source {
            let sum = kept.entry(holder).or_default();
            sum.assigned += held.assigned;
            sum.onward += held.onward;
        }
    }
    let sum = kept.values().map(|held| held.kept()).sum();
    Money::exact(sum).ok_or_else(figures::too_large)
}

fn basis(target: &Target) -> Basis {
    Basis::parse(&target.basis).unwrap_or_default()
}

/// What a target is set for: the agency, the unit or the source, else the province.
fn subject(view: &mut View<'_>, target: &Target) -> Result<Ref> {
    let tree = view.tree()?;
    let (table, id) = match (target.agency_id, target.unit_id, target.funding_source_id) {
        (Some(agency), _, _) => (Named::Agencies, agency),
        (None, Some(unit), _) => (Named::Units, unit),
        (None, None, Some(source)) => (Named::Sources, source),
        (None, None, None) => (
            Named::Units,
            super::province(&tree, target.date).unwrap_or_default(),
        ),
    };
    Ok(Refs::load(view.conn, table, [id])?.get(id))
}

fn project_ref(project: &ProjectKeys) -> Ref {
    Ref {
        id: project.id,
        code: project.code.clone(),
        name: project.name.clone(),
    }
}

fn sorted(refs: impl IntoIterator<Item = Ref>) -> Vec<Ref> {
    let mut refs: Vec<Ref> = refs.into_iter().collect();
    refs.sort_by(|a, b| (&a.code, a.id).cmp(&(&b.code, b.id)));
    refs
}

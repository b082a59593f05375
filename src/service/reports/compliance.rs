//! Whether the orders of the yearly directive are kept, and who does not keep them.

use std::collections::HashSet;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::View;
use super::super::figures;
use super::super::shared::Ref;
use super::allocation;
use super::holders::Holdings;
use super::{Asked, Root, filter, root, target_rates};
use crate::db;
use crate::db::book::Project;
use crate::db::compliance::Target;
use crate::db::project_links::Link;
use crate::domain::capital::Authority;
use crate::domain::locale::Locale;
use crate::domain::money::Rate;
use crate::domain::progress::{Basis, LineProgress, ScheduleState};
use crate::domain::project::Duty;
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

/// A project with capital, and its lines that have any.
struct Planned<'a> {
    project: &'a Project,
    link: &'a Link,
    lines: Vec<&'a LineProgress>,
}

/// The report over what the reader may see.
pub fn report(view: &mut View<'_>, asked: &Asked) -> Result<ComplianceReport> {
    let root = root(view, asked)?;
    let filter = filter(view, asked, &root)?;
    let selection = figures::select(view, &filter, asked.as_of, Basis::Total)?;
    let planned = selection.projects().filter_map(|(planned, lines)| {
        let lines = lines.filter(|(_, progress)| progress.plan.is_positive());
        let lines: Vec<&LineProgress> = lines.map(|(_, progress)| progress).collect();
        Some(Planned {
            project: &planned.project,
            link: planned.project.link_on(asked.as_of)?,
            lines,
        })
    });
    let planned: Vec<Planned<'_>> = planned.filter(|one| !one.lines.is_empty()).collect();
    let judged = [
        allocated(view, asked, &root)?,
        scheduled(&planned),
        led(&planned, asked.as_of),
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
    let authority = Authority::PeoplesCouncil;
    let holdings = Holdings::load(view, asked.budget_year, authority, asked.as_of)?;
    let rows = allocation::rows(view, asked, &holdings)?;
    let deadline = NaiveDate::from_ymd_opt(asked.budget_year.saturating_sub(1), 12, 31);
    let is_over = deadline.is_some_and(|deadline| asked.as_of > deadline);
    let mut judged: Vec<(allocation::Assignee, bool)> = Vec::new();
    for row in rows {
        let unit = holdings.unit_of(row.assignee.holder());
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

fn scheduled(planned: &[Planned<'_>]) -> Judged {
    let missing = planned.iter().flat_map(|one| {
        let lines = one.lines.iter();
        let missing = lines.filter(|line| line.schedule == ScheduleState::Missing);
        missing.map(|_| project_ref(one.project))
    });
    Judged {
        total: planned.iter().map(|one| one.lines.len()).sum(),
        offenders: sorted(missing),
    }
}

fn led(planned: &[Planned<'_>], day: NaiveDate) -> Judged {
    let leader = Duty::Leader.as_str();
    let without = planned
        .iter()
        .filter(|one| one.project.person_on(leader, day).is_none());
    Judged {
        total: planned.len(),
        offenders: sorted(without.map(|one| project_ref(one.project))),
    }
}

/// Units that manage a project of the year, and those above them up to the unit of the report.
fn headed(
    view: &mut View<'_>,
    asked: &Asked,
    root: &Root,
    planned: &[Planned<'_>],
) -> Result<Judged> {
    let (tree, scope) = (view.tree()?, view.readable()?);
    let headed = db::compliance::headed_units(view.conn, asked.as_of)?;
    let managing: HashSet<i64> = planned
        .iter()
        .map(|one| one.link.managing_unit_id)
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
    let book = view.book()?;
    let agency_units = &book.reference.agency_units;
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
    for (target, rate) in target_rates::of(view, asked.budget_year, &targets)? {
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

/// Whom a target is set for: the agency, the unit or the source, else the province.
fn subject(view: &mut View<'_>, target: &Target) -> Result<Ref> {
    let (book, tree) = (view.book()?, view.tree()?);
    let whose = (target.agency_id, target.unit_id, target.funding_source_id);
    Ok(match whose {
        (Some(agency), _, _) => book.agency(agency),
        (None, Some(unit), _) => book.unit(unit),
        (None, None, Some(source)) => book.source(source),
        (None, None, None) => book.unit(super::province(&tree, target.date).unwrap_or_default()),
    })
}

fn project_ref(project: &Project) -> Ref {
    Ref {
        id: project.id,
        code: project.fields.code.clone(),
        name: project.fields.name.clone(),
    }
}

fn sorted(refs: impl IntoIterator<Item = Ref>) -> Vec<Ref> {
    let mut refs: Vec<Ref> = refs.into_iter().collect();
    refs.sort_by(|a, b| (&a.code, a.id).cmp(&(&b.code, b.id)));
    refs
}

//! Progress by unit, source, investor, sector, status or leader.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::super::View;
use super::super::figures::{self, Ageing};
use super::super::progress::refuse_assigned;
use super::groups::{Group, Key, Keys, Names, assign};
use super::{Asked, filter, root};
use crate::domain::capital::Authority;
use crate::domain::money::{Money, Rate};
use crate::domain::progress::Basis;
use crate::domain::ranking::rank;
use crate::domain::text_enum::text_enum;
use crate::domain::units::Level;
use crate::error::{Code, Fault, Result};

text_enum! {
    /// What the rows of a progress report are.
    GroupBy {
        /// Units below the one asked for.
        Unit = "unit",
        /// Funding sources.
        Source = "source",
        /// Investors.
        Investor = "investor",
        /// Sectors.
        Sector = "sector",
        /// Project statuses.
        Status = "status",
        /// Responsible leaders.
        Leader = "leader",
    }
}

/// How to group.
#[derive(Clone, Copy, Debug)]
pub struct Grouping {
    /// By what.
    pub by: GroupBy,
    /// Units of this level instead of direct children.
    pub level: Option<Level>,
    /// Whose assignments are the denominator, on the basis `assigned`.
    pub authority: Authority,
}

impl Grouping {
    /// By something, with the defaults of the rest.
    pub fn by(by: GroupBy) -> Self {
        Grouping {
            by,
            level: None,
            authority: Authority::PeoplesCouncil,
        }
    }
}

/// What a row is about; a sector or status has no id, a person no code.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RowKey {
    /// Identity, if it is a record.
    pub id: Option<i64>,
    /// Code, if it has one.
    pub code: Option<String>,
    /// Name.
    pub name: String,
}

/// A row of the report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProgressRow {
    /// What it is about.
    pub key: RowKey,
    /// Projects with a line.
    pub projects: usize,
    /// Those of them with a late line.
    pub late_projects: usize,
    /// The denominator of the basis, đồng.
    #[schema(value_type = i64)]
    pub plan: Money,
    /// Disbursed, đồng.
    #[schema(value_type = i64)]
    pub disbursed: Money,
    /// Disbursed ÷ plan, null when the plan is 0.
    #[schema(value_type = Option<String>)]
    pub rate: Option<Rate>,
    /// Items due by the day, đồng.
    #[schema(value_type = i64)]
    pub scheduled: Money,
    /// Late, đồng.
    #[schema(value_type = i64)]
    pub late_amount: Money,
    /// Place by rate; equal rates share it; null without a rate.
    pub rank: Option<usize>,
}

/// All rows together.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProgressTotals {
    /// Projects with a line.
    pub projects: usize,
    /// Those of them with a late line.
    pub late_projects: usize,
    /// The denominator of the basis, đồng.
    #[schema(value_type = i64)]
    pub plan: Money,
    /// Disbursed, đồng.
    #[schema(value_type = i64)]
    pub disbursed: Money,
    /// Disbursed ÷ plan, null when the plan is 0.
    #[schema(value_type = Option<String>)]
    pub rate: Option<Rate>,
    /// Items due by the day, đồng.
    #[schema(value_type = i64)]
    pub scheduled: Money,
    /// Late, đồng.
    #[schema(value_type = i64)]
    pub late_amount: Money,
    /// Since when the oldest late line is late.
    pub late_since: Option<chrono::NaiveDate>,
    /// Calendar days since then.
    pub days_late: i64,
    /// The late amount by age.
    pub ageing: Ageing,
    /// Advances not yet recovered, đồng.
    #[schema(value_type = i64)]
    pub outstanding_advance: Money,
}

/// The report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProgressReport {
    /// The budget year.
    pub budget_year: i32,
    /// The day of the figures.
    pub as_of: chrono::NaiveDate,
    /// The basis of the figures.
    #[schema(value_type = String)]
    pub basis: Basis,
    /// What the rows are.
    #[schema(value_type = String)]
    pub group_by: GroupBy,
    /// All together.
    pub totals: ProgressTotals,
    /// Rows by rank.
    pub rows: Vec<ProgressRow>,
}

/// The report.
pub fn report(view: &mut View<'_>, asked: &Asked, grouping: Grouping) -> Result<ProgressReport> {
    refuse(asked, grouping)?;
    let root = root(view, asked)?;
    let filter = filter(view, asked, &root)?;
    let selection = figures::select(view, &filter, asked.as_of, asked.basis)?;
    let tree = view.tree()?;
    let mut total = Group::default();
    let mut groups: BTreeMap<Key, Group> = BTreeMap::new();
    let mut keys = Keys::new(grouping, asked, &root, &tree);
    for (planned, lines) in selection.projects() {
        let project = &planned.project;
        let Some(link) = project.link_on(asked.as_of) else {
            continue;
        };
        let key = keys.of_project(project, link);
        for (line, progress) in lines {
            let key = key.clone().unwrap_or_else(|| Keys::of_line(line));
            groups.entry(key).or_default().add(project.id, progress);
            total.add(project.id, progress);
        }
    }
    if asked.basis == Basis::Assigned {
        assign(view, asked, grouping, &root, (&mut total, &mut groups))?;
    }
    let names = Names::load(view, grouping.by)?;
    let mut rows = Vec::with_capacity(groups.len());
    for (key, group) in groups {
        rows.push((names.key(key), group.sums(asked.basis)?, group));
    }
    let ranked = rank(rows, |(_, sums, _)| sums.rate, |(key, _, _)| &key.name);
    let rows = ranked
        .into_iter()
        .map(|(rank, (key, sums, group))| ProgressRow {
            key,
            projects: group.projects,
            late_projects: group.late_projects,
            plan: sums.plan,
            disbursed: sums.disbursed,
            rate: sums.rate,
            scheduled: sums.scheduled,
            late_amount: sums.late_amount,
            rank,
        });
    Ok(ProgressReport {
        budget_year: asked.budget_year,
        as_of: asked.as_of,
        basis: asked.basis,
        group_by: grouping.by,
        totals: totals(&total, asked.basis)?,
        rows: rows.collect(),
    })
}

/// Assigned capital is known by unit, agency and source only, and levels are those of units.
fn refuse(asked: &Asked, grouping: Grouping) -> Result<()> {
    use GroupBy::{Investor, Source, Unit};
    if asked.basis == Basis::Assigned && !matches!(grouping.by, Unit | Source | Investor) {
        refuse_assigned(asked.basis)?;
    }
    if grouping.level.is_some() && grouping.by != Unit {
        let why = (
            "chỉ dùng khi nhóm theo đơn vị hành chính",
            "only with group_by=unit",
        );
        return Err(Fault::at("/level", Code::Invalid).with("why", why).into());
    }
    Ok(())
}

fn totals(total: &Group, basis: Basis) -> Result<ProgressTotals> {
    let sums = total.sums(basis)?;
    Ok(ProgressTotals {
        projects: total.projects,
        late_projects: total.late_projects,
        plan: sums.plan,
        disbursed: sums.disbursed,
        rate: sums.rate,
        scheduled: sums.scheduled,
        late_amount: sums.late_amount,
        late_since: sums.late_since,
        days_late: sums.days_late,
        ageing: sums.ageing,
        outstanding_advance: sums.outstanding_advance,
    })
}

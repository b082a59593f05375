//! Progress project by project, under source and sector: the appendix of a provincial report.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::View;
use super::super::figures::{self, Line, LineFilter, Sums, too_large};
use super::super::forecast::Ahead;
use super::super::progress::refuse_assigned;
use super::super::shared::{Decision, Ref};
use super::directory::{Directory, ReportObstacle, ReportProject, obstacles};
use super::{Asked, filter, root};
use crate::db;
use crate::domain::capital::{EntryKind, Origin, default_deadline};
use crate::domain::money::{Money, Rate};
use crate::domain::progress::Basis;
use crate::error::Result;

/// The figures of lines on the day, đồng.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub struct DetailFigures {
    /// The denominator of the basis.
    #[schema(value_type = i64)]
    pub plan: Money,
    /// Given at the start of the year.
    #[schema(value_type = i64)]
    pub initial: Money,
    /// What supplements, cuts and transfers changed since, signed.
    #[schema(value_type = i64)]
    pub adjustment: Money,
    /// Extended from the year before.
    #[schema(value_type = i64)]
    pub extended: Money,
    /// Disbursed.
    #[schema(value_type = i64)]
    pub disbursed: Money,
    /// Of that, on extended capital.
    #[schema(value_type = i64)]
    pub disbursed_extended: Money,
    /// Advances not yet recovered; the rest of what is disbursed is completed volume.
    #[schema(value_type = i64)]
    pub outstanding_advance: Money,
    /// Disbursed ÷ plan, null when the plan is 0.
    #[schema(value_type = Option<String>)]
    pub rate: Option<Rate>,
    /// What is expected to be disbursed by the end of the year's disbursement period; null once it
    /// is over.
    #[schema(value_type = Option<i64>)]
    pub forecast: Option<Money>,
    /// Items due by the day.
    #[schema(value_type = i64)]
    pub scheduled: Money,
    /// Late.
    #[schema(value_type = i64)]
    pub late_amount: Money,
    /// Calendar days that the oldest late line is late.
    pub days_late: i64,
}

/// A project under one source.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DetailProject {
    /// The project.
    pub project: ReportProject,
    /// `national`, `A`, `B` or `C`.
    pub group: String,
    /// First year.
    pub start_year: i32,
    /// Last year.
    pub end_year: i32,
    /// The decision that approved the investment.
    pub investment_decision: Decision,
    /// Approved total investment, đồng.
    #[schema(value_type = i64)]
    pub total_investment: Money,
    /// Capital of this source given in all years up to this one, đồng.
    #[schema(value_type = i64)]
    pub given_so_far: Money,
    /// Its figures.
    pub figures: DetailFigures,
    /// What blocks it today.
    pub obstacles: Vec<ReportObstacle>,
}

/// A sector under one source.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DetailSector {
    /// Its code.
    pub sector: String,
    /// All its projects together.
    pub figures: DetailFigures,
    /// Projects by code.
    pub projects: Vec<DetailProject>,
}

/// A funding source.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DetailSource {
    /// The source.
    pub funding_source: Ref,
    /// All its projects together.
    pub figures: DetailFigures,
    /// Sectors by code.
    pub sectors: Vec<DetailSector>,
}

/// The report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DetailReport {
    /// The budget year.
    pub budget_year: i32,
    /// The day of the figures.
    pub as_of: NaiveDate,
    /// The basis of the figures.
    #[schema(value_type = String)]
    pub basis: Basis,
    /// All together.
    pub totals: DetailFigures,
    /// Sources by code.
    pub sources: Vec<DetailSource>,
}

type Tree<'a> = BTreeMap<(String, i64), BTreeMap<String, BTreeMap<(String, i64), Vec<&'a Line>>>>;

/// The report over what the reader may see.
pub fn report(view: &mut View<'_>, asked: &Asked) -> Result<DetailReport> {
    refuse_assigned(asked.basis)?;
    let root = root(view, asked)?;
    let filter = filter(view, asked, &root)?;
    let lines = figures::lines(view, &filter, asked.as_of, asked.basis)?;
    let directory = Directory::load(view, asked.as_of)?;
    let obstacles = obstacles(view, &filter)?;
    let mut shown = Shown::load(view, asked, &lines, (directory, obstacles))?;
    shown.expected = expected(view, asked, &filter)?;
    let mut tree = Tree::new();
    for line in &lines {
        let Some((project, _)) = shown.directory.find(line.project_id) else {
            continue;
        };
        let source = shown.directory.source(line.funding_source_id);
        tree.entry((source.code, source.id))
            .or_default()
            .entry(project.fields.sector.clone())
            .or_default()
            .entry((project.fields.code.clone(), project.id))
            .or_default()
            .push(line);
    }
    let all = tree.values().flat_map(|sectors| sectors.values());
    let all = all.flat_map(|projects| projects.values().flatten().copied());
    let totals = shown.figures(&all.collect::<Vec<_>>())?;
    let sources = tree.into_iter().map(|((_, id), sectors)| {
        let lines = sectors.values().flat_map(|projects| projects.values());
        Ok(DetailSource {
            funding_source: shown.directory.source(id),
            figures: shown.figures(&lines.flatten().copied().collect::<Vec<_>>())?,
            sectors: sectors
                .into_iter()
                .map(|(sector, projects)| shown.sector(id, sector, projects))
                .collect::<Result<_>>()?,
        })
    });
    Ok(DetailReport {
        budget_year: asked.budget_year,
        as_of: asked.as_of,
        basis: asked.basis,
        totals,
        sources: sources.collect::<Result<_>>()?,
    })
}

/// What the rows show beside their figures.
struct Shown {
    directory: Directory,
    given: HashMap<(i64, i64), i64>,
    obstacles: HashMap<i64, Vec<ReportObstacle>>,
    /// What each line will have been paid by the end of the year; none once the year is over.
    expected: Option<HashMap<i64, Money>>,
}

impl Shown {
    fn load(
        view: &mut View<'_>,
        asked: &Asked,
        lines: &[Line],
        (directory, obstacles): (Directory, HashMap<i64, Vec<ReportObstacle>>),
    ) -> Result<Self> {
        let mut ids: Vec<i64> = lines.iter().map(|line| line.project_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let until = (asked.budget_year, asked.as_of);
        Ok(Shown {
            directory,
            given: db::reports::given_so_far(view.conn, &ids, until)?,
            obstacles,
            expected: None,
        })
    }

    fn sector(
        &self,
        source: i64,
        sector: String,
        projects: BTreeMap<(String, i64), Vec<&Line>>,
    ) -> Result<DetailSector> {
        let lines: Vec<&Line> = projects.values().flatten().copied().collect();
        let mut rows = Vec::with_capacity(projects.len());
        for ((_, id), lines) in projects {
            rows.extend(self.project(source, id, &lines)?);
        }
        Ok(DetailSector {
            figures: self.figures(&lines)?,
            sector,
            projects: rows,
        })
    }

    fn project(&self, source: i64, id: i64, lines: &[&Line]) -> Result<Option<DetailProject>> {
        let Some((project, (known, _))) = self.directory.get(id).zip(self.directory.find(id))
        else {
            return Ok(None);
        };
        let fields = &known.fields;
        let given = self.given.get(&(id, source)).copied().unwrap_or_default();
        Ok(Some(DetailProject {
            project,
            group: fields.project_group.clone(),
            start_year: fields.start_year,
            end_year: fields.end_year,
            investment_decision: Decision {
                number: fields.investment_decision_number.clone(),
                issuer: fields.investment_decision_issuer.clone(),
                date: fields.investment_decision_date,
            },
            total_investment: Money::dong(fields.total_investment),
            given_so_far: Money::dong(given),
            figures: self.figures(lines)?,
            obstacles: self.obstacles.get(&id).cloned().unwrap_or_default(),
        }))
    }

    fn figures(&self, lines: &[&Line]) -> Result<DetailFigures> {
        let sums = Sums::of(lines.iter().map(|line| &line.progress))?;
        let money = |sum: i128| Money::exact(sum).ok_or_else(too_large);
        let over = |origin: Origin, part: fn(&Line) -> Money| -> i128 {
            let selected = lines.iter().filter(|line| line.origin == origin);
            selected.map(|line| part(line).wide()).sum()
        };
        let (initial, in_year) = (
            over(Origin::InYear, |line| line.initial),
            over(Origin::InYear, |line| line.full_plan),
        );
        let expected = self.expected.as_ref().map(|expected| {
            let all = lines.iter().filter_map(|line| expected.get(&line.id));
            Money::sum(all.copied()).ok_or_else(too_large)
        });
        Ok(DetailFigures {
            forecast: expected.transpose()?,
            plan: sums.plan,
            initial: money(initial)?,
            adjustment: money(in_year - initial)?,
            extended: money(over(Origin::Extended, |line| line.full_plan))?,
            disbursed: sums.disbursed,
            disbursed_extended: money(over(Origin::Extended, |line| line.progress.disbursed))?,
            outstanding_advance: sums.outstanding_advance,
            rate: sums.rate,
            scheduled: sums.scheduled,
            late_amount: sums.late_amount,
            days_late: sums.days_late,
        })
    }
}

/// What each line is expected to be paid by the end of the year's disbursement period, at which the
/// S-curve ends, too.
fn expected(
    view: &mut View<'_>,
    asked: &Asked,
    filter: &LineFilter,
) -> Result<Option<HashMap<i64, Money>>> {
    let end = default_deadline(
        EntryKind::Initial,
        Origin::InYear,
        asked.budget_year,
        asked.as_of,
    );
    if asked.as_of >= end {
        return Ok(None);
    }
    let ahead = Ahead::load(view, filter, asked.as_of, asked.basis)?;
    let by_line = ahead.lines().map(|(line, progress)| {
        let projection = ahead.projection(line, progress);
        (line.id, projection.by(end).expected)
    });
    Ok(Some(by_line.collect()))
}

//! The figures of many plan lines on one day: the one way to them for lists, reports and pages.
//!
//! Say which lines with a [`LineFilter`] (a budget year, narrowed by project, source, managing unit
//! and scope), and take the figures of every one by the rules of `domain::progress`. They come from
//! [`book`](super::book), so neither the number of payments nor the database matters. Sums are for
//! [`Sums`] or `domain::progress::Tally`.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::View;
use super::book::{Day, Planned, Year};
use crate::db::book::{self as rows, Project};
use crate::domain::capital::Origin;
use crate::domain::money::{Money, Rate};
use crate::domain::progress::{Basis, LineProgress, Tally, Totals};
use crate::domain::schedule::ScheduleVersion;
use crate::domain::scope::Scope;
use crate::error::{Code, Error, Fault, Result};

pub use crate::db::figures::LineFilter;

/// A plan line and its figures on the day.
#[derive(Clone, Debug)]
pub struct Line {
    /// Identity.
    pub id: i64,
    /// Its project.
    pub project_id: i64,
    /// Its funding source.
    pub funding_source_id: i64,
    /// Its origin.
    pub origin: Origin,
    /// The last day on which it may be paid from.
    pub deadline: NaiveDate,
    /// plan(line, D), whatever the basis.
    pub full_plan: Money,
    /// The `initial` entries by the day, whatever the basis.
    pub initial: Money,
    /// The figures on the basis asked for.
    pub progress: LineProgress,
    /// Its approved versions.
    pub versions: Arc<[ScheduleVersion]>,
}

/// Lines chosen by a filter, with their figures on a day.
pub struct Selection {
    /// The figures of the whole year, or of the projects named.
    pub day: Arc<Day>,
    /// Which of them.
    pub chosen: Chosen,
}

/// Which lines of a year are chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    origin: Option<Origin>,
    sources: Option<HashSet<i64>>,
    managed: Option<(HashSet<i64>, NaiveDate)>,
    scope: Arc<Scope>,
    today: NaiveDate,
}

/// The lines that filter and basis select, with their figures on `as_of`.
pub fn select(
    view: &mut View<'_>,
    filter: &LineFilter,
    as_of: NaiveDate,
    basis: Basis,
) -> Result<Selection> {
    let budget_year = filter.budget_year;
    let day = match &filter.projects {
        None => view.day(budget_year, as_of, basis)?,
        // A few are worked out for themselves, without the rest of the province.
        Some(ids) => {
            let year = match view.is_snapshot() {
                true => view.year(budget_year)?.some(ids),
                false => Year::fresh(view.conn, budget_year, Some(ids))?,
            };
            Arc::new(Day::of(Arc::new(year), as_of, basis))
        }
    };
    let (sources, managed) = (filter.sources.as_ref(), filter.managed.as_ref());
    let chosen = Chosen {
        origin: origin_of(basis).or(filter.origin),
        sources: sources.map(|ids| ids.iter().copied().collect()),
        managed: managed.map(|(units, day)| (units.iter().copied().collect(), *day)),
        scope: filter.scope.clone(),
        today: filter.today,
    };
    Ok(Selection { day, chosen })
}

impl Selection {
    /// Projects in order of id with the lines chosen of each; the lines may be none.
    pub fn projects(
        &self,
    ) -> impl Iterator<Item = (&Planned, impl Iterator<Item = (&rows::Line, &LineProgress)>)> {
        self.day
            .projects()
            .filter(|(planned, _)| self.chosen.wants(&planned.project))
            .map(|(planned, figures)| {
                let lines = planned.lines.iter().zip(figures);
                (planned, lines.filter(|(line, _)| self.chosen.takes(line)))
            })
    }
}

impl Chosen {
    fn wants(&self, project: &Project) -> bool {
        let managed = self.managed.as_ref().is_none_or(|(units, day)| {
            let link = project.link_on(*day);
            link.is_some_and(|link| units.contains(&link.managing_unit_id))
        });
        managed
            && (self.scope.everything
                || project
                    .links_on(self.today)
                    .is_some_and(|links| self.scope.has_project(&links)))
    }

    fn takes(&self, line: &rows::Line) -> bool {
        self.origin.is_none_or(|origin| origin == line.origin)
            && self
                .sources
                .as_ref()
                .is_none_or(|sources| sources.contains(&line.funding_source_id))
    }
}

/// The same as a list, by project and id.
pub fn lines(
    view: &mut View<'_>,
    filter: &LineFilter,
    as_of: NaiveDate,
    basis: Basis,
) -> Result<Vec<Line>> {
    let selection = select(view, filter, as_of, basis)?;
    let lines = selection.projects().flat_map(|(_, lines)| {
        lines.map(|(line, progress)| Line {
            id: line.id,
            project_id: line.project_id,
            funding_source_id: line.funding_source_id,
            origin: line.origin,
            deadline: line.deadline,
            full_plan: match basis {
                Basis::Initial => line.book.plan(as_of),
                _ => progress.plan,
            },
            initial: line.book.initial_plan(as_of),
            progress: *progress,
            versions: line.versions.clone(),
        })
    });
    Ok(lines.collect())
}

/// The one origin that a basis selects, if it selects one.
pub fn origin_of(basis: Basis) -> Option<Origin> {
    match (
        basis.selects(Origin::InYear),
        basis.selects(Origin::Extended),
    ) {
        (true, false) => Some(Origin::InYear),
        (false, true) => Some(Origin::Extended),
        _ => None,
    }
}

/// The late amount by age, đồng.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub struct Ageing {
    /// 1 to 30 days.
    #[schema(value_type = i64)]
    pub d1_30: Money,
    /// 31 to 60 days.
    #[schema(value_type = i64)]
    pub d31_60: Money,
    /// 61 to 90 days.
    #[schema(value_type = i64)]
    pub d61_90: Money,
    /// More than 90 days.
    #[schema(value_type = i64)]
    pub d90_plus: Money,
}

impl From<crate::domain::progress::Ageing> for Ageing {
    fn from(from: crate::domain::progress::Ageing) -> Self {
        Ageing {
            d1_30: from.d1_30,
            d31_60: from.d31_60,
            d61_90: from.d61_90,
            d90_plus: from.d90_plus,
        }
    }
}

/// Figures of several lines together.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub struct Sums {
    /// Σ plan (the denominator of the basis), đồng.
    #[schema(value_type = i64)]
    pub plan: Money,
    /// Σ disbursed, đồng.
    #[schema(value_type = i64)]
    pub disbursed: Money,
    /// Σ disbursed ÷ Σ plan, null when the plan is 0.
    #[schema(value_type = Option<String>)]
    pub rate: Option<Rate>,
    /// Σ items due by the day, đồng.
    #[schema(value_type = i64)]
    pub scheduled: Money,
    /// Σ late amounts, đồng.
    #[schema(value_type = i64)]
    pub late_amount: Money,
    /// Since when the oldest late line is late.
    pub late_since: Option<NaiveDate>,
    /// Calendar days since then.
    pub days_late: i64,
    /// The late amount by age.
    pub ageing: Ageing,
    /// Advances not yet recovered, đồng.
    #[schema(value_type = i64)]
    pub outstanding_advance: Money,
}

impl Sums {
    /// Sums lines; refused when a sum is too large for the contract's integers.
    pub fn of<'a>(lines: impl IntoIterator<Item = &'a LineProgress>) -> Result<Self> {
        let mut tally = Tally::default();
        for line in lines {
            tally.add(line);
        }
        Sums::from_tally(&tally)
    }

    /// The same from lines summed one by one.
    pub fn from_tally(tally: &Tally) -> Result<Self> {
        let totals: Totals = tally.totals().ok_or_else(too_large)?;
        Ok(Sums {
            plan: totals.plan,
            disbursed: totals.disbursed,
            rate: totals.rate,
            scheduled: totals.scheduled,
            late_amount: totals.late_amount,
            late_since: totals.late_since,
            days_late: totals.days_late,
            ageing: totals.ageing.into(),
            outstanding_advance: totals.outstanding_advance,
        })
    }
}

/// The refusal when a sum is too large for the contract's integers.
pub(in crate::service) fn too_large() -> Error {
    let why = (
        "tổng vượt số lớn nhất biểu diễn được",
        "the sum is beyond the greatest amount",
    );
    Fault::at("", Code::OutOfRange).with("why", why).into()
}

/// The figures of a project in a list.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub struct ProjectFigures {
    /// Plan, đồng.
    #[schema(value_type = i64)]
    pub plan: Money,
    /// Disbursed, đồng.
    #[schema(value_type = i64)]
    pub disbursed: Money,
    /// Disbursed ÷ plan, null when the plan is 0.
    #[schema(value_type = Option<String>)]
    pub rate: Option<Rate>,
    /// Late, đồng.
    #[schema(value_type = i64)]
    pub late_amount: Money,
    /// Calendar days that the oldest late line is late.
    pub days_late: i64,
}

impl ProjectFigures {
    fn of(tally: &Tally) -> Result<Self> {
        let sums = tally.totals().ok_or_else(too_large)?;
        Ok(ProjectFigures {
            plan: sums.plan,
            disbursed: sums.disbursed,
            rate: sums.rate,
            late_amount: sums.late_amount,
            days_late: sums.days_late,
        })
    }
}

/// The figures of projects.
#[derive(Debug, Default)]
pub struct ByProject {
    /// In order of id.
    all: Vec<(i64, ProjectFigures)>,
}

impl ByProject {
    /// Those of a project, if it has a line.
    pub fn get(&self, id: i64) -> Option<ProjectFigures> {
        let place = self.all.binary_search_by_key(&id, |(id, _)| *id);
        Some(self.all.get(place.ok()?)?.1)
    }
}

/// The figures of every project that has a line.
pub fn by_project(
    view: &mut View<'_>,
    filter: &LineFilter,
    as_of: NaiveDate,
    basis: Basis,
) -> Result<ByProject> {
    let selection = select(view, filter, as_of, basis)?;
    let mut found = ByProject::default();
    for (planned, lines) in selection.projects() {
        let mut tally = Tally::default();
        for (_, progress) in lines {
            tally.add(progress);
        }
        if !tally.is_empty() {
            let figures = ProjectFigures::of(&tally)?;
            found.all.push((planned.project.id, figures));
        }
    }
    Ok(found)
}

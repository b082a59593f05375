//! The forecasts of plan lines on a day (rules: `domain::forecast`).

use std::collections::HashMap;

use chrono::NaiveDate;

use super::View;
use super::figures::{self, Line, LineFilter, too_large};
use crate::db;
use crate::domain::forecast::{Course, Forecast, Grant, History, Outlook, Projection};
use crate::domain::progress::Basis;
use crate::domain::schedule;
use crate::error::Result;

/// Lines of a budget year, and what their forecasts need.
pub struct Ahead {
    /// How the year looks to the whole province.
    pub outlook: Outlook,
    /// The lines with their figures on the day.
    pub lines: Vec<Line>,
    grants: HashMap<i64, Vec<Grant>>,
    as_of: NaiveDate,
}

impl Ahead {
    /// Reads the lines that the basis selects, by a number of queries that does not depend on how
    /// many there are. Season and pace are those of the whole province, whoever asks, so that a
    /// line has one forecast.
    pub fn load(
        view: &mut View<'_>,
        filter: &LineFilter,
        as_of: NaiveDate,
        basis: Basis,
    ) -> Result<Self> {
        let year = filter.budget_year;
        let history = db::forecast::history(view.conn, History::first_year(year))?;
        Ok(Ahead {
            outlook: history.outlook(year, as_of),
            lines: figures::lines(view, filter, as_of, basis)?,
            grants: db::forecast::grants(view.conn, filter)?,
            as_of,
        })
    }

    /// The plan entries of a line, whenever they take effect.
    pub fn grants(&self, line: &Line) -> &[Grant] {
        self.grants.get(&line.id).map_or(&[], Vec::as_slice)
    }

    /// Where a line is going.
    pub fn projection(&self, line: &Line) -> Projection<'_> {
        let course = Course {
            given: self.grants(line),
            disbursed: line.progress.disbursed,
            schedule: schedule::in_force(&line.versions, self.as_of),
            deadline: line.deadline,
        };
        Projection::of(&self.outlook, &course, self.as_of)
    }

    /// Where each line is going, in order of id.
    pub fn projections(&self) -> Vec<Projection<'_>> {
        let lines = self.lines.iter();
        lines.map(|line| self.projection(line)).collect()
    }
}

/// What lines together will have disbursed by a day.
pub fn sum_by(projections: &[Projection<'_>], day: NaiveDate) -> Result<Forecast> {
    let all = projections.iter().map(|projection| projection.by(day));
    Forecast::sum(all).ok_or_else(too_large)
}

//! The forecasts of plan lines on a day (rules: `domain::forecast`).

use std::sync::Arc;

use chrono::NaiveDate;

use super::View;
use super::figures::{self, Chosen, LineFilter, Selection, too_large};
use crate::db::book::Line;
use crate::domain::forecast::{
    Course, Forecast, ForecastTally, Grant, History, Outlook, Projection,
};
use crate::domain::progress::{Basis, LineProgress};
use crate::domain::schedule;
use crate::error::Result;

/// Lines of a budget year, and what their forecasts need.
pub struct Ahead {
    /// How the year looks to the whole province.
    pub outlook: Outlook,
    selection: Selection,
    as_of: NaiveDate,
}

impl Ahead {
    /// The lines that filter and basis select. Season and pace are those of the whole province,
    /// whoever asks, so that a line has one forecast.
    pub fn load(
        view: &mut View<'_>,
        filter: &LineFilter,
        as_of: NaiveDate,
        basis: Basis,
    ) -> Result<Self> {
        let budget_year = filter.budget_year;
        let mut history = History::default();
        for year in History::first_year(budget_year)..=budget_year {
            view.year(year)?.course().tell(year, &mut history);
        }
        Ok(Ahead {
            outlook: history.outlook(budget_year, as_of),
            selection: figures::select(view, filter, as_of, basis)?,
            as_of,
        })
    }

    /// The lines with their figures on the day, by project and id.
    pub fn lines(&self) -> impl Iterator<Item = (&Line, &LineProgress)> {
        self.selection.projects().flat_map(|(_, lines)| lines)
    }

    /// What all lines together will have disbursed by each of some days. It is worked out once as
    /// long as nothing of it changes.
    pub fn together(&self, dates: &[NaiveDate]) -> Result<Arc<[Forecast]>> {
        let key = Key {
            outlook: self.outlook.clone(),
            chosen: self.selection.chosen.clone(),
            dates: dates.to_vec(),
        };
        self.selection.day.forecasts(key, || {
            let mut sums = vec![ForecastTally::default(); dates.len()];
            for (line, progress) in self.lines() {
                let projection = self.projection(line, progress);
                for (sum, date) in sums.iter_mut().zip(dates) {
                    sum.add(projection.by(*date));
                }
            }
            let all = sums.iter().map(|sum| sum.total().ok_or_else(too_large));
            all.collect()
        })
    }

    /// Where a line is going.
    pub fn projection(&self, line: &Line, progress: &LineProgress) -> Projection<'_> {
        let course = Course {
            given: &grants(line),
            disbursed: progress.disbursed,
            schedule: schedule::in_force(&line.versions, self.as_of),
            deadline: line.deadline,
        };
        Projection::of(&self.outlook, &course, self.as_of)
    }
}

/// What a forecast of many lines together was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    outlook: Outlook,
    chosen: Chosen,
    dates: Vec<NaiveDate>,
}

/// The plan entries of a line, whenever they take effect.
pub fn grants(line: &Line) -> Vec<Grant> {
    let entries = line.book.entries.iter();
    let grants = entries.map(|entry| Grant {
        from: entry.effective_date,
        until: entry.deadline,
        amount: entry.amount,
    });
    grants.collect()
}

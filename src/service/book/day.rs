//! The figures of a year's lines on a day, kept while nothing changes.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;

use super::super::forecast::Key;
use super::{Planned, Year};
use crate::db::book::Line;
use crate::domain::forecast::Forecast;
use crate::domain::progress::{Basis, LineProgress, line_progress};
use crate::error::Result;

/// Days kept. One holds about 2 MB for 12 000 lines.
const DAYS: usize = 6;

/// Forecasts kept of a day, each of some of its lines.
const FORECASTS: usize = 8;

/// The figures of every line of a year on a day.
#[derive(Debug)]
pub struct Day {
    year: Arc<Year>,
    /// In the order of the year's projects, and of their lines.
    figures: Vec<Arc<[LineProgress]>>,
    /// What was forecast lately from these very figures.
    forecasts: Mutex<Vec<(Key, Arc<[Forecast]>)>>,
}

impl Day {
    /// Works all lines out.
    pub fn of(year: Arc<Year>, as_of: NaiveDate, basis: Basis) -> Self {
        let planned = year.planned.iter();
        let figures = planned
            .map(|planned| figures(planned, as_of, basis))
            .collect();
        Day::with(year, figures)
    }

    /// The same day after a change: only the projects that were read anew are worked out.
    fn renewed(&self, year: Arc<Year>, as_of: NaiveDate, basis: Basis) -> Self {
        let mut known = self.year.planned.iter().zip(&self.figures).peekable();
        let planned = year.planned.iter();
        let figures = planned.map(|planned| {
            while known
                .next_if(|(old, _)| old.project.id < planned.project.id)
                .is_some()
            {}
            match known.peek() {
                Some((old, kept)) if Arc::ptr_eq(old, planned) => Arc::clone(kept),
                _ => figures(planned, as_of, basis),
            }
        });
        let figures = figures.collect();
        Day::with(year, figures)
    }

    fn with(year: Arc<Year>, figures: Vec<Arc<[LineProgress]>>) -> Self {
        Day {
            year,
            figures,
            forecasts: Mutex::default(),
        }
    }

    /// A forecast made from these figures, and from nothing that its key does not hold.
    pub fn forecasts(
        &self,
        key: Key,
        make: impl FnOnce() -> Result<Arc<[Forecast]>>,
    ) -> Result<Arc<[Forecast]>> {
        let kept = || {
            let kept = self.forecasts.lock();
            kept.unwrap_or_else(PoisonError::into_inner)
        };
        if let Some((_, known)) = kept().iter().find(|(known, _)| *known == key) {
            return Ok(known.clone());
        }
        let made = make()?;
        let mut kept = kept();
        if kept.len() >= FORECASTS {
            kept.remove(0);
        }
        kept.push((key, made.clone()));
        Ok(made)
    }

    /// Projects with their lines and figures, by id.
    pub fn projects(&self) -> impl Iterator<Item = (&Planned, &[LineProgress])> {
        let planned = self.year.planned.iter().map(Arc::as_ref);
        planned.zip(self.figures.iter().map(Arc::as_ref))
    }
}

fn figures(planned: &Planned, as_of: NaiveDate, basis: Basis) -> Arc<[LineProgress]> {
    let of = |line: &Line| line_progress(&line.book, &line.versions, as_of, basis);
    planned.lines.iter().map(of).collect()
}

#[derive(Debug)]
struct Kept {
    key: (i32, NaiveDate, bool),
    day: Arc<Day>,
}

/// Days that were asked for lately.
#[derive(Debug, Default)]
pub struct Days {
    /// The latest one last.
    kept: Mutex<Vec<Kept>>,
}

impl Days {
    /// The figures of a year on a day; `year` is that budget year as the reader sees it.
    pub fn get(&self, year: (i32, Arc<Year>), as_of: NaiveDate, basis: Basis) -> Arc<Day> {
        let (number, year) = year;
        // What a line's plan is depends on the basis; which lines count is the caller's business.
        let key = (number, as_of, basis == Basis::Initial);
        let known = self.find(key);
        if let Some(day) = known.as_ref().filter(|day| Arc::ptr_eq(&day.year, &year)) {
            return day.clone();
        }
        let day = Arc::new(match known {
            Some(day) => day.renewed(year, as_of, basis),
            None => Day::of(year, as_of, basis),
        });
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|one| one.key != key);
        if kept.len() >= DAYS {
            kept.remove(0);
        }
        kept.push(Kept {
            key,
            day: day.clone(),
        });
        day
    }

    fn find(&self, key: (i32, NaiveDate, bool)) -> Option<Arc<Day>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept.iter().position(|one| one.key == key)?;
        let found = kept.remove(place);
        let day = found.day.clone();
        kept.push(found);
        Some(day)
    }
}

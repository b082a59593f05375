//! Promises on alerts, and how many of them are kept: by leader and by unit (domain.md section 8).
//!
//! A promise counts for whoever answered for the alert on the day it was given, and for the unit of
//! that day.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::Asked;
use super::follow_up::{self, Rows};
use super::progress::RowKey;
use crate::db::alerts::quality::{self, Given};
use crate::domain::alerts::commitment::Outcome;
use crate::domain::money::Rate;
use crate::domain::ranking::rank;
use crate::domain::text_enum::text_enum;
use crate::error::Result;
use crate::service::View;

text_enum! {
    /// What the rows of the report on promises are.
    PromiseGroup {
        /// Whoever answered for the alert.
        Leader = "leader",
        /// The alert's unit.
        Unit = "unit",
    }
}

/// Promises and what became of them by the day of the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct PromiseCounts {
    /// All of them.
    pub given: i64,
    /// Kept.
    pub kept: i64,
    /// Missed.
    pub missed: i64,
    /// Replaced by a later promise.
    pub moved: i64,
    /// Their date is not over.
    pub running: i64,
    /// Over for another reason, such as a new schedule.
    pub ended: i64,
    /// Kept in percent of kept and missed.
    #[schema(value_type = Option<String>)]
    pub kept_rate: Option<Rate>,
}

/// A row of the report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PromiseRow {
    /// Who or which unit.
    pub key: RowKey,
    /// Place by rate; equal rates share one.
    pub rank: Option<usize>,
    /// Promises.
    #[serde(flatten)]
    pub counts: PromiseCounts,
}

/// The report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PromiseReport {
    /// The year whose promises are counted, by the day they were given.
    pub budget_year: i32,
    /// The day of the report.
    pub as_of: NaiveDate,
    /// `leader` or `unit`.
    #[schema(value_type = String)]
    pub group_by: PromiseGroup,
    /// All rows together.
    pub totals: PromiseCounts,
    /// Best first; those without a promise that is over come last.
    pub rows: Vec<PromiseRow>,
}

impl PromiseCounts {
    fn add(&mut self, outcome: Outcome) {
        self.given += 1;
        *match outcome {
            Outcome::Running => &mut self.running,
            Outcome::Kept => &mut self.kept,
            Outcome::Missed => &mut self.missed,
            Outcome::Moved => &mut self.moved,
            Outcome::Ended => &mut self.ended,
        } += 1;
        self.kept_rate = follow_up::percent(self.kept, self.kept + self.missed);
    }
}

/// What was known of it on the day.
fn outcome_on(given: &Given, day: NaiveDate) -> Outcome {
    match given.judged_on {
        Some(on) if on <= day => Outcome::parse(&given.outcome).unwrap_or(Outcome::Ended),
        _ => Outcome::Running,
    }
}

/// The promises given in the year, as they stood on the day.
pub fn report(view: &mut View<'_>, asked: &Asked, by: PromiseGroup) -> Result<PromiseReport> {
    let span = follow_up::span(view, asked)?;
    let mut totals = PromiseCounts::default();
    let mut groups: BTreeMap<Option<i64>, PromiseCounts> = BTreeMap::new();
    for given in quality::promises(view.conn, &span)? {
        let outcome = outcome_on(&given, asked.as_of);
        let key = match by {
            PromiseGroup::Leader => given.responsible_id,
            PromiseGroup::Unit => given.unit_id,
        };
        totals.add(outcome);
        groups.entry(key).or_default().add(outcome);
    }
    let rows = match by {
        PromiseGroup::Leader => Rows::People,
        PromiseGroup::Unit => Rows::Units,
    };
    let ids: BTreeSet<Option<i64>> = groups.keys().copied().collect();
    let mut names = follow_up::names(view, rows, &ids)?;
    let rows: Vec<(RowKey, PromiseCounts)> = groups
        .into_iter()
        .filter_map(|(id, counts)| Some((names.remove(&id)?, counts)))
        .collect();
    let ranked = rank(rows, |(_, counts)| counts.kept_rate, |(key, _)| &key.name);
    let rows = ranked
        .into_iter()
        .map(|(rank, (key, counts))| PromiseRow { key, rank, counts });
    Ok(PromiseReport {
        budget_year: asked.budget_year,
        as_of: asked.as_of,
        group_by: by,
        totals,
        rows: rows.collect(),
    })
}

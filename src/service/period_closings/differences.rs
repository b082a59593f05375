//! A month as reported when it was closed beside what is known now.
//!
//! A closed month takes no more facts, but what was reported of it can turn out to be wrong: by a
//! correction in an open month that points back, by facts in an earlier month that is still open,
//! or after a reopening.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::report::{Added, ClosingReport, Figures, ReportedLine, filters, report};
use super::{Closing, REPORT, file, get};
use crate::db;
use crate::db::period_closings::Correction;
use crate::domain::money::Money;
use crate::error::{Error, Result};
use crate::service::View;
use crate::service::shared::Ref;

/// A line whose figures are not what was reported.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClosingDifference {
    /// The budget year.
    pub budget_year: i32,
    /// The plan line.
    pub line_id: i64,
    /// Its project.
    pub project: Ref,
    /// Its funding source.
    pub funding_source: Ref,
    /// `in_year` or `extended`.
    #[schema(value_type = String)]
    pub origin: crate::domain::capital::Origin,
    /// As reported; null if the line was not there.
    pub reported: Option<Figures>,
    /// As known now; null if the line is not there any more.
    pub now: Option<Figures>,
}

/// A fact dated after the month that points back into it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClosingCorrection {
    /// `disbursement` or `plan_entry`.
    pub entity: &'static str,
    /// The correcting fact.
    pub id: i64,
    /// The plan line.
    pub line_id: i64,
    /// When it counts by its own date.
    pub date: NaiveDate,
    /// Its kind.
    pub kind: String,
    /// What it adds to the disbursed amount or the plan, signed đồng.
    #[schema(value_type = i64)]
    pub amount: Money,
    /// The fact of the month, or of one before, that it corrects.
    pub corrects_id: i64,
}

/// The totals of a budget year, then and now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClosingTotals {
    /// The budget year.
    pub budget_year: i32,
    /// As reported.
    pub reported: Figures,
    /// As known now.
    pub now: Figures,
}

/// A closed month, then and now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClosingDifferences {
    /// The closing.
    pub closing: Closing,
    /// The day of the figures.
    pub as_of: NaiveDate,
    /// All lines together, by budget year.
    pub totals: Vec<ClosingTotals>,
    /// Lines that differ, by budget year, project, source and origin.
    pub lines: Vec<ClosingDifference>,
    /// Later facts that point back, counted above where they point to; oldest first.
    pub corrections: Vec<ClosingCorrection>,
}

/// Compares the report kept at closing with the same report as known now.
pub fn differences(view: &mut View<'_>, id: i64) -> Result<ClosingDifferences> {
    let closing = get(view, id)?;
    let kept = file(view, id, REPORT)?.content;
    let reported: ClosingReport = serde_json::from_slice(&kept)
        .map_err(|error| Error::Internal(format!("report of closing {id}: {error}")))?;
    let (unit_id, month) = (closing.unit_id, closing.month);
    let (mut added, mut corrections) = (HashMap::<i64, Added>::new(), Vec::new());
    for filter in filters(view, unit_id, month)? {
        for one in db::period_closings::late_payments(view.conn, &filter, month.last())? {
            let sum = added.entry(one.line_id).or_default();
            sum.disbursed += i128::from(one.amount);
            sum.advance += i128::from(one.advance);
            corrections.push(shown("disbursement", one));
        }
        for one in db::period_closings::late_entries(view.conn, &filter, month.last())? {
            added.entry(one.line_id).or_default().plan += i128::from(one.amount);
            corrections.push(shown("plan_entry", one));
        }
    }
    corrections.sort_by_key(|one| (one.date, one.entity, one.id));
    let now = report(view, unit_id, month, &added)?;
    let totals = reported.years.iter().zip(&now.years);
    Ok(ClosingDifferences {
        as_of: month.last(),
        totals: totals
            .map(|(then, now)| ClosingTotals {
                budget_year: then.budget_year,
                reported: then.totals,
                now: now.totals,
            })
            .collect(),
        lines: compare(&reported, &now),
        corrections,
        closing,
    })
}

fn shown(entity: &'static str, one: Correction) -> ClosingCorrection {
    ClosingCorrection {
        entity,
        id: one.id,
        line_id: one.line_id,
        date: one.dated,
        kind: one.kind,
        amount: Money::dong(one.amount),
        corrects_id: one.corrects_id,
    }
}

fn compare(reported: &ClosingReport, now: &ClosingReport) -> Vec<ClosingDifference> {
    let by_id = |report: &ClosingReport| -> HashMap<i64, Figures> {
        let lines = report.years.iter().flat_map(|year| &year.lines);
        lines.map(|line| (line.line_id, line.figures)).collect()
    };
    let (then, known) = (by_id(reported), by_id(now));
    let mut seen = HashSet::new();
    let mut rows: BTreeMap<(i32, String, String, &str, i64), ClosingDifference> = BTreeMap::new();
    for year in reported.years.iter().chain(&now.years) {
        for line in year.lines.iter().filter(|line| seen.insert(line.line_id)) {
            let (before, after) = (then.get(&line.line_id), known.get(&line.line_id));
            if before == after {
                continue;
            }
            let key = (
                year.budget_year,
                line.project.code.clone(),
                line.funding_source.code.clone(),
                line.origin.as_str(),
                line.line_id,
            );
            let row = row(year.budget_year, line, before.copied(), after.copied());
            rows.insert(key, row);
        }
    }
    rows.into_values().collect()
}

fn row(
    budget_year: i32,
    line: &ReportedLine,
    reported: Option<Figures>,
    now: Option<Figures>,
) -> ClosingDifference {
    ClosingDifference {
        budget_year,
        line_id: line.line_id,
        project: line.project.clone(),
        funding_source: line.funding_source.clone(),
        origin: line.origin,
        reported,
        now,
    }
}

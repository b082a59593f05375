//! The reallocation worksheet: by source, lines likely to leave money, lines able to spend more,
//! and the transfers between them that the ledger would take (issue: reallocation; domain.md
//! section 4).

mod words;

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::View;
use super::super::figures::{LineFilter, too_large};
use super::super::forecast::{Ahead, grants};
use super::super::shared::Ref;
use super::{Asked, filter, root};
use crate::db;
use crate::db::book::Line;
use crate::db::reallocation::Candidate;
use crate::domain::capital::{EntryKind, Origin, default_deadline};
use crate::domain::forecast::{Projection, least_available};
use crate::domain::money::{Money, Rate};
use crate::domain::progress::{Basis, LineProgress};
use crate::domain::reallocation::{Side, as_decided, moves};
use crate::error::Result;

/// Statuses of projects that are given nothing more.
const CLOSED: [&str; 3] = ["completed", "settled", "suspended"];

/// A line that is likely to leave money, or that could spend more.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SheetLine {
    /// The plan line.
    pub line_id: i64,
    /// Its project.
    pub project: Ref,
    /// Its plan on the day, đồng.
    #[schema(value_type = i64)]
    pub plan: Money,
    /// Disbursed by the day, đồng.
    #[schema(value_type = i64)]
    pub disbursed: Money,
    /// Disbursed ÷ plan, null when the plan is 0.
    #[schema(value_type = Option<String>)]
    pub rate: Option<Rate>,
    /// The lower side of the forecast for its deadline, đồng.
    #[schema(value_type = i64)]
    pub forecast_low: Money,
    /// The forecast, đồng.
    #[schema(value_type = i64)]
    pub forecast: Money,
    /// The upper side, đồng.
    #[schema(value_type = i64)]
    pub forecast_high: Money,
    /// What it is likely to leave, or could spend beyond its plan, đồng.
    #[schema(value_type = i64)]
    pub amount: Money,
    /// Why, in the reader's language.
    pub reasons: Vec<String>,
}

/// The body of `POST /plan-transfers`, all but the decision.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TransferBody {
    /// The giving project.
    pub from_project_id: i64,
    /// The receiving project.
    pub to_project_id: i64,
    /// The source of both.
    pub funding_source_id: i64,
    /// The budget year of both.
    pub budget_year: i32,
    /// Đồng.
    #[schema(value_type = i64)]
    pub amount: Money,
    /// The day from which it counts.
    pub effective_date: NaiveDate,
    /// A note.
    pub note: String,
}

/// A transfer that is possible.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SheetMove {
    /// The giving project.
    pub from_project: Ref,
    /// The receiving project.
    pub to_project: Ref,
    /// What is disbursed that would else be left, đồng.
    #[schema(value_type = i64)]
    pub amount: Money,
    /// Why, in the reader's language.
    pub reasons: Vec<String>,
    /// Posting it, with a decision, makes the transfer.
    pub transfer: TransferBody,
}

/// The worksheet of one source.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SourceSheet {
    /// The source.
    pub funding_source: Ref,
    /// Σ of what its lines are likely to leave, đồng.
    #[schema(value_type = i64)]
    pub leaving_amount: Money,
    /// Σ of what its lines could spend beyond their plans, đồng.
    #[schema(value_type = i64)]
    pub absorbable_amount: Money,
    /// Σ of the transfers, đồng.
    #[schema(value_type = i64)]
    pub moved_amount: Money,
    /// Lines likely to leave money, the most first.
    pub leaving: Vec<SheetLine>,
    /// Lines able to spend more, the most first.
    pub absorbing: Vec<SheetLine>,
    /// The transfers that are possible together, the greatest first.
    pub moves: Vec<SheetMove>,
}

/// The worksheet.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReallocationReport {
    /// The budget year.
    pub budget_year: i32,
    /// The day of the figures.
    pub as_of: NaiveDate,
    /// The earlier years that the season is learned from; none when it is the country's.
    pub learned_from: Vec<i32>,
    /// Σ of all transfers, đồng.
    #[schema(value_type = i64)]
    pub moved_amount: Money,
    /// By source: where most can be moved comes first.
    pub sources: Vec<SourceSheet>,
}

/// A line on one side of the sheet.
struct Entry<'a> {
    line: &'a Line,
    progress: &'a LineProgress,
    projection: Projection<'a>,
    amount: Money,
}

impl Entry<'_> {
    fn side(&self, most: Money) -> Side {
        Side {
            line: self.line.id,
            project: self.line.project_id,
            source: self.line.funding_source_id,
            most,
        }
    }
}

/// The worksheet of what the reader sees. Only in-year capital can be transferred.
pub fn report(view: &mut View<'_>, asked: &Asked) -> Result<ReallocationReport> {
    let root = root(view, asked)?;
    let filter = LineFilter {
        origin: Some(Origin::InYear),
        ..filter(view, asked, &root)?
    };
    let ahead = Ahead::load(view, &filter, asked.as_of, Basis::Adjusted)?;
    // A transfer is made today, whatever day is looked at; what was paid since is gone.
    let day = asked.as_of.max(view.today);
    let year = asked.budget_year;
    let end = default_deadline(EntryKind::Initial, Origin::InYear, year, day);
    let (givers, takers) = match day < end {
        true => (givers(&ahead, (day, end)), takers(view, &ahead, end)?),
        false => (Vec::new(), Vec::new()),
    };
    let room: HashMap<i64, Money> = takers
        .iter()
        .map(|(entry, room)| (entry.line.project_id, as_decided(*room)))
        .collect();
    let giving: Vec<Side> = givers
        .iter()
        .map(|entry| entry.side(as_decided(entry.amount)))
        .collect();
    let taking: Vec<Side> = takers
        .iter()
        .map(|(entry, _)| entry.side(as_decided(entry.amount)))
        .collect();
    let giving = valid(view, giving, day)?;
    let found = moves(&giving, &taking, &room);
    let sheets = words::Sheets::load(view, &ahead, asked, day)?;
    sheets.report(&givers, &takers, &found)
}

/// Lines that the forecast says will leave money, once their own pace counts: what no payment so
/// far, no later cut and not the forecast itself needs. The money keeps its deadline (domain.md
/// section 4), so it must be of use until the usual end of the year.
fn givers(ahead: &Ahead, (day, end): (NaiveDate, NaiveDate)) -> Vec<Entry<'_>> {
    let entries = ahead.lines().filter_map(|(line, progress)| {
        let projection = ahead.projection(line, progress);
        let given = grants(line);
        let deadlines = given.iter().filter(|grant| grant.amount.is_positive());
        let earliest = deadlines.map(|grant| grant.until).min()?;
        let paid = line.book.disbursed(day).wide();
        let needed = projection.end().expected.wide().max(paid);
        let amount = Money::saturating(least_available(&given, day) - needed);
        let gives = projection.is_its_own() && earliest >= end && amount.is_positive();
        gives.then_some(Entry {
            line,
            progress,
            projection,
            amount,
        })
    });
    entries.collect()
}

/// Lines whose pace brings more than they have, with what their project may still be given: its
/// total investment less all that it was planned.
fn takers<'a>(
    view: &mut View<'_>,
    ahead: &'a Ahead,
    end: NaiveDate,
) -> Result<Vec<(Entry<'a>, Money)>> {
    let quick = ahead.lines().filter_map(|(line, progress)| {
        let projection = ahead.projection(line, progress);
        let amount = projection.beyond(end);
        let takes = projection.is_its_own() && line.deadline >= end && amount.is_positive();
        takes.then_some(Entry {
            line,
            progress,
            projection,
            amount,
        })
    });
    let quick: Vec<Entry<'_>> = quick.collect();
    let projects = quick.iter().map(|entry| entry.line.project_id);
    let candidates = db::reallocation::candidates(view.conn, projects)?;
    let takers = quick.into_iter().filter_map(|entry| {
        let room = room(candidates.get(&entry.line.project_id)?)?;
        let amount = entry.amount.min(room);
        Some((Entry { amount, ..entry }, room))
    });
    Ok(takers.collect())
}

/// What a project may still be given.
fn room(candidate: &Candidate) -> Option<Money> {
    let open = !CLOSED.contains(&candidate.status.as_str()) && candidate.unplanned > 0;
    open.then(|| Money::saturating(i128::from(candidate.unplanned)))
}

/// Without the sources that are not in force on the day of the transfer.
fn valid(view: &mut View<'_>, sides: Vec<Side>, day: NaiveDate) -> Result<Vec<Side>> {
    let mut known: BTreeMap<i64, bool> = sides.iter().map(|side| (side.source, false)).collect();
    for (source, stands) in &mut known {
        let fault = super::super::shared::source_on(view.conn, *source, day, "")?;
        *stands = fault.is_none();
    }
    let stands = |side: &Side| known.get(&side.source).copied().unwrap_or_default();
    Ok(sides.into_iter().filter(stands).collect())
}

/// Σ, refused when too large for the contract's integers.
fn sum(amounts: impl IntoIterator<Item = Money>) -> Result<Money> {
    Money::sum(amounts).ok_or_else(too_large)
}

//! How plans changed after they were first given, with the decisions.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::View;
use super::super::figures::{origin_of, too_large};
use super::super::progress::refuse_assigned;
use super::super::shared::{Decision, Named, Ref, Refs};
use super::directory::{Directory, ReportProject};
use super::{Asked, filter, root};
use crate::db;
use crate::db::figures::LineFilter;
use crate::domain::capital::Origin;
use crate::domain::money::Money;
use crate::domain::progress::Basis;
use crate::error::{Error, Result};

/// A change of a plan.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlanChangeRow {
    /// The plan entry.
    pub id: i64,
    /// The plan line.
    pub line_id: i64,
    /// Its project.
    pub project: ReportProject,
    /// Its funding source.
    pub funding_source: Ref,
    /// `in_year` or `extended`.
    #[schema(value_type = String)]
    pub origin: Origin,
    /// `supplement`, `cut`, `transfer_in`, `transfer_out`, `extension_in`, `extension_out` or
    /// `reversal`.
    pub kind: String,
    /// Signed đồng.
    #[schema(value_type = i64)]
    pub amount: Money,
    /// The day from which it counts.
    pub effective_date: NaiveDate,
    /// The decision behind it.
    pub decision: Decision,
    /// The project on the other side of a transfer.
    pub other_project: Option<Ref>,
    /// A note, or why it was voided.
    pub note: Option<String>,
}

/// All changes together, signed đồng.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub struct PlanChangeTotals {
    /// Changes.
    pub changes: usize,
    /// Whatever adds.
    #[schema(value_type = i64)]
    pub increase: Money,
    /// Whatever takes away, negative.
    #[schema(value_type = i64)]
    pub decrease: Money,
    /// Both.
    #[schema(value_type = i64)]
    pub net: Money,
}

/// The report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlanChangesReport {
    /// The budget year.
    pub budget_year: i32,
    /// The first day that counts; null for all.
    pub from: Option<NaiveDate>,
    /// The last day that counts.
    pub as_of: NaiveDate,
    /// Which lines count.
    #[schema(value_type = String)]
    pub basis: Basis,
    /// All together.
    pub totals: PlanChangeTotals,
    /// Changes, the oldest first.
    pub rows: Vec<PlanChangeRow>,
}

/// The report over what the reader may see.
pub fn report(
    view: &mut View<'_>,
    asked: &Asked,
    from: Option<NaiveDate>,
) -> Result<PlanChangesReport> {
    refuse_assigned(asked.basis)?;
    let root = root(view, asked)?;
    let filter = LineFilter {
        origin: origin_of(asked.basis),
        ..filter(view, asked, &root)?
    };
    let days = (from.unwrap_or(db::BEGINNING), asked.as_of);
    let changes = db::reports::plan_changes(view.conn, &filter, days)?;
    let directory = Directory::load(view, asked.as_of)?;
    let others = changes.iter().filter_map(|change| change.other_project_id);
    let others = Refs::load(view.conn, Named::Projects, others)?;
    let mut rows = Vec::with_capacity(changes.len());
    for change in changes {
        let Some(project) = directory.get(change.project_id) else {
            continue;
        };
        let stored = || Error::Internal(format!("plan entry {} as stored", change.id));
        let (number, issuer, date) = change.decision;
        rows.push(PlanChangeRow {
            id: change.id,
            line_id: change.line_id,
            project,
            funding_source: directory.source(change.funding_source_id),
            origin: Origin::parse(&change.origin).ok_or_else(stored)?,
            kind: match change.reverses_id {
                Some(_) => "reversal".to_owned(),
                None => change.kind,
            },
            amount: Money::dong(change.amount),
            effective_date: change.effective_date,
            decision: Decision {
                number,
                issuer,
                date,
            },
            other_project: change.other_project_id.map(|id| others.get(id)),
            note: change.note,
        });
    }
    Ok(PlanChangesReport {
        budget_year: asked.budget_year,
        from,
        as_of: asked.as_of,
        basis: asked.basis,
        totals: totals(&rows)?,
        rows,
    })
}

fn totals(rows: &[PlanChangeRow]) -> Result<PlanChangeTotals> {
    let amounts = || rows.iter().map(|row| row.amount);
    let sum = |part: fn(&Money) -> bool| Money::sum(amounts().filter(part)).ok_or_else(too_large);
    Ok(PlanChangeTotals {
        changes: rows.len(),
        increase: sum(|amount| amount.is_positive())?,
        decrease: sum(|amount| amount.is_negative())?,
        net: sum(|_| true)?,
    })
}

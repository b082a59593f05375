//! Plan entries, and the transfers and extensions that write two of them (domain.md section 4).

mod entries;
mod operations;
mod reversal;
mod rules;

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::View;
use super::shared::{Decision, Named, Ref, Refs, UserRef, Users, Warning};
use crate::db;
use crate::db::page::{Page, Rows};
use crate::db::plan_entries::Fields;
use crate::db::plan_lines::Line;
use crate::domain::capital::Origin;
use crate::domain::money::Money;
use crate::error::{Code, Error, Result};

pub use crate::db::plan_entries::Filter;
pub use entries::{NewEntry, create, judge_all, warnings};
pub use operations::{
    Extension, NewExtension, NewTransfer, Transfer, extend, extension, transfer, transfer_by_id,
};
pub use reversal::reverse;

/// The transfer or extension that wrote an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OperationRef {
    /// Identity.
    pub id: i64,
    /// `transfer` or `extension`.
    pub kind: String,
}

/// A signed, dated amount on a plan line.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlanEntry {
    /// Identity.
    pub id: i64,
    /// The project.
    pub project_id: i64,
    /// The plan line.
    pub line_id: i64,
    /// The funding source.
    pub funding_source_id: i64,
    /// The same.
    pub funding_source: Ref,
    /// The budget year.
    pub budget_year: i32,
    /// `in_year` or `extended`.
    #[schema(value_type = String)]
    pub origin: Origin,
    /// `initial`, `supplement`, `cut`, `transfer_in`, `transfer_out`, `extension_in`,
    /// `extension_out` or `reversal`.
    pub kind: String,
    /// Signed đồng.
    #[schema(value_type = i64)]
    pub amount: Money,
    /// The day from which it counts.
    pub effective_date: NaiveDate,
    /// The last day on which its money may be paid.
    pub deadline: NaiveDate,
    /// The decision behind it.
    pub decision: Decision,
    /// A note.
    pub note: Option<String>,
    /// The transfer or extension that wrote it.
    pub operation: Option<OperationRef>,
    /// The entry that this one voids.
    pub reverses_id: Option<i64>,
    /// The entry that voids this one.
    pub reversed_by_id: Option<i64>,
    /// Why it was voided; on reversals.
    pub reason: Option<String>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub recorded_by: Option<UserRef>,
    /// What should be looked at; given once, when the entry is recorded.
    pub warnings: Vec<Warning>,
}

/// A page of a project's entries, oldest first.
pub fn list(
    view: &mut View<'_>,
    project_id: i64,
    filter: &Filter,
    page: &Page,
) -> Result<Rows<PlanEntry>> {
    view.require_project(project_id)?;
    let ids = db::plan_entries::ids_of_project(view.conn, project_id, filter, page)?;
    Ok(Rows {
        rows: by_ids(view, &ids.rows)?,
        next: ids.next,
    })
}

/// One entry of a project in scope.
pub fn get(view: &mut View<'_>, id: i64) -> Result<PlanEntry> {
    let entry = one(view, id)?;
    view.require_project(entry.project_id)?;
    Ok(entry)
}

fn one(view: &mut View<'_>, id: i64) -> Result<PlanEntry> {
    by_ids(view, &[id])?
        .into_iter()
        .next()
        .ok_or_else(|| Code::NotFound.into())
}

/// Entries in the order of their ids as given.
pub fn by_ids(view: &mut View<'_>, ids: &[i64]) -> Result<Vec<PlanEntry>> {
    let conn = &mut *view.conn;
    let mut rows: HashMap<i64, Fields> = db::plan_entries::by_ids(conn, ids)?.into_iter().collect();
    let line_ids: Vec<i64> = rows.values().map(|row| row.line_id).collect();
    let operations: Vec<i64> = rows.values().filter_map(|row| row.operation_id).collect();
    let lines = db::plan_lines::by_ids(conn, &line_ids)?;
    let shown = Shown {
        sources: Refs::load(
            conn,
            Named::Sources,
            lines.iter().map(|line| line.key.funding_source_id),
        )?,
        users: Users::load(conn, rows.values().map(|row| row.recorded_by))?,
        operations: db::plan_operations::kinds(conn, &operations)?
            .into_iter()
            .collect(),
        reversals: db::plan_entries::reversals(conn, ids)?
            .into_iter()
            .collect(),
        lines: lines.into_iter().map(|line| (line.id, line)).collect(),
    };
    ids.iter()
        .filter_map(|id| Some((*id, rows.remove(id)?)))
        .map(|(id, row)| shown.entry(id, row))
        .collect()
}

struct Shown {
    sources: Refs,
    users: Users,
    operations: HashMap<i64, String>,
    reversals: HashMap<i64, i64>,
    lines: HashMap<i64, Line>,
}

impl Shown {
    fn entry(&self, id: i64, row: Fields) -> Result<PlanEntry> {
        let line = self
            .lines
            .get(&row.line_id)
            .ok_or_else(|| Error::Internal(format!("plan entry {id} has no line")))?;
        let operation = row.operation_id.and_then(|id| {
            let kind = self.operations.get(&id)?.clone();
            Some(OperationRef { id, kind })
        });
        Ok(PlanEntry {
            id,
            project_id: line.key.project_id,
            line_id: line.id,
            funding_source_id: line.key.funding_source_id,
            funding_source: self.sources.get(line.key.funding_source_id),
            budget_year: line.key.budget_year,
            origin: line.key.origin,
            kind: match row.reverses_id {
                Some(_) => "reversal".to_owned(),
                None => row.kind,
            },
            amount: Money::dong(row.amount),
            effective_date: row.effective_date,
            deadline: row.deadline,
            decision: Decision {
                number: row.decision_number,
                issuer: row.decision_issuer,
                date: row.decision_date,
            },
            note: row.note,
            operation,
            reverses_id: row.reverses_id,
            reversed_by_id: self.reversals.get(&id).copied(),
            reason: row.reason,
            recorded_at: row.recorded_at.and_utc(),
            recorded_by: self.users.get(row.recorded_by),
            warnings: Vec::new(),
        })
    }
}

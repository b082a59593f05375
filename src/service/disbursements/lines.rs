//! The plan lines that a project can be paid from, with what is left on each.

use chrono::NaiveDate;

use crate::db;
use crate::domain::capital::Origin;
use crate::domain::money::Money;
use crate::error::Result;
use crate::service::View;
use crate::service::shared::{Named, Ref, Refs};

/// A plan line as a payer sees it.
#[derive(Clone, Debug)]
pub struct PayableLine {
    /// Identity.
    pub id: i64,
    /// The funding source.
    pub funding_source: Ref,
    /// The budget year.
    pub budget_year: i32,
    /// Capital of the year, or extended from the year before.
    pub origin: Origin,
    /// The last day of its disbursement period.
    pub deadline: NaiveDate,
    /// What may be paid in all, đồng.
    pub available: Money,
    /// What is paid, đồng.
    pub disbursed: Money,
    /// What can still be paid on the day without overdrawing a later one, đồng.
    pub left: Money,
    /// Advances not yet recovered, đồng.
    pub outstanding_advance: Money,
}

/// The lines of a project on a day, the latest year first.
pub fn payable_lines(
    view: &mut View<'_>,
    project_id: i64,
    day: NaiveDate,
) -> Result<Vec<PayableLine>> {
    view.require_project(project_id)?;
    let books = db::ledger::project_books(view.conn, project_id)?;
    let sources = books.iter().map(|(line, _)| line.key.funding_source_id);
    let sources = Refs::load(view.conn, Named::Sources, sources)?;
    let mut lines: Vec<PayableLine> = books
        .into_iter()
        .map(|(line, book)| PayableLine {
            id: line.id,
            funding_source: sources.get(line.key.funding_source_id),
            budget_year: line.key.budget_year,
            origin: line.key.origin,
            deadline: line.deadline,
            available: book.available(day),
            disbursed: book.disbursed(day),
            left: book.remainder_from(day),
            outstanding_advance: book.outstanding_advance(day),
        })
        .collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.budget_year));
    Ok(lines)
}

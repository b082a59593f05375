//! How far the payments recorded here agree with the Treasury, and how late they are recorded.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Asked, filter_units, root};
use crate::db;
use crate::db::reconciliation::Sum;
use crate::domain::disbursement::DisbursementStatus;
use crate::domain::money::Money;
use crate::error::Result;
use crate::service::View;
use crate::service::shared::{Named, Ref, Refs};

/// Payments of one status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct StatusSum {
    /// How many.
    pub payments: i64,
    /// Their net, đồng.
    #[schema(value_type = i64)]
    pub net_amount: Money,
}

/// How payments stand against the Treasury. Reversed payments and their reversals are left out.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReconciliationReport {
    /// The budget year.
    pub budget_year: i32,
    /// The unit, with everything below it.
    pub unit: Ref,
    /// The last day by which every payment is reconciled; null when none is.
    pub reconciled_up_to: Option<NaiveDate>,
    /// Not yet held against a statement.
    pub recorded: StatusSum,
    /// Matched with a line of a statement.
    pub reconciled: StatusSum,
    /// Marked as not agreed upon.
    pub disputed: StatusSum,
}

/// How the payments of a year stand.
pub fn reconciliation(view: &mut View<'_>, asked: &Asked) -> Result<ReconciliationReport> {
    let root = root(view, asked)?;
    let units = filter_units(&root);
    let (scope, today) = (view.readable()?, view.today);
    let sums = db::reconciliation::by_status(view.conn, &scope, asked.budget_year, &units, today)?;
    let of = |status: DisbursementStatus| {
        let found = sums.iter().find(|sum| sum.status == status.as_str());
        found.map_or_else(StatusSum::default, |sum| StatusSum {
            payments: sum.payments,
            net_amount: Money::saturating(i128::from(sum.net)),
        })
    };
    Ok(ReconciliationReport {
        budget_year: asked.budget_year,
        unit: Refs::load(view.conn, Named::Units, [root.id])?.get(root.id),
        reconciled_up_to: up_to(&sums),
        recorded: of(DisbursementStatus::Recorded),
        reconciled: of(DisbursementStatus::Reconciled),
        disputed: of(DisbursementStatus::Disputed),
    })
}

/// The day before the first payment that is not reconciled; without one, the day of the last that is.
fn up_to(sums: &[Sum]) -> Option<NaiveDate> {
    let reconciled = DisbursementStatus::Reconciled.as_str();
    let last = sums.iter().find(|sum| sum.status == reconciled)?.last?;
    let open = sums.iter().filter(|sum| sum.status != reconciled);
    match open.filter_map(|sum| sum.first).min() {
        Some(first) => first.pred_opt().map(|day| day.min(last)),
        None => Some(last),
    }
}

/// How late the payments of a unit's projects are recorded.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LateLoggingRow {
    /// The unit that manages the projects today.
    pub unit: Ref,
    /// Payments of the year.
    pub payments: i64,
    /// Of these, recorded more than the given days after they were posted.
    pub late: i64,
    /// Their net, đồng.
    #[schema(value_type = i64)]
    pub late_amount: Money,
    /// The most days between posting and recording.
    pub longest_days: i64,
    /// Projects without a payment and without "nothing to report" for too long: live alerts
    /// `stale_data`.
    pub stale_projects: i64,
}

/// How late payments are recorded, by unit, the latest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LateLoggingReport {
    /// The budget year.
    pub budget_year: i32,
    /// Days after posting from which on recording is late.
    pub days: i64,
    /// One row for each unit with a payment or a stale project.
    pub rows: Vec<LateLoggingRow>,
}

/// Days within which a payment should be recorded, unless the reader asks for others.
pub const LATE_DAYS: i64 = 5;

/// How late the payments of a year are recorded.
pub fn late_logging(view: &mut View<'_>, asked: &Asked, days: i64) -> Result<LateLoggingReport> {
    let root = root(view, asked)?;
    let units = filter_units(&root);
    let (scope, today) = (view.readable()?, view.today);
    let year = asked.budget_year;
    let logged = db::reconciliation::logged(view.conn, &scope, year, &units, today)?;
    let mut rows: BTreeMap<i64, LateLoggingRow> = BTreeMap::new();
    let row = |rows: &mut BTreeMap<i64, LateLoggingRow>,
               unit: i64,
               change: &dyn Fn(&mut LateLoggingRow)| {
        let row = rows.entry(unit).or_insert_with(|| LateLoggingRow {
            unit: Ref {
                id: unit,
                code: String::new(),
                name: String::new(),
            },
            payments: 0,
            late: 0,
            late_amount: Money::ZERO,
            longest_days: 0,
            stale_projects: 0,
        });
        change(row);
    };
    for payment in logged {
        // Business days are those of Vietnam.
        let local = payment.recorded_at.checked_add_signed(TimeDelta::hours(7));
        let recorded = local.unwrap_or(payment.recorded_at).date();
        let between = (recorded - payment.posted_on).num_days();
        row(&mut rows, payment.unit_id, &|row| {
            row.payments += 1;
            row.longest_days = row.longest_days.max(between);
            if between > days {
                row.late += 1;
                let sum = row.late_amount.wide() + i128::from(payment.net);
                row.late_amount = Money::saturating(sum);
            }
        });
    }
    for (unit, stale) in db::reconciliation::stale_projects(view.conn, &scope, &units, today)? {
        row(&mut rows, unit, &|row| row.stale_projects = stale);
    }
    let refs = Refs::load(view.conn, Named::Units, rows.keys().copied())?;
    let mut rows: Vec<LateLoggingRow> = rows
        .into_values()
        .map(|row| LateLoggingRow {
            unit: refs.get(row.unit.id),
            ..row
        })
        .collect();
    rows.sort_by(|a, b| {
        (b.late, b.stale_projects, &a.unit.code).cmp(&(a.late, a.stale_projects, &b.unit.code))
    });
    Ok(LateLoggingReport {
        budget_year: asked.budget_year,
        days,
        rows,
    })
}

//! Rows that are schedules, a month a column.

use std::collections::HashMap;

use chrono::{Months, NaiveDate};

use super::judge::{Reading, of_row, repeated};
use super::payments::origin;
use super::plans::access_code;
use super::report::{Parsed, RowFault};
use crate::db;
use crate::db::plan_lines::LineKey;
use crate::domain::imports::Row;
use crate::domain::money::Money;
use crate::error::{Code, Fault, Result};
use crate::service::View;
use crate::service::period_closings::ClosedMonths;
use crate::service::schedules::{self, NewItem, NewSchedule};

/// The columns of the months, in order.
const MONTHS: [&str; 13] = [
    "m01", "m02", "m03", "m04", "m05", "m06", "m07", "m08", "m09", "m10", "m11", "m12", "m13",
];

/// The rows whose codes are known, as schedules.
pub fn prepare(reading: &mut Reading<'_>) -> Vec<(usize, i64, NewSchedule)> {
    let parsed = reading.parsed;
    let mut new = Vec::new();
    for (place, row) in parsed.rows.iter().enumerate() {
        let project = reading.code(place, "project_code");
        let source = reading.code(place, "funding_source_code");
        if let (false, Some(project), Some(source)) = (row.broken, project, source)
            && let Some(schedule) = schedule(parsed, row, source)
        {
            new.push((place, project, schedule));
        }
    }
    new
}

fn schedule(parsed: &Parsed, row: &Row, funding_source_id: i64) -> Option<NewSchedule> {
    let kind = parsed.kind;
    let budget_year = row.year(kind, "budget_year")?;
    let items = (1..).zip(MONTHS).filter_map(|(month, column)| {
        let amount = row.money(kind, column)?;
        let due_date = last_day(budget_year, month)?;
        let label = None;
        amount.is_positive().then_some(NewItem {
            due_date,
            amount,
            label,
        })
    });
    Some(NewSchedule {
        funding_source_id,
        budget_year,
        origin: origin(parsed, row),
        effective_date: row.date(kind, "effective_date")?,
        items: items.collect(),
        note: None,
    })
}

/// The last day of a month of the budget year; the thirteenth is January of the next.
fn last_day(year: i32, month: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, 1, 1)?
        .checked_add_months(Months::new(month))?
        .pred_opt()
}

/// The faults of the schedules, and the warnings about those whose sum is not the plan.
pub fn judge(
    view: &mut View<'_>,
    parsed: &Parsed,
    new: &[(usize, i64, NewSchedule)],
) -> Result<(Vec<RowFault>, Vec<RowFault>)> {
    let (mut faults, mut warnings) = (Vec::new(), Vec::new());
    let months = ClosedMonths::load(view)?;
    let mut access: HashMap<i64, Option<Code>> = HashMap::new();
    let mut seen: HashMap<(LineKey, NaiveDate), u32> = HashMap::new();
    for (place, project, schedule) in new {
        if let Some(code) = access_code(view, &mut access, *project)? {
            faults.extend(parsed.fault(*place, "project_code", Fault::at("", code)));
            continue;
        }
        let key = schedule.line(*project);
        let row = parsed.rows.get(*place).map_or(0, |row| row.row);
        if let Some(other) = seen.insert((key, schedule.effective_date), row) {
            faults.extend(parsed.fault(*place, "", repeated(Some(other))));
        }
        let day = schedule.effective_date;
        let closed = months.fault(view, *project, day, "/effective_date")?;
        let (total, broken) = schedules::judge(view, schedule, closed)?;
        if broken.is_empty() {
            let fault = other_sum(view, &key, schedule, total)?;
            warnings.extend(fault.and_then(|fault| parsed.fault(*place, "", fault)));
        }
        faults.extend(of_row(parsed, *place, broken));
    }
    Ok((faults, warnings))
}

/// A draft may have another sum than the plan, but could not be submitted.
fn other_sum(
    view: &mut View<'_>,
    key: &LineKey,
    schedule: &NewSchedule,
    total: Money,
) -> Result<Option<Fault>> {
    let on = schedule.effective_date;
    let plan = match db::plan_lines::find(view.conn, key)? {
        Some(line) => db::ledger::line_book(view.conn, line.id)?.plan(on),
        None => Money::ZERO,
    };
    let fault = Fault::at("", Code::ScheduleTotalMismatch)
        .with("total", total)
        .with("on", on)
        .with("plan", plan);
    Ok((plan != total).then_some(fault))
}

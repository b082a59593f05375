//! What falls due by the schedules of many plan lines.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, Date, Integer};

use super::Conn;
use super::figures::LineFilter;
use super::sql::{Sql, sql};
use crate::domain::money::Money;
use crate::domain::schedule::{ScheduleItem, ScheduleVersion};
use crate::error::Result;

/// Opens a statement over the items `i` of the versions in force on `day`, and of the baselines if
/// they are asked for. The versions are picked once for all lines; picking them anew for each item
/// is what makes such a query slow.
fn items_of<ST>(
    head: &'static str,
    filter: &LineFilter,
    day: NaiveDate,
    with_baseline: bool,
) -> Sql<ST> {
    let query = sql::<ST>(head)
        .push(
            " FROM (SELECT s.id, \
             ROW_NUMBER() OVER (PARTITION BY s.line_id ORDER BY s.effective_date DESC, s.version DESC) AS latest, \
             ROW_NUMBER() OVER (PARTITION BY s.line_id ORDER BY s.version) AS oldest \
             FROM schedules s JOIN plan_lines l ON l.id = s.line_id \
             WHERE s.status = 'approved' AND s.effective_date <= ",
        )
        .bind(day)
        .push(" AND");
    let wanted = match with_baseline {
        true => "v.latest = 1 OR v.oldest = 1",
        false => "v.latest = 1",
    };
    filter.narrow(query).push(format!(
        ") v JOIN schedule_items i ON i.schedule_id = v.id WHERE ({wanted})"
    ))
}

/// What falls due on each date over all lines together, by the versions in force on `day`.
pub fn total_by_due_date(
    conn: &mut Conn,
    filter: &LineFilter,
    day: NaiveDate,
) -> Result<Vec<(NaiveDate, i64)>> {
    let head = "SELECT i.due_date, CAST(SUM(i.amount) AS BIGINT)";
    Ok(items_of::<(Date, BigInt)>(head, filter, day, false)
        .push(" GROUP BY i.due_date ORDER BY i.due_date")
        .load(conn)?)
}

/// More versions than this are not named one by one in a query.
const NAMED: usize = 500;

/// The approved versions effective by `day`, by line. At least the version in force and the baseline
/// have items, those due by `until`; what falls due later is one item at the end of time, so that
/// the sum is right.
pub fn versions(
    conn: &mut Conn,
    filter: &LineFilter,
    day: NaiveDate,
    until: NaiveDate,
) -> Result<HashMap<i64, Vec<ScheduleVersion>>> {
    let query = sql::<(BigInt, BigInt, Integer, Date, BigInt)>(
        "SELECT s.id, s.line_id, s.version, s.effective_date, s.total FROM schedules s \
         JOIN plan_lines l ON l.id = s.line_id WHERE s.status = 'approved' AND s.effective_date <= ",
    )
    .bind(day)
    .push(" AND");
    let rows = filter
        .narrow(query)
        .load::<(i64, i64, i32, NaiveDate, i64)>(conn)?;
    let found = match rows.len() <= NAMED {
        true => items_named(conn, rows.iter().map(|row| row.0), until)?,
        false => items_until(conn, filter, day, until)?,
    };
    let mut items: HashMap<i64, Vec<ScheduleItem>> = HashMap::new();
    for (schedule, due_date, amount) in found {
        items.entry(schedule).or_default().push(ScheduleItem {
            due_date,
            amount: Money::dong(amount),
        });
    }
    let mut versions: HashMap<i64, Vec<ScheduleVersion>> = HashMap::with_capacity(rows.len());
    for (id, line_id, version, effective_date, total) in rows {
        let mut items = items.remove(&id).unwrap_or_default();
        let listed: i128 = items.iter().map(|item| item.amount.wide()).sum();
        let rest = Money::saturating(i128::from(total) - listed);
        if rest.is_positive() {
            items.push(ScheduleItem {
                due_date: NaiveDate::MAX,
                amount: rest,
            });
        }
        versions.entry(line_id).or_default().push(ScheduleVersion {
            version,
            effective_date,
            items,
        });
    }
    Ok(versions)
}

/// An item as read: its schedule, due date and amount.
type Item = (i64, NaiveDate, i64);

fn items_named(
    conn: &mut Conn,
    schedules: impl Iterator<Item = i64>,
    until: NaiveDate,
) -> Result<Vec<Item>> {
    Ok(sql::<(BigInt, Date, BigInt)>(
        "SELECT schedule_id, due_date, amount FROM schedule_items WHERE schedule_id IN ",
    )
    .list(schedules)
    .push(" AND due_date <= ")
    .bind(last_day(until))
    .push(" ORDER BY schedule_id, position")
    .load(conn)?)
}

/// SQLite compares dates as text, which holds for years of four digits.
fn last_day(until: NaiveDate) -> NaiveDate {
    until.min(super::FOREVER)
}

fn items_until(
    conn: &mut Conn,
    filter: &LineFilter,
    day: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<Item>> {
    let head = "SELECT i.schedule_id, i.due_date, i.amount";
    Ok(items_of::<(BigInt, Date, BigInt)>(head, filter, day, true)
        .push(" AND i.due_date <= ")
        // SQLite compares dates as text, which holds for years of four digits.
        .bind(until.min(super::FOREVER))
        .push(" ORDER BY i.schedule_id, i.position")
        .load(conn)?)
}

//! The rows of the editor: one for each month or item, as they are shown and as they are read.

use chrono::NaiveDate;

use super::super::form::Form;
use super::super::layout::Layout;
use super::super::typed;
use crate::domain::calendar::{month_end, month_start};
use crate::domain::format::AmountUnit;
use crate::domain::money::Money;
use crate::service::schedules::{ItemOut, NewItem, Worksheet};

/// Rows that a form may have; a line has 13 to 24 months.
const MOST: usize = 120;

/// A row as it is shown.
pub struct Row {
    /// Its number in the form.
    pub index: usize,
    /// Its month, by the first day; none for a date that cannot be read.
    pub month: Option<NaiveDate>,
    /// What the version in force has in this month; on the first row of a month alone.
    pub in_force: Option<Money>,
    /// What is paid in this month; on the first row of a month alone.
    pub paid: Option<Money>,
}

/// The name of a field of a row.
pub fn name(index: usize, field: &str) -> String {
    format!("items/{index}/{field}")
}

/// Every name that belongs to the grid.
pub fn names(form: &Form) -> Vec<String> {
    let fields = |index| ["due_date", "amount", "label"].map(|field| name(index, field));
    (0..count(form)).flat_map(fields).collect()
}

/// How many rows a form has.
pub fn count(form: &Form) -> usize {
    (0..MOST)
        .take_while(|index| form.has(&name(*index, "due_date")))
        .count()
}

/// Fills a form with a row for each month and each item.
pub fn fill(form: &mut Form, sheet: &Worksheet, items: &[ItemOut], l: &Layout) {
    let mut rows: Vec<(NaiveDate, String, String)> = items
        .iter()
        .map(|item| {
            let label = item.label.clone().unwrap_or_default();
            (item.due_date, typed::shown(item.amount, l), label)
        })
        .collect();
    for month in &sheet.months {
        if !rows.iter().any(|(due, _, _)| month_start(*due) == *month) {
            let due = month_end(*month).min(sheet.deadline);
            rows.push((due, String::new(), String::new()));
        }
    }
    rows.sort_by_key(|(due, _, _)| *due);
    for (index, (due, amount, label)) in rows.into_iter().enumerate() {
        form.set(&name(index, "due_date"), due.to_string());
        form.set(&name(index, "amount"), amount);
        form.set(&name(index, "label"), label);
    }
}

fn due(form: &Form, index: usize) -> Option<NaiveDate> {
    form.value(&name(index, "due_date")).parse().ok()
}

/// The rows of a form beside what is in force and what is paid.
pub fn rows(form: &Form, sheet: &Worksheet, in_force: &[Money]) -> Vec<Row> {
    let mut seen: Vec<NaiveDate> = Vec::new();
    (0..count(form))
        .map(|index| {
            let month = due(form, index).map(month_start);
            let first = month.filter(|month| !seen.contains(month));
            seen.extend(first);
            let at = first.and_then(|month| sheet.months.iter().position(|one| *one == month));
            Row {
                index,
                month,
                in_force: at.and_then(|at| in_force.get(at).copied()),
                paid: at.and_then(|at| sheet.paid.get(at).copied()),
            }
        })
        .collect()
}

/// What the rows say: number of the row, month, amount. Rows without an amount say nothing; faults
/// are put beside their cells.
pub fn read(form: &mut Form, unit: AmountUnit, l: &Layout) -> Vec<(usize, NewItem)> {
    let mut items = Vec::new();
    for index in 0..count(form) {
        let cell = name(index, "amount");
        if form.value(&cell).trim().is_empty() {
            continue;
        }
        let amount = typed::amount(form, &cell, unit, true, l);
        let due = due(form, index);
        if due.is_none() {
            form.add_fault(&name(index, "due_date"), l.t.schedule.bad_date);
        }
        let (Some(amount), Some(due_date)) = (amount, due) else {
            continue;
        };
        if amount.is_zero() {
            continue;
        }
        let label = form.value(&name(index, "label")).trim();
        let label = (!label.is_empty()).then(|| label.to_owned());
        items.push((
            index,
            NewItem {
                due_date,
                amount,
                label,
            },
        ));
    }
    items
}

/// Puts what was pasted from a sheet into the cells, from the first one on; a row and a column are
/// read alike.
pub fn paste(form: &mut Form, text: &str) {
    let cells: Vec<String> = text
        .trim_matches(['\r', '\n'])
        .split(['\t', '\n'])
        .map(|cell| cell.trim().to_owned())
        .collect();
    for (index, cell) in (0..count(form)).zip(cells) {
        form.set(&name(index, "amount"), cell);
    }
}

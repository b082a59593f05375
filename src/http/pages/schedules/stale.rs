//! What somebody else changed in a version while it was being written.

use super::super::form::Form;
use super::super::layout::Layout;
use super::super::text::labels;
use super::grid;
use crate::domain::amount_parse::parse_amount;
use crate::domain::format::AmountUnit;
use crate::domain::schedule::ScheduleStatus;
use crate::service::schedules::{ItemOut, Schedule};

/// What the version says now where the form says something else.
pub fn differences(l: &Layout, form: &Form, now: &Schedule) -> Vec<(&'static str, String)> {
    let (k, t) = (&l.t.common, &l.t.schedule);
    let mut found = Vec::new();
    if form.value("effective_date") != now.effective_date.to_string() {
        found.push((t.effective, l.date(&now.effective_date)));
    }
    let note = now.note.as_deref().unwrap_or_default();
    if form.value("note").trim() != note.trim() {
        let shown = if note.is_empty() { k.none } else { note };
        found.push((k.note, shown.to_owned()));
    }
    let editable = [ScheduleStatus::Draft, ScheduleStatus::Returned];
    if !editable.contains(&now.status) {
        let status = labels::schedule_status(now.status.as_str(), l.locale);
        found.push((k.status, status.to_owned()));
    }
    let unit = AmountUnit::parse(form.value("amount_unit")).unwrap_or(AmountUnit::Dong);
    let others = now.items.iter().filter(|item| !is_typed(form, item, unit));
    let others: Vec<String> = others.map(|item| told(l, item)).collect();
    if !others.is_empty() {
        found.push((t.items, others.join("; ")));
    }
    found
}

/// Whether a row of the form says the same: day, amount and label.
fn is_typed(form: &Form, item: &ItemOut, unit: AmountUnit) -> bool {
    (0..grid::count(form)).any(|index| {
        let value = |field| form.value(&grid::name(index, field)).trim().to_owned();
        value("due_date") == item.due_date.to_string()
            && parse_amount(&value("amount"), unit) == Ok(item.amount)
            && value("label") == item.label.as_deref().unwrap_or_default()
    })
}

fn told(l: &Layout, item: &ItemOut) -> String {
    let (day, amount) = (l.date(&item.due_date), l.exact(&item.amount));
    match &item.label {
        Some(label) => format!("{day} {amount} ({label})"),
        None => format!("{day} {amount}"),
    }
}

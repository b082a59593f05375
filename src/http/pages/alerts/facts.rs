//! The one figure that a list shows of an alert.

use serde_json::{Map, Value};

use super::super::layout::Layout;
use crate::domain::money::Money;

/// Amounts that say how large an alert is, the most telling first.
const AMOUNTS: [&str; 8] = [
    "late_amount",
    "due_amount",
    "unallocated",
    "shortfall",
    "overdue_advance",
    "difference",
    "undisbursed",
    "plan",
];

/// Numbers of days that say how old it is.
const DAYS: [&str; 7] = [
    "days_late",
    "days_overdue",
    "days_left",
    "days_without_disbursement",
    "days_without_schedule",
    "days_without_report",
    "days_outstanding",
];

/// The amount an alert is about.
pub fn amount(facts: &Map<String, Value>) -> Option<Money> {
    let found = AMOUNTS.iter().find_map(|name| facts.get(*name)?.as_i64());
    found.and_then(Money::new)
}

/// How many days it has gone on, or has left.
pub fn days(facts: &Map<String, Value>, l: &Layout) -> Option<String> {
    let found = DAYS.iter().find_map(|name| facts.get(*name)?.as_i64());
    found.map(|days| l.days(&days))
}

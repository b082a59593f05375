//! Lateness against a schedule (domain.md §7). What is late is what was due before the day and is not paid.

use chrono::NaiveDate;
use serde::Serialize;

use super::money::Money;
use super::schedule::{self, ScheduleItem};

/// The late amount by how many calendar days each part is late, đồng.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ageing {
    /// 1 to 30 days.
    pub d1_30: Money,
    /// 31 to 60 days.
    pub d31_60: Money,
    /// 61 to 90 days.
    pub d61_90: Money,
    /// More than 90 days.
    pub d90_plus: Money,
}

/// How a schedule stands against what was paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Lateness {
    /// Items due on or before the day, đồng.
    pub scheduled: Money,
    /// What was due before the day and is not paid, đồng.
    pub late_amount: Money,
    /// The due date of the oldest late item that is not filled.
    pub late_since: Option<NaiveDate>,
    /// Calendar days since then; 0 when nothing is late.
    pub days_late: i64,
    /// `late_amount` by age.
    pub ageing: Ageing,
}

/// An item that was due before the day and is not filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LateItem {
    /// When it was due.
    pub due_date: NaiveDate,
    /// Calendar days since then.
    pub days_late: i64,
    /// What was due, đồng.
    pub amount: Money,
    /// What of it is not paid, đồng; above zero.
    pub unfilled: Money,
}

/// The late items by due date, then by position. Payments fill items oldest first; an item due on the day is not late
/// yet.
pub fn late_items(items: &[ScheduleItem], disbursed: Money, as_of: NaiveDate) -> Vec<LateItem> {
    let mut due = 0_i128;
    let items = schedule::sorted(items);
    let past = items.iter().filter(|item| item.due_date < as_of);
    let late = past.filter_map(|item| {
        let amount = item.amount.wide();
        due += amount;
        // Not `clamp`, which panics if an unchecked amount is negative.
        let unfilled = (due - disbursed.wide()).min(amount).max(0);
        (unfilled > 0).then(|| LateItem {
            due_date: item.due_date,
            days_late: days_between(item.due_date, as_of),
            amount: item.amount,
            unfilled: Money::saturating(unfilled),
        })
    });
    late.collect()
}

/// The lateness of `items` on `as_of`, `disbursed` đồng being paid by then. Payments fill items oldest first; an item
/// due on the day is not late yet. Less than nothing paid (which the ledger refuses) counts as nothing, so that the
/// ageing always sums to the late amount.
pub fn lateness(items: &[ScheduleItem], disbursed: Money, as_of: NaiveDate) -> Lateness {
    let due = items.iter().filter(|item| item.due_date <= as_of);
    let scheduled = due.map(|item| item.amount.wide()).sum();
    let late = late_items(items, disbursed, as_of);
    let mut buckets = [0_i128; 4];
    for item in &late {
        let [first, second, third, oldest] = &mut buckets;
        let bucket = match item.days_late {
            ..=30 => first,
            31..=60 => second,
            61..=90 => third,
            _ => oldest,
        };
        *bucket += item.unfilled.wide();
    }
    let late_since = late.first().map(|item| item.due_date);
    let [d1_30, d31_60, d61_90, d90_plus] = buckets.map(Money::saturating);
    Lateness {
        scheduled: Money::saturating(scheduled),
        late_amount: Money::saturating(buckets.iter().sum()),
        late_since,
        days_late: late_since.map_or(0, |since| days_between(since, as_of)),
        ageing: Ageing {
            d1_30,
            d31_60,
            d61_90,
            d90_plus,
        },
    }
}

/// Calendar days from one day to a later one.
fn days_between(from: NaiveDate, to: NaiveDate) -> i64 {
    to.signed_duration_since(from).num_days()
}

#[cfg(test)]
#[path = "lateness_tests.rs"]
mod tests;

//! Small random books and schedules for the property tests of this folder.

use chrono::{NaiveDate, TimeDelta};
use proptest::prelude::*;

use super::capital::EntryKind;
use super::ledger::{Entry, LineBook, Posting};
use super::money::Money;
use super::schedule::{ScheduleItem, ScheduleVersion};

/// Day 0 of the random books.
pub const FIRST: NaiveDate = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
/// Random facts fall on days 0 to 39, so that many share a day.
pub const DAYS: i64 = 40;

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn nth(day: i64) -> NaiveDate {
    FIRST + TimeDelta::days(day)
}

/// The days around all random facts.
pub fn all_days() -> impl Iterator<Item = NaiveDate> {
    (-1..=DAYS + 1).map(nth)
}

pub fn entry(kind: EntryKind, amount: i64, effective_date: &str, deadline: &str) -> Entry {
    Entry {
        kind,
        amount: kind.signed(Money::dong(amount)),
        effective_date: day(effective_date),
        deadline: day(deadline),
        reversal: false,
        voided: false,
    }
}

/// The entry that voids another one.
pub fn void(entry: Entry, effective_date: &str) -> Entry {
    Entry {
        amount: -entry.amount,
        effective_date: day(effective_date),
        reversal: true,
        ..entry
    }
}

pub fn posting(net: i64, posted_on: &str) -> Posting {
    Posting {
        net: Money::dong(net),
        advance: Money::ZERO,
        posted_on: day(posted_on),
    }
}

fn entries() -> impl Strategy<Value = Entry> {
    (
        prop::sample::select(EntryKind::ALL.to_vec()),
        0..9_i64,
        0..DAYS,
        0..6_i64,
        any::<bool>(),
    )
        .prop_map(|(kind, amount, effective, deadline, reversal)| {
            let amount = kind.signed(Money::dong(amount));
            let amount = if reversal { -amount } else { amount };
            // Few different deadlines, so that they interact.
            Entry {
                kind,
                amount,
                effective_date: nth(effective),
                deadline: nth(deadline * 8),
                reversal,
                voided: false,
            }
        })
}

fn postings() -> impl Strategy<Value = Posting> {
    (-4..9_i64, -4..5_i64, 0..DAYS).prop_map(|(net, advance, posted_on)| Posting {
        net: Money::dong(net),
        advance: Money::dong(advance),
        posted_on: nth(posted_on),
    })
}

/// Any book, lawful or not.
pub fn books() -> impl Strategy<Value = LineBook> {
    (
        prop::collection::vec(entries(), 0..8),
        prop::collection::vec(postings(), 0..8),
    )
        .prop_map(|(entries, postings)| LineBook { entries, postings })
}

pub fn items() -> impl Strategy<Value = Vec<ScheduleItem>> {
    let item = (0..200_i64, 0..50_i64).prop_map(|(due, amount)| ScheduleItem {
        due_date: nth(due),
        amount: Money::dong(amount),
    });
    prop::collection::vec(item, 0..8)
}

pub fn schedules() -> impl Strategy<Value = Vec<ScheduleVersion>> {
    prop::collection::vec((0..DAYS, items()), 0..4).prop_map(|versions| {
        let version = |(number, (effective, items))| ScheduleVersion {
            version: number,
            effective_date: nth(effective),
            items,
        };
        (1..).zip(versions).map(version).collect()
    })
}

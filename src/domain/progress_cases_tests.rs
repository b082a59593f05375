//! The worked examples shared with every other implementation of the rules: `tests_cases/progress.json`.

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;
use serde_json::Value;

use super::capital::{EntryKind, Origin, default_deadline};
use super::disbursement::{DisbursementKind, net_and_advance, reversal_of};
use super::ledger::{Entry, LineBook, Posting};
use super::money::Money;
use super::progress::{Basis, line_progress};
use super::schedule::{ScheduleItem, ScheduleVersion};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    line: Line,
    expect: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    plan_entries: Vec<PlanEntry>,
    schedules: Vec<Schedule>,
    disbursements: Vec<Payment>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanEntry {
    kind: EntryKind,
    amount: Money,
    effective_date: NaiveDate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Schedule {
    version: i32,
    effective_date: NaiveDate,
    items: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    due_date: NaiveDate,
    amount: Money,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Payment {
    kind: DisbursementKind,
    gross_amount: Money,
    #[serde(default)]
    advance_recovered: Money,
    posted_on: NaiveDate,
    reversed_on: Option<NaiveDate>,
}

impl PlanEntry {
    fn entry(&self) -> Entry {
        let (kind, effective_date) = (self.kind, self.effective_date);
        let deadline =
            default_deadline(kind, Origin::InYear, effective_date.year(), effective_date);
        Entry {
            kind,
            amount: kind.signed(self.amount),
            effective_date,
            deadline,
            reversal: false,
            voided: false,
        }
    }
}

impl Payment {
    /// The posting and, where the case says so, its reversal.
    fn postings(&self) -> Vec<Posting> {
        let (net, advance) =
            net_and_advance(self.kind, self.gross_amount, self.advance_recovered).unwrap();
        let posting = Posting {
            net,
            advance,
            posted_on: self.posted_on,
        };
        let reversal = self.reversed_on.map(|posted_on| {
            let (net, advance) = reversal_of(net, advance);
            Posting {
                net,
                advance,
                posted_on,
            }
        });
        [posting].into_iter().chain(reversal).collect()
    }
}

impl Schedule {
    fn version(&self) -> ScheduleVersion {
        let items = self.items.iter().map(|item| ScheduleItem {
            due_date: item.due_date,
            amount: item.amount,
        });
        ScheduleVersion {
            version: self.version,
            effective_date: self.effective_date,
            items: items.collect(),
        }
    }
}

#[test]
fn the_worked_examples() {
    let cases: Vec<Case> =
        serde_json::from_str(include_str!("../../tests/cases/progress.json")).unwrap();
    let mut checked = 0;
    for Case { name, line, expect } in cases {
        let book = LineBook {
            entries: line.plan_entries.iter().map(PlanEntry::entry).collect(),
            postings: line
                .disbursements
                .iter()
                .flat_map(Payment::postings)
                .collect(),
        };
        let schedules: Vec<_> = line.schedules.iter().map(Schedule::version).collect();
        for expected in expect {
            let as_of: NaiveDate = expected["as_of"].as_str().unwrap().parse().unwrap();
            // A case may leave fields out, but may not name one that the answer lacks.
            let mut found =
                serde_json::to_value(line_progress(&book, &schedules, as_of, Basis::Total))
                    .unwrap();
            found["as_of"] = expected["as_of"].clone();
            for (field, value) in expected.as_object().unwrap() {
                assert_eq!(found.get(field), Some(value), "{name}, {as_of}, {field}");
            }
            // These examples are lawful lines.
            assert_eq!(book.overdrawn(as_of), None, "{name}");
            assert_eq!(book.deadline_overdrawn(as_of), None, "{name}");
            checked += 1;
        }
    }
    assert!(checked >= 40, "only {checked} examples");
}

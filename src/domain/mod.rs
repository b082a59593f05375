//! Pure types and rules: no clock, no database, no I/O. Every function takes the dates and figures
//! it needs.
//!
//! The rules are those of `domain.md`; the paragraph is named beside each.

pub mod actor;
pub mod alerts;
pub mod amount_parse;
pub mod calendar;
pub mod capital;
pub mod disbursement;
pub mod forecast;
pub mod format;
pub mod hash;
pub mod imports;
pub mod labels;
pub mod lateness;
pub mod ledger;
mod ledger_deadline;
mod ledger_sums;
pub mod locale;
pub mod money;
pub mod month;
mod months;
pub mod obstacle;
pub mod permission;
pub mod progress;
pub mod project;
pub mod ranking;
pub mod reallocation;
pub mod reference;
pub mod schedule;
pub mod scope;
pub mod spread;
pub mod text;
pub mod text_enum;
mod totals;
pub mod units;
pub mod webhook;

#[cfg(test)]
mod progress_cases_tests;
#[cfg(test)]
mod test_books;

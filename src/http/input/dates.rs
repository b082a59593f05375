//! Days, months and instants.

use chrono::{DateTime, Datelike, NaiveDate, SubsecRound, Utc};
use utoipa::openapi::schema::{KnownFormat, Type};
use utoipa::openapi::{RefOr, Schema};

use super::types::simple;
use super::{Faults, Field, Input, invalid, out_of_range};
use crate::domain::month::Month;

/// Years outside of which a date is a typing error.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;

impl Field for NaiveDate {
    fn read(input: &Input, at: &str, faults: &mut Faults) -> Option<Self> {
        let text = input.text().unwrap_or_default();
        let date = match text.len() {
            10 => NaiveDate::parse_from_str(text, "%Y-%m-%d").ok(),
            _ => None,
        };
        match date {
            Some(date) if YEARS.contains(&date.year()) => Some(date),
            Some(_) => out_of_range(at, faults, "1900-01-01 … 2200-12-31"),
            None => invalid(
                at,
                faults,
                (
                    "cần ngày có thật dạng YYYY-MM-DD",
                    "a date that exists, as YYYY-MM-DD, is expected",
                ),
            ),
        }
    }
    fn schema() -> RefOr<Schema> {
        simple(Type::String, Some(KnownFormat::Date)).into()
    }
}

impl Field for Month {
    fn read(input: &Input, at: &str, faults: &mut Faults) -> Option<Self> {
        match input.text().and_then(Month::parse) {
            Some(month) if YEARS.contains(&month.first().year()) => Some(month),
            Some(_) => out_of_range(at, faults, "1900-01 … 2200-12"),
            None => invalid(
                at,
                faults,
                ("cần tháng dạng YYYY-MM", "a month, as YYYY-MM, is expected"),
            ),
        }
    }
    fn schema() -> RefOr<Schema> {
        simple(Type::String, None)
            .pattern(Some(r"^\d{4}-\d{2}$"))
            .into()
    }
}

/// An instant, to the microsecond that both databases keep.
impl Field for DateTime<Utc> {
    fn read(input: &Input, at: &str, faults: &mut Faults) -> Option<Self> {
        let text = input.text().unwrap_or_default();
        match DateTime::parse_from_rfc3339(text) {
            Ok(instant) if YEARS.contains(&instant.year()) => {
                Some(instant.to_utc().trunc_subsecs(6))
            }
            Ok(_) => out_of_range(at, faults, "1900-01-01T00:00:00Z … 2200-12-31T23:59:59Z"),
            Err(_) => invalid(
                at,
                faults,
                (
                    "cần thời điểm dạng 2024-01-31T08:00:00Z",
                    "an instant such as 2024-01-31T08:00:00Z is expected",
                ),
            ),
        }
    }
    fn schema() -> RefOr<Schema> {
        simple(Type::String, Some(KnownFormat::DateTime)).into()
    }
}

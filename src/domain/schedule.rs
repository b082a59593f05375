//! Detailed disbursement schedules: versions of (due date, amount) lists for a plan line (domain.md §7).
//!
//! Every function here takes the **approved** versions of one line, in any order.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::money::Money;
use super::text_enum::text_enum;

text_enum! {
    /// How far a version has come.
    ScheduleStatus {
        /// Being written.
        Draft = "draft",
        /// Waiting for a second person.
        Submitted = "submitted",
        /// In force from its effective date on.
        Approved = "approved",
        /// Sent back with a reason.
        Returned = "returned",
    }
}

/// An amount due by a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScheduleItem {
    /// The last day on which paying it is not late.
    pub due_date: NaiveDate,
    /// Đồng, not negative.
    pub amount: Money,
}

/// One approved version of a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleVersion {
    /// Counted from 1 within the line.
    pub version: i32,
    /// The day from which it counts.
    pub effective_date: NaiveDate,
    /// Its items, in order of position.
    pub items: Vec<ScheduleItem>,
}

impl ScheduleVersion {
    /// The sum of its items, which must equal the plan (domain.md §7); `None` beyond [`Money::MAX`].
    pub fn total(&self) -> Option<Money> {
        Money::sum(self.items.iter().map(|item| item.amount))
    }

    /// The sum of the items due on or before `day`, đồng.
    pub fn scheduled(&self, day: NaiveDate) -> Money {
        let due = self.items.iter().filter(|item| item.due_date <= day);
        Money::saturating(due.map(|item| item.amount.wide()).sum())
    }
}

/// The items by due date, then by position.
pub fn sorted(items: &[ScheduleItem]) -> Cow<'_, [ScheduleItem]> {
    if items.is_sorted_by_key(|item| item.due_date) {
        return items.into();
    }
    let mut sorted = items.to_vec();
    // A stable sort: items of one day keep their positions.
    sorted.sort_by_key(|item| item.due_date);
    sorted.into()
}

/// The parts of items that `disbursed` does not fill, oldest first, with the items they are of.
pub fn unfilled(items: &[ScheduleItem], disbursed: Money) -> Vec<(ScheduleItem, Money)> {
    let (mut sum, mut open) = (0_i128, Vec::new());
    for item in sorted(items).iter().copied() {
        sum += item.amount.wide();
        let rest = (sum - disbursed.wide()).min(item.amount.wide());
        if rest > 0 {
            open.push((item, Money::saturating(rest)));
        }
    }
    open
}

/// The version in force on `day`: the greatest (effective date, version) with an effective date by then.
pub fn in_force(versions: &[ScheduleVersion], day: NaiveDate) -> Option<&ScheduleVersion> {
    effective_by(versions, day).max_by_key(|version| (version.effective_date, version.version))
}

/// The version that remembers the first promise: the lowest version number effective by `day`.
pub fn baseline(versions: &[ScheduleVersion], day: NaiveDate) -> Option<&ScheduleVersion> {
    effective_by(versions, day).min_by_key(|version| version.version)
}

/// How often the line was planned again: the versions effective by `day` after the first.
pub fn replans(versions: &[ScheduleVersion], day: NaiveDate) -> usize {
    effective_by(versions, day).count().saturating_sub(1)
}

fn effective_by(
    versions: &[ScheduleVersion],
    day: NaiveDate,
) -> impl Iterator<Item = &ScheduleVersion> {
    versions
        .iter()
        .filter(move |version| version.effective_date <= day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn item(due_date: &str, amount: i64) -> ScheduleItem {
        ScheduleItem {
            due_date: day(due_date),
            amount: Money::dong(amount),
        }
    }

    fn version(version: i32, effective_date: &str) -> ScheduleVersion {
        ScheduleVersion {
            version,
            effective_date: day(effective_date),
            items: vec![],
        }
    }

    #[test]
    fn items_of_one_day_keep_their_positions() {
        let items = [
            item("2024-06-30", 1),
            item("2024-03-31", 2),
            item("2024-06-30", 3),
        ];
        assert_eq!(
            sorted(&items)
                .iter()
                .map(|item| item.amount.get())
                .collect::<Vec<_>>(),
            [2, 1, 3]
        );
    }

    #[test]
    fn sums_by_day() {
        let version = ScheduleVersion {
            items: vec![item("2024-06-30", 5), item("2024-03-31", 2)],
            ..version(1, "2024-01-01")
        };
        assert_eq!(version.total(), Some(Money::dong(7)));
        for (on, expected) in [
            ("2024-03-30", 0),
            ("2024-03-31", 2),
            ("2024-06-29", 2),
            ("2024-06-30", 7),
        ] {
            assert_eq!(version.scheduled(day(on)), Money::dong(expected));
        }
        let huge = ScheduleVersion {
            items: vec![item("2024-01-01", Money::MAX.get()); 2],
            ..version
        };
        assert_eq!(huge.total(), None);
    }

    #[test]
    fn the_latest_date_is_in_force_the_lowest_number_is_the_baseline() {
        // Version 3 was made to count from an earlier day than version 2.
        let versions = [
            version(2, "2024-07-01"),
            version(3, "2024-05-01"),
            version(1, "2024-01-01"),
            version(4, "2024-07-01"),
        ];
        let numbers = |on: &str| {
            let force = in_force(&versions, day(on)).map(|version| version.version);
            (
                force,
                baseline(&versions, day(on)).map(|version| version.version),
                replans(&versions, day(on)),
            )
        };
        assert_eq!(numbers("2023-12-31"), (None, None, 0));
        assert_eq!(numbers("2024-01-01"), (Some(1), Some(1), 0));
        assert_eq!(numbers("2024-05-01"), (Some(3), Some(1), 1));
        assert_eq!(numbers("2024-07-01"), (Some(4), Some(1), 3));
        // Without version 4 the later day wins, though its number is lower.
        let force = in_force(&versions[..3], day("2024-07-01")).map(|version| version.version);
        assert_eq!(force, Some(2));
        // The baseline is the lowest number *by that day*, which may be a later version than the first.
        let late_first = [version(1, "2024-09-01"), version(2, "2024-02-01")];
        assert_eq!(
            baseline(&late_first, day("2024-03-01")).map(|version| version.version),
            Some(2)
        );
        assert_eq!(
            baseline(&late_first, day("2024-09-01")).map(|version| version.version),
            Some(1)
        );
    }
}

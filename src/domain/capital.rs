//! Plan entries and their deadlines (domain.md §4).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::money::Money;
use super::text_enum::text_enum;

/// The first budget year under Law 58/2024, whose art. 72 gives late supplements a year more.
const LAW_58_FIRST_YEAR: i32 = 2025;

/// Where the capital of a plan line comes from.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Vốn trong năm: capital of the budget year itself.
    #[default]
    InYear,
    /// Vốn kéo dài: capital of the year before, extended into the budget year.
    Extended,
}

impl Origin {
    /// Both origins.
    pub const ALL: [Origin; 2] = [Origin::InYear, Origin::Extended];

    /// The code in JSON and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Origin::InYear => "in_year",
            Origin::Extended => "extended",
        }
    }

    /// Reads the code; `None` for anything else.
    pub fn parse(code: &str) -> Option<Origin> {
        Self::ALL.into_iter().find(|origin| origin.as_str() == code)
    }
}

/// The kinds of plan entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// Giao đầu năm (+).
    Initial,
    /// Bổ sung (+).
    Supplement,
    /// Cắt giảm (−).
    Cut,
    /// Điều chỉnh tăng: the receiving leg of a transfer (+).
    TransferIn,
    /// Điều chỉnh giảm: the giving leg of a transfer (−).
    TransferOut,
    /// The receiving leg of an extension, on the `extended` line of year N (+).
    ExtensionIn,
    /// The giving leg of an extension, on the `in_year` line of year N−1 (−).
    ExtensionOut,
}

impl EntryKind {
    /// Every kind.
    pub const ALL: [EntryKind; 7] = [
        EntryKind::Initial,
        EntryKind::Supplement,
        EntryKind::Cut,
        EntryKind::TransferIn,
        EntryKind::TransferOut,
        EntryKind::ExtensionIn,
        EntryKind::ExtensionOut,
    ];

    /// The code in JSON and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            EntryKind::Initial => "initial",
            EntryKind::Supplement => "supplement",
            EntryKind::Cut => "cut",
            EntryKind::TransferIn => "transfer_in",
            EntryKind::TransferOut => "transfer_out",
            EntryKind::ExtensionIn => "extension_in",
            EntryKind::ExtensionOut => "extension_out",
        }
    }

    /// Reads the code; `None` for anything else.
    pub fn parse(code: &str) -> Option<EntryKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == code)
    }

    /// +1 for a kind that gives capital to its line, −1 for one that takes it away.
    pub const fn sign(self) -> i64 {
        match self {
            EntryKind::Initial
            | EntryKind::Supplement
            | EntryKind::TransferIn
            | EntryKind::ExtensionIn => 1,
            EntryKind::Cut | EntryKind::TransferOut | EntryKind::ExtensionOut => -1,
        }
    }

    /// An amount above zero, as people enter it, with the sign of the kind.
    pub fn signed(self, amount: Money) -> Money {
        if self.sign() < 0 { -amount } else { amount }
    }
}

text_enum! {
    /// The kinds that a person enters; the others come from transfers and extensions.
    GivenKind {
        /// Giao đầu năm (+).
        Initial = "initial",
        /// Bổ sung (+).
        Supplement = "supplement",
        /// Cắt giảm (−).
        Cut = "cut",
    }
}

impl GivenKind {
    /// The same as a kind of plan entry.
    pub const fn entry(self) -> EntryKind {
        match self {
            GivenKind::Initial => EntryKind::Initial,
            GivenKind::Supplement => EntryKind::Supplement,
            GivenKind::Cut => EntryKind::Cut,
        }
    }
}

text_enum! {
    /// Who assigns capital. They assign the same capital: never add them together (domain.md §4).
    Authority {
        /// Thủ tướng Chính phủ.
        PrimeMinister = "prime_minister",
        /// Hội đồng nhân dân.
        PeoplesCouncil = "peoples_council",
        /// Ủy ban nhân dân.
        PeoplesCommittee = "peoples_committee",
    }
}

/// The first day of the disbursement period of a budget year: 1 January, for both origins (domain.md §4).
pub fn period_start(budget_year: i32) -> NaiveDate {
    date(budget_year, 1, 1)
}

/// The last day on which the money of a **positive** entry may be paid, unless the entry names another (domain.md §4).
///
/// In-year capital of year N: 31 January N+1; a supplement effective after 30 September N: 31 December N+1, for budget
/// years from 2025 (Law 58/2024 art. 72). Extended capital: 31 December N. A negative entry takes the deadline it
/// names, else the line's earliest; the legs of a transfer keep theirs.
pub fn default_deadline(
    kind: EntryKind,
    origin: Origin,
    budget_year: i32,
    effective_date: NaiveDate,
) -> NaiveDate {
    let next_year = budget_year.saturating_add(1);
    let late_supplement = kind == EntryKind::Supplement
        && budget_year >= LAW_58_FIRST_YEAR
        && effective_date > date(budget_year, 9, 30);
    match origin {
        Origin::Extended => date(budget_year, 12, 31),
        Origin::InYear if late_supplement => date(next_year, 12, 31),
        Origin::InYear => date(next_year, 1, 31),
    }
}

/// A day of a budget year. Years far outside the calendar, which input checks refuse, give its last day.
fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_match_json() {
        for origin in Origin::ALL {
            assert_eq!(Origin::parse(origin.as_str()), Some(origin));
            assert_eq!(
                serde_json::to_string(&origin).unwrap(),
                format!("\"{}\"", origin.as_str())
            );
        }
        for kind in EntryKind::ALL {
            assert_eq!(EntryKind::parse(kind.as_str()), Some(kind));
            assert_eq!(
                serde_json::to_string(&kind).unwrap(),
                format!("\"{}\"", kind.as_str())
            );
        }
        assert_eq!(Origin::parse("inyear"), None);
        assert_eq!(EntryKind::parse("Initial"), None);
    }

    #[test]
    fn the_kind_gives_the_sign() {
        let positive: Vec<_> = EntryKind::ALL
            .into_iter()
            .filter(|kind| kind.sign() == 1)
            .map(EntryKind::as_str)
            .collect();
        assert_eq!(
            positive,
            ["initial", "supplement", "transfer_in", "extension_in"]
        );
        assert_eq!(EntryKind::Cut.signed(Money::dong(5)), Money::dong(-5));
        assert_eq!(EntryKind::Initial.signed(Money::dong(5)), Money::dong(5));
    }

    #[test]
    fn deadlines_by_law() {
        use EntryKind::{Cut, ExtensionIn, Initial, Supplement, TransferIn};
        use Origin::{Extended, InYear};
        for (kind, origin, year, effective, expected) in [
            (Initial, InYear, 2024, "2024-01-01", "2025-01-31"),
            (Initial, InYear, 2025, "2024-12-08", "2026-01-31"),
            (Initial, InYear, 2025, "2025-11-01", "2026-01-31"),
            (TransferIn, InYear, 2025, "2025-11-01", "2026-01-31"),
            (Cut, InYear, 2025, "2025-11-01", "2026-01-31"),
            (Supplement, InYear, 2025, "2025-09-30", "2026-01-31"),
            (Supplement, InYear, 2025, "2025-10-01", "2026-12-31"),
            (Supplement, InYear, 2025, "2026-01-15", "2026-12-31"),
            (Supplement, InYear, 2024, "2024-10-01", "2025-01-31"),
            (Supplement, InYear, 2026, "2025-12-31", "2027-01-31"),
            (ExtensionIn, Extended, 2025, "2025-02-01", "2025-12-31"),
            (Supplement, Extended, 2025, "2025-10-01", "2025-12-31"),
        ] {
            let deadline = default_deadline(kind, origin, year, effective.parse().unwrap());
            assert_eq!(
                deadline,
                expected.parse().unwrap(),
                "{kind:?} {origin:?} {year} {effective}"
            );
        }
        assert_eq!(period_start(2024), "2024-01-01".parse().unwrap());
        assert_eq!(
            default_deadline(Initial, InYear, i32::MAX, NaiveDate::MIN),
            NaiveDate::MAX
        );
    }
}

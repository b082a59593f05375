//! Dated changes summed day by day, for the checks of the ledger.

use chrono::NaiveDate;

use super::capital::EntryKind;
use super::ledger::{Entry, Posting};

/// Cumulative figures of a book on one day, exact, signed đồng.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sums {
    /// `initial` entries.
    pub initial: i128,
    /// Entries except extensions out.
    pub plan: i128,
    /// All entries.
    pub available: i128,
    /// Net of postings.
    pub disbursed: i128,
    /// Advances less recoveries.
    pub advance: i128,
}

impl Sums {
    /// What an entry changes.
    pub fn of_entry(entry: &Entry) -> Sums {
        let amount = entry.amount.wide();
        let only = |counts: bool| if counts { amount } else { 0 };
        Sums {
            initial: only(entry.kind == EntryKind::Initial),
            // An extension moves what may still be spent, not what was assigned (domain.md §4).
            plan: only(entry.kind != EntryKind::ExtensionOut),
            available: amount,
            ..Sums::default()
        }
    }

    /// What a posting changes.
    pub fn of_posting(posting: &Posting) -> Sums {
        Sums {
            disbursed: posting.net.wide(),
            advance: posting.advance.wide(),
            ..Sums::default()
        }
    }

    /// Both together.
    pub fn plus(self, other: Sums) -> Sums {
        Sums {
            initial: self.initial + other.initial,
            plan: self.plan + other.plan,
            available: self.available + other.available,
            disbursed: self.disbursed + other.disbursed,
            advance: self.advance + other.advance,
        }
    }
}

/// The state on `from` and on every later day that changes it, oldest first, from changes in any order. O(n log n).
pub fn states_from(
    changes: impl Iterator<Item = (NaiveDate, Sums)>,
    from: NaiveDate,
) -> impl Iterator<Item = (NaiveDate, Sums)> {
    // What was there before `from` is part of its state.
    let mut changes: Vec<_> = changes.map(|(on, change)| (on.max(from), change)).collect();
    changes.push((from, Sums::default()));
    changes.sort_by_key(|(on, _)| *on);
    let mut states: Vec<(NaiveDate, Sums)> = Vec::with_capacity(changes.len());
    let mut sums = Sums::default();
    for (on, change) in changes {
        sums = sums.plus(change);
        match states.last_mut() {
            Some((day, state)) if *day == on => *state = sums,
            _ => states.push((on, sums)),
        }
    }
    states.into_iter()
}

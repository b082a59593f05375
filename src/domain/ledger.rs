//! The book of one plan line: what was given, what was paid, and whether that holds on every day (domain.md §4, §5).
//!
//! All sums are exact (128 bits wide) and compared as such. Facts of one day are netted before the day is judged.
//! The check of deadlines is in `ledger_deadline.rs`.

use chrono::NaiveDate;

use super::capital::EntryKind;
use super::ledger_sums::{Sums, states_from};
use super::money::Money;

pub use super::ledger_deadline::DeadlineOverdraft;

/// A plan entry as the arithmetic sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The kind; a reversal keeps that of the entry it voids.
    pub kind: EntryKind,
    /// Signed đồng; a reversal holds the negated amount of the entry it voids.
    pub amount: Money,
    /// The day from which it counts.
    pub effective_date: NaiveDate,
    /// The last day on which this money may be paid; a reversal keeps that of the entry it voids.
    pub deadline: NaiveDate,
    /// This entry voids another one.
    pub reversal: bool,
    /// Another entry voids this one.
    pub voided: bool,
}

/// A payment or its reversal as the arithmetic sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Signed đồng that count as disbursed.
    pub net: Money,
    /// Signed change of the outstanding advance, đồng.
    pub advance: Money,
    /// The Treasury's posting date: the day from which it counts.
    pub posted_on: NaiveDate,
}

/// All entries and postings of one plan line, in any order.
///
/// A figure beyond ±[`Money::MAX`] is given as that limit; [`LineBook::beyond_range`] finds such a day, so a write
/// that passes it leaves a book whose figures are all exact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineBook {
    /// Plan entries, voided ones and reversals included.
    pub entries: Vec<Entry>,
    /// Payments, reversed ones and reversals included.
    pub postings: Vec<Posting>,
}

/// A day on which more is paid than may be (`plan_exceeded`, `plan_below_disbursed`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overdraft {
    /// The first such day.
    pub on: NaiveDate,
    /// What may be paid by then, đồng.
    pub available: Money,
    /// What is paid by then, đồng.
    pub disbursed: Money,
}

/// A day on which a figure that may not be negative is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Negative {
    /// The first such day.
    pub on: NaiveDate,
    /// The figure on that day, đồng, below zero.
    pub figure: Money,
}

impl LineBook {
    /// Plan(line, D): all entries by `day` except extensions out (domain.md §4), đồng.
    pub fn plan(&self, day: NaiveDate) -> Money {
        Money::saturating(self.sums(day).plan)
    }

    /// The `initial` entries by `day`, the denominator of that basis (domain.md §6), đồng.
    pub fn initial_plan(&self, day: NaiveDate) -> Money {
        Money::saturating(self.sums(day).initial)
    }

    /// The limit for payments on `day`: plan less extensions out (domain.md §4), đồng.
    pub fn available(&self, day: NaiveDate) -> Money {
        Money::saturating(self.sums(day).available)
    }

    /// The net of all postings by `day` (domain.md §6), đồng.
    pub fn disbursed(&self, day: NaiveDate) -> Money {
        Money::saturating(self.sums(day).disbursed)
    }

    /// Advances less recoveries by `day` (domain.md §5), đồng.
    pub fn outstanding_advance(&self, day: NaiveDate) -> Money {
        Money::saturating(self.sums(day).advance)
    }

    /// What can still be spent or extended from `day` on without overdrawing that day or any later one: the least of
    /// available − disbursed, đồng. Negative when the book is overdrawn already.
    pub fn remainder_from(&self, day: NaiveDate) -> Money {
        let left = self
            .states_from(day)
            .map(|(_, sums)| sums.available - sums.disbursed)
            .min();
        Money::saturating(left.unwrap_or_default())
    }

    /// The line's deadline: the latest of its standing positive entries, or `default` when it has none.
    pub fn deadline(&self, default: NaiveDate) -> NaiveDate {
        self.standing_deadlines().max().unwrap_or(default)
    }

    /// The earliest deadline of its standing positive entries, which a negative entry takes when it names none
    /// (domain.md §4); or `default` when it has none.
    pub fn earliest_deadline(&self, default: NaiveDate) -> NaiveDate {
        self.standing_deadlines().min().unwrap_or(default)
    }

    /// Deadlines of the positive entries that are neither voided nor reversals.
    fn standing_deadlines(&self) -> impl Iterator<Item = NaiveDate> {
        let standing =
            |entry: &&Entry| entry.amount.is_positive() && !entry.voided && !entry.reversal;
        self.entries
            .iter()
            .filter(standing)
            .map(|entry| entry.deadline)
    }

    /// The first day, on `from` or later, on which more is disbursed than is available.
    pub fn overdrawn(&self, from: NaiveDate) -> Option<Overdraft> {
        let (on, sums) = self
            .states_from(from)
            .find(|(_, sums)| sums.disbursed > sums.available)?;
        let (available, disbursed) = (
            Money::saturating(sums.available),
            Money::saturating(sums.disbursed),
        );
        Some(Overdraft {
            on,
            available,
            disbursed,
        })
    }

    /// The first day, on `from` or later, on which the plan or what is available is negative; the lower of the two.
    pub fn plan_negative(&self, from: NaiveDate) -> Option<Negative> {
        self.negative(from, |sums| sums.plan.min(sums.available))
    }

    /// The first day, on `from` or later, on which the outstanding advance is negative
    /// (`advance_recovery_exceeds_outstanding`).
    pub fn advance_negative(&self, from: NaiveDate) -> Option<Negative> {
        self.negative(from, |sums| sums.advance)
    }

    /// The first day, on `from` or later, on which less than nothing is disbursed (`refund_exceeds_disbursed`).
    pub fn disbursed_negative(&self, from: NaiveDate) -> Option<Negative> {
        self.negative(from, |sums| sums.disbursed)
    }

    /// The first day, on `from` or later, on which a figure leaves ±[`Money::MAX`] (`out_of_range`).
    pub fn beyond_range(&self, from: NaiveDate) -> Option<NaiveDate> {
        let beyond = |sums: &Sums| {
            let left = sums.available - sums.disbursed;
            let figures = [
                sums.initial,
                sums.plan,
                sums.available,
                sums.disbursed,
                sums.advance,
                left,
            ];
            figures
                .into_iter()
                .any(|figure| Money::exact(figure).is_none())
        };
        self.states_from(from)
            .find(|(_, sums)| beyond(sums))
            .map(|(on, _)| on)
    }

    fn negative(&self, from: NaiveDate, figure: impl Fn(&Sums) -> i128) -> Option<Negative> {
        let (on, sums) = self.states_from(from).find(|(_, sums)| figure(sums) < 0)?;
        Some(Negative {
            on,
            figure: Money::saturating(figure(&sums)),
        })
    }

    /// Every fact as a dated change.
    fn changes(&self) -> impl Iterator<Item = (NaiveDate, Sums)> {
        let entries = self
            .entries
            .iter()
            .map(|entry| (entry.effective_date, Sums::of_entry(entry)));
        entries.chain(
            self.postings
                .iter()
                .map(|posting| (posting.posted_on, Sums::of_posting(posting))),
        )
    }

    /// The state on one day, in O(n).
    pub(super) fn sums(&self, day: NaiveDate) -> Sums {
        let facts = self.changes().filter(|(on, _)| *on <= day);
        facts.fold(Sums::default(), |sums, (_, change)| sums.plus(change))
    }

    fn states_from(&self, from: NaiveDate) -> impl Iterator<Item = (NaiveDate, Sums)> {
        states_from(self.changes(), from)
    }
}

/// A day on which a project has cost more than its total investment (`total_investment_exceeded`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProjectOverdraft {
    /// The first such day.
    pub on: NaiveDate,
    /// The approved total investment, đồng.
    pub total_investment: Money,
    /// What is paid by then, opening balances included, đồng.
    pub disbursed: Money,
}

/// The first day, on `from` or later, on which the net of all lines of a project passes its total investment.
/// `opening` holds its `disbursed_before` and `advance_before`, which both count (domain.md §5).
pub fn project_overdrawn(
    postings: impl IntoIterator<Item = Posting>,
    opening: [Money; 2],
    total_investment: Money,
    from: NaiveDate,
) -> Option<ProjectOverdraft> {
    let before: i128 = opening.into_iter().map(Money::wide).sum();
    let changes = postings
        .into_iter()
        .map(|posting| (posting.posted_on, Sums::of_posting(&posting)));
    let mut paid = states_from(changes, from).map(|(on, sums)| (on, before + sums.disbursed));
    let (on, disbursed) = paid.find(|(_, paid)| *paid > total_investment.wide())?;
    Some(ProjectOverdraft {
        on,
        total_investment,
        disbursed: Money::saturating(disbursed),
    })
}

#[cfg(test)]
#[path = "ledger_tests.rs"]
mod tests;

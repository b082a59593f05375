//! Promises: what may be promised, and whether it was kept (domain.md section 8).

use chrono::{NaiveDate, TimeDelta};

use super::Policy;
use crate::domain::money::Money;
use crate::domain::text_enum::text_enum;

text_enum! {
    /// What was given.
    PromiseKind {
        /// A date, and an amount where the alert is about money.
        Commitment = "commitment",
        /// A date alone: silence until then.
        Snooze = "snooze",
    }
}

text_enum! {
    /// What became of a promise.
    Outcome {
        /// Its date is not over.
        Running = "running",
        /// Paid in time, or the fact is gone.
        Kept = "kept",
        /// Neither.
        Missed = "missed",
        /// Replaced by a later promise.
        Moved = "moved",
        /// Over for another reason: a snooze ran out, or the alert was resolved.
        Ended = "ended",
    }
}

/// A promise that is running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promise {
    /// Identity.
    pub id: i64,
    /// What was given.
    pub kind: PromiseKind,
    /// The last day on which it is kept.
    pub due_on: NaiveDate,
    /// What will be paid, net, from the day it was made.
    pub amount: Option<Money>,
    /// What was disbursed when it was made.
    pub baseline: Money,
}

impl Promise {
    /// What a scan on `as_of` makes of it while the fact stands; `None` while it runs. `paid` is
    /// what was disbursed by its date.
    pub fn judged(&self, as_of: NaiveDate, paid: Money) -> Option<Outcome> {
        if as_of <= self.due_on {
            return None;
        }
        Some(match (self.kind, self.amount) {
            (PromiseKind::Snooze, _) => Outcome::Ended,
            (PromiseKind::Commitment, Some(amount)) => match self.is_paid(amount, paid) {
                true => Outcome::Kept,
                false => Outcome::Missed,
            },
            // A date alone promised that the fact would be gone by then.
            (PromiseKind::Commitment, None) => Outcome::Missed,
        })
    }

    /// What becomes of it when the fact is gone.
    pub fn when_resolved(&self, as_of: NaiveDate, paid: Money) -> Outcome {
        match (self.kind, self.amount) {
            (PromiseKind::Snooze, _) => Outcome::Ended,
            (PromiseKind::Commitment, Some(amount)) if self.is_paid(amount, paid) => Outcome::Kept,
            (PromiseKind::Commitment, Some(_)) if as_of > self.due_on => Outcome::Missed,
            (PromiseKind::Commitment, Some(_)) => Outcome::Ended,
            (PromiseKind::Commitment, None) => Outcome::Kept,
        }
    }

    fn is_paid(&self, amount: Money, paid: Money) -> bool {
        paid.wide() - self.baseline.wide() >= amount.wide()
    }
}

/// What is offered.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    /// The date.
    pub date: NaiveDate,
    /// The amount.
    pub amount: Option<Money>,
    /// Whether a note or an obstacle says why.
    pub has_reason: bool,
}

/// What an offer is measured against.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// The business date.
    pub today: NaiveDate,
    /// What is late, for an alert that is about money.
    pub late: Option<Money>,
    /// The last day on which the line may be paid.
    pub deadline: Option<NaiveDate>,
    /// How often it was moved already.
    pub moved: i64,
    /// The date promised so far, if a promise is running.
    pub standing: Option<NaiveDate>,
}

/// Why an offer is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Not after today.
    InPast,
    /// After the latest possible day.
    TooFar(NaiveDate),
    /// An amount is needed.
    AmountMissing,
    /// The alert is not about money.
    AmountUnwanted,
    /// Zero or less.
    AmountNotPositive,
    /// More than what is late.
    AmountAboveLate(Money),
    /// Nothing says why.
    ReasonMissing,
}

impl Offer {
    /// Everything that is wrong with it.
    pub fn refusals(&self, terms: &Terms, policy: &Policy) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        let latest = latest_promise(terms, policy);
        if self.date <= terms.today {
            refusals.push(Refusal::InPast);
        } else if self.date > latest || is_used_up(terms, policy.max_moves) {
            refusals.push(Refusal::TooFar(latest));
        }
        match (terms.late, self.amount) {
            (Some(_), None) => refusals.push(Refusal::AmountMissing),
            (None, Some(_)) => refusals.push(Refusal::AmountUnwanted),
            (Some(_), Some(amount)) if !amount.is_positive() => {
                refusals.push(Refusal::AmountNotPositive);
            }
            (Some(late), Some(amount)) if amount > late => {
                refusals.push(Refusal::AmountAboveLate(late));
            }
            _ => {}
        }
        if !self.has_reason {
            refusals.push(Refusal::ReasonMissing);
        }
        refusals
    }
}

/// The last day that may be promised.
pub fn latest_promise(terms: &Terms, policy: &Policy) -> NaiveDate {
    latest(terms, policy.max_commitment_days, policy.max_moves)
}

/// The last day to snooze until; `None` when it may not be moved any more.
pub fn snooze_limit(terms: &Terms, policy: &Policy) -> NaiveDate {
    latest(terms, policy.max_snooze_days, policy.max_moves)
}

/// Whether a running promise was moved as often as it may be.
pub fn is_used_up(terms: &Terms, max_moves: i64) -> bool {
    terms.standing.is_some() && terms.moved >= max_moves
}

fn latest(terms: &Terms, days: i64, max_moves: i64) -> NaiveDate {
    if let (true, Some(standing)) = (is_used_up(terms, max_moves), terms.standing) {
        return standing;
    }
    let ahead = TimeDelta::try_days(days)
        .and_then(|days| terms.today.checked_add_signed(days))
        .unwrap_or(terms.today);
    terms.deadline.map_or(ahead, |deadline| ahead.min(deadline))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::alerts::Rule;
    use crate::domain::alerts::policy::default_policy;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn terms() -> Terms {
        Terms {
            today: day("2024-08-15"),
            late: Some(Money::dong(350)),
            deadline: Some(day("2025-01-31")),
            moved: 0,
            standing: None,
        }
    }

    fn offer(date: &str, amount: Option<i64>) -> Offer {
        Offer {
            date: day(date),
            amount: amount.map(Money::dong),
            has_reason: true,
        }
    }

    fn refusals(offer: Offer, terms: Terms) -> Vec<Refusal> {
        offer.refusals(&terms, &default_policy(Rule::ScheduleOverdue))
    }

    #[test]
    fn what_may_be_promised() {
        use Refusal::*;
        let cases = [
            ("2024-08-16", Some(350), vec![]),
            ("2024-09-14", Some(1), vec![]),
            ("2024-08-15", Some(1), vec![InPast]),
            ("2024-09-15", Some(1), vec![TooFar(day("2024-09-14"))]),
            (
                "2024-08-16",
                Some(351),
                vec![AmountAboveLate(Money::dong(350))],
            ),
            ("2024-08-16", Some(0), vec![AmountNotPositive]),
            ("2024-08-16", None, vec![AmountMissing]),
            ("2024-08-14", None, vec![InPast, AmountMissing]),
        ];
        for (date, amount, expected) in cases {
            assert_eq!(
                refusals(offer(date, amount), terms()),
                expected,
                "{date} {amount:?}"
            );
        }
        let silent = Offer {
            has_reason: false,
            ..offer("2024-08-16", Some(1))
        };
        assert_eq!(refusals(silent, terms()), [ReasonMissing]);
        let no_money = Terms {
            late: None,
            ..terms()
        };
        assert_eq!(
            refusals(offer("2024-08-16", Some(1)), no_money),
            [AmountUnwanted]
        );
        assert_eq!(refusals(offer("2024-08-16", None), no_money), []);
    }

    #[test]
    fn the_deadline_of_the_line_is_the_last_day() {
        let near = Terms {
            deadline: Some(day("2024-08-20")),
            ..terms()
        };
        assert_eq!(refusals(offer("2024-08-20", Some(1)), near), []);
        let refused = refusals(offer("2024-08-21", Some(1)), near);
        assert_eq!(refused, [Refusal::TooFar(day("2024-08-20"))]);
    }

    #[test]
    fn a_promise_is_moved_three_times_at_most() {
        let standing = Some(day("2024-08-18"));
        let moved = |moved| Terms {
            moved,
            standing,
            ..terms()
        };
        assert_eq!(refusals(offer("2024-08-20", Some(1)), moved(2)), []);
        let refused = refusals(offer("2024-08-20", Some(1)), moved(3));
        assert_eq!(refused, [Refusal::TooFar(day("2024-08-18"))]);
        // A new promise after one that was missed is not a move.
        assert_eq!(
            refusals(
                offer("2024-08-20", Some(1)),
                Terms {
                    standing: None,
                    ..moved(3)
                }
            ),
            []
        );
    }

    #[test]
    fn a_promise_is_judged_by_the_first_scan_after_its_date() {
        let promise = Promise {
            id: 1,
            kind: PromiseKind::Commitment,
            due_on: day("2024-08-20"),
            amount: Some(Money::dong(100)),
            baseline: Money::dong(150),
        };
        let judged = |on: &str, paid| promise.judged(day(on), Money::dong(paid));
        assert_eq!(judged("2024-08-20", 0), None);
        assert_eq!(judged("2024-08-21", 249), Some(Outcome::Missed));
        assert_eq!(judged("2024-08-21", 250), Some(Outcome::Kept));
        let dated = Promise {
            amount: None,
            ..promise
        };
        assert_eq!(
            dated.judged(day("2024-08-21"), Money::ZERO),
            Some(Outcome::Missed)
        );
        assert_eq!(
            dated.when_resolved(day("2024-08-19"), Money::ZERO),
            Outcome::Kept
        );
        let snooze = Promise {
            kind: PromiseKind::Snooze,
            ..dated
        };
        assert_eq!(
            snooze.judged(day("2024-08-21"), Money::ZERO),
            Some(Outcome::Ended)
        );
        let gone = |on: &str, paid| promise.when_resolved(day(on), Money::dong(paid));
        assert_eq!(gone("2024-08-19", 250), Outcome::Kept);
        assert_eq!(gone("2024-08-19", 200), Outcome::Ended);
        assert_eq!(gone("2024-08-20", 200), Outcome::Ended);
        assert_eq!(gone("2024-08-21", 200), Outcome::Missed);
    }

    #[test]
    fn a_snooze_ends_when_its_policy_says_or_the_line_does() {
        let policy = Policy {
            max_snooze_days: 10,
            ..default_policy(Rule::ScheduleOverdue)
        };
        assert_eq!(snooze_limit(&terms(), &policy), day("2024-08-25"));
        let near = Terms {
            deadline: Some(day("2024-08-20")),
            ..terms()
        };
        assert_eq!(snooze_limit(&near, &policy), day("2024-08-20"));
    }
}

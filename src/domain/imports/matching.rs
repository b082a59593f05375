//! Holding a Treasury statement against recorded payments (issue of reconciliation): who belongs to
//! whom, in passes, each sure of less than the one before.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::domain::money::Money;
use crate::domain::text::fold;
use crate::domain::text_enum::text_enum;

/// Days that posting dates of the same payment may lie apart.
pub const WINDOW_DAYS: i64 = 10;

/// Payments that one line is compared with in a pass; keeps a file that repeats one line in bounds.
const CANDIDATES: usize = 1_000;

text_enum! {
    /// How a line of the statement, or a payment, stands.
    MatchState {
        /// The Treasury and this ledger say the same.
        Agreed = "agreed",
        /// They mean the same payment, but not the same amount.
        Differs = "differs",
        /// Only the Treasury knows it.
        TreasuryOnly = "treasury_only",
        /// Only this ledger knows it.
        LedgerOnly = "ledger_only",
    }
}

/// A payment as either side tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// The project.
    pub project_id: i64,
    /// The funding source.
    pub funding_source_id: i64,
    /// The budget year.
    pub budget_year: i32,
    /// The posting date.
    pub posted_on: NaiveDate,
    /// The voucher.
    pub voucher: String,
    /// What counts as disbursed, signed đồng.
    pub net: Money,
}

impl Side {
    fn line(&self) -> (i64, i64, i32) {
        (self.project_id, self.funding_source_id, self.budget_year)
    }

    fn days_from(&self, other: &Side) -> i64 {
        (self.posted_on - other.posted_on).num_days().abs()
    }
}

/// Places of a statement line and of the payment it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// Place among the statement's lines.
    pub line: Option<usize>,
    /// Place among the payments.
    pub payment: Option<usize>,
    /// How they stand.
    pub state: MatchState,
}

/// Pairs every line with at most one payment. What is left over stands alone. The passes: the same
/// voucher on the same plan line; the same amount on the same plan line within [`WINDOW_DAYS`]; the
/// same voucher, then the same amount, on another line of the project within the window.
pub fn match_all(lines: &[Side], payments: &[Side]) -> Vec<Match> {
    let mut found = Found {
        of_line: vec![None; lines.len()],
        taken: vec![false; payments.len()],
    };
    let voucher = |side: &Side| (side.line(), fold(&side.voucher));
    found.pass(lines, payments, voucher, |line, payment| {
        Some((i128::from(line.net != payment.net), line.days_from(payment)))
    });
    let amount = |side: &Side| (side.line(), side.net);
    found.pass(lines, payments, amount, |line, payment| {
        near(line, payment).map(|days| (0, days))
    });
    let elsewhere = |side: &Side| (side.project_id, fold(&side.voucher));
    found.pass(lines, payments, elsewhere, |line, payment| {
        near(line, payment).map(|days| ((line.net.wide() - payment.net.wide()).abs(), days))
    });
    let project = |side: &Side| (side.project_id, side.net);
    found.pass(lines, payments, project, |line, payment| {
        near(line, payment).map(|days| (0, days))
    });
    found.matches(lines, payments)
}

fn near(line: &Side, payment: &Side) -> Option<i64> {
    Some(line.days_from(payment)).filter(|days| *days <= WINDOW_DAYS)
}

struct Found {
    of_line: Vec<Option<usize>>,
    taken: Vec<bool>,
}

impl Found {
    /// Pairs what has the same key, the lowest cost first.
    fn pass<K: std::hash::Hash + Eq>(
        &mut self,
        lines: &[Side],
        payments: &[Side],
        key: impl Fn(&Side) -> K,
        cost: impl Fn(&Side, &Side) -> Option<(i128, i64)>,
    ) {
        let mut by_key: HashMap<K, Vec<usize>> = HashMap::new();
        for (place, payment) in payments.iter().enumerate() {
            if !self.taken[place] {
                by_key.entry(key(payment)).or_default().push(place);
            }
        }
        let mut pairs = Vec::new();
        for (place, line) in lines.iter().enumerate() {
            if self.of_line[place].is_some() {
                continue;
            }
            let candidates = by_key.get(&key(line)).into_iter().flatten();
            for payment in candidates.take(CANDIDATES) {
                if let Some(cost) = cost(line, &payments[*payment]) {
                    pairs.push((cost, place, *payment));
                }
            }
        }
        pairs.sort_unstable();
        for (_, line, payment) in pairs {
            if self.of_line[line].is_none() && !self.taken[payment] {
                self.of_line[line] = Some(payment);
                self.taken[payment] = true;
            }
        }
    }

    fn matches(self, lines: &[Side], payments: &[Side]) -> Vec<Match> {
        let of_lines = self.of_line.iter().enumerate().map(|(line, payment)| {
            let state = match payment {
                Some(payment) => {
                    let (line, payment) = (&lines[line], &payments[*payment]);
                    match line.net == payment.net && line.line() == payment.line() {
                        true => MatchState::Agreed,
                        false => MatchState::Differs,
                    }
                }
                None => MatchState::TreasuryOnly,
            };
            Match {
                line: Some(line),
                payment: *payment,
                state,
            }
        });
        let alone = self.taken.iter().enumerate().filter(|(_, taken)| !**taken);
        of_lines
            .chain(alone.map(|(payment, _)| Match {
                line: None,
                payment: Some(payment),
                state: MatchState::LedgerOnly,
            }))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(source: i64, day: u32, voucher: &str, net: i64) -> Side {
        Side {
            project_id: 1,
            funding_source_id: source,
            budget_year: 2024,
            posted_on: NaiveDate::from_ymd_opt(2024, 5, day).unwrap(),
            voucher: voucher.into(),
            net: Money::dong(net),
        }
    }

    fn states(
        lines: &[Side],
        payments: &[Side],
    ) -> Vec<(Option<usize>, Option<usize>, MatchState)> {
        match_all(lines, payments)
            .into_iter()
            .map(|one| (one.line, one.payment, one.state))
            .collect()
    }

    use MatchState::{Agreed, Differs, LedgerOnly, TreasuryOnly};

    #[test]
    fn a_voucher_decides_before_an_amount() {
        let lines = [side(1, 5, "A", 100), side(1, 5, "b", 70)];
        let payments = [side(1, 5, "B", 100), side(1, 6, "A", 100)];
        let expected = [(Some(0), Some(1), Agreed), (Some(1), Some(0), Differs)];
        assert_eq!(states(&lines, &payments), expected);
    }

    #[test]
    fn the_same_amount_agrees_within_the_window_only() {
        let lines = [side(1, 1, "x", 100)];
        assert_eq!(
            states(&lines, &[side(1, 11, "y", 100)]),
            [(Some(0), Some(0), Agreed)]
        );
        let apart = [(Some(0), None, TreasuryOnly), (None, Some(0), LedgerOnly)];
        assert_eq!(states(&lines, &[side(1, 12, "y", 100)]), apart);
    }

    #[test]
    fn another_source_of_the_project_is_a_difference_to_look_at() {
        let lines = [side(1, 5, "x", 100)];
        let payments = [side(2, 5, "y", 90), side(2, 5, "z", 100)];
        let expected = [(Some(0), Some(1), Differs), (None, Some(0), LedgerOnly)];
        assert_eq!(states(&lines, &payments), expected);
    }

    #[test]
    fn money_back_is_never_paired_with_money_out() {
        let apart = [(Some(0), None, TreasuryOnly), (None, Some(0), LedgerOnly)];
        assert_eq!(
            states(&[side(1, 5, "x", -100)], &[side(1, 5, "y", 100)]),
            apart
        );
    }
}

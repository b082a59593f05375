//! Which transfers bring capital from lines that will leave it to lines that will spend it
//! (domain.md section 4: same source, budget year and origin, two projects). A project has one line
//! of a source, year and origin, so two lines of a source are of two projects.

use std::collections::{BTreeMap, BinaryHeap, HashMap};

use super::money::Money;

/// A line that can give, or one that can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Side {
    /// The plan line.
    pub line: i64,
    /// Its project.
    pub project: i64,
    /// Its funding source.
    pub source: i64,
    /// What it can give or take at most, đồng.
    pub most: Money,
}

/// A transfer that is possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// The giving line.
    pub from: i64,
    /// The taking line.
    pub to: i64,
    /// Đồng.
    pub amount: Money,
}

/// Decisions name whole millions: what is above one is rounded down to them.
pub fn as_decided(amount: Money) -> Money {
    const MILLION: i64 = 1_000_000;
    match amount.get() {
        dong if dong >= MILLION => Money::dong(dong - dong % MILLION),
        _ => amount,
    }
}

/// Lines of a source by what they still have, the most first, then by line.
type Queue = BinaryHeap<(Money, std::cmp::Reverse<i64>, i64)>;

#[derive(Default)]
struct Market {
    givers: Queue,
    takers: Queue,
}

impl Market {
    /// The transfer that would move most, within what each taking project may still be given.
    fn best(&mut self, room: &HashMap<i64, Money>) -> Option<Move> {
        loop {
            let (has, from, _) = *self.givers.peek()?;
            let (wants, to, taking) = *self.takers.peek()?;
            let may = room.get(&taking).copied().unwrap_or_default();
            if wants > may {
                // Another of its lines was given some meanwhile.
                self.takers.pop();
                if may.is_positive() {
                    self.takers.push((may, to, taking));
                }
                continue;
            }
            return Some(Move {
                from: from.0,
                to: to.0,
                amount: has.min(wants),
            });
        }
    }

    /// Takes the moved amount off both sides and answers the taking project.
    fn take(&mut self, amount: Money) -> Option<i64> {
        let project = self.takers.peek().map(|taker| taker.2);
        for queue in [&mut self.givers, &mut self.takers] {
            if let Some((had, line, project)) = queue.pop() {
                let left = Money::saturating(had.wide() - amount.wide());
                if left.is_positive() {
                    queue.push((left, line, project));
                }
            }
        }
        project
    }
}

/// The transfers that move most, the greatest first: each giver gives what it has at most, each
/// taker takes what it can at most, and the lines of a project together no more than its `room`
/// (what is left of its total investment). Greedy: every step takes the largest one there is.
pub fn moves(givers: &[Side], takers: &[Side], room: &HashMap<i64, Money>) -> Vec<Move> {
    let mut markets: BTreeMap<i64, Market> = BTreeMap::new();
    let entry = |side: &Side| (side.most, std::cmp::Reverse(side.line), side.project);
    for giver in givers.iter().filter(|giver| giver.most.is_positive()) {
        let market = markets.entry(giver.source).or_default();
        market.givers.push(entry(giver));
    }
    for taker in takers.iter().filter(|taker| taker.most.is_positive()) {
        if let Some(market) = markets.get_mut(&taker.source) {
            market.takers.push(entry(taker));
        }
    }
    let mut room = room.clone();
    let mut moves = Vec::new();
    loop {
        let best = markets.iter_mut().filter_map(|(source, market)| {
            let found = market.best(&room)?;
            Some((found, std::cmp::Reverse(*source)))
        });
        let Some((found, source)) = best.max_by_key(|(found, source)| (found.amount, *source))
        else {
            return moves;
        };
        let project = markets
            .get_mut(&source.0)
            .and_then(|market| market.take(found.amount));
        if let Some(left) = project.and_then(|project| room.get_mut(&project)) {
            *left = Money::saturating(left.wide() - found.amount.wide());
        }
        moves.push(found);
    }
}

#[cfg(test)]
#[path = "reallocation_tests.rs"]
mod tests;

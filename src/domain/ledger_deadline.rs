//! Money may be paid only until the deadline of the entry that gave it (domain.md §4): for every deadline x and day
//! t > x, net posted in (x, t] ≤ signed entries effective ≤ t with deadline > x, else `plan_exceeded`.

use chrono::NaiveDate;

use super::ledger::LineBook;
use super::money::Money;

/// A day on which, after a deadline, more is paid than the entries give that reach beyond it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeadlineOverdraft {
    /// The first such day.
    pub on: NaiveDate,
    /// The earliest deadline it offends.
    pub deadline: NaiveDate,
    /// Net posted after the deadline, up to that day, đồng.
    pub posted: Money,
    /// What the entries with a later deadline give by that day, đồng.
    pub allowed: Money,
}

/// What happens on a day; the order is that in which a day's facts are taken.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// The day after the deadline of this place: from now on payments are held against it.
    Passed(usize),
    /// An entry with the deadline of this place takes effect.
    Given(usize, i128),
    /// A posting.
    Paid(i128),
}

impl LineBook {
    /// The first day, on `from` or later, on which the rule above is broken; literally: all postings count, and all
    /// deadlines, also those of voided entries. O(n log n).
    pub fn deadline_overdrawn(&self, from: NaiveDate) -> Option<DeadlineOverdraft> {
        let mut deadlines: Vec<NaiveDate> =
            self.entries.iter().map(|entry| entry.deadline).collect();
        deadlines.sort_unstable();
        deadlines.dedup();
        let on = first_broken_day(self.events(&deadlines), deadlines.len(), from)?;
        deadlines
            .into_iter()
            .take_while(|deadline| *deadline < on)
            .find_map(|deadline| self.broken(deadline, on))
    }

    /// The rule for one deadline and one day, as written.
    fn broken(&self, deadline: NaiveDate, on: NaiveDate) -> Option<DeadlineOverdraft> {
        let after = self
            .postings
            .iter()
            .filter(|posting| posting.posted_on > deadline && posting.posted_on <= on);
        let beyond = self
            .entries
            .iter()
            .filter(|entry| entry.deadline > deadline && entry.effective_date <= on);
        let posted: i128 = after.map(|posting| posting.net.wide()).sum();
        let allowed: i128 = beyond.map(|entry| entry.amount.wide()).sum();
        let (shown, limit) = (Money::saturating(posted), Money::saturating(allowed));
        (posted > allowed).then_some(DeadlineOverdraft {
            on,
            deadline,
            posted: shown,
            allowed: limit,
        })
    }

    /// Everything that can change the answer, by day.
    fn events(&self, deadlines: &[NaiveDate]) -> Vec<(NaiveDate, Event)> {
        let passed = deadlines.iter().enumerate();
        let passed = passed
            .filter_map(|(place, deadline)| Some((deadline.succ_opt()?, Event::Passed(place))));
        let given = self.entries.iter().map(|entry| {
            let place = deadlines.partition_point(|deadline| *deadline < entry.deadline);
            (
                entry.effective_date,
                Event::Given(place, entry.amount.wide()),
            )
        });
        let paid = self
            .postings
            .iter()
            .map(|posting| (posting.posted_on, Event::Paid(posting.net.wide())));
        let mut events: Vec<_> = passed.chain(given).chain(paid).collect();
        events.sort_unstable();
        events
    }
}

/// Sweeps the days once. With P(t) = net posted by t, the rule for a passed deadline x reads
/// P(t) ≤ P(x) + (entries with deadline > x): only the least right side matters, and the tree keeps it.
fn first_broken_day(
    events: Vec<(NaiveDate, Event)>,
    deadlines: usize,
    from: NaiveDate,
) -> Option<NaiveDate> {
    let mut limits = Limits::new(deadlines);
    let mut paid = 0;
    let mut events = events.into_iter().peekable();
    let mut day = from;
    loop {
        while let Some((_, event)) = events.next_if(|(on, _)| *on <= day) {
            match event {
                // Comes first on its day, so `paid` is what was posted up to the deadline itself.
                Event::Passed(place) => limits.update(place, |node| node.least = Some(paid)),
                Event::Given(place, amount) => limits.update(place, |node| node.given += amount),
                Event::Paid(net) => paid += net,
            }
        }
        if limits.least().is_some_and(|least| paid > least) {
            return Some(day);
        }
        day = events.peek()?.0;
    }
}

/// The deadlines under one node of the tree, in ascending order.
#[derive(Clone, Copy, Default)]
struct Node {
    /// Entries given so far with one of these deadlines.
    given: i128,
    /// The least, over those already passed, of P(x) + entries with a later deadline among these.
    least: Option<i128>,
}

/// A complete binary tree in an array: the root at 1, the children of `i` at `2i` and `2i + 1`.
struct Limits {
    nodes: Vec<Node>,
}

impl Limits {
    fn new(deadlines: usize) -> Limits {
        Limits {
            nodes: vec![Node::default(); 2 * deadlines.next_power_of_two()],
        }
    }

    fn least(&self) -> Option<i128> {
        self.nodes.get(1)?.least
    }

    /// Changes the leaf of one deadline and every node above it.
    fn update(&mut self, place: usize, change: impl FnOnce(&mut Node)) {
        let mut at = self.nodes.len() / 2 + place;
        if let Some(leaf) = self.nodes.get_mut(at) {
            change(leaf);
        }
        while at > 1 {
            at /= 2;
            let [earlier, later] = [2 * at, 2 * at + 1]
                .map(|child| self.nodes.get(child).copied().unwrap_or_default());
            // What a later deadline gives reaches beyond every earlier one.
            let earlier_least = earlier.least.map(|least| least + later.given);
            let least = earlier_least.into_iter().chain(later.least).min();
            if let Some(node) = self.nodes.get_mut(at) {
                *node = Node {
                    given: earlier.given + later.given,
                    least,
                };
            }
        }
    }
}

#[cfg(test)]
#[path = "ledger_deadline_tests.rs"]
mod tests;

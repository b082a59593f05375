//! What should be live, at which level, and which mails somebody should have got of it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::books::{Books, Ident};
use super::rules::{Fact, causes};

#[derive(Clone, Debug)]
pub struct Promise {
    pub due: NaiveDate,
    /// None for a date alone.
    pub amount: Option<i64>,
    pub paid_before: i64,
    pub is_snooze: bool,
}

/// What is believed of a live alert.
#[derive(Clone, Debug)]
pub struct Belief {
    /// Counts alerts; the program has its own numbers.
    pub serial: usize,
    pub counts_from: NaiveDate,
    pub steps_taken: u32,
    pub level: usize,
    pub promise: Option<Promise>,
    pub responsible: Option<i64>,
    told: BTreeSet<i64>,
}

#[derive(Default)]
pub struct Checker {
    pub books: Books,
    pub live: BTreeMap<Ident, Belief>,
    /// What was late when it was waived.
    pub waived: BTreeMap<Ident, i64>,
    /// How often a person should be written to about an alert.
    pub expected: BTreeMap<(i64, usize), usize>,
    serials: usize,
}

impl Checker {
    fn write(&mut self, person: i64, serial: usize) {
        *self.expected.entry((person, serial)).or_default() += 1;
    }

    /// Writes to those who do not know of it yet.
    fn tell(&mut self, belief: &mut Belief, people: impl IntoIterator<Item = i64>) {
        for person in people {
            if belief.told.insert(person) {
                self.write(person, belief.serial);
            }
        }
    }

    fn raise(&mut self, ident: Ident, fact: &Fact, on: NaiveDate) {
        self.serials += 1;
        let mut belief = Belief {
            serial: self.serials,
            counts_from: on,
            steps_taken: 0,
            level: 0,
            promise: None,
            responsible: self.books.responsible(fact.owner, on),
            told: BTreeSet::new(),
        };
        let owners = self.books.owners(fact.owner, on);
        self.tell(&mut belief, owners);
        self.live.insert(ident, belief);
    }

    /// The task force above is told.
    fn climb(&mut self, belief: &mut Belief, unit: i64, on: NaiveDate) -> bool {
        let Some((force, level)) = self.books.next_above(unit, belief.level, on) else {
            return false;
        };
        belief.level = level;
        let members = self.books.members(force, on).expect("members").to_vec();
        self.tell(belief, members);
        true
    }

    fn judge(
        &mut self,
        ident: Ident,
        belief: &mut Belief,
        promise: &Promise,
        fact: &Fact,
        on: NaiveDate,
    ) {
        let kept = match (promise.is_snooze, promise.amount) {
            (true, _) => true,
            (false, Some(amount)) => {
                self.books.paid(ident.1, promise.due) - promise.paid_before >= amount
            }
            (false, None) => false,
        };
        for person in self.books.owners(fact.owner, on) {
            self.write(person, belief.serial);
        }
        if !kept && !self.climb(belief, fact.unit, on) {
            // Nobody is left above: those who know are told that it was missed.
            for person in self.books.members_at(fact.unit, belief.level, on) {
                self.write(person, belief.serial);
            }
        }
        belief.promise = None;
        belief.counts_from = on;
        belief.steps_taken = 0;
    }

    fn turn(&mut self, ident: Ident, mut belief: Belief, fact: &Fact, on: NaiveDate) {
        match belief.promise.clone() {
            Some(promise) if on > promise.due => {
                self.judge(ident, &mut belief, &promise, fact, on);
            }
            Some(_) => {}
            None => {
                let passed = self.books.working_days(belief.counts_from, on);
                let steps = if ident.0 == "due_soon" { 0 } else { 3 };
                while belief.steps_taken < steps && passed >= (belief.steps_taken + 1) * 5 {
                    if !self.climb(&mut belief, fact.unit, on) {
                        break;
                    }
                    belief.steps_taken += 1;
                }
            }
        }
        belief.responsible = self.books.responsible(fact.owner, on);
        self.live.insert(ident, belief);
    }

    /// A scan.
    pub fn scan(&mut self, on: NaiveDate) {
        let facts = self.books.facts(on);
        self.waived.retain(|ident, _| facts.contains_key(ident));
        for (ident, fact) in &facts {
            let waived = self.waived.get(ident).copied();
            match (self.live.remove(ident), waived) {
                (Some(belief), _) => self.turn(*ident, belief, fact, on),
                (None, Some(waived)) if fact.late * 100 <= waived * 120 => {}
                (None, _) => {
                    self.waived.remove(ident);
                    self.raise(*ident, fact, on);
                }
            }
        }
        let ended: Vec<Ident> = self
            .live
            .keys()
            .filter(|ident| !facts.contains_key(*ident))
            .copied()
            .collect();
        for ident in ended {
            let belief = self.live.remove(&ident).expect("live");
            let mut causes = causes(ident.0).iter();
            let explained = causes.any(|cause| facts.contains_key(&(*cause, ident.1)));
            if ident.0 == "due_soon" || explained {
                continue;
            }
            for person in belief.told {
                self.write(person, belief.serial);
            }
        }
    }

    /// A new leader takes over what leaders answer for.
    pub fn lead(&mut self, project: i64, person: i64, on: NaiveDate) {
        let before = self.books.leader(project, on);
        let book = self.books.projects.get_mut(&project).expect("a project");
        book.leaders.push((on, person));
        if before == Some(person) {
            return;
        }
        let rules = [
            "schedule_overdue",
            "due_soon",
            "no_disbursement",
            "missing_schedule",
            "schedule_mismatch",
            "advance_overdue",
            "year_end_risk",
            "stale_data",
        ];
        for rule in rules {
            let Some(mut belief) = self.live.remove(&(rule, project)) else {
                continue;
            };
            belief.responsible = Some(person);
            belief.told.insert(person);
            self.write(person, belief.serial);
            self.live.insert((rule, project), belief);
        }
    }

    /// A promise is confirmed to whoever answers for the alert, and to a leader's officer.
    pub fn promise(&mut self, ident: Ident, promise: Promise, project: Option<i64>, on: NaiveDate) {
        let belief = self.live.get_mut(&ident).expect("live");
        let is_snooze = promise.is_snooze;
        belief.promise = Some(promise);
        let (serial, responsible) = (belief.serial, belief.responsible);
        let Some(responsible) = responsible.filter(|_| !is_snooze) else {
            return;
        };
        self.write(responsible, serial);
        let led = project.filter(|project| self.books.leader(*project, on) == Some(responsible));
        if let Some(project) = led {
            self.write(self.books.projects[&project].officer, serial);
        }
    }

    /// A coordinator waives an alert: nobody is written to.
    pub fn waive(&mut self, ident: Ident, on: NaiveDate) {
        self.live.remove(&ident).expect("live");
        self.waived.insert(ident, self.books.late(ident.1, on));
    }
}

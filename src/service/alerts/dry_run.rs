//! What a rule would have done on past days, before it is switched on. Nothing is written.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::apply::is_told;
use super::load;
use super::policies::named;
use crate::db;
use crate::domain::alerts::decide::{Decision, decide};
use crate::domain::alerts::lifecycle::{Judge, Live, Turn};
use crate::domain::alerts::{Fact, Policies, Rule, World, rules};
use crate::domain::calendar::WorkingCalendar;
use crate::error::{Code, Fault, Result};
use crate::service::View;
use crate::service::shared::{People, PersonRef};

/// What one person would have got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DryRunPerson {
    /// Who.
    pub person: PersonRef,
    /// Alerts they would have been told of.
    pub alerts: i64,
    /// Mails they would have got.
    pub mails: i64,
}

/// What a rule would have done with a scan each day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DryRun {
    /// The rule.
    pub rule: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Alerts that would have been raised.
    pub alerts: i64,
    /// Mails that would have been sent.
    pub mails: i64,
    /// The same for each person.
    pub people: Vec<DryRunPerson>,
}

/// Days at most.
const DAYS: i64 = 400;

/// Runs a rule by its policies, as if it were switched on, over past days: for the whole province, or
/// for a unit and everything below it.
pub fn dry_run(
    view: &mut View<'_>,
    rule: &str,
    unit_id: Option<i64>,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<DryRun> {
    let rule = named(rule)?;
    let tree = view.tree()?;
    match unit_id {
        Some(unit) if tree.get(unit).is_none() => return Err(Code::NotFound.into()),
        Some(unit) => view.require_unit(unit)?,
        None => view.require_everything()?,
    }
    check(view, from, to)?;
    let mut policies = db::alerts::policies::load(view.conn)?;
    policies.switch_on(rule);
    let mut trial = Trial {
        rule,
        unit_id,
        world: &load::span(view.conn, tree, from, to)?,
        policies: &policies,
        calendar: &WorkingCalendar::new(db::holidays::dates(view.conn)?),
        next_id: 1,
        counts: Counts::default(),
    };
    let days = from.iter_days().take_while(|day| *day <= to);
    days.fold(Vec::new(), |live, day| trial.one_day(day, live));
    trial.counts.answer(view, rule, from, to)
}

fn check(view: &View<'_>, from: NaiveDate, to: NaiveDate) -> Result<()> {
    let days = to.signed_duration_since(from).num_days();
    if to > view.today {
        return Err(Fault::at("/to", Code::FutureDate)
            .with("today", view.today)
            .into());
    }
    if days < 0 {
        let why = (
            "phải từ ngày bắt đầu trở đi",
            "it must not be before the first day",
        );
        return Err(Fault::at("/to", Code::OutOfRange).with("why", why).into());
    }
    if days >= DAYS {
        let too_long = Fault::at("/to", Code::DryRunTooLong);
        return Err(too_long.with("days", DAYS.to_string()).into());
    }
    Ok(())
}

/// A rule on trial.
struct Trial<'a> {
    rule: Rule,
    /// The unit that it is tried in.
    unit_id: Option<i64>,
    world: &'a World,
    policies: &'a Policies,
    calendar: &'a WorkingCalendar,
    next_id: i64,
    counts: Counts,
}

impl Trial<'_> {
    /// One scan, in memory: from what is live before it to what is live after it.
    fn one_day(&mut self, on: NaiveDate, live: Vec<Live>) -> Vec<Live> {
        let rule = self.rule;
        let snapshot = self
            .world
            .narrowed(on, |line| rules::concerns(rule, line, on));
        let judge = Judge {
            snapshot: &snapshot,
            policies: self.policies,
            calendar: self.calendar,
            paid_by_promise: &HashMap::new(),
        };
        let mut facts = rules::facts_of(rule, &snapshot, self.policies);
        facts.retain(|fact| self.is_tried_in(fact.unit_id, on));
        let mut kept: BTreeMap<i64, Live> = live.iter().map(|one| (one.id, one.clone())).collect();
        let due = self.calendar.next_working_day_on_or_after(on);
        for decision in decide(&judge, facts, live, &HashMap::new()) {
            match decision {
                Decision::Raise { fact, live, .. } => {
                    let id = self.next_id;
                    self.next_id += 1;
                    self.counts.alerts += 1;
                    for person in owners(&judge, &fact) {
                        self.counts.tell(id, person, (due, false));
                    }
                    kept.insert(id, Live { id, ..live });
                }
                Decision::Turn { before, fact, turn } => {
                    self.turn(&judge, &before, &fact, &turn, due);
                    kept.insert(turn.after.id, turn.after);
                }
                Decision::Resolve { before, cause, .. } => {
                    if is_told(rule, cause) {
                        self.counts.end(before.id, (due, false));
                    }
                    kept.remove(&before.id);
                }
                Decision::Lapse(_) => {}
            }
        }
        kept.into_values().collect()
    }

    /// Who is told when an alert goes on.
    fn turn(&mut self, judge: &Judge<'_>, before: &Live, fact: &Fact, turn: &Turn, due: NaiveDate) {
        let (snapshot, after) = (judge.snapshot, &turn.after);
        for told in &turn.told {
            for person in snapshot.task_force_members(told.unit_id) {
                self.counts.tell(after.id, *person, (snapshot.as_of, true));
            }
        }
        if before.responsible_id == after.responsible_id {
            return;
        }
        match after.responsible_id {
            Some(person) => self.counts.write(after.id, person, (due, false)),
            None => owners(judge, fact)
                .into_iter()
                .for_each(|person| self.counts.tell(after.id, person, (due, false))),
        }
    }

    /// Whether an alert of this unit is counted.
    fn is_tried_in(&self, unit_id: Option<i64>, on: NaiveDate) -> bool {
        let Some(wanted) = self.unit_id else {
            return true;
        };
        unit_id.is_some_and(|unit| self.world.tree.path_on(unit, on).contains(&wanted))
    }
}

fn owners(judge: &Judge<'_>, fact: &Fact) -> BTreeSet<i64> {
    judge.snapshot.owners(fact.owner).people
}

/// A mail: its day, and whether it goes at once.
type Slot = (NaiveDate, bool);

#[derive(Default)]
struct Counts {
    alerts: i64,
    /// Alert, person.
    told: BTreeSet<(i64, i64)>,
    by_person: BTreeMap<i64, (i64, BTreeSet<Slot>)>,
}

impl Counts {
    /// A mail to somebody who does not know of the alert yet.
    fn tell(&mut self, alert: i64, person: i64, slot: Slot) {
        if !self.told.contains(&(alert, person)) {
            self.write(alert, person, slot);
        }
    }

    /// A mail to somebody, whether they know of the alert or not.
    fn write(&mut self, alert: i64, person: i64, slot: Slot) {
        let (alerts, mails) = self.by_person.entry(person).or_default();
        *alerts += i64::from(self.told.insert((alert, person)));
        mails.insert(slot);
    }

    /// Everybody who knows of an alert is told that it is over.
    fn end(&mut self, alert: i64, slot: Slot) {
        let told = self.told.range((alert, i64::MIN)..=(alert, i64::MAX));
        for (_, person) in told.copied().collect::<Vec<_>>() {
            self.write(alert, person, slot);
        }
    }

    fn answer(
        self,
        view: &mut View<'_>,
        rule: Rule,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<DryRun> {
        let names = People::load(view.conn, self.by_person.keys().copied())?;
        let people: Vec<DryRunPerson> = self
            .by_person
            .iter()
            .map(|(person, (alerts, mails))| DryRunPerson {
                person: names.get(*person),
                alerts: *alerts,
                mails: i64::try_from(mails.len()).unwrap_or(i64::MAX),
            })
            .collect();
        Ok(DryRun {
            rule: rule.as_str().to_owned(),
            from,
            to,
            alerts: self.alerts,
            mails: people.iter().map(|one| one.mails).sum(),
            people,
        })
    }
}

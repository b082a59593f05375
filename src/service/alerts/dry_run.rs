//! What a rule would have done on past days, before it is switched on. Nothing is written.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::apply::is_told;
use super::load;
use super::policies::named;
use crate::db;
use crate::domain::alerts::decide::{Decision, decide};
use crate::domain::alerts::lifecycle::{Judge, Live};
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

/// Runs a rule by its policy, as if it were switched on, over past days.
pub fn dry_run(view: &mut View<'_>, rule: &str, from: NaiveDate, to: NaiveDate) -> Result<DryRun> {
    let rule = named(rule)?;
    check(view, from, to)?;
    let tree = view.tree()?;
    let world = load::span(view.conn, tree, from, to)?;
    let mut policies = db::alerts::policies::load(view.conn)?;
    policies.switch_on(rule);
    let calendar = WorkingCalendar::new(db::holidays::dates(view.conn)?);
    let mut counts = Counts::default();
    let mut live: Vec<Live> = Vec::new();
    let (mut day, mut next_id) = (Some(from), 1);
    while let Some(on) = day.filter(|on| *on <= to) {
        live = one_day(
            &world,
            &policies,
            &calendar,
            rule,
            on,
            live,
            &mut next_id,
            &mut counts,
        );
        day = on.succ_opt();
    }
    counts.answer(view, rule, from, to)
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

/// One scan, in memory.
#[allow(clippy::too_many_arguments)]
fn one_day(
    world: &World,
    policies: &Policies,
    calendar: &WorkingCalendar,
    rule: Rule,
    on: NaiveDate,
    live: Vec<Live>,
    next_id: &mut i64,
    counts: &mut Counts,
) -> Vec<Live> {
    let snapshot = world.on(on);
    let judge = Judge {
        snapshot: &snapshot,
        policies,
        calendar,
        paid_by_promise: &HashMap::new(),
    };
    let mut facts = rules::facts(&snapshot, policies);
    facts.retain(|fact| fact.key.rule == rule);
    let mut kept: HashMap<i64, Live> = live.iter().map(|one| (one.id, one.clone())).collect();
    let due = calendar.next_working_day_on_or_after(on);
    for decision in decide(&judge, facts, live, &HashMap::new()) {
        match decision {
            Decision::Raise { fact, live, .. } => {
                let id = *next_id;
                *next_id += 1;
                counts.alerts += 1;
                for person in owners(&judge, &fact) {
                    counts.tell(id, person, (due, false));
                }
                kept.insert(id, Live { id, ..live });
            }
            Decision::Turn { before, fact, turn } => {
                let after = turn.after;
                for told in &turn.told {
                    for person in snapshot.task_force_members(told.unit_id) {
                        counts.tell(after.id, *person, (on, true));
                    }
                }
                if before.responsible_id != after.responsible_id {
                    match after.responsible_id {
                        Some(person) => counts.write(after.id, person, (due, false)),
                        None => owners(&judge, &fact)
                            .into_iter()
                            .for_each(|person| counts.tell(after.id, person, (due, false))),
                    }
                }
                kept.insert(after.id, after);
            }
            Decision::Resolve { before, cause, .. } => {
                if is_told(rule, cause) {
                    counts.end(before.id, (due, false));
                }
                kept.remove(&before.id);
            }
            Decision::Lapse(_) => {}
        }
    }
    let mut kept: Vec<Live> = kept.into_values().collect();
    kept.sort_by_key(|one| one.id);
    kept
}

fn owners(judge: &Judge<'_>, fact: &Fact) -> BTreeSet<i64> {
    judge.snapshot.owners(fact.owner).people
}

/// A mail: its day, and whether it goes at once.
type Slot = (NaiveDate, bool);

#[derive(Default)]
struct Counts {
    alerts: i64,
    told: HashSet<(i64, i64)>,
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
        let told = self.told.iter().filter(|(of, _)| *of == alert);
        for person in told.map(|(_, person)| *person).collect::<Vec<_>>() {
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

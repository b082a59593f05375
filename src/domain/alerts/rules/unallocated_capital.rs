//! `unallocated_capital`: capital assigned to a unit or agency and not yet split into projects, past
//! the allocation deadline (domain.md section 4).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, NaiveDate, TimeDelta};
use serde_json::json;

use super::{Details, by_days, days_between};
use crate::domain::alerts::line::LineState;
use crate::domain::alerts::people::Owner;
use crate::domain::alerts::policy::month_day;
use crate::domain::alerts::world::{Assignment, Holder};
use crate::domain::alerts::{Fact, Key, Policies, Policy, Rule, Snapshot, SubjectType};
use crate::domain::capital::{Origin, period_start};
use crate::domain::money::Money;

/// One holder's capital of one source and year.
type Pot = (Holder, i64, i32);

pub(super) fn find(snapshot: &Snapshot<'_>, policies: &Policies) -> Vec<Fact> {
    let today = snapshot.as_of;
    let pots = pots(snapshot).into_iter();
    pots.filter(|((_, _, year), _)| last_day(*year).is_some_and(|end| today <= end))
        .filter_map(|(pot, kept)| fact(snapshot, policies, pot, &kept))
        .collect()
}

/// What became of one pot.
#[derive(Default)]
struct Kept<'a> {
    /// What was put in.
    given: Vec<&'a Assignment>,
    /// What the holder passed on.
    onward: i128,
    /// The plan of the holder's own projects.
    allocated: i128,
}

/// All pots, each assignment and each line looked at once.
fn pots<'a>(snapshot: &'a Snapshot<'_>) -> BTreeMap<Pot, Kept<'a>> {
    let mut pots: BTreeMap<Pot, Kept<'a>> = BTreeMap::new();
    for one in effective(snapshot) {
        let pot = (one.holder, one.funding_source_id, one.budget_year);
        pots.entry(pot).or_default().given.push(one);
    }
    for one in effective(snapshot) {
        let giver = one.from_unit_id.map(Holder::Unit);
        let giver = giver.filter(|giver| *giver != one.holder);
        let pot = giver.and_then(|giver| {
            nearest(
                snapshot,
                &pots,
                giver,
                one.funding_source_id,
                one.budget_year,
            )
        });
        if let Some(kept) = pot.and_then(|pot| pots.get_mut(&pot)) {
            kept.onward += one.amount.wide();
        }
    }
    if pots.is_empty() {
        return pots;
    }
    // Extended capital was assigned for the year before.
    let lines = snapshot.lines.iter();
    for state in lines.filter(|state| state.line.origin == Origin::InYear) {
        for pot in own_pots(snapshot, &pots, state) {
            if let Some(kept) = pots.get_mut(&pot) {
                kept.allocated += state.progress.plan.wide();
            }
        }
    }
    pots
}

/// The pots that a line's plan comes out of: those of its investor and PMU; the managing unit's
/// where neither has one.
fn own_pots(
    snapshot: &Snapshot<'_>,
    pots: &BTreeMap<Pot, Kept<'_>>,
    state: &LineState<'_>,
) -> BTreeSet<Pot> {
    let line = state.line;
    let Some(links) = snapshot.links(line.project_id) else {
        return BTreeSet::new();
    };
    let of = |holder| {
        let (source, year) = (line.funding_source_id, line.budget_year);
        nearest(snapshot, pots, holder, source, year)
    };
    let agencies = [Some(links.investor_id), links.pmu_id]
        .into_iter()
        .flatten();
    let own: BTreeSet<Pot> = agencies.filter_map(|id| of(Holder::Agency(id))).collect();
    match own.is_empty() {
        true => of(Holder::Unit(links.managing_unit_id))
            .into_iter()
            .collect(),
        false => own,
    }
}

fn effective<'a>(snapshot: &'a Snapshot<'_>) -> impl Iterator<Item = &'a Assignment> {
    let all = snapshot.world.assignments.iter();
    all.filter(|one| one.effective_date <= snapshot.as_of)
}

/// The ordinary end of the disbursement period.
fn last_day(budget_year: i32) -> Option<NaiveDate> {
    period_start(budget_year)
        .checked_add_months(Months::new(13))?
        .pred_opt()
}

fn fact(snapshot: &Snapshot<'_>, policies: &Policies, pot: Pot, kept: &Kept<'_>) -> Option<Fact> {
    let (holder, source_id, year) = pot;
    let world = snapshot.world;
    let (subject_type, subject_id, name, unit_id) = match holder {
        Holder::Unit(id) => (SubjectType::Unit, id, &world.tree.get(id)?.name, id),
        Holder::Agency(id) => {
            let agency = world.agencies.get(&id)?;
            (SubjectType::Agency, id, &agency.name, agency.unit_id)
        }
    };
    // What a unit that ended did not split is for whoever took its place.
    let unit_id = snapshot.heir(unit_id);
    let policy = policies.of(Rule::UnallocatedCapital, Some(unit_id), snapshot);
    let figures = Figures::of(snapshot.as_of, kept, &policy);
    let open = figures.due - kept.onward - kept.allocated;
    if !policy.enabled || open <= 0 {
        return None;
    }
    let open = Money::saturating(open);
    let source = world.sources.get(&source_id)?;
    let days = days_between(figures.since?, snapshot.as_of);
    Some(Fact {
        key: Key {
            rule: Rule::UnallocatedCapital,
            subject_type,
            subject_id,
            context: format!("{year}:{source_id}"),
        },
        severity: by_days(&policy, days),
        label: format!("{name} – {} {year}", source.code),
        project_id: None,
        line_id: None,
        unit_id: Some(unit_id),
        owner: Owner::Unit(unit_id),
        measure: open.get(),
        details: Details::new()
            .with("budget_year", year)
            .with(
                "funding_source",
                json!({"id": source.id, "code": source.code, "name": source.name}),
            )
            .with("assigned", figures.assigned)
            .with("assigned_onward", Money::saturating(kept.onward))
            .with("allocated", Money::saturating(kept.allocated))
            .with("unallocated", open)
            .with("deadline", figures.since)
            .with("days_overdue", days)
            .done(),
    })
}

struct Figures {
    /// All that was assigned.
    assigned: Money,
    /// The part whose time to be split is over, đồng.
    due: i128,
    /// The earliest day by which some of it should have been split.
    since: Option<NaiveDate>,
}

impl Figures {
    fn of(today: NaiveDate, kept: &Kept<'_>, policy: &Policy) -> Self {
        let (mut assigned, mut due) = (0_i128, 0_i128);
        let mut since: Option<NaiveDate> = None;
        for one in &kept.given {
            let amount = one.amount.wide();
            assigned += amount;
            let by = time_limit(policy, one);
            // A cut takes from what was given before, whenever it is signed.
            if amount < 0 || by.is_some_and(|by| by < today) {
                due += amount;
                since = since.into_iter().chain(by).min();
            }
        }
        Figures {
            assigned: Money::saturating(assigned),
            due,
            since,
        }
    }
}

/// The later of the allocation deadline and N days after the assignment.
fn time_limit(policy: &Policy, one: &Assignment) -> Option<NaiveDate> {
    let (month, day) = month_day(policy.allocation_deadline.as_deref().unwrap_or("12-31"))?;
    let deadline = NaiveDate::from_ymd_opt(one.budget_year.checked_sub(1)?, month, day)?;
    let after = one
        .effective_date
        .checked_add_signed(TimeDelta::try_days(policy.days)?)?;
    Some(deadline.max(after))
}

/// Of the pots a holder has, the one that a source belongs to.
fn nearest(
    snapshot: &Snapshot<'_>,
    pots: &BTreeMap<Pot, Kept<'_>>,
    holder: Holder,
    source: i64,
    year: i32,
) -> Option<Pot> {
    let path = snapshot.world.source_path(source).into_iter();
    path.map(|source| (holder, source, year))
        .find(|pot| pots.contains_key(pot))
}

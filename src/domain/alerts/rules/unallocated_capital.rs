//! `unallocated_capital`: capital assigned to a unit or agency and not yet split into projects, past
//! the allocation deadline (domain.md section 4).

use std::collections::BTreeSet;

use chrono::{Months, NaiveDate, TimeDelta};
use serde_json::json;

use super::{Details, by_days, days_between};
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
    let pots: BTreeSet<Pot> = effective(snapshot)
        .filter(|one| last_day(one.budget_year).is_some_and(|end| today <= end))
        .map(|one| (one.holder, one.funding_source_id, one.budget_year))
        .collect();
    let pots = pots.into_iter();
    pots.filter_map(|pot| fact(snapshot, policies, pot))
        .collect()
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

fn fact(snapshot: &Snapshot<'_>, policies: &Policies, pot: Pot) -> Option<Fact> {
    let (holder, source_id, year) = pot;
    let world = snapshot.world;
    let (subject_type, subject_id, name, unit_id) = match holder {
        Holder::Unit(id) => (SubjectType::Unit, id, &world.tree.get(id)?.name, id),
        Holder::Agency(id) => {
            let agency = world.agencies.get(&id)?;
            (SubjectType::Agency, id, &agency.name, agency.unit_id)
        }
    };
    let policy = policies.of(Rule::UnallocatedCapital, Some(unit_id), snapshot);
    let figures = Figures::of(snapshot, pot, &policy);
    let open = figures.due.wide() - figures.onward.wide() - figures.allocated.wide();
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
            .with("assigned_onward", figures.onward)
            .with("allocated", figures.allocated)
            .with("unallocated", open)
            .with("deadline", figures.since)
            .with("days_overdue", days)
            .done(),
    })
}

struct Figures {
    /// All that was assigned.
    assigned: Money,
    /// The part whose time to be split is over.
    due: Money,
    /// What the holder passed on.
    onward: Money,
    /// The plan of the holder's own projects.
    allocated: Money,
    /// The earliest day by which some of it should have been split.
    since: Option<NaiveDate>,
}

impl Figures {
    fn of(snapshot: &Snapshot<'_>, (holder, source_id, year): Pot, policy: &Policy) -> Self {
        let (mut assigned, mut due, mut onward) = (0_i128, 0_i128, 0_i128);
        let mut since: Option<NaiveDate> = None;
        for one in effective(snapshot).filter(|one| one.budget_year == year) {
            let amount = one.amount.wide();
            if one.holder == holder && one.funding_source_id == source_id {
                assigned += amount;
                let by = time_limit(policy, one);
                // A cut takes from what was given before, whenever it is signed.
                if amount < 0 || by.is_some_and(|by| by < snapshot.as_of) {
                    due += amount;
                    since = since.into_iter().chain(by).min();
                }
            }
            let passed_on =
                one.from_unit_id.map(Holder::Unit) == Some(holder) && one.holder != holder;
            if passed_on
                && nearest(snapshot, holder, year, one.funding_source_id) == Some(source_id)
            {
                onward += amount;
            }
        }
        let own = snapshot.lines.iter().filter(|state| {
            let source = state.line.funding_source_id;
            // Extended capital was assigned for the year before.
            state.line.budget_year == year
                && state.line.origin == Origin::InYear
                && is_own(snapshot, holder, state.line.project_id, source, year)
                && nearest(snapshot, holder, year, source) == Some(source_id)
        });
        Figures {
            assigned: Money::saturating(assigned),
            due: Money::saturating(due),
            onward: Money::saturating(onward),
            allocated: Money::saturating(own.map(|state| state.progress.plan.wide()).sum()),
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

/// Of the sources a holder has capital of, the one that a source belongs to.
fn nearest(snapshot: &Snapshot<'_>, holder: Holder, year: i32, source: i64) -> Option<i64> {
    let held = |wanted: i64| {
        effective(snapshot).any(|one| {
            one.holder == holder && one.budget_year == year && one.funding_source_id == wanted
        })
    };
    let path = snapshot.world.source_path(source);
    path.into_iter().find(|source| held(*source))
}

/// Whether a project's plan comes out of the holder's own pot: an agency's projects are those it
/// invests in or manages; a unit's are those it manages and that no such agency has a pot for.
fn is_own(snapshot: &Snapshot<'_>, holder: Holder, project: i64, source: i64, year: i32) -> bool {
    let Some(links) = snapshot.links(project) else {
        return false;
    };
    let agencies = [Some(links.investor_id), links.pmu_id];
    match holder {
        Holder::Agency(id) => agencies.contains(&Some(id)),
        Holder::Unit(id) => {
            let mut agencies = agencies.into_iter().flatten();
            links.managing_unit_id == id
                && !agencies
                    .any(|agency| nearest(snapshot, Holder::Agency(agency), year, source).is_some())
        }
    }
}

//! `below_target`: a rate that has not reached its milestone on the milestone's day. Of several
//! milestones of one kind the latest counts.

use chrono::{Months, NaiveDate};
use serde_json::json;

use super::{Details, by_days, days_between};
use crate::domain::alerts::line::LineState;
use crate::domain::alerts::people::Owner;
use crate::domain::alerts::world::{Holder, Target};
use crate::domain::alerts::{Fact, Key, Policies, Rule, Snapshot, SubjectType};
use crate::domain::capital::period_start;
use crate::domain::money::{Money, Rate};
use crate::domain::progress::Basis;

pub(super) fn find(snapshot: &Snapshot<'_>, policies: &Policies) -> Vec<Fact> {
    let today = snapshot.as_of;
    let due: Vec<&Target> = snapshot
        .world
        .targets
        .iter()
        .filter(|target| target.date <= today && last_day(target).is_some_and(|end| today <= end))
        .collect();
    let superseded = |one: &Target| {
        due.iter()
            .any(|other| scope(other) == scope(one) && (other.date, other.id) > (one.date, one.id))
    };
    due.iter()
        .filter(|target| !superseded(target))
        .filter_map(|target| fact(snapshot, policies, target))
        .collect()
}

/// Milestones end with the ordinary disbursement period: 31 January of the year after.
fn last_day(target: &Target) -> Option<NaiveDate> {
    period_start(target.budget_year)
        .checked_add_months(Months::new(13))?
        .pred_opt()
}

type Scope = (i32, Basis, Option<i64>, Option<i64>, Option<i64>);

fn scope(target: &Target) -> Scope {
    (
        target.budget_year,
        target.basis,
        target.unit_id,
        target.agency_id,
        target.funding_source_id,
    )
}

fn fact(snapshot: &Snapshot<'_>, policies: &Policies, target: &Target) -> Option<Fact> {
    let (plan, disbursed) = sums(snapshot, target);
    let rate = Rate::of(disbursed, plan)?;
    // Compared exactly: a rate rounded up to the milestone has not reached it.
    let reached = disbursed.wide() * 10_000 >= plan.wide() * target.percent.hundredths();
    let world = snapshot.world;
    let agency = target.agency_id.and_then(|id| world.agencies.get(&id));
    let unit_id = target
        .unit_id
        .or(agency.map(|agency| agency.unit_id))
        .or_else(|| snapshot.top_unit());
    let unit_id = unit_id.map(|id| snapshot.heir(id));
    let policy = policies.of(Rule::BelowTarget, unit_id, snapshot);
    let days = days_between(target.date, snapshot.as_of);
    if reached || !policy.enabled || days < policy.days {
        return None;
    }
    let source = target
        .funding_source_id
        .and_then(|id| world.sources.get(&id));
    let unit = unit_id.and_then(|id| world.tree.get(id));
    let (subject_type, subject_id, label) = match (agency, target.unit_id, source) {
        (Some(agency), _, _) => (SubjectType::Agency, agency.id, agency.name.clone()),
        (None, Some(id), _) => (
            SubjectType::Unit,
            id,
            unit.map_or_else(String::new, |u| u.name.clone()),
        ),
        (None, None, Some(source)) => (SubjectType::FundingSource, source.id, source.name.clone()),
        (None, None, None) => (
            SubjectType::Unit,
            unit_id?,
            unit.map_or_else(String::new, |u| u.name.clone()),
        ),
    };
    let short =
        Money::saturating(plan.wide() * target.percent.hundredths() / 10_000 - disbursed.wide());
    Some(Fact {
        key: Key {
            rule: Rule::BelowTarget,
            subject_type,
            subject_id,
            context: format!("target:{}", target.id),
        },
        severity: by_days(&policy, days),
        label,
        project_id: None,
        line_id: None,
        unit_id,
        owner: Owner::Unit(unit_id?),
        measure: short.get(),
        details: Details::new()
            .with("target_id", target.id)
            .with("target_date", target.date)
            .with("target_percent", target.percent)
            .with("basis", target.basis)
            .with("budget_year", target.budget_year)
            .with("plan", plan)
            .with("disbursed", disbursed)
            .with("rate", rate)
            .with("shortfall", short)
            .with(
                "funding_source",
                source.map(|s| json!({"id": s.id, "code": s.code, "name": s.name})),
            )
            .done(),
    })
}

/// Denominator and numerator of the target's rate.
fn sums(snapshot: &Snapshot<'_>, target: &Target) -> (Money, Money) {
    let selected: Vec<&LineState<'_>> = snapshot
        .lines
        .iter()
        .filter(|state| selects(snapshot, target, state))
        .collect();
    let disbursed = selected
        .iter()
        .map(|state| state.progress.disbursed.wide())
        .sum();
    let plan = match target.basis {
        Basis::Assigned => assigned(snapshot, target),
        Basis::Initial => selected
            .iter()
            .map(|state| state.line.book.initial_plan(snapshot.as_of).wide())
            .sum(),
        _ => selected
            .iter()
            .map(|state| state.progress.plan.wide())
            .sum(),
    };
    (Money::saturating(plan), Money::saturating(disbursed))
}

fn selects(snapshot: &Snapshot<'_>, target: &Target, state: &LineState<'_>) -> bool {
    let Some(links) = snapshot.links(state.line.project_id) else {
        return false;
    };
    let tree = &snapshot.world.tree;
    state.line.budget_year == target.budget_year
        && target.basis.selects(state.line.origin)
        && target
            .unit_id
            .is_none_or(|unit| tree.is_within(links.managing_unit_id, unit, snapshot.as_of))
        && target
            .agency_id
            .is_none_or(|id| links.investor_id == id || links.pmu_id == Some(id))
        && in_source(snapshot, target, state.line.funding_source_id)
}

fn in_source(snapshot: &Snapshot<'_>, target: &Target, source: i64) -> bool {
    let path = || snapshot.world.source_path(source);
    target
        .funding_source_id
        .is_none_or(|wanted| path().contains(&wanted))
}

/// What the holder of the target was assigned; passed on within it counts once.
fn assigned(snapshot: &Snapshot<'_>, target: &Target) -> i128 {
    let holder = match (
        target.agency_id,
        target.unit_id.or_else(|| snapshot.top_unit()),
    ) {
        (Some(agency), _) => Some(Holder::Agency(agency)),
        (None, unit) => unit.map(Holder::Unit),
    };
    let counts = snapshot.world.assignments.iter().filter(|one| {
        Some(one.holder) == holder
            && one.budget_year == target.budget_year
            && one.effective_date <= snapshot.as_of
            && in_source(snapshot, target, one.funding_source_id)
    });
    counts.map(|one| one.amount.wide()).sum()
}

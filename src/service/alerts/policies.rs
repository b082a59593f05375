//! Policies of the rules: what is stored for the province or for a unit, over the standard.

use serde::Serialize;
use utoipa::ToSchema;

use crate::db;
use crate::db::page::{After, Page, Rows};
use crate::domain::alerts::people::OwnerRole;
use crate::domain::alerts::{Policies, Policy, Rule};
use crate::error::{Code, Error, Fault, Result};
use crate::service::audit::Change;
use crate::service::{Tx, View};

/// How a rule works, for the province or for a unit and everything below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AlertPolicy {
    /// The rule.
    pub rule: String,
    /// The unit; null for the province.
    pub unit_id: Option<i64>,
    /// Whether it was set here; else it comes from above.
    pub is_own: bool,
    /// Whether it raises alerts at all.
    pub enabled: bool,
    /// Its grace or N, in calendar days.
    pub days: i64,
    /// Critical when older than so many days.
    pub critical_days: Option<i64>,
    /// Critical from so many percent of the plan.
    pub critical_percent: Option<i64>,
    /// The forecast below which the year is at risk, in percent of the plan.
    pub forecast_percent: Option<i64>,
    /// The last day, `MM-DD` of the year before, to split assigned capital into projects.
    pub allocation_deadline: Option<String>,
    /// Who owns its alerts: `leader`, `coordinators` or `assignee`.
    pub owner: String,
    /// Working days after which the next task force is told.
    pub steps: Vec<u32>,
    /// How far ahead a promise may lie, in calendar days.
    pub max_commitment_days: i64,
    /// How far ahead a snooze may lie, in calendar days.
    pub max_snooze_days: i64,
    /// How often a promise or a snooze may be moved.
    pub max_moves: i64,
    /// By how many percent a waived alert must grow to come back.
    pub waiver_growth_percent: i64,
}

/// What changes; everything else stays.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct PolicyChange {
    pub enabled: Option<bool>,
    pub days: Option<i64>,
    pub critical_days: Option<Option<i64>>,
    pub critical_percent: Option<Option<i64>>,
    pub forecast_percent: Option<Option<i64>>,
    pub allocation_deadline: Option<String>,
    pub owner: Option<OwnerRole>,
    pub steps: Option<Vec<u32>>,
    pub max_commitment_days: Option<i64>,
    pub max_snooze_days: Option<i64>,
    pub max_moves: Option<i64>,
    pub waiver_growth_percent: Option<i64>,
}

impl PolicyChange {
    fn apply(&self, policy: &mut Policy) {
        let change = self.clone();
        let set = |field: &mut i64, value: Option<i64>| *field = value.unwrap_or(*field);
        policy.enabled = change.enabled.unwrap_or(policy.enabled);
        set(&mut policy.days, change.days);
        policy.critical_days = change.critical_days.unwrap_or(policy.critical_days);
        policy.critical_percent = change.critical_percent.unwrap_or(policy.critical_percent);
        policy.forecast_percent = change.forecast_percent.unwrap_or(policy.forecast_percent);
        if change.allocation_deadline.is_some() {
            policy.allocation_deadline = change.allocation_deadline;
        }
        policy.owner = change.owner.unwrap_or(policy.owner);
        policy.steps = change.steps.unwrap_or_else(|| policy.steps.clone());
        set(&mut policy.max_commitment_days, change.max_commitment_days);
        set(&mut policy.max_snooze_days, change.max_snooze_days);
        set(&mut policy.max_moves, change.max_moves);
        set(
            &mut policy.waiver_growth_percent,
            change.waiver_growth_percent,
        );
    }
}

fn shown(rule: Rule, unit_id: Option<i64>, is_own: bool, policy: Policy) -> AlertPolicy {
    AlertPolicy {
        rule: rule.as_str().to_owned(),
        unit_id,
        is_own,
        enabled: policy.enabled,
        days: policy.days,
        critical_days: policy.critical_days,
        critical_percent: policy.critical_percent,
        forecast_percent: policy.forecast_percent,
        allocation_deadline: policy.allocation_deadline,
        owner: policy.owner.as_str().to_owned(),
        steps: policy.steps,
        max_commitment_days: policy.max_commitment_days,
        max_snooze_days: policy.max_snooze_days,
        max_moves: policy.max_moves,
        waiver_growth_percent: policy.waiver_growth_percent,
    }
}

/// The policies of all rules.
pub fn list_policies(
    view: &mut View<'_>,
    unit_id: Option<i64>,
    page: &Page,
) -> Result<Rows<AlertPolicy>> {
    let policies = db::alerts::policies::load(view.conn)?;
    let after = page.after.as_ref().map_or(0, |after| after.id);
    let mut rows = Vec::new();
    for (place, rule) in (1_i64..).zip(Rule::ALL) {
        if place > after {
            rows.push((place, at(view, &policies, *rule, unit_id)?));
        }
    }
    let rows = page.cut(rows, |(place, _)| After {
        key: String::new(),
        id: *place,
    });
    Ok(rows.map(|(_, policy)| policy))
}

/// The policy of a rule.
pub fn policy(view: &mut View<'_>, rule: &str, unit_id: Option<i64>) -> Result<AlertPolicy> {
    let rule = named(rule)?;
    let policies = db::alerts::policies::load(view.conn)?;
    at(view, &policies, rule, unit_id)
}

pub(super) fn named(rule: &str) -> Result<Rule> {
    Rule::parse(rule).ok_or(Code::NotFound.into())
}

fn at(
    view: &mut View<'_>,
    policies: &Policies,
    rule: Rule,
    unit_id: Option<i64>,
) -> Result<AlertPolicy> {
    let is_own = policies.stored(rule, unit_id).is_some();
    let policy = in_force(view, policies, rule, unit_id)?;
    Ok(shown(rule, unit_id, is_own, policy))
}

fn in_force(
    view: &mut View<'_>,
    policies: &Policies,
    rule: Rule,
    unit_id: Option<i64>,
) -> Result<Policy> {
    let path = match unit_id {
        Some(unit) => {
            let (tree, today) = (view.tree()?, view.today);
            if tree.get(unit).is_none() || !view.readable()?.has_unit(unit) {
                return Err(Code::NotFound.into());
            }
            tree.path_on(unit, today)
        }
        None => Vec::new(),
    };
    Ok(policies.along(rule, &path))
}

/// Changes the policy of a rule, for the province or for a unit. `check` sees it as it was.
pub fn update_policy(
    tx: &mut Tx<'_>,
    rule: &str,
    unit_id: Option<i64>,
    change: &PolicyChange,
    check: impl FnOnce(&AlertPolicy) -> Result<()>,
) -> Result<AlertPolicy> {
    let rule = named(rule)?;
    tx.lock_reference()?;
    let policies = db::alerts::policies::load(tx.conn)?;
    let before = at(tx, &policies, rule, unit_id)?;
    match unit_id {
        Some(unit) => tx.require_unit(unit)?,
        None => tx.require_everything()?,
    }
    check(&before)?;
    let mut policy = in_force(tx, &policies, rule, unit_id)?;
    change.apply(&mut policy);
    let faults = policy.flaws(rule).into_iter().map(|flaw| {
        let code = match flaw.out_of_order {
            true => Code::StepsOutOfOrder,
            false => Code::OutOfRange,
        };
        Fault::at(format!("/{}", flaw.field), code).with("why", flaw.why)
    });
    Error::check(faults.collect())?;
    let text = serde_json::to_string(&policy).map_err(|e| Error::Internal(e.to_string()))?;
    let id = db::alerts::policies::store(tx.conn, rule, unit_id, &text)?;
    let after = shown(rule, unit_id, true, policy);
    tx.audit(Change::updated(
        "alert_policy.updated",
        "alert_policy",
        id,
        &before,
        &after,
    ))?;
    Ok(after)
}

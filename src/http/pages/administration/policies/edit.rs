//! Changing how a rule works, in the province or in a unit.

use super::super::super::field::Field;
use super::super::super::form::Form;
use super::super::super::layout::Layout;
use super::super::super::record::{self, Action, Kept, Names, Paths};
use super::super::super::route::PageRoute;
use super::named;
use crate::domain::alerts::Rule;
use crate::domain::alerts::people::OwnerRole;
use crate::domain::alerts::policy::{escalates, owner_roles, thresholds};
use crate::domain::labels;
use crate::error::{Code, Result};
use crate::http::guard::needs;
use crate::http::input::{Line, request};
use crate::service::alerts::{self, AlertPolicy, PolicyChange};
use crate::service::{Tx, View};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    record::kept::<AlertPolicies>()
}

/// The policies of rules.
struct AlertPolicies;

request! {
    /// A policy as typed. What a rule does not use is not asked for.
    pub struct TypedPolicy {
        enabled: bool,
        days: i32,
        critical_days: Option<i32>,
        critical_percent: Option<i32>,
        forecast_percent: Option<i32>,
        allocation_deadline: Option<Line<5>>,
        owner: Option<OwnerRole>,
        steps: Vec<i32>,
        max_commitment_days: i32,
        max_snooze_days: i32,
        max_moves: i32,
        waiver_growth_percent: i32,
    }
}

impl From<&TypedPolicy> for PolicyChange {
    fn from(typed: &TypedPolicy) -> Self {
        let number = |value: i32| Some(i64::from(value));
        let steps = typed.steps.iter().map(|days| u32::try_from(*days));
        PolicyChange {
            enabled: Some(typed.enabled),
            days: number(typed.days),
            critical_days: Some(typed.critical_days.map(i64::from)),
            critical_percent: Some(typed.critical_percent.map(i64::from)),
            forecast_percent: Some(typed.forecast_percent.map(i64::from)),
            allocation_deadline: typed.allocation_deadline.as_ref().map(|day| day.0.clone()),
            owner: typed.owner,
            steps: Some(steps.map(std::result::Result::unwrap_or_default).collect()),
            max_commitment_days: number(typed.max_commitment_days),
            max_snooze_days: number(typed.max_snooze_days),
            max_moves: number(typed.max_moves),
            waiver_growth_percent: number(typed.waiver_growth_percent),
        }
    }
}

fn rule_of(policy: &AlertPolicy) -> Result<Rule> {
    Ok(Rule::parse(&policy.rule).ok_or(Code::NotFound)?)
}

impl Kept for AlertPolicies {
    type See = needs::Read;
    type Change = needs::ManagePolicies;
    type Id = String;
    type Record = AlertPolicy;
    type Input = TypedPolicy;
    const PATHS: Paths = Paths {
        list: "/administration/alert-policies",
        new: "",
        one: "/administration/alert-policies/{id}",
    };

    fn names(l: &Layout) -> Names {
        Names {
            title: l.t.policy.title,
            add: "",
        }
    }

    fn title(_: &mut View<'_>, l: &Layout, policy: &AlertPolicy) -> Result<String> {
        Ok(labels::rule(&policy.rule, l.locale).to_owned())
    }

    fn get(view: &mut View<'_>, id: &String) -> Result<AlertPolicy> {
        let (rule, unit) = named(id)?;
        alerts::policy(view, rule.as_str(), unit)
    }

    fn form(_: &mut View<'_>, _: &Layout, policy: Option<&AlertPolicy>) -> Result<Form> {
        let policy = policy.ok_or(Code::NotFound)?;
        let optional = |value: Option<i64>| value.map(|value| value.to_string());
        let steps: Vec<String> = policy.steps.iter().map(u32::to_string).collect();
        Ok(Form::with([
            ("enabled", policy.enabled.to_string()),
            ("days", policy.days.to_string()),
            (
                "critical_days",
                optional(policy.critical_days).unwrap_or_default(),
            ),
            (
                "critical_percent",
                optional(policy.critical_percent).unwrap_or_default(),
            ),
            (
                "forecast_percent",
                optional(policy.forecast_percent).unwrap_or_default(),
            ),
            (
                "allocation_deadline",
                policy.allocation_deadline.clone().unwrap_or_default(),
            ),
            ("owner", policy.owner.clone()),
            ("steps", steps.join(", ")),
            (
                "max_commitment_days",
                policy.max_commitment_days.to_string(),
            ),
            ("max_snooze_days", policy.max_snooze_days.to_string()),
            ("max_moves", policy.max_moves.to_string()),
            (
                "waiver_growth_percent",
                policy.waiver_growth_percent.to_string(),
            ),
        ]))
    }

    fn fields(
        _: &mut View<'_>,
        l: &Layout,
        form: &Form,
        policy: Option<&AlertPolicy>,
    ) -> Result<Vec<Field>> {
        let (k, t) = (&l.t.common, &l.t.policy);
        let rule = rule_of(policy.ok_or(Code::NotFound)?)?;
        let answers = [("true", k.yes), ("false", k.no)]
            .map(|(value, label)| (value.to_owned(), label.to_owned()));
        let number = |name: &str, label: &str| form.number(name, label);
        let mut fields = vec![
            form.radios("enabled", t.is_on, answers),
            number("days", t.days).required().hint(days_hint(rule, l)),
        ];
        fields.extend(thresholds(rule).iter().map(|name| {
            match *name {
                "critical_days" => number(name, t.critical_days).hint(t.critical_hint),
                "critical_percent" => number(name, t.critical_percent).hint(t.critical_hint),
                "forecast_percent" => number(name, t.forecast_percent).hint(t.forecast_hint),
                other => form
                    .text(other, t.allocation_deadline)
                    .hint(t.allocation_hint),
            }
        }));
        let owners = owner_roles(rule).iter().map(|role| {
            let name = role.as_str();
            (
                name.to_owned(),
                labels::owner_role(name, l.locale).to_owned(),
            )
        });
        let owners: Vec<(String, String)> = owners.collect();
        fields.push(form.radios("owner", t.owner, owners));
        if escalates(rule) {
            fields.push(form.text("steps", t.steps).hint(t.steps_hint));
        }
        fields.extend([
            number("max_commitment_days", t.max_commitment_days).required(),
            number("max_snooze_days", t.max_snooze_days).required(),
            number("max_moves", t.max_moves).required(),
            number("waiver_growth_percent", t.waiver_growth)
                .required()
                .hint(t.waiver_hint),
        ]);
        Ok(fields)
    }

    fn read(form: &mut Form, _: &Layout) -> Result<TypedPolicy> {
        form.parse()
    }

    fn lock(tx: &mut Tx<'_>, id: &String) -> Result<AlertPolicy> {
        tx.lock_reference()?;
        Self::get(tx, id)
    }

    fn update(tx: &mut Tx<'_>, before: &AlertPolicy, input: &TypedPolicy) -> Result<()> {
        let change = PolicyChange::from(input);
        alerts::update_policy(tx, &before.rule, before.unit_id, &change, |_| Ok(())).map(|_| ())
    }

    fn facts(
        view: &mut View<'_>,
        l: &Layout,
        policy: &AlertPolicy,
    ) -> Result<Vec<(&'static str, String)>> {
        let t = &l.t.policy;
        let tree = view.tree()?;
        let unit = policy.unit_id.and_then(|id| tree.get(id));
        let place = unit.map_or(l.t.administration.whole_province, |unit| &unit.name);
        let from = match (policy.is_own, unit) {
            (true, Some(_)) => t.own_of_unit,
            (true, None) => t.own_of_province,
            (false, Some(_)) => t.becomes_own,
            (false, None) => t.standard,
        };
        Ok(vec![
            (t.holds_in, place.to_owned()),
            (t.set_where, from.to_owned()),
        ])
    }

    fn actions(l: &Layout, policy: &AlertPolicy) -> Vec<Action> {
        let name = super::name(&policy.rule, policy.unit_id);
        vec![Action {
            path: format!("/administration/alert-policies/{name}/dry-run"),
            label: l.t.policy.dry_run,
            acts: false,
        }]
    }
}

/// What the days of a rule count from.
fn days_hint(rule: Rule, l: &Layout) -> &'static str {
    let t = &l.t.policy;
    match rule {
        Rule::DueSoon => t.days_before,
        Rule::NoDisbursement | Rule::MissingSchedule => t.days_after_plan,
        Rule::ScheduleMismatch => t.days_mismatched,
        Rule::UnallocatedCapital => t.days_after_assigned,
        Rule::StaleData => t.days_silent,
        Rule::AdvanceOverdue => t.days_advance,
        _ => t.days_grace,
    }
}

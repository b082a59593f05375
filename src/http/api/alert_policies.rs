//! `/alert-policies`

use actix_web::web::Path;
use chrono::NaiveDate;

use super::shared::paged;
use crate::domain::alerts::people::OwnerRole;
use crate::error::Code;
use crate::http::answer::Answered;
use crate::http::body::{Body, Query};
use crate::http::endpoint::{Endpoint, get, patch, post};
use crate::http::guard::{Authorized, Listing, needs};
use crate::http::input::{Line, Patch, Set, request};
use crate::service::alerts::{self, AlertPolicy, DryRun, PolicyChange};
use crate::service::read;

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        get("/alert-policies", list, "Lists how the rules work").refuses(&[Code::NotFound]),
        get("/alert-policies/{rule}", one, "Shows how a rule works"),
        patch("/alert-policies/{rule}", update, "Changes how a rule works")
            .refuses(&[Code::StepsOutOfOrder]),
        post(
            "/alert-policies/{rule}/dry-run",
            dry_run,
            "Counts what a rule would have done on past days",
        )
        .refuses(&[Code::FutureDate, Code::DryRunTooLong]),
    ]
}

request! {
    /// Where the policies hold.
    pub struct PoliciesQuery {
        /// Rows at most, 1 to 200.
        limit: Option<i32>,
        /// Where the page starts.
        cursor: Option<Line<1000>>,
        /// The unit; the province unless given.
        unit_id: Option<i64>,
    }
    /// Where the policy holds.
    pub struct PolicyQuery {
        /// The unit; the province unless given.
        unit_id: Option<i64>,
    }
    /// Changes to a policy.
    pub struct PolicyPatch {
        enabled: Set<bool>,
        /// Grace or N, in calendar days.
        days: Set<i32>,
        /// Critical when older than so many days.
        critical_days: Patch<i32>,
        /// Critical from so many percent of the plan.
        critical_percent: Patch<i32>,
        /// The forecast below which the year is at risk, in percent.
        forecast_percent: Patch<i32>,
        /// `MM-DD` of the year before.
        allocation_deadline: Set<Line<5>>,
        owner: Set<OwnerRole>,
        /// Working days after which the next task force is told.
        steps: Set<Vec<i32>>,
        max_commitment_days: Set<i32>,
        max_snooze_days: Set<i32>,
        max_moves: Set<i32>,
        waiver_growth_percent: Set<i32>,
    }
    /// Past days.
    pub struct NewDryRun {
        /// The first day.
        from: NaiveDate,
        /// The last day, at most 400 days in all.
        to: NaiveDate,
    }
}

paged!(PoliciesQuery);

fn number(field: &Set<i32>) -> Option<i64> {
    field.0.map(i64::from)
}

fn optional(field: &Patch<i32>) -> Option<Option<i64>> {
    match field {
        Patch::Keep => None,
        Patch::Clear => Some(None),
        Patch::Set(value) => Some(Some(i64::from(*value))),
    }
}

impl From<&PolicyPatch> for PolicyChange {
    fn from(patch: &PolicyPatch) -> Self {
        let steps = |steps: &Vec<i32>| -> Vec<u32> {
            let days = steps
                .iter()
                .map(|days| u32::try_from(*days).unwrap_or_default());
            days.collect()
        };
        PolicyChange {
            enabled: patch.enabled.0,
            days: number(&patch.days),
            critical_days: optional(&patch.critical_days),
            critical_percent: optional(&patch.critical_percent),
            forecast_percent: optional(&patch.forecast_percent),
            allocation_deadline: patch
                .allocation_deadline
                .0
                .as_ref()
                .map(|text| text.0.clone()),
            owner: patch.owner.0,
            steps: patch.steps.0.as_ref().map(steps),
            max_commitment_days: number(&patch.max_commitment_days),
            max_snooze_days: number(&patch.max_snooze_days),
            max_moves: number(&patch.max_moves),
            waiver_growth_percent: number(&patch.waiver_growth_percent),
        }
    }
}

async fn list(
    auth: Authorized<needs::Read>,
    query: Query<PoliciesQuery>,
) -> Answered<Listing<AlertPolicy>> {
    auth.list(query, |view, query, page| {
        alerts::list_policies(view, query.unit_id, page)
    })
    .await
}

async fn one(
    auth: Authorized<needs::Read>,
    rule: Path<String>,
    query: Query<PolicyQuery>,
) -> Answered<AlertPolicy> {
    auth.query(query, move |view, query| {
        alerts::policy(view, &rule, query.unit_id)
    })
    .await
}

async fn update(
    auth: Authorized<needs::ManagePolicies>,
    rule: Path<String>,
    query: Query<PolicyQuery>,
    body: Body<PolicyPatch>,
) -> Answered<AlertPolicy> {
    auth.change(body.with(query), move |tx, (patch, query), if_match| {
        let change = PolicyChange::from(patch);
        alerts::update_policy(tx, &rule, query.unit_id, &change, |before| {
            if_match.check(before)
        })
    })
    .await
}

async fn dry_run(
    auth: Authorized<needs::ManagePolicies>,
    rule: Path<String>,
    query: Query<PolicyQuery>,
    body: Body<NewDryRun>,
) -> Answered<DryRun> {
    auth.command(body.with(query), move |ctx, (asked, query)| {
        read(ctx, |view| {
            alerts::dry_run(view, &rule, query.unit_id, asked.from, asked.to)
        })
    })
    .await
}

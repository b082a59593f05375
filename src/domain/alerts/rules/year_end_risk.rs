//! `year_end_risk`: the forecast says the year will end below X percent of the plan.
//!
//! Judged once the line's own pace counts as much as the province's (`domain::forecast`): before
//! that the forecast says more about the province than about the line, and every line of a slow
//! province would be an alert in January.

use super::Line;
use crate::domain::alerts::{Fact, Policy, Rule, Severity};
use crate::domain::forecast::{Course, Grant, Projection};
use crate::domain::money::{Money, Rate};
use crate::domain::schedule;

pub(super) fn find(line: &Line<'_>, policy: &Policy) -> Option<Fact> {
    let (threshold, day) = (policy.forecast_percent?, line.snapshot.as_of);
    let progress = &line.state.progress;
    let history = line.state.line;
    let outlook = line.snapshot.outlook(history.budget_year)?;
    if !progress.plan.is_positive() || line.days_in_effect()? < policy.days {
        return None;
    }
    let given = history.book.entries.iter().map(|entry| Grant {
        from: entry.effective_date,
        until: entry.deadline,
        amount: entry.amount,
    });
    let given: Vec<Grant> = given.collect();
    let course = Course {
        given: &given,
        disbursed: progress.disbursed,
        schedule: schedule::in_force(&history.versions, day),
        deadline: history.deadline,
    };
    let projection = Projection::of(outlook, &course, day);
    let (end, plan) = (projection.end(), progress.plan);
    let at_risk = end.expected.wide() * 100 < plan.wide() * i128::from(threshold);
    if !at_risk || !projection.is_its_own() {
        return None;
    }
    let shortfall = Money::saturating(plan.wide() - end.expected.wide());
    let details = line
        .figures()
        .with("forecast_low", end.low)
        .with("forecast", end.expected)
        .with("forecast_high", end.high)
        .with("forecast_rate", Rate::of(end.expected, plan))
        .with("forecast_percent", threshold)
        .with("shortfall", shortfall);
    let mut fact = line.fact(Rule::YearEndRisk, policy, shortfall.get(), details);
    let large = policy
        .critical_percent
        .is_some_and(|percent| shortfall.wide() * 100 >= plan.wide() * i128::from(percent));
    if large {
        fact.severity = Severity::Critical;
    }
    Some(fact)
}

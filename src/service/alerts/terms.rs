//! What may be done about an alert, and within which limits.

use chrono::NaiveDate;

use super::load;
use super::view;
use crate::db;
use crate::db::alerts::live::{self, Which};
use crate::db::alerts::write;
use crate::domain::alerts::commitment::{Terms, is_used_up, latest_promise, snooze_limit};
use crate::domain::alerts::lifecycle::Live;
use crate::domain::alerts::{Policy, Rule};
use crate::domain::money::Money;
use crate::domain::permission::Permission;
use crate::error::Result;
use crate::service::View;

/// A live alert, and what promises on it are measured against.
pub(super) struct Held {
    pub live: Live,
    pub policy: Policy,
    pub terms: Terms,
    pub disbursed: Money,
}

/// Reads a live alert with the figures of its line; none when it is over.
pub(super) fn measure(view: &mut View<'_>, id: i64) -> Result<Option<Held>> {
    let found = live::load(view.conn, &Which::One(id))?.into_iter().next();
    let Some(live) = found else {
        return Ok(None);
    };
    let (today, tree) = (view.today, view.tree()?);
    let projects = live.project_id.into_iter().collect();
    let world = load::of_projects(view.conn, tree, today, projects)?;
    let snapshot = world.on(today);
    let policies = db::alerts::policies::load(view.conn)?;
    let policy = policies.of(live.key.rule, live.unit_id, &snapshot);
    let line = live.line_id.and_then(|id| snapshot.line(id));
    let late = line
        .filter(|_| live.key.rule.is_about_money())
        .map(|line| match live.key.rule {
            Rule::ScheduleOverdue => line.progress.late_amount,
            Rule::NoDisbursement => line.remainder,
            _ => Money::dong(live.measure),
        });
    let ends = live.key.rule.ends_with_period();
    let terms = Terms {
        today,
        late,
        deadline: line.filter(|_| ends).map(|line| line.line.deadline),
        moved: write::moves(view.conn, id)?,
        standing: live.promise.map(|promise| promise.due_on),
    };
    Ok(Some(Held {
        disbursed: line.map_or(Money::ZERO, |line| line.progress.disbursed),
        live,
        policy,
        terms,
    }))
}

/// What the caller may do about an alert.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    /// The limits of a promise, if the caller may give one.
    pub promise: Option<Limits>,
    /// Whether the caller may waive it.
    pub waive: bool,
    /// Whether the caller may write a note.
    pub note: bool,
}

/// The limits of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The last day that may be promised.
    pub latest: NaiveDate,
    /// The last day to snooze until.
    pub snooze_until: NaiveDate,
    /// The most that may be promised, đồng; none when the alert is not about money.
    pub most: Option<Money>,
    /// Whether the running promise was moved as often as it may be.
    pub used_up: bool,
}

/// What the caller may do about an alert that they may see.
pub fn allowed(view: &mut View<'_>, id: i64) -> Result<Allowed> {
    let row = view::row(view, id)?;
    let mut may = |permission| -> Result<bool> {
        let scope = view.scope(permission)?;
        Ok(view.ctx.actor.may(permission) && view::covers(view, &row, &scope)?)
    };
    let (commit, manage, note) = (
        may(Permission::Commit)?,
        may(Permission::ManageAlerts)?,
        may(Permission::Comment)?,
    );
    let held = match commit || manage {
        true => measure(view, id)?,
        false => None,
    };
    let limits = |held: &Held| Limits {
        latest: latest_promise(&held.terms, &held.policy),
        snooze_until: snooze_limit(&held.terms, &held.policy),
        most: held.terms.late,
        used_up: is_used_up(&held.terms, held.policy.max_moves),
    };
    Ok(Allowed {
        promise: held.as_ref().filter(|_| commit).map(limits),
        waive: manage && held.is_some(),
        note,
    })
}

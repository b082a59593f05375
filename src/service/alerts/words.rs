//! An alert in words, as mails put it: one wording for the page and the mail.

use super::load;
use super::view::Alert;
use crate::domain::alerts::escalation::next_task_force;
use crate::domain::alerts::{AlertLevel, Rule, Severity};
use crate::domain::locale::Locale;
use crate::error::{Error, Result};
use crate::mail::messages::Reason;
use crate::mail::notice::{Next, Notice, Why};
use crate::service::View;

pub use crate::mail::notice::Item as Words;

/// What there is to say about an alert, in a language.
pub fn in_words(view: &mut View<'_>, alert: &Alert, locale: Locale) -> Result<Words> {
    let unknown = || Error::Internal(format!("alert {} as stored", alert.id));
    let level = AlertLevel::parse(&alert.level).ok_or_else(unknown)?;
    let next = match alert.escalates_on {
        Some(on) => Some(Next {
            on,
            unit: next_unit(view, alert, level)?,
        }),
        None => None,
    };
    let notice = Notice {
        alert_id: alert.id,
        reason: match (&alert.resolution, level) {
            (Some(_), _) => Reason::Resolved,
            (None, AlertLevel::Leader) => Reason::Raised,
            (None, _) => Reason::Escalated,
        },
        rule: Rule::parse(&alert.rule).ok_or_else(unknown)?,
        severity: Severity::parse(&alert.severity).ok_or_else(unknown)?,
        label: &alert.subject.label,
        details: &alert.facts,
        raised_on: alert.raised_on,
        responsible: alert.responsible.as_ref().map(|one| one.full_name.as_str()),
        missed: None,
        cause: alert.resolution.as_deref(),
        next,
    };
    Ok(notice.item(&Why::Follower, locale, ""))
}

/// The unit whose task force is told next; none when no unit above has one.
fn next_unit(view: &mut View<'_>, alert: &Alert, level: AlertLevel) -> Result<Option<String>> {
    let Some(unit) = &alert.unit else {
        return Ok(None);
    };
    let (today, tree) = (view.today, view.tree()?);
    let world = load::of_projects(view.conn, tree.clone(), today, Vec::new())?;
    let ladder = world.on(today).ladder(unit.id);
    let next = next_task_force(&ladder, level).and_then(|rung| tree.get(rung.unit_id));
    Ok(next.map(|unit| unit.name.clone()))
}

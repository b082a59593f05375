//! An alert in words, as mails put it: one wording for the page and the mail.

use super::view::AlertDetail;
use crate::domain::alerts::{AlertLevel, Rule, Severity};
use crate::domain::locale::Locale;
use crate::error::{Error, Result};
use crate::mail::messages::Reason;
use crate::mail::notice::{Next, Notice, Promised, Why};

pub use crate::mail::notice::Item as Words;

/// What there is to say about an alert, in a language.
pub fn in_words(detail: &AlertDetail, locale: Locale) -> Result<Words> {
    let alert = &detail.alert;
    let unknown = || Error::Internal(format!("alert {} as stored", alert.id));
    let level = AlertLevel::parse(&alert.level).ok_or_else(unknown)?;
    let next = detail.next.as_ref().map(|step| Next {
        on: step.on,
        unit: step.unit.as_ref().map(|unit| unit.name.clone()),
    });
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
        promised: alert.commitment.as_ref().map(|promise| Promised {
            on: promise.date,
            amount: promise.amount,
            sequence: promise.moved,
            entered_at: None,
        }),
        cause: alert.resolution.as_deref(),
        next,
    };
    Ok(notice.item(&Why::Follower, locale, ""))
}

//! What happened to an alert, in sentences.

use chrono::NaiveDate;
use serde_json::Value;

use super::super::layout::Layout;
use super::super::text::labels;
use crate::domain::money::Money;
use crate::service::alerts::AlertEvent;

/// An event as it is told.
pub struct Told {
    /// The day.
    pub date: NaiveDate,
    /// What happened.
    pub title: String,
    /// What there is to add.
    pub text: String,
    /// Who did it, or who answered for it then.
    pub who: String,
    /// Whether it is bad news.
    pub bad: bool,
}

/// The events, the latest first.
pub fn tell(l: &Layout, events: &[AlertEvent]) -> Vec<Told> {
    let told = events.iter().rev().map(|event| Told {
        date: event.date,
        title: labels::alert_event(&event.kind, l.locale).to_owned(),
        text: text(l, event),
        who: who(l, event),
        bad: matches!(
            event.kind.as_str(),
            "commitment_missed" | "escalated" | "raised"
        ),
    });
    told.collect()
}

fn who(l: &Layout, event: &AlertEvent) -> String {
    match (&event.actor, &event.responsible) {
        (Some(user), _) => user.username.clone(),
        (None, Some(person)) => {
            let name = person.full_name.as_str();
            l.fill(l.t.alerts.answered, &[("name", name)])
        }
        (None, None) => String::new(),
    }
}

fn text(l: &Layout, event: &AlertEvent) -> String {
    let detail = &event.detail;
    let t = &l.t.alerts;
    let word = |name: &str| detail.get(name).and_then(Value::as_str).unwrap_or_default();
    let amount = |name: &str| {
        let amount = detail
            .get(name)
            .and_then(Value::as_i64)
            .and_then(Money::new);
        amount.map(|amount| l.exact(&amount))
    };
    let date = |name: &str| {
        let date = word(name).parse::<NaiveDate>().ok();
        date.map(|date| l.date(&date)).unwrap_or_default()
    };
    let said = |mut parts: Vec<String>| {
        parts.retain(|part| !part.is_empty());
        parts.join(" ")
    };
    match event.kind.as_str() {
        "escalated" => {
            let people = detail.get("people").and_then(Value::as_array);
            let number = people.map_or(0, Vec::len).to_string();
            l.fill(t.told_unit, &[("unit", word("unit")), ("n", &number)])
        }
        "committed" | "commitment_moved" | "snoozed" => {
            let promise = match amount("amount") {
                Some(amount) => l.fill(
                    t.promised_amount,
                    &[("date", &date("date")), ("amount", &amount)],
                ),
                None => l.fill(t.promised_date, &[("date", &date("date"))]),
            };
            said(vec![promise, word("note").to_owned()])
        }
        "commitment_missed" | "commitment_kept" => match (amount("amount"), amount("paid")) {
            (Some(promised), Some(paid)) => l.fill(
                t.judged,
                &[
                    ("date", &date("due_on")),
                    ("amount", &promised),
                    ("paid", &paid),
                ],
            ),
            _ => l.fill(t.promised_date, &[("date", &date("due_on"))]),
        },
        "waived" => word("reason").to_owned(),
        "note" => word("text").to_owned(),
        "updated" => {
            let severity = labels::severity(word("severity"), l.locale);
            let late = detail
                .get("facts")
                .and_then(|facts| facts.get("late_amount"));
            let late = late.and_then(Value::as_i64).and_then(Money::new);
            let late = late.map(|late| format!("{}: {}", l.t.common.late_amount, l.exact(&late)));
            said(vec![format!("{severity}."), late.unwrap_or_default()])
        }
        _ => String::new(),
    }
}

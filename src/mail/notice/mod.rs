//! What a mail says about one alert, in the reader's language.

mod rows;
mod words;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::messages::Reason;
use crate::domain::alerts::{Rule, Severity};
use crate::domain::format;
use crate::domain::locale::Locale;
use crate::domain::money::Money;

/// What is written about one alert. Kept with the mail, so that a mail that still waits can take
/// more of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The kind of alert.
    pub heading: String,
    /// The alert in one line, for the subject.
    pub headline: String,
    /// Whether it is critical.
    pub urgent: bool,
    /// Its subject.
    pub label: String,
    /// Its facts: name and value.
    pub rows: Vec<(String, String)>,
    /// What to do.
    pub todo: String,
    /// Who is told next, and when.
    pub next: String,
    /// Why the reader gets it.
    pub why: String,
    /// Where to act on it.
    pub link: String,
}

/// Why somebody is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// Answers for the project.
    Leader,
    /// Tracks the project.
    Officer,
    /// Coordinates for the unit.
    Coordinator,
    /// Got the obstacle or directive.
    Assignee,
    /// Belongs to the task force of this unit.
    TaskForce(String),
    /// Was told of the alert before.
    Follower,
}

/// Who is told next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// When.
    pub on: NaiveDate,
    /// The task force's unit; none when no unit above has one.
    pub unit: Option<String>,
}

/// What there is to say.
#[derive(Clone, Debug)]
pub struct Notice<'a> {
    /// The alert.
    pub alert_id: i64,
    /// Why it is told.
    pub reason: Reason,
    /// Its rule.
    pub rule: Rule,
    /// How bad.
    pub severity: Severity,
    /// Its subject.
    pub label: &'a str,
    /// Its facts.
    pub details: &'a Map<String, Value>,
    /// The day it was raised.
    pub raised_on: NaiveDate,
    /// Who answers for it.
    pub responsible: Option<&'a str>,
    /// The promise that was missed.
    pub missed: Option<(NaiveDate, Option<Money>)>,
    /// Why it ended.
    pub cause: Option<&'a str>,
    /// Who is told next.
    pub next: Option<Next>,
}

impl Notice<'_> {
    /// What a reader is told.
    pub fn item(&self, why: &Why, locale: Locale, public_url: &str) -> Item {
        let ended = self.reason == Reason::Resolved;
        Item {
            heading: words::heading(self.rule, locale).to_owned(),
            headline: self.headline(locale),
            urgent: !ended && self.severity == Severity::Critical,
            label: self.label.to_owned(),
            rows: self.rows(locale),
            todo: match ended {
                true => String::new(),
                false => words::todo(self.rule, self.reason, locale).to_owned(),
            },
            next: match ended {
                true => String::new(),
                false => self.next_step(locale),
            },
            why: words::why(why, locale),
            link: format!(
                "{}/alerts/{}",
                public_url.trim_end_matches('/'),
                self.alert_id
            ),
        }
    }

    fn headline(&self, locale: Locale) -> String {
        let number = |name: &str| self.details.get(name).and_then(Value::as_i64);
        let label = self.label;
        match (self.rule, locale) {
            (Rule::ScheduleOverdue, Locale::Vi) => {
                let days = number("days_late").unwrap_or_default();
                format!("{label}: chậm giải ngân {days} ngày")
            }
            (Rule::ScheduleOverdue, Locale::En) => {
                let days = number("days_late").unwrap_or_default();
                let unit = if days == 1 { "day" } else { "days" };
                format!("{label}: {days} {unit} behind schedule")
            }
            (rule, locale) => format!("{label}: {}", words::short(rule, locale)),
        }
    }

    fn rows(&self, locale: Locale) -> Vec<(String, String)> {
        let mut rows = Vec::new();
        let mut add = |vi: &str, en: &str, value: String| {
            let name = if locale == Locale::Vi { vi } else { en };
            rows.push((name.to_owned(), value));
        };
        if let Some(cause) = self.cause {
            add("Kết quả", "Outcome", words::cause(cause, locale).to_owned());
        }
        if let Some((on, amount)) = self.missed {
            let date = format::date(on, locale);
            let promised = match amount {
                Some(amount) => format!("{} – {date}", rows::money(amount, locale)),
                None => date,
            };
            add("Cam kết không đạt", "Missed promise", promised);
        }
        rows.extend(rows::facts(self.rule, self.details, locale));
        let mut add = |vi: &str, en: &str, value: String| {
            let name = if locale == Locale::Vi { vi } else { en };
            rows.push((name.to_owned(), value));
        };
        if let Some(name) = self.responsible {
            add("Người chịu trách nhiệm", "Responsible", name.to_owned());
        }
        add(
            "Cảnh báo từ ngày",
            "Raised on",
            format::date(self.raised_on, locale),
        );
        rows
    }

    fn next_step(&self, locale: Locale) -> String {
        if self.rule == Rule::DueSoon {
            return words::only_you(locale).to_owned();
        }
        match &self.next {
            None => words::nobody_next(locale).to_owned(),
            Some(next) => words::next(&format::date(next.on, locale), next.unit.as_deref(), locale),
        }
    }
}

//! What a mail says about one alert, in the reader's language.

mod rows;
mod words;

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::calendar::Entry;
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
    /// The promised date, for the reader's calendar.
    #[serde(default)]
    pub entry: Option<Entry>,
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
    /// Gave a promise on it.
    Promiser,
    /// Was told of the alert before.
    Follower,
}

/// Who is told next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// When: the day of the step, or the date of the promise that runs.
    pub on: NaiveDate,
    /// The task force's unit; none when no unit above has one.
    pub unit: Option<String>,
}

/// A promise that is running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promised {
    /// Its date.
    pub on: NaiveDate,
    /// What will be paid by then.
    pub amount: Option<Money>,
    /// Grows with each promise.
    pub sequence: i64,
    /// When it was given, if the reader is to have the date in the calendar.
    pub entered_at: Option<NaiveDateTime>,
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
    /// The promise that is running.
    pub promised: Option<Promised>,
    /// Why it ended.
    pub cause: Option<&'a str>,
    /// Who is told next.
    pub next: Option<Next>,
}

impl Notice<'_> {
    /// What a reader is told.
    pub fn item(&self, why: &Why, locale: Locale, public_url: &str) -> Item {
        let ended = self.reason == Reason::Resolved;
        let link = format!(
            "{}/alerts/{}",
            public_url.trim_end_matches('/'),
            self.alert_id
        );
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
            entry: self.entry(&link, locale),
            link,
        }
    }

    fn entry(&self, link: &str, locale: Locale) -> Option<Entry> {
        let promised = self.promised?;
        let amount = promised.amount.map(|amount| rows::money(amount, locale));
        let amount = amount.map_or_else(String::new, |amount| format!("{amount}\n"));
        Some(Entry {
            uid: link.to_owned(),
            sequence: promised.sequence,
            stamp: promised.entered_at?,
            day: promised.on,
            summary: words::promised(self.label, locale),
            description: format!("{amount}{}\n{link}", words::heading(self.rule, locale)),
            url: link.to_owned(),
        })
    }

    fn headline(&self, locale: Locale) -> String {
        let days = self.details.get("days_late").and_then(Value::as_i64);
        let label = self.label;
        // None is late any more when the alert has ended.
        match (self.rule, days.filter(|days| *days > 0), locale) {
            (Rule::ScheduleOverdue, Some(days), Locale::Vi) => {
                format!("{label}: chậm giải ngân {days} ngày")
            }
            (Rule::ScheduleOverdue, Some(days), Locale::En) => {
                let unit = if days == 1 { "day" } else { "days" };
                format!("{label}: {days} {unit} behind schedule")
            }
            _ => format!("{label}: {}", words::short(self.rule, locale)),
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
        let promise = |on: NaiveDate, amount: Option<Money>| {
            let date = format::date(on, locale);
            match amount {
                Some(amount) => format!("{} – {date}", rows::money(amount, locale)),
                None => date,
            }
        };
        if let Some((on, amount)) = self.missed {
            add("Cam kết không đạt", "Missed promise", promise(on, amount));
        }
        if let Some(promised) = self.promised.filter(|_| self.cause.is_none()) {
            let value = promise(promised.on, promised.amount);
            add("Cam kết đang thực hiện", "Running promise", value);
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
        let on = |next: &Next| format::date(next.on, locale);
        match (&self.next, self.promised) {
            (None, _) => words::nobody_next(locale).to_owned(),
            (Some(next), None) => words::next(&on(next), next.unit.as_deref(), locale),
            (Some(next), Some(_)) => words::if_missed(&on(next), next.unit.as_deref(), locale),
        }
    }
}

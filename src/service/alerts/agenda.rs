//! Live alerts and running promises as a meeting goes through them.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::follow::{NextStep, Told, follow};
use super::view::{self, Alert, AlertFilter};
use crate::db;
use crate::db::alerts::list::{Count, Sort};
use crate::db::page::Page;
use crate::domain::alerts::{AlertLevel, Severity, State};
use crate::domain::money::Money;
use crate::error::Result;
use crate::service::View;

/// A live alert with who knows of it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AgendaAlert {
    /// The alert.
    #[serde(flatten)]
    pub alert: Alert,
    /// Who was told, in order.
    pub told: Vec<Told>,
    /// Who is told next.
    pub next: Option<NextStep>,
}

/// A promise or snooze that is running.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PromiseDue {
    /// `commitment` or `snooze`.
    pub kind: String,
    /// The day it was given.
    pub made_on: NaiveDate,
    /// Why.
    pub note: Option<String>,
    /// Paid on the line since it was given, đồng; null for a date alone.
    #[schema(value_type = Option<i64>)]
    pub paid: Option<Money>,
    /// The alert; its `commitment` has the date, the amount and how often it was moved.
    pub alert: Alert,
}

/// What is live: by level (level, how many, how many critical, the first of them), and promised.
pub struct Agenda {
    /// Highest level first.
    pub levels: Vec<(String, i64, i64, Vec<AgendaAlert>)>,
    /// How many promises run.
    pub promises_total: i64,
    /// The first of them, nearest date first.
    pub promises: Vec<PromiseDue>,
}

/// What is live in some units and below them, `limit` rows of each list.
pub fn agenda(view: &mut View<'_>, units: &[i64], limit: i64) -> Result<Agenda> {
    let live = AlertFilter {
        live: true,
        units: units.to_vec(),
        ..AlertFilter::default()
    };
    let page = Page { limit, after: None };
    let counts = view::counts(view, &live)?;
    let mut levels = Vec::new();
    for level in AlertLevel::ALL.iter().rev() {
        let here = counts.iter().filter(|count| count.level == level.as_str());
        let critical = here
            .clone()
            .filter(|count| count.severity == Severity::Critical.as_str());
        let (total, critical) = (sum(here), sum(critical));
        if total == 0 {
            continue;
        }
        let filter = AlertFilter {
            levels: vec![*level],
            ..live.clone()
        };
        let alerts = view::list(view, &filter, Some(Sort::SeverityDown), &page)?.rows;
        let alerts = with_follow(view, alerts)?;
        levels.push((level.as_str().to_owned(), total, critical, alerts));
    }
    let promised = AlertFilter {
        live: false,
        states: vec![State::Acknowledged],
        ..live
    };
    Ok(Agenda {
        levels,
        promises_total: sum(view::counts(view, &promised)?.iter()),
        promises: promises(view, &promised, &page)?,
    })
}

fn sum<'a>(counts: impl Iterator<Item = &'a Count>) -> i64 {
    counts.map(|count| count.number).sum()
}

fn with_follow(view: &mut View<'_>, alerts: Vec<Alert>) -> Result<Vec<AgendaAlert>> {
    let mut follows = follow(view, &alerts)?;
    let with = |alert: Alert| {
        let follow = follows.remove(&alert.id).unwrap_or_default();
        AgendaAlert {
            alert,
            told: follow.told,
            next: follow.next,
        }
    };
    Ok(alerts.into_iter().map(with).collect())
}

fn promises(view: &mut View<'_>, filter: &AlertFilter, page: &Page) -> Result<Vec<PromiseDue>> {
    let alerts = view::list(view, filter, Some(Sort::PromisedOn), page)?.rows;
    let ids: Vec<i64> = alerts.iter().map(|alert| alert.id).collect();
    let today = view.today;
    let mut running = db::alerts::detail::running(view.conn, &ids, today)?;
    let due = alerts.into_iter().filter_map(|alert| {
        let running = running.remove(&alert.id)?;
        Some(PromiseDue {
            kind: running.kind,
            made_on: running.made_on,
            note: running.note,
            paid: running.paid.map(Money::dong),
            alert,
        })
    });
    Ok(due.collect())
}

//! A person's calendar: what falls due on their projects, what they promised, what they were told to
//! do. Read by calendar programs, which cannot sign in: the address itself is the secret.

use std::sync::Arc;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::audit::Change;
use super::auth::random_token;
use super::shared::Refs;
use super::{App, Ctx, Tx, View, figures, read};
use crate::db;
use crate::db::agenda::Due;
use crate::db::figures::LineFilter;
use crate::db::names::Named;
use crate::domain::format;
use crate::domain::hash::sha256_hex;
use crate::domain::locale::Locale;
use crate::domain::money::Money;
use crate::domain::progress::Basis;
use crate::domain::schedule;
use crate::domain::scope::Scope;
use crate::error::{Code, Result};
use crate::mail::calendar::{self, Entry};

/// The caller's calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CalendarFeed {
    /// Whether there is one.
    pub active: bool,
    /// When its address was made.
    pub created_at: Option<DateTime<Utc>>,
}

/// A new calendar and its address, which is never shown again.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MadeCalendarFeed {
    /// The address that a calendar program subscribes to. Whoever has it can read the calendar.
    pub url: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// Calendars are for people: an API key has none.
fn user(ctx: &Ctx) -> Result<i64> {
    Ok(ctx.actor.signed_in().ok_or(Code::Forbidden)?)
}

/// The caller's calendar.
pub fn get(view: &mut View<'_>) -> Result<CalendarFeed> {
    let user_id = user(view.ctx)?;
    let made = db::agenda::made_at(view.conn, user_id)?;
    Ok(CalendarFeed {
        active: made.is_some(),
        created_at: made.map(|at| at.and_utc()),
    })
}

/// Makes a calendar for the caller; an address made before leads nowhere from now on.
pub fn make(tx: &mut Tx<'_>) -> Result<MadeCalendarFeed> {
    let (user_id, now) = (user(tx.ctx)?, tx.now);
    let token = random_token()?;
    db::agenda::make(tx.conn, user_id, &sha256_hex(token.as_bytes()), now)?;
    noted(tx, "user.calendar_made", user_id)?;
    let base = &tx.ctx.app.settings.public_url;
    Ok(MadeCalendarFeed {
        url: format!("{base}/calendar/{token}.ics"),
        created_at: now.and_utc(),
    })
}

/// Ends the caller's calendar.
pub fn revoke(tx: &mut Tx<'_>) -> Result<CalendarFeed> {
    let user_id = user(tx.ctx)?;
    if db::agenda::revoke(tx.conn, user_id)? {
        noted(tx, "user.calendar_ended", user_id)?;
    }
    get(tx)
}

fn noted(tx: &mut Tx<'_>, action: &str, user_id: i64) -> Result<()> {
    let nothing = serde_json::json!({});
    tx.audit(Change::created(action, "user", user_id, &nothing))
}

/// The calendar behind a token, as RFC 5545 text; 404 for one that leads nowhere.
pub fn text(app: &Arc<App>, token: &str) -> Result<String> {
    let ctx = Ctx::system(app, "calendar");
    let hash = sha256_hex(token.as_bytes());
    read(&ctx, |view| {
        let (person, locale) = db::agenda::holder(view.conn, &hash)?.ok_or(Code::NotFound)?;
        let events = match person {
            Some(person) => events(view, person, locale)?,
            None => Vec::new(),
        };
        let name = said(locale, "Giải ngân: hạn của tôi", "Giaingan: my due dates");
        Ok(calendar::feed(name, &events))
    })
}

fn said(locale: Locale, vi: &'static str, en: &'static str) -> &'static str {
    match locale {
        Locale::Vi => vi,
        Locale::En => en,
    }
}

/// How far back and ahead a calendar looks, in days.
const BACK: Days = Days::new(92);
const AHEAD: Days = Days::new(400);

fn events(view: &mut View<'_>, person: i64, locale: Locale) -> Result<Vec<Entry>> {
    let mut events = due_items(view, person, locale)?;
    let base = view.ctx.app.settings.public_url.clone();
    let promise = said(locale, "Cam kết", "Promise");
    let directive = said(locale, "Nhiệm vụ được giao", "Directive");
    let obstacle = said(locale, "Gỡ vướng mắc", "Obstacle");
    let lists = [
        ("alert", promise, db::agenda::promises(view.conn, person)?),
        (
            "directive",
            directive,
            db::agenda::directives(view.conn, person)?,
        ),
        (
            "obstacle",
            obstacle,
            db::agenda::obstacles(view.conn, person)?,
        ),
    ];
    for (kind, word, list) in lists {
        events.extend(
            list.into_iter()
                .map(|due| listed(&base, kind, word, due, locale)),
        );
    }
    Ok(events)
}

fn listed(
    base: &str,
    kind: &str,
    word: &str,
    (id, day, what, amount): Due,
    locale: Locale,
) -> Entry {
    let sum = amount.map(|amount| format!(" {}", format::dong(Money::dong(amount), locale)));
    let line = what.lines().next().unwrap_or_default().to_owned();
    Entry {
        uid: format!("{kind}-{id}-{day}@giaingan"),
        sequence: 0,
        stamp: day.and_time(NaiveTime::MIN),
        day,
        summary: format!("{word}{}: {line}", sum.unwrap_or_default()),
        description: what,
        url: base.to_owned(),
    }
}

/// The parts of schedules in force that are not paid yet, on the projects a person leads or tracks.
fn due_items(view: &mut View<'_>, person: i64, locale: Locale) -> Result<Vec<Entry>> {
    let today = view.today;
    let projects = db::agenda::projects(view.conn, person, today)?;
    if projects.is_empty() {
        return Ok(Vec::new());
    }
    let first = today.checked_sub_days(BACK).unwrap_or(today);
    let last = today.checked_add_days(AHEAD).unwrap_or(today);
    let mut lines = Vec::new();
    // Capital of the year before may be due until the end of January.
    for year in today.year() - 1..=last.year() {
        let filter = LineFilter {
            projects: Some(projects.clone()),
            ..LineFilter::of_year(year, Scope::all(), today)
        };
        lines.extend(figures::lines(view, &filter, today, Basis::Total)?);
    }
    let names = Refs::load(view.conn, Named::Projects, projects)?;
    let sources = lines.iter().map(|line| line.funding_source_id);
    let sources = Refs::load(view.conn, Named::Sources, sources.collect::<Vec<_>>())?;
    let base = &view.ctx.app.settings.public_url;
    let mut events = Vec::new();
    for line in &lines {
        let Some(version) = schedule::in_force(&line.versions, today) else {
            continue;
        };
        let (project, source) = (
            names.get(line.project_id),
            sources.get(line.funding_source_id),
        );
        for (place, (day, open)) in due_by_day(&version.items, line.progress.disbursed) {
            if !(first..=last).contains(&day) {
                continue;
            }
            let sum = format::dong(open, locale);
            let word = said(locale, "Giải ngân", "Disburse");
            events.push(Entry {
                uid: format!("line-{}-{place}-{day}@giaingan", line.id),
                sequence: 0,
                stamp: day.and_time(NaiveTime::MIN),
                day,
                summary: format!("{word} {sum}: {}", project.name),
                description: format!("{} {}\n{}", project.code, project.name, source.name),
                url: format!("{base}/projects/{}", project.id),
            });
        }
    }
    Ok(events)
}

type Open = (usize, (NaiveDate, Money));

fn due_by_day(items: &[schedule::ScheduleItem], disbursed: Money) -> impl Iterator<Item = Open> {
    let open = schedule::unfilled(items, disbursed).into_iter();
    open.map(|(item, open)| (item.due_date, open)).enumerate()
}

//! Whether the machinery still turns: what stands still is a problem that operators hear of in the
//! log, at `/metrics`, at `/health/ready`, on the overview, and by a mail past the queue.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use serde::Serialize;

use super::{Ctx, View, jobs, mails, write};
use crate::db;
use crate::domain::text_enum::text_enum;
use crate::error::Result;
use crate::mail::messages::ORDINARY;

text_enum! {
    /// What stands still.
    Problem {
        /// The daily scan was not made.
        Scan = "scan",
        /// Mails wait that should have left.
        MailQueue = "mail_queue",
        /// No instance looks for things to do.
        Scheduler = "scheduler",
        /// The daily backup was not made.
        Backup = "backup",
        /// The database does not answer.
        Database = "database",
    }
}

/// Something that stands still.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What.
    pub problem: Problem,
    /// Since when, if that is known.
    pub since: Option<DateTime<Utc>>,
}

/// Hours after its own within which a daily job must be done.
const JOB_HOURS: u32 = 2;
/// How long a mail may be due before the queue counts as standing still.
const MAIL_WAIT: TimeDelta = TimeDelta::hours(1);
/// How long one problem is not told again.
const TOLD_FOR: TimeDelta = TimeDelta::hours(24);

/// Everything that stands still, as the database shows it.
pub fn findings(view: &mut View<'_>) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    if let Some(since) = scan_stands(view)? {
        found.push(Finding {
            problem: Problem::Scan,
            since,
        });
    }
    if let Some(since) = mail_waits(view)? {
        let since = Some(since.and_utc());
        found.push(Finding {
            problem: Problem::MailQueue,
            since,
        });
    }
    if let Some(since) = scheduler_is_gone(view)? {
        let since = Some(since.and_utc());
        found.push(Finding {
            problem: Problem::Scheduler,
            since,
        });
    }
    if let Some(since) = backup_stands(view)? {
        found.push(Finding {
            problem: Problem::Backup,
            since,
        });
    }
    Ok(found)
}

/// Since when there is no scan; nothing is expected where the business date is fixed or there is no
/// province yet.
fn scan_stands(view: &mut View<'_>) -> Result<Option<Option<DateTime<Utc>>>> {
    let app = &view.ctx.app;
    if app.clock.is_fixed() {
        return Ok(None);
    }
    let late = app.clock.hour() >= latest(app.settings.scan_hour);
    let last = db::operations::last_scan(view.conn)?;
    let behind = last.map(|(as_of, _)| (view.today - as_of).num_days());
    let stands = match behind {
        None => late && view.tree()?.units().next().is_some(),
        Some(days) => days > 1 || (days == 1 && late),
    };
    Ok(stands.then(|| last.map(|(_, at)| at.and_utc())))
}

fn latest(hour: u32) -> u32 {
    (hour + JOB_HOURS).min(23)
}

/// Since when the oldest mail is due that should have left: an urgent one at any hour, an ordinary
/// one an hour into the working day, and one that keeps failing.
fn mail_waits(view: &mut View<'_>) -> Result<Option<NaiveDateTime>> {
    let before = view.now.checked_sub_signed(MAIL_WAIT).unwrap_or(view.now);
    let settings = &view.ctx.app.settings;
    let is_late = view.ctx.app.clock.hour() > settings.mail_from_hour;
    let except = match is_late && mails::in_working_hours(view)? {
        true => &[],
        false => ORDINARY,
    };
    db::operations::mail_due_since(view.conn, before, except)
}

/// Since when no instance has looked for things to do, if one went without a word.
fn scheduler_is_gone(view: &mut View<'_>) -> Result<Option<NaiveDateTime>> {
    let now = view.now;
    Ok(jobs::instances(view)?
        .into_iter()
        .max()
        .filter(|until| *until < now))
}

fn backup_stands(view: &mut View<'_>) -> Result<Option<Option<DateTime<Utc>>>> {
    let app = &view.ctx.app;
    if app.settings.backup_dir.is_empty() || app.clock.is_fixed() {
        return Ok(None);
    }
    let late = app.clock.hour() >= latest(app.settings.backup_hour);
    let run = db::job_runs::get(view.conn, super::backup::JOB)?;
    let last = run.as_ref().and_then(|run| run.done_for);
    let behind = last.map(|day| (view.today - day).num_days());
    let stands = match behind {
        None => late,
        Some(days) => days > 1 || (days == 1 && late),
    };
    let at = run.and_then(|run| run.finished_at).map(|at| at.and_utc());
    Ok(stands.then_some(at))
}

/// Whether this instance is to tell of a problem: one of them does, once a day.
pub fn may_tell(ctx: &Ctx, problem: Problem, teller: &str) -> Result<bool> {
    let (name, owner) = (told(problem), teller.to_owned());
    write(ctx, move |tx| {
        let now = tx.now;
        let until = now.checked_add_signed(TOLD_FOR).unwrap_or(now);
        db::leases::take(tx.conn, &name, &owner, now, until)
    })
}

/// A problem is over, or could not be told: it may be told again.
pub fn forget(ctx: &Ctx, problem: Problem, teller: &str) -> Result<()> {
    let (name, owner) = (told(problem), teller.to_owned());
    write(ctx, move |tx| db::leases::release(tx.conn, &name, &owner))
}

fn told(problem: Problem) -> String {
    format!("told:{}", problem.as_str())
}

//! Daily jobs and the instances that do them: each job is done once for a day, by one of them.

use chrono::{NaiveDateTime, TimeDelta};
use serde::Serialize;

use super::auth::random_token;
use super::{Ctx, View, read, write};
use crate::db;
use crate::error::Result;

/// How long an instance counts as running after its last sign of life.
const ALIVE: TimeDelta = TimeDelta::seconds(90);
/// How long the end of an instance that left no word is remembered.
const REMEMBERED: TimeDelta = TimeDelta::days(1);

const INSTANCE: &str = "instance:";

/// Does `work` if nobody has done it for the business date, and nobody is at it. An instance that
/// dies at it holds it up for `hold`.
pub fn daily<T: Serialize>(
    ctx: &Ctx,
    name: &'static str,
    hold: TimeDelta,
    work: impl FnOnce() -> Result<T>,
) -> Result<Option<T>> {
    let today = ctx.app.clock.today();
    let done = read(ctx, |view| db::job_runs::get(view.conn, name))?;
    if done.is_some_and(|run| run.done_for >= Some(today)) {
        return Ok(None);
    }
    let lease = format!("job:{name}");
    let owner = random_token()?;
    let (key, me) = (lease.clone(), owner.clone());
    let is_mine = write(ctx, move |tx| {
        let now = tx.now;
        let until = now.checked_add_signed(hold).unwrap_or(now);
        if !db::leases::take(tx.conn, &key, &me, now, until)? {
            return Ok(false);
        }
        // Another instance may have done it since the first look.
        let run = db::job_runs::get(tx.conn, name)?;
        let is_due = run.is_none_or(|run| run.done_for < Some(today));
        if !is_due {
            db::leases::release(tx.conn, &key, &me)?;
        }
        Ok(is_due)
    })?;
    if !is_mine {
        return Ok(None);
    }
    let outcome = work();
    let text = match &outcome {
        Ok(value) => Ok(serde_json::to_string(value).unwrap_or_default()),
        Err(error) => Err(error.to_string()),
    };
    write(ctx, move |tx| {
        let now = tx.now;
        match &text {
            Ok(text) => db::job_runs::done(tx.conn, name, today, now, text)?,
            Err(why) => db::job_runs::failed(tx.conn, name, now, why)?,
        }
        db::leases::release(tx.conn, &lease, &owner)
    })?;
    outcome.map(Some)
}

/// An instance with running jobs says that it lives.
pub fn beat(ctx: &Ctx, instance: &str) -> Result<()> {
    let (name, owner) = (format!("{INSTANCE}{instance}"), instance.to_owned());
    write(ctx, move |tx| {
        let now = tx.now;
        let until = now.checked_add_signed(ALIVE).unwrap_or(now);
        db::leases::take(tx.conn, &name, &owner, now, until)?;
        let before = now.checked_sub_signed(REMEMBERED).unwrap_or(now);
        db::leases::forget(tx.conn, INSTANCE, before)
    })
}

/// An instance says that it stops.
pub fn leave(ctx: &Ctx, instance: &str) -> Result<()> {
    let (name, owner) = (format!("{INSTANCE}{instance}"), instance.to_owned());
    write(ctx, move |tx| db::leases::release(tx.conn, &name, &owner))
}

/// Until when each instance that did not say that it stopped counts as running.
pub fn instances(view: &mut View<'_>) -> Result<Vec<NaiveDateTime>> {
    let leases = db::leases::named(view.conn, INSTANCE)?;
    Ok(leases.into_iter().map(|(_, until)| until).collect())
}

/// What became of each job.
pub fn runs(view: &mut View<'_>) -> Result<Vec<db::job_runs::JobRun>> {
    db::job_runs::all(view.conn)
}

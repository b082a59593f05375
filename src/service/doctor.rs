//! A look at everything an operator would look at, in one list.

use chrono::TimeDelta;
use serde::Serialize;

use super::{Ctx, backup, jobs, operations, read, rollup, verify, watch};
use crate::db::operations as rows;
use crate::db::{self, DbUrl};
use crate::error::Result;

/// One thing looked at.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// What.
    pub name: &'static str,
    /// Whether it is as it should be.
    pub ok: bool,
    /// What was found.
    pub detail: String,
}

impl Check {
    /// A check whose outcome is known.
    pub fn new(name: &'static str, ok: bool, detail: impl Into<String>) -> Self {
        Check {
            name,
            ok,
            detail: detail.into(),
        }
    }

    fn of(name: &'static str, outcome: Result<(bool, String)>) -> Self {
        match outcome {
            Ok((ok, detail)) => Check::new(name, ok, detail),
            Err(error) => Check::new(name, false, error.to_string()),
        }
    }
}

/// How far the clocks of this machine and the database server may be apart.
const SKEW: TimeDelta = TimeDelta::seconds(5);

/// Looks at database, migrations, clock, scans, mail queue, backup, instances, audit chains, and the
/// roll-up against the ledger. Where the schema is not this program's, no further than that.
pub fn examine(ctx: &Ctx) -> Vec<Check> {
    let mut checks = vec![
        Check::of("database", database(ctx)),
        Check::of("migrations", migrations(ctx)),
        secret(ctx),
        business_date(ctx),
    ];
    if checks.iter().all(|check| check.ok) {
        checks.extend([
            Check::of("clock", clock(ctx)),
            Check::of("instances", instances(ctx)),
            Check::of("last scan", last_scan(ctx)),
            Check::of("mail queue", mail_queue(ctx)),
            Check::of("last backup", last_backup(ctx)),
            Check::of("jobs", jobs_failed(ctx)),
            Check::of("standstill", standstill(ctx)),
            Check::of("audit chain", audit_chain(ctx)),
            Check::of("roll-up", roll_up(ctx)),
        ]);
    }
    checks
}

fn secret(ctx: &Ctx) -> Check {
    let app = &ctx.app;
    let (ok, detail) = match (&app.settings.secret, app.db.url()) {
        (Some(_), _) => (true, "from the settings"),
        (None, DbUrl::Sqlite(_)) => (true, "made on first start, kept in the database"),
        (None, DbUrl::Postgres(_)) => match operations::kept_secret(&app.db) {
            Ok(Some(_)) => (true, "brought along from the embedded database"),
            _ => (
                false,
                "not set; with PostgreSQL every instance needs the same",
            ),
        },
    };
    Check::new("secret", ok, detail)
}

fn business_date(ctx: &Ctx) -> Check {
    let clock = &ctx.app.clock;
    let detail = match clock.is_fixed() {
        true => format!(
            "{} (fixed by GIAINGAN_TODAY; no scan by itself)",
            clock.today()
        ),
        false => clock.today().to_string(),
    };
    Check::new("business date", true, detail)
}

fn database(ctx: &Ctx) -> Result<(bool, String)> {
    let (version, encrypted, size) = read(ctx, |view| {
        let version = rows::version(view.conn)?;
        Ok((version, rows::encrypted(view.conn)?, rows::size(view.conn)?))
    })?;
    let wire = match encrypted {
        Some(true) => ", encrypted",
        Some(false) => ", not encrypted: fine on this machine only",
        None => "",
    };
    let mib = size / (1024 * 1024);
    Ok((
        true,
        format!("{} ({version}, {mib} MiB{wire})", ctx.app.db.url()),
    ))
}

fn migrations(ctx: &Ctx) -> Result<(bool, String)> {
    let pending = ctx.app.db.pending_migrations()?;
    Ok(match pending.is_empty() {
        true => (true, "up to date".into()),
        false => (
            false,
            format!("pending: {}; run: giaingan migrate", pending.join(", ")),
        ),
    })
}

/// Against the database server's clock, and against what was written last: a clock that went back
/// makes the order of events a lie.
fn clock(ctx: &Ctx) -> Result<(bool, String)> {
    let now = ctx.app.clock.now();
    let (server, newest) = read(ctx, |view| {
        Ok((
            rows::server_clock(view.conn)?,
            rows::newest_event(view.conn)?,
        ))
    })?;
    if let Some(newest) = newest.filter(|at| *at > now + SKEW) {
        return Ok((
            false,
            format!("behind the newest event, which is of {newest} UTC"),
        ));
    }
    Ok(match server {
        Some(server) => {
            let apart = (server - now).num_milliseconds();
            (
                apart.abs() < SKEW.num_milliseconds(),
                format!("{apart} ms from the database server"),
            )
        }
        None => (true, "not behind what was written last".into()),
    })
}

fn instances(ctx: &Ctx) -> Result<(bool, String)> {
    let now = ctx.app.clock.now();
    let until = read(ctx, jobs::instances)?;
    let running = until.iter().filter(|until| **until > now).count();
    Ok((true, format!("{running} running")))
}

fn last_scan(ctx: &Ctx) -> Result<(bool, String)> {
    let today = ctx.app.clock.today();
    let scan = read(ctx, |view| rows::last_scan(view.conn))?;
    Ok(match scan {
        Some((day, at)) => {
            let behind = (today - day).num_days();
            (
                behind <= 1,
                match behind {
                    0.. => format!("as of {day}, {behind} days ago, ended {at} UTC"),
                    _ => format!("as of {day}, after the business date, ended {at} UTC"),
                },
            )
        }
        None => (true, "none yet".into()),
    })
}

fn mail_queue(ctx: &Ctx) -> Result<(bool, String)> {
    let count = |state: &'static str| read(ctx, move |view| rows::mails_in(view.conn, state));
    let (queued, failed, dead) = (count("queued")?, count("failed")?, count("dead")?);
    let detail = format!("{queued} queued, {failed} to be tried again, {dead} given up");
    Ok((dead == 0, detail))
}

/// How old the last backup may be, in hours.
const BACKUP_HOURS: i64 = 26;

fn last_backup(ctx: &Ctx) -> Result<(bool, String)> {
    let now = ctx.app.clock.now();
    let expected = !ctx.app.settings.backup_dir.is_empty();
    let run = read(ctx, |view| db::job_runs::get(view.conn, backup::JOB))?;
    Ok(match run.and_then(|run| run.finished_at.zip(run.outcome)) {
        None if expected => (false, "none yet, though backup_dir is set".into()),
        None => (true, "none; set backup_dir for a daily one".into()),
        Some((at, outcome)) => {
            let hours = (now - at).num_hours();
            let saved: serde_json::Value = serde_json::from_str(&outcome).unwrap_or_default();
            let sound = saved["content"]["faults"]
                .as_array()
                .is_none_or(Vec::is_empty);
            let detail = format!(
                "{} of {at} UTC, {hours} hours ago, {} bytes",
                saved["file"], saved["bytes"]
            );
            (sound && (!expected || hours <= BACKUP_HOURS), detail)
        }
    })
}

/// Jobs whose last attempt failed.
fn jobs_failed(ctx: &Ctx) -> Result<(bool, String)> {
    let runs = read(ctx, jobs::runs)?;
    let failed = runs.iter().filter(|run| run.failed_at > run.finished_at);
    let failed: Vec<String> = failed
        .map(|run| format!("{}: {}", run.name, run.error.as_deref().unwrap_or_default()))
        .collect();
    Ok(match failed.is_empty() {
        true => (true, format!("{} known, none failed", runs.len())),
        false => (false, failed.join("; ")),
    })
}

fn standstill(ctx: &Ctx) -> Result<(bool, String)> {
    let found = read(ctx, watch::findings)?;
    let names: Vec<&str> = found.iter().map(|one| one.problem.as_str()).collect();
    Ok(match names.is_empty() {
        true => (true, "nothing stands still".into()),
        false => (false, names.join(", ")),
    })
}

fn audit_chain(ctx: &Ctx) -> Result<(bool, String)> {
    let report = read(ctx, verify::audit)?;
    Ok(match report.broken.first() {
        None => (
            true,
            format!("{} events in {} chains", report.events, report.chains),
        ),
        Some(link) => (
            false,
            format!(
                "broken at {} number {}: {}",
                link.chain,
                link.seq,
                link.fault.as_str()
            ),
        ),
    })
}

fn roll_up(ctx: &Ctx) -> Result<(bool, String)> {
    let found = read(ctx, rollup::differences)?;
    Ok(match found.first() {
        None => (true, "equal to the ledger".into()),
        Some(first) => (
            false,
            format!("{} differences, the first: {first:?}", found.len()),
        ),
    })
}

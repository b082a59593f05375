//! A look at everything an operator would look at, in one list.

use serde::Serialize;

use super::{Ctx, operations, read, rollup, verify};
use crate::db::DbUrl;
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

/// Looks at database, migrations, clock, scans, mail queue, audit chains, and the roll-up against
/// the ledger.
pub fn examine(ctx: &Ctx) -> Vec<Check> {
    let app = &ctx.app;
    vec![
        Check::of("database", database(ctx)),
        Check::of("migrations", migrations(ctx)),
        Check::new(
            "secret",
            true,
            match (&app.settings.secret, app.db.url()) {
                (Some(_), _) => "from the settings",
                (None, DbUrl::Sqlite(_)) | (None, DbUrl::Postgres(_)) => {
                    "made on first start, kept in the database"
                }
            },
        ),
        Check::new(
            "business date",
            true,
            match app.clock.is_fixed() {
                true => format!(
                    "{} (fixed by GIAINGAN_TODAY; no scan by itself)",
                    app.clock.today()
                ),
                false => app.clock.today().to_string(),
            },
        ),
        Check::of("last scan", last_scan(ctx)),
        Check::of("mail queue", mail_queue(ctx)),
        Check::of("audit chain", audit_chain(ctx)),
        Check::of("roll-up", roll_up(ctx)),
    ]
}

fn database(ctx: &Ctx) -> Result<(bool, String)> {
    let version = read(ctx, |view| crate::db::operations::version(view.conn))?;
    Ok((true, format!("{} ({version})", ctx.app.db.url())))
}

fn migrations(ctx: &Ctx) -> Result<(bool, String)> {
    let pending = ctx.app.db.pending_migrations()?;
    Ok(match pending.is_empty() {
        true => (true, "up to date".into()),
        false => (false, format!("pending: {}", pending.join(", "))),
    })
}

fn last_scan(ctx: &Ctx) -> Result<(bool, String)> {
    let today = ctx.app.clock.today();
    let state = operations::readiness(&ctx.app)?;
    Ok(match state.last_scan_as_of {
        Some(day) => {
            let behind = (today - day).num_days();
            (behind <= 1, format!("as of {day}, {behind} days ago"))
        }
        None => (true, "none yet".into()),
    })
}

fn mail_queue(ctx: &Ctx) -> Result<(bool, String)> {
    let state = operations::readiness(&ctx.app)?;
    let detail = format!(
        "{} queued, {} given up",
        state.mails_queued, state.mails_dead
    );
    Ok((state.mails_dead == 0, detail))
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

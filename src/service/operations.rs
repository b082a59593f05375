//! Readiness and figures for operators.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::App;
use crate::db;
use crate::error::Result;

/// Whether the instance can serve, and what it last did.
#[derive(Serialize)]
pub struct Readiness {
    /// Database reachable and up to date.
    pub ready: bool,
    /// Migrations not yet applied.
    pub pending_migrations: Vec<String>,
    /// The day of the last scan.
    pub last_scan_as_of: Option<NaiveDate>,
    /// When it ended.
    pub last_scan_at: Option<DateTime<Utc>>,
    /// Mails that wait to be sent.
    pub mails_queued: i64,
    /// Mails that were given up.
    pub mails_dead: i64,
}

/// Whether the instance can serve.
pub fn readiness(app: &App) -> Result<Readiness> {
    let pending_migrations = app.db.pending_migrations()?;
    app.db.read(|conn| {
        let scan = db::operations::last_scan(conn)?;
        Ok(Readiness {
            ready: pending_migrations.is_empty(),
            pending_migrations,
            last_scan_as_of: scan.map(|(as_of, _)| as_of),
            last_scan_at: scan.map(|(_, at)| at.and_utc()),
            mails_queued: db::operations::mails_in(conn, "queued")?,
            mails_dead: db::operations::mails_in(conn, "dead")?,
        })
    })
}

/// A figure for the metrics page: name, text, value.
pub type Gauge = (&'static str, &'static str, i64);

/// Figures that are read when asked for.
pub fn gauges(app: &App) -> Result<Vec<Gauge>> {
    let (busy, idle) = app.db.pool_state();
    app.db.read(|conn| {
        let scan = db::operations::last_scan(conn)?;
        let last = scan.map_or(0, |(_, at)| at.and_utc().timestamp());
        Ok(vec![
            (
                "database_connections_busy",
                "Pooled connections in use.",
                i64::from(busy),
            ),
            (
                "database_connections_idle",
                "Pooled connections at rest.",
                i64::from(idle),
            ),
            (
                "mails_queued",
                "Mails that wait to be sent.",
                db::operations::mails_in(conn, "queued")?,
            ),
            (
                "mails_dead",
                "Mails that were given up.",
                db::operations::mails_in(conn, "dead")?,
            ),
            (
                "last_scan_timestamp_seconds",
                "When the last scan ended.",
                last,
            ),
        ])
    })
}

/// The secret that signs tokens and cursors, made on first use and kept in the database.
pub fn installation_secret(db: &db::Db) -> Result<String> {
    let fresh = super::auth::random_token()?;
    db.write(move |conn| db::settings::get_or_set(conn, "secret", &fresh))
}

/// Whether the data is made up, so that pages say so.
pub fn is_demo(app: &App) -> Result<bool> {
    app.db
        .read(|conn| Ok(db::settings::get(conn, "demo")?.as_deref() == Some("true")))
}

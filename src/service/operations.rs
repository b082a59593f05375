//! Readiness and figures for operators.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::Serialize;

use super::watch::{self, Problem};
use super::{App, Ctx, View, backup, jobs, read};
use crate::db;
use crate::error::Result;

/// Whether the instance can serve, and whether the machinery behind it turns.
#[derive(Serialize)]
pub struct Readiness {
    /// Database reachable and of this program's schema: the only things that this depends on, since
    /// an instance that serves is better than none.
    pub ready: bool,
    /// Migrations not yet applied.
    pub pending_migrations: Vec<String>,
    /// The day of the last scan.
    pub last_scan_as_of: Option<NaiveDate>,
    /// When it ended.
    pub last_scan_at: Option<DateTime<Utc>>,
    /// Mails that wait to be sent.
    pub mails_queued: i64,
    /// Mails whose last attempt failed.
    pub mails_failed: i64,
    /// Mails that were given up.
    pub mails_dead: i64,
    /// When the jobs of this process last looked round; none where they do not run.
    pub scheduler_at: Option<DateTime<Utc>>,
    /// When the last backup ended.
    pub last_backup_at: Option<DateTime<Utc>>,
    /// What stands still.
    pub standstill: Vec<Problem>,
}

/// Whether the instance can serve.
pub fn readiness(ctx: &Ctx) -> Result<Readiness> {
    let pending_migrations = ctx.app.db.pending_migrations()?;
    let mut state = unseen(&ctx.app, pending_migrations);
    if state.ready {
        read(ctx, |view| look(view, &mut state))?;
    }
    Ok(state)
}

/// The same while something is read: then the database answers and is up to date.
pub fn seen(view: &mut View<'_>) -> Result<Readiness> {
    let mut state = unseen(&view.ctx.app, Vec::new());
    look(view, &mut state)?;
    Ok(state)
}

fn unseen(app: &App, pending_migrations: Vec<String>) -> Readiness {
    Readiness {
        ready: pending_migrations.is_empty(),
        pending_migrations,
        last_scan_as_of: None,
        last_scan_at: None,
        mails_queued: 0,
        mails_failed: 0,
        mails_dead: 0,
        scheduler_at: app.pulse.last_beat(),
        last_backup_at: None,
        standstill: Vec::new(),
    }
}

fn look(view: &mut View<'_>, state: &mut Readiness) -> Result<()> {
    let scan = db::operations::last_scan(view.conn)?;
    let backup = db::job_runs::get(view.conn, backup::JOB)?.and_then(|run| run.finished_at);
    state.last_scan_as_of = scan.map(|(as_of, _)| as_of);
    state.last_scan_at = scan.map(|(_, at)| at.and_utc());
    state.mails_queued = db::operations::mails_in(view.conn, "queued")?;
    state.mails_failed = db::operations::mails_in(view.conn, "failed")?;
    state.mails_dead = db::operations::mails_in(view.conn, "dead")?;
    state.last_backup_at = backup.map(|at| at.and_utc());
    state.standstill = watch::findings(view)?
        .into_iter()
        .map(|one| one.problem)
        .collect();
    Ok(())
}

/// What the metrics page shows beside the requests.
pub struct Figures {
    /// As the health check sees it; none while the database does not answer.
    pub readiness: Option<Readiness>,
    /// Pooled connections in use and at rest.
    pub connections: (u32, u32),
    /// Which database it is: `sqlite` or `postgres`.
    pub database: &'static str,
    /// Instances whose jobs run.
    pub instances: usize,
    /// Jobs by name: when each was last done and when it last failed, in seconds.
    pub jobs: Vec<(String, Option<i64>, Option<i64>)>,
}

/// How fresh the alerts are and whether mail goes out, for whoever reads figures.
#[derive(Clone, Copy, Debug)]
pub struct DataStatus {
    /// The day of the last scan.
    pub last_scan: Option<NaiveDate>,
    /// Mails that wait to be sent.
    pub mails_waiting: i64,
    /// Mails that were given up.
    pub mails_dead: i64,
}

/// How fresh the data is.
pub fn data_status(view: &mut View<'_>) -> Result<DataStatus> {
    let scan = db::operations::last_scan(view.conn)?;
    let waiting = db::operations::mails_in(view.conn, "queued")?;
    let failed = db::operations::mails_in(view.conn, "failed")?;
    Ok(DataStatus {
        last_scan: scan.map(|(as_of, _)| as_of),
        mails_waiting: waiting + failed,
        mails_dead: db::operations::mails_in(view.conn, "dead")?,
    })
}

/// Figures that are read when asked for.
pub fn figures(ctx: &Ctx) -> Figures {
    let app = &ctx.app;
    let seconds = |at: Option<NaiveDateTime>| at.map(|at| at.and_utc().timestamp());
    let mut figures = Figures {
        readiness: readiness(ctx).ok(),
        connections: app.db.pool_state(),
        database: match app.db.url() {
            db::DbUrl::Sqlite(_) => "sqlite",
            db::DbUrl::Postgres(_) => "postgres",
        },
        instances: 0,
        jobs: Vec::new(),
    };
    if figures.readiness.as_ref().is_some_and(|state| state.ready) {
        let now = app.clock.now();
        let known = read(ctx, |view| Ok((jobs::instances(view)?, jobs::runs(view)?)));
        // Without the database its figures are missing, which is what there is to tell.
        if let Ok((instances, runs)) = known {
            figures.instances = instances.iter().filter(|until| **until > now).count();
            let jobs = runs.into_iter().map(|run| {
                let (done, failed) = (seconds(run.finished_at), seconds(run.failed_at));
                (run.name, done, failed)
            });
            figures.jobs = jobs.collect();
        }
    }
    figures
}

/// The secret that signs tokens and cursors, made on first use and kept in the database.
pub fn installation_secret(db: &db::Db) -> Result<String> {
    let fresh = super::auth::random_token()?;
    db.write(move |conn| db::settings::get_or_set(conn, "secret", &fresh))
}

/// The secret that a database keeps, if it made one.
pub fn kept_secret(db: &db::Db) -> Result<Option<String>> {
    db.read(|conn| db::settings::get(conn, "secret"))
}

/// Whether the data is made up, so that pages say so.
pub fn is_demo(app: &App) -> Result<bool> {
    app.db.read(demo_mark)
}

/// The same, within a snapshot.
pub fn holds_demo(view: &mut View<'_>) -> Result<bool> {
    demo_mark(view.conn)
}

fn demo_mark(conn: &mut db::Conn) -> Result<bool> {
    Ok(db::settings::get(conn, "demo")?.as_deref() == Some("true"))
}

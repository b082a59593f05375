//! Runs the jobs beside the server until it stops. Several instances may: each daily job is done by
//! one of them, and each mail is sent by one of them.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::mail::{Sender, blocking};
use crate::error::Result;
use crate::service::alerts::{self, ScanOutcome};
use crate::service::auth::random_token;
use crate::service::backup::{self, Saved};
use crate::service::{App, Ctx, housekeeping, jobs};

/// How often the jobs look whether there is something to do.
const TICK: Duration = Duration::from_secs(15);

/// How long a scan, a backup and the house-keeping hold others off at most, should their instance die.
const SCAN_HOLD: TimeDelta = TimeDelta::minutes(10);
const BACKUP_HOLD: TimeDelta = TimeDelta::minutes(60);
const CLEAN_HOLD: TimeDelta = TimeDelta::minutes(10);

/// The jobs of one instance.
pub struct Runner {
    app: Arc<App>,
    sender: Sender,
}

/// Jobs that are running; they end when told to.
pub struct Running {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Running {
    /// Runs a job that looks whether it is to stop.
    pub(super) fn spawn<F>(job: impl FnOnce(watch::Receiver<bool>) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(job(stopped));
        Running { stop, task }
    }

    /// Tells the jobs to stop and waits for the one under way, a while at most.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        if tokio::time::timeout(Duration::from_secs(30), self.task)
            .await
            .is_err()
        {
            tracing::warn!("a job is still under way and is left behind");
        }
    }
}

impl Runner {
    /// The jobs of an instance.
    pub fn new(app: &Arc<App>, sender: Sender) -> Self {
        Runner {
            app: app.clone(),
            sender,
        }
    }

    /// Starts them. The instance counts as running until the job under way has ended, however long
    /// that takes.
    pub fn start(self) -> Running {
        Running::spawn(move |mut stopped| async move {
            let (ended, heart_stops) = watch::channel(false);
            let heart = tokio::spawn(beat(Ctx::system(&self.app, "instance"), heart_stops));
            while !*stopped.borrow() {
                self.tick().await;
                rest(&mut stopped).await;
            }
            let _ = ended.send(true);
            let _ = heart.await;
        })
    }

    /// Does whatever is due. What goes wrong in one job is logged and keeps no other from its turn.
    pub async fn tick(&self) {
        let app = &self.app;
        app.pulse.beat(app.clock.now().and_utc());
        if let Some(Some(outcome)) = said("scan", scan_if_due(app).await) {
            tracing::info!(?outcome, "scanned");
        }
        if let Some(round) = said("mail", self.sender.tick().await)
            && round != Default::default()
        {
            tracing::info!(?round, "mails");
        }
        said("housekeeping", clean(app).await);
        if let Some(Some(saved)) = said("backup", back_up_if_due(app).await) {
            let faults = saved.content.faults.join("; ");
            match faults.is_empty() {
                true => {
                    tracing::info!(file = %saved.file.display(), bytes = saved.bytes, "backed up")
                }
                false => {
                    tracing::error!(file = %saved.file.display(), faults, "backed up what is not sound")
                }
            }
        }
    }
}

/// Waits for the next look, or for the end.
async fn rest(stopped: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = tokio::time::sleep(TICK) => {}
        _ = stopped.changed() => {}
    }
}

/// Says that the instance lives, and in the end that it stops.
async fn beat(ctx: Ctx, mut stopped: watch::Receiver<bool>) {
    let Some(instance) = said("heartbeat", random_token()) else {
        return;
    };
    while !*stopped.borrow() {
        let (ctx, instance) = (ctx.clone(), instance.clone());
        let beaten = blocking(move || jobs::beat(&ctx, &instance)).await;
        said("heartbeat", beaten);
        rest(&mut stopped).await;
    }
    said(
        "leaving",
        blocking(move || jobs::leave(&ctx, &instance)).await,
    );
}

/// Logs what went wrong.
fn said<T>(job: &'static str, outcome: Result<T>) -> Option<T> {
    match outcome {
        Ok(value) => Some(value),
        Err(error) => {
            tracing::error!(job, %error, "a job failed");
            None
        }
    }
}

/// Scans once a day from the hour of the settings on, catching up after a pause; never where the
/// business date is fixed.
pub async fn scan_if_due(app: &Arc<App>) -> Result<Option<ScanOutcome>> {
    if app.clock.is_fixed() || app.clock.hour() < app.settings.scan_hour {
        return Ok(None);
    }
    let ctx = Ctx::system(app, "scan");
    blocking(move || {
        let today = ctx.app.clock.today();
        match alerts::last_scan(&ctx)? {
            Some(last) if last >= today => Ok(None),
            _ => jobs::daily(&ctx, "scan", SCAN_HOLD, || alerts::scan(&ctx, None)),
        }
    })
    .await
}

/// Saves everything once a day from the hour of the settings on, if they name a folder; never where
/// the business date is fixed.
pub async fn back_up_if_due(app: &Arc<App>) -> Result<Option<Saved>> {
    let settings = &app.settings;
    if settings.backup_dir.is_empty()
        || app.clock.is_fixed()
        || app.clock.hour() < settings.backup_hour
    {
        return Ok(None);
    }
    let ctx = Ctx::system(app, "backup");
    blocking(move || jobs::daily(&ctx, backup::JOB, BACKUP_HOLD, || backup::daily(&ctx))).await
}

/// The daily house-keeping.
pub async fn clean(app: &Arc<App>) -> Result<()> {
    let ctx = Ctx::system(app, "housekeeping");
    let done = blocking(move || {
        jobs::daily(&ctx, "housekeeping", CLEAN_HOLD, || {
            housekeeping::daily(&ctx)
        })
    });
    done.await.map(|_| ())
}

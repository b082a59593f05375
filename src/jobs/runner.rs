//! Runs the jobs beside the server until it stops. Several instances may: the scan has a lease, each
//! mail has one, and house-keeping may be done twice.

use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::mail::{Sender, blocking};
use crate::error::Result;
use crate::service::alerts::{self, ScanOutcome};
use crate::service::{App, Ctx, housekeeping};

/// How often the jobs look whether there is something to do.
const TICK: Duration = Duration::from_secs(15);

/// The jobs of one instance.
pub struct Runner {
    app: Arc<App>,
    sender: Sender,
    cleaned_on: Option<NaiveDate>,
}

/// Jobs that are running; they end when told to.
pub struct Running {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Running {
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
            cleaned_on: None,
        }
    }

    /// Starts them.
    pub fn start(mut self) -> Running {
        let (stop, mut stopped) = watch::channel(false);
        let task = tokio::spawn(async move {
            while !*stopped.borrow() {
                self.tick().await;
                tokio::select! {
                    () = tokio::time::sleep(TICK) => {}
                    _ = stopped.changed() => {}
                }
            }
        });
        Running { stop, task }
    }

    /// Does whatever is due. What goes wrong in one job is logged and keeps no other from its turn.
    pub async fn tick(&mut self) {
        match scan_if_due(&self.app).await {
            Ok(Some(outcome)) => tracing::info!(?outcome, "scanned"),
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "the scan failed"),
        }
        match self.sender.tick().await {
            Ok(round) if round != Default::default() => tracing::info!(?round, "mails"),
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "sending mail failed"),
        }
        let today = self.app.clock.today();
        if self.cleaned_on != Some(today) {
            match clean(&self.app).await {
                Ok(()) => self.cleaned_on = Some(today),
                Err(error) => tracing::error!(%error, "house-keeping failed"),
            }
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
            _ => alerts::scan(&ctx, None).map(Some),
        }
    })
    .await
}

/// The daily house-keeping.
pub async fn clean(app: &Arc<App>) -> Result<()> {
    let ctx = Ctx::system(app, "housekeeping");
    blocking(move || housekeeping::daily(&ctx)).await
}

//! `serve`: the API, the pages and the background jobs until told to stop.

use std::sync::Arc;

use super::{Outcome, open};
use crate::config::Settings;
use crate::jobs::mail::Sender;
use crate::jobs::runner::Runner;
use crate::jobs::watch::Watch;
use crate::jobs::webhooks::Deliverer;
use crate::service::{App, Ctx, book};
use crate::startup;

/// Serves until the process is told to stop; requests under way end first.
pub fn run(settings: Settings) -> Outcome {
    let (app, secret) = open(settings)?;
    serve(app, &secret)
}

/// Serves an instance that is put together already.
pub fn serve(app: Arc<App>, secret: &[u8]) -> Outcome {
    let runtime = actix_web::rt::System::new();
    runtime.block_on(async {
        let said = |error: crate::error::Error| error.to_string();
        let sender = Sender::open(&app).map_err(said)?;
        let jobs = Runner::new(&app, sender);
        let watch = Watch::new(&app).map_err(said)?;
        let ctx = Ctx::system(&app, "serve");
        let deliverer = Deliverer::open(&app).map_err(said)?;
        let mut told_to_stop = Signals::listen().map_err(|error| error.to_string())?;
        let (server, address) = startup::server(app, secret).map_err(said)?;
        tracing::info!(%address, version = env!("CARGO_PKG_VERSION"), "serving");
        // The first reader need not wait for the book; requests are answered meanwhile.
        actix_web::rt::task::spawn_blocking(move || {
            if let Err(error) = book::warm(&ctx) {
                tracing::warn!(%error, "the book was not read ahead");
            }
        });
        let (jobs, watch) = (jobs.start(), watch.start());
        let deliverer = deliverer.start();
        let handle = server.handle();
        let server = actix_web::rt::spawn(server);
        let signal = told_to_stop.next().await;
        tracing::info!(signal, "stopping: requests and jobs under way end first");
        watch.abort();
        let drained = async { tokio::join!(handle.stop(true), jobs.stop(), deliverer.stop()) };
        tokio::select! {
            _ = drained => tracing::info!("stopped"),
            signal = told_to_stop.next() => tracing::warn!(signal, "stopped at once"),
        }
        match server.await {
            Ok(served) => served.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        }
    })
}

/// What tells the process to stop.
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

//! `serve`: the API, the pages and the background jobs until told to stop.

use std::sync::Arc;

use super::{Outcome, open};
use crate::config::Settings;
use crate::jobs::mail::Sender;
use crate::jobs::runner::Runner;
use crate::service::App;
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
        let sender = Sender::open(&app).map_err(|error| error.to_string())?;
        let jobs = Runner::new(&app, sender);
        let (server, address) = startup::server(app, secret).map_err(|error| error.to_string())?;
        tracing::info!(%address, "serving");
        let jobs = jobs.start();
        let served = server.await;
        jobs.stop().await;
        served.map_err(|error| error.to_string())
    })
}

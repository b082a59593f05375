//! `serve`: the API, the pages and the background jobs until told to stop.

use super::{Outcome, open};
use crate::config::Settings;
use crate::startup;

/// Serves until the process is told to stop; requests under way end first.
pub fn run(settings: Settings) -> Outcome {
    let (app, secret) = open(settings)?;
    let runtime = actix_web::rt::System::new();
    runtime.block_on(async move {
        let (server, address) = startup::server(app, &secret).map_err(|error| error.to_string())?;
        tracing::info!(%address, "serving");
        server.await.map_err(|error| error.to_string())
    })
}

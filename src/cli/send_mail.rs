//! `send-mail`: sends everything that waits, now.

use std::sync::Arc;

use super::{Outcome, open};
use crate::config::Settings;
use crate::jobs::mail::{Round, Sender};
use crate::service::App;

/// Sends whatever the hour, digest time or back-off.
pub fn run(settings: Settings) -> Outcome {
    let (app, _) = open(settings)?;
    let round = all(&app)?;
    println!(
        "{} sent, {} failed and will be tried again, {} given up.",
        round.sent, round.failed, round.dead
    );
    match round.failed {
        0 => Ok(()),
        _ => Err("some mails were not sent; see `last_error` of GET /api/v1/mails".into()),
    }
}

/// Sends everything that waits.
pub fn all(app: &Arc<App>) -> Result<Round, String> {
    let runtime = actix_web::rt::System::new();
    let round = runtime.block_on(async {
        let sender = Sender::open(app)?;
        sender.send_all().await
    });
    round.map_err(|error| error.to_string())
}

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
    side_by_side(app, 1)
}

/// The same by several senders, who share the commits that each mail needs.
pub fn side_by_side(app: &Arc<App>, senders: usize) -> Result<Round, String> {
    let runtime = actix_web::rt::System::new();
    runtime.block_on(async {
        let senders: Vec<_> = (0..senders)
            .map(|_| {
                let app = app.clone();
                actix_web::rt::spawn(async move { Sender::open(&app)?.send_all().await })
            })
            .collect();
        let mut sum = Round::default();
        for sender in senders {
            let round = sender.await.map_err(|error| error.to_string())?;
            let round = round.map_err(|error| error.to_string())?;
            sum.sent += round.sent;
            sum.failed += round.failed;
            sum.dead += round.dead;
        }
        Ok(sum)
    })
}

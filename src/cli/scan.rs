//! `scan`: looks for what is wrong, once.

use chrono::NaiveDate;
use clap::Args;

use super::{Outcome, open};
use crate::config::Settings;
use crate::service::{Ctx, alerts};

/// Which day to look at.
#[derive(Args)]
pub struct Scan {
    /// The day, YYYY-MM-DD; the business date unless given.
    #[arg(long, value_name = "DATE")]
    as_of: Option<NaiveDate>,
}

impl Scan {
    /// Scans and says what it did.
    pub fn run(self, settings: Settings) -> Outcome {
        let (app, _) = open(settings)?;
        let ctx = Ctx::system(&app, "scan");
        let done = alerts::scan(&ctx, self.as_of).map_err(|error| error.to_string())?;
        println!(
            "Scanned as of {}: {} raised, {} updated, {} escalated, {} reopened, {} resolved, {} mails queued.",
            done.as_of,
            done.raised,
            done.updated,
            done.escalated,
            done.reopened,
            done.resolved,
            done.mails_queued
        );
        Ok(())
    }
}

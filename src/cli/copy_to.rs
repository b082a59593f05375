//! `copy-to`: moves an installation to another database, for example from SQLite to PostgreSQL.

use clap::Args;

use super::backup::report;
use super::{Outcome, open};
use crate::config::Settings;
use crate::service::{Ctx, backup};

/// Where to.
#[derive(Args)]
pub struct CopyTo {
    /// The other database, for example postgres://giaingan@127.0.0.1/giaingan. Its password may also
    /// come from PGPASSWORD or ~/.pgpass.
    url: String,
    /// Replace what the other database holds.
    #[arg(long)]
    force: bool,
}

impl CopyTo {
    /// Copies table by table and compares both; interrupted, it goes on where it stopped.
    pub fn run(self, settings: Settings) -> Outcome {
        let (app, _) = open(settings)?;
        let ctx = Ctx::system(&app, "copy-to");
        let mut line = |table: &backup::Fingerprint, new: bool| {
            let how = if new { "copied" } else { "equal" };
            println!(
                "{how:7} {:10} {:28} {}",
                table.rows, table.table, &table.checksum
            );
        };
        let copied = backup::copy_to(&ctx, &self.url, self.force, &mut line);
        report(&copied.map_err(|error| error.to_string())?)?;
        println!("Both databases hold the same. Point GIAINGAN_DATABASE_URL at the new one.");
        Ok(())
    }
}

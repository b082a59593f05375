//! `backup` and `restore`.

use std::path::PathBuf;

use clap::Args;

use super::{Outcome, open, open_as_it_is};
use crate::config::Settings;
use crate::service::Ctx;
use crate::service::backup::{self, Content};

/// Where to.
#[derive(Args)]
pub struct Backup {
    /// The new file.
    file: PathBuf,
}

impl Backup {
    /// Saves everything, even while instances serve; fails when what was saved is not sound.
    pub fn run(self, settings: Settings) -> Outcome {
        let (app, _) = open(settings)?;
        let ctx = Ctx::system(&app, "backup");
        let saved = backup::make(&ctx, &self.file).map_err(|error| error.to_string())?;
        println!(
            "Saved {} ({} bytes) and tried to restore it.",
            saved.file.display(),
            saved.bytes
        );
        report(&saved.content)
    }
}

/// From where, and how.
#[derive(Args)]
pub struct Restore {
    /// A file that `backup` made.
    file: PathBuf,
    /// Replace what the database holds.
    #[arg(long)]
    force: bool,
    /// Only try: check the file and restore it into a file that is thrown away.
    #[arg(long)]
    dry_run: bool,
}

impl Restore {
    /// Puts the backup in the place of what the database holds.
    pub fn run(self, settings: Settings) -> Outcome {
        let app = open_as_it_is(settings)?;
        let ctx = Ctx::system(&app, "restore");
        let content = match self.dry_run {
            true => backup::trial(&ctx, &self.file),
            false => backup::restore(&ctx, &self.file, self.force),
        };
        let content = content.map_err(|error| error.to_string())?;
        match self.dry_run {
            true => println!("{} can be restored.", self.file.display()),
            false => println!("Restored {} into {}.", self.file.display(), app.db.url()),
        }
        report(&content)
    }
}

/// What a database holds after it was filled; fails when that is not sound.
pub(super) fn report(content: &Content) -> Outcome {
    println!(
        "{} rows in {} tables, {} audit events.",
        content.rows, content.tables, content.audit_events
    );
    match content.faults.is_empty() {
        true => Ok(()),
        false => Err(content.faults.join("; ")),
    }
}

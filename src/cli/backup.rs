//! `backup` and `restore`.

use std::fs::File;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Outcome, open, open_as_it_is};
use crate::config::Settings;
use crate::service::Ctx;
use crate::service::backup::{self, Content};

/// Where to.
#[derive(Args)]
pub struct Backup {
    /// The new file; `-` writes it to standard output, for a program that encrypts it.
    file: PathBuf,
}

/// Stands for standard output and input. Behind it is a file that only this user reads and that goes again.
const PIPE: &str = "-";

fn io(error: std::io::Error) -> String {
    error.to_string()
}

impl Backup {
    /// Saves everything, even while instances serve; fails when what was saved is not sound.
    pub fn run(self, settings: Settings) -> Outcome {
        let (app, _) = open(settings)?;
        let ctx = Ctx::system(&app, "backup");
        let make = |file: &Path| backup::make(&ctx, file).map_err(|error| error.to_string());
        if self.file == Path::new(PIPE) {
            let folder = tempfile::tempdir().map_err(io)?;
            let saved = make(&folder.path().join("backup.sqlite"))?;
            let mut file = File::open(&saved.file).map_err(io)?;
            std::io::copy(&mut file, &mut std::io::stdout().lock()).map_err(io)?;
            return sound(&saved.content);
        }
        let saved = make(&self.file)?;
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
    /// A file that `backup` made; `-` reads it from standard input.
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
        let folder = tempfile::tempdir().map_err(io)?;
        let file = match self.file == Path::new(PIPE) {
            true => {
                let file = folder.path().join("backup.sqlite");
                let mut copy = File::create(&file).map_err(io)?;
                std::io::copy(&mut std::io::stdin().lock(), &mut copy).map_err(io)?;
                file
            }
            false => self.file.clone(),
        };
        let content = match self.dry_run {
            true => backup::trial(&ctx, &file),
            false => backup::restore(&ctx, &file, self.force),
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
    sound(content)
}

fn sound(content: &Content) -> Outcome {
    match content.faults.is_empty() {
        true => Ok(()),
        false => Err(content.faults.join("; ")),
    }
}

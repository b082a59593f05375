//! `import`: checks a file of rows and says everything wrong in it; records them if asked to.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use clap::Args;

use super::{Outcome, open};
use crate::config::Settings;
use crate::domain::format::AmountUnit;
use crate::domain::hash::Hasher;
use crate::domain::imports::Kind;
use crate::domain::locale::Locale;
use crate::service::imports::{self, Import as Kept, NewFile};
use crate::service::{Ctx, write};
use crate::sheets;

/// Which file, and what to do with it.
#[derive(Args)]
pub struct Import {
    /// What the file holds: projects, plan_entries, schedules, disbursements, treasury_statement.
    #[arg(value_parser = kind)]
    kind: Kind,
    /// The file: .xlsx or .csv (UTF-8).
    file: PathBuf,
    /// Record the rows if nothing is wrong.
    #[arg(long)]
    commit: bool,
    /// The unit of amounts that name none: dong, million, billion.
    #[arg(long, value_name = "UNIT", default_value = "dong", value_parser = unit)]
    amount_unit: AmountUnit,
    /// The language of what is wrong: vi, en.
    #[arg(long, value_name = "LANGUAGE", default_value = "vi", value_parser = language)]
    language: Locale,
}

fn kind(text: &str) -> Result<Kind, String> {
    let names: Vec<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
    Kind::parse(text).ok_or_else(|| format!("one of: {}", names.join(", ")))
}

fn unit(text: &str) -> Result<AmountUnit, String> {
    AmountUnit::parse(text).ok_or_else(|| "one of: dong, million, billion".to_owned())
}

fn language(text: &str) -> Result<Locale, String> {
    Locale::parse(text).ok_or_else(|| "one of: vi, en".to_owned())
}

impl Import {
    /// Checks, and commits if asked to.
    pub fn run(self, settings: Settings) -> Outcome {
        let (app, _) = open(settings)?;
        let mut ctx = Ctx::system(&app, "import");
        let locale = self.language;
        ctx.actor.locale = locale;
        let file = self.new_file()?;
        let checked = sheets::import::check(&ctx, &self.file, &file, &|rows| counted(rows, "read"))
            .map_err(|error| told(&error, locale))?;
        let ctx = imports::context(&ctx, self.kind).map_err(|error| told(&error, locale))?;
        let kept = write(&ctx, move |tx| imports::keep(tx, &file, &checked))
            .map_err(|error| told(&error, locale))?;
        end_of_count();
        report(&kept);
        if kept.errors_total > 0 {
            return Err(format!(
                "{} errors; nothing was recorded",
                kept.errors_total
            ));
        }
        if self.commit {
            let id = kept.id;
            write(&ctx, move |tx| {
                imports::commit(tx, id, &|rows| counted(rows, "recorded"))
            })
            .map_err(|error| told(&error, locale))?;
            end_of_count();
            println!("Recorded {} rows (import {id}).", kept.rows);
        }
        Ok(())
    }

    fn new_file(&self) -> Result<NewFile, String> {
        let at = self.file.display();
        let failed = |error: std::io::Error| format!("{at}: {error}");
        let mut content = std::fs::File::open(&self.file).map_err(failed)?;
        let mut hasher = Hasher::new();
        let mut buffer = vec![0; 1 << 16];
        loop {
            match std::io::Read::read(&mut content, &mut buffer).map_err(failed)? {
                0 => break,
                length => hasher.update(&buffer[..length]),
            }
        }
        let name = self.file.file_name().unwrap_or_default();
        Ok(NewFile {
            kind: self.kind,
            unit: self.amount_unit,
            name: name.to_string_lossy().into_owned(),
            hash: hasher.hex(),
        })
    }
}

/// Refusals in the reader's language; what went wrong here as it is.
fn told(error: &crate::error::Error, locale: Locale) -> String {
    match error {
        crate::error::Error::Refused(faults) => {
            let texts: Vec<String> = faults.iter().map(|fault| fault.message(locale)).collect();
            texts.join("; ")
        }
        other => other.to_string(),
    }
}

/// Shown to people only: a line that counts what was done to rows.
fn counted(rows: usize, done: &str) {
    let mut out = std::io::stderr();
    if out.is_terminal() {
        // Nothing depends on whether it can be seen.
        let _ = write!(out, "\r{rows} rows {done}");
        let _ = out.flush();
    }
}

fn end_of_count() {
    if std::io::stderr().is_terminal() {
        eprintln!();
    }
}

fn report(kept: &Kept) {
    println!(
        "{}: {} rows, {} valid, {} with errors, {} passed over.",
        kept.file_name, kept.rows, kept.valid, kept.invalid, kept.skipped
    );
    if let Some(matches) = kept.matches {
        println!(
            "Against the payments recorded here: {} agree, {} differ, {} only at the Treasury, {} only here.",
            matches.agreed, matches.differs, matches.treasury_only, matches.ledger_only
        );
    }
    for (mark, list) in [("error", &kept.errors), ("warning", &kept.warnings)] {
        for one in list {
            let place = one.cell.clone().unwrap_or_else(|| one.row.to_string());
            println!(
                "{mark}\t{}!{place}\t{}\t{}\t{}\t{}",
                one.sheet, one.column, one.value, one.code, one.message
            );
        }
    }
}

//! The command line, one file per command.

mod backtest;
mod backup;
mod config;
mod copy_to;
mod demo;
mod doctor;
mod export;
mod healthcheck;
mod import;
mod init;
mod privacy;
mod scan;
mod send_mail;
mod serve;
mod user;
mod verify_audit;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};

use crate::clock::Clock;
use crate::config::{Loaded, Settings, read_secret};
use crate::service::App;
use crate::sheets::read;
use crate::{startup, telemetry};

/// What a command ends with: text for people on failure.
type Outcome = Result<(), String>;

/// Follows a province's public-investment money and turns a late payment into somebody acting on it.
#[derive(Parser)]
#[command(name = "giaingan", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API and the pages.
    Serve,
    /// Make a demo province in a local file and serve it.
    Demo(demo::Demo),
    /// Make the province and the first administrator of an empty database.
    Init(init::Init),
    /// Bring the database to the schema of this program.
    Migrate,
    /// Show the settings in force and where each comes from.
    Config(config::Config),
    /// Save everything into a new file, even while instances serve.
    Backup(backup::Backup),
    /// Put a backup in the place of what the database holds.
    Restore(backup::Restore),
    /// Copy everything to another database, for example from SQLite to PostgreSQL.
    CopyTo(copy_to::CopyTo),
    /// Write a report as a workbook.
    Export(export::Export),
    /// Show and change accounts.
    User(user::User),
    /// Show what is kept of a person, or erase them.
    Privacy(privacy::Privacy),
    /// Look at everything an operator would look at.
    Doctor(doctor::Doctor),
    /// Ask the instance on this machine whether it is ready.
    Healthcheck,
    /// Walk the hash chains of the audit log.
    VerifyAudit,
    /// Look for what is wrong, once, and queue mails to those who have to act.
    Scan(scan::Scan),
    /// Send every mail that waits, now.
    SendMail,
    /// Show how well the forecast would have done in a year that is over.
    Backtest(backtest::Backtest),
    /// Check a file of rows, and record them if asked to.
    Import(import::Import),
}

/// Runs the command that the arguments name.
pub fn run() -> ExitCode {
    // Started by the program itself to read a stranger's file: it knows no setting and no command.
    let mut given = std::env::args_os().skip(1);
    if given.next().is_some_and(|first| first == read::COMMAND)
        && let Some(path) = given.next()
    {
        return ExitCode::from(read::child::run(Path::new(&path)));
    }
    let arguments = Arguments::parse();
    let outcome = Settings::load().and_then(|loaded| {
        telemetry::start(loaded.settings.log_format);
        for name in &loaded.unknown {
            tracing::warn!(name, "not a setting; it is ignored");
        }
        dispatch(arguments.command, loaded)
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("giaingan: {why}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: Command, loaded: Loaded) -> Outcome {
    let settings = loaded.settings.clone();
    match command {
        Command::Config(config) => config.run(&loaded),
        Command::Backup(backup) => backup.run(settings),
        Command::Restore(restore) => restore.run(settings),
        Command::CopyTo(copy_to) => copy_to.run(settings),
        Command::Serve => serve::run(settings),
        Command::Demo(demo) => demo.run(settings),
        Command::Init(init) => init.run(settings),
        Command::Migrate => migrate(settings),
        Command::Export(export) => export.run(settings),
        Command::User(user) => user.run(settings),
        Command::Privacy(privacy) => privacy.run(settings),
        Command::Doctor(doctor) => doctor.run(&loaded),
        Command::Healthcheck => healthcheck::run(&settings),
        Command::VerifyAudit => verify_audit::run(settings),
        Command::Scan(scan) => scan.run(settings),
        Command::SendMail => send_mail::run(settings),
        Command::Backtest(backtest) => backtest.run(settings),
        Command::Import(import) => import.run(settings),
    }
}

/// Opens the database of the settings.
fn open(settings: Settings) -> Result<(Arc<App>, Vec<u8>), String> {
    let clock = Clock::new(settings.today);
    startup::open(settings, clock).map_err(|error| error.to_string())
}

/// Opens the database as it is.
fn open_as_it_is(settings: Settings) -> Result<Arc<App>, String> {
    let clock = Clock::new(settings.today);
    startup::open_as_it_is(settings, clock).map_err(|error| error.to_string())
}

fn migrate(settings: Settings) -> Outcome {
    let app = open_as_it_is(settings)?;
    startup::migrate(&app.db).map_err(|error| error.to_string())
}

/// Where a password may come from, so that it is on no command line.
const PASSWORD_VARIABLE: &str = "GIAINGAN_ADMIN_PASSWORD";

/// The password in the environment, else asked for.
fn password(prompt: &str) -> Result<String, String> {
    let file = format!("{PASSWORD_VARIABLE}_FILE");
    match (std::env::var(PASSWORD_VARIABLE), std::env::var(&file)) {
        (Ok(password), _) => Ok(password),
        (Err(_), Ok(path)) => read_secret(&file, &path),
        (Err(_), Err(_)) => rpassword::prompt_password(prompt).map_err(|error| {
            format!("{PASSWORD_VARIABLE} is not set and there is no prompt: {error}")
        }),
    }
}

//! The command line, one file per command.

mod backtest;
mod demo;
mod doctor;
mod init;
mod scan;
mod send_mail;
mod serve;
mod user;
mod verify_audit;

use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};

use crate::clock::Clock;
use crate::config::{LogFormat, Settings};
use crate::service::App;
use crate::startup;

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
    /// Show and change accounts.
    User(user::User),
    /// Look at everything an operator would look at.
    Doctor(doctor::Doctor),
    /// Walk the hash chains of the audit log.
    VerifyAudit,
    /// Look for what is wrong, once, and queue mails to those who have to act.
    Scan(scan::Scan),
    /// Send every mail that waits, now.
    SendMail,
    /// Show how well the forecast would have done in a year that is over.
    Backtest(backtest::Backtest),
}

/// Runs the command that the arguments name.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = Settings::load().and_then(|settings| {
        log(settings.log_format);
        dispatch(arguments.command, settings)
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("giaingan: {why}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: Command, settings: Settings) -> Outcome {
    match command {
        Command::Serve => serve::run(settings),
        Command::Demo(demo) => demo.run(settings),
        Command::Init(init) => init.run(settings),
        Command::Migrate => open(settings).map(|_| ()),
        Command::User(user) => user.run(settings),
        Command::Doctor(doctor) => doctor.run(settings),
        Command::VerifyAudit => verify_audit::run(settings),
        Command::Scan(scan) => scan.run(settings),
        Command::SendMail => send_mail::run(settings),
        Command::Backtest(backtest) => backtest.run(settings),
    }
}

/// Opens the database of the settings.
fn open(settings: Settings) -> Result<(Arc<App>, Vec<u8>), String> {
    let clock = Clock::new(settings.today);
    startup::open(settings, clock).map_err(|error| error.to_string())
}

/// Where a password may come from, so that it is on no command line.
const PASSWORD_VARIABLE: &str = "GIAINGAN_ADMIN_PASSWORD";

/// The password in the environment, else asked for.
fn password(prompt: &str) -> Result<String, String> {
    match std::env::var(PASSWORD_VARIABLE) {
        Ok(password) => Ok(password),
        Err(_) => rpassword::prompt_password(prompt).map_err(|error| {
            format!("{PASSWORD_VARIABLE} is not set and there is no prompt: {error}")
        }),
    }
}

fn log(format: LogFormat) {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Text => builder.init(),
        LogFormat::Json => builder.json().init(),
    }
}

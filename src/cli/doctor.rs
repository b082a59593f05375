//! `doctor`: looks at everything an operator would look at.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use clap::Args;

use super::{Outcome, open_as_it_is};
use crate::config::{Loaded, Settings};
use crate::mail::transport::{MailUrl, Timeouts, Transport};
use crate::service::Ctx;
use crate::service::doctor::{self, Check};

/// How long the mail server may take to answer.
const MAIL_LIMIT: Duration = Duration::from_secs(10);
/// Less free space than this, in KiB, is too little for a year of payments and a backup.
const ENOUGH_KIB: u64 = 1_048_576;

/// How the report is written.
#[derive(Args)]
pub struct Doctor {
    /// As JSON, for programs.
    #[arg(long)]
    json: bool,
}

impl Doctor {
    /// Prints a line per check; fails if one does. Changes nothing, and applies no migration.
    pub fn run(self, loaded: &Loaded) -> Outcome {
        let settings = &loaded.settings;
        let mut checks = vec![
            origins(loaded),
            disk("database folder", &database_folder(settings)),
        ];
        if !settings.backup_dir.is_empty() {
            checks.push(disk("backup folder", &settings.backup_dir));
        }
        match open_as_it_is(settings.clone()) {
            Ok(app) => checks.extend(doctor::examine(&Ctx::system(&app, "doctor"))),
            Err(why) => checks.push(Check::new("database", false, why)),
        }
        checks.push(mail("mail", settings.mail_url.expose()));
        if let Some(url) = &settings.operator_mail_url {
            checks.push(mail("operator mail", url.expose()));
        }
        self.print(&checks)
    }

    fn print(self, checks: &[Check]) -> Outcome {
        if self.json {
            let text = serde_json::to_string_pretty(checks).map_err(|error| error.to_string())?;
            println!("{text}");
        } else {
            for check in checks {
                let mark = if check.ok { "ok  " } else { "FAIL" };
                println!("{mark} {:16} {}", check.name, check.detail);
            }
        }
        match checks.iter().filter(|check| !check.ok).count() {
            0 => Ok(()),
            number => Err(format!("{number} checks failed")),
        }
    }
}

/// What was set, and what looks like a setting and is none.
fn origins(loaded: &Loaded) -> Check {
    let set = loaded
        .origins
        .iter()
        .filter(|one| !["default", "not set"].contains(&one.source.as_str()));
    let set: Vec<String> = set
        .map(|one| format!("{} ({})", one.name, one.source))
        .collect();
    let set = match set.is_empty() {
        true => "all by default".to_owned(),
        false => set.join(", "),
    };
    match loaded.unknown.is_empty() {
        true => Check::new("settings", true, set),
        false => Check::new(
            "settings",
            false,
            format!("not settings: {}; {set}", loaded.unknown.join(", ")),
        ),
    }
}

/// The folder of an embedded database; of another one the folder we are in.
fn database_folder(settings: &Settings) -> String {
    let url = settings.database_url.expose();
    let path = url
        .strip_prefix("sqlite:")
        .map(|path| Path::new(path).parent());
    match path.flatten() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.display().to_string(),
        _ => ".".into(),
    }
}

/// Whether a folder can be written to, and what is free there.
fn disk(name: &'static str, folder: &str) -> Check {
    let trial = Path::new(folder).join(format!(".giaingan-doctor-{}", std::process::id()));
    if let Err(error) = std::fs::write(&trial, b"x") {
        return Check::new(
            name,
            false,
            format!("{folder} cannot be written to: {error}"),
        );
    }
    let _ = std::fs::remove_file(&trial);
    // The standard library cannot tell; POSIX has this command everywhere.
    let asked = Command::new("df").args(["-Pk", folder]).output();
    let text = asked
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default();
    let free = text
        .lines()
        .nth(1)
        .and_then(|line| line.split_whitespace().nth(3))
        .and_then(|word| word.parse::<u64>().ok());
    match free {
        Some(free) => Check::new(
            name,
            free >= ENOUGH_KIB,
            format!("{folder}: {} MiB free", free / 1024),
        ),
        None => Check::new(name, true, format!("{folder}: free space unknown")),
    }
}

fn mail(name: &'static str, url: &str) -> Check {
    let url: Result<MailUrl, _> = url.parse();
    let outcome = match url {
        Err(error) => Err(error.to_string()),
        Ok(url) => {
            let shown = url.to_string();
            actix_web::rt::System::new().block_on(async move {
                let transport = Transport::open(&url, Timeouts::all(MAIL_LIMIT))
                    .map_err(|error| error.to_string())?;
                transport.check().await.map_err(|error| error.to_string())?;
                Ok(shown)
            })
        }
    };
    match outcome {
        Ok(shown) => Check::new(name, true, shown),
        Err(why) => Check::new(name, false, why),
    }
}

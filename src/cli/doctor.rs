//! `doctor`: looks at everything an operator would look at.

use std::time::Duration;

use clap::Args;

use super::{Outcome, open};
use crate::config::Settings;
use crate::mail::transport::{MailUrl, Timeouts, Transport};
use crate::service::Ctx;
use crate::service::doctor::{self, Check};

/// How long the mail server may take to answer.
const MAIL_LIMIT: Duration = Duration::from_secs(10);

/// How the report is written.
#[derive(Args)]
pub struct Doctor {
    /// As JSON, for programs.
    #[arg(long)]
    json: bool,
}

impl Doctor {
    /// Prints a line per check; fails if one does.
    pub fn run(self, settings: Settings) -> Outcome {
        let (app, _) = open(settings)?;
        let mut checks = doctor::examine(&Ctx::system(&app, "doctor"));
        checks.push(mail(&app.settings));
        let failed = checks.iter().filter(|check| !check.ok).count();
        if self.json {
            let text = serde_json::to_string_pretty(&checks).map_err(|error| error.to_string())?;
            println!("{text}");
        } else {
            for check in &checks {
                let mark = if check.ok { "ok  " } else { "FAIL" };
                println!("{mark} {:14} {}", check.name, check.detail);
            }
        }
        match failed {
            0 => Ok(()),
            number => Err(format!("{number} checks failed")),
        }
    }
}

fn mail(settings: &Settings) -> Check {
    let url: Result<MailUrl, _> = settings.mail_url.expose().parse();
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
        Ok(shown) => Check::new("mail", true, shown),
        Err(why) => Check::new("mail", false, why),
    }
}

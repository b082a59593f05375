//! Looks after the jobs from outside of them, and tells operators what stands still by a way that
//! does not lead through what stands still.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::JoinHandle;

use super::mail::blocking;
use crate::error::{Error, Result};
use crate::mail::message::{Address, Mail};
use crate::mail::transport::{MailUrl, Timeouts, Transport};
use crate::service::auth::random_token;
use crate::service::watch::{self, Finding, Problem};
use crate::service::{App, Ctx, read};

/// How often it looks.
const LOOK: Duration = Duration::from_secs(60);
/// A problem is told when it has been seen so often in a row: a pause is no standstill.
const TIMES: u32 = 2;
/// How long the mail server may take for each step.
const MAIL_LIMIT: Duration = Duration::from_secs(20);
/// Without this long a sign of life the jobs of this process hang.
const SILENCE: TimeDelta = TimeDelta::minutes(15);

/// What is known of a problem.
struct Seen {
    times: u32,
    told: bool,
}

/// The watch of one instance.
pub struct Watch {
    ctx: Ctx,
    transport: Option<Transport>,
    teller: String,
    seen: BTreeMap<&'static str, (Problem, Seen)>,
}

impl Watch {
    /// A watch that tells the address of the settings.
    pub fn new(app: &Arc<App>) -> Result<Self> {
        let settings = &app.settings;
        let url = settings
            .operator_mail_url
            .as_ref()
            .unwrap_or(&settings.mail_url);
        let wrong =
            |why: &dyn std::fmt::Display| Error::Unavailable(format!("operator_mail_url: {why}"));
        let url: MailUrl = url.expose().parse().map_err(|error| wrong(&error))?;
        let transport =
            Transport::open(&url, Timeouts::all(MAIL_LIMIT)).map_err(|error| wrong(&error))?;
        Self::with(app, transport)
    }

    /// A watch that tells by this transport.
    pub fn with(app: &Arc<App>, transport: Transport) -> Result<Self> {
        Ok(Watch {
            ctx: Ctx::system(app, "watch"),
            transport: (!app.settings.operator_mail.is_empty()).then_some(transport),
            teller: random_token()?,
            seen: BTreeMap::new(),
        })
    }

    /// Looks until it is ended.
    pub fn start(mut self) -> JoinHandle<()> {
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(LOOK).await;
                self.look().await;
            }
        })
    }

    /// Looks once, and tells what is new and what is over.
    pub async fn look(&mut self) {
        let found = self.findings().await;
        for finding in &found {
            let name = finding.problem.as_str();
            let new = Seen {
                times: 0,
                told: false,
            };
            let (_, seen) = self.seen.entry(name).or_insert((finding.problem, new));
            seen.times += 1;
            if seen.times < TIMES || seen.told {
                continue;
            }
            seen.told = true;
            let since = finding.since.map(|at| at.to_rfc3339());
            tracing::error!(problem = name, since, "something stands still");
            self.tell(finding).await;
        }
        let is_over = |problem: &Problem| !found.iter().any(|one| one.problem == *problem);
        let over: Vec<(Problem, bool)> = self
            .seen
            .values()
            .filter(|(problem, _)| is_over(problem))
            .map(|(problem, seen)| (*problem, seen.told))
            .collect();
        for (problem, told) in over {
            self.seen.remove(problem.as_str());
            if told {
                tracing::info!(problem = problem.as_str(), "it moves again");
                self.release(problem).await;
            }
        }
    }

    async fn findings(&self) -> Vec<Finding> {
        let ctx = self.ctx.clone();
        let mut found = match blocking(move || read(&ctx, watch::findings)).await {
            Ok(found) => found,
            Err(error) => {
                tracing::error!(%error, "the database does not answer");
                let problem = Problem::Database;
                vec![Finding {
                    problem,
                    since: None,
                }]
            }
        };
        let app = &self.ctx.app;
        let last = app.pulse.last_beat();
        let hangs = last.is_some_and(|at| app.clock.now().and_utc() - at > SILENCE);
        if hangs && !found.iter().any(|one| one.problem == Problem::Scheduler) {
            let problem = Problem::Scheduler;
            found.push(Finding {
                problem,
                since: last,
            });
        }
        found
    }

    /// One mail for a problem and day, whichever instance sees it first. Without the database
    /// nobody can be asked, and every instance tells.
    async fn tell(&self, finding: &Finding) {
        let Some(transport) = &self.transport else {
            return;
        };
        let (ctx, teller, problem) = (self.ctx.clone(), self.teller.clone(), finding.problem);
        let may = blocking(move || watch::may_tell(&ctx, problem, &teller)).await;
        if matches!(may, Ok(false)) {
            return;
        }
        if let Err(error) = transport.send(&self.letter(finding)).await {
            tracing::error!(problem = problem.as_str(), %error, "operators could not be told by mail");
            self.release(problem).await;
        }
    }

    async fn release(&self, problem: Problem) {
        let (ctx, teller) = (self.ctx.clone(), self.teller.clone());
        if let Err(error) = blocking(move || watch::forget(&ctx, problem, &teller)).await {
            tracing::warn!(%error, "a note was not taken back");
        }
    }

    fn letter(&self, finding: &Finding) -> Mail {
        let app = &self.ctx.app;
        let settings = &app.settings;
        let now = app.clock.now().and_utc();
        let (vi, en) = words(finding.problem);
        let (since_vi, since_en) = match finding.since {
            Some(at) => (
                format!(" từ {}", minute(at)),
                format!(" since {}", minute(at)),
            ),
            None => Default::default(),
        };
        let address = &settings.public_url;
        Mail {
            message_id: format!(
                "<{}.{}@giaingan>",
                finding.problem.as_str(),
                self.teller_at(now)
            ),
            from: Address::new(settings.mail_from_name.clone(), settings.mail_from.clone()),
            to: Address::new("", settings.operator_mail.clone()),
            subject: format!("[Giaingan] {vi} / {en}"),
            text: format!(
                "{vi}{since_vi}.\n{address}\nXem nhật ký của máy chủ và chạy: giaingan doctor\n\n\
                 {en}{since_en}.\nSee the server's log and run: giaingan doctor\n"
            ),
            html: None,
            attachments: Vec::new(),
            date: now,
        }
    }

    fn teller_at(&self, now: DateTime<Utc>) -> String {
        let id: String = self
            .teller
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(12)
            .collect();
        format!("{}.{id}", now.timestamp())
    }
}

fn minute(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// What stands still, in Vietnamese and English.
fn words(problem: Problem) -> (&'static str, &'static str) {
    match problem {
        Problem::Scan => (
            "Chưa quét cảnh báo hằng ngày",
            "The daily scan was not made",
        ),
        Problem::MailQueue => ("Thư chưa gửi được", "Mails are not leaving"),
        Problem::Scheduler => ("Bộ lập lịch đã dừng", "The scheduler has stopped"),
        Problem::Backup => ("Chưa sao lưu hằng ngày", "The daily backup was not made"),
        Problem::Database => (
            "Cơ sở dữ liệu không trả lời",
            "The database does not answer",
        ),
    }
}

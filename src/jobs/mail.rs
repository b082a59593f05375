//! Sends what the outbox holds. Several instances may do so at once: each mail is held by one of
//! them, and by another only when its time is over.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use chrono::TimeDelta;

use crate::error::{Error, Result};
use crate::mail::transport::{MailUrl, SendError, Timeouts, Transport};
use crate::service::auth::random_token;
use crate::service::mails::{self, Asked, Held};
use crate::service::{App, Ctx};

/// What a round of sending did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Mails that the server took over.
    pub sent: usize,
    /// Mails that will be tried again.
    pub failed: usize,
    /// Mails that were given up.
    pub dead: usize,
}

/// Mails that fail one after the other before a round ends: then the server is down, and asking it
/// again for each mail would take all day.
const PATIENCE: usize = 3;

/// A sender of mails.
pub struct Sender {
    ctx: Ctx,
    transport: Transport,
    owner: String,
    hold: TimeDelta,
}

impl Sender {
    /// A sender to the mail URL of the settings.
    pub fn open(app: &Arc<App>) -> Result<Self> {
        let timeouts = Timeouts::default();
        let url: MailUrl = app
            .settings
            .mail_url
            .expose()
            .parse()
            .map_err(|error| Error::Unavailable(format!("mail_url: {error}")))?;
        let transport = Transport::open(&url, timeouts)
            .map_err(|error| Error::Unavailable(format!("mail_url: {error}")))?;
        Self::with(app, transport, timeouts)
    }

    /// A sender over a transport with these time limits.
    pub fn with(app: &Arc<App>, transport: Transport, timeouts: Timeouts) -> Result<Self> {
        let longest = TimeDelta::from_std(timeouts.longest_send()).unwrap_or(TimeDelta::hours(1));
        Ok(Sender {
            ctx: Ctx::system(app, "mail"),
            transport,
            owner: random_token()?,
            // Longer than any attempt, so that nobody else takes a mail that is just going out.
            hold: longest + TimeDelta::minutes(1),
        })
    }

    /// Sends what is due now; ordinary mail in working hours alone.
    pub async fn tick(&self) -> Result<Round> {
        self.round(false).await
    }

    /// Sends everything that waits, whatever the hour and back-off.
    pub async fn send_all(&self) -> Result<Round> {
        self.round(true).await
    }

    async fn round(&self, everything: bool) -> Result<Round> {
        let mut round = Round::default();
        let (mut after, mut failures) = (0, 0);
        while failures < PATIENCE {
            let Some(held) = self.take(everything, after).await? else {
                break;
            };
            after = held.id;
            // A slow server keeps the round busy, not still.
            let now = self.ctx.app.clock.now().and_utc();
            self.ctx.app.pulse.beat(now);
            let outcome = self.transport.send(&held.mail).await;
            let pulse = &self.ctx.app.pulse;
            match &outcome {
                Ok(()) => {
                    pulse.mails_sent.fetch_add(1, Ordering::Relaxed);
                    failures = 0;
                    round.sent += 1;
                }
                Err(SendError::Temporary(why)) => {
                    tracing::warn!(mail = held.id, why, "a mail was not sent");
                    pulse.mails_failed.fetch_add(1, Ordering::Relaxed);
                    failures += 1;
                    round.failed += 1;
                }
                Err(SendError::Permanent(why)) => {
                    tracing::warn!(mail = held.id, why, "a mail was given up");
                    pulse.mails_dead.fetch_add(1, Ordering::Relaxed);
                    failures = 0;
                    round.dead += 1;
                }
            }
            self.note(held, outcome).await?;
        }
        Ok(round)
    }

    /// One at a time, so that a sender that dies holds up one mail.
    async fn take(&self, everything: bool, after: i64) -> Result<Option<Held>> {
        let (ctx, owner) = (self.ctx.clone(), self.owner.clone());
        let asked = Asked {
            everything,
            after,
            limit: 1,
            hold: self.hold,
        };
        let held = blocking(move || mails::take(&ctx, &owner, asked)).await?;
        Ok(held.into_iter().next())
    }

    async fn note(&self, held: Held, outcome: std::result::Result<(), SendError>) -> Result<()> {
        let (ctx, owner) = (self.ctx.clone(), self.owner.clone());
        let id = held.id;
        let noted = blocking(move || mails::attempted(&ctx, &owner, &held, outcome)).await?;
        if !noted {
            tracing::warn!(mail = id, "another sender had taken the mail over");
        }
        Ok(())
    }
}

/// Runs what waits for the database off the event loop; a panic in it is an error here.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|_| Err(Error::Internal("a job panicked".into())))
}

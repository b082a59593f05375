//! Sends what webhooks are told. Several instances may do so at once: each webhook is spoken to by
//! one of them at a time, and one receiver that hangs keeps no other waiting.

mod client;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::future::join_all;
use ring::rand::{SecureRandom, SystemRandom};
use tokio::task::JoinSet;

use super::mail::blocking;
use super::runner::Running;
use crate::error::Result;
use crate::service::auth::random_token;
use crate::service::webhooks::{self, Held, Outcome};
use crate::service::{App, Ctx, api_keys, changes};

pub use client::{Client, TIMEOUT};

/// How often it is looked whether there is something to tell.
const TICK: Duration = Duration::from_secs(2);
/// Rounds that may run side by side, while receivers hang.
const ROUNDS: usize = 12;

/// Numbers new events and delivers them.
#[derive(Clone)]
pub struct Deliverer {
    ctx: Ctx,
    client: Arc<Client>,
    owner: String,
    hold: TimeDelta,
}

impl Deliverer {
    /// A deliverer by the settings.
    pub fn open(app: &Arc<App>) -> Result<Self> {
        Self::with(app, TIMEOUT)
    }

    /// A deliverer that gives a receiver so long to answer.
    pub fn with(app: &Arc<App>, timeout: Duration) -> Result<Self> {
        let longest = TimeDelta::from_std(timeout).unwrap_or(TimeDelta::hours(1));
        Ok(Deliverer {
            ctx: Ctx::system(app, "webhooks"),
            client: Arc::new(Client::new(app.settings.webhook_allow_private, timeout)?),
            owner: random_token()?,
            // Longer than any attempt, so that nobody else takes a delivery that is just going out.
            hold: longest + TimeDelta::minutes(1),
        })
    }

    /// Starts delivering beside the server.
    pub fn start(self) -> Running {
        Running::spawn(move |mut stop| async move {
            let mut rounds = JoinSet::new();
            while !*stop.borrow() {
                if rounds.len() < ROUNDS {
                    let round = self.clone();
                    rounds.spawn(async move { round.tick().await });
                }
                tokio::select! {
                    () = tokio::time::sleep(TICK) => {}
                    _ = stop.changed() => {}
                }
                while let Some(done) = rounds.try_join_next() {
                    if let Ok(Err(error)) = done {
                        tracing::error!(%error, "webhooks failed");
                    }
                }
            }
            while rounds.join_next().await.is_some() {}
        })
    }

    /// Delivers what is due now; gives how many attempts were made.
    pub async fn tick(&self) -> Result<usize> {
        let ctx = self.ctx.clone();
        blocking(move || {
            api_keys::note_used(&ctx)?;
            changes::seal(&ctx)
        })
        .await?;
        let taken = self.take(None).await?;
        let made = join_all(taken.into_iter().map(|held| self.drain(held))).await;
        made.into_iter().sum()
    }

    /// Delivers one after the other to one webhook until nothing is due or one fails.
    async fn drain(&self, first: Held) -> Result<usize> {
        let webhook = first.webhook_id;
        let mut next = Some(first);
        let mut made = 0;
        while let Some(held) = next {
            made += 1;
            next = match self.deliver(held).await? {
                true => self.take(Some(webhook)).await?.into_iter().next(),
                false => None,
            };
        }
        Ok(made)
    }

    async fn take(&self, webhook: Option<i64>) -> Result<Vec<Held>> {
        let (ctx, owner, hold) = (self.ctx.clone(), self.owner.clone(), self.hold);
        blocking(move || webhooks::take(&ctx, &owner, webhook, hold)).await
    }

    /// Whether the receiver took it.
    async fn deliver(&self, held: Held) -> Result<bool> {
        let now = self.ctx.app.clock.now().and_utc();
        let outcome = self.client.deliver(&held, now).await;
        let delivered = matches!(outcome, Outcome::Delivered(_));
        if !delivered {
            tracing::warn!(
                webhook = held.webhook_id,
                delivery = held.id,
                ?outcome,
                "not delivered"
            );
        }
        let (ctx, owner) = (self.ctx.clone(), self.owner.clone());
        let noted = blocking(move || webhooks::attempted(&ctx, &owner, &held, &outcome, chance()));
        Ok(noted.await? && delivered)
    }
}

/// A random byte; without randomness the waits are only less spread.
fn chance() -> u8 {
    let mut bytes = [127_u8];
    let _ = SystemRandom::new().fill(&mut bytes);
    bytes[0]
}

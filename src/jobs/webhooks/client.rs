//! Speaks to the receivers of webhooks, and to nobody else: what a name stands for is looked up and
//! judged at the moment of connecting, so a name that changes its address in between gains nothing.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Response, StatusCode, Url};

use crate::domain::webhook::is_public;
use crate::error::{Error, Result};
use crate::service::webhooks::{Held, Outcome, is_private_literal};

/// How long a receiver may take over its answer.
pub const TIMEOUT: Duration = Duration::from_secs(20);

/// A client for deliveries.
pub struct Client {
    http: reqwest::Client,
    allow_private: bool,
}

impl Client {
    /// A client that gives a receiver so long to answer.
    pub fn new(allow_private: bool, timeout: Duration) -> Result<Self> {
        Self::looking_up(allow_private, timeout, look_up)
    }

    /// A client that asks `lookup` what a name stands for.
    fn looking_up<L: Lookup>(allow_private: bool, timeout: Duration, lookup: L) -> Result<Self> {
        let resolver = Arc::new(Resolver {
            allow_private,
            lookup,
        });
        let builder = || {
            reqwest::Client::builder()
                .dns_resolver(resolver.clone())
                // A proxy would look names up in our place, and a redirect would choose the target.
                .no_proxy()
                .redirect(Policy::none())
                .timeout(timeout)
                .user_agent(concat!("giaingan/", env!("CARGO_PKG_VERSION")))
        };
        // A machine without certificates of authorities still serves; it trusts no receiver.
        let http = builder()
            .build()
            .or_else(|error| {
                tracing::error!(%error, "the system has no certificates: webhooks will fail");
                builder().tls_certs_only([]).build()
            })
            .map_err(|error| Error::Unavailable(format!("webhooks: {error}")))?;
        Ok(Client {
            http,
            allow_private,
        })
    }

    /// Makes one attempt at a delivery.
    pub async fn deliver(&self, held: &Held, now: DateTime<Utc>) -> Outcome {
        let failed = |error: String| Outcome::Failed {
            status: None,
            error,
            retry_after: None,
        };
        let Ok(url) = held.url.parse::<Url>() else {
            return failed("not an address".to_owned());
        };
        if !self.allow_private && (is_private_literal(&url) || url.scheme() != "https") {
            return failed(REFUSED.to_owned());
        }
        let request = self
            .http
            .post(url)
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            .header("webhook-id", &held.message_id)
            .header("webhook-timestamp", held.timestamp.to_string())
            .header("webhook-signature", &held.signature)
            .body(held.body.clone());
        match request.send().await {
            Ok(response) => outcome_of(&response, now),
            Err(error) => failed(explain(&error)),
        }
    }
}

const REFUSED: &str = "the settings allow no address of a private network";

fn outcome_of(response: &Response, now: DateTime<Utc>) -> Outcome {
    let status = response.status();
    match status {
        _ if status.is_success() => Outcome::Delivered(status.as_u16()),
        StatusCode::GONE => Outcome::Gone,
        _ => Outcome::Failed {
            status: Some(status.as_u16()),
            error: match status.is_redirection() {
                true => "redirects are not followed".to_owned(),
                false => format!("the receiver answered {}", status.as_u16()),
            },
            retry_after: retry_after(response, now),
        },
    }
}

/// Seconds or a date (RFC 9110).
fn retry_after(response: &Response, now: DateTime<Utc>) -> Option<TimeDelta> {
    let text = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim();
    let asked = match text.parse::<u32>() {
        Ok(seconds) => TimeDelta::seconds(i64::from(seconds)),
        Err(_) => DateTime::parse_from_rfc2822(text).ok()?.to_utc() - now,
    };
    Some(asked.max(TimeDelta::zero()))
}

/// The innermost cause: the outer ones only say that sending failed.
fn explain(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "the receiver did not answer in time".to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string().chars().take(300).collect()
}

/// Says what a name stands for at this moment.
trait Lookup: Send + Sync + 'static {
    /// The addresses of a name.
    fn ask(&self, name: String) -> impl Future<Output = io::Result<Vec<IpAddr>>> + Send + 'static;
}

impl<L, F> Lookup for L
where
    L: Fn(String) -> F + Send + Sync + 'static,
    F: Future<Output = io::Result<Vec<IpAddr>>> + Send + 'static,
{
    fn ask(&self, name: String) -> impl Future<Output = io::Result<Vec<IpAddr>>> + Send + 'static {
        self(name)
    }
}

/// As the system says.
async fn look_up(name: String) -> io::Result<Vec<IpAddr>> {
    let found = tokio::net::lookup_host((name, 0)).await?;
    Ok(found.map(|address| address.ip()).collect())
}

/// Looks names up and keeps the public addresses.
struct Resolver<L> {
    allow_private: bool,
    lookup: L,
}

impl<L: Lookup> Resolve for Resolver<L> {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        let asked = self.lookup.ask(name.as_str().to_owned());
        Box::pin(async move {
            let found = asked.await?.into_iter();
            let kept: Vec<SocketAddr> = found
                .filter(|address| allow_private || is_public(*address))
                .map(|address| SocketAddr::new(address, 0))
                .collect();
            match kept.is_empty() {
                true => Err(REFUSED.into()),
                false => Ok(Box::new(kept.into_iter()) as Addrs),
            }
        })
    }
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;

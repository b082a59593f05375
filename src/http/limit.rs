//! How many requests a caller may make per second: a user, an API key, or an address that is neither.
//!
//! Nothing is read from the database here. A token's signature says whose it is, and of keys only
//! those are known that signed in before; whatever is not known counts for its address, so that
//! made-up credentials gain nothing.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

use crate::service::App;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STATE: HeaderName = HeaderName::from_static("ratelimit");

/// Who a request counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Caller {
    User(i64),
    Key(i64),
    Address(Option<IpAddr>),
}

type Shared =
    RateLimiter<Caller, DashMapStateStore<Caller>, DefaultClock, StateInformationMiddleware>;
type Own = RateLimiter<NotKeyed, InMemoryState, DefaultClock, StateInformationMiddleware>;

/// The limits of one instance.
pub struct Limits {
    quota: NonZeroU32,
    shared: Shared,
    own: RwLock<HashMap<i64, (NonZeroU32, Arc<Own>)>>,
    clock: DefaultClock,
    until_tidy: AtomicU32,
}

/// Whether a request may go on, and what its answer says of the limit.
pub struct Verdict {
    quota: NonZeroU32,
    remaining: u32,
    /// Seconds to wait, for a request that may not.
    pub wait: Option<u64>,
}

/// Requests after which callers that were not heard of for a while are forgotten.
const TIDY: u32 = 100_000;

impl Limits {
    /// So many requests per second for each caller.
    pub fn new(quota: NonZeroU32) -> Self {
        Limits {
            quota,
            shared: RateLimiter::dashmap(Quota::per_second(quota)).with_middleware(),
            own: RwLock::default(),
            clock: DefaultClock::default(),
            until_tidy: AtomicU32::new(TIDY),
        }
    }

    /// Counts a request with these credentials from this address.
    pub fn check(&self, app: &App, token: Option<&str>, address: Option<IpAddr>) -> Verdict {
        if self.until_tidy.fetch_sub(1, Ordering::Relaxed) == 0 {
            self.until_tidy.store(TIDY, Ordering::Relaxed);
            self.shared.retain_recent();
        }
        let (caller, limit) = caller(app, token, address);
        let (quota, outcome) = match (caller, limit) {
            (Caller::Key(id), Some(limit)) => (limit, self.own(id, limit).check()),
            _ => (self.quota, self.shared.check_key(&caller)),
        };
        match outcome {
            Ok(state) => Verdict {
                quota,
                remaining: state.remaining_burst_capacity(),
                wait: None,
            },
            Err(until) => Verdict {
                quota,
                remaining: 0,
                wait: Some(until.wait_time_from(self.clock.now()).as_secs() + 1),
            },
        }
    }

    /// The limiter of a key with a limit of its own; a changed limit begins anew.
    fn own(&self, id: i64, limit: NonZeroU32) -> Arc<Own> {
        let known = self.own.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, limiter)) = known.get(&id).filter(|(held, _)| *held == limit) {
            return limiter.clone();
        }
        drop(known);
        let limiter = Arc::new(RateLimiter::direct(Quota::per_second(limit)).with_middleware());
        let mut known = self.own.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(id, (limit, limiter.clone()));
        limiter
    }
}

fn caller(app: &App, token: Option<&str>, address: Option<IpAddr>) -> (Caller, Option<NonZeroU32>) {
    let Some(token) = token else {
        return (Caller::Address(address), None);
    };
    if let Some(known) = app.known_keys.get(token) {
        return (Caller::Key(known.id), known.rate_limit);
    }
    let user = app
        .tokens
        .user_of(token, app.clock.now().and_utc().timestamp());
    (user.map_or(Caller::Address(address), Caller::User), None)
}

impl Verdict {
    /// Says it in the headers of the answer (IETF draft ratelimit-headers).
    pub fn tell(&self, headers: &mut HeaderMap) {
        let (quota, remaining) = (self.quota, self.remaining);
        let wait = self.wait.unwrap_or(1);
        let texts = [
            (POLICY, format!("\"default\";q={quota};w=1")),
            (STATE, format!("\"default\";r={remaining};t={wait}")),
        ];
        for (name, text) in texts {
            if let Ok(value) = HeaderValue::from_str(&text) {
                headers.insert(name, value);
            }
        }
    }
}

//! Signs of life of this process. Other instances are seen in the database.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use chrono::{DateTime, Utc};

/// Counters and instants that the jobs of this process set and operators read.
#[derive(Debug, Default)]
pub struct Pulse {
    beat: AtomicI64,
    /// Mails that the server took over.
    pub mails_sent: AtomicU64,
    /// Attempts that failed and will be made again.
    pub mails_failed: AtomicU64,
    /// Mails that were given up.
    pub mails_dead: AtomicU64,
}

impl Pulse {
    /// The jobs have looked round.
    pub fn beat(&self, now: DateTime<Utc>) {
        self.beat.store(now.timestamp(), Ordering::Relaxed);
    }

    /// When the jobs last looked round; none if they do not run in this process.
    pub fn last_beat(&self) -> Option<DateTime<Utc>> {
        let seconds = self.beat.load(Ordering::Relaxed);
        (seconds != 0)
            .then(|| DateTime::from_timestamp(seconds, 0))
            .flatten()
    }
}

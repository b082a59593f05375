//! How a mail leaves the house: over SMTP, into a directory, or into memory for tests.

mod encode;
mod file;
mod handshake;
mod smtp;
mod url;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub use url::{Login, MailUrl, MailUrlError, Security, SmtpServer};

use crate::mail::message::Mail;
use file::Directory;
use smtp::SmtpClient;

/// Sends mails. Clones share connections, and in memory the sent mails.
#[derive(Clone)]
pub struct Transport(Arc<Kind>);

enum Kind {
    Smtp(SmtpClient),
    File(Directory),
    Memory(Mutex<Vec<Mail>>),
}

/// How long to wait for a mail server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// From looking the name up to being logged in.
    pub connect: Duration,
    /// One command and its answer.
    pub command: Duration,
    /// The message itself. Longer, because giving up while the server is still filing it leads to a second copy.
    pub data: Duration,
}

/// Why a mail was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Try again later: the server, the network or the settings are at fault.
    #[error("temporary: {0}")]
    Temporary(String),
    /// Never try again: this mail or its recipient is at fault.
    #[error("permanent: {0}")]
    Permanent(String),
}

impl Default for Timeouts {
    fn default() -> Self {
        let half_a_minute = Duration::from_secs(30);
        Self {
            connect: half_a_minute,
            command: half_a_minute,
            data: Duration::from_secs(120),
        }
    }
}

impl Timeouts {
    /// The same limit for everything.
    #[must_use]
    pub fn all(limit: Duration) -> Self {
        Self {
            connect: limit,
            command: limit,
            data: limit,
        }
    }

    /// The longest one `send` can take, hence the shortest sensible lease on a mail.
    #[must_use]
    pub fn longest_send(&self) -> Duration {
        // Asking each of the parked connections, a new one, MAIL, RCPT, DATA, the message, RSET.
        self.command * smtp::MAX_PARKED + self.connect + self.command * 4 + self.data
    }
}

impl Transport {
    /// Prepares the way to a mail URL; nothing is connected or written yet.
    ///
    /// # Errors
    /// When TLS cannot be set up for the host.
    pub fn open(url: &MailUrl, timeouts: Timeouts) -> Result<Self, MailUrlError> {
        let kind = match url {
            MailUrl::Smtp(server) => Kind::Smtp(SmtpClient::new(server.clone(), timeouts)?),
            MailUrl::File(directory) => Kind::File(Directory(directory.clone())),
        };
        Ok(Self(Arc::new(kind)))
    }

    /// Keeps the mails, for tests: see [`Transport::sent`].
    #[must_use]
    pub fn memory() -> Self {
        Self(Arc::new(Kind::Memory(Mutex::default())))
    }

    /// The mails sent so far by a transport in memory; none for the others.
    #[must_use]
    pub fn sent(&self) -> Vec<Mail> {
        match &*self.0 {
            Kind::Memory(sent) => sent.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            Kind::Smtp(_) | Kind::File(_) => Vec::new(),
        }
    }

    /// Sends one mail. `Ok` means that the server has taken it over, or that the file is on disk.
    ///
    /// # Errors
    /// Temporary or permanent; after a temporary one the mail may have been delivered all the same, when the
    /// server's answer was lost.
    pub async fn send(&self, mail: &Mail) -> Result<(), SendError> {
        // In memory too: a test must not pass with a mail that no server would ever see.
        let message = encode::encode(mail).map_err(SendError::Permanent)?;
        match &*self.0 {
            Kind::Smtp(client) => client.send(&message).await,
            Kind::File(directory) => directory
                .write(mail, message.formatted())
                .await
                .map_err(disk_error),
            Kind::Memory(sent) => {
                sent.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(mail.clone());
                Ok(())
            }
        }
    }

    /// Goes as far as possible without sending: logs in to the server, or writes to the directory.
    ///
    /// # Errors
    /// What `send` would have met.
    pub async fn check(&self) -> Result<(), SendError> {
        match &*self.0 {
            Kind::Smtp(client) => client.check().await,
            Kind::File(directory) => directory.check().await.map_err(disk_error),
            Kind::Memory(_) => Ok(()),
        }
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &*self.0 {
            Kind::Smtp(_) => "smtp",
            Kind::File(_) => "file",
            Kind::Memory(_) => "memory",
        };
        f.debug_tuple("Transport").field(&kind).finish()
    }
}

fn disk_error(error: std::io::Error) -> SendError {
    SendError::Temporary(format!("mail directory: {error}"))
}

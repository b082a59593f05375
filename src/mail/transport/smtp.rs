//! Mails over SMTP.
//!
//! Built on lettre's single connection, not on its pooled transport: the latter has no time limit on commands, and
//! puts a connection whose sender was cancelled half-way back among the good ones.

use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use lettre::Message;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Noop, Quit, Rcpt, Rset};
use lettre::transport::smtp::response::Response;
use tokio::time::timeout;

use super::handshake::{self, describe};
use super::url::{MailUrlError, SmtpServer};
use super::{SendError, Timeouts};

/// A connection unused for longer is not worth asking: servers and firewalls drop idle ones, some without a word.
const MAX_IDLE: Duration = Duration::from_secs(60);
/// Connections kept for the next mail.
pub(super) const MAX_PARKED: u32 = 4;

/// Sends to one server, reusing connections.
pub(super) struct SmtpClient {
    server: SmtpServer,
    timeouts: Timeouts,
    tls: Option<TlsParameters>,
    parked: Mutex<Vec<Parked>>,
}

struct Parked {
    connection: AsyncSmtpConnection,
    since: Instant,
}

/// A step that went wrong, and whether the connection still knows where it stands.
struct Failure {
    error: SendError,
    in_step: bool,
}

/// Who a refusal is about decides whether trying again can help.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    /// Our own address, account or settings: the mail is good once somebody mends them.
    Us,
    /// This recipient or this content.
    Mail,
}

impl SmtpClient {
    pub(super) fn new(server: SmtpServer, timeouts: Timeouts) -> Result<Self, MailUrlError> {
        let tls = handshake::tls_parameters(&server)?;
        Ok(Self {
            server,
            timeouts,
            tls,
            parked: Mutex::default(),
        })
    }

    /// Hands one message over.
    pub(super) async fn send(&self, message: &Message) -> Result<(), SendError> {
        let mut connection = match self.parked_connection().await {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        // Until it is parked again the connection is ours alone: if this future is dropped, it is closed with it.
        match self.deliver(&mut connection, message).await {
            Ok(()) => {
                self.park(connection);
                Ok(())
            }
            Err(failure) => {
                if failure.in_step && self.step(About::Us, connection.command(Rset)).await.is_ok() {
                    self.park(connection);
                }
                Err(failure.error)
            }
        }
    }

    /// Connects, greets, encrypts, logs in and takes leave.
    pub(super) async fn check(&self) -> Result<(), SendError> {
        let mut connection = self.connect().await?;
        self.step(About::Us, connection.command(Noop))
            .await
            .map_err(|failure| failure.error)?;
        // A server that is rude at parting still takes mail.
        let _ = self.step(About::Us, connection.command(Quit)).await;
        Ok(())
    }

    async fn deliver(
        &self,
        connection: &mut AsyncSmtpConnection,
        message: &Message,
    ) -> Result<(), Failure> {
        let envelope = message.envelope();
        self.step(
            About::Us,
            connection.command(Mail::new(envelope.from().cloned(), vec![])),
        )
        .await?;
        for recipient in envelope.to() {
            self.step(
                About::Mail,
                connection.command(Rcpt::new(recipient.clone(), vec![])),
            )
            .await?;
        }
        self.step(About::Mail, connection.command(Data)).await?;
        let bytes = message.formatted();
        step(self.timeouts.data, About::Mail, connection.message(&bytes)).await
    }

    async fn step(
        &self,
        about: About,
        exchange: impl Future<Output = Result<Response, SmtpError>>,
    ) -> Result<(), Failure> {
        step(self.timeouts.command, about, exchange).await
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, SendError> {
        handshake::connect(&self.server, self.tls.clone(), self.timeouts.connect).await
    }

    /// The youngest parked connection that still answers; the others are closed.
    async fn parked_connection(&self) -> Option<AsyncSmtpConnection> {
        loop {
            let Parked {
                mut connection,
                since,
            } = self.lock().pop()?;
            if since.elapsed() < MAX_IDLE
                && self.step(About::Us, connection.command(Noop)).await.is_ok()
            {
                return Some(connection);
            }
        }
    }

    fn park(&self, connection: AsyncSmtpConnection) {
        let mut parked = self.lock();
        parked.retain(|one| one.since.elapsed() < MAX_IDLE);
        if parked.len() < MAX_PARKED as usize {
            parked.push(Parked {
                connection,
                since: Instant::now(),
            });
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Parked>> {
        self.parked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs one exchange within its time and says what its failure means.
async fn step(
    limit: Duration,
    about: About,
    exchange: impl Future<Output = Result<Response, SmtpError>>,
) -> Result<(), Failure> {
    let error = match timeout(limit, exchange).await {
        Ok(Ok(_)) => return Ok(()),
        Ok(Err(error)) => error,
        Err(_) => {
            let error = SendError::Temporary(format!("no answer within {} s", limit.as_secs_f32()));
            return Err(Failure {
                error,
                in_step: false,
            });
        }
    };
    let code = error.status().map(u16::from);
    // 530, 534, 535 and 538 ask for (another) login, at whatever step they come.
    let settings = matches!(code, Some(530 | 534 | 535 | 538));
    let permanent = error.is_permanent() && about == About::Mail && !settings;
    let text = describe(error);
    let error = if permanent {
        SendError::Permanent(text)
    } else {
        SendError::Temporary(text)
    };
    Err(Failure {
        error,
        in_step: code.is_some_and(|code| code != 421),
    })
}

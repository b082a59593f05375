//! From a server's name to a connection ready for mail: greeting, encryption, login.

use std::fmt::Display;
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use tokio::time::timeout;

use super::SendError;
use super::url::{MailUrlError, Security, SmtpServer};

/// Longest server answer kept in an error.
const MAX_ANSWER_CHARS: usize = 300;

/// Connects within a time limit.
///
/// # Errors
/// Always temporary: whatever is wrong here is wrong with the server, the network or the settings, not with a mail.
pub(super) async fn connect(
    server: &SmtpServer,
    tls: Option<TlsParameters>,
    limit: Duration,
) -> Result<AsyncSmtpConnection, SendError> {
    let outcome = timeout(limit, handshake(server, tls, limit)).await;
    let too_slow = |_| Err(format!("no connection within {} s", limit.as_secs_f32()));
    outcome.unwrap_or_else(too_slow).map_err(|reason| {
        SendError::Temporary(format!("{} port {}: {reason}", server.host, server.port))
    })
}

async fn handshake(
    server: &SmtpServer,
    tls: Option<TlsParameters>,
    limit: Duration,
) -> Result<AsyncSmtpConnection, String> {
    let hello = ClientId::default();
    let (at_once, later) = if server.security == Security::Tls {
        (tls, None)
    } else {
        (None, tls)
    };
    let place = (server.host.as_str(), server.port);
    let connected =
        AsyncSmtpConnection::connect_tokio1(place, Some(limit), &hello, at_once, None).await;
    let mut connection = connected.map_err(describe)?;
    if let Some(tls) = later {
        if connection.can_starttls() {
            connection.starttls(tls, &hello).await.map_err(describe)?;
        } else if server.security == Security::StartTls {
            return Err("offers no STARTTLS; the password is not sent in clear text".into());
        }
    }
    if let Some(login) = &server.login {
        let credentials = Credentials::new(login.user.clone(), login.password.clone());
        let mechanisms = [Mechanism::Plain, Mechanism::Login];
        connection
            .auth(&mechanisms, &credentials)
            .await
            .map_err(describe)?;
    }
    Ok(connection)
}

/// What a server's connections need for TLS, if anything.
pub(super) fn tls_parameters(server: &SmtpServer) -> Result<Option<TlsParameters>, MailUrlError> {
    if server.security == Security::Plain {
        return Ok(None);
    }
    // Opportunistic encryption falls back to clear text, so whoever could forge a certificate could also strip STARTTLS;
    // refusing the self-signed ones of internal relays would stop mail and protect nothing.
    let unchecked = server.security == Security::Opportunistic;
    TlsParameters::builder(server.host.clone())
        .dangerous_accept_invalid_certs(unchecked)
        .dangerous_accept_invalid_hostnames(unchecked)
        .build()
        .map(Some)
        .map_err(|error| MailUrlError(describe(error)))
}

/// The error in one line: it holds what the server said, and is stored and shown.
pub(super) fn describe(error: impl Display) -> String {
    let text = error.to_string();
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(MAX_ANSWER_CHARS)
        .collect()
}

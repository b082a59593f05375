//! Where mail goes: one URL in the configuration.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

/// A parsed mail URL.
///
/// | URL | Meaning |
/// |---|---|
/// | `smtp://host[:port]` | port 25; encrypted by STARTTLS when the server offers it |
/// | `smtp://user:pass@host[:port]` | port 587; STARTTLS required, certificate checked |
/// | `smtps://[user:pass@]host[:port]` | port 465; TLS from the first byte, certificate checked |
/// | `file:DIR` | one `.eml` per mail in a directory |
///
/// On a loopback host `smtp://` never uses TLS, with or without a password. Reserved characters in the user and the
/// password are percent-encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailUrl {
    /// Over the network.
    Smtp(SmtpServer),
    /// Into a directory.
    File(PathBuf),
}

/// An SMTP server and how to talk to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmtpServer {
    /// Name or address, IPv6 without brackets.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Account, if the server wants one.
    pub login: Option<Login>,
}

/// How an SMTP connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Never encrypted: loopback only.
    Plain,
    /// Encrypted when offered.
    Opportunistic,
    /// STARTTLS or nothing.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

/// An account on the mail server. `Debug` never shows the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// Account name.
    pub user: String,
    /// Password.
    pub password: String,
}

/// Why a mail URL is not one. Never quotes the password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("mail URL: {0}")]
pub struct MailUrlError(pub(super) String);

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("user", &self.user)
            .field("password", &"***")
            .finish()
    }
}

impl fmt::Display for MailUrl {
    /// The URL for people: without the account.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(directory) => write!(f, "file:{}", directory.display()),
            Self::Smtp(server) => {
                let scheme = if server.security == Security::Tls {
                    "smtps"
                } else {
                    "smtp"
                };
                let host = if server.host.contains(':') {
                    format!("[{}]", server.host)
                } else {
                    server.host.clone()
                };
                write!(f, "{scheme}://{host}:{}", server.port)
            }
        }
    }
}

impl FromStr for MailUrl {
    type Err = MailUrlError;

    fn from_str(url: &str) -> Result<Self, MailUrlError> {
        let Some((scheme, rest)) = url.split_once(':') else {
            return error("expected smtp://HOST, smtps://HOST or file:DIR");
        };
        match scheme {
            "file" => directory(rest).map(Self::File),
            "smtp" => server(rest, false).map(Self::Smtp),
            "smtps" => server(rest, true).map(Self::Smtp),
            other => error(format!(
                "unknown scheme \"{other}\"; expected smtp, smtps or file"
            )),
        }
    }
}

fn directory(rest: &str) -> Result<PathBuf, MailUrlError> {
    let path = match rest.strip_prefix("//") {
        None => rest,
        Some(path) if path.starts_with('/') => path,
        Some(_) => {
            return error(
                "file:// needs an absolute path, as in file:///var/mail-out; or write file:DIR",
            );
        }
    };
    if path.is_empty() {
        error("file: needs a directory")
    } else {
        Ok(PathBuf::from(path))
    }
}

fn server(rest: &str, implicit_tls: bool) -> Result<SmtpServer, MailUrlError> {
    let Some(rest) = rest.strip_prefix("//") else {
        return error("expected // after the scheme");
    };
    // The last @: a password may hold one that somebody forgot to encode.
    let (account, place) = match rest.rsplit_once('@') {
        Some((account, place)) => (Some(account), place),
        None => (None, rest),
    };
    let login = account.map(login).transpose()?;
    let (host, port) = host_and_port(place.strip_suffix('/').unwrap_or(place))?;
    let security = match (implicit_tls, is_loopback(&host), &login) {
        (true, _, _) => Security::Tls,
        (false, true, _) => Security::Plain,
        (false, false, Some(_)) => Security::StartTls,
        (false, false, None) => Security::Opportunistic,
    };
    let default_port = match (implicit_tls, &login) {
        (true, _) => 465,
        (false, Some(_)) => 587,
        (false, None) => 25,
    };
    Ok(SmtpServer {
        host,
        port: port.unwrap_or(default_port),
        security,
        login,
    })
}

fn login(account: &str) -> Result<Login, MailUrlError> {
    match account.split_once(':') {
        Some((user, password)) if !user.is_empty() && !password.is_empty() => Ok(Login {
            user: percent_decoded(user)?,
            password: percent_decoded(password)?,
        }),
        _ => error("before the @ both a user and a password are needed, as in user:password@host"),
    }
}

fn host_and_port(place: &str) -> Result<(String, Option<u16>), MailUrlError> {
    let (host, port) = match place
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
    {
        Some((host, "")) => (host, None),
        Some((host, tail)) => (host, Some(tail.strip_prefix(':').unwrap_or_default())),
        None => match place.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (place, None),
        },
    };
    let allowed = |c: char| c.is_ascii_alphanumeric() || ".-_:".contains(c);
    if host.is_empty() || !host.chars().all(allowed) {
        return error(
            "the host is missing or has characters that no host name has; nothing may follow the port",
        );
    }
    let port = port.map(|port| match port.parse::<u16>() {
        // "+25" parses too.
        Ok(number) if number > 0 && !port.starts_with('+') => Ok(number),
        _ => error("the port must be a number from 1 to 65535"),
    });
    Ok((host.to_owned(), port.transpose()?))
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn percent_decoded(text: &str) -> Result<String, MailUrlError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        if first != b'%' {
            bytes.push(first);
            rest = tail;
            continue;
        }
        let digits = tail
            .get(..2)
            .and_then(|pair| std::str::from_utf8(pair).ok())
            .filter(|pair| !pair.contains('+'));
        let Some(byte) = digits.and_then(|pair| u8::from_str_radix(pair, 16).ok()) else {
            return error("a % in the user or password must be written %25");
        };
        bytes.push(byte);
        rest = &tail[2..];
    }
    String::from_utf8(bytes).or_else(|_| error("the user or password is not UTF-8"))
}

fn error<T>(message: impl Into<String>) -> Result<T, MailUrlError> {
    Err(MailUrlError(message.into()))
}

//! Settings: `config/default.toml`, then the file named by `GIAINGAN_CONFIG`, then `GIAINGAN_*`.

mod source;

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::time::Duration;

use chrono::NaiveDate;
use figment::Figment;
use figment::providers::{Format, Toml};
use serde::Deserialize;

use crate::db::DbUrl;

pub use source::{Loaded, Origin, read_secret};

/// A value that is never shown.
#[derive(Clone, Deserialize, PartialEq, Eq)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Secret(text.into())
    }

    /// The secret itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("***")
    }
}

/// Whether a second factor is needed at sign-in.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Mfa {
    /// Whoever set one up uses it.
    Optional,
    /// Administrators and coordinators need one.
    Required,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For collectors.
    Json,
}

/// All settings. `config/default.toml` says what each means.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Settings {
    pub database_url: Secret,
    pub listen: SocketAddr,
    pub public_url: String,
    pub mail_url: Secret,
    pub mail_from: String,
    pub mail_from_name: String,
    pub mail_daily_cap: i64,
    pub mail_from_hour: u32,
    pub mail_to_hour: u32,
    pub scan_hour: u32,
    pub mfa: Mfa,
    pub rate_limit: NonZeroU32,
    pub request_seconds: u64,
    pub webhook_allow_private: bool,
    pub oc4ids_prefix: String,
    /// The program that takes sheets apart; this one unless it is named.
    pub sheet_reader: Option<std::path::PathBuf>,
    pub connections: u32,
    pub access_minutes: i64,
    pub refresh_days: i64,
    pub trusted_proxies: Vec<IpAddr>,
    pub log_format: LogFormat,
    /// Migrations are applied when an instance starts, not by `migrate` alone.
    pub migrate_at_start: bool,
    /// The folder of daily backups; none are made while it is empty.
    pub backup_dir: String,
    /// The hour of the daily backup, in Vietnam.
    pub backup_hour: u32,
    /// Daily backups that are kept.
    pub backup_keep: usize,
    /// Who is told by mail when something stands still, past the queue, and when a webhook fails;
    /// nobody while it is empty.
    pub operator_mail: String,
    /// How those mails go, if not by `mail_url`.
    pub operator_mail_url: Option<Secret>,
    /// What `/metrics` asks for as a bearer token, if anything.
    pub metrics_token: Option<Secret>,
    /// Fixes the business date and switches the built-in scan off (`GIAINGAN_TODAY`).
    pub today: Option<NaiveDate>,
    /// Signs tokens and cursors; made and kept on first start of an embedded database.
    pub secret: Option<Secret>,
}

const DEFAULTS: &str = include_str!("../config/default.toml");

/// The shortest secret that is accepted, in bytes.
pub const SECRET_BYTES: usize = 32;

impl Settings {
    /// Reads the settings. The error names the setting and where its value came from.
    pub fn load() -> Result<Loaded, String> {
        let loaded = source::load(&mut std::env::vars())?;
        loaded.settings.check()?;
        Ok(loaded)
    }

    /// The built-in defaults alone, for tests.
    pub fn defaults() -> Result<Self, String> {
        Figment::from(Toml::string(DEFAULTS))
            .extract()
            .map_err(|error| error.to_string())
    }

    /// The database.
    pub fn database(&self) -> Result<DbUrl, String> {
        DbUrl::parse(self.database_url.expose()).map_err(|why| format!("database_url: {why}"))
    }

    /// How long a client may take over sending a request.
    pub fn request_timeout(&self) -> Duration {
        Duration::from_secs(self.request_seconds)
    }

    fn check(&self) -> Result<(), String> {
        self.database()?;
        if let Some(secret) = &self.secret
            && secret.expose().len() < SECRET_BYTES
        {
            return Err(format!("secret: needs at least {SECRET_BYTES} characters"));
        }
        if self.scan_hour > 23 || self.mail_to_hour > 24 || self.mail_from_hour >= self.mail_to_hour
        {
            return Err(
                "scan_hour, mail_from_hour, mail_to_hour: hours of one day, in order".into(),
            );
        }
        if self.backup_hour > 23 || self.backup_keep == 0 {
            return Err("backup_hour, backup_keep: an hour of the day, and at least 1".into());
        }
        if self.connections == 0 {
            return Err("connections: needs at least 1".into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_complete_and_valid() {
        let settings = Settings::defaults().expect("complete");
        assert_eq!(settings.check(), Ok(()));
    }

    #[test]
    fn secrets_are_not_shown() {
        let mut settings = Settings::defaults().expect("complete");
        settings.secret = Some(Secret::new("very secret"));
        assert!(!format!("{settings:?}").contains("very secret"));
    }
}

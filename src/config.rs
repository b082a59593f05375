//! Settings: `config/default.toml`, then the file named by `GIAINGAN_CONFIG`, then `GIAINGAN_*`.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use chrono::NaiveDate;
use figment::Figment;
use figment::providers::{Env, Format, Toml};
use serde::Deserialize;

use crate::db::DbUrl;

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
    pub rate_limit: u32,
    pub connections: u32,
    pub access_minutes: i64,
    pub refresh_days: i64,
    pub trusted_proxies: Vec<IpAddr>,
    pub log_format: LogFormat,
    /// Fixes the business date and switches the built-in scan off (`GIAINGAN_TODAY`).
    pub today: Option<NaiveDate>,
    /// Signs tokens and cursors; made and kept on first start of an embedded database.
    pub secret: Option<Secret>,
}

const DEFAULTS: &str = include_str!("../config/default.toml");

/// Variables that are read, but are no settings.
const OTHER_VARIABLES: [&str; 2] = ["config", "admin_password"];

/// The shortest secret that is accepted, in bytes.
pub const SECRET_BYTES: usize = 32;

impl Settings {
    /// Reads the settings. The error names the setting and where its value came from.
    pub fn load() -> Result<Self, String> {
        let mut figment = Figment::from(Toml::string(DEFAULTS));
        if let Ok(path) = std::env::var("GIAINGAN_CONFIG") {
            if !std::path::Path::new(&path).is_file() {
                return Err(format!("GIAINGAN_CONFIG: there is no file {path}"));
            }
            figment = figment.merge(Toml::file(path));
        }
        let unknown = unknown_variables(std::env::vars().map(|(name, _)| name));
        let known = move |key: &figment::value::UncasedStr| {
            let name = key.as_str().to_ascii_lowercase();
            SETTINGS.contains(&name.as_str())
        };
        for name in unknown {
            eprintln!("giaingan: {name} is not a setting and is ignored");
        }
        figment = figment.merge(Env::prefixed("GIAINGAN_").filter(known));
        let settings: Settings = figment.extract().map_err(|error| error.to_string())?;
        settings.check()?;
        Ok(settings)
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
        if self.connections == 0 {
            return Err("connections: needs at least 1".into());
        }
        Ok(())
    }
}

const SETTINGS: [&str; 19] = [
    "database_url",
    "listen",
    "public_url",
    "mail_url",
    "mail_from",
    "mail_from_name",
    "mail_daily_cap",
    "mail_from_hour",
    "mail_to_hour",
    "scan_hour",
    "mfa",
    "rate_limit",
    "connections",
    "access_minutes",
    "refresh_days",
    "trusted_proxies",
    "log_format",
    "today",
    "secret",
];

/// Names that look like ours and are not: reported, because they are typing errors.
fn unknown_variables(names: impl Iterator<Item = String>) -> Vec<String> {
    names
        .filter(|name| {
            name.strip_prefix("GIAINGAN_").is_some_and(|rest| {
                let rest = rest.to_ascii_lowercase();
                !SETTINGS.contains(&rest.as_str()) && !OTHER_VARIABLES.contains(&rest.as_str())
            })
        })
        .collect()
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
    fn a_misspelt_variable_is_reported() {
        let names = ["GIAINGAN_LISTEN", "GIAINGAN_LISEN", "PATH"].map(String::from);
        assert_eq!(unknown_variables(names.into_iter()), ["GIAINGAN_LISEN"]);
    }

    #[test]
    fn secrets_are_not_shown() {
        let mut settings = Settings::defaults().expect("complete");
        settings.secret = Some(Secret::new("very secret"));
        assert!(!format!("{settings:?}").contains("very secret"));
    }
}

//! Where each setting comes from: the defaults, a file, a variable, or a file that a variable names.

use std::path::Path;

use figment::Figment;
use figment::providers::{Format, Serialized, Toml};
use figment::value::Value;
use serde::Serialize;

use super::{DEFAULTS, Settings};

/// Settings without a default.
const OPTIONAL: [&str; 5] = [
    "today",
    "secret",
    "operator_mail_url",
    "metrics_token",
    "sheet_reader",
];

/// Settings that no listing shows; each may also come from a file that `GIAINGAN_<NAME>_FILE` names.
const SECRETS: [&str; 5] = [
    "database_url",
    "mail_url",
    "secret",
    "operator_mail_url",
    "metrics_token",
];

/// Variables that are read, but are no settings.
const OTHER_VARIABLES: [&str; 3] = ["config", "admin_password", "admin_password_file"];

/// A setting as an operator sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// Its name.
    pub name: String,
    /// Its value; of a secret, no more than is harmless.
    pub value: String,
    /// Where the value comes from.
    pub source: String,
}

/// The settings, and how they came about.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The settings.
    pub settings: Settings,
    /// Every setting with its source, by name.
    pub origins: Vec<Origin>,
    /// Variables that look like ours and are not: reported, because they are typing errors.
    pub unknown: Vec<String>,
}

pub(super) fn load(
    variables: &mut dyn Iterator<Item = (String, String)>,
) -> Result<Loaded, String> {
    let ours: Vec<(String, String)> = variables
        .filter_map(|(name, value)| {
            let rest = name.strip_prefix("GIAINGAN_")?;
            Some((rest.to_ascii_lowercase(), value))
        })
        .collect();
    let defaults = Figment::from(Toml::string(DEFAULTS));
    let names = names(&defaults)?;
    let mut figment = defaults.clone();
    let file = ours.iter().find(|(name, _)| name == "config");
    if let Some((_, path)) = file {
        if !Path::new(path).is_file() {
            return Err(format!("GIAINGAN_CONFIG: there is no file {path}"));
        }
        figment = figment.merge(Toml::file(path));
    }
    let mut sources: Vec<(&str, String)> = Vec::new();
    for (variable, value) in &ours {
        let (name, value) = match variable.strip_suffix("_file") {
            Some(name) if SECRETS.contains(&name) => {
                if ours.iter().any(|(other, _)| other == name) {
                    let name = name.to_ascii_uppercase();
                    return Err(format!(
                        "GIAINGAN_{name} and GIAINGAN_{name}_FILE are both set"
                    ));
                }
                (name, read_secret(&full_name(variable), value)?)
            }
            _ => (variable.as_str(), value.clone()),
        };
        if names.iter().any(|known| known == name) {
            figment = figment.merge(Serialized::default(name, typed(&defaults, name, &value)));
            sources.push((name, full_name(variable)));
        }
    }
    let settings: Settings = figment
        .extract()
        .map_err(|error| explain(&error, &sources))?;
    let origins = names.iter().map(|name| Origin {
        name: name.clone(),
        value: shown(&figment, name),
        source: match sources.iter().find(|(known, _)| known == name) {
            Some((_, variable)) => variable.clone(),
            None => layer(&figment, name, file.map(|(_, path)| path.as_str())),
        },
    });
    Ok(Loaded {
        settings,
        origins: origins.collect(),
        unknown: unknown(&names, &ours),
    })
}

fn full_name(name: &str) -> String {
    format!("GIAINGAN_{}", name.to_ascii_uppercase())
}

/// The content of a file that holds a secret and perhaps a line end.
pub fn read_secret(variable: &str, path: &str) -> Result<String, String> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("{variable}: {path}: {error}"))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// Every setting there is.
fn names(defaults: &Figment) -> Result<Vec<String>, String> {
    let values: figment::value::Dict = defaults.extract().map_err(|error| error.to_string())?;
    let mut names: Vec<String> = values.into_keys().collect();
    names.extend(OPTIONAL.map(String::from));
    names.sort();
    Ok(names)
}

/// A variable is text; whether it is to be read as a number, a list or a word, the default tells.
fn typed(defaults: &Figment, name: &str, text: &str) -> Value {
    let as_text = || Value::from(text);
    match defaults.find_value(name) {
        Ok(Value::String(..)) | Err(_) => as_text(),
        Ok(_) => text.parse().unwrap_or_else(|_| as_text()),
    }
}

/// What is wrong, and where the wrong value came from.
fn explain(error: &figment::Error, sources: &[(&str, String)]) -> String {
    let name = error.path.first().map_or("", String::as_str);
    match sources.iter().find(|(known, _)| *known == name) {
        Some((_, variable)) => format!("{variable}: {}", error.kind),
        None => error.to_string(),
    }
}

fn layer(figment: &Figment, name: &str, file: Option<&str>) -> String {
    let metadata = figment.find_metadata(name);
    let is_file = metadata
        .and_then(|known| known.source.as_ref())
        .is_some_and(|source| source.file_path().is_some());
    match (metadata, is_file, file) {
        (None, _, _) => "not set".into(),
        (_, true, Some(path)) => path.to_owned(),
        _ => "default".into(),
    }
}

fn shown(figment: &Figment, name: &str) -> String {
    let Ok(value) = figment.find_value(name) else {
        return String::new();
    };
    match (value, SECRETS.contains(&name)) {
        (Value::String(_, text), true) => masked(&text),
        (_, true) => "***".into(),
        (Value::String(_, text), false) => text,
        (value, false) => serde_json::to_string(&value).unwrap_or_default(),
    }
}

/// Of a URL everything but the account and what follows the place; of anything else nothing.
fn masked(text: &str) -> String {
    match text.split_once(':') {
        Some(("sqlite" | "file", _)) => text.to_owned(),
        Some((kind @ ("postgres" | "postgresql" | "smtp" | "smtps"), rest)) => {
            let rest = rest.trim_start_matches('/');
            let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
            let account = if place.len() < rest.len() { "***@" } else { "" };
            let place = place.split('?').next().unwrap_or_default();
            format!("{kind}://{account}{place}")
        }
        _ => "***".into(),
    }
}

fn unknown(names: &[String], ours: &[(String, String)]) -> Vec<String> {
    let is_known = |name: &String| {
        let secret = name.strip_suffix("_file").unwrap_or_default();
        names.contains(name)
            || OTHER_VARIABLES.contains(&name.as_str())
            || SECRETS.contains(&secret)
    };
    let unknown = ours.iter().filter(|(name, _)| !is_known(name));
    unknown.map(|(name, _)| full_name(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded(variables: &[(&str, &str)]) -> Result<Loaded, String> {
        let owned = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        load(&mut owned.collect::<Vec<_>>().into_iter())
    }

    fn origin(loaded: &Loaded, name: &str) -> (String, String) {
        let found = loaded
            .origins
            .iter()
            .find(|one| one.name == name)
            .expect("a setting");
        (found.value.clone(), found.source.clone())
    }

    #[test]
    fn each_value_tells_its_source() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name).display().to_string();
        std::fs::write(path("c.toml"), "scan_hour = 5\nlisten = \"127.0.0.1:1\"\n")
            .expect("writes");
        std::fs::write(path("secret"), "0123456789012345678901234567890123456789\n")
            .expect("writes");
        let loaded = loaded(&[
            ("GIAINGAN_CONFIG", &path("c.toml")),
            ("GIAINGAN_LISTEN", "127.0.0.1:2"),
            ("GIAINGAN_SECRET_FILE", &path("secret")),
            ("GIAINGAN_TRUSTED_PROXIES", "[\"10.0.0.1\"]"),
            ("GIAINGAN_LISEN", "x"),
            ("HOME", "/"),
        ])
        .expect("valid");
        let settings = &loaded.settings;
        assert_eq!(
            (
                settings.scan_hour,
                settings.listen.port(),
                settings.trusted_proxies.len()
            ),
            (5, 2, 1)
        );
        assert_eq!(
            settings.secret.as_ref().expect("set").expose().len(),
            40,
            "digits stay text"
        );
        assert_eq!(origin(&loaded, "scan_hour"), ("5".into(), path("c.toml")));
        assert_eq!(
            origin(&loaded, "listen"),
            ("127.0.0.1:2".into(), "GIAINGAN_LISTEN".into())
        );
        assert_eq!(
            origin(&loaded, "secret"),
            ("***".into(), "GIAINGAN_SECRET_FILE".into())
        );
        assert_eq!(origin(&loaded, "backup_keep").1, "default");
        assert_eq!(
            origin(&loaded, "metrics_token"),
            (String::new(), "not set".into())
        );
        assert_eq!(loaded.unknown, ["GIAINGAN_LISEN"]);
    }

    #[test]
    fn no_password_is_listed() {
        for (name, url, expected) in [
            (
                "GIAINGAN_DATABASE_URL",
                "postgres://ann:p@ss@db/giaingan",
                "postgres://***@db/giaingan",
            ),
            (
                "GIAINGAN_MAIL_URL",
                "smtps://ann:pass@mail",
                "smtps://***@mail",
            ),
            ("GIAINGAN_MAIL_URL", "file:data/mails", "file:data/mails"),
        ] {
            let loaded = loaded(&[(name, url)]).expect("valid");
            let name = name["GIAINGAN_".len()..].to_ascii_lowercase();
            assert_eq!(origin(&loaded, &name).0, expected);
        }
    }

    #[test]
    fn a_wrong_value_names_its_variable() {
        let refusal = loaded(&[("GIAINGAN_SCAN_HOUR", "dawn")]).expect_err("no number");
        assert!(refusal.contains("GIAINGAN_SCAN_HOUR"), "{refusal}");
        let both = loaded(&[("GIAINGAN_SECRET", "x"), ("GIAINGAN_SECRET_FILE", "/x")]);
        assert!(both.expect_err("ambiguous").contains("both set"));
        let absent = loaded(&[("GIAINGAN_SECRET_FILE", "/nowhere/x")]);
        assert!(
            absent
                .expect_err("no file")
                .contains("GIAINGAN_SECRET_FILE")
        );
    }
}

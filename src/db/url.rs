//! Which database, by the scheme of its URL.

use std::fmt;

/// A parsed `GIAINGAN_DATABASE_URL`.
#[derive(Clone, PartialEq, Eq)]
pub enum DbUrl {
    /// `sqlite:PATH`
    Sqlite(String),
    /// `postgres://…`, handed to libpq as it is.
    Postgres(String),
}

impl DbUrl {
    /// Reads a URL; an unknown scheme is an error that names the known ones.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path == ":memory:" {
                return Err(
                    "sqlite: needs the path of a file, for example sqlite:data/giaingan.sqlite"
                        .into(),
                );
            }
            return Ok(DbUrl::Sqlite(path.to_owned()));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(DbUrl::Postgres(text.to_owned()));
        }
        Err("the database URL must start with sqlite: or postgres://".into())
    }
}

/// Never shows the password.
impl fmt::Display for DbUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DbUrl::Sqlite(path) => write!(out, "sqlite:{path}"),
            DbUrl::Postgres(url) => match (url.find("://"), url.rfind('@')) {
                (Some(start), Some(at)) if at > start => {
                    let account = &url[start + 3..at];
                    let user = account.split(':').next().unwrap_or_default();
                    write!(out, "postgres://{user}:***{}", &url[at..])
                }
                _ => out.write_str(url),
            },
        }
    }
}

impl fmt::Debug for DbUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

#[cfg(test)]
mod tests {
    use super::DbUrl;

    #[test]
    fn a_typing_error_never_becomes_a_file() {
        for text in [
            "postgers://x/y",
            "x.sqlite",
            "",
            "sqlite:",
            "sqlite::memory:",
        ] {
            assert!(DbUrl::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_password_is_not_shown() {
        let url = DbUrl::parse("postgres://ann:s3cret@db.local:5432/giaingan").expect("valid");
        assert_eq!(url.to_string(), "postgres://ann:***@db.local:5432/giaingan");
        assert!(!format!("{url:?}").contains("s3cret"));
    }
}

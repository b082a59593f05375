//! Brings a database to the schema this program knows.

use diesel::connection::SimpleConnection;
use diesel::migration::MigrationVersion;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Conn, Db, open, start_lock};
use crate::error::{Error, Result};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Any number does, as long as every instance takes the same one.
const ADVISORY_LOCK: &str = "SELECT pg_advisory_lock(20230712)";

impl Db {
    /// Applies pending migrations and returns their names. Two starts at once do not race; a
    /// database that is newer than this program is refused.
    pub fn migrate(&self) -> Result<Vec<String>> {
        let _lock = start_lock(self.url())?;
        let mut conn = open(self.url())?;
        refuse_newer(&mut conn)?;
        let failed = |error: Box<dyn std::error::Error + Send + Sync>| {
            Error::Internal(format!("migration: {error}"))
        };
        let applied = match &mut conn {
            Conn::Sqlite(conn) => names_of(conn.run_pending_migrations(SQLITE).map_err(failed)?),
            Conn::Pg(conn) => {
                conn.batch_execute("SET lock_timeout = 0")?;
                conn.batch_execute(ADVISORY_LOCK)?;
                // The lock goes with the connection.
                names_of(conn.run_pending_migrations(POSTGRES).map_err(failed)?)
            }
        };
        Ok(applied)
    }

    /// The names of migrations that this database still lacks.
    pub fn pending_migrations(&self) -> Result<Vec<String>> {
        let mut conn = open(self.url())?;
        let failed = |error: Box<dyn std::error::Error + Send + Sync>| {
            Error::Internal(format!("migration: {error}"))
        };
        let names = match &mut conn {
            Conn::Sqlite(conn) => names(conn.pending_migrations(SQLITE).map_err(failed)?),
            Conn::Pg(conn) => names(conn.pending_migrations(POSTGRES).map_err(failed)?),
        };
        Ok(names)
    }
}

fn names_of(versions: Vec<MigrationVersion<'_>>) -> Vec<String> {
    versions.iter().map(ToString::to_string).collect()
}

fn names<DB: diesel::backend::Backend>(
    list: Vec<Box<dyn diesel::migration::Migration<DB>>>,
) -> Vec<String> {
    list.iter().map(|one| one.name().to_string()).collect()
}

fn refuse_newer(conn: &mut Conn) -> Result<()> {
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| {
        Error::Internal(format!("migration: {error}"))
    };
    let applied = match conn {
        Conn::Sqlite(conn) => conn.applied_migrations().map_err(failed)?,
        Conn::Pg(conn) => conn.applied_migrations().map_err(failed)?,
    };
    let known: Vec<String> = known_versions();
    match applied
        .iter()
        .find(|version| !known.contains(&version.to_string()))
    {
        None => Ok(()),
        Some(version) => Err(Error::Internal(format!(
            "the database has migration {version}, which this version of the program does not know; \
             use a newer program"
        ))),
    }
}

fn known_versions() -> Vec<String> {
    use diesel::migration::{Migration, MigrationSource};
    let list: Vec<Box<dyn Migration<diesel::sqlite::Sqlite>>> =
        SQLITE.migrations().unwrap_or_default();
    list.iter()
        .map(|one| one.name().version().to_string())
        .collect()
}

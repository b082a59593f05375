//! Brings a database to the schema this program knows.

use diesel::Connection;
use diesel::connection::SimpleConnection;
use diesel::migration::MigrationVersion;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::sql::sql;
use super::{Conn, Db, DbUrl, open, open_bare, start_lock};
use crate::error::{Error, Result};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Any number does, as long as every instance takes the same one.
const ADVISORY_LOCK: &str = "SELECT pg_advisory_lock(20230712)";

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn failed(error: Failure) -> Error {
    Error::Internal(format!("migration: {error}"))
}

impl Db {
    /// Applies pending migrations and returns their names. Two starts at once do not race; a
    /// database that is newer than this program is refused. An embedded database that holds
    /// something is copied first, to `FILE.before-MIGRATION`.
    pub fn migrate(&self) -> Result<Vec<String>> {
        let _lock = start_lock(self.url())?;
        let mut conn = open(self.url())?;
        lock(&mut conn)?;
        refuse_newer(&mut conn)?;
        keep_copy(&mut conn, self.url())?;
        migrate_file(&mut conn)
    }

    /// Takes away everything that the database holds.
    pub fn empty(&self) -> Result<()> {
        rebuild(self.url(), |_| Ok(()))
    }

    /// Runs `work` on a connection of its own that opens its transactions itself.
    pub fn alone<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        work(&mut open_bare(self.url())?)
    }

    /// The names of migrations that this database still lacks.
    pub fn pending_migrations(&self) -> Result<Vec<String>> {
        let mut pooled = self.checkout()?;
        pending(&mut pooled.conn)
    }
}

/// The lock goes with the connection.
fn lock(conn: &mut Conn) -> Result<()> {
    if !conn.is_sqlite() {
        conn.batch_execute("SET lock_timeout = 0")?;
        conn.batch_execute(ADVISORY_LOCK)?;
    }
    Ok(())
}

/// Applies what is pending, on a connection that nobody else uses.
pub(super) fn migrate_file(conn: &mut Conn) -> Result<Vec<String>> {
    refuse_newer(conn)?;
    Ok(match conn {
        Conn::Sqlite(conn) => names_of(conn.run_pending_migrations(SQLITE).map_err(failed)?),
        Conn::Pg(conn) => names_of(conn.run_pending_migrations(POSTGRES).map_err(failed)?),
    })
}

/// The names of migrations that a database still lacks.
pub(super) fn pending(conn: &mut Conn) -> Result<Vec<String>> {
    refuse_newer(conn)?;
    let names = match conn {
        Conn::Sqlite(conn) => names(conn.pending_migrations(SQLITE).map_err(failed)?),
        Conn::Pg(conn) => names(conn.pending_migrations(POSTGRES).map_err(failed)?),
    };
    Ok(names)
}

/// Takes away all tables of a database, makes them new and empty, and fills them, in one
/// transaction: on an error everything is as it was.
pub(super) fn rebuild<T>(url: &DbUrl, mut fill: impl FnMut(&mut Conn) -> Result<T>) -> Result<T> {
    let mut conn = open_bare(url)?;
    lock(&mut conn)?;
    refuse_newer(&mut conn)?;
    conn.transaction(|conn| {
        match conn {
            Conn::Sqlite(conn) => {
                conn.revert_all_migrations(SQLITE).map_err(failed)?;
                conn.run_pending_migrations(SQLITE).map_err(failed)?;
            }
            Conn::Pg(conn) => {
                conn.revert_all_migrations(POSTGRES).map_err(failed)?;
                conn.run_pending_migrations(POSTGRES).map_err(failed)?;
            }
        }
        fill(conn)
    })
}

/// A migration cannot be taken back by an older program, a copy can.
fn keep_copy(conn: &mut Conn, url: &DbUrl) -> Result<()> {
    let DbUrl::Sqlite(path) = url else {
        return Ok(());
    };
    let pending = pending(conn)?;
    let Some(first) = pending
        .first()
        .filter(|_| pending.len() < known_versions().len())
    else {
        return Ok(());
    };
    let copy = format!("{path}.before-{first}");
    if !std::path::Path::new(&copy).exists() {
        use diesel::RunQueryDsl;
        sql::<()>("VACUUM INTO ").bind(copy).execute(conn)?;
    }
    Ok(())
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

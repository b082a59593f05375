//! The only place with queries. Every function takes a connection, so it composes inside the one
//! transaction that the caller already has.

pub mod agencies;
pub mod agenda;
pub mod alerts;
mod any_of;
pub mod api_keys;
pub mod assigned;
pub mod audit;
pub mod audit_check;
pub mod backup;
pub mod book;
pub mod capital_assignments;
pub mod changes;
pub mod compliance;
pub mod confirmations;
pub mod directives;
pub mod disbursements;
pub mod export;
pub mod feed;
pub mod figures;
pub mod filter;
pub mod forecast;
pub mod funding_sources;
pub mod holidays;
pub mod idempotency;
pub mod imports;
pub mod job_runs;
pub mod leases;
pub mod ledger;
pub mod mails;
pub mod migrate;
pub mod names;
pub mod obstacles;
pub mod operations;
pub mod page;
pub mod password_links;
pub mod payments;
pub mod people;
pub mod period_closings;
pub mod plan_entries;
pub mod plan_lines;
pub mod plan_operations;
pub mod privacy;
pub mod project_links;
pub mod project_list;
pub mod project_people;
pub mod projects;
pub mod reallocation;
pub mod reconciliation;
pub mod reports;
pub mod rollup;
pub mod schedules;
#[allow(missing_docs)]
pub mod schema;
pub mod second_factors;
pub mod sessions;
pub mod settings;
pub mod source_tree;
pub mod sql;
pub mod statement_matches;
pub mod successions;
mod tables;
pub mod targets;
pub mod task_forces;
pub mod throttles;
pub mod transfer;
pub mod units;
mod url;
pub mod user_list;
pub mod users;
pub mod webhooks;
mod writer;

use std::sync::Arc;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::r2d2::{ManageConnection, Pool};
use diesel::{Connection, PgConnection, SqliteConnection};

use crate::error::{Error, Result};

pub use url::DbUrl;

/// The last day of an interval that has no end.
pub const FOREVER: chrono::NaiveDate = match chrono::NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(date) => date,
    None => chrono::NaiveDate::MAX,
};

/// The first day of an interval that has no beginning.
pub const BEGINNING: chrono::NaiveDate = match chrono::NaiveDate::from_ymd_opt(1, 1, 1) {
    Some(date) => date,
    None => chrono::NaiveDate::MIN,
};

// The derive leaves public helpers without documentation.
#[allow(missing_docs)]
mod conn {
    use diesel::{PgConnection, SqliteConnection};

    /// One connection to whichever database the URL names.
    #[derive(diesel::MultiConnection)]
    pub enum Conn {
        /// The embedded database.
        Sqlite(SqliteConnection),
        /// A PostgreSQL server.
        Pg(PgConnection),
    }
}

pub use conn::Conn;

impl Conn {
    /// Whether this is the embedded database.
    pub fn is_sqlite(&self) -> bool {
        matches!(self, Conn::Sqlite(_))
    }
}

/// A pooled connection; `broken` keeps one with an unknown transaction state out of the pool.
pub struct Pooled {
    conn: Conn,
    broken: bool,
}

/// Opens connections by our own URL rules: diesel's derived `establish` would silently create an
/// SQLite file for a mistyped `postgres://`.
pub struct Manager {
    url: DbUrl,
}

impl ManageConnection for Manager {
    type Connection = Pooled;
    type Error = Error;

    fn connect(&self) -> Result<Pooled> {
        Ok(Pooled {
            conn: open(&self.url)?,
            broken: false,
        })
    }

    fn is_valid(&self, pooled: &mut Pooled) -> Result<()> {
        Ok(pooled.conn.batch_execute("SELECT 1")?)
    }

    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        pooled.broken || std::thread::panicking()
    }
}

/// Programs that start on one SQLite file at the same moment wait for each other: switching to WAL
/// and the first migration are done without the waiting that SQLite does elsewhere.
fn start_lock(url: &DbUrl) -> Result<Option<std::fs::File>> {
    let DbUrl::Sqlite(path) = url else {
        return Ok(None);
    };
    let failed = |error: std::io::Error| Error::Unavailable(format!("{path}: {error}"));
    let file = std::fs::File::create(format!("{path}.lock")).map_err(failed)?;
    file.lock().map_err(failed)?;
    Ok(Some(file))
}

fn open(url: &DbUrl) -> Result<Conn> {
    let unavailable = |error: diesel::ConnectionError| Error::Unavailable(error.to_string());
    match url {
        DbUrl::Sqlite(path) => {
            let mut conn = SqliteConnection::establish(path).map_err(unavailable)?;
            conn.batch_execute(
                "PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL; \
                 PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4000;",
            )?;
            Ok(Conn::Sqlite(conn))
        }
        DbUrl::Postgres(url) => {
            let mut conn = PgConnection::establish(url).map_err(unavailable)?;
            conn.batch_execute("SET TIME ZONE 'UTC'; SET lock_timeout = '5s';")?;
            Ok(Conn::Pg(conn))
        }
    }
}

/// A connection for work on a whole database: SQLite checks references once, at the end, and the
/// journal of a file stays as it is.
pub(crate) fn open_bare(url: &DbUrl) -> Result<Conn> {
    let unavailable = |error: diesel::ConnectionError| Error::Unavailable(error.to_string());
    match url {
        DbUrl::Sqlite(path) => {
            let mut conn = SqliteConnection::establish(path).map_err(unavailable)?;
            conn.batch_execute(
                "PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = OFF; PRAGMA synchronous = FULL; \
                 PRAGMA cache_size = -16000;",
            )?;
            Ok(Conn::Sqlite(conn))
        }
        DbUrl::Postgres(_) => open(url),
    }
}

/// `None` when a unique index refuses the row: the caller knows which field that is. The
/// transaction must be given up then.
pub fn unless_taken<T>(outcome: diesel::QueryResult<T>) -> Result<Option<T>> {
    use diesel::result::{DatabaseErrorKind, Error as Failure};
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(Failure::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The database: many readers, and one write path.
#[derive(Clone)]
pub struct Db {
    pool: Pool<Manager>,
    /// SQLite has one writer at a time anyway, so its writes queue here and share commits.
    queue: Option<Arc<writer::Queue>>,
    url: DbUrl,
}

impl Db {
    /// Opens the database at `url` with at most `connections` pooled connections.
    pub fn open(url: &DbUrl, connections: u32) -> Result<Self> {
        // The first connection is made here so that a wrong URL is told in its own words.
        {
            let _lock = start_lock(url)?;
            drop(open(url)?);
        }
        let pool = Pool::builder()
            .max_size(connections)
            .min_idle(Some(1))
            .test_on_check_out(false)
            .connection_timeout(Duration::from_secs(5))
            .build(Manager { url: url.clone() })
            .map_err(|error| Error::Unavailable(error.to_string()))?;
        let queue = match url {
            DbUrl::Sqlite(_) => Some(Arc::new(writer::Queue::start(url.clone())?)),
            DbUrl::Postgres(_) => None,
        };
        Ok(Db {
            pool,
            queue,
            url: url.clone(),
        })
    }

    /// Where this database is.
    pub fn url(&self) -> &DbUrl {
        &self.url
    }

    /// Runs `work` in a read-only snapshot: all its queries see the same moment.
    pub fn read<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let mut pooled = self.begun(match self.url {
            DbUrl::Sqlite(_) => "BEGIN",
            DbUrl::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        })?;
        // Kept broken until the transaction has ended, so that a panic in `work` drops it.
        pooled.broken = true;
        let outcome = work(&mut pooled.conn);
        pooled.broken = pooled.conn.batch_execute("COMMIT").is_err();
        outcome
    }

    /// Runs one statement that only reads: a snapshot of its own.
    pub fn ask<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let mut pooled = self.checkout()?;
        // Kept broken until it has ended, so that a panic in `work` drops the connection.
        pooled.broken = true;
        let outcome = work(&mut pooled.conn);
        pooled.broken = matches!(outcome, Err(Error::Lost(_) | Error::Unavailable(_)));
        outcome
    }

    /// Runs `work` in a write transaction and answers after the commit. `work` may run more than
    /// once (serialisation failures, a shared commit that was lost), so it must not have effects
    /// outside the connection.
    pub fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Conn) -> Result<T> + Send + 'static,
    {
        match &self.queue {
            Some(queue) => queue.submit(work),
            None => self.write_postgres(work),
        }
    }

    fn write_postgres<T>(&self, mut work: impl FnMut(&mut Conn) -> Result<T>) -> Result<T> {
        let mut pooled = self.begun("BEGIN")?;
        let mut tries = 0;
        loop {
            tries += 1;
            pooled.broken = true;
            let outcome = writer::begun(&mut pooled.conn, &mut work);
            // A connection whose rollback failed is left marked and never reused.
            pooled.broken = matches!(outcome, Err(Error::Lost(_)));
            match outcome {
                Err(Error::Retry(_)) if tries < 4 => pooled.conn.batch_execute("BEGIN")?,
                other => return other,
            }
        }
    }

    /// A connection whose transaction has begun. After a restart of the server those in the pool are
    /// dead: nothing was asked of them yet, so the next one is tried.
    fn begun(&self, begin: &str) -> Result<diesel::r2d2::PooledConnection<Manager>> {
        let mut tries = self.pool.max_size();
        loop {
            let mut pooled = self.checkout()?;
            match pooled.conn.batch_execute(begin) {
                Ok(()) => return Ok(pooled),
                Err(error) => {
                    pooled.broken = true;
                    if tries == 0 {
                        return Err(Error::Unavailable(error.to_string()));
                    }
                    tries -= 1;
                }
            }
        }
    }

    fn checkout(&self) -> Result<diesel::r2d2::PooledConnection<Manager>> {
        self.pool
            .get()
            .map_err(|error| Error::Unavailable(error.to_string()))
    }

    /// Connections in use and idle, for `/metrics`.
    pub fn pool_state(&self) -> (u32, u32) {
        let state = self.pool.state();
        (
            state.connections - state.idle_connections,
            state.idle_connections,
        )
    }
}

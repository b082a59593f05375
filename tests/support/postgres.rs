//! PostgreSQL for the tests: a throw-away server, started once per test process, and a fresh database per test.
//!
//! With `TEST_POSTGRES_URL=postgres://user:password@host:port/any` an existing server is used instead; the user must
//! be allowed to create databases.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl};

use super::postgres_cluster::Cluster;

/// Databases of earlier runs on a shared server are dropped when they are older than this many seconds.
const STALE_AFTER: u64 = 3600;

static SERVER: OnceLock<Result<Server, String>> = OnceLock::new();
static COUNTER: AtomicU32 = AtomicU32::new(0);

struct Server {
    /// `postgres://…` up to and without the database's name.
    base: String,
    /// What may follow it, such as `?sslmode=disable`.
    tail: String,
    /// Database to connect to for creating others.
    maintenance: String,
    /// Start of the names of this run's databases: when it began, then the process.
    prefix: String,
    /// Lives as long as the process: its end stops the server.
    _cluster: Option<Cluster>,
}

/// The URL of a new database, a copy of one that `migrate` has filled. `migrate` gets the URL of an empty database and
/// is called once per test process, whatever the number of tests.
///
/// # Panics
/// If there is no server and none can be started: a test that needs PostgreSQL must fail without it, never be skipped.
pub fn database(migrate: impl FnOnce(&str)) -> String {
    let server = match SERVER.get_or_init(|| Server::with_template(migrate)) {
        Ok(server) => server,
        Err(reason) => panic!("no PostgreSQL to test on: {reason}"),
    };
    server.new_database(&format!(" TEMPLATE {}", server.template()))
}

/// The URL of a new database without tables.
///
/// # Panics
/// As [`database`].
pub fn empty_database(migrate: impl FnOnce(&str)) -> String {
    let server = match SERVER.get_or_init(|| Server::with_template(migrate)) {
        Ok(server) => server,
        Err(reason) => panic!("no PostgreSQL to test on: {reason}"),
    };
    server.new_database("")
}

impl Server {
    /// Creates a database and returns its URL; `how` follows its name.
    fn new_database(&self, how: &str) -> String {
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}_{number}", self.prefix);
        self.admin()
            .and_then(|mut admin| execute(&mut admin, &format!("CREATE DATABASE {name}{how}")))
            .expect("a database for this test");
        self.url(&name)
    }

    fn with_template(migrate: impl FnOnce(&str)) -> Result<Self, String> {
        let server = Self::start()?;
        let mut admin = server.admin()?;
        execute(
            &mut admin,
            &format!("CREATE DATABASE {}", server.template()),
        )?;
        migrate(&server.url(&server.template()));
        Ok(server)
    }

    fn start() -> Result<Self, String> {
        let began = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_err(|error| error.to_string())?
            .as_secs();
        let prefix = format!("giaingan_test_{began}_{}", std::process::id());
        let Ok(url) = std::env::var("TEST_POSTGRES_URL") else {
            let cluster = Cluster::start()?;
            let (base, maintenance) = (cluster.base_url(), "postgres".to_owned());
            return Ok(Self {
                base,
                tail: String::new(),
                maintenance,
                prefix,
                _cluster: Some(cluster),
            });
        };
        let (path, tail) = url.split_at(url.find('?').unwrap_or(url.len()));
        let (base, maintenance) = match path.rsplit_once('/') {
            Some((base, name))
                if base.contains("//") && !base.ends_with('/') && !name.is_empty() =>
            {
                (base, name)
            }
            _ => {
                return Err(
                    "TEST_POSTGRES_URL must look like postgres://user@host:port/database".into(),
                );
            }
        };
        let (base, maintenance, tail) = (base.to_owned(), maintenance.to_owned(), tail.to_owned());
        let server = Self {
            base,
            tail,
            maintenance,
            prefix,
            _cluster: None,
        };
        server.drop_stale(began)?;
        Ok(server)
    }

    fn template(&self) -> String {
        format!("{}_template", self.prefix)
    }

    fn url(&self, database: &str) -> String {
        format!("{}/{database}{}", self.base, self.tail)
    }

    fn admin(&self) -> Result<PgConnection, String> {
        PgConnection::establish(&self.url(&self.maintenance)).map_err(|error| error.to_string())
    }

    /// A server that outlives the run keeps its databases. Tidied by the next run, for no run sees its own end.
    fn drop_stale(&self, now: u64) -> Result<(), String> {
        let mut admin = self.admin()?;
        let query =
            r"SELECT datname::text AS name FROM pg_database WHERE datname LIKE 'giaingan\_test\_%'";
        let found: Vec<Name> = diesel::sql_query(query)
            .load(&mut admin)
            .map_err(|error| error.to_string())?;
        for Name { name } in found {
            let began = name
                .split('_')
                .nth(2)
                .and_then(|began| began.parse::<u64>().ok());
            if began.is_some_and(|began| began + STALE_AFTER < now) {
                // Another run may be dropping it too, or somebody may be looking at it.
                let _ = execute(&mut admin, &format!("DROP DATABASE IF EXISTS {name}"));
            }
        }
        Ok(())
    }
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

fn execute(connection: &mut PgConnection, statement: &str) -> Result<(), String> {
    connection
        .batch_execute(statement)
        .map_err(|error| format!("{statement}: {error}"))
}

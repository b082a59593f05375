//! Puts an instance together: database, migrations, secret, server. `main` and the tests share it.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server as ActixServer;
use actix_web::{App as ActixApp, HttpServer, middleware, web};

use crate::clock::Clock;
use crate::config::{SECRET_BYTES, Secret, Settings};
use crate::db::{Db, DbUrl};
use crate::error::{Error, Result};
use crate::http::{self, Server};
use crate::service::App;
use crate::service::api_keys::KnownKeys;
use crate::service::auth::tokens::Tokens;
use crate::service::auth::vault::Vault;
use crate::service::backup;
use crate::service::book::Store;
use crate::service::imports::Commits;
use crate::service::operations;
use crate::service::pulse::Pulse;
use crate::service::webhooks::Signer;

/// Opens the database, brings it up to date unless the settings leave that to `migrate`, and reads
/// or makes the secret.
pub fn open(settings: Settings, clock: Clock) -> Result<(Arc<App>, Vec<u8>)> {
    let db = database(&settings)?;
    if settings.migrate_at_start {
        migrate(&db)?;
    }
    if db.pending_migrations()?.is_empty() {
        backup::refuse_half(&db)?;
    }
    let secret = secret(&settings, &db)?.into_bytes();
    Ok((Arc::new(app(settings, clock, db, &secret)?), secret))
}

/// Opens the database as it is, to look at it or to put another in its place.
pub fn open_as_it_is(settings: Settings, clock: Clock) -> Result<Arc<App>> {
    let db = database(&settings)?;
    // Nobody signs in on this one.
    let secret = crate::service::auth::random_token()?;
    Ok(Arc::new(app(settings, clock, db, secret.as_bytes())?))
}

fn app(settings: Settings, clock: Clock, db: Db, secret: &[u8]) -> Result<App> {
    // One provider for every TLS connection of the process; a second instance finds it in place.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(App {
        signer: Signer::new(secret),
        known_keys: KnownKeys::default(),
        db,
        clock,
        tokens: Tokens::new(secret, settings.access_minutes),
        vault: Vault::new(secret)?,
        settings,
        pulse: Pulse::default(),
        book: Store::default(),
        commits: Commits::default(),
    })
}

fn database(settings: &Settings) -> Result<Db> {
    let url = settings.database().map_err(Error::Unavailable)?;
    if let DbUrl::Sqlite(path) = &url
        && let Some(folder) = std::path::Path::new(path).parent()
        && !folder.as_os_str().is_empty()
    {
        std::fs::create_dir_all(folder)
            .map_err(|error| Error::Unavailable(format!("{}: {error}", folder.display())))?;
    }
    Db::open(&url, settings.connections)
}

/// Applies pending migrations.
pub fn migrate(db: &Db) -> Result<()> {
    for name in db.migrate()? {
        tracing::info!(name, "migration applied");
    }
    Ok(())
}

/// The secret of the settings; an embedded database makes and keeps one of its own.
fn secret(settings: &Settings, db: &Db) -> Result<String> {
    match (&settings.secret, db.url()) {
        (Some(secret), _) => Ok(Secret::expose(secret).to_owned()),
        (None, DbUrl::Sqlite(_)) => operations::installation_secret(db),
        // One that was embedded before has brought the secret that it made.
        (None, DbUrl::Postgres(_)) => operations::kept_secret(db)?.ok_or(Error::Unavailable(format!(
            "GIAINGAN_SECRET is needed with PostgreSQL: at least {SECRET_BYTES} characters, the same on every instance"
        ))),
    }
}

/// How long a client may take over closing.
const CLIENT_TIMEOUT: Duration = Duration::from_secs(10);

/// Seconds that requests under way have to end when the server stops.
const DRAIN_SECONDS: u64 = 25;

/// Binds and builds the server; run it by awaiting it. Port 0 takes a free port.
pub fn server(app: Arc<App>, secret: &[u8]) -> Result<(ActixServer, SocketAddr)> {
    let failed = |error: std::io::Error| Error::Unavailable(error.to_string());
    let listener = TcpListener::bind(app.settings.listen).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let head = app.settings.request_timeout();
    let state = web::Data::new(Server::new(app, secret));
    let server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(state.clone())
            .app_data(web::PayloadConfig::new(http::body::BODY_LIMIT))
            .wrap(middleware::from_fn(http::frame))
            .wrap(middleware::Compress::default())
            .configure(http::configure)
    })
    .client_request_timeout(head)
    .client_disconnect_timeout(CLIENT_TIMEOUT)
    .shutdown_timeout(DRAIN_SECONDS)
    // The command listens for them, since the jobs have to end as well.
    .disable_signals()
    .listen(listener)
    .map_err(failed)?
    .run();
    Ok((server, address))
}

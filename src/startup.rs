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
use crate::service::auth::tokens::Tokens;
use crate::service::auth::vault::Vault;

/// Opens the database, brings it up to date, and reads or makes the secret.
pub fn open(settings: Settings, clock: Clock) -> Result<(Arc<App>, Vec<u8>)> {
    let url = settings.database().map_err(Error::Unavailable)?;
    if let DbUrl::Sqlite(path) = &url
        && let Some(folder) = std::path::Path::new(path).parent()
        && !folder.as_os_str().is_empty()
    {
        std::fs::create_dir_all(folder)
            .map_err(|error| Error::Unavailable(format!("{}: {error}", folder.display())))?;
    }
    let db = Db::open(&url, settings.connections)?;
    for name in db.migrate()? {
        tracing::info!(name, "migration applied");
    }
    let secret = secret(&settings, &db)?.into_bytes();
    let tokens = Tokens::new(&secret, settings.access_minutes);
    let vault = Vault::new(&secret)?;
    let app = App {
        db,
        clock,
        settings,
        tokens,
        vault,
    };
    Ok((Arc::new(app), secret))
}

/// The secret of the settings; an embedded database makes and keeps one of its own.
fn secret(settings: &Settings, db: &Db) -> Result<String> {
    match (&settings.secret, db.url()) {
        (Some(secret), _) => Ok(Secret::expose(secret).to_owned()),
        (None, DbUrl::Sqlite(_)) => crate::service::operations::installation_secret(db),
        (None, DbUrl::Postgres(_)) => Err(Error::Unavailable(format!(
            "GIAINGAN_SECRET is needed with PostgreSQL: at least {SECRET_BYTES} characters, the same on every instance"
        ))),
    }
}

/// How long a client may take over its request head, and over closing.
const CLIENT_TIMEOUT: Duration = Duration::from_secs(10);

/// Binds and builds the server; run it by awaiting it. Port 0 takes a free port.
pub fn server(app: Arc<App>, secret: &[u8]) -> Result<(ActixServer, SocketAddr)> {
    let failed = |error: std::io::Error| Error::Unavailable(error.to_string());
    let listener = TcpListener::bind(app.settings.listen).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let state = web::Data::new(Server::new(app, secret));
    let server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(state.clone())
            .app_data(web::PayloadConfig::new(http::body::BODY_LIMIT))
            .wrap(middleware::from_fn(http::frame))
            .wrap(middleware::Compress::default())
            .configure(http::configure)
    })
    .client_request_timeout(CLIENT_TIMEOUT)
    .client_disconnect_timeout(CLIENT_TIMEOUT)
    .shutdown_timeout(25)
    .listen(listener)
    .map_err(failed)?
    .run();
    Ok((server, address))
}

//! The real application, on SQLite or PostgreSQL, and typed clients for each role.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use actix_web::dev::ServerHandle;
use chrono::NaiveDate;
use giaingan::clock::Clock;
use giaingan::config::{Secret, Settings};
use giaingan::service::auth::sessions;
use giaingan::service::setup::{self, Setup};
use giaingan::service::{App, Ctx, write};
use giaingan::startup;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::postgres;

/// Runs each behaviour on both databases: `both! { async fn name(app: TestApp) { … } }`.
macro_rules! both {
    ($($(#[$meta:meta])* async fn $name:ident($app:ident: TestApp) $body:block)*) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            async fn behaviour($app: $crate::support::app::TestApp) $body

            #[actix_web::test]
            async fn sqlite() {
                behaviour($crate::support::app::TestApp::sqlite().await).await;
            }

            #[actix_web::test]
            async fn postgres() {
                behaviour($crate::support::app::TestApp::postgres().await).await;
            }
        }
    )*};
}
pub(crate) use both;

pub const ADMIN_PASSWORD: &str = "con thuyền trên vịnh 7";

static USERS: AtomicU32 = AtomicU32::new(0);

/// A running instance with a province `22` and an administrator `admin`.
pub struct TestApp {
    pub app: Arc<App>,
    pub base: String,
    pub secret: Vec<u8>,
    server: ServerHandle,
    _folder: Option<tempfile::TempDir>,
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // Tells the server to stop; the runtime of the test ends its workers.
        drop(self.server.stop(false));
    }
}

/// A client for our own addresses: reading the system's certificates takes long.
pub fn http() -> reqwest::ClientBuilder {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().tls_certs_only([])
}

pub fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// A new PostgreSQL database with our tables.
pub fn postgres_url() -> String {
    postgres::database(migrate)
}

/// A new PostgreSQL database without any.
pub fn empty_postgres_url() -> String {
    postgres::empty_database(migrate)
}

fn migrate(url: &str) {
    let url = giaingan::db::DbUrl::parse(url).expect("a URL");
    let db = giaingan::db::Db::open(&url, 1).expect("opens");
    db.migrate().expect("migrates");
}

impl TestApp {
    pub async fn sqlite() -> Self {
        Self::with(|_| ()).await
    }

    pub async fn postgres() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self::start(postgres_url(), folder).await
    }

    /// On a database of the test's own.
    pub async fn on(url: String) -> Self {
        Self::start(url, tempfile::tempdir().expect("a folder")).await
    }

    /// On SQLite, with other settings.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("test.sqlite").display());
        Self::start_with(url, folder, change).await
    }

    async fn start(url: String, folder: tempfile::TempDir) -> Self {
        Self::start_with(url, folder, |_| ()).await
    }

    async fn start_with(
        url: String,
        folder: tempfile::TempDir,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let mut settings = Settings::defaults().expect("complete");
        settings.database_url = Secret::new(url);
        settings.mail_url = Secret::new(format!("file:{}", folder.path().join("mails").display()));
        settings.secret = Some(Secret::new("a secret of the tests, 32 bytes or more"));
        settings.listen = "127.0.0.1:0".parse().expect("an address");
        settings.connections = 8;
        settings.operator_mail = "it@quangninh.example".into();
        settings.sheet_reader = Some(env!("CARGO_BIN_EXE_giaingan").into());
        settings.webhook_allow_private = true;
        change(&mut settings);
        let clock = Clock::new(Some(date("2024-06-30")));
        let (app, secret) = startup::open(settings, clock).expect("opens");
        let setup = Setup {
            unit_code: "22".into(),
            unit_name: "Tỉnh Quảng Ninh".into(),
            admin_username: "admin".into(),
        };
        setup::init(&app, setup, ADMIN_PASSWORD).expect("sets up");
        Self::serve(app, secret, Some(folder))
    }

    /// Another instance on the same database and clock, with other settings.
    pub fn beside(&self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = self.app.settings.clone();
        change(&mut settings);
        let (app, secret) = startup::open(settings, self.app.clock.clone()).expect("opens");
        Self::serve(app, secret, None)
    }

    fn serve(app: Arc<App>, secret: Vec<u8>, folder: Option<tempfile::TempDir>) -> Self {
        let (server, address) = startup::server(app.clone(), &secret).expect("binds");
        let handle = server.handle();
        actix_web::rt::spawn(server);
        TestApp {
            app,
            base: format!("http://{address}"),
            secret,
            server: handle,
            _folder: folder,
        }
    }

    /// Moves the business date.
    pub fn today(&self, day: &str) {
        self.app.clock.set_today(date(day));
    }

    /// A caller who is not signed in.
    pub fn anonymous(&self) -> Client {
        Client {
            base: self.base.clone(),
            token: None,
            http: http().build().expect("a client"),
        }
    }

    /// The administrator of the province.
    pub fn admin(&self) -> Client {
        self.sign_in(1)
    }

    /// A caller signed in as this user, without the cost of a password.
    pub fn sign_in(&self, user_id: i64) -> Client {
        let ctx = Ctx::system(&self.app, "test");
        let pair = write(&ctx, move |tx| sessions::start(tx, user_id)).expect("a session");
        Client {
            token: Some(pair.access_token),
            ..self.anonymous()
        }
    }

    /// A new user with these grants (as in `POST /users`), signed in. `person_id` is needed for
    /// leaders.
    pub async fn user(&self, person_id: Option<i64>, grants: Value) -> Client {
        let number = USERS.fetch_add(1, Ordering::Relaxed);
        let mut body = json!({
            "username": format!("user{number}"),
            "password": ADMIN_PASSWORD,
            "grants": grants,
        });
        if let Some(person_id) = person_id {
            body["person_id"] = json!(person_id);
        }
        let user = self.admin().post("/users", body).await.created();
        self.sign_in(user["id"].as_i64().expect("an id"))
    }
}

/// Speaks JSON to the API as somebody.
#[derive(Clone)]
pub struct Client {
    pub base: String,
    pub token: Option<String>,
    pub http: reqwest::Client,
}

impl Client {
    /// A request to a path below `/api/v1`, or to an absolute one that starts with `//`.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = match path.strip_prefix("//") {
            Some(absolute) => format!("{}/{absolute}", self.base),
            None => format!("{}/api/v1{path}", self.base),
        };
        let request = self.http.request(method, url);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(&body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        Answer::of(self.request(Method::PATCH, path).json(&body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        Answer::of(self.request(Method::PUT, path).json(&body)).await
    }
}

/// An answer that was read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
    pub text: String,
}

impl Answer {
    pub async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let text = response.text().await.expect("a body");
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer {
            status,
            headers,
            body,
            text,
        }
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.body
    }

    #[track_caller]
    pub fn ok(self) -> Value {
        self.expect(200)
    }

    #[track_caller]
    pub fn created(self) -> Value {
        assert!(
            self.headers.contains_key("location"),
            "no Location: {}",
            self.text
        );
        self.expect(201)
    }

    /// A refusal: its status and code, as a problem document.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!(
            (self.status, self.body["code"].as_str()),
            (status, Some(code)),
            "{}",
            self.text
        );
        let kind = self.header("content-type");
        assert!(kind.starts_with("application/problem+json"), "{kind}");
        assert_eq!(self.body["status"], status);
        self.body
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

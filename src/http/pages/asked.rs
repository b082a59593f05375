//! What a browser says besides the fields of a form, and whether it can be believed.

use std::sync::Arc;

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::header;
use actix_web::{HttpMessage, HttpRequest, web};
use ring::hmac;

use super::layout::Layout;
use super::pager::Pager;
use super::prefs::{self, Prefs};
use crate::domain::hash::hex;
use crate::domain::locale::Locale;
use crate::error::{Code, Error, Result};
use crate::http::Server;
use crate::http::answer::header_text;
use crate::service::auth::web as sessions;
use crate::service::{App, Origin, operations};

/// What a browser says besides the fields of a form.
#[derive(Clone)]
pub struct Asked {
    server: web::Data<Server>,
    /// The session's id.
    pub session: Option<String>,
    prefs: Prefs,
    language: Locale,
    /// Where the request came from.
    pub origin: Origin,
    /// HTTP method.
    pub method: String,
    /// Path and query.
    pub here: String,
    /// Path alone.
    pub path: String,
    own: bool,
    secure: bool,
}

impl Asked {
    /// Reads the request.
    pub fn of(request: &HttpRequest) -> Result<Self> {
        let server = request
            .app_data::<web::Data<Server>>()
            .ok_or_else(|| Error::Internal("no server state".into()))?
            .clone();
        let secure = is_secure(&server.app);
        let cookie = |name: &str| {
            let cookie = request.cookie(name)?;
            Some(cookie.value().to_owned())
        };
        let here = match request.query_string() {
            "" => request.path().to_owned(),
            query => format!("{}?{query}", request.path()),
        };
        Ok(Asked {
            session: cookie(cookie_name(secure)).filter(|id| !id.is_empty()),
            prefs: Prefs::read(&cookie(prefs::COOKIE).unwrap_or_default()),
            language: header_text(request, header::ACCEPT_LANGUAGE)
                .map_or(Locale::Vi, Locale::from_accept_language),
            origin: request
                .extensions()
                .get::<Origin>()
                .cloned()
                .unwrap_or_default(),
            method: request.method().to_string(),
            here,
            path: request.path().to_owned(),
            own: is_own(request, &server.app),
            secure,
            server,
        })
    }

    /// The running instance.
    pub fn app(&self) -> &Arc<App> {
        &self.server.app
    }

    /// The reader's choices.
    pub fn prefs(&self) -> Prefs {
        self.prefs
    }

    /// The pager of the list at this address.
    pub fn pager(&self) -> Pager {
        Pager::new(self.server.clone(), &self.here)
    }

    /// A layout for somebody who is not signed in.
    pub fn layout(&self) -> Layout {
        let clock = &self.app().clock;
        let mut layout = Layout::new(
            self.prefs,
            self.language,
            clock.today(),
            clock.now().and_utc(),
        );
        layout.here = self.here.clone();
        layout.request_id = self.origin.request_id.clone().unwrap_or_default();
        layout.demo = operations::is_demo(self.app()).unwrap_or(false);
        layout
    }

    /// Who asks, with the page they see; `unauthenticated` without a session in force.
    pub fn member_layout(&self) -> Result<Layout> {
        let session = self.session.as_deref().ok_or(Code::Unauthenticated)?;
        let mut actor = sessions::actor(self.app(), session)?;
        let mut layout = self.layout();
        let locale = self.prefs.locale.unwrap_or(actor.locale);
        layout.locale = locale;
        layout.t = super::text::Texts::of(locale);
        // What the services say is in the language of the page, too.
        actor.locale = locale;
        layout.csrf = csrf(session);
        layout.actor = Some(actor);
        Ok(layout)
    }

    /// Refuses a form that another site made a browser send.
    pub fn refuse_foreign(&self) -> Result<()> {
        match self.own {
            true => Ok(()),
            false => Err(Code::Forbidden.into()),
        }
    }

    /// Whether a form's token was made for the caller's session, on a page of ours.
    pub fn vouches_for(&self, token: &str) -> bool {
        let session = self.session.as_deref().unwrap_or_default();
        self.own && is_csrf(session, token)
    }

    /// The cookie of a session, or the one that removes it.
    pub fn session_cookie(&self, secret: Option<String>) -> Cookie<'static> {
        let mut cookie =
            Cookie::build(cookie_name(self.secure), secret.clone().unwrap_or_default())
                .path("/")
                .http_only(true)
                .secure(self.secure)
                .same_site(SameSite::Lax);
        if secret.is_none() {
            cookie = cookie.max_age(Duration::ZERO);
        }
        cookie.finish()
    }

    /// The cookie of the reader's choices.
    pub fn prefs_cookie(&self, prefs: Prefs) -> Cookie<'static> {
        Cookie::build(prefs::COOKIE, prefs.write())
            .path("/")
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Lax)
            .max_age(Duration::days(400))
            .finish()
    }
}

/// Whether browsers reach us over TLS. Only a server that listens for this machine alone, under an
/// address without TLS, is trusted with a cookie that is not `Secure`.
fn is_secure(app: &App) -> bool {
    let settings = &app.settings;
    !(settings.listen.ip().is_loopback() && settings.public_url.starts_with("http://"))
}

fn cookie_name(secure: bool) -> &'static str {
    match secure {
        true => "__Host-giaingan",
        false => "giaingan",
    }
}

/// Whether a browser says that the request was made by a page of ours.
fn is_own(request: &HttpRequest, app: &App) -> bool {
    let text = |name: &str| {
        let value = request.headers().get(name)?;
        value.to_str().ok()
    };
    if let Some(site) = text("Sec-Fetch-Site") {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = text("Origin") else {
        return true;
    };
    let host = text("Host").unwrap_or_default();
    let name = origin.split_once("://").map_or(origin, |(_, name)| name);
    name == host || origin == app.settings.public_url.trim_end_matches('/')
}

/// The token that a session's forms carry; nobody can make it without the cookie.
fn csrf(session: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, session.as_bytes());
    hex(hmac::sign(&key, b"form").as_ref())
}

fn is_csrf(session: &str, token: &str) -> bool {
    let wanted = csrf(session);
    let key = hmac::Key::new(hmac::HMAC_SHA256, session.as_bytes());
    // Compares in constant time: both sides are signed again.
    let signed = hmac::sign(&key, wanted.as_bytes());
    hmac::verify(&key, token.as_bytes(), signed.as_ref()).is_ok()
}

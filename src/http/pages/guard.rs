//! The guard of the pages, as [`crate::http::guard`] is of the API: a handler reaches the services
//! only through it, and gets it only by naming the permission it needs. Who asks is told by a
//! cookie; a form counts only if it comes from a page of ours.

use std::future::Ready;
use std::marker::PhantomData;
use std::sync::Arc;

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use askama::Template;
use ring::hmac;

use super::form::{CSRF, Form};
use super::layout::Layout;
use super::outcome::Outcome;
use super::prefs::{self, Prefs};
use super::{errors, sign_in};
use crate::domain::hash::hex;
use crate::domain::locale::Locale;
use crate::domain::permission::Permission;
use crate::error::{Code, Error, Result};
use crate::http::Server;
use crate::http::answer::header_text;
use crate::http::body::Query;
use crate::http::endpoint::{Access, Argument, GuardArgument, Signature};
use crate::http::guard::Needs;
use crate::service::auth::web as sessions;
use crate::service::{self, App, Ctx, Origin, View, idempotency, operations};

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
    method: String,
    /// Path and query.
    pub here: String,
    path: String,
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
        let actor = sessions::actor(self.app(), session)?;
        let mut layout = self.layout();
        if self.prefs.locale.is_none() {
            layout.locale = actor.locale;
            layout.t = super::text::Texts::of(actor.locale);
        }
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

/// Runs work that may block, off the event loop.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    web::block(work)
        .await
        .unwrap_or_else(|_| Err(Error::Internal("a request was given up".into())))
}

/// A reader who has been checked for the permission `P`.
pub struct Page<P> {
    asked: Asked,
    permission: PhantomData<P>,
}

impl<P: Needs> FromRequest for Page<P> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Asked::of(request).map(|asked| Page {
            asked,
            permission: PhantomData,
        }))
    }
}

impl<P: Needs> GuardArgument for Page<P> {
    const ACCESS: Access = Access::Needs(P::PERMISSION);
}

impl Argument for Form {
    fn describe(_: &mut Signature) {}
}

impl<P: Needs> Page<P> {
    /// Shows a page made from a snapshot.
    pub async fn show<T: Template>(
        self,
        work: impl FnOnce(&mut View<'_>, Layout) -> Result<T> + Send + 'static,
    ) -> Result<Outcome> {
        self.run(None, move |ctx, layout, _| {
            Outcome::page(&service::read(ctx, |view| work(view, layout))?)
        })
        .await
    }

    /// Shows a page made from a snapshot and the parameters of the query string.
    pub async fn ask<Q: Send + 'static, T: Template>(
        self,
        query: Query<Q>,
        work: impl FnOnce(&mut View<'_>, Layout, Q) -> Result<T> + Send + 'static,
    ) -> Result<Outcome> {
        self.run(None, move |ctx, layout, _| {
            let query = query.parsed?;
            Outcome::page(&service::read(ctx, |view| work(view, layout, query))?)
        })
        .await
    }

    /// Answers with something made from a snapshot, such as a file.
    pub async fn give<Q: Send + 'static>(
        self,
        query: Query<Q>,
        work: impl FnOnce(&mut View<'_>, Layout, Q) -> Result<Outcome> + Send + 'static,
    ) -> Result<Outcome> {
        self.run(None, move |ctx, layout, _| {
            let query = query.parsed?;
            service::read(ctx, |view| work(view, layout, query))
        })
        .await
    }

    /// Does what a form asks for, once it is known to be ours.
    pub async fn submit(
        self,
        form: Form,
        work: impl FnOnce(&Submit<'_>, Form) -> Result<Outcome> + Send + 'static,
    ) -> Result<Outcome> {
        self.run(Some(form), move |ctx, layout, asked| {
            let (form, asked) = asked;
            let submit = Submit {
                ctx,
                layout,
                method: asked.method.clone(),
                path: asked.path.clone(),
            };
            work(&submit, form)
        })
        .await
    }

    async fn run(
        self,
        form: Option<Form>,
        work: impl FnOnce(&Ctx, Layout, (Form, &Asked)) -> Result<Outcome> + Send + 'static,
    ) -> Result<Outcome> {
        run(self.asked, Some(P::PERMISSION), form, work).await
    }
}

async fn run(
    asked: Asked,
    permission: Option<Permission>,
    form: Option<Form>,
    work: impl FnOnce(&Ctx, Layout, (Form, &Asked)) -> Result<Outcome> + Send + 'static,
) -> Result<Outcome> {
    blocking(move || {
        let layout = match asked.member_layout() {
            Ok(layout) => layout,
            Err(error) if error.code() == Code::Unauthenticated => {
                return sign_in::ask(&asked, form.as_ref());
            }
            Err(error) => return Err(error),
        };
        let answer = permitted(&asked, layout.clone(), permission, form, work);
        answer.or_else(|error| errors::page(layout, &error))
    })
    .await
}

fn permitted(
    asked: &Asked,
    layout: Layout,
    permission: Option<Permission>,
    form: Option<Form>,
    work: impl FnOnce(&Ctx, Layout, (Form, &Asked)) -> Result<Outcome>,
) -> Result<Outcome> {
    let actor = layout.actor.clone().ok_or(Code::Unauthenticated)?;
    if permission.is_some_and(|permission| !actor.may(permission)) {
        return Err(Code::Forbidden.into());
    }
    if let Some(form) = &form {
        let session = asked.session.as_deref().unwrap_or_default();
        if !asked.own || !is_csrf(session, form.value(CSRF)) {
            return errors::foreign(layout);
        }
    }
    let ctx = Ctx {
        app: asked.app().clone(),
        actor,
        permission: permission.unwrap_or(Permission::Read),
        origin: asked.origin.clone(),
    };
    work(&ctx, layout, (form.unwrap_or_default(), asked))
}

/// A form that may be acted on.
pub struct Submit<'a> {
    /// Who asks for what.
    pub ctx: &'a Ctx,
    /// The page's frame, for showing the form again.
    pub layout: Layout,
    method: String,
    path: String,
}

impl Submit<'_> {
    /// The key under which the outcome of this form is kept, so that sending it twice records it
    /// once.
    pub fn key(&self, form: &Form) -> Option<idempotency::Key> {
        let key = form.value(super::form::KEY);
        let good = !key.is_empty()
            && key.len() <= 100
            && key.bytes().all(|byte| (0x21..=0x7e).contains(&byte));
        good.then(|| {
            let (method, path) = (self.method.clone(), self.path.clone());
            idempotency::Key::new(key.to_owned(), method, path, &form.fingerprint())
        })
    }
}

/// Anybody, signed in or not: for the way in and out.
pub struct Visitor {
    /// What the browser says.
    pub asked: Asked,
}

impl FromRequest for Visitor {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Asked::of(request).map(|asked| Visitor { asked }))
    }
}

impl GuardArgument for Visitor {
    const ACCESS: Access = Access::Open;
}

impl Visitor {
    /// Runs `work` off the event loop. It gets the layout of the signed-in user, if there is one.
    pub async fn run(
        self,
        work: impl FnOnce(&Asked, Layout) -> Result<Outcome> + Send + 'static,
    ) -> Result<Outcome> {
        let asked = self.asked;
        blocking(move || {
            let layout = asked.member_layout().unwrap_or_else(|_| asked.layout());
            work(&asked, layout.clone()).or_else(|error| errors::page(layout, &error))
        })
        .await
    }
}

/// Somebody signed in, whatever their role: for pages about themselves.
pub struct Member {
    asked: Asked,
}

impl FromRequest for Member {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Asked::of(request).map(|asked| Member { asked }))
    }
}

impl GuardArgument for Member {
    const ACCESS: Access = Access::SignedIn;
}

impl Member {
    /// Shows a page.
    pub async fn show<T: Template>(
        self,
        work: impl FnOnce(&mut View<'_>, Layout) -> Result<T> + Send + 'static,
    ) -> Result<Outcome> {
        run(self.asked, None, None, move |ctx, layout, _| {
            Outcome::page(&service::read(ctx, |view| work(view, layout))?)
        })
        .await
    }

    /// Does what a form asks for, once it is known to be ours.
    pub async fn submit(
        self,
        form: Form,
        work: impl FnOnce(&Ctx, Layout, Form, &Asked) -> Result<Outcome> + Send + 'static,
    ) -> Result<Outcome> {
        run(
            self.asked,
            None,
            Some(form),
            move |ctx, layout, (form, asked)| work(ctx, layout, form, asked),
        )
        .await
    }
}

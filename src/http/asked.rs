//! What a request says besides its body: who, from where, which page, which version.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpMessage, HttpRequest, web};
use serde::Serialize;

use super::Server;
use super::answer::{etag, header_text, json_text, names_tag};
use super::paging::Cursors;
use crate::domain::locale::Locale;
use crate::error::{Code, Error, Fault, Result};
use crate::service::page::Page;
use crate::service::{App, Origin, idempotency};

/// What a request says besides its body.
#[derive(Clone)]
pub struct Asked {
    pub(super) server: web::Data<Server>,
    pub(super) token: Option<String>,
    pub(super) origin: Origin,
    method: String,
    path: String,
    query: String,
    /// Names of parameters given to a call that takes none.
    stray: Vec<String>,
    key: Option<String>,
    /// The language that the request asks for, if it does.
    pub(super) locale: Option<Locale>,
    pub(super) if_match: Option<String>,
}

/// The token behind `Authorization: Bearer`.
pub(super) fn bearer(headers: &header::HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(str::trim)
}

impl Asked {
    /// Reads the request's head.
    pub(super) fn of(request: &HttpRequest) -> Result<Self> {
        let server = request
            .app_data::<web::Data<Server>>()
            .ok_or_else(|| Error::Internal("no server state".into()))?
            .clone();
        // What is no text was sent all the same: it names no version and is no key.
        let bytes = |name| {
            let value = request.headers().get(name);
            value.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let stray = match server.takes_query(request) {
            true => Vec::new(),
            false => super::body::pairs(request.query_string())
                .unwrap_or_default()
                .into_iter()
                .map(|(name, _)| name)
                .collect(),
        };
        Ok(Asked {
            token: bearer(request.headers()).map(str::to_owned),
            origin: request
                .extensions()
                .get::<Origin>()
                .cloned()
                .unwrap_or_default(),
            method: request.method().to_string(),
            path: request.path().to_owned(),
            query: request.query_string().to_owned(),
            stray,
            key: bytes("Idempotency-Key"),
            locale: header_text(request, header::ACCEPT_LANGUAGE).map(Locale::from_accept_language),
            if_match: bytes(header::IF_MATCH.as_str()),
            server,
        })
    }

    /// The running instance.
    pub(super) fn app(&self) -> &Arc<App> {
        &self.server.app
    }

    /// Refuses parameters given to a call that takes none.
    pub(super) fn refuse_stray(&self) -> Result<()> {
        let faults = self.stray.iter().map(|name| {
            Fault::at(format!("/{name}"), Code::UnknownField).with("name", name.clone())
        });
        Error::check(faults.collect())
    }

    /// The `Idempotency-Key` for a body, if one was sent.
    pub(super) fn idempotency(&self, body: &[u8]) -> Result<Option<idempotency::Key>> {
        let Some(key) = self.key.clone() else {
            return Ok(None);
        };
        let visible = key.bytes().all(|byte| (0x21..=0x7e).contains(&byte));
        if key.is_empty() || key.len() > 255 || !visible {
            let why = (
                "cần 1 đến 255 ký tự ASCII",
                "1 to 255 visible ASCII characters",
            );
            return Err(Fault::at("/Idempotency-Key", Code::Invalid)
                .with("why", why)
                .into());
        }
        let (method, path) = (self.method.clone(), self.path.clone());
        Ok(Some(idempotency::Key::new(key, method, path, body)))
    }
}

/// Checks an `If-Match` header against the current representation.
#[derive(Clone, Default)]
pub struct IfMatch(pub(super) Option<String>);

impl IfMatch {
    /// Refuses with 412 if the caller changed an older version.
    pub fn check(&self, current: &impl Serialize) -> Result<()> {
        let Some(wanted) = &self.0 else {
            return Ok(());
        };
        match names_tag(wanted, &etag(&json_text(current)?)) {
            true => Ok(()),
            false => Err(Code::StaleVersion.into()),
        }
    }
}

/// Rows of a page when the caller does not say.
const LIMIT: i32 = 50;

/// The page that `limit` and `cursor` name.
pub(super) fn page_of(
    cursors: &Cursors,
    list: &str,
    (limit, cursor): (Option<i32>, Option<&str>),
) -> Result<Page> {
    let limit = limit.unwrap_or(LIMIT);
    if !(1..=200).contains(&limit) {
        return Err(Fault::at("/limit", Code::OutOfRange)
            .with("why", "1 … 200")
            .into());
    }
    Ok(Page {
        limit: i64::from(limit),
        after: cursor.map(|text| cursors.read(list, text)).transpose()?,
    })
}

/// A list is its path and filters: a cursor of one is no cursor of another.
pub(super) fn list_name(asked: &Asked) -> String {
    let mut filters: Vec<&str> = asked
        .query
        .split('&')
        .filter(|pair| !pair.starts_with("cursor=") && !pair.starts_with("limit="))
        .collect();
    filters.sort_unstable();
    format!("{}?{}", asked.path, filters.join("&"))
}

//! What a page answers with: HTML, or the way to another page.

use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, Responder};
use askama::Template;

use crate::error::{Error, Result};

/// Nothing but our own files; no inline script or style.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
     connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

enum Content {
    Html(String),
    SeeOther(String),
    File {
        name: String,
        kind: &'static str,
        bytes: Vec<u8>,
    },
}

/// An answer to a browser.
pub struct Outcome {
    status: u16,
    content: Content,
    cookies: Vec<Cookie<'static>>,
    retry_after: Option<u64>,
    refresh: Option<u64>,
}

impl Outcome {
    /// A page.
    pub fn page(page: &impl Template) -> Result<Self> {
        Self::refusal(200, page)
    }

    /// A page that says what is wrong.
    pub fn refusal(status: u16, page: &impl Template) -> Result<Self> {
        let html = page
            .render()
            .map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Self::of(status, Content::Html(html)))
    }

    /// Sends the browser on after a change, so that reloading repeats nothing.
    pub fn see_other(path: impl Into<String>) -> Self {
        Self::of(303, Content::SeeOther(path.into()))
    }

    /// A file to be saved.
    pub fn file(name: impl Into<String>, kind: &'static str, bytes: Vec<u8>) -> Self {
        let name = name.into();
        Self::of(200, Content::File { name, kind, bytes })
    }

    fn of(status: u16, content: Content) -> Self {
        Outcome {
            status,
            content,
            cookies: Vec::new(),
            retry_after: None,
            refresh: None,
        }
    }

    /// Sets a cookie.
    pub fn with_cookie(mut self, cookie: Cookie<'static>) -> Self {
        self.cookies.push(cookie);
        self
    }

    /// Says when to come back.
    pub fn with_retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Has the browser load the page again after some seconds.
    pub fn with_refresh(mut self, seconds: u64) -> Self {
        self.refresh = Some(seconds);
        self
    }

    /// The response itself.
    pub fn into_response(self) -> HttpResponse {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let mut response = HttpResponse::build(status);
        response
            .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
            .insert_header(("Cross-Origin-Opener-Policy", "same-origin"))
            .insert_header(("Cross-Origin-Resource-Policy", "same-origin"))
            .insert_header((header::CACHE_CONTROL, "no-store"));
        for cookie in self.cookies {
            response.cookie(cookie);
        }
        if let Some(seconds) = self.retry_after {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        if let Some(seconds) = self.refresh {
            response.insert_header(("Refresh", seconds.to_string()));
        }
        match self.content {
            Content::Html(html) => response
                .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
                .body(html),
            Content::SeeOther(path) => response.insert_header((header::LOCATION, path)).finish(),
            Content::File { name, kind, bytes } => response
                .insert_header((header::CONTENT_TYPE, kind))
                .insert_header((
                    header::CONTENT_DISPOSITION,
                    format!("attachment; filename=\"{name}\""),
                ))
                .body(bytes),
        }
    }
}

impl Responder for Outcome {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.into_response()
    }
}

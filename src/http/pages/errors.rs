//! Pages that say why there is no other.

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use askama::Template;

use super::asked::Asked;
use super::layout::Layout;
use super::outcome::Outcome;
use crate::error::{Code, Error, Fault, Result};

#[derive(Template)]
#[template(path = "error.html", config = "src/http/pages/askama.toml")]
struct ErrorPage {
    l: Layout,
    title: &'static str,
    messages: Vec<String>,
    show_id: bool,
}

/// The page of an error; one of ours is logged.
pub fn page(l: Layout, error: &Error) -> Result<Outcome> {
    if error.code().status() >= 500 {
        tracing::error!(request_id = l.request_id, %error, "failed");
    }
    render(l, error)
}

fn render(l: Layout, error: &Error) -> Result<Outcome> {
    let code = error.code();
    let status = code.status();
    let t = &l.t.common;
    let title = match status {
        404 | 405 => t.not_found,
        403 if code == Code::Forbidden => t.forbidden,
        400..=499 => t.cannot,
        _ => t.failed,
    };
    let messages = match error {
        _ if matches!(status, 404 | 405) => vec![t.not_found_why.to_owned()],
        Error::Refused(faults) => faults.iter().map(|fault| fault.message(l.locale)).collect(),
        other => vec![Fault::at("", other.code()).message(l.locale)],
    };
    let page = ErrorPage {
        title,
        messages,
        show_id: status >= 500,
        l,
    };
    let outcome = Outcome::refusal(status, &page)?;
    Ok(match error {
        Error::Throttled(seconds) => outcome.with_retry_after(*seconds),
        _ => outcome,
    })
}

/// The page for a form that is not ours.
pub fn foreign(l: Layout) -> Result<Outcome> {
    let t = &l.t.common;
    let page = ErrorPage {
        title: t.cannot,
        messages: vec![t.form_foreign.to_owned()],
        show_id: false,
        l,
    };
    Outcome::refusal(403, &page)
}

/// Whether an error of this request is to be a page rather than a problem document.
pub fn wants_page(request: &HttpRequest) -> bool {
    let path = request.path();
    let other = ["/api", "/health", "/metrics", "/assets"];
    !other
        .iter()
        .any(|start| path == *start || path.starts_with(&format!("{start}/")))
}

/// The page of an error found outside the handlers.
pub fn outside(error: &Error, request: &HttpRequest) -> Option<HttpResponse> {
    let layout = Asked::of(request).ok()?.layout();
    render(layout, error).ok().map(Outcome::into_response)
}

//! The frame around every request: its id, its limits, its problem document, its headers, its log
//! line.

use std::net::IpAddr;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use ring::rand::{SecureRandom, SystemRandom};
use tracing::Instrument;

use super::Server;
use super::answer::problem;
use super::asked::bearer;
use super::limit::Verdict;
use super::{deadline, pages};
use crate::domain::hash::hex;
use crate::error::{Code, Error, Fault};
use crate::service::Origin;

const REQUEST_ID: &str = "X-Request-Id";

/// Headers of every answer. Pages set a policy of their own.
const HEADERS: [(HeaderName, &str); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
];

/// Wraps a request.
pub async fn frame(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let started = std::time::Instant::now();
    let id = request_id(&request);
    let address = address(&request);
    request.extensions_mut().insert(Origin {
        address: address.map(|address| address.to_string()),
        request_id: Some(id.clone()),
    });
    let verdict = counted(&request, address);
    // Whatever is logged on the way carries the id.
    let span = tracing::info_span!("request", request_id = id);
    let response = match verdict.as_ref().and_then(|verdict| verdict.wait) {
        Some(seconds) => refused(request, &Error::Throttled(seconds), &id),
        None => {
            if let Some(server) = request.app_data::<web::Data<Server>>() {
                let time = server.app.settings.request_timeout();
                deadline::limit(&mut request, time);
            }
            let answered = next.call(request).instrument(span).await?;
            answered.map_into_boxed_body()
        }
    };
    let mut response = finish(response, &id);
    let status = response.status();
    let headers = response.headers_mut();
    if let Some(verdict) = verdict {
        verdict.tell(headers);
    }
    if status == StatusCode::REQUEST_TIMEOUT {
        // What is left of the body is not waited for.
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        let tagged = headers.contains_key(header::ETAG);
        let value = if tagged {
            "private, no-cache"
        } else {
            "no-store"
        };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    let asked = response.request();
    let route = asked.match_pattern().unwrap_or_else(|| "unmatched".into());
    let status = status.as_u16();
    super::metrics::count(asked.method(), &route, status, started.elapsed());
    tracing::info!(
        method = %asked.method(), route, status, request_id = id,
        micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        "answered"
    );
    Ok(response)
}

/// Counts the request for its caller; probes are not counted.
fn counted(request: &ServiceRequest, address: Option<IpAddr>) -> Option<Verdict> {
    let server = request.app_data::<web::Data<Server>>()?;
    if request.path().starts_with("/health/") {
        return None;
    }
    let token = bearer(request.headers());
    Some(server.limits.check(&server.app, token, address))
}

/// Answers without asking anybody.
fn refused(request: ServiceRequest, error: &Error, id: &str) -> ServiceResponse<BoxBody> {
    let (request, _) = request.into_parts();
    let response = told(error, &request, id);
    ServiceResponse::new(request, response)
}

/// Writes the problem document of an error answer.
fn finish(response: ServiceResponse<BoxBody>, id: &str) -> ServiceResponse<BoxBody> {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let kind = response.headers().get(header::CONTENT_TYPE);
    // A page, a problem told already, or what a handler chose to tell, such as that the instance is
    // not ready.
    let is_own = response.response().error().is_none();
    let is_told = |kind: &HeaderValue| {
        let bytes = kind.as_bytes();
        bytes.starts_with(b"text/html")
            || bytes.starts_with(b"application/problem+json")
            || (is_own && kind == "application/json")
    };
    if kind.is_some_and(is_told) {
        return response;
    }
    let allow = response.headers().get(header::ALLOW).cloned();
    let problem = {
        let request = response.request();
        match response
            .response()
            .error()
            .map(|error| error.as_error::<Error>())
        {
            Some(Some(error)) => {
                if status.is_server_error() {
                    // The pattern, because the path of a link is its secret.
                    let route = request.match_pattern().unwrap_or_default();
                    tracing::error!(request_id = id, route, %error, "failed");
                }
                told(error, request, id)
            }
            // What the framework refuses by itself: wrong method, unreadable path or body.
            _ => told(&of_status(status.as_u16()), request, id),
        }
    };
    let mut problem: HttpResponse = problem;
    if let Some(allow) = allow {
        problem.headers_mut().insert(header::ALLOW, allow);
    }
    let (request, _) = response.into_parts();
    ServiceResponse::new(request, problem)
}

/// A page for people, a problem document for programs.
fn told(error: &Error, request: &HttpRequest, id: &str) -> HttpResponse {
    let page = match pages::errors::wants_page(request) {
        true => pages::errors::outside(error, request),
        false => None,
    };
    page.unwrap_or_else(|| problem(error, request, id))
}

fn of_status(status: u16) -> Error {
    let code = match status {
        404 => Code::NotFound,
        405 => Code::MethodNotAllowed,
        406 => Code::NotAcceptable,
        408 => Code::RequestTimeout,
        413 => Code::TooLarge,
        415 => Code::UnsupportedMediaType,
        400..=499 => {
            let why = ("yêu cầu sai dạng", "it is not a valid request");
            return Fault::at("", Code::Malformed).with("why", why).into();
        }
        503 => Code::NotReady,
        _ => Code::Internal,
    };
    code.into()
}

/// The caller's id if it is a UUID, else one of ours.
fn request_id(request: &ServiceRequest) -> String {
    let given = request
        .headers()
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok());
    match given {
        Some(id) if is_uuid(id) => id.to_owned(),
        _ => new_id(),
    }
}

fn is_uuid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12]
        && text
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// A random UUID (version 4).
fn new_id() -> String {
    let mut bytes = [0_u8; 16];
    // Without randomness the ids are all the same; nothing else depends on them.
    let _ = SystemRandom::new().fill(&mut bytes);
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let text = hex(&bytes);
    format!(
        "{}-{}-{}-{}-{}",
        &text[..8],
        &text[8..12],
        &text[12..16],
        &text[16..20],
        &text[20..]
    )
}

/// The caller's address; a forwarded one counts only from a proxy that the settings name.
fn address(request: &ServiceRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    let server = request.app_data::<web::Data<Server>>();
    let trusted = server.is_some_and(|server| server.app.settings.trusted_proxies.contains(&peer));
    let forwarded = request
        .headers()
        .get("X-Forwarded-For")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.rsplit(',').next())
        .and_then(|value| value.trim().parse::<IpAddr>().ok());
    match (trusted, forwarded) {
        (true, Some(address)) => Some(address),
        _ => Some(peer),
    }
}

//! Answers: JSON with an ETag, and refusals as RFC 9457 problems.

use std::marker::PhantomData;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, Responder, ResponseError};
use serde::Serialize;
use serde_json::json;

use crate::domain::hash::sha256_hex;
use crate::domain::locale::Locale;
use crate::error::{Code, Error, Result};
use crate::service::Reply;

/// A successful answer whose body is a `T`; the type is what the OpenAPI document shows.
pub struct Answer<T, const STATUS: u16 = 200> {
    reply: Reply,
    next: Option<String>,
    tagged: bool,
    body: PhantomData<fn() -> T>,
}

/// What a handler returns.
pub type Answered<T> = Result<Answer<T>>;
/// What a handler that creates something returns.
pub type Created<T> = Result<Answer<T, 201>>;
/// What a handler without content returns.
pub type NoContent = Result<Answer<(), 204>>;

impl<T, const STATUS: u16> Answer<T, STATUS> {
    /// An answer that was kept or is about to be.
    pub fn of(reply: Reply) -> Self {
        Answer {
            reply,
            next: None,
            tagged: true,
            body: PhantomData,
        }
    }

    /// Adds the cursor of the next page, for the `Link` header.
    pub fn with_next(mut self, next: Option<String>) -> Self {
        self.next = next;
        self.tagged = false;
        self
    }
}

/// Serialises a body; a failure is ours.
pub fn json_text(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Internal(error.to_string()))
}

/// An answer that carries a secret: no ETag is made of it.
pub fn secret<T: Serialize>(value: &T) -> Answered<T> {
    let reply = Reply {
        status: 200,
        body: Some(json_text(value)?),
        ..Reply::default()
    };
    Ok(Answer::of(reply).with_next(None))
}

/// Done, and nothing to say about it.
pub fn no_content() -> NoContent {
    Ok(Answer::of(Reply {
        status: 204,
        ..Reply::default()
    }))
}

/// The ETag of a representation.
pub fn etag(body: &str) -> String {
    format!("\"{}\"", &sha256_hex(body.as_bytes())[..32])
}

impl<T, const STATUS: u16> Responder for Answer<T, STATUS> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let reply = self.reply;
        let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK);
        let mut response = HttpResponse::build(status);
        if let Some(location) = reply.location {
            response.insert_header((header::LOCATION, location));
        }
        if reply.replayed {
            response.insert_header(("Idempotency-Replayed", "true"));
        }
        if let Some(next) = self.next {
            response.insert_header((header::LINK, next_link(request, &next)));
        }
        let Some(body) = reply.body else {
            return response.finish();
        };
        if self.tagged {
            let tag = etag(&body);
            let known = header_text(request, header::IF_NONE_MATCH);
            let is_read = request.method().is_safe();
            response.insert_header((header::ETAG, tag.clone()));
            if is_read && known.is_some_and(|known| names_tag(known, &tag)) {
                return response.status(StatusCode::NOT_MODIFIED).finish();
            }
        }
        response
            .insert_header((header::CONTENT_TYPE, "application/json; charset=utf-8"))
            .body(body)
    }
}

/// A header as text.
pub fn header_text(request: &HttpRequest, name: header::HeaderName) -> Option<&str> {
    request.headers().get(name)?.to_str().ok()
}

/// Whether an `If-Match` or `If-None-Match` value names the tag.
pub fn names_tag(value: &str, tag: &str) -> bool {
    value
        .split(',')
        .map(|one| one.trim().trim_start_matches("W/"))
        .any(|one| one == "*" || one == tag)
}

/// RFC 8288: the same address with the next cursor.
fn next_link(request: &HttpRequest, next: &str) -> String {
    let kept: Vec<&str> = request
        .query_string()
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="))
        .collect();
    let mut query = kept.join("&");
    if !query.is_empty() {
        query.push('&');
    }
    format!("<{}?{query}cursor={next}>; rel=\"next\"", request.path())
}

/// Handlers return our errors as they are; [`finish`] writes the problem, since only there the
/// request and its language are known.
impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// Turns an error answer into `application/problem+json`.
pub fn problem(error: &Error, request: &HttpRequest, request_id: &str) -> HttpResponse {
    let locale = header_text(request, header::ACCEPT_LANGUAGE)
        .map_or(Locale::Vi, Locale::from_accept_language);
    let code = error.code();
    let status = error.status_code();
    let main = match error {
        Error::Refused(faults) => faults.iter().find(|fault| fault.code == code).cloned(),
        _ => None,
    }
    .unwrap_or_else(|| crate::error::Fault::at("", code));
    let mut body = json!({
        "type": format!("/api/docs/errors#{}", code.as_str()),
        "title": title(status, locale),
        "status": status.as_u16(),
        "detail": main.message(locale),
        "instance": request.path(),
        "code": code.as_str(),
        "request_id": request_id,
    });
    if let Error::Refused(faults) = error
        && status == StatusCode::UNPROCESSABLE_ENTITY
    {
        body["errors"] = faults
            .iter()
            .filter(|fault| fault.code.status() == 422)
            .map(|fault| {
                json!({
                    "pointer": fault.pointer,
                    "code": fault.code.as_str(),
                    "message": fault.message(locale),
                })
            })
            .collect();
    }
    let mut response = HttpResponse::build(status);
    if let Error::Throttled(seconds) = error {
        response.insert_header((header::RETRY_AFTER, seconds.to_string()));
    }
    if code == Code::Unauthenticated {
        response.insert_header((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")));
    }
    response
        .insert_header((
            header::CONTENT_TYPE,
            "application/problem+json; charset=utf-8",
        ))
        .insert_header((header::CONTENT_LANGUAGE, locale.as_str()))
        .body(body.to_string())
}

fn title(status: StatusCode, locale: Locale) -> &'static str {
    let (vi, en) = match status.as_u16() {
        400 => ("Yêu cầu sai dạng", "Malformed request"),
        401 => ("Chưa đăng nhập", "Not authenticated"),
        403 => ("Không có quyền", "Not permitted"),
        404 => ("Không tìm thấy", "Not found"),
        405 => ("Phương thức không được nhận", "Method not allowed"),
        408 => ("Gửi quá chậm", "Sent too slowly"),
        409 => (
            "Xung đột với trạng thái hiện tại",
            "Conflict with the state",
        ),
        412 => ("Bản ghi đã thay đổi", "The record has changed"),
        413 => ("Quá lớn", "Too large"),
        415 => ("Không nhận loại nội dung này", "Unsupported content type"),
        422 => ("Dữ liệu vi phạm quy tắc", "A rule is broken"),
        429 => ("Quá nhiều yêu cầu", "Too many requests"),
        503 => ("Chưa sẵn sàng", "Not ready"),
        _ => ("Lỗi", "Error"),
    };
    match locale {
        Locale::Vi => vi,
        Locale::En => en,
    }
}

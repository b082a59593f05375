//! Extractors for bodies and query strings. They never refuse by themselves: the guard reports
//! their faults after it has checked who asks, so that a stranger learns nothing from a 422.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use serde_json::Value;

use super::deadline::is_late;
use super::input::{Faults, Fields, Request};
use crate::error::{Code, Error, Fault, Result};

/// The largest JSON body.
pub const BODY_LIMIT: usize = 1 << 20;

/// A JSON body of a declared type, with its raw bytes.
pub struct Body<T> {
    pub(super) raw: Bytes,
    pub(super) parsed: Result<T>,
}

impl<T> Body<T> {
    /// The body and the query string together; the faults of both are told.
    pub fn with<Q>(self, query: Query<Q>) -> Body<(T, Q)> {
        let parsed = match (self.parsed, query.parsed) {
            (Ok(body), Ok(query)) => Ok((body, query)),
            (Err(Error::Refused(mut faults)), Err(Error::Refused(more))) => {
                faults.extend(more);
                Err(Error::Refused(faults))
            }
            (Err(error), _) | (_, Err(error)) => Err(error),
        };
        Body {
            raw: self.raw,
            parsed,
        }
    }
}

impl<T: Request> FromRequest for Body<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_json(request);
        let bytes = Bytes::from_request(request, payload);
        Box::pin(async move {
            let (raw, parsed) = match bytes.await {
                Ok(raw) => {
                    let parsed = match raw.is_empty() || is_json {
                        true => parse(&raw),
                        false => Err(Fault::at("", Code::UnsupportedMediaType)
                            .with("wanted", "application/json")
                            .into()),
                    };
                    (raw, parsed)
                }
                Err(error) => (Bytes::new(), Err(payload_error(&error))),
            };
            Ok(Body { raw, parsed })
        })
    }
}

fn payload_error(error: &actix_web::Error) -> Error {
    match error.as_error::<PayloadError>() {
        Some(PayloadError::Overflow) => Code::TooLarge.into(),
        Some(error) if is_late(error) => Code::RequestTimeout.into(),
        _ if error.as_response_error().status_code() == 413 => Code::TooLarge.into(),
        _ => malformed("the body did not arrive whole"),
    }
}

fn is_json(request: &HttpRequest) -> bool {
    let kind = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map(|value| {
            value
                .split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase()
        });
    kind.is_some_and(|kind| kind == "application/json" || kind == "application/merge-patch+json")
}

fn malformed(why: impl Into<String>) -> Error {
    Fault::at("", Code::Malformed)
        .with("why", why.into())
        .into()
}

/// Reads a JSON body; an empty one is an empty object, for actions that need nothing.
fn parse<T: Request>(raw: &[u8]) -> Result<T> {
    let value: Value = match raw.is_empty() {
        true => Value::Object(serde_json::Map::new()),
        false => serde_json::from_slice(raw).map_err(|error| malformed(error.to_string()))?,
    };
    let Value::Object(map) = value else {
        return Err(malformed("a JSON object is expected"));
    };
    collect(Fields::of_json(map, ""))
}

fn collect<T: Request>(fields: Fields) -> Result<T> {
    let mut faults = Faults::new();
    match (T::read_fields(fields, &mut faults), faults.is_empty()) {
        (Some(value), true) => Ok(value),
        _ => Err(Error::Refused(faults)),
    }
}

/// A query string of a declared type.
pub struct Query<T> {
    pub(super) parsed: Result<T>,
}

impl<T: Request> FromRequest for Query<T> {
    type Error = Error;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let parsed =
            pairs(request.query_string()).and_then(|pairs| collect(Fields::of_pairs(pairs)));
        std::future::ready(Ok(Query { parsed }))
    }
}

/// The decoded names and values of a query string.
pub fn pairs(query: &str) -> Result<Vec<(String, String)>> {
    actix_web::web::Query::<Vec<(String, String)>>::from_query(query)
        .map(actix_web::web::Query::into_inner)
        .map_err(|_| malformed("the query string is not valid"))
}

super::input::request! {
    /// No fields.
    pub struct Empty {}
}

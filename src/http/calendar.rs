//! `/calendar/{token}.ics`: outside the API, for calendar programs.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use super::Server;
use super::answer::{etag, header_text, names_tag};
use crate::error::{Error, Result};
use crate::service::agenda;

/// Registers the call.
pub fn configure(config: &mut web::ServiceConfig) {
    config.service(web::resource("/calendar/{token}.ics").get(show));
}

async fn show(
    request: HttpRequest,
    server: web::Data<Server>,
    token: web::Path<String>,
) -> Result<HttpResponse> {
    let app = server.app.clone();
    let text = web::block(move || agenda::text(&app, &token))
        .await
        .map_err(|_| Error::Internal("a request was given up".into()))??;
    let tag = etag(&text);
    let known = header_text(&request, header::IF_NONE_MATCH);
    if known.is_some_and(|known| names_tag(known, &tag)) {
        return Ok(HttpResponse::NotModified()
            .insert_header((header::ETAG, tag))
            .finish());
    }
    Ok(HttpResponse::Ok()
        .insert_header((header::ETAG, tag))
        .content_type("text/calendar; charset=utf-8")
        .body(text))
}

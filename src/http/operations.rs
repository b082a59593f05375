//! Calls for operators, outside the API: health, metrics, the document and its viewer.

use actix_web::{HttpResponse, web};
use serde_json::json;

use super::Server;
use super::metrics::metrics;
use crate::domain::locale::Locale;
use crate::error::Code;
use crate::service::{Ctx, operations};

/// Registers the calls.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/health/live").get(live))
        .service(web::resource("/health/ready").get(ready))
        .service(web::resource("/metrics").get(metrics))
        .service(web::resource("/api/openapi.json").get(document))
        .service(web::redirect("/api/docs", "/api/docs/"))
        .service(web::resource("/api/docs/errors").get(errors))
        .service(
            utoipa_swagger_ui::SwaggerUi::new("/api/docs/{_:.*}")
                .config(utoipa_swagger_ui::Config::from("/api/openapi.json")),
        );
}

async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "live"}))
}

async fn ready(server: web::Data<Server>) -> HttpResponse {
    let ctx = Ctx::system(&server.app, "readiness");
    let state = web::block(move || operations::readiness(&ctx)).await;
    match state {
        Ok(Ok(state)) if state.ready => HttpResponse::Ok().json(state),
        Ok(Ok(state)) => HttpResponse::ServiceUnavailable().json(state),
        Ok(Err(error)) => {
            tracing::error!(%error, "not ready");
            unavailable()
        }
        Err(_) => unavailable(),
    }
}

/// Why, is in the log alone.
fn unavailable() -> HttpResponse {
    HttpResponse::ServiceUnavailable().json(json!({"ready": false, "database": "unavailable"}))
}

/// What the `type` of a problem points at: every code with its status and its text.
async fn errors() -> HttpResponse {
    let row = |code: &Code| {
        let (vi, en) = (code.template(Locale::Vi), code.template(Locale::En));
        let (name, status) = (code.as_str(), code.status());
        format!(
            "<tr id=\"{name}\"><th scope=\"row\"><code>{name}</code></th><td>{status}</td><td>{vi}</td><td lang=\"en\">{en}</td></tr>"
        )
    };
    let rows: String = Code::ALL.iter().map(row).collect();
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body(format!(
            "<!doctype html><html lang=\"vi\"><meta charset=\"utf-8\"><title>Giaingan: errors</title>\
             <h1>Mã lỗi</h1><table><tr><th>code<th>status<th>vi<th>en</tr>{rows}</table></html>"
        ))
}

async fn document(server: web::Data<Server>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json; charset=utf-8")
        .body(server.document.clone())
}

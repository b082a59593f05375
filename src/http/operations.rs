//! Calls for operators, outside the API: health, metrics, the document and its viewer.

use actix_web::{HttpResponse, web};
use serde_json::json;

use super::Server;
use super::metrics::metrics;
use crate::service::{Ctx, operations};

/// Registers the calls.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/health/live").get(live))
        .service(web::resource("/health/ready").get(ready))
        .service(web::resource("/metrics").get(metrics))
        .service(web::resource("/api/openapi.json").get(document))
        .service(web::redirect("/api/docs", "/api/docs/"))
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

async fn document(server: web::Data<Server>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json; charset=utf-8")
        .body(server.document.clone())
}

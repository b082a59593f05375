//! Calls for operators, outside the API: health, metrics, the document and its viewer.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use serde_json::json;

use super::Server;
use crate::error::Result;
use crate::service::operations;

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
    let app = server.app.clone();
    let state = web::block(move || operations::readiness(&app)).await;
    match state {
        Ok(Ok(state)) if state.ready => HttpResponse::Ok().json(state),
        Ok(Ok(state)) => HttpResponse::ServiceUnavailable().json(state),
        _ => HttpResponse::ServiceUnavailable()
            .json(json!({"ready": false, "database": "unavailable"})),
    }
}

async fn document(server: web::Data<Server>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json; charset=utf-8")
        .body(server.document.clone())
}

/// Method, route pattern, status.
type Series = (String, String, u16);

/// Requests of each series: how many, and how long in all.
static REQUESTS: Mutex<BTreeMap<Series, (u64, Duration)>> = Mutex::new(BTreeMap::new());

/// Counts an answered request. Routes are patterns, so the number of series is bounded.
pub fn count(method: &Method, route: &str, status: u16, took: Duration) {
    let key = (method.to_string(), route.to_owned(), status);
    let mut requests = REQUESTS.lock().unwrap_or_else(PoisonError::into_inner);
    let entry = requests.entry(key).or_default();
    entry.0 += 1;
    entry.1 += took;
}

async fn metrics(server: web::Data<Server>) -> Result<HttpResponse> {
    let app = server.app.clone();
    let gauges = web::block(move || operations::gauges(&app)).await;
    let mut text = String::new();
    header(
        &mut text,
        "http_requests_total",
        "counter",
        "Answered requests.",
    );
    let requests = REQUESTS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    for ((method, route, status), (number, _)) in &requests {
        let labels = format!("method=\"{method}\",route=\"{route}\",status=\"{status}\"");
        let _ = writeln!(text, "giaingan_http_requests_total{{{labels}}} {number}");
    }
    header(
        &mut text,
        "http_request_microseconds_total",
        "counter",
        "Time spent answering.",
    );
    for ((method, route, status), (_, took)) in &requests {
        let labels = format!("method=\"{method}\",route=\"{route}\",status=\"{status}\"");
        let micros = took.as_micros();
        let _ = writeln!(
            text,
            "giaingan_http_request_microseconds_total{{{labels}}} {micros}"
        );
    }
    for (name, help, value) in gauges.unwrap_or_else(|_| Ok(Vec::new()))? {
        header(&mut text, name, "gauge", help);
        let _ = writeln!(text, "giaingan_{name} {value}");
    }
    Ok(HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(text))
}

fn header(text: &mut String, name: &str, kind: &str, help: &str) {
    // Writing into a String cannot fail.
    let _ = writeln!(
        text,
        "# HELP giaingan_{name} {help}\n# TYPE giaingan_{name} {kind}"
    );
}

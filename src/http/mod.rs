//! HTTP: every route in one list, and the frame around each request.

pub mod answer;
pub mod api;
mod asked;
pub mod body;
mod calendar;
mod callers;
mod caught;
mod deadline;
pub mod endpoint;
mod example;
pub mod file;
mod frame;
pub mod guard;
pub mod input;
mod limit;
mod metrics;
mod openapi;
mod operations;
pub mod pages;
pub mod paging;
pub mod upload;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use actix_web::http::Method;
use actix_web::{HttpRequest, Resource, web};

use crate::error::Code;
use crate::service::App;
use endpoint::Endpoint;
use limit::Limits;
use paging::Cursors;

/// The base path of the API.
pub const BASE: &str = "/api/v1";

/// What handlers share.
pub struct Server {
    /// The running instance.
    pub app: Arc<App>,
    /// Signs list cursors.
    pub cursors: Cursors,
    /// Counts the requests of each caller.
    limits: Limits,
    /// The OpenAPI document, as JSON.
    pub document: String,
    with_query: HashSet<(Method, String)>,
}

impl Server {
    /// Builds the shared state.
    pub fn new(app: Arc<App>, secret: &[u8]) -> Self {
        let endpoints = endpoints();
        metrics::begin();
        Server {
            cursors: Cursors::new(secret),
            limits: Limits::new(app.settings.rate_limit),
            document: openapi::document(&endpoints),
            with_query: endpoints
                .iter()
                .filter(|endpoint| endpoint.signature.query.is_some())
                .map(|endpoint| (endpoint.method.clone(), format!("{BASE}{}", endpoint.path)))
                .collect(),
            app,
        }
    }

    /// Whether the call that this request matched takes query parameters.
    fn takes_query(&self, request: &HttpRequest) -> bool {
        let method = match *request.method() {
            Method::HEAD => Method::GET,
            ref other => other.clone(),
        };
        request
            .match_pattern()
            .is_none_or(|pattern| self.with_query.contains(&(method, pattern)))
    }
}

/// Every call of the API.
pub fn endpoints() -> Vec<Endpoint> {
    let mut list = Vec::new();
    list.extend(api::administrative_units::endpoints());
    list.extend(api::agencies::endpoints());
    list.extend(api::alert_policies::endpoints());
    list.extend(api::alert_reports::endpoints());
    list.extend(api::alerts::endpoints());
    list.extend(api::api_keys::endpoints());
    list.extend(api::auth::endpoints());
    list.extend(api::capital_assignments::endpoints());
    list.extend(api::changes::endpoints());
    list.extend(api::directives::endpoints());
    list.extend(api::disbursements::endpoints());
    list.extend(api::export::endpoints());
    list.extend(api::funding_sources::endpoints());
    list.extend(api::holidays::endpoints());
    list.extend(api::imports::endpoints());
    list.extend(api::mails::endpoints());
    list.extend(api::me::endpoints());
    list.extend(api::obstacles::endpoints());
    list.extend(api::people::endpoints());
    list.extend(api::period_closings::endpoints());
    list.extend(api::plan_entries::endpoints());
    list.extend(api::progress::endpoints());
    list.extend(api::project_people::endpoints());
    list.extend(api::project_records::endpoints());
    list.extend(api::projects::endpoints());
    list.extend(api::reconciliation::endpoints());
    list.extend(api::reports::endpoints());
    list.extend(api::schedules::endpoints());
    list.extend(api::successions::endpoints());
    list.extend(api::targets::endpoints());
    list.extend(api::task_forces::endpoints());
    list.extend(api::users::endpoints());
    list.extend(api::webhooks::endpoints());
    list
}

/// Registers everything that is served.
pub fn configure(config: &mut web::ServiceConfig) {
    config.service(web::scope(BASE).configure(|scope| {
        for resource in resources() {
            scope.service(resource);
        }
        scope.default_service(web::to(absent));
    }));
    calendar::configure(config);
    operations::configure(config);
    pages::configure(config);
    config.default_service(web::to(absent));
}

/// One resource per path, so that another method answers 405 with `Allow`.
fn resources() -> Vec<Resource> {
    let mut order: Vec<&'static str> = Vec::new();
    let mut by_path: HashMap<&'static str, Vec<Endpoint>> = HashMap::new();
    for endpoint in endpoints() {
        if !by_path.contains_key(endpoint.path) {
            order.push(endpoint.path);
        }
        by_path.entry(endpoint.path).or_default().push(endpoint);
    }
    // The router takes the first pattern that fits, so fixed names go before parameters.
    order.sort_by_key(|path| path.contains('{'));
    order
        .into_iter()
        .filter_map(|path| Some((path, by_path.remove(path)?)))
        .map(|(path, endpoints)| resource(path, &endpoints))
        .collect()
}

fn resource(path: &'static str, endpoints: &[Endpoint]) -> Resource {
    let mut methods: Vec<String> = endpoints.iter().map(|one| one.method.to_string()).collect();
    if methods.iter().any(|method| method == "GET") {
        methods.push("HEAD".into());
    }
    let allow = methods.join(", ");
    let mut resource = web::resource(path);
    for endpoint in endpoints {
        resource = resource.route(endpoint.route());
        if endpoint.method == Method::GET {
            resource = resource.route(endpoint.head());
        }
    }
    resource.default_service(web::to(move || {
        let allow = allow.clone();
        async move {
            let mut response = actix_web::HttpResponse::MethodNotAllowed();
            response.insert_header((actix_web::http::header::ALLOW, allow));
            response.finish()
        }
    }))
}

async fn absent() -> Result<actix_web::HttpResponse, crate::error::Error> {
    Err(Code::NotFound.into())
}

pub use frame::frame;

//! What people see: server-rendered pages that work without a script, one file per screen.

mod account;
mod administration;
mod alerts;
mod asked;
pub mod assets;
pub mod chart;
mod choices;
pub mod context;
mod curve;
pub mod errors;
pub mod field;
pub mod form;
pub mod guard;
mod import;
pub mod layout;
pub mod outcome;
mod overview;
mod pager;
mod password;
mod payment;
mod prefs;
mod project;
mod projects;
mod record;
mod reports;
pub mod route;
pub mod s_curve;
mod schedules;
mod sign_in;
mod task_forces;
pub mod text;
mod typed;

use std::collections::BTreeMap;

use actix_web::{Resource, web};

use route::PageRoute;

/// Every page and form.
pub fn routes() -> Vec<PageRoute> {
    let mut list = Vec::new();
    list.extend(account::routes());
    list.extend(administration::routes());
    list.extend(alerts::routes());
    list.extend(import::routes());
    list.extend(overview::routes());
    list.extend(password::routes());
    list.extend(payment::routes());
    list.extend(projects::routes());
    list.extend(project::routes());
    list.extend(schedules::routes());
    list.extend(reports::routes());
    list.extend(sign_in::routes());
    list.extend(task_forces::routes());
    list
}

/// Registers the pages.
pub fn configure(config: &mut web::ServiceConfig) {
    assets::configure(config);
    let mut by_path: BTreeMap<(bool, &'static str), Resource> = BTreeMap::new();
    for page in routes() {
        // The router takes the first pattern that fits, so fixed names go before parameters.
        let place = (page.path.contains('{'), page.path);
        let resource = by_path
            .remove(&place)
            .unwrap_or_else(|| web::resource(page.path));
        let resource = match page.method.is_safe() {
            true => resource.route(page.route()).route(page.head()),
            false => resource.route(page.route()),
        };
        by_path.insert(place, resource);
    }
    for (_, resource) in by_path {
        config.service(resource);
    }
}

//! `/projects/{id}/progress`

use actix_web::web::Path;
use chrono::NaiveDate;

use crate::domain::progress::Basis;
use crate::http::answer::Answered;
use crate::http::body::Query;
use crate::http::endpoint::{Endpoint, get};
use crate::http::guard::{Authorized, needs};
use crate::http::input::request;
use crate::service::progress::{self, Asked, ProjectProgress};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![get(
        "/projects/{id}/progress",
        of_project,
        "Shows the progress of a project",
    )]
}

request! {
    /// Which figures of a project.
    pub struct ProgressQuery {
        /// The budget year.
        budget_year: i32,
        /// The day of the figures; today when not given.
        as_of: Option<NaiveDate>,
        /// What the rate divides by.
        basis: Option<Basis>,
    }
}

async fn of_project(
    auth: Authorized<needs::Read>,
    id: Path<i64>,
    query: Query<ProgressQuery>,
) -> Answered<ProjectProgress> {
    auth.query(query, move |view, query| {
        let asked = Asked {
            budget_year: query.budget_year,
            as_of: query.as_of.unwrap_or(view.today),
            basis: query.basis.unwrap_or_default(),
        };
        progress::of_project(view, *id, asked)
    })
    .await
}

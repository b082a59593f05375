//! `/export/…`

use crate::error::Code;
use crate::http::answer::Answered;
use crate::http::endpoint::{Endpoint, get};
use crate::http::guard::{Authorized, needs};
use crate::service::oc4ids::{self, ProjectPackage};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        get(
            "/export/oc4ids.json",
            open_data,
            "The projects in the caller's scope as an OC4IDS 0.9 project package; 404 when there is none",
        )
        .refuses(&[Code::NotFound]),
    ]
}

async fn open_data(auth: Authorized<needs::Read>) -> Answered<ProjectPackage> {
    auth.read(oc4ids::package).await
}

//! The calls of the API, one file per resource.

pub mod auth;
pub mod holidays;

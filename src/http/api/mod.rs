//! The calls of the API, one file per resource.

pub mod administrative_units;
pub mod agencies;
pub mod auth;
pub mod funding_sources;
pub mod holidays;
pub mod people;
pub mod plan_entries;
pub mod project_people;
pub mod projects;
pub mod shared;
pub mod successions;
pub mod targets;
pub mod task_forces;
pub mod users;

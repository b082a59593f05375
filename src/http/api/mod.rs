//! The calls of the API, one file per resource.

pub mod administrative_units;
pub mod agencies;
pub mod alert_policies;
pub mod alerts;
pub mod auth;
pub mod capital_assignments;
pub mod directives;
pub mod disbursements;
pub mod funding_sources;
pub mod holidays;
pub mod mails;
pub mod obstacles;
pub mod people;
pub mod period_closings;
pub mod plan_entries;
pub mod progress;
pub mod project_people;
pub mod project_records;
pub mod projects;
pub mod reports;
pub mod schedules;
pub mod shared;
pub mod successions;
pub mod targets;
pub mod task_forces;
pub mod users;

//! The API over HTTP, one file per file of `src/http/api`.

mod administrative_units;
mod agencies;
mod auth;
mod conventions;
mod directives;
mod disbursements;
mod funding_sources;
mod holidays;
mod obstacles;
mod people;
mod plan_entries;
mod progress;
mod project_figures;
mod project_people;
mod project_records;
mod projects;
mod reference;
mod reports;
mod schedules;
mod successions;
mod targets;
mod task_forces;
mod tokens;
mod users;

//! The pages over HTTP, one file per file of `src/http/pages`.

mod account;
mod administration;
mod alerts;
mod chromium;
mod follow_up;
mod guards;
mod import;
mod integrations;
mod overview;
mod payment;
mod policies;
mod project;
mod project_forms;
mod projects;
mod report_pages;
mod reports;
mod schedules;
mod sign_in;
mod successions;

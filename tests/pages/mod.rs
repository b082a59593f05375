//! The pages over HTTP, one file per file of `src/http/pages`.

mod account;
mod administration;
mod overview;
mod payment;
mod project;
mod projects;
mod sign_in;

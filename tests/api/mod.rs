//! The API over HTTP, one file per file of `src/http/api`.

mod auth;
mod holidays;

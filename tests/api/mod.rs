//! The API over HTTP, one file per file of `src/http/api`.

mod auth;
mod conventions;
mod holidays;
mod tokens;

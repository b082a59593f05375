//! The pages over HTTP, one file per file of `src/http/pages`.

mod overview;
mod project;
mod projects;
mod sign_in;

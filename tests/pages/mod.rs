//! The pages over HTTP, one file per file of `src/http/pages`.

mod overview;
mod sign_in;

//! The pages over HTTP, one file per file of `src/http/pages`.

mod sign_in;

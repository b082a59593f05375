//! All tests in one binary.

mod api;
mod mail;
mod postgres;
mod support;

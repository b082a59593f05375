//! All tests in one binary.

mod api;
mod layers;
mod mail;
mod postgres;
mod support;

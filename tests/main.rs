//! All tests in one binary.

mod api;
mod database;
mod figures;
mod jobs;
mod layers;
mod mail;
mod pages;
mod permissions;
mod postgres;
mod support;
mod verify;

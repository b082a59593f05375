//! All tests in one binary.

mod api;
mod clients;
mod database;
mod faults;
mod figures;
mod jobs;
mod layers;
mod mail;
mod operators;
mod pages;
mod permissions;
mod postgres;
mod support;
mod verify;

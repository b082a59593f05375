//! All tests in one binary.

mod api;
mod attacks;
mod clients;
mod database;
mod docs;
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

//! The real application on a free port with a database of its own, and what speaks to it.

pub mod app;
pub mod browser;
pub mod builders;
mod chromium;
pub mod compat;
pub mod document;
pub mod eml;
pub mod objects;
pub mod postgres;
pub mod postgres_cluster;
pub mod program;
pub mod receiver;
pub mod smtp;
pub mod tab;
pub mod upload;
pub mod users;

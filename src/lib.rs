//! Giaingan follows a province's public-investment money from the capital plan to the payment, and
//! turns what is late into somebody acting on it.
//!
//! Who may import whom: `main` → `cli`, `startup` → `http`, `jobs` → `sheets` → `service` →
//! `db`, `mail` → `domain`. `domain` imports nothing of ours; only `db` holds queries; `http`, `jobs`
//! and `cli` never touch `db`. `error`, `clock`, `config` and `telemetry` serve all. `tests/layers.rs` checks it.

#![warn(missing_docs)]

pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod domain;
pub mod error;
pub mod http;
pub mod jobs;
pub mod mail;
pub mod service;
pub mod sheets;
pub mod startup;
pub mod telemetry;

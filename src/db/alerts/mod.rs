//! Alerts: rows, what happened to them, who was told, what was promised.

pub mod detail;
pub mod lines;
pub mod list;
pub mod live;
pub mod policies;
pub mod quality;
pub mod scans;
pub mod world;
pub mod write;

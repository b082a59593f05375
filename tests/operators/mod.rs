//! What operators use: backups, moves, settings, health, figures, the watch, several instances.

mod backup;
mod commands;
mod health;
mod instances;
mod privacy;

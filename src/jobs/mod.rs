//! What runs beside the requests: the daily scan, the mail sender, house-keeping.

pub mod mail;
pub mod runner;
pub mod watch;

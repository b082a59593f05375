//! What runs beside the requests: the daily scan, the senders of mail and webhooks, house-keeping.

pub mod mail;
pub mod runner;
pub mod watch;
pub mod webhooks;

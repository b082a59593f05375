//! What somebody might try, and what comes of it.

mod fields;
mod flood;
mod garbage;
mod ids;
mod parsers;
mod secrets;

//! Reading a file that somebody sent, which may be hostile: a child process of this program takes
//! it apart under limits ([`child`]) and tells what it found line by line ([`raw`]); here its rows
//! become typed rows ([`table`]).

mod cells;
pub mod child;
mod csv;
mod guard;
mod parent;
mod raw;
mod table;
mod xlsx;

pub use parent::{COMMAND, read};

#[cfg(test)]
mod round_trip_tests;

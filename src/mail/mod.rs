//! Mail: what is sent and how it leaves the house.

pub mod account;
pub mod calendar;
pub mod message;
pub mod messages;
pub mod notice;
pub mod transport;
pub mod webhook;

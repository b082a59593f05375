//! `demo`
mod facts;
mod model;
mod names;
mod random;

//! `demo`
mod facts;
mod model;
mod names;
mod payments;
mod random;
mod reference;

//! What the program survives. The short form makes few rounds of each fault; `./test --long` many.

mod clock;
mod copies;
mod disk;
mod kill;
pub mod load;
mod migration;
mod postgres;
mod stop;

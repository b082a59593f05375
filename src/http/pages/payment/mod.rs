//! Logging payments: one short form made for fast repeated entry.

mod reversal;
mod show;
mod submit;

use super::route::PageRoute;

/// The pages of this folder.
pub fn routes() -> Vec<PageRoute> {
    let mut list = show::routes();
    list.extend(submit::routes());
    list.extend(reversal::routes());
    list
}

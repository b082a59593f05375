//! Alerts: the inbox, one alert with all that happened to it, and what people do about them.

mod act;
pub mod facts;
mod list;
mod one;
mod selection;
mod story;

use super::route::PageRoute;

/// The pages of this folder.
pub fn routes() -> Vec<PageRoute> {
    let mut list = list::routes();
    list.extend(selection::routes());
    list.extend(one::routes());
    list.extend(act::routes());
    list
}

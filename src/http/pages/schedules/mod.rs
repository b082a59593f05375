//! Schedules: drafting a version month by month, submitting it, approving or returning it.

mod edit;
mod grid;
mod show;
mod spread;
mod stale;

use super::route::PageRoute;

/// The pages of this folder.
pub fn routes() -> Vec<PageRoute> {
    let mut list = edit::routes();
    list.extend(show::routes());
    list
}

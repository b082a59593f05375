//! Task forces: who they are, what their next meeting goes through, what they told people to do.

mod directive;
mod list;
mod meeting;

use super::route::PageRoute;

/// The pages of this folder.
pub fn routes() -> Vec<PageRoute> {
    let mut list = list::routes();
    list.extend(meeting::routes());
    list.extend(directive::routes());
    list
}

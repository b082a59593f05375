//! Bringing in files: send, see what is wrong, record; reconcile a Treasury statement.

mod matches;
mod show;
mod start;

use super::layout::Layout;
use super::route::PageRoute;
use crate::domain::imports::Kind;
use crate::domain::locale::Locale;
use crate::service::imports::ImportStatus;

/// The pages of this folder.
pub fn routes() -> Vec<PageRoute> {
    let mut list = start::routes();
    list.extend(show::routes());
    list.extend(matches::routes());
    list
}

/// A kind in the reader's language.
fn kind_name(kind: Kind, locale: Locale) -> &'static str {
    let (vi, en) = kind.title();
    match locale {
        Locale::Vi => vi,
        Locale::En => en,
    }
}

/// A status in the reader's language.
fn status_name(status: ImportStatus, l: &Layout) -> &'static str {
    let t = &l.t.import;
    match status {
        ImportStatus::Checking => t.status_checking,
        ImportStatus::Checked => t.status_checked,
        ImportStatus::Failed => t.status_failed,
        ImportStatus::Committed => t.status_committed,
    }
}

//! Bringing in files: send, see what is wrong, record; reconcile a Treasury statement.

mod matches;
mod show;
mod start;

use std::sync::mpsc::channel;
use std::time::Duration;

use super::layout::Layout;
use super::route::PageRoute;
use crate::domain::imports::Kind;
use crate::domain::locale::Locale;
use crate::error::{Error, Result};
use crate::service::imports::ImportStatus;

/// The pages of this folder.
pub fn routes() -> Vec<PageRoute> {
    let mut list = start::routes();
    list.extend(show::routes());
    list.extend(matches::routes());
    list
}

/// How long a reader waits for a check or a commit before they are shown how far it is.
const WAIT: Duration = Duration::from_secs(2);

/// Does work that may take long beside the request, which waits a moment for its end; without an
/// answer it goes on by itself.
fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<Option<T>> {
    let (done, ended) = channel();
    std::thread::Builder::new()
        .name("import".into())
        .spawn(move || {
            // The reader may have stopped waiting.
            let _ = done.send(work());
        })
        .map_err(|error| Error::Internal(error.to_string()))?;
    Ok(ended.recv_timeout(WAIT).ok())
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

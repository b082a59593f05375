//! The pages in a real browser: the main paths of each role with and without scripts, and what
//! every page has to be: free of errors, within its width, open to everybody.

mod fit;
mod manage;
mod paths;
mod roles;

use crate::support::app::TestApp;
use crate::support::tab::{DESKTOP, Look, Tab};

/// With the page's own scripts, and without.
const BOTH: [bool; 2] = [true, false];

async fn tab(app: &TestApp, script: bool, username: &str) -> Tab {
    let mut tab = Tab::open(&app.base, Look { script, ..DESKTOP }).await;
    tab.sign_in(username).await;
    tab
}

//! Commits under way in this instance. A commit is one transaction, so that nobody can see in the
//! database how far it is, or that it was refused.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::{Import, commit};
use crate::error::{Error, Fault, Result};
use crate::service::{Ctx, write};

/// How far a commit is.
#[derive(Clone, Debug)]
pub enum Commit {
    /// It goes on; so many rows are written.
    Running(usize),
    /// It is done.
    Done,
    /// It recorded nothing, and why; nothing is said where it broke.
    Refused(Vec<Fault>),
}

/// Commits by the file they record.
#[derive(Default)]
pub struct Commits(Mutex<HashMap<i64, Commit>>);

impl Commits {
    fn known<T>(&self, work: impl FnOnce(&mut HashMap<i64, Commit>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How far the commit of a file is. That it has ended is told once.
    pub fn of(&self, id: i64) -> Option<Commit> {
        self.known(|known| match known.get(&id) {
            Some(Commit::Running(rows)) => Some(Commit::Running(*rows)),
            _ => known.remove(&id),
        })
    }

    fn is_running(&self, id: i64) -> bool {
        self.known(|known| matches!(known.get(&id), Some(Commit::Running(_))))
    }

    fn set(&self, id: i64, commit: Commit) {
        self.known(|known| known.insert(id, commit));
    }
}

/// Commits a file so that everybody can see how far it is: see [`Commits`]. Nothing, if it is being
/// committed already.
pub fn commit_watched(ctx: &Ctx, id: i64) -> Result<Option<Import>> {
    let app = ctx.app.clone();
    if app.commits.is_running(id) {
        return Ok(None);
    }
    app.commits.set(id, Commit::Running(0));
    let watch = app.clone();
    let progress = move |rows| watch.commits.set(id, Commit::Running(rows));
    let outcome = write(ctx, move |tx| commit(tx, id, &progress));
    let ended = match &outcome {
        Ok(_) => Commit::Done,
        Err(Error::Refused(faults)) => Commit::Refused(faults.clone()),
        Err(_) => Commit::Refused(Vec::new()),
    };
    app.commits.set(id, ended);
    outcome.map(Some)
}

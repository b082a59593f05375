//! From a file on disk to a check of it.

use std::path::Path;

use super::read;
use crate::error::Result;
use crate::service::Ctx;
use crate::service::imports::{self, Checked, NewFile};

/// Reads a file and holds its rows against the rules; writes nothing. `progress` is told how many rows
/// have been read. Errors: a file that cannot be read is refused at `/file`; without the permission of
/// the kind nothing is read.
pub fn check(ctx: &Ctx, path: &Path, file: &NewFile, progress: &dyn Fn(usize)) -> Result<Checked> {
    imports::context(ctx, file.kind)?;
    let program = ctx.app.settings.sheet_reader.as_ref();
    let parsed = read::read(path, (file.kind, file.unit), program, progress)?;
    imports::check(ctx, parsed)
}

//! Mails as files, one `.eml` each: for trying things out, and for houses where another program picks mail up.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::mail::message::Mail;

/// A directory of mails.
#[derive(Debug)]
pub(super) struct Directory(pub(super) PathBuf);

impl Directory {
    /// Writes one mail; a second attempt at the same mail replaces the first.
    pub(super) async fn write(&self, mail: &Mail, bytes: Vec<u8>) -> io::Result<()> {
        let directory = self.0.clone();
        let name = file_name(mail);
        blocking(move || write_then_rename(&directory, &name, &bytes)).await
    }

    /// Creates the directory if need be and proves that it can be written to.
    pub(super) async fn check(&self) -> io::Result<()> {
        let directory = self.0.clone();
        blocking(move || {
            write_then_rename(&directory, ".check", b"")?;
            fs::remove_file(directory.join(".check"))
        })
        .await
    }
}

/// Sorts by date, and is unique by Message-ID, whose letters are all safe in a file name.
fn file_name(mail: &Mail) -> String {
    let id = mail.message_id.trim_matches(['<', '>']);
    format!("{}-{id}.eml", mail.date.format("%Y%m%dT%H%M%SZ"))
}

/// A reader of the directory never sees half a mail, and a mail reported as sent is on disk.
fn write_then_rename(directory: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    let temporary = directory.join(format!(".{name}.tmp"));
    let mut file = File::create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_data()?;
    fs::rename(&temporary, directory.join(name))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(io::Error::other)?
}

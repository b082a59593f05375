//! A backup is an embedded database of ours with a list of what it must hold: of either kind of
//! database, readable by any SQLite, restored into either.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::migrate::{migrate_file, rebuild};
use super::sql::sql;
use super::transfer::{Fingerprint, everything, fingerprints};
use super::{Conn, Db, DbUrl, open_bare};
use crate::error::{Error, Result};

fn failed(path: &Path) -> impl Fn(std::io::Error) -> Error + '_ {
    move |error| Error::Unavailable(format!("{}: {error}", path.display()))
}

fn text_of(path: &Path) -> Result<&str> {
    let refused = || {
        Error::Unavailable(format!(
            "{}: the name of the file is no text",
            path.display()
        ))
    };
    path.to_str().ok_or_else(refused)
}

fn open_file(path: &Path) -> Result<Conn> {
    open_bare(&DbUrl::Sqlite(text_of(path)?.to_owned()))
}

/// Writes everything that the database holds at one moment into a new file that only its owner may
/// read. Others go on reading and writing meanwhile.
pub fn write(db: &Db, path: &Path) -> Result<Vec<Fingerprint>> {
    let mut options = OpenOptions::new();
    let created = options.write(true).create_new(true).mode(0o600).open(path);
    drop(created.map_err(failed(path))?);
    let content = match db.url() {
        DbUrl::Sqlite(_) => {
            let mut from = open_bare(db.url())?;
            sql::<()>("VACUUM INTO ")
                .bind(text_of(path)?)
                .execute(&mut from)?;
            open_file(path).and_then(|mut file| fingerprints(&mut file))?
        }
        DbUrl::Postgres(_) => {
            migrate_file(&mut open_file(path)?)?;
            let mut file = open_file(path)?;
            db.read(|from| file.transaction(|to| everything(from, to)))?
        }
    };
    note(&mut open_file(path)?, &content)?;
    File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(failed(path))?;
    Ok(content)
}

/// Writes down what the file must hold.
fn note(file: &mut Conn, content: &[Fingerprint]) -> Result<()> {
    file.transaction(|file| {
        file.batch_execute(
            "DROP TABLE IF EXISTS backup_manifest; CREATE TABLE backup_manifest \
             (table_name TEXT PRIMARY KEY, row_count INTEGER NOT NULL, checksum TEXT NOT NULL) STRICT; DELETE FROM leases",
        )?;
        for one in content {
            sql::<()>("INSERT INTO backup_manifest (table_name, row_count, checksum) VALUES (")
                .bind(one.table.as_str())
                .push(", ")
                .bind(one.rows)
                .push(", ")
                .bind(one.checksum.as_str())
                .push(")")
                .execute(file)?;
        }
        Ok(())
    })
}

/// A backup whose content was compared with its list.
pub struct Checked {
    file: Conn,
    /// What it holds.
    pub content: Vec<Fingerprint>,
}

impl Checked {
    /// Opens a file and compares it with its list; `scratch` is where an older one is brought up to
    /// date, since the file itself is never changed.
    pub fn open(path: &Path, scratch: &Path) -> Result<Self> {
        File::open(path).map_err(failed(path))?;
        let mut file = open_file(path)?;
        let damaged = |why: String| Error::Unavailable(format!("{}: {why}", path.display()));
        // Read alone: nothing may change the only copy.
        let sound = file
            .batch_execute("PRAGMA query_only = ON")
            .map_err(Error::from)
            .and_then(|()| {
                Ok(
                    sql::<(Text,)>("SELECT integrity_check FROM pragma_integrity_check LIMIT 1")
                        .load::<(String,)>(&mut file)?,
                )
            });
        match sound
            .map_err(|error| damaged(format!("not an embedded database ({error})")))?
            .first()
        {
            Some((word,)) if word == "ok" => {}
            other => return Err(damaged(format!("damaged: {other:?}"))),
        }
        let listed = sql::<(Text, BigInt, Text)>(
            "SELECT table_name, row_count, checksum FROM backup_manifest",
        )
        .load::<(String, i64, String)>(&mut file)
        .map_err(|_| damaged("no backup: it has no list of what it must hold".into()))?;
        let content = fingerprints(&mut file)?;
        for (table, rows, checksum) in &listed {
            match content.iter().find(|one| one.table == *table) {
                Some(one) if one.rows == *rows && one.checksum == *checksum => {}
                Some(_) => return Err(damaged(format!("table {table} is not what was saved"))),
                None => return Err(damaged(format!("table {table} is missing"))),
            }
        }
        if listed.len() != content.len() {
            return Err(damaged("it has tables that were not saved".into()));
        }
        Self::up_to_date(file, content, path, scratch)
    }

    fn up_to_date(
        mut file: Conn,
        content: Vec<Fingerprint>,
        path: &Path,
        scratch: &Path,
    ) -> Result<Self> {
        if super::migrate::pending(&mut file)?.is_empty() {
            return Ok(Checked { file, content });
        }
        drop(file);
        std::fs::copy(path, scratch).map_err(failed(scratch))?;
        let mut file = open_file(scratch)?;
        migrate_file(&mut file)?;
        let content = fingerprints(&mut file)?;
        Ok(Checked { file, content })
    }

    /// Puts everything into a database whose own tables and rows go, in one transaction; `look` runs
    /// at its end, and an error of it leaves everything as it was.
    pub fn restore<T>(
        mut self,
        url: &DbUrl,
        mut look: impl FnMut(&mut Conn) -> Result<T>,
    ) -> Result<T> {
        rebuild(url, |to| {
            everything(&mut self.file, to)?;
            look(to)
        })
    }
}

//! Saving everything, trying whether it can be restored, restoring it, moving it to another database.

use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::json;

use super::audit::Change;
use super::{Ctx, Tx, View, read, rollup, verify, write};
use crate::db::backup::{self as files, Checked};
use crate::db::transfer::{is_blank, table_by_table};
use crate::db::{self, Conn, Db, DbUrl};
use crate::error::{Error, Result};

pub use crate::db::transfer::Fingerprint;

/// The daily backup's name among the jobs.
pub const JOB: &str = "backup";

/// What a backup holds and what trying it showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Content {
    /// Tables.
    pub tables: usize,
    /// Rows in all of them.
    pub rows: i64,
    /// Events of the audit log, whose chains were walked.
    pub audit_events: u64,
    /// What is wrong with what was saved: a broken chain, figures that differ from the ledger.
    pub faults: Vec<String>,
}

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Saved {
    /// Where it is.
    pub file: PathBuf,
    /// When it was begun.
    pub at: DateTime<Utc>,
    /// Its size.
    pub bytes: u64,
    /// What it holds.
    pub content: Content,
}

/// Saves everything to a new file, and tries to restore it before the file gets its name.
pub fn make(ctx: &Ctx, file: &Path) -> Result<Saved> {
    if file.exists() {
        return Err(Error::Unavailable(format!(
            "{} exists already",
            file.display()
        )));
    }
    let at = ctx.app.clock.now().and_utc();
    let part = beside(file, "part");
    remove(&part);
    let made = files::write(&ctx.app.db, &part).and_then(|_| trial(ctx, &part));
    let content = match made {
        Ok(content) => content,
        Err(error) => {
            remove(&part);
            return Err(error);
        }
    };
    let failed = |error: std::io::Error| Error::Unavailable(format!("{}: {error}", file.display()));
    std::fs::rename(&part, file).map_err(failed)?;
    let bytes = std::fs::metadata(file).map_err(failed)?.len();
    let saved = Saved {
        file: file.to_owned(),
        at,
        bytes,
        content,
    };
    note(ctx, &saved)?;
    Ok(saved)
}

/// The last backup, whoever asked for it, is what operators want to know.
fn note(ctx: &Ctx, saved: &Saved) -> Result<()> {
    let text = serde_json::to_string(saved).unwrap_or_default();
    write(ctx, move |tx| {
        let (today, now) = (tx.today, tx.now);
        db::job_runs::done(tx.conn, JOB, today, now, &text)
    })
}

/// Restores a backup into a file that is thrown away, and looks whether it is whole.
pub fn trial(ctx: &Ctx, file: &Path) -> Result<Content> {
    let (scratch, target) = (beside(file, "scratch"), beside(file, "trial"));
    remove(&target);
    remove(&scratch);
    let url = DbUrl::Sqlite(target.display().to_string());
    let tried = Checked::open(file, &scratch).and_then(|checked| {
        let saved = checked.content.clone();
        checked.restore(&url, |conn| look(ctx, conn, &saved))
    });
    remove(&target);
    remove(&scratch);
    tried
}

/// Looks at a database that was filled from elsewhere.
fn look(ctx: &Ctx, conn: &mut Conn, content: &[Fingerprint]) -> Result<Content> {
    // Not the database that readers share a book of.
    let mut view = View::new(conn, ctx, false);
    let audit = verify::audit(&mut view)?;
    let mut faults: Vec<String> = audit
        .broken
        .iter()
        .map(|link| {
            format!(
                "audit chain {} is broken at {}: {}",
                link.chain,
                link.seq,
                link.fault.as_str()
            )
        })
        .collect();
    let different = rollup::differences(&mut view)?.len();
    if different > 0 {
        faults.push(format!("{different} roll-ups differ from the ledger"));
    }
    Ok(Content {
        tables: content.len(),
        rows: content.iter().map(|one| one.rows).sum(),
        audit_events: audit.events,
        faults,
    })
}

/// Puts a backup in the place of everything that the database holds. Refused while an instance
/// runs, and unless `force` when the database holds a province.
pub fn restore(ctx: &Ctx, file: &Path, force: bool) -> Result<Content> {
    let holds_data = read(ctx, |view| {
        if is_blank(view.conn)? {
            return Ok(false);
        }
        refuse_running(view)?;
        Ok(!force && view.tree()?.units().next().is_some())
    })?;
    if holds_data {
        return Err(Error::Unavailable(format!(
            "{} holds data; --force replaces it",
            ctx.app.db.url()
        )));
    }
    let scratch = beside(file, "scratch");
    remove(&scratch);
    let restored = Checked::open(file, &scratch).and_then(|checked| {
        let saved = checked.content.clone();
        checked.restore(ctx.app.db.url(), |conn| look(ctx, conn, &saved))
    });
    remove(&scratch);
    let content = restored?;
    let record =
        json!({"file": file.display().to_string(), "rows": content.rows, "tables": content.tables});
    write(ctx, move |tx| arrived(tx, "database.restored", &record))?;
    Ok(content)
}

fn refuse_running(view: &mut View<'_>) -> Result<()> {
    let now = view.now;
    let running = super::jobs::instances(view)?
        .into_iter()
        .filter(|until| *until > now)
        .max();
    match running {
        None => Ok(()),
        Some(until) => Err(Error::Unavailable(format!(
            "an instance runs on this database; stop it first (one that was killed counts for {} s more)",
            (until - now).num_seconds()
        ))),
    }
}

fn arrived(tx: &mut Tx<'_>, action: &'static str, record: &serde_json::Value) -> Result<()> {
    tx.audit(Change::created(action, "database", 0, record))
}

/// While a copy is under way, no instance may serve the half of it.
const COPY: &str = "copy";

/// Copies everything into another database, table by table; what is there already is compared
/// instead, so that an interrupted copy can be taken up again. `force` empties the target first.
pub fn copy_to(
    ctx: &Ctx,
    url: &str,
    force: bool,
    told: &mut dyn FnMut(&Fingerprint, bool),
) -> Result<Content> {
    let url = &DbUrl::parse(url).map_err(Error::Unavailable)?;
    if url == ctx.app.db.url() {
        return Err(Error::Unavailable(
            "the target is the database itself".into(),
        ));
    }
    let target = Db::open(url, 2)?;
    target.migrate()?;
    let (now, owner) = (ctx.app.clock.now(), "copy-to");
    let begun = target.read(|conn| db::leases::named(conn, COPY))?;
    let holds_data = target.read(|conn| Ok(db::units::tree(conn)?.units().next().is_some()))?;
    if begun.is_empty() && holds_data && !force {
        return Err(Error::Unavailable(format!(
            "{url} holds data; --force replaces it"
        )));
    }
    if force {
        target.empty()?;
    }
    let never = db::FOREVER.and_time(chrono::NaiveTime::MIN);
    target.write(move |conn| db::leases::take(conn, COPY, owner, now, never))?;
    let content = read(ctx, |view| {
        refuse_running(view)?;
        target.alone(|to| {
            let copied = table_by_table(view.conn, to, told)?;
            look(ctx, to, &copied)
        })
    })?;
    target.write(move |conn| db::leases::release(conn, COPY, owner))?;
    Ok(content)
}

/// Refuses a database that holds the half of a copy.
pub fn refuse_half(db: &Db) -> Result<()> {
    match db.read(|conn| db::leases::named(conn, COPY))?.is_empty() {
        true => Ok(()),
        false => Err(Error::Unavailable(
            "this database holds an unfinished copy; run copy-to again, which goes on where it stopped".into(),
        )),
    }
}

/// The daily backup into the folder of the settings; the oldest beyond those to keep go.
pub fn daily(ctx: &Ctx) -> Result<Saved> {
    let settings = &ctx.app.settings;
    let folder = Path::new(&settings.backup_dir);
    let failed =
        |error: std::io::Error| Error::Unavailable(format!("{}: {error}", folder.display()));
    std::fs::create_dir_all(folder).map_err(failed)?;
    let today = ctx.app.clock.today();
    let file = folder.join(name_of(today));
    // Left by an attempt whose end was not noted.
    let _ = std::fs::remove_file(&file);
    let saved = make(ctx, &file)?;
    let mut kept: Vec<PathBuf> = std::fs::read_dir(folder)
        .map_err(failed)?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            path.file_name()
                .and_then(|name| name.to_str())
                .is_some_and(is_daily)
        })
        .collect();
    kept.sort();
    let surplus = kept.len().saturating_sub(settings.backup_keep);
    for old in kept.iter().take(surplus) {
        std::fs::remove_file(old).map_err(failed)?;
    }
    Ok(saved)
}

fn name_of(day: NaiveDate) -> String {
    format!("giaingan-{day}.sqlite")
}

/// Whether a file is one of the daily backups; others in the folder are not touched.
fn is_daily(name: &str) -> bool {
    let day = name
        .strip_prefix("giaingan-")
        .and_then(|rest| rest.strip_suffix(".sqlite"));
    day.is_some_and(|day| day.parse::<NaiveDate>().is_ok())
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

/// Removes a database file of ours and what SQLite keeps beside it, if they are there.
fn remove(file: &Path) {
    for ending in ["", "-journal", "-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(ending);
        let _ = std::fs::remove_file(PathBuf::from(name));
    }
}

//! The parent's side: starts the child, listens with a watch in hand, and never keeps more than the
//! typed rows.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::raw::{Refusal, Told};
use super::table::Table;
use crate::domain::format::AmountUnit;
use crate::domain::imports::Kind;
use crate::error::{Code, Error, Fault, Result, Shown};
use crate::service::imports::Parsed;

/// The hidden command of the child.
pub const COMMAND: &str = "read-sheet";
/// Wall time that reading may take.
const PATIENCE: Duration = Duration::from_secs(90);
/// Files that are read at the same time; others wait.
const AT_ONCE: usize = 2;
/// How long a file waits for its turn.
const QUEUE: Duration = Duration::from_secs(30);
/// The longest line that is listened to.
const LINE: u64 = 8 << 20;
/// Rows between two reports of progress.
const STEP: usize = 1_000;

/// The table of a file. `program` is this program, unless it is another that has the same command;
/// `progress` is told how many rows have been read. Errors: a fault at `/file` when the file is
/// refused.
pub fn read(
    path: &Path,
    (kind, unit): (Kind, AmountUnit),
    program: Option<&PathBuf>,
    progress: &dyn Fn(usize),
) -> Result<Parsed> {
    let _turn = Turn::take()?;
    let child = start(path, program)?;
    let table = Table::new(kind, unit);
    listen(child, table, progress)?
        .finish()
        .map_err(Error::from)
}

fn start(path: &Path, program: Option<&PathBuf>) -> Result<Child> {
    let failed = |error: std::io::Error| Error::Internal(format!("reading a sheet: {error}"));
    let program = match program {
        Some(program) => program.clone(),
        None => std::env::current_exe().map_err(failed)?,
    };
    Command::new(program)
        .arg(COMMAND)
        .arg(path)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)
}

fn listen(mut child: Child, mut table: Table, progress: &dyn Fn(usize)) -> Result<Table> {
    let Some(out) = child.stdout.take() else {
        return Err(Error::Internal("a child without a voice".into()));
    };
    let watch = Watch::over(child)?;
    let mut out = BufReader::new(out);
    let mut line = Vec::new();
    let mut rows = 0_usize;
    loop {
        line.clear();
        let read = out.by_ref().take(LINE).read_until(b'\n', &mut line);
        // A child that dies of its limits just stops talking.
        let told = match read {
            Ok(length) if length > 0 => serde_json::from_slice(&line).ok(),
            _ => None,
        };
        match told.unwrap_or(Told::Refused(Refusal::TooHeavy)) {
            Told::Sheet(name) => table.begin(name),
            Told::Row(row) => {
                table.take(row);
                rows += 1;
                if rows.is_multiple_of(STEP) {
                    progress(rows);
                }
            }
            Told::Refused(refusal) => return Err(refused(&refusal).into()),
            Told::Done => {
                drop(watch);
                return Ok(table);
            }
        }
    }
}

fn refused(refusal: &Refusal) -> Fault {
    let (vi, en) = refusal.why();
    Fault::at("/file", Code::Invalid).with("why", Shown::both(vi, en))
}

/// Ends the child when the time is up, or when nobody listens any more.
struct Watch {
    over: Option<Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Watch {
    fn over(mut child: Child) -> Result<Self> {
        let (over, told): (Sender<()>, Receiver<()>) = channel();
        let thread = std::thread::Builder::new()
            .name("sheet-watch".into())
            .spawn(move || {
                let ended = told.recv_timeout(PATIENCE);
                if matches!(ended, Err(RecvTimeoutError::Timeout)) {
                    tracing::warn!("reading a sheet took too long and was ended");
                }
                // It may have ended by itself; then there is nothing to end.
                let _ = child.kill();
                let _ = child.wait();
            })
            .map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Watch {
            over: Some(over),
            thread: Some(thread),
        })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.over = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

static BUSY: Mutex<usize> = Mutex::new(0);
static FREE: Condvar = Condvar::new();

/// The right to read a file now.
struct Turn;

impl Turn {
    fn take() -> Result<Self> {
        let busy = BUSY.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut busy, waited) = FREE
            .wait_timeout_while(busy, QUEUE, |busy| *busy >= AT_ONCE)
            .unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() && *busy >= AT_ONCE {
            return Err(Error::Throttled(QUEUE.as_secs()));
        }
        *busy += 1;
        Ok(Turn)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut busy = BUSY.lock().unwrap_or_else(PoisonError::into_inner);
        *busy = busy.saturating_sub(1);
        FREE.notify_one();
    }
}

//! The write path of the embedded database: one thread owns the writing connection, and requests
//! that wait at the same time share one commit, so that the disk is flushed once for all of them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

use diesel::connection::SimpleConnection;

use super::{Conn, DbUrl, open};
use crate::error::{Error, Result};

/// How many waiting writes share a commit at most; bounds how long the first of them waits.
const BATCH: usize = 64;

/// Begins, runs, and commits or rolls back. [`Error::Lost`] means that the connection's state is
/// unknown and it must be dropped.
fn transaction<T>(
    conn: &mut Conn,
    begin: &str,
    work: &mut dyn FnMut(&mut Conn) -> Result<T>,
) -> Result<T> {
    conn.batch_execute(begin)
        .map_err(|error| Error::Lost(error.to_string()))?;
    begun(conn, work)
}

/// The same in a transaction that has begun already.
pub(super) fn begun<T>(conn: &mut Conn, work: &mut dyn FnMut(&mut Conn) -> Result<T>) -> Result<T> {
    let outcome = match guarded(conn, work) {
        Ok(value) => conn
            .batch_execute("COMMIT")
            .map(|()| value)
            .map_err(Error::from),
        Err(error) => Err(error),
    };
    match outcome {
        Ok(value) => Ok(value),
        Err(error) => match conn.batch_execute("ROLLBACK") {
            Ok(()) => Err(error),
            // SQLite rolls back by itself on a full disk; then there is nothing left to undo.
            Err(_) => Err(Error::Lost(format!("{error:?}"))),
        },
    }
}

/// A panic in one piece of work must not take the writer or other people's work with it.
fn guarded<T>(conn: &mut Conn, work: &mut dyn FnMut(&mut Conn) -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(|| work(conn)))
        .unwrap_or_else(|_| Err(Error::Internal("a write panicked".into())))
}

/// A write waiting for its turn.
trait Job: Send {
    /// Runs the work and keeps its outcome; true if it may be committed.
    fn run(&mut self, conn: &mut Conn) -> bool;
    /// Replaces the outcome, for a commit that failed.
    fn fail(&mut self, error: Error);
    /// Hands the outcome to whoever waits.
    fn answer(self: Box<Self>);
}

struct Waiting<T, F> {
    work: F,
    outcome: Option<Result<T>>,
    reply: SyncSender<Result<T>>,
}

impl<T, F> Job for Waiting<T, F>
where
    T: Send,
    F: FnMut(&mut Conn) -> Result<T> + Send,
{
    fn run(&mut self, conn: &mut Conn) -> bool {
        let outcome = guarded(conn, &mut self.work);
        let keep = outcome.is_ok();
        self.outcome = Some(outcome);
        keep
    }

    fn fail(&mut self, error: Error) {
        self.outcome = Some(Err(error));
    }

    fn answer(self: Box<Self>) {
        if let Some(outcome) = self.outcome {
            // The asker may have gone away; the write stands all the same.
            let _ = self.reply.send(outcome);
        }
    }
}

/// The queue in front of the writing connection.
pub(super) struct Queue {
    jobs: Sender<Box<dyn Job>>,
}

impl Queue {
    /// Opens the writing connection and starts its thread, which ends with the last sender.
    pub(super) fn start(url: DbUrl) -> Result<Self> {
        let conn = open(&url)?;
        let (jobs, queue) = channel();
        std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || {
                Writer {
                    url,
                    conn: Some(conn),
                }
                .serve(&queue)
            })
            .map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Queue { jobs })
    }

    /// Waits for the turn of `work` and for the commit that holds it.
    pub(super) fn submit<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Conn) -> Result<T> + Send + 'static,
    {
        let (reply, answer) = sync_channel(1);
        let job = Waiting {
            work,
            outcome: None,
            reply,
        };
        let stopped = || Error::Unavailable("the writer has stopped".into());
        self.jobs.send(Box::new(job)).map_err(|_| stopped())?;
        answer.recv().map_err(|_| stopped())?
    }
}

struct Writer {
    url: DbUrl,
    conn: Option<Conn>,
}

impl Writer {
    fn serve(mut self, queue: &Receiver<Box<dyn Job>>) {
        while let Ok(first) = queue.recv() {
            let mut batch = vec![first];
            while batch.len() < BATCH {
                match queue.try_recv() {
                    Ok(job) => batch.push(job),
                    Err(_) => break,
                }
            }
            if batch.len() == 1 || !self.shared(&mut batch) {
                for job in &mut batch {
                    self.alone(job.as_mut());
                }
            }
            for job in batch {
                job.answer();
            }
        }
    }

    /// One commit for all, a savepoint for each. False if the transaction was lost on the way:
    /// nothing of it is on disk then, and every job must run again on its own.
    fn shared(&mut self, batch: &mut [Box<dyn Job>]) -> bool {
        let Some(conn) = &mut self.conn else {
            return false;
        };
        let mut run = || -> std::result::Result<(), diesel::result::Error> {
            conn.batch_execute("BEGIN IMMEDIATE")?;
            for job in batch.iter_mut() {
                conn.batch_execute("SAVEPOINT job")?;
                if !job.run(conn) {
                    conn.batch_execute("ROLLBACK TO job")?;
                }
                // Fails when the outer transaction is gone, which is how a loss is noticed.
                conn.batch_execute("RELEASE job")?;
            }
            conn.batch_execute("COMMIT")
        };
        let committed = run().is_ok();
        if !committed {
            self.conn = None;
        }
        committed
    }

    fn alone(&mut self, job: &mut dyn Job) {
        let mut conn = match self.conn.take().map_or_else(|| open(&self.url), Ok) {
            Ok(conn) => conn,
            Err(error) => return job.fail(error),
        };
        // The job keeps its own outcome; a refusal only has to roll the transaction back.
        let outcome = transaction(
            &mut conn,
            "BEGIN IMMEDIATE",
            &mut |conn| match job.run(conn) {
                true => Ok(()),
                false => Err(Error::Retry(String::new())),
            },
        );
        match outcome {
            Ok(()) | Err(Error::Retry(_)) => self.conn = Some(conn),
            Err(error) => {
                // Dropped, so that the next write starts from a connection in a known state.
                tracing::error!(?error, "a commit failed");
                job.fail(error);
            }
        }
    }
}

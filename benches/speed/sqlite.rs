//! The first reference: the same SQL in a loop over the embedded library, with nothing around it.
//! Each thread has a connection and a prepared statement, with the settings of the product.
#![allow(unsafe_code)]

use std::ffi::{CString, c_int};
use std::ptr;
use std::time::{Duration, Instant};

use libsqlite3_sys as ffi;

use crate::client::Outcome;

/// A connection with one prepared statement.
struct Statement {
    db: *mut ffi::sqlite3,
    statement: *mut ffi::sqlite3_stmt,
}

impl Drop for Statement {
    fn drop(&mut self) {
        // SAFETY: both were made by SQLite in `open`, and are used by this thread alone.
        unsafe {
            ffi::sqlite3_finalize(self.statement);
            ffi::sqlite3_close(self.db);
        }
    }
}

impl Statement {
    fn open(path: &str, sql: &str) -> Self {
        let (path, sql) = (text(path), text(sql));
        let (mut db, mut statement) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: the strings end with a zero byte and outlive the calls; outcomes are checked.
        unsafe {
            assert_eq!(ffi::sqlite3_open(path.as_ptr(), &mut db), ffi::SQLITE_OK);
            let settings = text(
                "PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL; \
                 PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4000;",
            );
            let done = ffi::sqlite3_exec(
                db,
                settings.as_ptr(),
                None,
                ptr::null_mut(),
                ptr::null_mut(),
            );
            assert_eq!(done, ffi::SQLITE_OK);
            let done =
                ffi::sqlite3_prepare_v2(db, sql.as_ptr(), -1, &mut statement, ptr::null_mut());
            let why = std::ffi::CStr::from_ptr(ffi::sqlite3_errmsg(db));
            assert_eq!(done, ffi::SQLITE_OK, "{}", why.to_string_lossy());
        }
        Statement { db, statement }
    }

    /// Runs the statement with one number bound, and reads every column of every row.
    fn run(&mut self, number: i64) -> usize {
        let mut bytes = 0;
        // SAFETY: the statement is valid, and column values are only counted before the next step.
        unsafe {
            if ffi::sqlite3_bind_parameter_count(self.statement) > 0 {
                ffi::sqlite3_bind_int64(self.statement, 1, number);
            }
            let columns: c_int = ffi::sqlite3_column_count(self.statement);
            loop {
                match ffi::sqlite3_step(self.statement) {
                    ffi::SQLITE_ROW => {
                        for column in 0..columns {
                            ffi::sqlite3_column_text(self.statement, column);
                            bytes += ffi::sqlite3_column_bytes(self.statement, column) as usize;
                        }
                    }
                    ffi::SQLITE_DONE => break,
                    other => panic!("SQLite answered {other}"),
                }
            }
            ffi::sqlite3_reset(self.statement);
        }
        bytes
    }
}

fn text(of: &str) -> CString {
    CString::new(of).expect("no zero byte")
}

/// Runs a statement from several threads for a while; `?1` is a number that changes each time.
pub fn run(
    path: &str,
    threads: usize,
    time: Duration,
    sql: &str,
    number: &(dyn Fn(usize, u64) -> i64 + Sync),
) -> Outcome {
    let begin = Instant::now() + Duration::from_millis(100);
    let end = begin + time;
    let mut times = Vec::new();
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..threads)
            .map(|thread| {
                scope.spawn(move || {
                    let mut statement = Statement::open(path, sql);
                    let mut times = Vec::new();
                    for turn in 0.. {
                        let sent = Instant::now();
                        statement.run(number(thread, turn));
                        let now = Instant::now();
                        if now >= end {
                            break;
                        }
                        if sent >= begin {
                            let took = (now - sent).as_micros();
                            times.push(u64::try_from(took).unwrap_or(u64::MAX));
                        }
                    }
                    times
                })
            })
            .collect();
        for thread in all {
            times.extend(thread.join().expect("a thread of the reference"));
        }
    });
    Outcome::of(times, time.as_secs_f64(), 0)
}

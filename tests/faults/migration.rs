use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use giaingan::db::sql::sql;
use giaingan::db::{Db, DbUrl};

use super::load::rounds;
use crate::support::app::empty_postgres_url;
use crate::support::program::{bare, ran};

/// Migrates an empty database in a process that is killed on the way, more often than once, and
/// lets the last one end.
fn killed_midway(url: &str, round: u32) {
    let migrate = || {
        let mut command = bare(&["migrate"]);
        command.env("GIAINGAN_DATABASE_URL", url);
        command
    };
    for step in 0..4 {
        let mut child = migrate().spawn().expect("starts");
        // Later each time: before the first table, among the tables, at the end.
        std::thread::sleep(Duration::from_millis(u64::from(3 + step * 9 + round * 4)));
        let _ = child.kill();
        child.wait().expect("ends");
    }
    let (done, said) = ran(migrate());
    assert!(done, "{said}");
    let db = Db::open(&DbUrl::parse(url).expect("a URL"), 1).expect("opens");
    assert_eq!(
        db.pending_migrations().expect("reads"),
        Vec::<String>::new()
    );
    let facts = db.read(|conn| {
        let (versions,) = sql::<(BigInt,)>("SELECT COUNT(*) FROM __diesel_schema_migrations")
            .get_result::<(i64,)>(conn)?;
        let (name,) = sql::<(Text,)>("SELECT MAX(version) FROM __diesel_schema_migrations")
            .get_result::<(String,)>(conn)?;
        // The first table and the last, whole.
        sql::<(BigInt,)>("SELECT COUNT(*) FROM administrative_units").get_result::<(i64,)>(conn)?;
        sql::<(BigInt,)>("SELECT COUNT(*) FROM settings").get_result::<(i64,)>(conn)?;
        Ok((versions, name))
    });
    let known = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite"))
        .expect("a folder")
        .count();
    let (versions, last) = facts.expect("reads");
    assert_eq!(usize::try_from(versions), Ok(known));
    assert!(!last.is_empty());
}

#[test]
fn a_migration_killed_midway_is_done_by_the_next_start() {
    let folder = tempfile::tempdir().expect("a folder");
    for round in 0..rounds(2) {
        let sqlite = folder.path().join(format!("{round}.sqlite"));
        killed_midway(&format!("sqlite:{}", sqlite.display()), round);
        killed_midway(&empty_postgres_url(), round);
    }
}

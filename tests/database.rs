//! What the two databases must do alike, below any rule of the domain.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use giaingan::db::schema::holidays;
use giaingan::db::sql::sql;
use giaingan::db::{Conn, Db, DbUrl};
use giaingan::error::{Code, Error};

use crate::support::app::{date, postgres_url};

/// Runs a check on a fresh database of each kind.
fn on_both(check: impl Fn(&Db)) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = format!("sqlite:{}", folder.path().join("x.sqlite").display());
    for url in [path, postgres_url()] {
        let db = Db::open(&DbUrl::parse(&url).expect("a URL"), 8).expect("opens");
        db.migrate().expect("migrates");
        check(&db);
    }
}

fn add(conn: &mut Conn, day: NaiveDate) -> Result<(), Error> {
    diesel::insert_into(holidays::table)
        .values((holidays::date.eq(day), holidays::name.eq("x")))
        .execute(conn)?;
    Ok(())
}

fn count(db: &Db) -> i64 {
    db.read(|conn| Ok(holidays::table.count().get_result(conn)?))
        .expect("counts")
}

#[test]
fn a_refused_write_leaves_nothing_and_harms_no_other() {
    on_both(|db| {
        let day = date("2024-01-01");
        let writers: Vec<_> = (0..40)
            .map(|number| {
                let db = db.clone();
                std::thread::spawn(move || {
                    db.write(move |conn| {
                        add(conn, day + chrono::Days::new(number))?;
                        match number % 4 {
                            0 => Err(Error::from(Code::Forbidden)),
                            _ => Ok(number),
                        }
                    })
                    .is_ok()
                })
            })
            .collect();
        let done = writers
            .into_iter()
            .filter(|_| true)
            .map(|writer| writer.join().expect("ends"));
        assert_eq!(done.filter(|done| *done).count(), 30);
        assert_eq!(count(db), 30);
    });
}

#[test]
fn a_panic_in_a_write_is_an_error_and_nothing_more() {
    on_both(|db| {
        let outcome = db.write(|conn| -> Result<(), Error> {
            add(conn, date("2024-01-01"))?;
            panic!("on purpose")
        });
        assert!(matches!(outcome, Err(Error::Internal(_))));
        assert_eq!(count(db), 0);
        db.write(|conn| add(conn, date("2024-01-01")))
            .expect("the writer lives");
        assert_eq!(count(db), 1);
    });
}

#[test]
fn counting_in_parallel_loses_nothing() {
    on_both(|db| {
        db.write(|conn| {
            sql::<()>("INSERT INTO leases (name, owner, until_at) VALUES ('n', '0', ")
                .bind(date("2024-01-01").and_hms_opt(0, 0, 0).expect("midnight"))
                .push(")")
                .execute(conn)?;
            Ok(())
        })
        .expect("inserts");
        let failed = Arc::new(AtomicUsize::new(0));
        let writers: Vec<_> = (0..8)
            .map(|_| {
                let (db, failed) = (db.clone(), failed.clone());
                std::thread::spawn(move || {
                    for _ in 0..50 {
                        let lock = |conn: &Conn| if conn.is_sqlite() { "" } else { " FOR UPDATE" };
                        let outcome = db.write(move |conn| {
                            let query = sql::<(Text,)>("SELECT owner FROM leases WHERE name = 'n'")
                                .push(lock(conn));
                            let (owner,) = query.get_result::<(String,)>(conn)?;
                            let next = owner.parse::<i64>().expect("a number") + 1;
                            sql::<()>("UPDATE leases SET owner = ")
                                .bind(next.to_string())
                                .push(" WHERE name = 'n'")
                                .execute(conn)?;
                            Ok(())
                        });
                        failed.fetch_add(usize::from(outcome.is_err()), Ordering::Relaxed);
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.join().expect("ends");
        }
        let owner = db.read(|conn| {
            Ok(sql::<(Text,)>("SELECT owner FROM leases")
                .get_result::<(String,)>(conn)?
                .0)
        });
        assert_eq!(
            (
                owner.expect("reads").as_str(),
                failed.load(Ordering::Relaxed)
            ),
            ("400", 0)
        );
    });
}

#[test]
fn facts_cannot_be_changed_in_the_store() {
    on_both(|db| {
        for table in ["plan_entries", "audit_events", "disbursements"] {
            let columns = columns(db);
            assert!(columns.contains_key(table), "{table}");
        }
        db.write(|conn| {
            sql::<()>("INSERT INTO audit_events (chain, seq, at, actor, action, entity, entity_id, prev_hash, hash) VALUES ('main', 1, ")
                .bind(date("2024-01-01").and_hms_opt(0, 0, 0).expect("midnight"))
                .push(", 'a', 'b', 'c', 1, 'd', 'e')")
                .execute(conn)?;
            Ok(())
        })
        .expect("appends");
        for statement in [
            "UPDATE audit_events SET actor = 'x'",
            "DELETE FROM audit_events",
        ] {
            let outcome = db.write(move |conn| Ok(sql::<()>(statement).execute(conn)?));
            assert!(outcome.is_err(), "{statement}");
        }
    });
}

/// Columns by table, in order.
fn columns(db: &Db) -> BTreeMap<String, Vec<String>> {
    let rows = db.read(|conn| {
        let query = match conn {
            Conn::Sqlite(_) => {
                "SELECT m.name, p.name, p.cid FROM sqlite_master m JOIN pragma_table_info(m.name) p \
                 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> '__diesel_schema_migrations' ORDER BY 1, 3"
            }
            Conn::Pg(_) => {
                "SELECT table_name::text, column_name::text, ordinal_position::integer FROM information_schema.columns \
                 WHERE table_schema = 'public' AND table_name <> '__diesel_schema_migrations' ORDER BY 1, 3"
            }
        };
        Ok(sql::<(Text, Text, Integer)>(query).load::<(String, String, i32)>(conn)?)
    });
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (table, column, _) in rows.expect("reads") {
        tables.entry(table).or_default().push(column);
    }
    tables
}

#[test]
fn both_migrations_and_the_program_know_the_same_tables() {
    let found = std::sync::Mutex::new(Vec::new());
    on_both(|db| found.lock().expect("whole").push(columns(db)));
    let found = found.into_inner().expect("whole");
    assert_eq!(found[0], found[1]);

    let schema = include_str!("../src/db/schema.rs");
    let mut declared: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut table = String::new();
    for line in schema.lines().map(str::trim) {
        if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with(") {")) {
            table = name.to_owned();
        } else if let Some((column, _)) = line.split_once(" -> ").filter(|_| line.ends_with(',')) {
            declared
                .entry(table.clone())
                .or_default()
                .push(column.to_owned());
        }
    }
    assert_eq!(found[0], declared);
}

/// Four programs that start at the same moment.
fn start_together(url: &DbUrl) {
    let starts: Vec<_> = (0..4)
        .map(|_| {
            let url = url.clone();
            std::thread::spawn(move || Db::open(&url, 2).and_then(|db| db.migrate()))
        })
        .collect();
    for start in starts {
        start.join().expect("ends").expect("migrates");
    }
}

#[test]
fn first_starts_do_not_race() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.sqlite");
    let url = DbUrl::parse(&format!("sqlite:{}", path.display())).expect("a URL");
    start_together(&url);
    assert_eq!(
        columns(&Db::open(&url, 1).expect("opens"))["holidays"],
        ["id", "date", "name"]
    );
}

#[test]
fn a_newer_database_is_refused() {
    on_both(|db| {
        start_together(db.url());
        db.write(|conn| {
            Ok(
                sql::<()>("INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')")
                    .execute(conn)?,
            )
        })
        .expect("inserts");
        let refusal = db.migrate().expect_err("too new");
        assert!(refusal.to_string().contains("9999"), "{refusal}");
    });
}

//! Saving, restoring and moving everything.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use diesel::prelude::*;
use giaingan::clock::Clock;
use giaingan::config::{Secret, Settings};
use giaingan::db::backup::Checked;
use giaingan::db::schema::{disbursements, holidays};
use giaingan::db::transfer::{Fingerprint, fingerprints};
use giaingan::db::{Conn, Db, DbUrl};
use giaingan::service::backup::{self, Saved};
use giaingan::service::{App, Ctx, changes};
use giaingan::startup;
use serde_json::json;

use crate::support::app::{ADMIN_PASSWORD, TestApp, both, date, empty_postgres_url, postgres_url};
use crate::support::builders::{World, with};
use crate::support::program::{command, ran};

fn ctx(app: &Arc<App>) -> Ctx {
    Ctx::system(app, "test")
}

/// A province with plans, payments, a schedule, alerts and letters with every sort of character, and
/// with what other systems and accounts leave behind.
async fn province(app: &TestApp) -> World {
    let world = World::new(app).await;
    for project in [world.project, world.other_project] {
        world.plan(project, 1_000).await;
        world.pay(project, 10, "2024-05-01").await;
    }
    let note = json!({"date": "2025-01-29", "name": "Tết"});
    world.admin.post("/holidays", note).await.created();
    let month = json!({"unit_id": world.commune, "month": "2024-04"});
    world.admin.post("/period-closings", month).await.created();
    // What no caller gets past the API, and text of any kind.
    let wild = "Tết \"Ất Tỵ\" \\ \u{1}\u{7f} 🎆 a\tb\r\n</script>";
    let done = app.app.db.write(move |conn| {
        Ok(diesel::update(holidays::table)
            .set(holidays::name.eq(wild))
            .execute(conn)?)
    });
    done.expect("writes");
    world.admin.post("/alerts/scans", json!({})).await.ok();
    integrations(app, &world).await;
    world
}

/// A key, a webhook with a delivery that waits, numbered changes, a calendar, an account with a
/// second factor and a checked file.
async fn integrations(app: &TestApp, world: &World) {
    let grant = json!({"role": "viewer", "unit_id": world.commune});
    let key = json!({"name": "TABMIS", "grant": grant});
    world.admin.post("/api-keys", key).await.created();
    let hook = json!({"url": "https://hook.example/", "events": ["plan.changed"]});
    world.admin.post("/webhooks", hook).await.created();
    let source = with(world.plan_body(7), json!({"kind": "supplement"}));
    world.entry(world.project, source).await;
    changes::seal(&ctx(&app.app)).expect("seals");
    let user = app
        .user(
            Some(world.officer),
            json!([{"role": "viewer", "unit_id": world.province}]),
        )
        .await;
    user.post("/me/calendar", json!({})).await.created();
    let again = json!({"current_password": ADMIN_PASSWORD});
    user.post("/me/second-factor", again).await.ok();
}

/// The tables of the program.
fn declared() -> BTreeSet<String> {
    let lines = include_str!("../../src/db/schema.rs").lines();
    let heads = lines.filter(|line| line.ends_with(") {"));
    heads
        .filter_map(|line| line.split_once(" ("))
        .map(|(name, _)| name.trim().to_owned())
        .collect()
}

fn saved(app: &TestApp, folder: &Path) -> (PathBuf, Saved) {
    let file = folder.join("saved.sqlite");
    let saved = backup::make(&ctx(&app.app), &file).expect("saves");
    (file, saved)
}

/// An empty database of each kind, opened by the program.
fn empty(folder: &Path) -> Vec<Arc<App>> {
    let sqlite = format!("sqlite:{}", folder.join("new.sqlite").display());
    [sqlite, postgres_url()].into_iter().map(opened).collect()
}

fn opened(url: String) -> Arc<App> {
    let mut settings = Settings::defaults().expect("complete");
    settings.database_url = Secret::new(url);
    settings.secret = Some(Secret::new("a secret of the tests, 32 bytes or more"));
    startup::open(settings, Clock::new(Some(date("2024-06-30"))))
        .expect("opens")
        .0
}

fn content(db: &Db) -> Vec<Fingerprint> {
    db.read(fingerprints).expect("reads")
}

/// Everything but what restoring itself notes down, and what a backup leaves in the database that it saves.
fn facts(db: &Db) -> Vec<Fingerprint> {
    let mut all = content(db);
    let noted = ["audit_events", "audit_heads", "job_runs", "pending_changes"];
    all.retain(|one| !noted.contains(&one.table.as_str()));
    all
}

fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> = entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

both! {
    async fn a_backup_restores_into_either_database(app: TestApp) {
        province(&app).await;
        let folder = tempfile::tempdir().expect("a folder");
        let (file, saved) = saved(&app, folder.path());
        assert_eq!(saved.content.faults, Vec::<String>::new());
        assert_eq!(files(folder.path()), ["saved.sqlite"], "nothing is left beside it");
        for target in empty(folder.path()) {
            let restored = backup::restore(&ctx(&target), &file, false).expect("restores");
            assert_eq!((restored.rows, restored.audit_events), (saved.content.rows, saved.content.audit_events));
            assert_eq!(facts(&target.db), facts(&app.app.db));
            // New rows go on after the restored ones.
            let added = target.db.write(|conn| {
                let holiday = (holidays::date.eq(date("2026-02-17")), holidays::name.eq("Tết"));
                Ok(diesel::insert_into(holidays::table).values(holiday).returning(holidays::id).get_result::<i64>(conn)?)
            });
            assert_eq!(added.expect("adds"), 2);
            let refusal = backup::restore(&ctx(&target), &file, false).expect_err("holds data");
            assert!(refusal.to_string().contains("--force"), "{refusal}");
            backup::restore(&ctx(&target), &file, true).expect("replaces");
            assert_eq!(facts(&target.db), facts(&app.app.db));
        }
    }

    async fn every_table_travels(app: TestApp) {
        province(&app).await;
        let folder = tempfile::tempdir().expect("a folder");
        let (file, saved) = saved(&app, folder.path());
        let mut expected = declared();
        // Who holds what just now, and what readers keep in memory: of the running installation alone.
        for staying in ["leases", "project_changes"] {
            assert!(expected.remove(staying), "{staying}");
        }
        let [target, other] = <[Arc<App>; 2]>::try_from(empty(folder.path())).ok().expect("two");
        backup::restore(&ctx(&target), &file, false).expect("restores");
        let moved = backup::copy_to(&ctx(&app.app), other.settings.database_url.expose(), false, &mut |_, _| {}).expect("moves");
        assert_eq!(moved.tables, expected.len());
        for db in [&app.app.db, &target.db, &other.db] {
            let found = content(db);
            let names: BTreeSet<String> = found.iter().map(|one| one.table.clone()).collect();
            assert_eq!(names, expected);
            for filled in ["api_keys", "webhooks", "webhook_deliveries", "changes", "pending_changes", "calendar_feeds", "users", "grants", "sessions"] {
                let one = found.iter().find(|one| one.table == filled).expect("a table");
                assert!(one.rows > 0, "{filled}");
            }
        }
        assert_eq!(saved.content.faults, Vec::<String>::new());
    }

    async fn only_the_owner_may_read_a_backup(app: TestApp) {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let (file, _) = saved(&app, folder.path());
        assert_eq!(file.metadata().expect("a file").permissions().mode() & 0o777, 0o600);
        let again = backup::make(&ctx(&app.app), &file).expect_err("there is one");
        assert!(again.to_string().contains("exists already"), "{again}");
    }

    async fn a_changed_backup_is_refused_and_nothing_is_touched(app: TestApp) {
        province(&app).await;
        let folder = tempfile::tempdir().expect("a folder");
        let (file, _) = saved(&app, folder.path());
        let before = content(&app.app.db);
        let altered = folder.path().join("altered.sqlite");
        for (statement, said) in [
            ("UPDATE holidays SET name = 'x'", "holidays is not what was saved"),
            ("DROP TABLE backup_manifest", "no list"),
            ("DELETE FROM backup_manifest WHERE table_name = 'users'", "not saved"),
            ("INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')", "newer program"),
        ] {
            std::fs::copy(&file, &altered).expect("copies");
            let mut conn = diesel::SqliteConnection::establish(altered.to_str().expect("text")).expect("opens");
            diesel::sql_query(statement).execute(&mut conn).expect("alters");
            drop(conn);
            let refusal = backup::restore(&ctx(&app.app), &altered, true).expect_err(statement);
            assert!(refusal.to_string().contains(said), "{statement}: {refusal}");
        }
        let bytes = std::fs::read(&file).expect("reads");
        std::fs::write(&altered, &bytes[..bytes.len() / 2]).expect("cuts");
        backup::restore(&ctx(&app.app), &altered, true).expect_err("cut");
        assert_eq!(content(&app.app.db), before);
    }

    async fn what_fails_while_restoring_leaves_everything_as_it_was(app: TestApp) {
        province(&app).await;
        let folder = tempfile::tempdir().expect("a folder");
        let (file, _) = saved(&app, folder.path());
        let before = content(&app.app.db);
        let checked = Checked::open(&file, &folder.path().join("scratch")).expect("sound");
        let failed = checked.restore(app.app.db.url(), |_: &mut Conn| -> giaingan::error::Result<()> {
            Err(giaingan::error::Error::Internal("on purpose".into()))
        });
        assert!(failed.is_err());
        assert_eq!(content(&app.app.db), before);
    }

    async fn no_running_instance_is_pulled_the_rug_from(app: TestApp) {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, _) = saved(&app, folder.path());
        giaingan::service::jobs::beat(&ctx(&app.app), "other").expect("beats");
        let refusal = backup::restore(&ctx(&app.app), &file, true).expect_err("runs");
        assert!(refusal.to_string().contains("stop it first"), "{refusal}");
        giaingan::service::jobs::leave(&ctx(&app.app), "other").expect("leaves");
        backup::restore(&ctx(&app.app), &file, true).expect("restores");
    }

    async fn a_tampered_log_is_told_by_its_backup(app: TestApp) {
        province(&app).await;
        app.app.db.write(|conn| {
            let table = if conn.is_sqlite() { "" } else { " ON audit_events" };
            diesel::sql_query(format!("DROP TRIGGER audit_events_no_update{table}")).execute(conn)?;
            diesel::sql_query("UPDATE audit_events SET actor = 'x' WHERE id = 2").execute(conn)?;
            Ok(())
        }).expect("tampers");
        let folder = tempfile::tempdir().expect("a folder");
        let (_, saved) = saved(&app, folder.path());
        assert!(saved.content.faults[0].contains("broken at 2"), "{:?}", saved.content.faults);
    }

    async fn everything_moves_to_another_database_and_an_interrupted_move_goes_on(app: TestApp) {
        province(&app).await;
        let url = postgres_url();
        let mut told = Vec::new();
        let mut tell = |one: &Fingerprint, new: bool| told.push((one.table.clone(), one.rows, new));
        let moved = backup::copy_to(&ctx(&app.app), &url, false, &mut tell).expect("moves");
        assert!(moved.faults.is_empty(), "{moved:?}");
        let target = Db::open(&DbUrl::parse(&url).expect("a URL"), 2).expect("opens");
        assert_eq!(content(&target), content(&app.app.db));
        assert!(told.iter().any(|(table, rows, new)| table == "disbursements" && *rows == 2 && *new));

        let refusal = backup::copy_to(&ctx(&app.app), &url, false, &mut |_, _| {}).expect_err("holds data");
        assert!(refusal.to_string().contains("--force"), "{refusal}");
        // As an interrupted move leaves it: marked, and some tables not there yet.
        target.write(|conn| {
            let never = giaingan::db::FOREVER.and_time(chrono::NaiveTime::MIN);
            giaingan::db::leases::take(conn, "copy", "copy-to", never, never)?;
            for table in ["mail_alerts", "mails", "settings", "audit_anchor_heads"] {
                diesel::sql_query(format!("DELETE FROM {table}")).execute(conn)?;
            }
            Ok(())
        }).expect("interrupts");
        let half = startup::open(settings_of(&url), Clock::new(None)).err().expect("half of it");
        assert!(half.to_string().contains("unfinished copy"), "{half}");
        let mut new = Vec::new();
        backup::copy_to(&ctx(&app.app), &url, false, &mut |one, copied| if copied { new.push(one.table.clone()) }).expect("goes on");
        assert!(!new.contains(&"projects".to_owned()), "{new:?}");
        assert_eq!(content(&target), content(&app.app.db));
        startup::open(settings_of(&url), Clock::new(None)).expect("whole");
    }

    async fn the_commands_do_it_too(app: TestApp) {
        province(&app).await;
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("b.sqlite").display().to_string();
        let (done, said) = ran(command(&app, &["backup", &file], &[]));
        assert!(done && said.contains("tried to restore it"), "{said}");
        let (done, said) = ran(command(&app, &["restore", &file], &[]));
        assert!(!done && said.contains("--force"), "{said}");
        let (done, said) = ran(command(&app, &["restore", &file, "--dry-run"], &[]));
        assert!(done && said.contains("can be restored"), "{said}");
        app.app.db.write(|conn| Ok(diesel::delete(giaingan::db::schema::voucher_claims::table).execute(conn)?)).expect("loses");
        let (done, said) = ran(command(&app, &["restore", &file, "--force"], &[]));
        assert!(done && said.contains("Restored"), "{said}");
        let count = app.app.db.read(|conn| Ok(disbursements::table.count().get_result::<i64>(conn)?)).expect("counts");
        assert_eq!(count, 2);
        // Into a database that is not even made yet, and into an empty one.
        let fresh = format!("sqlite:{}", folder.path().join("deep/new.sqlite").display());
        for url in [fresh, empty_postgres_url()] {
            let (done, said) = ran(command(&app, &["restore", &file], &[("GIAINGAN_DATABASE_URL", &url)]));
            assert!(done && said.contains("Restored"), "{said}");
        }
        let url = postgres_url();
        let (done, said) = ran(command(&app, &["copy-to", &url], &[]));
        assert!(done && said.contains("hold the same"), "{said}");
    }

    async fn a_backup_goes_through_a_pipe(app: TestApp) {
        province(&app).await;
        let folder = tempfile::tempdir().expect("a folder");
        let scratch = folder.path().join("scratch");
        std::fs::create_dir(&scratch).expect("a folder");
        let variables = [("TMPDIR", scratch.to_str().expect("a path"))];
        let made = command(&app, &["backup", "-"], &variables).output().expect("the program runs");
        assert!(made.status.success() && made.stdout.starts_with(b"SQLite format 3\0"), "{}", String::from_utf8_lossy(&made.stderr));
        let file = folder.path().join("piped");
        std::fs::write(&file, &made.stdout).expect("writes");
        let url = format!("sqlite:{}", folder.path().join("new.sqlite").display());
        for arguments in [["restore", "-", "--dry-run"].as_slice(), ["restore", "-"].as_slice()] {
            let mut restore = command(&app, arguments, &[variables[0], ("GIAINGAN_DATABASE_URL", &url)]);
            restore.stdin(std::fs::File::open(&file).expect("opens"));
            let (done, said) = ran(restore);
            assert!(done, "{said}");
        }
        assert_eq!(facts(&opened(url).db), facts(&app.app.db));
        assert_eq!(files(&scratch), Vec::<String>::new(), "nothing is left on the way");
    }
}

fn settings_of(url: &str) -> Settings {
    let mut settings = Settings::defaults().expect("complete");
    settings.database_url = Secret::new(url);
    settings.secret = Some(Secret::new("a secret of the tests, 32 bytes or more"));
    settings
}

//! The command line: settings, doctor, accounts.

use serde_json::{Value, json};

use crate::support::app::{ADMIN_PASSWORD, TestApp, both};
use crate::support::builders::World;
use crate::support::program::{bare, command, ran};
use crate::support::smtp::{Behaviour, SmtpServer};

/// The checks of `doctor --json`, by name, and whether all are well.
fn doctor(app: &TestApp, variables: &[(&str, &str)]) -> (bool, Vec<Value>) {
    let output = command(app, &["doctor", "--json"], variables)
        .output()
        .expect("runs");
    let checks = serde_json::from_slice(&output.stdout).expect("JSON");
    (output.status.success(), checks)
}

fn check<'a>(checks: &'a [Value], name: &str) -> &'a Value {
    let found = checks.iter().find(|check| check["name"] == name);
    found.unwrap_or_else(|| panic!("no check {name}: {checks:#?}"))
}

async fn login(app: &TestApp, username: &str, password: &str) -> u16 {
    let body = json!({"username": username, "password": password});
    app.anonymous().post("/auth/login", body).await.status
}

both! {
    async fn doctor_is_content_with_a_sound_installation(app: TestApp) {
        World::new(&app).await;
        let (well, checks) = doctor(&app, &[]);
        assert!(well, "{checks:#?}");
        for name in ["settings", "database folder", "database", "migrations", "clock", "last scan", "last backup", "mail", "audit chain", "roll-up"] {
            assert_eq!(check(&checks, name)["ok"], true, "{name}");
        }
        assert!(check(&checks, "settings")["detail"].as_str().unwrap().contains("GIAINGAN_DATABASE_URL"));
        let text = checks.iter().map(Value::to_string).collect::<String>();
        assert!(!text.contains("a secret of the tests"), "{text}");
    }

    async fn doctor_finds_what_is_wrong(app: TestApp) {
        let server = SmtpServer::start().await;
        server.behave(Behaviour::Refuse);
        app.app.db.write(|conn| {
            use diesel::RunQueryDsl;
            diesel::sql_query("DELETE FROM __diesel_schema_migrations WHERE version = '0006'").execute(conn)?;
            Ok(())
        }).expect("forgets one");
        let (well, checks) = doctor(&app, &[("GIAINGAN_MAIL_URL", &server.url()), ("GIAINGAN_LISEN", "x"), ("GIAINGAN_BACKUP_DIR", "/nowhere")]);
        assert!(!well);
        for (name, said) in [("settings", "GIAINGAN_LISEN"), ("migrations", "0006"), ("mail", ""), ("backup folder", "/nowhere")] {
            let check = check(&checks, name);
            assert_eq!(check["ok"], false, "{check}");
            assert!(check["detail"].as_str().unwrap().contains(said), "{check}");
        }
    }

    async fn accounts_are_managed_at_the_machine(app: TestApp) {
        World::new(&app).await;
        let user = |arguments: &[&str]| {
            let arguments: Vec<&str> = ["user"].iter().chain(arguments).copied().collect();
            ran(command(&app, &arguments, &[("GIAINGAN_ADMIN_PASSWORD", ADMIN_PASSWORD)]))
        };
        let (done, said) = user(&["add", "ha.tran", "--role", "coordinator", "--unit", "193"]);
        assert!(done, "{said}");
        assert_eq!(login(&app, "ha.tran", ADMIN_PASSWORD).await, 200);
        let (done, said) = user(&["grant", "ha.tran", "--role", "officer", "--agency", "BQL"]);
        assert!(done, "{said}");
        let (_, said) = user(&["list"]);
        assert!(said.contains("coordinator (unit 2), officer (agency 2)"), "{said}");
        let (_, said) = user(&["sessions", "ha.tran"]);
        assert!(said.contains("api") && said.contains("127.0.0.1"), "{said}");
        assert!(user(&["sessions", "ha.tran", "--end"]).0);
        assert_eq!(user(&["sessions", "ha.tran"]).1, "");
        assert!(user(&["revoke", "ha.tran", "--role", "officer", "--agency", "BQL"]).0);
        let (done, said) = user(&["reset-password", "ha.tran", "--generate"]);
        let made = said.trim().rsplit(' ').next().expect("a password").to_owned();
        assert!(done && login(&app, "ha.tran", &made).await == 200, "{said}");
        assert!(user(&["disable", "ha.tran"]).0);
        assert_eq!(login(&app, "ha.tran", &made).await, 401);
        for (wrong, why) in [
            (vec!["add", "x.y", "--role", "king", "--unit", "22"], "one of admin"),
            (vec!["add", "x.y", "--role", "viewer", "--unit", "nowhere"], "nowhere"),
            (vec!["disable", "admin"], "administrator"),
            (vec!["revoke", "ha.tran", "--role", "admin", "--unit", "22"], "Not found"),
            (vec!["disable", "nobody"], "Not found"),
        ] {
            let (done, said) = user(&wrong);
            assert!(!done && said.contains(why), "{wrong:?}: {said}");
        }
    }
}

#[test]
fn the_settings_are_shown_with_their_sources_and_without_secrets() {
    let folder = tempfile::tempdir().expect("a folder");
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "a secret of the tests, 32 bytes or more\n").expect("writes");
    let mut show = bare(&["config", "show"]);
    show.env("GIAINGAN_SECRET_FILE", &secret);
    show.env(
        "GIAINGAN_DATABASE_URL",
        "postgres://ann:s3cret@db.example/giaingan",
    );
    let (done, said) = ran(show);
    assert!(
        done && !said.contains("s3cret") && !said.contains("a secret of"),
        "{said}"
    );
    let line = |name: &str| {
        said.lines()
            .find(|line| line.starts_with(name))
            .expect("a line")
            .to_owned()
    };
    assert!(line("secret ").contains("*** ") && line("secret ").contains("GIAINGAN_SECRET_FILE"));
    assert!(line("database_url").contains("postgres://***@db.example/giaingan"));
    assert!(line("scan_hour").ends_with("default"));
    let mut check = bare(&["config", "check"]);
    check.env("GIAINGAN_LISEN", "x");
    let (done, said) = ran(check);
    assert!(!done && said.contains("GIAINGAN_LISEN"), "{said}");
}

use std::process::Command;

use super::load::{Load, assert_whole, world};
use crate::support::app::TestApp;
use crate::support::program::{Program, command};

/// Sets how large a file of the process may become, as a full disk would.
fn limit(program: &Program, bytes: &str) {
    let (id, size) = (
        program.child.id().to_string(),
        format!("--fsize={bytes}:unlimited"),
    );
    let set = Command::new("prlimit").args(["--pid", &id, &size]).status();
    assert!(set.expect("prlimit runs").success());
}

#[actix_web::test]
async fn on_a_full_disk_reads_go_on_and_writes_do_again_when_there_is_room() {
    let app = TestApp::sqlite().await;
    let world = world(&app).await;
    // Too large a file is an error to the program then, as a full disk is, and no signal.
    let plain = command(&app, &["serve"], &[]);
    let mut serving = Command::new("sh");
    serving
        .args(["-c", "trap '' XFSZ; exec \"$0\" serve"])
        .arg(plain.get_program());
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => serving.env(name, value),
            None => serving.env_remove(name),
        };
    }
    let mut program = Program::start(serving);
    let client = program.client(&world.admin);
    let load = Load::start(&client, &world, true);
    load.reach(20).await;
    limit(&program, "65536");
    let full = load.recorded();
    let path = format!("/projects/{}/disbursements", world.project);
    for number in 0..20 {
        let body = world.payment_body(1, "2024-05-01", &format!("full{number}"));
        let answer = client.post(&path, body).await;
        assert!([201, 503].contains(&answer.status), "{}", answer.text);
        client.get(&path).await.ok();
    }
    let refused = client
        .post(&path, world.payment_body(1, "2024-05-01", "full"))
        .await;
    refused.refused(503, "not_ready");
    limit(&program, "unlimited");
    load.reach(full + 20).await;
    let answers = load.end().await;
    assert!(
        answers.refused.iter().all(|status| *status == 503),
        "{:?}",
        answers.refused
    );
    assert!(!answers.refused.is_empty());
    assert!(program.end("TERM").success());
    assert_whole(&app, &answers.recorded);
    let sound = app.app.db.read(|conn| {
        use diesel::RunQueryDsl;
        use giaingan::db::sql::sql;
        let check =
            sql::<(diesel::sql_types::Text,)>("SELECT integrity_check FROM pragma_integrity_check");
        Ok(check.get_result::<(String,)>(conn)?.0)
    });
    assert_eq!(sound.expect("reads"), "ok");
}

//! Two processes on one PostgreSQL.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use giaingan::db::schema::{job_runs, mails, scans};
use reqwest::Method;
use tokio::sync::watch;

use crate::api::alerts::watch::Watch;
use crate::faults::load::{assert_whole, vouchers, world};
use crate::support::app::{Client, TestApp};
use crate::support::builders::World;
use crate::support::eml::Eml;
use crate::support::program::{PATIENCE, Program};
use crate::support::smtp::SmtpServer;

/// Mails that may leave at any hour, for a dozen people.
async fn urgent_mails(app: &TestApp) -> i64 {
    let watch = Watch::new(app, &["obstacle_overdue"]).await;
    app.today("2024-03-04");
    for number in 0..12 {
        let person = watch.person(&format!("Người thứ {number}")).await;
        crate::jobs::obstacle(&watch, app, person, "2024-03-01").await;
    }
    let scanned = crate::jobs::scan(app).await;
    let done = app.app.db.write(|conn| {
        diesel::delete(scans::table).execute(conn)?;
        Ok(diesel::update(mails::table)
            .set(mails::reason.eq("escalated"))
            .execute(conn)?)
    });
    done.expect("makes them urgent");
    scanned["mails_queued"].as_i64().expect("a number")
}

fn count(app: &TestApp, what: impl Fn(&mut giaingan::db::Conn) -> QueryResult<i64>) -> i64 {
    app.app.db.read(|conn| Ok(what(conn)?)).expect("counts")
}

#[actix_web::test]
async fn every_job_is_done_once_by_one_of_two_processes() {
    let app = TestApp::postgres().await;
    let queued = urgent_mails(&app).await;
    let server = SmtpServer::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let backups = folder.path().display().to_string();
    // The date of today, every job due from midnight on.
    let mail_url = server.url();
    let variables = [
        ("GIAINGAN_TODAY", ""),
        ("GIAINGAN_SCAN_HOUR", "0"),
        ("GIAINGAN_BACKUP_HOUR", "0"),
        ("GIAINGAN_BACKUP_DIR", &backups),
        ("GIAINGAN_MAIL_URL", &mail_url),
    ];
    let mut programs = [
        Program::serve(&app, &variables),
        Program::serve(&app, &variables),
    ];
    let begun = Instant::now();
    let done = |app: &TestApp| {
        count(app, |conn| {
            job_runs::table
                .filter(job_runs::done_for.is_not_null())
                .count()
                .get_result(conn)
        })
    };
    let sent = |app: &TestApp| {
        count(app, |conn| {
            mails::table
                .filter(mails::reason.eq("escalated"))
                .filter(mails::state.eq("sent"))
                .count()
                .get_result(conn)
        })
    };
    while done(&app) < 3 || sent(&app) < queued {
        assert!(
            begun.elapsed() < PATIENCE,
            "{:?}",
            programs.each_ref().map(Program::log)
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for program in &mut programs {
        assert!(program.end("TERM").success());
    }
    let ids: Vec<String> = server
        .received()
        .iter()
        .map(|mail| Eml::parse(&mail.raw).header("Message-ID"))
        .collect();
    assert_eq!(
        ids.len(),
        ids.iter().collect::<BTreeSet<_>>().len(),
        "no mail twice"
    );
    assert_eq!(
        count(&app, |conn| scans::table.count().get_result(conn)),
        1,
        "one scan"
    );
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("a folder").count(),
        1,
        "one backup"
    );
    let logged = |message: &str| {
        let lines = programs.iter().flat_map(Program::log);
        lines.filter(|line| line["message"] == message).count()
    };
    assert_eq!(
        (
            logged("scanned"),
            logged("backed up"),
            logged("a job failed")
        ),
        (1, 1, 0)
    );
}

/// Logs payments at both processes in turn; without an answer it asks the other again, by the same key.
async fn insist(
    clients: [Client; 2],
    world_path: String,
    world: World,
    first: usize,
    stop: watch::Receiver<bool>,
) -> BTreeSet<String> {
    let mut recorded = BTreeSet::new();
    let mut turn = first;
    while !*stop.borrow() || recorded.len() < 10 {
        let voucher = format!("{first}/{}", recorded.len());
        let body = world.payment_body(1, "2024-05-01", &voucher);
        let begun = Instant::now();
        loop {
            assert!(begun.elapsed() < PATIENCE, "no answer from either");
            turn += 1;
            let request = clients[turn % 2].request(Method::POST, &world_path);
            let answer = request
                .header("Idempotency-Key", &voucher)
                .json(&body)
                .send()
                .await;
            match answer.map(|answer| answer.status().as_u16()) {
                Ok(201) => break,
                // Its twin may still hold the connection that the killed process left.
                Ok(409 | 503) | Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
                Ok(status) => panic!("{voucher}: {status}"),
            }
        }
        recorded.insert(voucher);
    }
    recorded
}

#[actix_web::test]
async fn one_of_two_processes_is_killed_and_nothing_is_lost_or_done_twice() {
    let app = TestApp::postgres().await;
    let world = world(&app).await;
    let mut one = Program::serve(&app, &[]);
    let two = Program::serve(&app, &[]);
    let clients = [one.client(&world.admin), two.client(&world.admin)];
    // Signed in here, known there.
    let token = clients[0].post("/auth/login", serde_json::json!({"username": "admin", "password": crate::support::app::ADMIN_PASSWORD})).await.ok();
    let there = Client {
        token: token["access_token"].as_str().map(String::from),
        ..clients[1].clone()
    };
    there.get("/me").await.ok();

    let (stop, stopped) = watch::channel(false);
    let callers: Vec<_> = (0..4)
        .map(|number| {
            let project = if number % 2 == 0 {
                world.project
            } else {
                world.other_project
            };
            let path = format!("/projects/{project}/disbursements");
            let copy = World {
                admin: world.admin.clone(),
                ..world
            };
            tokio::spawn(insist(clients.clone(), path, copy, number, stopped.clone()))
        })
        .collect();
    let begun = Instant::now();
    while vouchers(&app).len() < 40 {
        assert!(begun.elapsed() < PATIENCE, "the load does not move");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    one.child.kill().expect("kills");
    let before = vouchers(&app).len();
    while vouchers(&app).len() < before + 40 {
        assert!(begun.elapsed() < PATIENCE * 2, "the other does not go on");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stop.send(true).expect("callers");
    let mut recorded = BTreeSet::new();
    for caller in callers {
        recorded.extend(caller.await.expect("a caller"));
    }
    assert_whole(&app, &recorded);
    assert_eq!(vouchers(&app), recorded, "nothing that nobody was told of");
}

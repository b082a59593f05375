use std::io::{Read, Write};
use std::net::TcpStream;

use super::load::{Load, assert_whole, vouchers, world};
use crate::support::app::both;
use crate::support::program::{PATIENCE, Program, command, signal};

both! {
    async fn told_to_stop_it_answers_what_is_under_way(app: TestApp) {
        let world = world(&app).await;
        let mut program = Program::serve(&app, &[]);
        let load = Load::start(&program.client(&world.admin), &world, false);
        load.reach(20).await;
        // A request whose body is still coming when the word to stop does.
        let address = program.base.trim_start_matches("http://");
        let mut slow = TcpStream::connect(address).expect("connects");
        slow.set_read_timeout(Some(PATIENCE)).expect("a limit");
        let body = world.payment_body(1, "2024-05-01", "slow").to_string();
        let token = world.admin.token.clone().expect("a token");
        let path = format!("/api/v1/projects/{}/disbursements", world.project);
        let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
        let (first, rest) = body.split_at(10);
        slow.write_all(format!("{head}{first}").as_bytes()).expect("writes");
        load.reach(load.recorded() + 5).await;
        signal(&program.child, "TERM");
        program.wait_for("stopping: requests and jobs under way end first");
        slow.write_all(rest.as_bytes()).expect("writes");
        let mut answer = String::new();
        slow.read_to_string(&mut answer).expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
        assert!(program.child.wait().expect("ends").success());
        let mut answers = load.end().await;
        assert_eq!(answers.refused, Vec::<u16>::new());
        answers.recorded.insert("slow".into());
        assert_whole(&app, &answers.recorded);
        // What was not answered was not done either.
        assert_eq!(vouchers(&app), answers.recorded);
        let running = app.app.db.read(|conn| giaingan::db::leases::named(conn, "instance:"));
        assert_eq!(running.expect("reads"), [], "it said that it stops");
    }

    async fn every_line_of_a_request_carries_its_id(app: TestApp) {
        let id = "01234567-89ab-4cde-8f01-23456789abcd";
        let mut serving = command(&app, &["serve"], &[]);
        serving.env("RUST_LOG", "debug");
        let program = Program::start(serving);
        let request = program.client(&app.admin()).request(reqwest::Method::GET, "/projects").header("X-Request-Id", id);
        assert_eq!(request.send().await.expect("an answer").headers()["x-request-id"], id);
        let line = program.wait_for("answered");
        assert_eq!((&line["request_id"], &line["route"], &line["status"]), (&id.into(), &"/api/v1/projects".into(), &200.into()));
        for field in ["timestamp", "level", "method", "micros"] {
            assert!(!line[field].is_null(), "{field} in {line}");
        }
    }
}

//! Many sign-ins at once, from one address: on loopback and bounded.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::app::{ADMIN_PASSWORD, Answer, Client, both};
use crate::support::program::Program;
use crate::support::users;

const FLOOD: usize = 200;

async fn sign_in(client: &Client, username: &str, password: &str) -> Answer {
    let body = json!({"username": username, "password": password});
    client.post("/auth/login", body).await
}

/// How many answers had each status; 429 says how long to wait.
fn statuses(answers: &[Answer]) -> BTreeMap<u16, usize> {
    let mut counts = BTreeMap::new();
    for answer in answers {
        *counts.entry(answer.status).or_default() += 1;
        let waits = answer
            .header("retry-after")
            .parse::<u64>()
            .is_ok_and(|seconds| seconds > 0);
        assert_eq!(waits, answer.status == 429, "{}", answer.text);
    }
    counts
}

/// The most memory that a process ever had, in bytes.
fn peak(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("Linux");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .expect("a peak");
    let kilobytes = line.trim().trim_end_matches(" kB");
    kilobytes.parse::<u64>().expect("a number") * 1024
}

both! {
    async fn a_flood_of_sign_ins_gets_ten_guesses_and_harms_nobody(app: TestApp) {
        users::made(&app, "canbo", json!([{"role": "viewer", "unit_id": 1}])).await;
        let program = Program::serve(&app, &[]);
        let (admin, stranger) = (program.client(&app.admin()), program.client(&app.anonymous()));
        let flood = join_all((0..FLOOD).map(|number| {
            let stranger = stranger.clone();
            async move { sign_in(&stranger, "admin", &format!("sai mật khẩu {number}")).await }
        }));
        let others = async {
            let mut served = 0;
            for _ in 0..20 {
                let me = admin.request(reqwest::Method::GET, "/me").timeout(Duration::from_secs(30));
                served += usize::from(Answer::of(me).await.status == 200);
            }
            served
        };
        let (answers, served) = tokio::join!(flood, others);
        assert_eq!(served, 20);
        let counts = statuses(&answers);
        let guesses = counts.get(&401).copied().unwrap_or_default();
        // Four are hashed at once, so that three more may be under way when the tenth is counted.
        assert!((10..=13).contains(&guesses) && counts.get(&429) == Some(&(FLOOD - guesses)), "{counts:?}");
        // Two hundred hashes at once would take nine gigabytes.
        let peak = peak(program.child.id());
        assert!(peak < 600 << 20, "{peak} bytes");

        // Whoever is attacked waits too, and nobody else does.
        assert_eq!(statuses(&[sign_in(&stranger, "admin", ADMIN_PASSWORD).await]), BTreeMap::from([(429, 1)]));
        sign_in(&stranger, "canbo", ADMIN_PASSWORD).await.ok();
    }

    async fn an_address_that_tries_many_names_is_stopped(app: TestApp) {
        let program = Program::serve(&app, &[]);
        let stranger = program.client(&app.anonymous());
        let answers = join_all((0..FLOOD).map(|number| {
            let stranger = stranger.clone();
            async move { sign_in(&stranger, &format!("user{number}"), "mật khẩu phổ biến").await }
        })).await;
        let counts = statuses(&answers);
        let guesses = counts.get(&401).copied().unwrap_or_default();
        assert!((100..=103).contains(&guesses) && counts.get(&429) == Some(&(FLOOD - guesses)), "{counts:?}");
        let problem: &Value = &answers.iter().find(|answer| answer.status == 429).expect("a refusal").body;
        assert_eq!(problem["code"], "too_many_requests");
    }
}

//! How much one caller may ask, and how slowly.

use std::num::NonZeroU32;

use futures_util::future::join_all;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::app::{Answer, Client, TestApp};
use crate::support::builders::user_with;

/// An instance where everybody may make two requests per second.
async fn strict() -> TestApp {
    TestApp::with(|settings| settings.rate_limit = NonZeroU32::new(2).expect("two")).await
}

/// More than two seconds would allow, at once.
async fn flood(caller: &Client, path: &str) -> (usize, Vec<Answer>) {
    let answers = join_all((0..40).map(|_| caller.get(path))).await;
    let (refused, passed): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == 429);
    (passed.len(), refused)
}

#[actix_web::test]
async fn whoever_asks_too_much_waits_and_nobody_else_does() {
    let app = strict().await;
    let (greedy, modest) = (user_with(&app, "viewer", Some(1), None, None), app.admin());
    let (passed, refused) = flood(&greedy, "/me").await;
    assert!(passed >= 2 && !refused.is_empty(), "{passed} passed");
    let refused = refused.into_iter().next().expect("a refusal");
    assert_eq!(refused.header("ratelimit-policy"), "\"default\";q=2;w=1");
    assert_eq!(refused.header("ratelimit"), "\"default\";r=0;t=1");
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(refused.header("x-request-id").len(), 36);
    refused.refused(429, "too_many_requests");
    let answer = modest.get("/me").await;
    assert_eq!(answer.header("ratelimit"), "\"default\";r=1;t=1");
    answer.ok();
}

#[actix_web::test]
async fn made_up_credentials_count_for_their_address() {
    let app = strict().await;
    let ask = |number: usize| {
        let stranger = Client {
            token: Some(format!("gk_0000000{number}_x")),
            ..app.anonymous()
        };
        async move { stranger.get("/me").await.status }
    };
    let statuses = join_all((0..40).map(ask)).await;
    assert!(statuses.contains(&429), "{statuses:?}");
    app.admin().get("/me").await.ok();
    // Whoever watches the system is not counted.
    let stranger = app.anonymous();
    let watched = join_all((0..40).map(|_| stranger.get("//health/live"))).await;
    assert!(watched.iter().all(|answer| answer.status == 200));
}

#[actix_web::test]
async fn a_key_may_have_a_limit_of_its_own() {
    let app = TestApp::sqlite().await;
    let body = json!({"name": "x", "grant": {"role": "viewer", "unit_id": 1}, "rate_limit": 2});
    let made = app.admin().post("/api-keys", body).await.created();
    let secret = made["secret"].as_str().expect("a secret").to_owned();
    let system = Client {
        token: Some(secret),
        ..app.anonymous()
    };
    system.get("/me").await.ok();
    let (passed, refused) = flood(&system, "/me").await;
    assert!(passed >= 1 && !refused.is_empty(), "{passed} passed");
    assert_eq!(refused[0].header("ratelimit-policy"), "\"default\";q=2;w=1");
    assert_eq!(
        app.admin().get("/me").await.header("ratelimit-policy"),
        "\"default\";q=2000;w=1"
    );
}

/// Says something, says nothing more, and hears what the server thinks of it.
async fn trickle(app: &TestApp, text: &str) -> String {
    let address = app.base.trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(address).await.expect("connects");
    stream.write_all(text.as_bytes()).await.expect("sends");
    let mut answer = Vec::new();
    // Ends when the server closes the connection, which is the point.
    stream.read_to_end(&mut answer).await.expect("an end");
    String::from_utf8_lossy(&answer).into_owned()
}

#[actix_web::test]
async fn whoever_sends_slowly_is_cut_off_while_others_are_served() {
    let app = TestApp::with(|settings| settings.request_seconds = 1).await;
    let token = app.admin().token.expect("a token");
    let head = format!(
        "POST /api/v1/holidays HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
    );
    let slow_body = format!("{head}Content-Length: 100\r\n\r\n{{");
    let slow_head = "POST /api/v1/holidays HTTP/1.1\r\nHost: x\r\n";
    let admin = app.admin();
    let (body, head, others) = tokio::join!(
        join_all((0..20).map(|_| trickle(&app, &slow_body))),
        join_all((0..20).map(|_| trickle(&app, slow_head))),
        join_all((0..20).map(|_| admin.get("/me"))),
    );
    for answer in body {
        assert!(
            answer.starts_with("HTTP/1.1 408 ") && answer.contains("\"code\":\"request_timeout\""),
            "{answer}"
        );
    }
    assert!(
        head.iter()
            .all(|answer| answer.is_empty() || answer.starts_with("HTTP/1.1 408 ")),
        "{head:?}"
    );
    assert!(others.iter().all(|answer| answer.status == 200));
}

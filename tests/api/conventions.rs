//! What every call promises (api.md, Conventions), tried on one resource.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{Answer, Client, both};

async fn raw(client: &Client, kind: &str, body: impl Into<reqwest::Body>) -> Answer {
    let request = client
        .request(Method::POST, "/holidays")
        .header("Content-Type", kind);
    Answer::of(request.body(body)).await
}

async fn count(client: &Client) -> usize {
    client.get("/holidays?limit=200").await.ok()["data"]
        .as_array()
        .expect("a list")
        .len()
}

both! {
    async fn bad_bodies_are_problems_and_write_nothing(app: TestApp) {
        let admin = app.admin();
        let json = "application/json";
        raw(&admin, json, "{").await.refused(400, "malformed");
        raw(&admin, json, "[]").await.refused(400, "malformed");
        raw(&admin, json, b"{\"name\": \"\xff\xfe\"}".to_vec()).await.refused(400, "malformed");
        raw(&admin, json, "[".repeat(900_000)).await.refused(400, "malformed");
        raw(&admin, json, "[".repeat(10_000_000)).await.refused(413, "too_large");
        raw(&admin, "text/plain", "{}").await.refused(415, "unsupported_media_type");
        raw(&admin, json, "{\"date\": \"2025-01-29\", \"name\": \"a\\u0000b\"}").await.refused(422, "invalid");
        raw(&admin, json, "{\"date\": 20250129, \"name\": []}").await.refused(422, "invalid");
        raw(&admin, json, "{}").await.refused(422, "required");
        for date in ["2023-02-29", "2024-13-01", "29/01/2025", "2025-1-2", "", "0000-00-00", "99999-01-01"] {
            let problem = admin.post("/holidays", json!({"date": date, "name": "x"})).await;
            assert_eq!(problem.status, 422, "{date}: {}", problem.text);
        }
        let long = "x".repeat(201);
        admin.post("/holidays", json!({"date": "2025-01-29", "name": long})).await.refused(422, "out_of_range");
        assert_eq!(count(&admin).await, 0);
    }

    async fn text_is_stored_composed_and_hidden_characters_are_refused(app: TestApp) {
        let admin = app.admin();
        let decomposed = "Te\u{302}\u{301}t";
        let made = admin.post("/holidays", json!({"date": "2025-01-29", "name": decomposed})).await.created();
        assert_eq!(made["name"], "Tết");
        for hidden in ["a\u{200b}b", "a\u{202e}b", "a\u{7}b", "a\nb", "   "] {
            let answer = admin.post("/holidays", json!({"date": "2025-01-30", "name": hidden})).await;
            assert_eq!(answer.status, 422, "{hidden:?}");
        }
    }

    async fn wrong_addresses_and_methods_are_problems(app: TestApp) {
        let admin = app.admin();
        admin.get("/nothing-here").await.refused(404, "not_found");
        admin.get("/holidays/1").await.refused(404, "not_found");
        admin.get("/holidays/abc").await.refused(404, "not_found");
        admin.get("/holidays/99999999999999999999").await.refused(404, "not_found");
        let deleted = Answer::of(admin.request(Method::DELETE, "/holidays")).await;
        assert_eq!(deleted.header("allow"), "GET, POST, HEAD");
        deleted.refused(405, "method_not_allowed");
    }

    async fn lists_are_walked_by_cursors(app: TestApp) {
        let admin = app.admin();
        for day in 1..=7 {
            admin.post("/holidays", json!({"date": format!("2025-03-0{day}"), "name": "x"})).await.created();
        }
        let mut seen: Vec<Value> = Vec::new();
        let mut path = "/holidays?limit=3".to_owned();
        loop {
            let page = admin.get(&path).await;
            let link = page.header("link").to_owned();
            let page = page.ok();
            seen.extend(page["data"].as_array().expect("a list").iter().map(|row| row["date"].clone()));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            assert!(link.contains(cursor) && link.ends_with("rel=\"next\""), "{link}");
            // A row that comes in between must not shift the next page.
            if seen.len() == 3 {
                admin.post("/holidays", json!({"date": "2025-03-08", "name": "x"})).await.created();
            }
            path = format!("/holidays?limit=3&cursor={cursor}");
        }
        let expected: Vec<Value> = (1..=8).map(|day| json!(format!("2025-03-0{day}"))).collect();
        assert_eq!(seen, expected);
        admin.get("/holidays?cursor=AAAA").await.refused(400, "bad_cursor");
        admin.get("/holidays?limit=0").await.refused(422, "out_of_range");
        admin.get("/holidays?limit=201").await.refused(422, "out_of_range");
        admin.get("/holidays?limit=x").await.refused(422, "invalid");
        admin.get("/holidays?colour=red").await.refused(422, "unknown_field");
        admin.get("/holidays/1?colour=red").await.refused(422, "unknown_field");
    }

    async fn problems_speak_the_readers_language(app: TestApp) {
        let admin = app.admin();
        let body = json!({"date": "2025-01-29"});
        let vietnamese = admin.post("/holidays", body.clone()).await.refused(422, "required");
        assert_eq!(vietnamese["errors"][0]["message"], "Thiếu trường bắt buộc.");
        let english = admin.request(Method::POST, "/holidays").header("Accept-Language", "en-GB,en;q=0.9");
        let english = Answer::of(english.json(&body)).await.refused(422, "required");
        assert_eq!(english["errors"][0]["message"], "This field is required.");
        assert_eq!(english["instance"], "/api/v1/holidays");
        // The type says where the code is explained.
        let (page, code) = english["type"].as_str().and_then(|kind| kind.split_once('#')).expect("a type");
        let explained = app.anonymous().get(&format!("/{page}")).await;
        assert!(explained.status == 200 && explained.text.contains(&format!("id=\"{code}\"")), "{}", explained.text);
    }

    async fn request_ids_are_echoed_when_they_are_ids(app: TestApp) {
        let admin = app.admin();
        let id = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";
        let ask = |id: &str| Answer::of(admin.request(Method::GET, "/holidays").header("X-Request-Id", id));
        assert_eq!(ask(id).await.header("x-request-id"), id);
        let made = ask("<script>").await.header("x-request-id").to_owned();
        assert_eq!(made.len(), 36);
    }

    async fn a_key_makes_a_post_safe_to_repeat(app: TestApp) {
        let admin = app.admin();
        let send = |key: &str, name: &str| {
            let request = admin.request(Method::POST, "/holidays").header("Idempotency-Key", key);
            Answer::of(request.json(&json!({"date": "2025-01-29", "name": name})))
        };
        let first = send("k-1", "Tết").await;
        assert_eq!(first.header("idempotency-replayed"), "");
        let second = send("k-1", "Tết").await;
        assert_eq!(second.header("idempotency-replayed"), "true");
        assert_eq!(second.header("location"), first.header("location"));
        assert_eq!(first.created(), second.created());
        send("k-1", "Tết khác").await.refused(422, "idempotency_key_reused");
        assert_eq!(count(&admin).await, 1);
        // A refusal frees its key.
        send("k-2", "Tết").await.refused(422, "duplicate_code");
        let request = admin.request(Method::POST, "/holidays").header("Idempotency-Key", "k-2");
        Answer::of(request.json(&json!({"date": "2025-01-30", "name": "Tết"}))).await.created();
        for bad in ["", "a b"] {
            send(bad, "Tết").await.refused(422, "invalid");
        }
    }

    async fn parallel_twins_are_one(app: TestApp) {
        let admin = app.admin();
        let send = || {
            let request = admin.request(Method::POST, "/holidays").header("Idempotency-Key", "twin");
            Answer::of(request.json(&json!({"date": "2025-01-29", "name": "Tết"})))
        };
        let answers = futures_util::future::join_all((0..20).map(|_| send())).await;
        let bodies: Vec<Value> = answers.into_iter().map(Answer::created).collect();
        assert!(bodies.iter().all(|body| *body == bodies[0]));
        assert_eq!(count(&admin).await, 1);
    }

    async fn head_answers_like_get_without_a_body(app: TestApp) {
        let admin = app.admin();
        let made = admin.post("/holidays", json!({"date": "2025-01-29", "name": "Tết"})).await.created();
        let path = format!("/holidays/{}", made["id"]);
        let get = admin.get(&path).await;
        let head = Answer::of(admin.request(Method::HEAD, &path)).await;
        assert_eq!((head.status, head.text.as_str()), (200, ""));
        assert_eq!(head.header("etag"), get.header("etag"));
    }
}

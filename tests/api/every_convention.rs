//! What api.md says under "Conventions", tried on every call that it is about.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{Answer, Client, TestApp, both};
use crate::support::builders::World;
use crate::support::document::{Call, calls, parameters};
use crate::support::objects::Objects;

/// A value that a query parameter takes.
fn sample(schema: &Value) -> String {
    match schema["type"].as_str() {
        Some("array") => {
            let names = schema["items"]["enum"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            let named: Vec<&str> = names.iter().take(2).filter_map(Value::as_str).collect();
            match (named.is_empty(), schema["items"]["type"] == "integer") {
                (false, _) => named.join(","),
                (true, true) => "2024,2025".to_owned(),
                // Months are the one kind of text with a form of its own.
                (true, false) if schema["items"]["pattern"].is_string() => {
                    "2024-01,2024-02".to_owned()
                }
                (true, false) => "a,b".to_owned(),
            }
        }
        Some("integer") => "2024".to_owned(),
        _ => schema["enum"][0]
            .as_str()
            .unwrap_or("2024-06-30")
            .to_owned(),
    }
}

/// The parameters without which a call is refused.
fn needed(operation: &Value) -> String {
    let needed = parameters(operation)
        .into_iter()
        .filter(|one| one["required"] == true);
    needed
        .map(|one| {
            format!(
                "&{}={}",
                one["name"].as_str().expect("a name"),
                sample(&one["schema"])
            )
        })
        .collect()
}

/// The id of some record of a list.
async fn some(admin: &Client, list: &str) -> Option<i64> {
    let page = admin.get(&format!("{list}?limit=1")).await;
    page.body["data"][0]["id"].as_i64()
}

/// Every record that a list leads to: its path.
async fn records(app: &TestApp, admin: &Client, wanted: Method) -> Vec<String> {
    let mut found = Vec::new();
    for Call { method, path, .. } in calls(app).await {
        let Some((list, "")) = path.split_once("/{id}") else {
            continue;
        };
        if method == wanted
            && let Some(id) = some(admin, list).await
        {
            found.push(format!("{list}/{id}"));
        }
    }
    found
}

/// What nobody sees in a text, or what turns it around: a NUL, a bell, a soft hyphen, no space at all, a mark and an
/// override of direction, an isolate, a byte-order mark.
const UNSEEN: [char; 8] = [
    '\0', '\u{7}', '\u{ad}', '\u{200b}', '\u{200f}', '\u{202e}', '\u{2066}', '\u{feff}',
];

/// Puts a character into every text of a body but passwords, which are taken as they are typed.
fn poisoned(value: &Value, with: char) -> Value {
    match value {
        Value::String(text) => json!(format!("{text}{with}x")),
        Value::Array(list) => list.iter().map(|one| poisoned(one, with)).collect(),
        Value::Object(map) => map
            .iter()
            .map(
                |(name, value)| match name.ends_with("password") && with != '\0' {
                    true => (name.clone(), value.clone()),
                    false => (name.clone(), poisoned(value, with)),
                },
            )
            .collect(),
        other => other.clone(),
    }
}

both! {
    async fn every_record_has_a_version(app: TestApp) {
        let world = World::new(&app).await;
        Objects::make(&app, &world).await;
        let admin = app.admin();
        let found = records(&app, &admin, Method::GET).await;
        assert!(found.len() > 11, "{found:?}");
        for path in found {
            let answer = admin.get(&path).await;
            let tag = answer.header("etag").to_owned();
            assert!(tag.starts_with('"') && tag.ends_with('"'), "{path}: {tag:?}");
            answer.ok();
            let known = Answer::of(admin.request(Method::GET, &path).header("If-None-Match", &tag)).await;
            assert_eq!((known.status, known.text.as_str(), known.header("etag")), (304, "", tag.as_str()), "{path}");
            let head = Answer::of(admin.request(Method::HEAD, &path)).await;
            assert_eq!((head.status, head.text.as_str(), head.header("etag")), (200, "", tag.as_str()), "{path}");
        }
        let found = records(&app, &admin, Method::PATCH).await;
        assert!(found.len() > 6, "{found:?}");
        for path in found {
            let stale = admin.request(Method::PATCH, &path).header("If-Match", "\"0\"").json(&json!({}));
            Answer::of(stale).await.refused(412, "stale_version");
            let changed = admin.patch(&path, json!({})).await;
            assert!(changed.status == 200 && changed.header("etag").starts_with('"'), "{path}: {}", changed.text);
        }
    }

    async fn every_list_is_walked_alike(app: TestApp) {
        let world = World::new(&app).await;
        Objects::make(&app, &world).await;
        let admin = app.admin();
        let mut walked = 0;
        for Call { method, path, operation } in calls(&app).await {
            let known = parameters(&operation);
            let has = |name: &str| known.iter().any(|one| one["name"] == name);
            if method != Method::GET || !has("cursor") || path.contains('{') {
                continue;
            }
            let needed = needed(&operation);
            let page = admin.get(&format!("{path}?limit=1{needed}")).await;
            let (link, body) = (page.header("link").to_owned(), page.ok());
            assert!(body["data"].is_array(), "{path}");
            match body["next_cursor"].as_str() {
                Some(cursor) => {
                    assert!(link.contains(cursor) && link.contains("limit=1") && link.ends_with("rel=\"next\""), "{path}: {link}");
                    let next = admin.get(&format!("{path}?limit=1{needed}&cursor={cursor}")).await.ok();
                    assert_ne!(next["data"], body["data"], "{path}");
                    walked += 1;
                }
                None => assert_eq!(link, "", "{path}"),
            }
            admin.get(&format!("{path}?cursor=AAAA{needed}")).await.refused(400, "bad_cursor");
            for limit in ["0", "201"] {
                admin.get(&format!("{path}?limit={limit}{needed}")).await.refused(422, "out_of_range");
            }
        }
        assert!(walked > 8, "{walked}");
    }

    async fn filters_take_several_values(app: TestApp) {
        let admin = app.admin();
        let mut tried = 0;
        for Call { method, path, operation } in calls(&app).await {
            if method != Method::GET || path.contains('{') {
                continue;
            }
            let needed = needed(&operation);
            for one in parameters(&operation).iter().filter(|one| one["schema"]["type"] == "array") {
                let (name, values) = (one["name"].as_str().expect("a name"), sample(&one["schema"]));
                let together = admin.get(&format!("{path}?{name}={values}{needed}")).await;
                assert_eq!(together.status, 200, "{path} {name}={values}: {}", together.text);
                if let Some((first, second)) = values.split_once(',') {
                    let repeated = admin.get(&format!("{path}?{name}={first}&{name}={second}{needed}")).await;
                    assert_eq!(repeated.body["data"], together.body["data"], "{path} {name}");
                    tried += 1;
                }
            }
        }
        assert!(tried > 20, "{tried}");
        for list in ["administrative-units", "agencies", "funding-sources", "projects"] {
            let found = admin.get(&format!("/{list}?code=no-such-code")).await.ok();
            assert_eq!(found["data"], json!([]), "{list}");
        }
    }

    async fn no_text_may_hold_what_is_not_seen(app: TestApp) {
        let admin = app.admin();
        let mut wrong = Vec::new();
        for call in calls(&app).await {
            let Some(example) = call.body().map(|body| &body["example"]) else { continue };
            // What signs people in is taken as it is typed.
            let as_typed = call.path.starts_with("/auth/") || call.path.starts_with("/me/");
            for unseen in UNSEEN.into_iter().filter(|unseen| !as_typed || *unseen == '\0') {
                let body = poisoned(example, unseen);
                if body == *example {
                    continue;
                }
                let answer = Answer::of(admin.request(call.method.clone(), &call.filled("1")).json(&body)).await;
                let codes = answer.body["errors"].as_array().cloned().unwrap_or_default();
                if answer.status != 422 || !codes.iter().all(|fault| fault["code"] == "invalid") {
                    wrong.push(format!("{} {} {unseen:?}: {}", call.method, call.path, answer.text));
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

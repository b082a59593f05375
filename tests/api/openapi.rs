//! The served document: against the last release, and against what the calls do.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::app::{Answer, TestApp, both};
use crate::support::compat::broken;

/// What clients of the last release rely on; a release replaces it (tests/clients/release.py).
const RELEASED: &str = include_str!("../../docs/openapi-v1.json");

#[actix_web::test]
async fn clients_of_the_last_release_are_still_served() {
    let app = TestApp::sqlite().await;
    let served = app.anonymous().get("//api/openapi.json").await.ok();
    let released: Value = serde_json::from_str(RELEASED).expect("JSON");
    let broken = broken(&released, &served);
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn what_breaks_a_client_is_noticed() {
    let old = json!({
        "paths": {"/a": {"post": {
            "parameters": [{"name": "q", "in": "query", "schema": {"type": "string", "maxLength": 10}}],
            "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/In"}}}},
            "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Out"}}}}},
        }}},
        "components": {"schemas": {
            "In": {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer", "minimum": 1}, "b": {"type": "string", "enum": ["x", "y"]}}},
            "Out": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}, "list": {"type": "array", "items": {"type": "object", "properties": {"deep": {"type": "string"}}}}}},
        }},
    });
    assert_eq!(broken(&old, &old), Vec::<String>::new());
    let call = "/paths/~1a/post";
    let (input, output) = ("/components/schemas/In", "/components/schemas/Out");
    let breaking: [(String, Value); 16] = [
        ("/paths/~1a".into(), json!({})),
        (format!("{call}/parameters"), json!([])),
        (format!("{call}/parameters/0/required"), json!(true)),
        (format!("{call}/parameters/0/schema/maxLength"), json!(9)),
        (format!("{call}/requestBody/required"), json!(true)),
        (format!("{call}/responses/200"), Value::Null),
        (format!("{input}/required"), json!(["a", "b"])),
        (format!("{input}/properties/b"), Value::Null),
        (format!("{input}/properties/b/enum"), json!(["x"])),
        (format!("{input}/properties/a/minimum"), json!(2)),
        (format!("{input}/properties/a/type"), json!("string")),
        (format!("{output}/required"), json!([])),
        (format!("{output}/properties/a/type"), json!("integer")),
        (format!("{output}/properties/a/format"), json!("date")),
        (
            format!("{output}/properties/list/items/properties/deep/type"),
            json!("boolean"),
        ),
        (format!("{output}/properties/list/type"), json!("object")),
    ];
    for (pointer, value) in breaking {
        let mut new = old.clone();
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        new.pointer_mut(parent).expect("a parent")[name.replace("~1", "/")] = value;
        assert!(!broken(&old, &new).is_empty(), "{pointer}");
    }
    let mut wider = old.clone();
    wider["paths"]["/b"] = json!({"get": {}});
    wider["components"]["schemas"]["In"]["properties"]["c"] = json!({"type": "string"});
    wider["components"]["schemas"]["Out"]["properties"]["c"] = json!({"type": "string"});
    wider["components"]["schemas"]["In"]["properties"]["b"]["enum"] = json!(["x", "y", "z"]);
    wider["paths"]["/a"]["post"]["parameters"][0]["schema"]["maxLength"] = json!(20);
    assert_eq!(broken(&old, &wider), Vec::<String>::new());
}

/// Every call of the document with its example body, if it takes one.
async fn calls(app: &TestApp) -> Vec<(String, String, Value)> {
    let document = app.anonymous().get("//api/openapi.json").await.ok();
    let mut calls = Vec::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            calls.push((method.to_uppercase(), path.clone(), operation.clone()));
        }
    }
    calls
}

both! {
    async fn examples_are_such_as_the_calls_take(app: TestApp) {
        let admin = app.admin();
        let mut wrong = Vec::new();
        for (method, path, operation) in calls(&app).await {
            let name = format!("{method} {path}");
            let success = operation["responses"].as_object().expect("responses").iter().find(|(status, _)| status.starts_with('2')).expect("a success").1;
            let content = &success["content"]["application/json"];
            if content["schema"]["$ref"].is_string() && !content["example"].is_object() {
                wrong.push(format!("{name}: no example of the answer"));
            }
            let body = &operation["requestBody"]["content"]["application/json"]["example"];
            if body.is_null() {
                continue;
            }
            let filled: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { "999999" } else { part }).collect();
            let filled = filled.join("/").trim_start_matches("/api/v1").to_owned();
            let answer = Answer::of(admin.request(method.parse().expect("a method"), &filled).json(body)).await;
            let codes: BTreeSet<&str> = answer.body["errors"].as_array().into_iter().flatten().filter_map(|fault| fault["code"].as_str()).collect();
            let unread = ["unknown_field", "required", "reason_required"].iter().any(|code| codes.contains(code));
            if answer.status >= 500 || [400, 405, 415].contains(&answer.status) || unread {
                wrong.push(format!("{name}: {body} {}", answer.text));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    async fn refusals_are_documented_with_their_codes(app: TestApp) {
        let admin = app.admin();
        let mut wrong = BTreeSet::new();
        for (method, path, operation) in calls(&app).await {
            let name = format!("{method} {path}");
            let filled: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { "999999" } else { part }).collect();
            let filled = filled.join("/").trim_start_matches("/api/v1").to_owned();
            let method: reqwest::Method = method.parse().expect("a method");
            let plain = || admin.request(method.clone(), &filled);
            let refused = [
                plain().json(&json!({"no_such": 1})),
                plain().header("Content-Type", "application/json").body("{"),
                app.anonymous().request(method.clone(), &filled).json(&json!({})),
                admin.request(method.clone(), &format!("{filled}?no_such=1&cursor=AAAA&limit=0")).json(&json!({})),
                admin.request(method.clone(), &format!("{filled}?cursor=AAAA")).json(&json!({})),
            ];
            for request in refused {
                let answer = Answer::of(request).await;
                if answer.status < 400 {
                    continue;
                }
                let said = &operation["responses"][answer.status.to_string()];
                let codes = &said["content"]["application/problem+json"]["schema"]["allOf"][1]["properties"]["code"]["enum"];
                if !codes.as_array().is_some_and(|codes| codes.contains(&answer.body["code"])) {
                    wrong.insert(format!("{name}: {} {}", answer.status, answer.body["code"]));
                }
                for header in said["headers"].as_object().into_iter().flatten().map(|(name, _)| name) {
                    if !answer.headers.contains_key(header.as_str()) {
                        wrong.insert(format!("{name} {}: no {header}", answer.status));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

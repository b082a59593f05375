//! What api.md says of every call, tried on every call that the OpenAPI document names.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{Answer, TestApp, both};
use crate::support::builders::faults;
use crate::support::document;

/// Method, path with every parameter 1, and what the document says.
async fn calls(app: &TestApp) -> Vec<(Method, String, Value)> {
    let calls = document::calls(app).await.into_iter();
    calls
        .map(|call| (call.method.clone(), call.filled("1"), call.operation))
        .collect()
}

both! {
    async fn unknown_parameters_and_fields_are_refused(app: TestApp) {
        let admin = app.admin();
        for (method, path, operation) in calls(&app).await {
            let name = format!("{method} {path}");
            let request = admin.request(method.clone(), &format!("{path}?no_such=1"));
            let with_body = match operation["requestBody"].is_object() {
                true => request.json(&json!({})),
                false => request,
            };
            let told = ("/no_such".to_owned(), "unknown_field".to_owned());
            let answer = Answer::of(with_body).await;
            assert_eq!(answer.status, 422, "{name}: {}", answer.text);
            assert!(faults(&answer.body).contains(&told), "{name}: {}", answer.text);
            if operation["requestBody"]["content"]["application/json"].is_object() {
                let answer = Answer::of(admin.request(method, &path).json(&json!({"no_such": 1}))).await;
                assert_eq!(answer.status, 422, "{name}: {}", answer.text);
                assert!(faults(&answer.body).contains(&told), "{name}: {}", answer.text);
            }
        }
    }

    async fn strangers_learn_nothing(app: TestApp) {
        let stranger = app.anonymous();
        for (method, path, operation) in calls(&app).await {
            if operation["security"] == json!([]) {
                continue;
            }
            let answer = Answer::of(stranger.request(method.clone(), &path).json(&json!({"no_such": 1}))).await;
            assert_eq!((answer.status, answer.body["code"].as_str()), (401, Some("unauthenticated")), "{method} {path}");
        }
    }

    async fn other_methods_are_refused_and_the_right_ones_named(app: TestApp) {
        let admin = app.admin();
        let calls = calls(&app).await;
        let paths: BTreeSet<&String> = calls.iter().map(|(_, path, _)| path).collect();
        for path in paths {
            let answer = Answer::of(admin.request(Method::DELETE, path)).await;
            let allowed: BTreeSet<String> = answer.header("allow").split(", ").map(str::to_owned).collect();
            let mut expected: BTreeSet<String> =
                calls.iter().filter(|(_, other, _)| other == path).map(|(method, ..)| method.to_string()).collect();
            if expected.contains("GET") {
                expected.insert("HEAD".to_owned());
            }
            assert_eq!(allowed, expected, "{path}");
            answer.refused(405, "method_not_allowed");
        }
    }

    async fn keys_and_versions_are_documented_where_they_count(app: TestApp) {
        for (method, path, operation) in calls(&app).await {
            let named = |header: &str| operation["parameters"].as_array().is_some_and(|all| all.iter().any(|one| one["name"] == header));
            let keyless = path.starts_with("/auth/")
                || path.starts_with("/me/")
                || ["/users", "/api-keys", "/webhooks", "/webhooks/1/secret"].contains(&path.as_str());
            assert_eq!(named("Idempotency-Key"), method == Method::POST && !keyless, "{method} {path}");
            assert_eq!(named("If-Match"), method == Method::PATCH || method == Method::PUT, "{method} {path}");
        }
    }

    async fn amounts_are_whole_numbers_within_53_bits(app: TestApp) {
        let world = crate::support::builders::World::new(&app).await;
        let path = format!("/projects/{}/plan-entries", world.project);
        let body = world.plan_body(424_242).to_string();
        for (amount, status, code) in [
            ("1.5", 422, "invalid"), ("1.0", 422, "invalid"), ("\"5\"", 422, "invalid"), ("1e3", 422, "invalid"), ("true", 422, "invalid"),
            ("null", 422, "required"), ("0", 422, "out_of_range"), ("-1", 422, "out_of_range"), ("9007199254740992", 422, "out_of_range"),
            ("99999999999999999999", 422, "out_of_range"), ("9007199254740991", 201, ""), ("1", 422, "out_of_range"),
        ] {
            let request = world.admin.request(Method::POST, &path).header("Content-Type", "application/json");
            let answer = Answer::of(request.body(body.replace("424242", amount))).await;
            assert_eq!(answer.status, status, "{amount}: {}", answer.text);
            if status != 201 {
                assert_eq!(faults(&answer.refused(422, code)), [("/amount".to_owned(), code.to_owned())], "{amount}");
            }
        }
    }

    async fn a_project_without_lines_has_empty_progress(app: TestApp) {
        let world = crate::support::builders::World::new(&app).await;
        let path = format!("/projects/{}/progress", world.project);
        let answer = world.admin.get(&format!("{path}?budget_year=2024")).await.ok();
        assert_eq!((&answer["lines"], &answer["totals"]["rate"], &answer["as_of"]), (&json!([]), &Value::Null, &json!("2024-06-30")));
        assert_eq!(answer["totals"]["plan"], 0);
        let problem = world.admin.get(&path).await.refused(422, "required");
        assert_eq!(faults(&problem), [("/budget_year".to_owned(), "required".to_owned())]);
    }
}

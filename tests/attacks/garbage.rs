//! Random bytes wherever a caller may put any: nothing breaks, and nothing is told about what is inside.

use std::collections::BTreeSet;

use giaingan::http::pages;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::faults::load::rounds;
use crate::support::app::both;
use crate::support::browser::Browser;
use crate::support::builders::World;
use crate::support::document::{Call, calls, parameters};
use crate::support::objects::Objects;
use crate::support::upload;

/// Words of the inside that no answer may hold.
const INSIDE: [&str; 8] = [
    "panicked",
    "diesel",
    "sqlstate",
    "syntax error",
    "src/",
    ".rs:",
    "no such table",
    "actix",
];

/// Texts of the kind that people who attack know by heart.
const KNOWN: [&str; 16] = [
    "' OR '1'='1",
    "\"; DROP TABLE users; --",
    "%00",
    "../../../../etc/passwd",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "${jndi:ldap://x}",
    "\r\nSet-Cookie: a=b",
    "9223372036854775808",
    "-1",
    "1e309",
    "NaN",
    "0x10",
    "2024-02-30",
    "%",
    "null",
];

/// Gives texts and bytes, the same ones in every run.
struct Garbage {
    runner: TestRunner,
    count: usize,
}

impl Garbage {
    fn new() -> Self {
        let runner = TestRunner::deterministic();
        Garbage { runner, count: 0 }
    }

    fn of<T: std::fmt::Debug>(&mut self, strategy: impl Strategy<Value = T>) -> T {
        let tree = strategy.new_tree(&mut self.runner);
        tree.expect("a value").current()
    }

    fn text(&mut self) -> String {
        self.count += 1;
        match self.count % 3 {
            0 => KNOWN[self.count / 3 % KNOWN.len()].to_owned(),
            1 => self.of(any::<String>()),
            _ => self.of("[0-9.,\\-+eE%_:/TZ]{0,24}"),
        }
    }

    fn bytes(&mut self) -> Vec<u8> {
        self.of(prop::collection::vec(any::<u8>(), 0..80))
    }

    /// Bytes that may stand in a header.
    fn header(&mut self) -> HeaderValue {
        let bytes = self
            .bytes()
            .into_iter()
            .filter(|byte| *byte >= 0x20 && *byte != 0x7f);
        HeaderValue::from_bytes(&bytes.collect::<Vec<u8>>()).expect("bytes of a header")
    }

    /// Percent-encoded for an address: every byte of a text, or any byte at all.
    fn encoded(&mut self) -> String {
        let bytes = match self.count % 4 {
            3 => self.bytes(),
            _ => self.text().into_bytes(),
        };
        bytes.iter().map(|byte| format!("%{byte:02X}")).collect()
    }

    fn json(&mut self) -> Value {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        let value = leaf.prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(any::<String>(), inner, 0..4)
                    .prop_map(|map| json!(map)),
            ]
        });
        self.of(value)
    }

    /// The body with one of its fields replaced.
    fn spoiled(&mut self, example: &Value) -> Value {
        let mut body = example.clone();
        let mut places = Vec::new();
        pointers(&body, String::new(), &mut places);
        let place = places.swap_remove(self.of(0..places.len()));
        let value = match self.of(any::<bool>()) {
            true => json!(self.text()),
            false => self.json(),
        };
        *body.pointer_mut(&place).expect("a place of the body") = value;
        body
    }
}

/// Every place of a value, as JSON pointers.
fn pointers(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                pointers(value, format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                pointers(value, format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
    found.push(at);
}

/// Asks, and looks at the answer.
async fn ask(request: RequestBuilder, what: &str) {
    let answer = request
        .send()
        .await
        .unwrap_or_else(|error| panic!("{what}: {error}"));
    let status = answer.status().as_u16();
    let body = answer.bytes().await.expect("a body");
    look(status, &String::from_utf8_lossy(&body), what);
}

fn look(status: u16, text: &str, what: &str) {
    assert!(status < 500, "{what}: {status} {text}");
    let text = text.to_lowercase();
    let told = INSIDE
        .iter()
        .find(|word| status >= 400 && text.contains(**word));
    assert_eq!(told, None, "{what}: {text}");
}

/// What signs people in or out, the caller as well; hashing is slow on purpose.
fn is_own(call: &Call) -> bool {
    let own = ["/auth/", "/me/", "/users"];
    call.method != Method::GET && own.iter().any(|start| call.path.starts_with(start))
}

fn filled(pattern: &str, value: &str) -> String {
    let parts = pattern
        .split('/')
        .map(|part| if part.starts_with('{') { value } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// Headers that somebody here reads.
const HEADERS: [&str; 16] = [
    "authorization",
    "cookie",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "accept-language",
    "accept",
    "accept-encoding",
    "content-type",
    "content-encoding",
    "origin",
    "sec-fetch-site",
    "referer",
    "x-request-id",
    "x-forwarded-for",
    "range",
];

both! {
    async fn garbage_in_addresses_and_queries_is_refused(app: TestApp) {
        let world = World::new(&app).await;
        Objects::make(&app, &world).await;
        let mut garbage = Garbage::new();
        for call in calls(&app).await {
            if is_own(&call) {
                continue;
            }
            let named = parameters(&call.operation);
            for _ in 0..rounds(1) {
                if call.path.contains('{') {
                    let path = call.filled(&garbage.encoded());
                    ask(world.admin.request(call.method.clone(), &path).json(&json!({})), &format!("{} {path}", call.method)).await;
                }
                for one in &named {
                    let path = format!("{}?{}={}", call.filled("1"), one["name"].as_str().expect("a name"), garbage.encoded());
                    ask(world.admin.request(call.method.clone(), &path).json(&json!({})), &format!("{} {path}", call.method)).await;
                }
                let path = format!("{}?{}", call.filled("1"), garbage.encoded());
                ask(world.admin.request(call.method.clone(), &path).json(&json!({})), &format!("{} {path}", call.method)).await;
            }
        }
    }

    async fn garbage_in_bodies_is_refused(app: TestApp) {
        let world = World::new(&app).await;
        let objects = Objects::make(&app, &world).await;
        let mut garbage = Garbage::new();
        for call in calls(&app).await {
            if is_own(&call) {
                continue;
            }
            let path = objects.path(&call.path).unwrap_or_else(|| call.filled("1"));
            let what = format!("{} {path}", call.method);
            let Some(body) = call.body() else { continue };
            for _ in 0..rounds(3) {
                let spoiled = garbage.spoiled(&body["example"]);
                ask(world.admin.request(call.method.clone(), &path).json(&spoiled), &format!("{what} {spoiled}")).await;
            }
            for raw in [garbage.bytes(), garbage.text().into_bytes(), garbage.json().to_string().into_bytes()] {
                let request = world.admin.request(call.method.clone(), &path).header("Content-Type", "application/json").body(raw.clone());
                ask(request, &format!("{what} {raw:?}")).await;
            }
        }
    }

    async fn garbage_in_headers_is_refused(app: TestApp) {
        let world = World::new(&app).await;
        let objects = Objects::make(&app, &world).await;
        let mut garbage = Garbage::new();
        let targets = [
            (Method::GET, "/projects".to_owned()),
            (Method::PATCH, objects.path("/projects/{id}").expect("a project")),
            (Method::POST, objects.path("/projects/{id}/plan-entries").expect("a project")),
            (Method::POST, "/imports?kind=disbursements".to_owned()),
            (Method::GET, "//projects".to_owned()),
            (Method::POST, "//sign-in".to_owned()),
            (Method::GET, "//health/ready".to_owned()),
        ];
        for name in HEADERS {
            for (method, path) in &targets {
                for _ in 0..rounds(6) {
                    let mut value = garbage.header();
                    if garbage.of(any::<bool>()) {
                        let start = match name {
                            "authorization" => "Bearer gk_00000000_",
                            "cookie" => "__Host-giaingan=",
                            "content-type" => "multipart/form-data; boundary=",
                            _ => "\"",
                        };
                        let joined = [start.as_bytes(), value.as_bytes()].concat();
                        value = HeaderValue::from_bytes(&joined).expect("bytes of a header");
                    }
                    let name = HeaderName::from_static(name);
                    let client = match name.as_str() {
                        "authorization" => app.anonymous(),
                        _ => world.admin.clone(),
                    };
                    let request = client.request(method.clone(), path).body("{}").header(name.clone(), value.clone());
                    ask(request, &format!("{method} {path} {name}: {value:?}")).await;
                }
            }
        }
    }

    async fn garbage_in_files_is_refused(app: TestApp) {
        let admin = app.admin();
        let mut garbage = Garbage::new();
        let (kind, whole) = upload::form(&[("amount_unit", "million")], Some(("x.csv", b"project_code;amount\n1;2\n")));
        for _ in 0..rounds(12) {
            let mut form = whole.clone();
            let (from, bytes) = (garbage.of(0..form.len()), garbage.bytes());
            let to = (from + garbage.of(0..40_usize)).min(form.len());
            drop(form.splice(from..to, bytes));
            let request = admin.request(Method::POST, "/imports?kind=plan_entries").header("Content-Type", kind.as_str()).body(form.clone());
            ask(request, &format!("a form: {form:?}")).await;
            for name in ["x.csv", "x.xlsx"] {
                let mut content = garbage.bytes();
                if garbage.of(any::<bool>()) {
                    // It begins as a workbook does.
                    drop(content.splice(0..0, *b"PK\x03\x04"));
                }
                ask(upload::sending(&admin, "kind=disbursements", name, &content), &format!("{name}: {content:?}")).await;
            }
        }
    }

    async fn garbage_in_pages_is_refused(app: TestApp) {
        let world = World::new(&app).await;
        Objects::make(&app, &world).await;
        let browser = Browser::signed_in(&app, "admin").await;
        let mut garbage = Garbage::new();
        let token = browser.get("/").await.ok().value_of("_csrf");
        // Whoever signs out sees nothing more, and hashing is slow on purpose.
        let routes = pages::routes().into_iter().filter(|page| !["sign", "password", "account"].iter().any(|word| page.path.contains(word)));
        let routes: Vec<_> = routes.map(|page| (page.method.is_safe(), page.path)).collect();
        let mut names = BTreeSet::new();
        for (_, path) in routes.iter().filter(|(is_safe, _)| *is_safe) {
            let path = filled(path, "1");
            let page = browser.get(&path).await;
            look(page.status, &page.text, &path);
            names.extend(page.text.split(" name=\"").skip(1).filter_map(|rest| rest.split('"').next().map(str::to_owned)));
            for _ in 0..rounds(2) {
                let mut query = Vec::new();
                for name in &names {
                    if garbage.of(0..4_u8) == 0 {
                        query.push(format!("{name}={}", garbage.encoded()));
                    }
                }
                let path = format!("{path}?{}", query.join("&"));
                let page = browser.get(&path).await;
                look(page.status, &page.text, &path);
            }
        }
        assert!(names.len() > 30, "{names:?}");
        for (_, path) in routes.iter().filter(|(is_safe, _)| !is_safe) {
            let path = filled(path, "1");
            for _ in 0..rounds(3) {
                let texts: Vec<(String, String)> = names.iter().map(|name| (name.clone(), garbage.text())).collect();
                let mut fields = vec![("_csrf", token.as_str())];
                fields.extend(texts.iter().filter(|(name, _)| !name.starts_with('_')).map(|(name, value)| (name.as_str(), value.as_str())));
                let page = browser.post(&path, &fields).await;
                look(page.status, &page.text, &format!("{path} {fields:?}"));
            }
        }
    }
}

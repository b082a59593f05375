//! Ids of somebody else: every route that names a record, asked by those whom the record is nothing to.

use std::collections::BTreeMap;

use giaingan::domain::permission::Permission;
use giaingan::domain::text_enum::TextEnum;
use giaingan::http::endpoints;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{Answer, Client, TestApp, both};
use crate::support::builders::{World, decision, user_with};
use crate::support::document::{Call, calls};
use crate::support::objects::{Objects, events};
use crate::support::upload;

/// What everybody who has a grant reads: reference data, which names things and holds no money.
const SHARED: [&str; 7] = [
    "administrative-units",
    "agencies",
    "funding-sources",
    "holidays",
    "people",
    "targets",
    "task-forces",
];

/// A record of every kind that a path names, none of which is in the other commune.
async fn records(app: &TestApp, world: &World, objects: &Objects) -> BTreeMap<String, i64> {
    let admin = &world.admin;
    let id = |value: &Value| value["id"].as_i64().expect("an id");
    let made = async |path: &str, body: Value| id(&admin.post(path, body).await.created());
    let mut ids: BTreeMap<String, i64> = objects
        .ids
        .iter()
        .map(|(kind, id)| ((*kind).to_owned(), *id))
        .collect();
    let first = async |list: &str| id(&admin.get(list).await.ok()["data"][0]);
    let hook = json!({"url": "https://kho-bac.example/hook", "events": ["disbursement.recorded"]});
    let hook = made("/webhooks", hook).await;
    world.pay(world.project, 1, "2024-05-06").await;
    let user = user_with(app, "officer", Some(world.commune), None, None);
    let user = id(&user.get("/me").await.ok());
    let key = json!({"name": "x", "grant": {"role": "viewer", "unit_id": world.commune}});
    let target = json!({"budget_year": 2024, "date": "2024-09-30", "percent": "50.00", "basis": "total", "unit_id": world.commune});
    let sheet = "project_code,funding_source_code,budget_year,origin,kind,gross_amount,advance_recovered,posted_on,voucher_number,note\n\
                 7891234,NSTW,2024,in_year,advance,5,,2024-06-01,V9,\n";
    let sheet = upload::send(admin, "kind=disbursements", "x.csv", sheet.as_bytes()).await;
    // Whoever reads the feed has what happened numbered, and with it queued for webhooks.
    admin.get("/changes").await.ok();
    let more = [
        ("administrative-units", world.commune),
        ("agencies", world.investor),
        ("people", world.leader),
        ("funding-sources", world.source),
        ("users", user),
        (
            "holidays",
            made(
                "/holidays",
                json!({"date": "2024-09-02", "name": "Quốc khánh"}),
            )
            .await,
        ),
        ("targets", made("/targets", target).await),
        ("api-keys", made("/api-keys", key).await),
        ("task-forces", first("/task-forces").await),
        ("imports", id(&sheet.body)),
        ("mails", first("/mails").await),
        ("sessions", first("/me/sessions").await),
        (
            "deliveries",
            first(&format!("/webhooks/{hook}/deliveries")).await,
        ),
        ("webhooks", hook),
    ];
    ids.extend(more.map(|(kind, id)| (kind.to_owned(), id)));
    ids
}

/// The path with the id of a record for every parameter.
fn filled(pattern: &str, ids: &BTreeMap<String, i64>) -> String {
    let mut kind = "";
    let mut parts = Vec::new();
    for part in pattern.split('/') {
        match part {
            // Nothing was ever merged here.
            "{succession_id}" => parts.push("1".to_owned()),
            part if part.starts_with('{') => {
                let id = ids
                    .get(kind)
                    .unwrap_or_else(|| panic!("no record for {pattern}"));
                parts.push(id.to_string());
            }
            part => {
                kind = part;
                parts.push(part.to_owned());
            }
        }
    }
    parts.join("/")
}

/// A body that would do if the record were the caller's.
fn body(objects: &Objects, call: &Call) -> Value {
    match objects.body(call.method.as_str(), &call.path) {
        Value::Object(fields) if fields.is_empty() && call.method == Method::POST => {
            let example = call.body().map(|body| body["example"].clone());
            example.filter(Value::is_object).unwrap_or(json!({}))
        }
        body => body,
    }
}

/// Somebody who may do everything in the other commune, a key of theirs, and somebody with no grant at all.
async fn strangers(app: &TestApp, world: &World) -> [(&'static str, Client); 3] {
    let elsewhere = user_with(app, "admin", Some(world.other_commune), None, None);
    let permissions: Vec<&str> = Permission::NAMES.to_vec();
    let grant = json!({"role": "admin", "unit_id": world.other_commune});
    let key = json!({"name": "x", "grant": grant, "permissions": permissions});
    let key = elsewhere.post("/api-keys", key).await.created();
    let key = Client {
        token: key["secret"].as_str().map(str::to_owned),
        ..app.anonymous()
    };
    let nobody = app.user(None, json!([])).await;
    [("elsewhere", elsewhere), ("key", key), ("nobody", nobody)]
}

both! {
    async fn a_record_of_others_is_neither_seen_nor_changed(app: TestApp) {
        let world = World::new(&app).await;
        let objects = Objects::make(&app, &world).await;
        let ids = records(&app, &world, &objects).await;
        let strangers = strangers(&app, &world).await;
        let (before, mut tried, mut wrong) = (events(&app).await, 0, Vec::new());
        for call in calls(&app).await.into_iter().filter(|call| call.path.contains("{id}")) {
            let path = filled(&call.path, &ids);
            let kind = call.path.split('/').nth(1).unwrap_or_default();
            for (who, stranger) in &strangers {
                // The leg of a transfer to their own project is theirs to see; so is what names things.
                let theirs = *who != "nobody" && call.method == Method::GET
                    && (call.path == "/plan-transfers/{id}" || SHARED.contains(&kind) && !call.path.ends_with("/meeting-pack"));
                if theirs {
                    continue;
                }
                let query = if call.path.ends_with("/progress") { "?budget_year=2024" } else { "" };
                let request = stranger.request(call.method.clone(), &format!("{path}{query}"));
                let request = match call.body() {
                    Some(_) => request.json(&body(&objects, &call)),
                    None => request,
                };
                let answer = Answer::of(request).await;
                tried += 1;
                if !matches!((answer.status, answer.body["code"].as_str()), (403, Some("forbidden")) | (404, Some("not_found"))) {
                    wrong.push(format!("{who} {} {path}: {} {}", call.method, answer.status, answer.text));
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(tried > 200, "{tried}");
        assert_eq!(events(&app).await, before, "something was written");
        let with_ids = endpoints().iter().filter(|endpoint| endpoint.path.contains("{id}")).count();
        assert!(tried >= with_ids * 2, "{tried} of {with_ids} routes");
    }

    async fn a_body_cannot_name_what_is_not_ones_own(app: TestApp) {
        let world = World::new(&app).await;
        let objects = Objects::make(&app, &world).await;
        let ours = world.commune;
        let (source, year) = (world.source, 2024);
        let bodies = [
            ("/users", json!({"username": "mallory", "grants": [{"role": "viewer", "unit_id": ours}]})),
            ("/users", json!({"username": "mallory", "grants": [{"role": "admin", "unit_id": world.province}]})),
            ("/api-keys", json!({"name": "x", "grant": {"role": "viewer", "unit_id": ours}})),
            ("/targets", json!({"budget_year": year, "date": "2024-11-30", "percent": "50.00", "basis": "total", "unit_id": ours})),
            ("/capital-assignments", json!({"unit_id": ours, "funding_source_id": source, "budget_year": year, "authority": "peoples_council",
                "kind": "initial", "amount": 5, "effective_date": "2024-06-01", "decision": decision()})),
            ("/task-forces", json!({"unit_id": world.district, "decision": decision(), "members": [{"person_id": world.leader, "role": "head"}]})),
            ("/period-closings", json!({"unit_id": ours, "month": "2024-03"})),
            ("/projects", world.project_body("7891299", "Trạm bơm", ours)),
            ("/directives", json!({"task_force_id": first_force(&world).await, "text": "x", "assignee_person_id": world.leader,
                "due_date": "2024-12-01", "status": "open", "source_document": "31/TB-UBND"})),
            ("/plan-transfers", objects.body("POST", "/plan-transfers")),
            ("/plan-extensions", objects.body("POST", "/plan-extensions")),
        ];
        let strangers = strangers(&app, &world).await;
        let before = events(&app).await;
        for (path, body) in &bodies {
            for (who, stranger) in &strangers {
                let answer = stranger.post(path, body.clone()).await;
                assert!(matches!(answer.status, 403 | 404 | 422), "{who} {path}: {} {}", answer.status, answer.text);
            }
        }
        assert_eq!(events(&app).await, before, "something was written");
        // The bodies are good: whoever may does it.
        for (path, body) in bodies {
            if !(path == "/users" && body["grants"][0]["role"] == "admin") {
                world.admin.post(path, body).await.created();
            }
        }
    }
}

async fn first_force(world: &World) -> i64 {
    let forces = world.admin.get("/task-forces").await.ok();
    forces["data"][0]["id"].as_i64().expect("an id")
}

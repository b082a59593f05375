use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::app::both;
use crate::support::builders::{World, user_with, with};

/// What the published schema of OC4IDS 0.9 asks of an object: fields that must be there, and the
/// JSON types of those that may.
fn holds(at: &str, object: &Value, required: &[&str], known: &[(&str, &str)]) {
    let object = object
        .as_object()
        .unwrap_or_else(|| panic!("{at} is no object"));
    for name in required {
        assert!(object.contains_key(*name), "{at}: no {name}");
    }
    for (name, value) in object {
        let kind = match value {
            Value::String(text) if !text.is_empty() => "string",
            Value::Number(_) => "number",
            Value::Object(map) if !map.is_empty() => "object",
            Value::Array(items) if !items.is_empty() => {
                let distinct: BTreeSet<String> = items.iter().map(Value::to_string).collect();
                assert_eq!(distinct.len(), items.len(), "{at}/{name}: repeated items");
                "array"
            }
            other => panic!("{at}/{name}: {other} is empty or null"),
        };
        let expected = known
            .iter()
            .find(|(field, _)| field == name)
            .unwrap_or_else(|| panic!("{at}: {name} is not of the standard"));
        assert_eq!(expected.1, kind, "{at}/{name}");
    }
}

fn instant(at: &str, value: &Value) {
    let text = value.as_str().unwrap_or_default();
    chrono::DateTime::parse_from_rfc3339(text).unwrap_or_else(|_| panic!("{at}: {text}"));
}

fn money(at: &str, value: &Value) {
    holds(
        at,
        value,
        &["amount", "currency"],
        &[("amount", "number"), ("currency", "string")],
    );
    assert_eq!(value["currency"], "VND", "{at}");
}

fn period(at: &str, value: &Value) {
    holds(
        at,
        value,
        &[],
        &[("startDate", "string"), ("endDate", "string")],
    );
    instant(at, &value["startDate"]);
    instant(at, &value["endDate"]);
}

fn project(project: &Value) {
    let known = [
        ("id", "string"),
        ("identifiers", "array"),
        ("title", "string"),
        ("status", "string"),
        ("sector", "array"),
        ("publicAuthority", "object"),
        ("parties", "array"),
        ("period", "object"),
        ("locations", "array"),
        ("budget", "object"),
        ("transactions", "array"),
    ];
    holds("project", project, &["id"], &known);
    let stages = [
        "identification",
        "preparation",
        "implementation",
        "completion",
        "maintenance",
        "decommissioning",
        "decommissioned",
        "cancelled",
    ];
    assert!(stages.contains(&project["status"].as_str().expect("a text")));
    let list = |name: &str| project[name].as_array().cloned().unwrap_or_default();
    for one in list("identifiers") {
        holds(
            "identifier",
            &one,
            &["id"],
            &[("id", "string"), ("scheme", "string")],
        );
    }
    holds(
        "authority",
        &project["publicAuthority"],
        &[],
        &[("id", "string"), ("name", "string")],
    );
    let parties = list("parties");
    for one in &parties {
        holds(
            "party",
            one,
            &[],
            &[("id", "string"), ("name", "string"), ("roles", "array")],
        );
    }
    assert!(
        parties
            .iter()
            .any(|party| party["id"] == project["publicAuthority"]["id"])
    );
    period("period", &project["period"]);
    for one in list("locations") {
        holds(
            "location",
            &one,
            &["id"],
            &[("id", "string"), ("description", "string")],
        );
    }
    let budget = &project["budget"];
    holds(
        "budget",
        budget,
        &[],
        &[
            ("amount", "object"),
            ("approvalDate", "string"),
            ("budgetBreakdowns", "array"),
        ],
    );
    money("budget", &budget["amount"]);
    instant("budget", &budget["approvalDate"]);
    for group in budget["budgetBreakdowns"]
        .as_array()
        .cloned()
        .unwrap_or_default()
    {
        holds(
            "breakdowns",
            &group,
            &["id"],
            &[
                ("id", "string"),
                ("description", "string"),
                ("budgetBreakdown", "array"),
            ],
        );
        for one in group["budgetBreakdown"].as_array().expect("a list") {
            holds(
                "breakdown",
                one,
                &["id"],
                &[
                    ("id", "string"),
                    ("description", "string"),
                    ("amount", "object"),
                    ("period", "object"),
                ],
            );
            money("breakdown", &one["amount"]);
            period("breakdown", &one["period"]);
        }
    }
    for one in list("transactions") {
        holds(
            "transaction",
            &one,
            &["id"],
            &[("id", "string"), ("date", "string"), ("value", "object")],
        );
        money("transaction", &one["value"]);
        instant("transaction", &one["date"]);
    }
}

both! {
    async fn open_data_follows_the_standard(app: TestApp) {
        let path = "/export/oc4ids.json";
        app.admin().get(path).await.refused(404, "not_found");
        let world = World::new(&app).await;
        let body = with(world.project_body("7891236", "Trường học", world.commune), json!({"location_unit_ids": [world.commune], "budget_code": "7999999"}));
        world.admin.post("/projects", body).await.created();
        world.plan(world.project, 1_000).await;
        world.pay(world.project, 300, "2024-05-05").await;
        world.pay(world.project, 50, "2024-05-20").await;
        world.pay(world.project, 100, "2024-06-10").await;
        let answer = world.admin.get(path).await;
        let tag = answer.header("etag").to_owned();
        let package = answer.ok();
        let fields = [("uri", "string"), ("publishedDate", "string"), ("version", "string"), ("publisher", "object"), ("projects", "array")];
        holds("package", &package, &["uri", "publisher", "publishedDate", "projects", "version"], &fields);
        holds("publisher", &package["publisher"], &["name"], &[("name", "string")]);
        instant("package", &package["publishedDate"]);
        assert_eq!((&package["version"], &package["publisher"]["name"]), (&json!("0.9"), &json!("Tỉnh Quảng Ninh")));
        let projects = package["projects"].as_array().expect("a list");
        assert_eq!(projects.len(), 3);
        projects.iter().for_each(project);
        let road = &projects[0];
        assert_eq!(road["identifiers"][0]["id"], "7891234");
        assert_eq!(road["budget"]["budgetBreakdowns"][0]["budgetBreakdown"][0]["amount"]["amount"], 1_000);
        let paid: Vec<i64> = road["transactions"].as_array().expect("a list").iter().map(|one| one["value"]["amount"].as_i64().expect("an amount")).collect();
        assert_eq!(paid, [350, 100]);
        assert_eq!(projects[2]["locations"][0]["description"], json!("Phường Hồng Hải"));
        let again = world.admin.request(reqwest::Method::GET, path).header("If-None-Match", tag);
        assert_eq!(crate::support::app::Answer::of(again).await.status, 304);

        let local = user_with(&app, "viewer", Some(world.other_commune), None, None);
        assert_eq!(local.get(path).await.ok()["projects"].as_array().map(Vec::len), Some(1));
    }
}

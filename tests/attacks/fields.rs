//! Fields that a call does not have: every column of every table, sent to every call that takes a body.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::support::app::{Answer, both};
use crate::support::builders::{World, faults};
use crate::support::document::{calls, document};
use crate::support::objects::{Objects, events};

/// Every name that a column has.
fn columns() -> BTreeSet<&'static str> {
    let lines = include_str!("../../src/db/schema.rs").lines();
    lines
        .filter_map(|line| line.trim().split_once(" -> "))
        .map(|(name, _)| name)
        .collect()
}

/// Adds every column to every object of a body, as far as the object has no such field, and notes where.
fn stuff(
    body: &mut Value,
    schema: &Value,
    schemas: &Value,
    at: &str,
    added: &mut BTreeSet<String>,
) {
    let schema = named(schema, schemas);
    match body {
        Value::Object(fields) => {
            let known = schema["properties"]
                .as_object()
                .cloned()
                .unwrap_or_default();
            for (name, value) in fields.iter_mut() {
                stuff(value, &known[name], schemas, &format!("{at}/{name}"), added);
            }
            for column in columns()
                .into_iter()
                .filter(|column| !known.contains_key(*column))
            {
                fields.insert(column.to_owned(), json!(1));
                added.insert(format!("{at}/{column}"));
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                stuff(
                    item,
                    &schema["items"],
                    schemas,
                    &format!("{at}/{index}"),
                    added,
                );
            }
        }
        _ => {}
    }
}

fn named<'a>(schema: &'a Value, schemas: &'a Value) -> &'a Value {
    // A choice is the part that is not null.
    if let Some(parts) = schema["oneOf"].as_array() {
        let part = parts.iter().find(|part| part["type"] != "null");
        return part.map_or(schema, |part| named(part, schemas));
    }
    match schema["$ref"]
        .as_str()
        .and_then(|target| target.rsplit('/').next())
    {
        Some(name) => &schemas[name],
        None => schema,
    }
}

both! {
    async fn no_column_can_be_set_that_a_call_does_not_name(app: TestApp) {
        let world = World::new(&app).await;
        let objects = Objects::make(&app, &world).await;
        let schemas = document(&app).await["components"]["schemas"].clone();
        let before = events(&app).await;
        let (mut tried, mut wrong) = (0, Vec::new());
        for call in calls(&app).await {
            let Some(said) = call.body() else { continue };
            let path = objects.path(&call.path).unwrap_or_else(|| call.filled("1"));
            let example = match &said["example"] {
                Value::Object(fields) => fields.clone(),
                _ => Map::new(),
            };
            let (mut body, mut added) = (Value::Object(example), BTreeSet::new());
            stuff(&mut body, &said["schema"], &schemas, "", &mut added);
            let answer = Answer::of(world.admin.request(call.method.clone(), &path).json(&body)).await;
            let name = format!("{} {path}", call.method);
            assert_eq!(answer.status, 422, "{name}: {}", answer.text);
            let told = faults(&answer.body).into_iter();
            let told: BTreeSet<String> = told.filter(|(_, code)| code == "unknown_field").map(|(at, _)| at).collect();
            tried += added.len();
            wrong.extend(added.symmetric_difference(&told).map(|at| format!("{name} {at}")));
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(tried > 10_000, "{tried}");
        assert_eq!(events(&app).await, before, "something was written");
    }
}

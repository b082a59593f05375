//! Whether a client of an older OpenAPI document can still speak to a newer one.

use serde_json::Value;

/// Where a value goes: what a server takes may only widen, what it answers may only grow.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    In,
    Out,
}

/// What of `old` no longer holds in `new`.
pub fn broken(old: &Value, new: &Value) -> Vec<String> {
    let mut check = Check {
        old,
        new,
        found: Vec::new(),
    };
    for (path, operations) in old["paths"].as_object().into_iter().flatten() {
        for (method, operation) in operations.as_object().into_iter().flatten() {
            let at = format!("{} {path}", method.to_uppercase());
            let now = &new["paths"][path][method];
            match now.is_object() {
                true => check.operation(&at, operation, now),
                false => check.found.push(format!("{at}: gone")),
            }
        }
    }
    check.found
}

struct Check<'a> {
    old: &'a Value,
    new: &'a Value,
    found: Vec<String>,
}

fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"]
        .as_str()
        .and_then(|name| name.strip_prefix('#'))
    {
        Some(pointer) => document.pointer(pointer).unwrap_or(&Value::Null),
        None => schema,
    }
}

fn names(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

impl Check<'_> {
    fn operation(&mut self, at: &str, old: &Value, new: &Value) {
        let parameters = |operation: &Value| {
            operation["parameters"]
                .as_array()
                .cloned()
                .unwrap_or_default()
        };
        let now = parameters(new);
        for before in parameters(old) {
            let name = format!("{at} {}", before["name"]);
            match now
                .iter()
                .find(|one| one["name"] == before["name"] && one["in"] == before["in"])
            {
                Some(after) => {
                    if after["required"] == true && before["required"] != true {
                        self.found.push(format!("{name}: required now"));
                    }
                    self.schema(&name, &before["schema"], &after["schema"], Way::In, 0);
                }
                None => self.found.push(format!("{name}: gone")),
            }
        }
        for after in &now {
            let is_new = !parameters(old)
                .iter()
                .any(|one| one["name"] == after["name"]);
            if is_new && after["required"] == true {
                self.found
                    .push(format!("{at} {}: new and required", after["name"]));
            }
        }
        let body = |operation: &Value| {
            operation["requestBody"]["content"]
                .as_object()
                .cloned()
                .unwrap_or_default()
        };
        for (kind, content) in body(old) {
            match body(new).get(&kind) {
                Some(now) => self.schema(at, &content["schema"], &now["schema"], Way::In, 0),
                None => self.found.push(format!("{at}: takes no {kind}")),
            }
        }
        if new["requestBody"]["required"] == true && old["requestBody"]["required"] != true {
            self.found.push(format!("{at}: a body is required now"));
        }
        for (status, answer) in old["responses"]
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(status, _)| status.starts_with('2'))
        {
            let now = &new["responses"][status];
            if now.is_null() {
                self.found.push(format!("{at}: answers no {status}"));
            }
            for (kind, content) in answer["content"].as_object().into_iter().flatten() {
                let now = &now["content"][kind];
                match now.is_null() {
                    true => self.found.push(format!("{at}: answers no {kind}")),
                    false => self.schema(at, &content["schema"], &now["schema"], Way::Out, 0),
                }
            }
        }
    }

    fn schema(&mut self, at: &str, old: &Value, new: &Value, way: Way, depth: usize) {
        let (before, after) = (
            resolved(self.old, old).clone(),
            resolved(self.new, new).clone(),
        );
        if depth > 12 || before.is_null() {
            return;
        }
        if before["type"] != after["type"]
            || before["format"] != after["format"]
            || before["pattern"] != after["pattern"]
        {
            self.found.push(format!("{at}: another type"));
            return;
        }
        self.values(at, &before, &after, way);
        for (name, field) in before["properties"].as_object().into_iter().flatten() {
            let at = format!("{at}/{name}");
            match after["properties"].get(name) {
                Some(now) => self.schema(&at, field, now, way, depth + 1),
                None => self.found.push(format!("{at}: gone")),
            }
        }
        let (had, has) = (names(&before["required"]), names(&after["required"]));
        let (lost, wrong) = match way {
            Way::In => (has.iter().find(|name| !had.contains(name)), "required now"),
            Way::Out => (
                had.iter().find(|name| !has.contains(name)),
                "not always there now",
            ),
        };
        if let Some(name) = lost {
            self.found.push(format!("{at}/{name}: {wrong}"));
        }
        if before["items"].is_object() {
            self.schema(
                &format!("{at}[]"),
                &before["items"],
                &after["items"],
                way,
                depth + 1,
            );
        }
        for choice in ["oneOf", "allOf"] {
            let (had, has) = (
                before[choice].as_array().cloned().unwrap_or_default(),
                after[choice].as_array().cloned().unwrap_or_default(),
            );
            if had.len() != has.len() {
                self.found.push(format!("{at}: other choices"));
            }
            for (before, after) in had.iter().zip(&has) {
                self.schema(at, before, after, way, depth + 1);
            }
        }
    }

    /// Limits of values: a server must not take less than before.
    fn values(&mut self, at: &str, before: &Value, after: &Value, way: Way) {
        if way == Way::Out {
            return;
        }
        let (had, has) = (names(&before["enum"]), names(&after["enum"]));
        let is_narrower = match had.is_empty() {
            true => !has.is_empty(),
            false => !has.is_empty() && had.iter().any(|value| !has.contains(value)),
        };
        let limit = |schema: &Value, name: &str| schema[name].as_i64();
        let less = |name: &str| match (limit(before, name), limit(after, name)) {
            (Some(had), Some(has)) => has < had,
            (None, Some(_)) => true,
            _ => false,
        };
        let more = |name: &str| match (limit(before, name), limit(after, name)) {
            (Some(had), Some(has)) => has > had,
            (None, Some(_)) => true,
            _ => false,
        };
        let limits = less("maximum")
            || less("maxLength")
            || less("maxItems")
            || more("minimum")
            || more("minLength")
            || more("minItems");
        if is_narrower || limits {
            self.found.push(format!("{at}: takes less"));
        }
    }
}

//! The OpenAPI 3.1 document, made from the list of calls.

use std::collections::BTreeSet;

use actix_web::http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::BASE;
use super::endpoint::{Access, Endpoint};
use crate::error::Code;

/// The document as JSON text.
pub fn document(endpoints: &[Endpoint]) -> String {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    schemas.insert("Problem".into(), problem_schema());
    for endpoint in endpoints {
        for (name, schema) in &endpoint.signature.schemas {
            schemas.insert(name.clone(), json!(schema));
        }
        if let Some((name, schema)) = &endpoint.signature.body {
            schemas.insert(name.clone(), json!(schema));
        }
        let path = paths
            .entry(format!("{BASE}{}", endpoint.path))
            .or_insert_with(|| json!({}));
        path[endpoint.method.as_str().to_ascii_lowercase()] = operation(endpoint);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Giaingan",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Public-investment disbursement of a province. Amounts are whole đồng, rates are strings with two decimals, dates are YYYY-MM-DD in Asia/Ho_Chi_Minh, instants are RFC 3339 UTC. Errors are RFC 9457 problems.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    })
    .to_string()
}

fn problem_schema() -> Value {
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    json!({
        "type": "object",
        "required": ["type", "title", "status", "detail", "instance", "code"],
        "properties": {
            "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
            "detail": {"type": "string"}, "instance": {"type": "string"}, "request_id": {"type": "string"},
            "code": {"type": "string", "enum": codes},
            "errors": {"type": "array", "items": {
                "type": "object", "required": ["pointer", "code", "message"],
                "properties": {"pointer": {"type": "string"}, "code": {"type": "string", "enum": codes}, "message": {"type": "string"}},
            }},
        },
    })
}

fn operation(endpoint: &Endpoint) -> Value {
    let mut operation = json!({
        "operationId": operation_id(endpoint),
        "summary": endpoint.summary,
        "tags": [endpoint.path.trim_start_matches('/').split('/').next().unwrap_or_default()],
        "parameters": parameters(endpoint),
        "responses": responses(endpoint),
    });
    if let Access::Needs(permission) = endpoint.access {
        operation["description"] =
            json!(format!("Needs the permission `{}`.", permission.as_str()));
    }
    if endpoint.access == Access::Open {
        operation["security"] = json!([]);
    }
    if let Some((name, schema)) = &endpoint.signature.body {
        let needed = json!(schema).get("required").is_some();
        operation["requestBody"] = json!({
            "required": needed,
            "content": {"application/json": {"schema": reference(name)}},
        });
    }
    if let Some(form) = &endpoint.signature.form {
        operation["requestBody"] = json!({
            "required": true,
            "content": {"multipart/form-data": {"schema": form}},
        });
    }
    operation
}

fn operation_id(endpoint: &Endpoint) -> String {
    let words = endpoint
        .path
        .split(['/', '-', '{', '}', '.'])
        .filter(|word| !word.is_empty());
    let path: Vec<&str> = words.collect();
    format!(
        "{}_{}",
        endpoint.method.as_str().to_ascii_lowercase(),
        path.join("_")
    )
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn parameters(endpoint: &Endpoint) -> Vec<Value> {
    let in_path = endpoint.path.split('/').filter_map(|part| {
        let name = part.strip_prefix('{')?.split('}').next()?;
        let schema = match name {
            "id" | "version" | "succession_id" => json!({"type": "integer", "format": "int64"}),
            _ => json!({"type": "string"}),
        };
        Some(json!({"name": name, "in": "path", "required": true, "schema": schema}))
    });
    let in_query =
        endpoint
            .signature
            .query
            .iter()
            .flatten()
            .map(|(name, required, schema, text)| {
                let mut parameter =
                    json!({"name": name, "in": "query", "required": required, "schema": schema});
                if !text.is_empty() {
                    parameter["description"] = json!(text);
                }
                parameter
            });
    let mut list: Vec<Value> = in_path.chain(in_query).collect();
    let header = |name: &str| json!({"name": name, "in": "header", "schema": {"type": "string"}});
    if endpoint.takes_key() {
        list.push(header("Idempotency-Key"));
    }
    if endpoint.method == Method::PATCH || endpoint.method == Method::PUT {
        list.push(header("If-Match"));
    }
    list
}

fn responses(endpoint: &Endpoint) -> Value {
    let signature = &endpoint.signature;
    let mut success = json!({"description": text_of(signature.status)});
    if let Some(schema) = &signature.answer {
        success["content"] = json!({"application/json": {"schema": schema}});
    }
    if let Some(media) = signature.file {
        success["content"] = json!({media: {"schema": {}}});
    }
    let mut responses = Map::new();
    responses.insert(signature.status.to_string(), success);
    let mut codes: BTreeSet<(u16, &str)> = endpoint
        .errors
        .iter()
        .map(|code| (code.status(), code.as_str()))
        .collect();
    codes.extend(
        usual(endpoint)
            .iter()
            .map(|code| (code.status(), code.as_str())),
    );
    let mut statuses: Vec<u16> = codes.iter().map(|(status, _)| *status).collect();
    statuses.dedup();
    for status in statuses {
        let named = codes
            .iter()
            .filter(|(at, _)| *at == status)
            .map(|(_, code)| *code);
        let names: Vec<&str> = named.collect();
        responses.insert(
            status.to_string(),
            json!({
                "description": format!("{}: {}", text_of(status), names.join(", ")),
                "content": {"application/problem+json": {"schema": reference("Problem")}},
            }),
        );
    }
    Value::Object(responses)
}

/// Refusals that follow from what a call takes.
fn usual(endpoint: &Endpoint) -> Vec<Code> {
    let mut codes = vec![Code::UnknownField, Code::NotReady];
    match endpoint.access {
        Access::Open => {}
        Access::SignedIn => codes.push(Code::Unauthenticated),
        Access::Needs(_) => codes.extend([Code::Unauthenticated, Code::Forbidden]),
    }
    if endpoint.path.contains('{') {
        codes.push(Code::NotFound);
    }
    if endpoint.signature.body.is_some() || endpoint.signature.form.is_some() {
        codes.extend([
            Code::Malformed,
            Code::TooLarge,
            Code::UnsupportedMediaType,
            Code::Required,
            Code::Invalid,
            Code::OutOfRange,
        ]);
    }
    if endpoint.method == Method::PATCH || endpoint.method == Method::PUT {
        codes.push(Code::StaleVersion);
    }
    if endpoint.signature.query.is_some() {
        codes.extend([Code::Invalid, Code::OutOfRange, Code::BadCursor]);
    }
    if endpoint.takes_key() {
        codes.extend([Code::IdempotencyKeyReused, Code::IdempotencyKeyInProgress]);
    }
    codes
}

fn text_of(status: u16) -> &'static str {
    StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or_default()
}

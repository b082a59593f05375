//! The OpenAPI 3.1 document, made from the list of calls.

use std::collections::BTreeSet;

use actix_web::http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::endpoint::{Access, Endpoint};
use super::{BASE, example};
use crate::domain::locale::Locale;
use crate::error::{Code, Fault};

/// The document as JSON text.
pub fn document(endpoints: &[Endpoint]) -> String {
    let mut schemas = Map::new();
    schemas.insert("Problem".into(), problem_schema());
    for endpoint in endpoints {
        let signature = &endpoint.signature;
        for (name, schema) in signature.schemas.iter().chain(&signature.body) {
            schemas.insert(name.clone(), json!(schema));
        }
    }
    let mut paths = Map::new();
    for endpoint in endpoints {
        let path = paths
            .entry(format!("{BASE}{}", endpoint.path))
            .or_insert_with(|| json!({}));
        path[endpoint.method.as_str().to_ascii_lowercase()] = operation(endpoint, &schemas);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Giaingan",
            "version": env!("CARGO_PKG_VERSION"),
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "headers": headers(),
            "securitySchemes": {"bearer": {
                "type": "http", "scheme": "bearer",
                "description": "An access token from `/auth/login`, or an API key (`gk_…`) from `/api-keys`.",
            }},
        },
    })
    .to_string()
}

const DESCRIPTION: &str = "Public-investment disbursement of a province. Amounts are whole đồng, rates are strings \
    with two decimals, dates are YYYY-MM-DD in Asia/Ho_Chi_Minh, instants are RFC 3339 UTC. Errors are RFC 9457 \
    problems whose `code` is stable; their texts follow `Accept-Language` (vi, en). Lists are walked by `next_cursor`. \
    A POST with an `Idempotency-Key` may be repeated safely.";

/// Headers of answers, by the name they are referred to.
fn headers() -> Value {
    let header = |text: &str| json!({"description": text, "schema": {"type": "string"}});
    json!({
        "X-Request-Id": header("The id of the request, in the logs and the audit log too. The caller's, if it is a UUID."),
        "RateLimit": header("What is left of the limit: r requests, made full again in t seconds."),
        "RateLimit-Policy": header("The limit: q requests in w seconds."),
        "Retry-After": header("Seconds to wait."),
        "ETag": header("The version of the record, for If-Match and If-None-Match."),
        "Location": header("Where the new record is."),
        "Link": header("The next page, rel=\"next\" (RFC 8288); absent on the last."),
        "Idempotency-Replayed": header("`true` when the first answer to this key is given again."),
    })
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

fn operation(endpoint: &Endpoint, schemas: &Map<String, Value>) -> Value {
    let mut operation = json!({
        "operationId": operation_id(endpoint),
        "summary": endpoint.summary,
        "tags": [endpoint.path.trim_start_matches('/').split('/').next().unwrap_or_default()],
        "parameters": parameters(endpoint),
        "responses": responses(endpoint, schemas),
    });
    if let Access::Needs(permission) = endpoint.access {
        operation["description"] =
            json!(format!("Needs the permission `{}`.", permission.as_str()));
    }
    if endpoint.access == Access::Open {
        operation["security"] = json!([]);
    }
    if let Some((name, schema)) = &endpoint.signature.body {
        let schema = json!(schema);
        let mut content = json!({"schema": reference(name)});
        if schema["properties"]
            .as_object()
            .is_some_and(|fields| !fields.is_empty())
        {
            content["example"] = example::of(&schema, schemas, name);
        }
        operation["requestBody"] = json!({
            "required": schema.get("required").is_some(),
            "content": {"application/json": content},
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
            "id" | "version" | "succession_id" | "delivery_id" => {
                json!({"type": "integer", "format": "int64"})
            }
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

fn responses(endpoint: &Endpoint, schemas: &Map<String, Value>) -> Value {
    let signature = &endpoint.signature;
    let mut success = json!({
        "description": text_of(signature.status),
        "headers": told(&success_headers(endpoint)),
    });
    if let Some(schema) = &signature.answer {
        let schema = json!(schema);
        let example = example::of(&schema, schemas, "");
        success["content"] = json!({"application/json": {"schema": schema, "example": example}});
    }
    if let Some(media) = signature.file {
        success["content"] = json!({media: {"schema": {}}});
    }
    let mut responses = Map::new();
    responses.insert(signature.status.to_string(), success);
    let listed = endpoint.errors.iter().copied().chain(usual(endpoint));
    let codes: BTreeSet<(u16, &str)> = listed.map(|code| (code.status(), code.as_str())).collect();
    let mut statuses: Vec<u16> = codes.iter().map(|(status, _)| *status).collect();
    statuses.dedup();
    for status in statuses {
        let named = codes.iter().filter(|(at, _)| *at == status);
        let names: Vec<&str> = named.map(|(_, code)| *code).collect();
        responses.insert(status.to_string(), refusal(endpoint, status, &names));
    }
    Value::Object(responses)
}

fn success_headers(endpoint: &Endpoint) -> Vec<&'static str> {
    let signature = &endpoint.signature;
    let mut names = vec!["X-Request-Id", "RateLimit", "RateLimit-Policy"];
    let is_list = signature
        .query
        .iter()
        .flatten()
        .any(|(name, ..)| *name == "cursor");
    match is_list {
        true => names.push("Link"),
        false if signature.answer.is_some() && endpoint.access != Access::Open => {
            names.push("ETag");
        }
        false => {}
    }
    if signature.status == 201 {
        names.push("Location");
    }
    if endpoint.takes_key() {
        names.push("Idempotency-Replayed");
    }
    names
}

fn told(names: &[&str]) -> Value {
    let references = names.iter().map(|name| {
        let reference = json!({"$ref": format!("#/components/headers/{name}")});
        ((*name).to_owned(), reference)
    });
    Value::Object(references.collect())
}

fn refusal(endpoint: &Endpoint, status: u16, codes: &[&str]) -> Value {
    let mut names = vec!["X-Request-Id", "RateLimit", "RateLimit-Policy"];
    if status == 429 {
        names.push("Retry-After");
    }
    let first = codes.first().copied().unwrap_or_default();
    let message = Code::ALL
        .iter()
        .find(|code| code.as_str() == first)
        .map(|code| Fault::at("", *code).message(Locale::En));
    let mut example = json!({
        "type": format!("/api/docs/errors#{first}"), "title": text_of(status), "status": status, "detail": message,
        "instance": format!("{BASE}{}", endpoint.path), "code": first,
        "request_id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
    });
    if status == 422 {
        example["errors"] = json!([{"pointer": "", "code": first, "message": message}]);
    }
    json!({
        "description": format!("{}: {}", text_of(status), codes.join(", ")),
        "headers": told(&names),
        "content": {"application/problem+json": {
            "schema": {"allOf": [reference("Problem"), {"properties": {"code": {"enum": codes}}}]},
            "example": example,
        }},
    })
}

/// Refusals that follow from what a call takes.
fn usual(endpoint: &Endpoint) -> Vec<Code> {
    let mut codes = vec![Code::UnknownField, Code::TooManyRequests, Code::NotReady];
    match endpoint.access {
        Access::Open => {}
        // What is a person's own is refused to API keys.
        Access::SignedIn | Access::Needs(_) => {
            codes.extend([Code::Unauthenticated, Code::Forbidden]);
        }
    }
    if endpoint.path.contains('{') {
        codes.push(Code::NotFound);
    }
    if endpoint.signature.body.is_some() || endpoint.signature.form.is_some() {
        codes.extend([
            Code::Malformed,
            Code::TooLarge,
            Code::RequestTimeout,
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
        codes.extend([
            Code::Required,
            Code::Invalid,
            Code::OutOfRange,
            Code::BadCursor,
        ]);
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

//! What the OpenAPI document says of every call.

use reqwest::Method;
use serde_json::Value;

use super::app::TestApp;

/// One call.
pub struct Call {
    pub method: Method,
    /// Path below the base, with `{name}` for parameters.
    pub path: String,
    /// What the document says.
    pub operation: Value,
}

impl Call {
    /// The path with every parameter `value`.
    pub fn filled(&self, value: &str) -> String {
        let parts = self.path.split('/');
        let filled: Vec<&str> = parts
            .map(|part| if part.starts_with('{') { value } else { part })
            .collect();
        filled.join("/")
    }

    /// What its JSON body is said to be, if it takes one.
    pub fn body(&self) -> Option<&Value> {
        let body = &self.operation["requestBody"]["content"]["application/json"];
        body.is_object().then_some(body)
    }
}

/// The document as it is served.
pub async fn document(app: &TestApp) -> Value {
    app.anonymous().get("//api/openapi.json").await.ok()
}

/// Every call of the document.
pub async fn calls(app: &TestApp) -> Vec<Call> {
    let document = document(app).await;
    let mut calls = Vec::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            calls.push(Call {
                method: method.to_uppercase().parse().expect("a method"),
                path: path.trim_start_matches("/api/v1").to_owned(),
                operation: operation.clone(),
            });
        }
    }
    assert!(calls.len() > 100, "{}", calls.len());
    calls
}

/// The parameters of a call's query string.
pub fn parameters(operation: &Value) -> Vec<Value> {
    let all = operation["parameters"].as_array().cloned();
    let all = all.unwrap_or_default().into_iter();
    all.filter(|one| one["in"] == "query").collect()
}

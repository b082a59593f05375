//! Users who sign in by name.

use serde_json::{Value, json};

use crate::support::app::{ADMIN_PASSWORD, TestApp};

/// A user with these grants.
pub async fn made(app: &TestApp, username: &str, grants: Value) {
    made_for(app, username, None, grants).await;
}

/// A user who is a person.
pub async fn made_for(app: &TestApp, username: &str, person_id: Option<i64>, grants: Value) {
    let body = json!({"username": username, "password": ADMIN_PASSWORD, "person_id": person_id, "grants": grants});
    app.admin().post("/users", body).await.created();
}

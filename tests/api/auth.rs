use serde_json::json;

use crate::support::app::{ADMIN_PASSWORD, both};

both! {
    async fn a_password_opens_a_session_and_logging_out_ends_it(app: TestApp) {
        let anyone = app.anonymous();
        let login = json!({"username": "Admin", "password": ADMIN_PASSWORD});
        let pair = anyone.post("/auth/login", login).await.ok();
        assert_eq!(pair["token_type"], "Bearer");
        let mut signed_in = anyone.clone();
        signed_in.token = pair["access_token"].as_str().map(str::to_owned);
        signed_in.get("/holidays").await.ok();
        anyone.post("/auth/logout", json!({"refresh_token": pair["refresh_token"]})).await.expect(204);
        signed_in.get("/holidays").await.refused(401, "unauthenticated");
    }

    async fn wrong_anything_is_one_refusal(app: TestApp) {
        let anyone = app.anonymous();
        for (name, password) in [("admin", "wrong"), ("nobody", ADMIN_PASSWORD)] {
            let login = json!({"username": name, "password": password});
            anyone.post("/auth/login", login).await.refused(401, "invalid_credentials");
        }
        anyone.get("/holidays").await.refused(401, "unauthenticated");
    }

    async fn a_refresh_token_works_once_and_its_reuse_ends_the_session(app: TestApp) {
        let anyone = app.anonymous();
        let login = json!({"username": "admin", "password": ADMIN_PASSWORD});
        let first = anyone.post("/auth/login", login).await.ok();
        let refresh = |pair: &serde_json::Value| anyone.post("/auth/refresh", json!({"refresh_token": pair["refresh_token"]}));
        let second = refresh(&first).await.ok();
        refresh(&first).await.refused(401, "invalid_credentials");
        refresh(&second).await.refused(401, "invalid_credentials");
    }
}

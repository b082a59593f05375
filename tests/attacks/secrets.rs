//! Secrets are in no line of the log, whatever is done with them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{ADMIN_PASSWORD, Answer, Client, TestApp, both};
use crate::support::builders::World;
use crate::support::program::Program;

const WRONG: &str = "một mật khẩu sai hoàn toàn";

/// The link that was mailed last.
fn mailed_token(app: &TestApp) -> String {
    let text = app.app.db.read(|conn| {
        use diesel::prelude::*;
        use giaingan::db::schema::mails;
        let newest = mails::table.order(mails::id.desc());
        Ok(newest.select(mails::text_body).first::<String>(conn)?)
    });
    let text = text.expect("a mail");
    let rest = text.split("/password/").nth(1).expect("a link");
    rest.split_whitespace().next().expect("a token").to_owned()
}

fn text(value: &Value, field: &str) -> String {
    value[field]
        .as_str()
        .unwrap_or_else(|| panic!("no {field} in {value}"))
        .to_owned()
}

async fn login(client: &Client, password: &str) -> Answer {
    client
        .post(
            "/auth/login",
            json!({"username": "admin", "password": password}),
        )
        .await
}

both! {
    async fn no_secret_is_logged(app: TestApp) {
        let world = World::new(&app).await;
        // At its most talkative, as far as the lines are our own.
        let program = Program::serve(&app, &[("RUST_LOG", "info,giaingan=trace,actix_web=debug,lettre=debug,reqwest=debug")]);
        let stranger = program.client(&app.anonymous());
        let mut secrets = vec![ADMIN_PASSWORD.to_owned(), WRONG.to_owned(), String::from_utf8_lossy(&app.secret).into_owned()];
        login(&stranger, WRONG).await.refused(401, "invalid_credentials");
        let pair = login(&stranger, ADMIN_PASSWORD).await.ok();
        let admin = Client { token: Some(text(&pair, "access_token")), ..stranger.clone() };
        secrets.extend([text(&pair, "access_token"), text(&pair, "refresh_token")]);
        let again = stranger.post("/auth/refresh", json!({"refresh_token": text(&pair, "refresh_token")})).await.ok();
        secrets.extend([text(&again, "access_token"), text(&again, "refresh_token")]);

        let key = json!({"name": "x", "grant": {"role": "viewer", "unit_id": 1}});
        let key = text(&admin.post("/api-keys", key).await.created(), "secret");
        Client { token: Some(key.clone()), ..stranger.clone() }.get("/me").await.ok();
        let hook = json!({"url": "https://kho-bac.example/hook", "events": ["plan.changed"]});
        let hook = admin.post("/webhooks", hook).await.created();
        let turned = admin.post(&format!("/webhooks/{}/secret", hook["id"]), json!({})).await.ok();
        let calendar = text(&admin.post("/me/calendar", json!({})).await.created(), "url");
        let calendar = calendar.rsplit('/').next().expect("a name").to_owned();
        stranger.get(&format!("//calendar/{calendar}")).await;
        stranger.get("//calendar/no-such.ics").await;
        let factor = admin.post("/me/second-factor", json!({"current_password": ADMIN_PASSWORD})).await.ok();
        secrets.extend([key, text(&hook, "secret"), text(&turned, "secret"), calendar, text(&factor, "secret")]);

        let user = json!({"username": "lan", "person_id": world.leader, "grants": [{"role": "leader"}]});
        admin.post("/users", user).await.created();
        let token = mailed_token(&app);
        stranger.get(&format!("//password/{token}")).await;
        let new = "mười chín con vịt qua sông";
        stranger.post("/auth/password-resets", json!({"token": token, "new_password": "ngắn"})).await.refused(422, "invalid");
        stranger.post("/auth/password-resets", json!({"token": token, "new_password": new})).await.expect(204);
        secrets.extend([token, new.to_owned()]);
        // What cannot be read is not repeated either.
        let broken = stranger.request(Method::POST, "/auth/login").header("Content-Type", "application/json");
        Answer::of(broken.body(format!("{{\"password\": \"{ADMIN_PASSWORD}\""))).await.refused(400, "malformed");

        let lines = program.log();
        assert!(lines.iter().filter(|line| line["message"] == "answered").count() > 10, "{lines:#?}");
        for line in lines {
            let line = line.to_string();
            let told = secrets.iter().find(|secret| line.contains(secret.as_str()));
            assert_eq!(told, None, "{line}");
        }
    }
}

//! Second factor, sessions, invitations and forgotten passwords.

use chrono::TimeDelta;
use giaingan::config::Mfa;
use giaingan::db;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret, Totp};

use crate::support::app::{ADMIN_PASSWORD, Answer, Client, TestApp, both};
use crate::support::builders::World;

/// The authenticator app of somebody.
struct Phone(Totp);

impl Phone {
    fn new(secret: &Value) -> Self {
        let secret = Secret::try_from_base32(secret.as_str().expect("a secret")).expect("base32");
        let builder = Builder::new().with_secret(secret);
        Phone(builder.build().expect("a generator"))
    }

    /// The code so many steps of 30 seconds from now.
    fn code(&self, app: &TestApp, steps: i64) -> String {
        let at = app.app.clock.now().and_utc().timestamp() + 30 * steps;
        let code = self.0.generate(u64::try_from(at).expect("after 1970"));
        code.to_string()
    }
}

async fn login(app: &TestApp, code: Option<&str>) -> Answer {
    let mut body = json!({"username": "admin", "password": ADMIN_PASSWORD});
    if let Some(code) = code {
        body["totp_code"] = json!(code);
    }
    app.anonymous().post("/auth/login", body).await
}

/// Gives the caller a second factor; their phone and recovery codes.
async fn enrol(app: &TestApp, client: &Client) -> (Phone, Vec<String>) {
    let again = json!({"current_password": ADMIN_PASSWORD});
    let begun = client.post("/me/second-factor", again).await.ok();
    let phone = Phone::new(&begun["secret"]);
    let code = json!({"totp_code": phone.code(app, 0)});
    let on = client
        .post("/me/second-factor/confirmation", code)
        .await
        .ok();
    let codes = on["recovery_codes"].as_array().expect("codes");
    let codes = codes
        .iter()
        .map(|code| code.as_str().expect("text").to_owned());
    (phone, codes.collect())
}

/// The newest mail for a reason: its text.
fn mail(app: &TestApp, reason: &str) -> Option<String> {
    let reason = reason.to_owned();
    let found = app.app.db.read(move |conn| {
        use diesel::prelude::*;
        use giaingan::db::schema::mails;
        Ok(mails::table
            .filter(mails::reason.eq(reason))
            .order(mails::id.desc())
            .select(mails::text_body)
            .first::<String>(conn)
            .optional()?)
    });
    found.expect("reads")
}

/// The token in the link of a mail.
fn token(text: &str) -> String {
    let rest = text.split("/password/").nth(1).expect("a link");
    rest.split_whitespace().next().expect("a token").to_owned()
}

const NEW: &str = "mười chín con vịt qua sông";

both! {
    async fn the_second_factor_is_asked_for_once_it_is_confirmed(app: TestApp) {
        let admin = app.admin();
        assert_eq!(admin.get("/me/second-factor").await.ok()["enabled"], false);
        let again = json!({"current_password": ADMIN_PASSWORD});
        let begun = admin.post("/me/second-factor", again.clone()).await.ok();
        let uri = begun["otpauth_uri"].as_str().expect("an address");
        assert!(uri.starts_with("otpauth://totp/Giaingan:admin?"), "{uri}");
        // Nothing changes before the app has shown a code.
        login(&app, None).await.ok();
        let wrong = json!({"totp_code": "000000"});
        admin.post("/me/second-factor/confirmation", wrong).await.refused(422, "invalid");
        let (phone, codes) = enrol(&app, &admin).await;
        assert_eq!(codes.len(), 10);
        let status = admin.get("/me/second-factor").await.ok();
        assert_eq!((&status["enabled"], &status["recovery_codes_left"]), (&json!(true), &json!(10)));
        login(&app, None).await.refused(401, "invalid_credentials");
        login(&app, Some("123")).await.refused(401, "invalid_credentials");
        login(&app, Some(&phone.code(&app, 1))).await.ok();
        admin.post("/me/second-factor", again).await.refused(409, "second_factor_set");
    }

    async fn every_code_works_once(app: TestApp) {
        let admin = app.admin();
        let (phone, codes) = enrol(&app, &admin).await;
        // The code that confirmed it is used up, and so is every earlier one.
        login(&app, Some(&phone.code(&app, 0))).await.refused(401, "invalid_credentials");
        let next = phone.code(&app, 1);
        login(&app, Some(&next)).await.ok();
        login(&app, Some(&next)).await.refused(401, "invalid_credentials");
        login(&app, Some(&phone.code(&app, -1))).await.refused(401, "invalid_credentials");
        let typed = codes[0].to_uppercase().replace('-', " ");
        login(&app, Some(&typed)).await.ok();
        login(&app, Some(&codes[0])).await.refused(401, "invalid_credentials");
        assert_eq!(admin.get("/me/second-factor").await.ok()["recovery_codes_left"], 9);
        // A code of long ago or far ahead is none.
        for steps in [-20, 20] {
            login(&app, Some(&phone.code(&app, steps))).await.refused(401, "invalid_credentials");
        }
    }

    async fn of_two_sign_ins_with_one_code_at_once_one_succeeds(app: TestApp) {
        let admin = app.admin();
        let (phone, _) = enrol(&app, &admin).await;
        let code = phone.code(&app, 1);
        let tries = (0..4).map(|_| login(&app, Some(&code)));
        let answers = futures_util::future::join_all(tries).await;
        let entered = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(entered, 1);
    }

    async fn turning_it_off_needs_password_and_code(app: TestApp) {
        let admin = app.admin();
        let (phone, codes) = enrol(&app, &admin).await;
        let removal = |password: &str, code: &str| json!({"current_password": password, "totp_code": code});
        let path = "/me/second-factor/removal";
        admin.post(path, removal("wrong", &codes[0])).await.refused(422, "invalid");
        admin.post(path, removal(ADMIN_PASSWORD, "000000")).await.refused(422, "invalid");
        admin.post(path, removal(ADMIN_PASSWORD, &phone.code(&app, 1))).await.expect(204);
        login(&app, None).await.ok();
    }

    async fn an_administrator_takes_a_lost_factor_away_and_ends_sessions(app: TestApp) {
        let world = World::new(&app).await;
        let grants = json!([{"role": "officer", "unit_id": world.commune}]);
        let user = app.user(Some(world.officer), grants).await;
        let (_, _) = enrol(&app, &user).await;
        let id = user.get("/me").await.ok()["id"].clone();
        world.admin.post(&format!("/users/{id}/second-factor-removal"), json!({})).await.ok();
        user.get("/me").await.refused(401, "unauthenticated");
        assert!(mail(&app, "account_changed").expect("a mail").contains("Đã tắt xác thực hai lớp"));
        let again = app.sign_in(id.as_i64().expect("an id"));
        assert_eq!(again.get("/me/second-factor").await.ok()["enabled"], false);
        world.admin.post(&format!("/users/{id}/sign-out"), json!({})).await.ok();
        again.get("/me").await.refused(401, "unauthenticated");
    }

    async fn where_it_is_required_nothing_else_comes_first(app: TestApp) {
        let strict = app.beside(|settings| settings.mfa = Mfa::Required);
        let admin = strict.admin();
        admin.get("/projects").await.refused(403, "second_factor_required");
        admin.post("/holidays", json!({"date": "2024-09-02", "name": "x"})).await.refused(403, "second_factor_required");
        let status = admin.get("/me/second-factor").await.ok();
        assert_eq!((&status["enabled"], &status["required"]), (&json!(false), &json!(true)));
        // A viewer's role asks for none.
        let id = app.user(None, json!([{"role": "viewer", "unit_id": 1}])).await.get("/me").await.ok()["id"].clone();
        strict.sign_in(id.as_i64().expect("an id")).get("/projects").await.ok();
        enrol(&strict, &admin).await;
        admin.get("/projects").await.ok();
    }

    async fn own_sessions_are_seen_and_ended(app: TestApp) {
        let admin = app.admin();
        let other = app.admin();
        let list = admin.get("/me/sessions").await.ok();
        let rows = list["data"].as_array().expect("rows");
        assert_eq!(rows.len(), 2);
        let current: Vec<_> = rows.iter().map(|row| row["current"].as_bool()).collect();
        assert_eq!(current, [Some(false), Some(true)]);
        let id = rows[0]["id"].clone();
        admin.post(&format!("/me/sessions/{id}/end"), json!({})).await.expect(204);
        other.get("/me").await.refused(401, "unauthenticated");
        admin.post(&format!("/me/sessions/{id}/end"), json!({})).await.refused(404, "not_found");
        let user = app.user(None, json!([{"role": "viewer", "unit_id": 1}])).await;
        let foreign = &user.get("/me/sessions").await.ok()["data"][0]["id"];
        admin.post(&format!("/me/sessions/{foreign}/end"), json!({})).await.refused(404, "not_found");
        user.get("/me").await.ok();
    }

    async fn a_user_without_a_password_is_invited_to_choose_one(app: TestApp) {
        let world = World::new(&app).await;
        let body = json!({"username": "do.van.binh", "person_id": world.officer, "grants": [{"role": "officer", "unit_id": world.commune}]});
        let user = world.admin.post("/users", body).await.created();
        let text = mail(&app, "invitation").expect("an invitation");
        assert!(text.contains("Đỗ Văn Bình") && text.contains("do.van.binh"), "{text}");
        let anyone = app.anonymous();
        let set = |token: &str, password: &str| json!({"token": token, "new_password": password});
        let path = "/auth/password-resets";
        let first = token(&text);
        let weak = anyone.post(path, set(&first, "matkhau")).await.refused(422, "invalid");
        assert_eq!(weak["errors"][0]["pointer"], "/new_password");
        // A newer link replaces the older one.
        world.admin.post(&format!("/users/{}/invitation", user["id"]), json!({})).await.ok();
        let stale = anyone.post(path, set(&first, NEW)).await.refused(422, "invalid");
        assert_eq!(stale["errors"][0]["pointer"], "/token");
        let second = token(&mail(&app, "invitation").expect("another"));
        anyone.post(path, set(&second, NEW)).await.expect(204);
        anyone.post(path, set(&second, NEW)).await.refused(422, "invalid");
        let body = json!({"username": "do.van.binh", "password": NEW});
        anyone.post("/auth/login", body).await.ok();
        assert!(mail(&app, "account_changed").expect("a mail").contains("Mật khẩu đã được đổi"));
    }

    async fn an_invitation_ends_after_four_days(app: TestApp) {
        let world = World::new(&app).await;
        let body = json!({"username": "binh", "person_id": world.officer, "grants": []});
        world.admin.post("/users", body).await.created();
        let link = token(&mail(&app, "invitation").expect("an invitation"));
        app.app.clock.advance(TimeDelta::hours(97));
        let body = json!({"token": link, "new_password": NEW});
        app.anonymous().post("/auth/password-resets", body).await.refused(422, "invalid");
    }

    async fn a_forgotten_password_is_told_to_nobody_but_its_owner(app: TestApp) {
        let world = World::new(&app).await;
        let grants = json!([{"role": "officer", "unit_id": world.commune}]);
        let user = app.user(Some(world.officer), grants).await;
        let name = user.get("/me").await.ok()["username"].clone();
        let anyone = app.anonymous();
        let path = "/auth/password-reset-requests";
        let unknown = anyone.post(path, json!({"username": "nobody"})).await;
        let known = anyone.post(path, json!({"username": name})).await;
        assert_eq!((unknown.status, unknown.text), (204, known.text));
        let body = json!({"token": token(&mail(&app, "password_reset").expect("a mail")), "new_password": NEW});
        anyone.post("/auth/password-resets", body).await.expect(204);
        user.get("/me").await.refused(401, "unauthenticated");
        // Asked again and again, it has to wait.
        for _ in 0..3 {
            anyone.post(path, json!({"username": "somebody"})).await;
        }
        let waits = anyone.post(path, json!({"username": "somebody"})).await;
        assert!(!waits.header("retry-after").is_empty());
        waits.refused(429, "too_many_requests");
    }

    async fn a_sent_link_is_not_kept(app: TestApp) {
        let world = World::new(&app).await;
        let body = json!({"username": "binh", "person_id": world.officer, "grants": []});
        world.admin.post("/users", body).await.created();
        let server = crate::support::smtp::SmtpServer::start().await;
        let round = crate::jobs::sender(&app, &server).send_all().await.expect("a round");
        assert_eq!(round.sent, 1);
        assert!(server.received()[0].raw.contains("Subject"));
        assert_eq!(mail(&app, "invitation").as_deref(), Some(""));
    }

    async fn secrets_are_sealed_in_the_store(app: TestApp) {
        let admin = app.admin();
        let again = json!({"current_password": ADMIN_PASSWORD});
        let begun = admin.post("/me/second-factor", again).await.ok();
        let kept = app.app.db.read(|conn| db::second_factors::of(conn, 1)).expect("reads").secret.expect("one");
        let secret = begun["secret"].as_str().expect("text");
        assert!(!kept.contains(secret) && !secret.is_empty());
    }
}

//! One's own account in a browser: second factor, links by mail, sessions.

use giaingan::config::Mfa;
use serde_json::json;
use totp_rs::{Builder, Secret, Totp};

use crate::support::app::{ADMIN_PASSWORD, TestApp, both};
use crate::support::browser::Browser;
use crate::support::builders::World;

fn phone(secret: &str) -> Totp {
    let secret = Secret::try_from_base32(secret).expect("base32");
    Builder::new()
        .with_secret(secret)
        .build()
        .expect("a generator")
}

fn code(app: &TestApp, phone: &Totp, steps: i64) -> String {
    let at = app.app.clock.now().and_utc().timestamp() + 30 * steps;
    phone
        .generate(u64::try_from(at).expect("after 1970"))
        .to_string()
}

both! {
    async fn a_second_factor_is_set_up_with_a_phone_and_asked_for(app: TestApp) {
        let browser = Browser::signed_in(&app, "admin").await;
        let from = "/account/second-factor";
        let wrong = browser.fill(from, from, &[("current_password", "wrong")]).await.expect(422);
        wrong.shows("mật khẩu hiện tại không đúng");
        let shown = browser.fill(from, from, &[("current_password", ADMIN_PASSWORD)]).await.ok();
        shown.shows("<svg").shows("otpauth://totp/Giaingan:admin");
        let secret = shown.value_of("secret");
        let (phone, csrf, uri) = (phone(&secret), shown.value_of("_csrf"), shown.value_of("otpauth_uri"));
        let confirm = async |typed: &str| {
            let fields = [("_csrf", csrf.as_str()), ("secret", &secret), ("otpauth_uri", &uri), ("totp_code", typed)];
            browser.post("/account/second-factor/confirmation", &fields).await
        };
        // A wrong code shows the same secret again.
        assert_eq!(confirm("000000").await.expect(422).value_of("secret"), secret);
        confirm(&code(&app, &phone, 0)).await.ok().shows("mã dự phòng");
        let other = Browser::new(&app);
        let fields = [("username", "admin"), ("password", ADMIN_PASSWORD)];
        other.post("/sign-in", &fields).await.expect(401);
        let typed = code(&app, &phone, 1);
        let fields = [("username", "admin"), ("password", ADMIN_PASSWORD), ("totp_code", &typed)];
        other.post("/sign-in", &fields).await.expect(303);
        other.get("/account").await.ok().shows("Có ·");
    }

    async fn where_a_second_factor_is_required_every_page_leads_there(app: TestApp) {
        let strict = app.beside(|settings| settings.mfa = Mfa::Required);
        let browser = Browser::signed_in(&strict, "admin").await;
        assert_eq!(browser.get("/projects").await.sent_to(), "/account/second-factor");
        browser.get("/account/second-factor").await.ok().shows("bắt buộc bật xác thực hai lớp");
    }

    async fn an_invited_user_chooses_a_password_once(app: TestApp) {
        let world = World::new(&app).await;
        let body = json!({"username": "binh", "person_id": world.officer, "grants": [{"role": "viewer", "unit_id": world.commune}]});
        world.admin.post("/users", body).await.created();
        let text = app.app.db.read(|conn| {
            use diesel::prelude::*;
            use giaingan::db::schema::mails;
            Ok(mails::table.filter(mails::reason.eq("invitation")).select(mails::text_body).first::<String>(conn)?)
        });
        let text = text.expect("an invitation");
        let link = text.lines().find_map(|line| line.strip_prefix("http://127.0.0.1:8080")).expect("a link").to_owned();
        let browser = Browser::new(&app);
        browser.get(&link).await.ok().shows("Đặt mật khẩu");
        let (one, other) = ("mười chín con vịt qua sông", "mười tám con vịt qua sông");
        let differ = [("new_password", one), ("again", other)];
        browser.post(&link, &differ).await.expect(422).shows("Hai lần nhập không giống nhau");
        let weak = [("new_password", "123456789012"), ("again", "123456789012")];
        browser.post(&link, &weak).await.expect(422).shows("quá dễ đoán");
        let fine = [("new_password", one), ("again", one)];
        assert_eq!(browser.post(&link, &fine).await.sent_to(), "/sign-in?set=1");
        browser.get("/sign-in?set=1").await.ok().shows("Đã đặt mật khẩu");
        browser.post("/sign-in", &[("username", "binh"), ("password", one)]).await.expect(303);
        browser.get(&link).await.expect(404).shows("Liên kết đã dùng hoặc hết hạn");
    }

    async fn asking_for_a_new_password_looks_the_same_for_every_name(app: TestApp) {
        let browser = Browser::new(&app);
        browser.get("/password").await.ok().shows("Quên mật khẩu");
        let known = browser.post("/password", &[("username", "admin")]).await.ok();
        let unknown = browser.post("/password", &[("username", "nobody")]).await.ok();
        known.shows("liên kết đã được gửi");
        unknown.shows("liên kết đã được gửi");
    }

    async fn another_session_is_ended_from_the_account_page(app: TestApp) {
        let (here, there) = (Browser::signed_in(&app, "admin").await, Browser::signed_in(&app, "admin").await);
        let page = here.get("/account").await.ok();
        let id = page.text.split("name=\"session\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("another session").to_owned();
        here.fill("/account", "/account/sessions", &[("session", &id)]).await.expect(303);
        assert_eq!(there.get("/account").await.sent_to(), "/sign-in?next=/account");
        here.get("/account").await.ok();
    }
}

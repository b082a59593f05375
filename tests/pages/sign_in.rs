use chrono::TimeDelta;

use crate::support::app::{ADMIN_PASSWORD, both};
use crate::support::browser::Browser;

both! {
    async fn signing_in_leads_to_the_page_asked_for(app: TestApp) {
        let browser = Browser::new(&app);
        let way = browser.get("/account?x=1").await.sent_to();
        assert_eq!(way, "/sign-in?next=/account%3Fx%3D1");
        let gate = browser.get(&way).await.ok();
        assert_eq!(gate.value_of("next"), "/account?x=1");
        let fields = [("next", "/account?x=1"), ("username", "Admin"), ("password", ADMIN_PASSWORD)];
        let entered = browser.post("/sign-in", &fields).await;
        let cookie = entered.header("set-cookie").to_owned();
        assert_eq!(entered.sent_to(), "/account?x=1");
        for part in ["giaingan=", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        browser.get("/account").await.ok().shows("admin");
    }

    async fn another_site_is_no_place_to_go_after_signing_in(app: TestApp) {
        let browser = Browser::new(&app);
        let fields = [("next", "//evil.example/"), ("username", "admin"), ("password", ADMIN_PASSWORD)];
        assert_eq!(browser.post("/sign-in", &fields).await.sent_to(), "/");
    }

    async fn a_wrong_password_keeps_the_name_and_never_shows_the_password(app: TestApp) {
        let browser = Browser::new(&app);
        let fields = [("username", "ad<b>min"), ("password", "wrong-secret")];
        let again = browser.post("/sign-in", &fields).await.expect(401);
        assert_eq!(again.value_of("username"), "ad<b>min");
        again.shows("role=\"alert\"").lacks("wrong-secret").lacks("ad<b>min");
        assert_eq!(browser.get("/account").await.sent_to(), "/sign-in?next=/account");
    }

    async fn too_many_tries_are_put_off(app: TestApp) {
        let browser = Browser::new(&app);
        let mut last = 0;
        for _ in 0..12 {
            let fields = [("username", "admin"), ("password", "wrong")];
            last = browser.post("/sign-in", &fields).await.status;
        }
        assert_eq!(last, 429);
        let fields = [("username", "admin"), ("password", ADMIN_PASSWORD)];
        let put_off = browser.post("/sign-in", &fields).await.expect(429);
        assert!(!put_off.header("retry-after").is_empty());
    }

    async fn signing_out_ends_the_session_on_the_server(app: TestApp) {
        let browser = Browser::signed_in(&app, "admin").await;
        let cookie = "giaingan=x";
        assert_eq!(browser.fill("/account", "/sign-out", &[]).await.sent_to(), "/sign-in?out=1");
        assert_eq!(browser.get("/account").await.sent_to(), "/sign-in?next=/account");
        let stranger = crate::support::app::http().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        let answer = stranger.get(format!("{}/account", app.base)).header("Cookie", cookie).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 303);
    }

    async fn sessions_end_after_half_an_hour_of_rest_and_twelve_hours_in_all(app: TestApp) {
        let browser = Browser::signed_in(&app, "admin").await;
        for _ in 0..25 {
            app.app.clock.advance(TimeDelta::minutes(28));
            browser.get("/account").await.ok();
        }
        app.app.clock.advance(TimeDelta::minutes(29));
        browser.get("/account").await.expect(303);
        let resting = Browser::signed_in(&app, "admin").await;
        app.app.clock.advance(TimeDelta::minutes(31));
        resting.get("/account").await.expect(303);
    }

    async fn a_form_needs_the_token_of_its_session_and_a_page_of_ours(app: TestApp) {
        let browser = Browser::signed_in(&app, "admin").await;
        let fields = [("current_password", ADMIN_PASSWORD), ("new_password", "một câu thật dài khác"), ("again", "một câu thật dài khác")];
        browser.post("/account/password", &fields).await.expect(403);
        let token = browser.get("/account").await.value_of("_csrf");
        let other = Browser::signed_in(&app, "admin").await;
        let mut with_token = vec![("_csrf", token.as_str())];
        with_token.extend_from_slice(&fields);
        other.post("/account/password", &with_token).await.expect(403);
        for (name, value) in [("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example")] {
            let answer = browser.request("/account/password", &with_token).header(name, value).send().await.expect("an answer");
            assert_eq!(answer.status().as_u16(), 403, "{name}");
        }
        assert_eq!(browser.post("/account/password", &with_token).await.sent_to(), "/account?done=1");
        other.get("/account").await.expect(303);
    }

    async fn what_was_typed_survives_the_end_of_the_session(app: TestApp) {
        let world = crate::support::builders::World::new(&app).await;
        let browser = Browser::signed_in(&app, "admin").await;
        let (from, path) = (format!("/projects/{}/people", world.project), format!("/projects/{}/people", world.project));
        let page = browser.get(&from).await.ok();
        app.app.clock.advance(TimeDelta::hours(13));
        let number = "điều \"đã\" gõ <1>";
        let typed = [("_csrf", page.value_of("_csrf")), ("_key", page.value_of("_key")), ("decision_number", number.to_owned())];
        let typed: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let gate = browser.post(&path, &typed).await.expect(401);
        let resume = browser.send(&gate, "/sign-in", &[("username", "admin"), ("password", ADMIN_PASSWORD)]).await.ok();
        resume.shows("Trở lại phiếu");
        // The form comes back as it was left; nothing is recorded, and nothing is called a fault yet.
        let form = browser.send(&resume, &path, &[]).await.ok();
        assert_eq!(form.value_of("decision_number"), number);
        form.shows("trước khi phiên hết hạn").lacks("Cần sửa các chỗ sau");
        browser.fill(&from, &path, &[("decision_number", number)]).await.expect(422).shows("Cần sửa các chỗ sau");
    }

    async fn a_password_is_not_carried_over_the_end_of_the_session(app: TestApp) {
        let browser = Browser::signed_in(&app, "admin").await;
        let page = browser.get("/account").await.ok();
        app.app.clock.advance(TimeDelta::hours(13));
        let typed = [("current_password", "mật khẩu cũ"), ("new_password", "mật khẩu mới dài"), ("again", "mật khẩu mới dài")];
        let gate = browser.send(&page, "/account/password", &typed).await.expect(401);
        let resume = browser.send(&gate, "/sign-in", &[("username", "admin"), ("password", ADMIN_PASSWORD)]).await.ok();
        let form = browser.send(&resume, "/account/password", &[]).await.ok();
        for page in [&gate, &resume, &form] {
            page.lacks("mật khẩu cũ").lacks("mật khẩu mới dài");
        }
        form.shows("name=\"new_password\"").lacks("Cần sửa các chỗ sau");
        // All that is missing is told at once.
        let empty = browser.send(&form, "/account/password", &[("again", "khác")]).await.expect(422);
        empty.shows("f-current_password-fault").shows("f-new_password-fault").shows("f-again-fault");
    }

    async fn a_button_pressed_too_late_is_pressed_again(app: TestApp) {
        let world = crate::support::builders::World::new(&app).await;
        let body = serde_json::json!({"username": "binh", "person_id": world.officer, "grants": [{"role": "viewer", "unit_id": world.commune}]});
        let user = world.admin.post("/users", body).await.created()["id"].clone();
        let browser = Browser::signed_in(&app, "admin").await;
        let (place, action) = (format!("/administration/users/{user}"), format!("/administration/users/{user}/sign-out"));
        let page = browser.get(&place).await.ok();
        app.app.clock.advance(TimeDelta::hours(13));
        let gate = browser.send(&page, &action, &[]).await.expect(401);
        let resume = browser.send(&gate, "/sign-in", &[("username", "admin"), ("password", ADMIN_PASSWORD)]).await.ok();
        resume.shows("chưa được thực hiện");
        assert_eq!(browser.send(&resume, &action, &[]).await.sent_to(), format!("{place}?done=1"));
    }

    async fn language_and_theme_are_chosen_without_changing_the_address(app: TestApp) {
        let browser = Browser::new(&app);
        browser.get("/sign-in").await.ok().shows("lang=\"vi\"").shows("Mật khẩu");
        assert_eq!(browser.post("/preferences", &[("choose", "en"), ("back", "/sign-in?next=/account")]).await.sent_to(), "/sign-in?next=/account");
        browser.post("/preferences", &[("choose", "dark"), ("back", "/sign-in")]).await.expect(303);
        browser.get("/sign-in").await.ok().shows("lang=\"en\"").shows("data-theme=\"dark\"").shows("Password");
    }

    async fn pages_load_nothing_from_outside_and_say_so(app: TestApp) {
        let browser = Browser::new(&app);
        let page = browser.get("/sign-in").await.ok();
        let policy = page.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
        for (name, value) in [("x-content-type-options", "nosniff"), ("cross-origin-opener-policy", "same-origin"), ("cache-control", "no-store")] {
            assert_eq!(page.header(name), value);
        }
        page.lacks(" style=").lacks("<script>").lacks("https://").lacks("onclick");
        let style = page.text.split("href=\"/assets/style").nth(1).and_then(|rest| rest.split('"').next()).expect("a style sheet");
        let style = browser.get(&format!("/assets/style{style}")).await.ok();
        assert!(style.header("cache-control").contains("immutable"));
        style.lacks("url(http").lacks("@import");
        browser.get("/assets/other.css").await.expect(404);
    }

    async fn what_is_not_there_is_a_page_for_people_and_a_problem_for_programs(app: TestApp) {
        let browser = Browser::new(&app);
        browser.get("/nowhere").await.expect(404).shows("<h1>");
        let problem = browser.get("/api/v1/nowhere").await.expect(404);
        assert!(problem.header("content-type").starts_with("application/problem+json"));
        browser.post("/account", &[]).await.expect(405).shows("<h1>");
    }
}

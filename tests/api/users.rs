use reqwest::Method;
use serde_json::json;

use super::reference::{agency, at, faults, id, person, province, unit, walk};
use crate::support::app::{ADMIN_PASSWORD, Answer, both};

both! {
    async fn a_user_signs_in_with_their_password(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        let office = agency(&admin, "SXD", province).await;
        let lan = person(&admin, "Lan", office).await;
        let body = json!({"username": "Lan.Nguyễn", "person_id": lan, "grants": [{"role": "officer", "agency_id": office}], "password": ADMIN_PASSWORD});
        let made = admin.post("/users", body).await;
        assert!(!made.text.contains("argon2") && !made.text.contains(ADMIN_PASSWORD), "{}", made.text);
        let made = made.created();
        assert_eq!(made, json!({"id": made["id"], "username": "lan.nguyen", "person_id": lan, "locale": "vi", "active": true,
            "grants": [{"role": "officer", "unit_id": null, "agency_id": office}]}));
        assert_eq!(admin.get(&format!("/users/{}", made["id"])).await.ok(), made);
        use diesel::prelude::*;
        use giaingan::db::schema::audit_events::dsl::{action, after, audit_events};
        let logged: Vec<Option<String>> = app.app.db.read(|conn| {
            Ok(audit_events.filter(action.eq("user.created")).select(after).load(conn)?)
        }).expect("events");
        assert_eq!(logged.len(), 2);
        assert!(!format!("{logged:?}").contains("argon2") && !format!("{logged:?}").contains(ADMIN_PASSWORD));
        let pair = app.anonymous().post("/auth/login", json!({"username": "lan.nguyen", "password": ADMIN_PASSWORD})).await.ok();
        let mut lan_client = app.anonymous();
        lan_client.token = pair["access_token"].as_str().map(str::to_owned);
        let me = lan_client.get("/me").await;
        assert!(!me.header("etag").is_empty());
        assert_eq!(me.ok(), json!({"id": made["id"], "username": "lan.nguyen", "locale": "vi",
            "person": {"id": lan, "full_name": "Lan", "position": "Chuyên viên", "agency_id": office, "email": "an@quangninh.gov.vn"},
            "grants": [{"role": "officer", "unit_id": null, "agency_id": office}], "api_key": null}));
        lan_client.get("/users").await.refused(403, "forbidden");
        app.anonymous().get("/me").await.refused(401, "unauthenticated");
    }

    async fn without_a_password_nobody_signs_in(app: TestApp) {
        let admin = app.admin();
        admin.post("/users", json!({"username": "invited"})).await.created();
        for password in ["", "null", ADMIN_PASSWORD] {
            app.anonymous().post("/auth/login", json!({"username": "invited", "password": password})).await.refused(401, "invalid_credentials");
        }
    }

    async fn every_fault_of_a_user_is_named(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        let body = json!({"username": "ADMIN", "password": "short", "grants": [
            {"role": "officer"}, {"role": "viewer", "unit_id": 999}, {"role": "viewer", "agency_id": 999},
            {"role": "admin", "unit_id": province, "agency_id": 1}, {"role": "leader", "unit_id": province},
            {"role": "auditor", "unit_id": province}, {"role": "auditor", "unit_id": province}]});
        let problem = admin.post("/users", body).await.refused(422, "invalid");
        assert_eq!(faults(&problem), at(&[("/grants/0/unit_id", "required"), ("/grants/1/unit_id", "invalid"), ("/grants/2/agency_id", "invalid"),
            ("/grants/3/agency_id", "invalid"), ("/grants/6", "invalid"), ("/password", "invalid"),
            ("/person_id", "required"), ("/username", "duplicate_code")]));
        for (username, code) in [("ab", "invalid"), ("hai từ", "invalid"), ("a\u{0}bc", "invalid"), ("", "required"), ("x/y/z", "invalid")] {
            let problem = admin.post("/users", json!({"username": username})).await.refused(422, code);
            assert_eq!(faults(&problem), at(&[("/username", code)]), "{username}");
        }
        let problem = admin.post("/users", json!({"username": "xyz", "person_id": 99, "password_hash": "x", "locale": "fr"})).await.refused(422, "invalid");
        assert_eq!(faults(&problem), at(&[("/locale", "invalid"), ("/password_hash", "unknown_field")]));
        let problem = admin.post("/users", json!({"username": "xyz", "person_id": 99})).await.refused(422, "invalid");
        assert_eq!(faults(&problem), at(&[("/person_id", "invalid")]));
        admin.patch("/users/1", json!({"password": ADMIN_PASSWORD})).await.refused(422, "unknown_field");
    }

    async fn switching_a_user_off_ends_the_session_at_once(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        let user = app.user(None, json!([{"role": "viewer", "unit_id": province}])).await;
        let path = format!("/users/{}", user.get("/me").await.ok()["id"]);
        assert_eq!(admin.patch(&path, json!({"active": false})).await.ok()["active"], false);
        user.get("/me").await.refused(401, "unauthenticated");
        assert_eq!(admin.patch(&path, json!({"active": true})).await.ok()["active"], true);
        user.get("/me").await.refused(401, "unauthenticated");
    }

    async fn new_grants_count_from_the_next_request(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        let user = app.user(None, json!([{"role": "viewer", "unit_id": province}])).await;
        let path = format!("/users/{}", user.get("/me").await.ok()["id"]);
        user.get("/users").await.refused(403, "forbidden");
        let grants = json!([{"role": "admin", "unit_id": province, "agency_id": null}]);
        assert_eq!(admin.patch(&path, json!({"grants": grants})).await.ok()["grants"], grants);
        user.get("/users").await.ok();
        assert_eq!(admin.patch(&path, json!({"grants": []})).await.ok()["grants"], json!([]));
        user.get("/users").await.refused(403, "forbidden");
        app.today("2024-07-01");
        assert_eq!(admin.patch(&path, json!({"grants": grants})).await.ok()["grants"], grants);
        app.today("2024-07-02");
        assert_eq!(admin.patch(&path, json!({"locale": "en"})).await.ok()["grants"], grants);
        admin.patch(&path, json!({"grants": []})).await.ok();
        user.get("/users").await.refused(403, "forbidden");
        app.today("2024-07-01");
        // What was in force stays on record.
        user.get("/users").await.ok();
    }

    async fn nobody_grants_more_than_they_have(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        let here = unit(&admin, "H1", "district", province).await;
        let commune = unit(&admin, "X1", "commune", here).await;
        let there = unit(&admin, "H2", "district", province).await;
        let (mine, other) = (agency(&admin, "MINE", commune).await, agency(&admin, "OTHER", there).await);
        let (an, binh) = (person(&admin, "An", mine).await, person(&admin, "Bình", other).await);
        let scoped = app.user(None, json!([{"role": "admin", "unit_id": here}])).await;
        for grant in [json!({"role": "viewer", "unit_id": province}), json!({"role": "viewer", "unit_id": there}), json!({"role": "viewer", "agency_id": other})] {
            scoped.post("/users", json!({"username": "sneaky", "grants": [grant]})).await.refused(403, "forbidden");
        }
        scoped.post("/users", json!({"username": "sneaky", "person_id": binh, "grants": [{"role": "leader"}]})).await.refused(403, "forbidden");
        scoped.post("/users", json!({"username": "sneaky"})).await.refused(403, "forbidden");
        let new = scoped.post("/users", json!({"username": "fine", "grants": [{"role": "admin", "unit_id": commune}, {"role": "officer", "agency_id": mine}]})).await.created();
        let path = format!("/users/{}", new["id"]);
        scoped.patch(&path, json!({"grants": [{"role": "admin", "unit_id": province}]})).await.refused(403, "forbidden");
        scoped.patch(&path, json!({"person_id": binh})).await.refused(403, "forbidden");
        scoped.patch(&path, json!({"person_id": an})).await.ok();
        let leader = scoped.post("/users", json!({"username": "leader", "person_id": an, "grants": [{"role": "leader"}]})).await.created();
        scoped.get(&format!("/users/{}", leader["id"])).await.ok();

        let above = admin.post("/users", json!({"username": "both", "grants": [{"role": "viewer", "unit_id": here}, {"role": "viewer", "unit_id": there}]})).await.created();
        for hidden in [&json!(1), &above["id"]] {
            scoped.get(&format!("/users/{hidden}")).await.refused(404, "not_found");
            scoped.patch(&format!("/users/{hidden}"), json!({"active": false})).await.refused(404, "not_found");
        }
        let seen: Vec<i64> = walk(&scoped, "/users?limit=1").await.iter().map(id).collect();
        let me = id(&scoped.get("/me").await.ok());
        assert_eq!(seen, [me, id(&new), id(&leader)]);
        assert_eq!(admin.get("/users").await.ok()["data"].as_array().expect("rows").len(), 5);
    }

    async fn calls_with_secrets_keep_no_answer(app: TestApp) {
        let admin = app.admin();
        let send = |body| Answer::of(admin.request(Method::POST, "/users").header("Idempotency-Key", "k1").json(&body));
        send(json!({"username": "first", "password": ADMIN_PASSWORD})).await.created();
        let second = send(json!({"username": "second", "password": ADMIN_PASSWORD})).await;
        assert_eq!(second.header("idempotency-replayed"), "");
        second.created();
    }

    async fn the_last_administrator_of_the_province_stays(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        let problem = admin.patch("/users/1", json!({"active": false})).await.refused(422, "invalid");
        assert_eq!(faults(&problem), at(&[("/active", "invalid")]));
        let viewer = json!([{"role": "viewer", "unit_id": province}]);
        for grants in [json!([]), viewer.clone()] {
            let problem = admin.patch("/users/1", json!({"grants": grants})).await.refused(422, "invalid");
            assert_eq!(faults(&problem), at(&[("/grants", "invalid")]));
        }
        let commune = unit(&admin, "C1", "commune", province).await;
        app.user(None, json!([{"role": "admin", "unit_id": commune}])).await;
        admin.patch("/users/1", json!({"active": false})).await.refused(422, "invalid");
        let second = app.user(None, json!([{"role": "admin", "unit_id": province}])).await;
        let path = format!("/users/{}", second.get("/me").await.ok()["id"]);
        admin.patch(&path, json!({"active": false})).await.ok();
        admin.patch("/users/1", json!({"active": false})).await.refused(422, "invalid");
        admin.patch(&path, json!({"active": true})).await.ok();
        assert_eq!(admin.patch("/users/1", json!({"active": false})).await.ok()["active"], false);
        admin.get("/me").await.refused(401, "unauthenticated");
    }
}

use chrono::TimeDelta;
use giaingan::service::{Ctx, api_keys};
use serde_json::{Value, json};

use crate::support::app::{Client, TestApp, both};
use crate::support::builders::{World, faults, user_with};

/// A client that signs in with a key.
fn with_key(app: &TestApp, made: &Value) -> Client {
    let secret = made["secret"].as_str().expect("a secret").to_owned();
    Client {
        token: Some(secret),
        ..app.anonymous()
    }
}

fn key_body(role: &str, unit: i64, permissions: &[&str]) -> Value {
    json!({"name": "TABMIS", "grant": {"role": role, "unit_id": unit}, "permissions": permissions})
}

async fn make(admin: &Client, body: Value) -> Value {
    admin.post("/api-keys", body).await.created()
}

both! {
    async fn a_key_signs_in_and_its_secret_is_shown_once(app: TestApp) {
        let world = World::new(&app).await;
        let made = make(&world.admin, key_body("officer", world.district, &["log_disbursements"])).await;
        let secret = made["secret"].as_str().expect("a secret");
        assert!(secret.starts_with(made["prefix"].as_str().expect("a prefix")) && secret.len() > 50, "{secret}");
        assert_eq!(made["permissions"], json!(["read", "log_disbursements"]));
        let path = format!("/api-keys/{}", made["id"]);
        let shown = world.admin.get(&path).await.ok();
        assert_eq!((&shown["secret"], &shown["owner"]["username"]), (&Value::Null, &json!("admin")));
        assert!(!world.admin.get("/api-keys").await.text.contains(secret));

        let system = with_key(&app, &made);
        world.plan(world.project, 1_000).await;
        let body = world.payment_body(100, "2024-05-05", "v1");
        let paid = system.post(&format!("/projects/{}/disbursements", world.project), body).await.created();
        assert_eq!(paid["recorded_by"]["username"], "admin");
        let history = world.admin.get(&format!("/projects/{}/history", world.project)).await.ok();
        assert_eq!(history["data"][0]["actor"], "admin · TABMIS");
        let me = system.get("/me").await.ok();
        assert_eq!((&me["username"], &me["api_key"]["name"], &me["grants"][0]["role"]), (&json!("admin"), &json!("TABMIS"), &json!("officer")));
        api_keys::note_used(&Ctx::system(&app.app, "test")).expect("notes");
        assert!(world.admin.get(&path).await.ok()["last_used_at"].is_string());
        assert_eq!(app.anonymous().get("/me").await.status, 401);
        let forged = Client { token: Some(format!("{secret}x")), ..app.anonymous() };
        forged.get("/me").await.refused(401, "unauthenticated");
    }

    async fn a_key_may_no_more_than_it_lists_where_it_is_granted(app: TestApp) {
        let world = World::new(&app).await;
        let key = make(&world.admin, key_body("officer", world.commune, &["edit_plans"])).await;
        let system = with_key(&app, &key);
        let entries = |project: i64| format!("/projects/{project}/plan-entries");
        system.post(&entries(world.project), world.plan_body(100)).await.created();
        system.post(&entries(world.other_project), world.plan_body(100)).await.refused(404, "not_found");
        let payment = world.payment_body(10, "2024-05-05", "v1");
        system.post(&format!("/projects/{}/disbursements", world.project), payment).await.refused(403, "forbidden");
        system.get("/users").await.refused(403, "forbidden");
        system.post("/api-keys", key_body("viewer", world.commune, &[])).await.refused(403, "forbidden");
        let password = json!({"current_password": "x", "new_password": "con thuyền trên vịnh 8"});
        system.put("/me/password", password).await.refused(403, "forbidden");

        // An administrator's key that lists nothing still makes nobody strong.
        let key = make(&world.admin, key_body("admin", world.province, &[])).await;
        let system = with_key(&app, &key);
        system.get("/users").await.refused(403, "forbidden");
        system.get("/api-keys").await.refused(403, "forbidden");
        system.get("/mails").await.ok();
        let key = make(&world.admin, key_body("admin", world.province, &["manage_users"])).await;
        with_key(&app, &key).get("/users").await.ok();
    }

    async fn a_key_ends_with_its_owner_its_day_or_its_revocation(app: TestApp) {
        let now = "2024-06-30T02:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().expect("an instant");
        app.app.clock.set_now(now);
        let world = World::new(&app).await;
        let owner = app.user(None, json!([{"role": "admin", "unit_id": world.district}])).await;
        let made = make(&owner, key_body("officer", world.commune, &[])).await;
        let system = with_key(&app, &made);
        let project = format!("/projects/{}", world.project);
        system.get(&project).await.ok();

        // What the owner loses the key loses.
        let me = owner.get("/me").await.ok();
        let user = format!("/users/{}", me["id"]);
        let elsewhere = json!({"grants": [{"role": "admin", "unit_id": world.other_commune}]});
        world.admin.patch(&user, elsewhere).await.ok();
        system.get(&project).await.refused(404, "not_found");
        world.admin.patch(&user, json!({"grants": [{"role": "viewer", "unit_id": world.commune}]})).await.ok();
        system.get(&project).await.ok();
        system.post(&format!("{project}/plan-entries"), world.plan_body(1)).await.refused(403, "forbidden");
        world.admin.patch(&user, json!({"active": false})).await.ok();
        system.get(&project).await.refused(401, "unauthenticated");

        let ends = (app.app.clock.now() + TimeDelta::hours(1)).and_utc();
        let mut body = key_body("viewer", world.province, &[]);
        body["expires_at"] = json!(ends.to_rfc3339());
        let short = make(&world.admin, body).await;
        let long = make(&world.admin, key_body("viewer", world.province, &[])).await;
        app.app.clock.advance(TimeDelta::hours(2));
        with_key(&app, &short).get("/me").await.refused(401, "unauthenticated");
        with_key(&app, &long).get("/me").await.ok();
        let admin = app.admin();
        let path = format!("/api-keys/{}/revocation", long["id"]);
        let revoked = admin.post(&path, json!({})).await.ok();
        assert!(revoked["revoked_at"].is_string());
        with_key(&app, &long).get("/me").await.refused(401, "unauthenticated");
        assert_eq!(admin.post(&path, json!({})).await.ok(), revoked);
    }

    async fn keys_are_changed_within_the_rights_of_who_changes_them(app: TestApp) {
        let world = World::new(&app).await;
        let made = make(&world.admin, key_body("officer", world.commune, &["edit_plans"])).await;
        let path = format!("/api-keys/{}", made["id"]);
        let changed = world.admin.patch(&path, json!({"name": "Kho bạc", "permissions": ["log_disbursements"], "rate_limit": 5})).await.ok();
        assert_eq!((&changed["name"], &changed["permissions"], &changed["rate_limit"]), (&json!("Kho bạc"), &json!(["read", "log_disbursements"]), &json!(5)));
        let problem = world.admin.patch(&path, json!({"permissions": ["waive"], "expires_at": "2020-01-01T00:00:00Z"})).await.refused(422, "invalid");
        assert_eq!(faults(&problem), [("/permissions/0".into(), "invalid".into())]);
        let problem = world.admin.patch(&path, json!({"permissions": ["approve_schedules"], "expires_at": "2020-01-01T00:00:00Z"})).await.refused(422, "invalid");
        assert_eq!(faults(&problem), [("/expires_at".into(), "out_of_range".into()), ("/permissions/0".into(), "invalid".into())]);

        let local = user_with(&app, "admin", Some(world.other_commune), None, None);
        local.get(&path).await.refused(404, "not_found");
        assert_eq!(local.get("/api-keys").await.ok()["data"], json!([]));
        local.post("/api-keys", key_body("viewer", world.commune, &[])).await.refused(403, "forbidden");
        let problem = local.post("/api-keys", json!({"name": "x", "grant": {"role": "leader"}})).await.refused(422, "invalid");
        assert_eq!(faults(&problem), [("/grant/role".into(), "invalid".into())]);
        let problem = local.post("/api-keys", json!({"grant": {"role": "viewer"}, "permissions": ["read", "edit_plans"]})).await.refused(422, "required");
        assert_eq!(faults(&problem), [("/name".into(), "required".into())]);
    }

    async fn a_key_for_an_agency_sees_its_projects(app: TestApp) {
        let world = World::new(&app).await;
        let body = json!({"name": "BQL", "grant": {"role": "viewer", "agency_id": world.pmu}});
        let key = make(&world.admin, body).await;
        let listed = with_key(&app, &key).get("/projects").await.ok();
        assert_eq!(listed["data"].as_array().map(Vec::len), Some(2));
        let other = json!({"name": "Sở", "grant": {"role": "viewer", "agency_id": world.pmu, "unit_id": world.commune}});
        world.admin.post("/api-keys", other).await.refused(422, "invalid");
    }
}

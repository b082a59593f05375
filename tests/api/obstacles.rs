use reqwest::Method;
use serde_json::json;

use crate::support::app::{Answer, both};
use crate::support::builders::{World, with, without};

both! {
    async fn an_obstacle_is_recorded_followed_and_resolved(app: TestApp) {
        let world = World::new(&app).await;
        let path = format!("/projects/{}/obstacles", world.project);
        let body = json!({"category": "site_clearance", "description": "Còn 3 hộ chưa bàn giao", "owner_agency_id": world.investor,
            "owner_person_id": world.leader, "due_date": "2024-07-31", "status": "open"});
        let made = world.admin.post(&path, body.clone()).await.created();
        assert_eq!((&made["category"], &made["status"], &made["resolution"]), (&json!("site_clearance"), &json!("open"), &json!(null)));
        assert_eq!(made["owner_agency"], json!({"id": world.investor, "code": "SGTVT", "name": "Sở Giao thông vận tải"}));
        assert_eq!(made["owner_person"]["full_name"], "Trần Thị Hà");
        assert_eq!(made["recorded_by"]["username"], "admin");
        let second = world.admin.post(&path, without(without(body, "owner_agency_id"), "status")).await.created();
        assert_eq!((&second["status"], &second["owner_agency"]), (&json!("open"), &json!(null)));
        assert_eq!(world.admin.get(&path).await.ok()["data"], json!([made, second]));
        let page = world.admin.get(&format!("{path}?limit=1")).await.ok();
        assert_eq!(page["data"], json!([made]));
        let cursor = page["next_cursor"].as_str().expect("a next page").to_owned();
        assert_eq!(world.admin.get(&format!("{path}?limit=1&cursor={cursor}")).await.ok()["data"], json!([second]));

        let one = format!("/obstacles/{}", made["id"]);
        assert_eq!(world.admin.get(&one).await.ok(), made);
        for status in ["resolved", "unresolvable"] {
            let problem = world.admin.patch(&one, json!({"status": status})).await.refused(422, "required");
            assert_eq!(problem["errors"][0]["pointer"], "/resolution");
        }
        let done = world.admin.patch(&one, json!({"status": "resolved", "resolution": "Đã bàn giao"})).await.ok();
        assert_eq!((&done["status"], &done["resolution"], &done["due_date"]), (&json!("resolved"), &json!("Đã bàn giao"), &json!("2024-07-31")));
        let again = world.admin.patch(&one, json!({"status": "in_progress", "resolution": null, "owner_person_id": null})).await.ok();
        assert_eq!((&again["status"], &again["resolution"], &again["owner_person"]), (&json!("in_progress"), &json!(null), &json!(null)));
    }

    async fn bad_obstacles_are_refused(app: TestApp) {
        let world = World::new(&app).await;
        let path = format!("/projects/{}/obstacles", world.project);
        let body = json!({"category": "weather", "description": "Bão số 3", "due_date": "2024-09-30"});
        let refused = |change: serde_json::Value, code: &'static str, at: &'static str| {
            let (path, body, admin) = (path.clone(), with(body.clone(), change), world.admin.clone());
            async move {
                let problem = admin.post(&path, body).await.refused(422, code);
                assert_eq!(problem["errors"][0]["pointer"], at);
            }
        };
        refused(json!({"category": "x".repeat(41)}), "out_of_range", "/category").await;
        refused(json!({"owner_agency_id": 999_999}), "invalid", "/owner_agency_id").await;
        refused(json!({"owner_person_id": 999_999}), "invalid", "/owner_person_id").await;
        refused(json!({"status": "resolved"}), "required", "/resolution").await;
        assert_eq!(world.admin.get(&path).await.ok()["data"], json!([]));
        world.admin.patch("/obstacles/999999", json!({"status": "open"})).await.refused(404, "not_found");
    }

    async fn obstacles_are_kept_to_those_whose_project_it_is(app: TestApp) {
        let world = World::new(&app).await;
        let path = format!("/projects/{}/obstacles", world.project);
        let body = json!({"category": "materials", "description": "Thiếu đất đắp", "due_date": "2024-09-30"});
        let made = world.admin.post(&path, body.clone()).await.created();
        let one = format!("/obstacles/{}", made["id"]);
        let other = app.user(None, json!([{"role": "officer", "unit_id": world.other_commune}])).await;
        other.get(&path).await.refused(404, "not_found");
        other.post(&path, body.clone()).await.refused(404, "not_found");
        other.patch(&one, json!({"status": "open"})).await.refused(404, "not_found");
        let viewer = app.user(None, json!([{"role": "viewer", "unit_id": world.commune}])).await;
        assert_eq!(viewer.get(&path).await.ok()["data"], json!([made]));
        viewer.patch(&one, json!({"status": "open"})).await.refused(403, "forbidden");
        let own = app.user(None, json!([{"role": "officer", "unit_id": world.commune}])).await;
        let stale = own.request(Method::PATCH, &one).header("If-Match", "\"old\"").json(&json!({"status": "open"}));
        Answer::of(stale).await.refused(412, "stale_version");
        own.patch(&one, json!({"status": "waiting_higher"})).await.ok();
    }

    async fn the_words_of_provincial_reports_are_offered(app: TestApp) {
        let list = app.admin().get("/obstacle-categories").await.ok();
        let codes: Vec<&str> = list["data"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
        assert_eq!((codes.len(), codes[0]), (14, "site_clearance"));
        assert_eq!(list["data"][13], json!({"code": "responsibility", "name_vi": "Tinh thần trách nhiệm, phối hợp",
            "name_en": "Responsibility and coordination"}));
        let first = app.admin().get("/obstacle-categories?limit=10").await.ok();
        let next = format!("/obstacle-categories?limit=10&cursor={}", first["next_cursor"].as_str().unwrap());
        assert_eq!(app.admin().get(&next).await.ok()["data"].as_array().map(Vec::len), Some(4));
    }
}

use serde_json::json;

use crate::support::app::{Answer, both};
use crate::support::builders::{World, decision, user_with};

both! {
    async fn a_person_subscribes_to_what_is_due(app: TestApp) {
        let world = World::new(&app).await;
        let admin = &world.admin;
        let leads = json!({"person_id": world.leader, "effective_date": "2024-01-01", "decision": decision()});
        admin.put(&format!("/projects/{}/leader", world.project), leads).await.ok();
        world.plan(world.project, 1_000).await;
        world.approved(&app, world.project, world.schedule_body(&[("2024-05-31", 400), ("2024-09-30", 500), ("2024-12-31", 100)])).await;
        world.pay(world.project, 650, "2024-06-05").await;
        let force = json!({"unit_id": world.commune, "decision": decision(), "members": [{"person_id": world.leader, "role": "head"}]});
        let force = admin.post("/task-forces", force).await.created()["id"].clone();
        let directive = json!({"task_force_id": force, "text": "Bàn giao mặt bằng; trước mưa", "assignee_person_id": world.leader,
            "due_date": "2024-07-15", "status": "open", "source_document": "31/TB-UBND"});
        admin.post("/directives", directive).await.created();

        let leader = user_with(&app, "leader", None, None, Some(world.leader));
        assert_eq!(leader.get("/me/calendar").await.ok(), json!({"active": false, "created_at": null}));
        let made = leader.post("/me/calendar", json!({})).await.created();
        let url = made["url"].as_str().expect("an address");
        let path = format!("//{}", url.split_once("/calendar/").map(|(_, rest)| format!("calendar/{rest}")).expect("a path"));
        let stranger = app.anonymous();
        let answer = stranger.get(&path).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "text/calendar; charset=utf-8"));
        let text = answer.text.replace("\r\n ", "");
        assert_eq!(text.matches("BEGIN:VEVENT").count(), 3, "{text}");
        assert!(text.contains("DTSTART;VALUE=DATE:20240930") && text.contains("SUMMARY:Giải ngân 250 đồng: Đường Trần Quốc Nghiễn"), "{text}");
        assert!(text.contains("SUMMARY:Nhiệm vụ được giao: Bàn giao mặt bằng\\; trước mưa"), "{text}");
        let again = stranger.request(reqwest::Method::GET, &path).header("If-None-Match", answer.header("etag"));
        assert_eq!(Answer::of(again).await.status, 304);
        assert!(leader.get("/me/calendar").await.ok()["active"] == true);

        // A new address ends the old one, and a revocation ends both.
        let second = leader.post("/me/calendar", json!({})).await.created();
        assert_eq!(stranger.get(&path).await.status, 404);
        let second = second["url"].as_str().expect("an address").rsplit('/').next().expect("a name").to_owned();
        let second = format!("//calendar/{second}");
        assert_eq!(stranger.get(&second).await.status, 200);
        leader.post("/me/calendar/revocation", json!({})).await.ok();
        assert_eq!(stranger.get(&second).await.status, 404);
        assert_eq!(stranger.get("//calendar/x.ics").await.status, 404);
    }

    async fn a_promise_stands_on_its_day_and_a_key_has_no_calendar(app: TestApp) {
        let world = World::new(&app).await;
        let admin = &world.admin;
        let leads = json!({"person_id": world.leader, "effective_date": "2024-01-01", "decision": decision()});
        admin.put(&format!("/projects/{}/leader", world.project), leads).await.ok();
        world.plan(world.project, 1_000).await;
        world.approved(&app, world.project, world.schedule_body(&[("2024-05-31", 400), ("2024-12-31", 600)])).await;
        admin.post("/alerts/scans", json!({})).await.ok();
        let late = admin.get("/alerts?rule=schedule_overdue").await.ok()["data"][0]["id"].clone();
        let promise = json!({"commit_date": "2024-07-20", "commit_amount": 300, "note": "Chờ hồ sơ"});
        admin.post(&format!("/alerts/{late}/acknowledgement"), promise).await.ok();
        let leader = user_with(&app, "leader", None, None, Some(world.leader));
        let made = leader.post("/me/calendar", json!({})).await.created();
        let name = made["url"].as_str().expect("an address").rsplit('/').next().expect("a name").to_owned();
        let text = app.anonymous().get(&format!("//calendar/{name}")).await.text.replace("\r\n ", "");
        assert!(text.contains("DTSTART;VALUE=DATE:20240720") && text.contains("SUMMARY:Cam kết 300 đồng: "), "{text}");

        let key = json!({"name": "x", "grant": {"role": "viewer", "unit_id": world.province}});
        let key = admin.post("/api-keys", key).await.created();
        let system = crate::support::app::Client { token: key["secret"].as_str().map(str::to_owned), ..app.anonymous() };
        system.post("/me/calendar", json!({})).await.refused(403, "forbidden");
        system.get("/me/calendar").await.refused(403, "forbidden");
    }
}

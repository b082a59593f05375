use serde_json::{Value, json};

use super::alerts::watch::Watch;
use crate::support::app::both;
use crate::support::builders::user_with;

fn labels(list: &Value) -> Vec<&str> {
    let list = list.as_array().expect("a list").iter();
    list.map(|one| one["rule"].as_str().expect("a rule"))
        .collect()
}

both! {
    async fn a_meeting_goes_through_alerts_promises_obstacles_and_directives(app: TestApp) {
        let watch = Watch::new(&app, &["schedule_overdue", "missing_leader"]).await;
        let world = &watch.world;
        watch.give(&app, world.project).await;
        watch.world.plan(world.other_project, 1000).await;
        let obstacle = |description: &str, due: &str| json!({"category": "site_clearance", "description": description, "due_date": due});
        let path = format!("/projects/{}/obstacles", world.project);
        watch.admin.post(&path, obstacle("Mặt bằng", "2024-05-01")).await.created();
        watch.admin.post(&path, obstacle("Vật liệu", "2024-04-20")).await.created();
        let closed = watch.admin.post(&path, obstacle("Đã xong", "2024-04-01")).await.created();
        let done = json!({"status": "resolved", "resolution": "Đã bàn giao"});
        watch.admin.patch(&format!("/obstacles/{}", closed["id"]), done).await.ok();
        let directive = |force: i64, due: &str| json!({"task_force_id": force, "text": "Rà soát", "assignee_person_id": world.officer,
            "due_date": due, "source_document": "31/TB-UBND"});
        for (force, due) in [(watch.district_force, "2024-05-02"), (watch.district_force, "2024-04-15"), (watch.province_force, "2024-04-15")] {
            watch.admin.post("/directives", directive(force, due)).await.created();
        }
        watch.scan(&app, "2024-04-01").await;
        watch.scan(&app, "2024-04-08").await;
        let missing = watch.list("rule=missing_leader").await.remove(0)["id"].clone();
        watch.admin.post(&format!("/alerts/{missing}/acknowledgement"), json!({"commit_date": "2024-04-12", "note": "Đang trình"})).await.ok();

        let pack = watch.admin.get(&format!("/task-forces/{}/meeting-pack", watch.district_force)).await.ok();
        assert_eq!((&pack["unit"]["name"], &pack["as_of"]), (&json!("Thành phố Hạ Long"), &json!("2024-04-08")));
        let levels = pack["levels"].as_array().unwrap();
        assert_eq!(levels.len(), 1, "{levels:#?}");
        let commune = &levels[0];
        assert_eq!((&commune["level"], &commune["total"], &commune["critical"]), (&json!("commune"), &json!(2), &json!(1)));
        assert_eq!(labels(&commune["alerts"]), ["schedule_overdue", "missing_leader"], "the critical one first");
        let overdue = &commune["alerts"][0];
        let told: Vec<(&str, &str, &str)> = overdue["told"].as_array().unwrap().iter().map(|one| {
            (one["person"]["full_name"].as_str().unwrap(), one["level"].as_str().unwrap(), one["on"].as_str().unwrap())
        }).collect();
        assert_eq!(told, [("Trần Thị Hà", "leader", "2024-04-01"), ("Đỗ Văn Bình", "leader", "2024-04-01"),
            ("Phạm Văn Xã", "commune", "2024-04-08"), ("Lý Thị Phó", "commune", "2024-04-08")]);
        assert_eq!(overdue["next"], json!({"on": "2024-04-15", "unit": {"id": world.district, "code": "193", "name": "Thành phố Hạ Long"},
            "level": "district", "people": [{"id": watch.district_head, "full_name": "Vũ Văn Huyện"}]}));
        let one = watch.alert(overdue["id"].as_i64().unwrap()).await;
        assert_eq!((&one["told"], &one["next"]), (&overdue["told"], &overdue["next"]), "the alert itself says so too");

        let promises = pack["promises"].as_array().unwrap();
        assert_eq!((&pack["promises_total"], promises.len()), (&json!(1), 1));
        assert_eq!((&promises[0]["kind"], &promises[0]["made_on"], &promises[0]["note"], &promises[0]["paid"]),
            (&json!("commitment"), &json!("2024-04-08"), &json!("Đang trình"), &json!(null)));
        assert_eq!(promises[0]["alert"]["commitment"]["date"], "2024-04-12");
        let texts = |list: &Value, field: &str| -> Vec<String> {
            list.as_array().unwrap().iter().map(|one| one[field].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!((&pack["obstacles_total"], texts(&pack["obstacles"], "description")), (&json!(2), vec!["Vật liệu".into(), "Mặt bằng".into()]));
        assert_eq!(pack["obstacles"][0]["project"]["name"], "Đường Trần Quốc Nghiễn");
        assert_eq!(texts(&pack["directives"], "due_date"), ["2024-04-15", "2024-05-02"], "its own, due first");
    }

    async fn what_was_paid_on_a_promise_is_shown(app: TestApp) {
        let watch = Watch::with_line(&app, &["schedule_overdue"]).await;
        watch.scan(&app, "2024-04-01").await;
        let alert = watch.live().await["id"].as_i64().unwrap();
        watch.promise(alert, "2024-04-10", 50).await;
        app.today("2024-04-05");
        watch.world.pay(watch.world.project, 20, "2024-04-05").await;
        let pack = watch.admin.get(&format!("/task-forces/{}/meeting-pack", watch.province_force)).await.ok();
        let promise = &pack["promises"][0];
        assert_eq!((&promise["paid"], &promise["alert"]["commitment"]["amount"]), (&json!(20), &json!(50)));
        assert_eq!(pack["levels"][0]["alerts"][0]["next"], json!(null), "nobody while a promise runs");
    }

    async fn members_read_their_pack_and_strangers_do_not(app: TestApp) {
        let watch = Watch::with_line(&app, &["schedule_overdue"]).await;
        watch.scan(&app, "2024-04-01").await;
        let world = &watch.world;
        let path = format!("/task-forces/{}/meeting-pack", watch.commune_force);
        let inside = user_with(&app, "viewer", Some(world.commune), None, None);
        assert_eq!(inside.get(&path).await.ok()["levels"][0]["total"], 1);
        let member = user_with(&app, "leader", None, None, Some(watch.commune_head));
        assert_eq!(member.get(&path).await.ok()["levels"], json!([]), "a member sees what the grants let them see");
        let outside = user_with(&app, "viewer", Some(world.other_commune), None, None);
        outside.get(&path).await.refused(404, "not_found");
        watch.admin.get("/task-forces/999/meeting-pack").await.refused(404, "not_found");
    }
}

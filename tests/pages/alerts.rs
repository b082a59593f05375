use serde_json::json;

use crate::api::alerts::watch::Watch;
use crate::support::app::{TestApp, both};
use crate::support::browser::Browser;

/// A late line, seen by a scan on 1 April: 50 of 1 000 are overdue.
async fn late(app: &TestApp) -> (Watch, i64) {
    let watch = Watch::with_line(app, &["schedule_overdue", "missing_leader"]).await;
    watch.world.plan(watch.world.other_project, 5_000).await;
    watch.scan(app, "2024-04-01").await;
    let list = watch.list("rule=schedule_overdue").await;
    let alert = list[0]["id"].as_i64().expect("an id");
    (watch, alert)
}

async fn leader(app: &TestApp, watch: &Watch) -> Browser {
    let person = Some(watch.world.leader);
    Browser::user(app, "lanh-dao", person, json!([{"role": "leader"}])).await
}

both! {
    async fn the_inbox_counts_by_severity_and_level_and_shows_what_is_in_reach(app: TestApp) {
        let (watch, alert) = late(&app).await;
        let admin = Browser::signed_in(&app, "admin").await;
        let page = admin.get("/alerts").await.ok();
        page.shows("2 cảnh báo").shows(&format!("/alerts/{alert}\"")).shows("Rà soát gần nhất: 01/04/2024").shows("Trần Thị Hà");
        admin.get("/alerts?rule=missing_leader").await.ok().shows("1 cảnh báo").lacks("Trần Thị Hà");
        admin.get("/alerts?state=resolved").await.ok().shows("Không có cảnh báo nào khớp");
        admin.get("/alerts?severity=loud").await.expect(422).shows("<h1>");
        let elsewhere = json!([{"role": "viewer", "unit_id": watch.world.other_commune}]);
        let other = Browser::user(&app, "xa-khac", None, elsewhere).await;
        other.get("/alerts").await.ok().shows("1 cảnh báo").lacks("Trần Quốc Nghiễn").lacks("type=\"checkbox\"");
        other.get(&format!("/alerts/{alert}")).await.expect(404);
        let leader = leader(&app, &watch).await;
        leader.get("/alerts?mine=1").await.ok().shows("1 cảnh báo").shows("Trần Quốc Nghiễn");
    }

    async fn a_promise_is_given_with_every_fault_at_once_and_only_once(app: TestApp) {
        let (watch, alert) = late(&app).await;
        let leader = leader(&app, &watch).await;
        let (path, action) = (format!("/alerts/{alert}"), format!("/alerts/{alert}/acknowledgement"));
        let page = leader.get(&path).await.ok();
        page.shows("Đôn đốc chủ đầu tư").shows("không quá số đang chậm: 50 đồng").shows("value=\"50\"");
        let typed = [("commit_date", "2024-03-01"), ("commit_amount", "80")];
        let refused = leader.send(&page, &action, &typed).await.expect(422);
        for field in ["commit_date", "commit_amount", "note"] {
            refused.shows(&format!("id=\"f-commit-{field}-fault\"")).shows(&format!("href=\"#f-commit-{field}\""));
        }
        assert_eq!(refused.value_of("commit_amount"), "80");
        let typed = [("commit_date", "2024-04-10"), ("commit_amount", "40"), ("note", "Chờ nghiệm thu")];
        assert_eq!(leader.send(&refused, &action, &typed).await.sent_to(), format!("{path}?done=1"));
        leader.send(&refused, &action, &typed).await.sent_to();
        let page = leader.get(&path).await.ok();
        page.shows("Hứa giải ngân 40 đồng đến 10/04/2024").shows("Chờ nghiệm thu").shows("Đã cam kết");
        let events = watch.alert(alert).await["events"].clone();
        let promised = events.as_array().expect("a list").iter().filter(|event| event["kind"] == "committed");
        assert_eq!(promised.count(), 1, "{events}");
        let unreadable = [("commit_date", "2024-04-12"), ("commit_amount", "mười triệu"), ("note", "x")];
        let page = leader.send(&page, &action, &unreadable).await.expect(422);
        page.shows("Không đọc được số này").shows("mười triệu");
    }

    async fn an_alert_is_snoozed_noted_and_waived_by_those_who_may(app: TestApp) {
        let (watch, alert) = late(&app).await;
        let path = format!("/alerts/{alert}");
        let leader = leader(&app, &watch).await;
        let page = leader.get(&path).await.ok();
        page.lacks(&format!("{path}/waiver"));
        leader.send(&page, &format!("{path}/snooze"), &[("until", "2024-04-05"), ("reason", "Chờ họp")]).await.sent_to();
        leader.get(&path).await.ok().shows("Tạm hoãn nhắc").shows("Chờ họp");
        let officer = Browser::user(&app, "can-bo", None, json!([{"role": "officer", "unit_id": 1}])).await;
        let page = officer.get(&path).await.ok();
        page.lacks("/snooze").lacks("/acknowledgement");
        officer.send(&page, &format!("{path}/notes"), &[("text", " ")]).await.expect(422).shows("id=\"f-note-text-fault\"");
        officer.send(&page, &format!("{path}/notes"), &[("text", "Đã gọi nhà thầu")]).await.sent_to();
        let token = page.value_of("_csrf");
        officer.post(&format!("{path}/waiver"), &[("_csrf", &token), ("reason", "x")]).await.expect(403);
        let admin = Browser::signed_in(&app, "admin").await;
        let page = admin.get(&path).await.ok();
        page.shows("Đã gọi nhà thầu").shows("Trần Thị Hà");
        admin.send(&page, &format!("{path}/waiver"), &[("reason", "Dự án dừng")]).await.sent_to();
        admin.get(&path).await.ok().shows("Đã kết thúc").shows("Dự án dừng").lacks("/acknowledgement");
    }

    async fn the_inbox_says_how_many_promises_were_kept(app: TestApp) {
        let (watch, alert) = late(&app).await;
        let admin = Browser::signed_in(&app, "admin").await;
        admin.get("/alerts").await.ok().lacks("cam kết đã đến hạn");
        watch.promise(alert, "2024-04-05", 50).await;
        watch.scan(&app, "2024-04-08").await;
        admin.get("/alerts").await.ok().shows("Giữ được 0 trên 1 cam kết đã đến hạn năm nay (0%)");
    }

    async fn several_alerts_are_acted_on_together_or_not_at_all(app: TestApp) {
        let (watch, alert) = late(&app).await;
        let other = watch.list("rule=missing_leader").await[0]["id"].clone();
        let admin = Browser::signed_in(&app, "admin").await;
        admin.get("/alerts/selection").await.ok().shows("Chưa chọn cảnh báo nào");
        let page = admin.get(&format!("/alerts/selection?id={alert}&id={other}")).await.ok();
        page.shows("Trần Quốc Nghiễn").shows("Cầu Cửa Lục 3");
        let ids = [alert.to_string(), other.to_string()];
        let token = page.value_of("_csrf");
        let fields = |reason: &'static str| vec![("_csrf", token.as_str()), ("id", &ids[0]), ("id", &ids[1]), ("until", "2024-04-05"), ("reason", reason)];
        let refused = admin.post("/alerts/selection/snooze", &fields("")).await.expect(422);
        refused.shows("id=\"f-snooze-reason-fault\"").shows("2024-04-05").shows("Cầu Cửa Lục 3");
        assert!(watch.list("state=acknowledged").await.is_empty());
        let sent = admin.post("/alerts/selection/snooze", &fields("Chờ họp")).await.sent_to();
        admin.get(&sent).await.ok().shows("Đã xử lý 2 cảnh báo");
        assert_eq!(watch.list("state=acknowledged").await.len(), 2);
    }
}

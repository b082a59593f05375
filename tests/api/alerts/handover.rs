use serde_json::{Value, json};

use super::watch::{Watch, counts, story};
use crate::support::app::both;
use crate::support::builders::decision;

const RULES: &[&str] = &["schedule_overdue"];

/// The mails to a person: reason and text.
async fn letters(watch: &Watch, name: &str) -> Vec<(String, String)> {
    let list = watch.admin.get("/mails?limit=200").await.ok();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let list = list["data"].as_array().expect("a list").iter().rev();
    list.filter(|mail| mail["recipient_name"] == name)
        .map(|mail| (text(&mail["reason"]), text(&mail["subject"])))
        .collect()
}

both! {
    async fn a_new_leader_takes_the_live_alerts_over_at_once(app: TestApp) {
        let watch = Watch::with_line(&app, RULES).await;
        watch.scan(&app, "2024-04-01").await;
        let next = watch.person("Ngô Thị Mới").await;
        app.today("2024-04-03");
        watch.lead(watch.world.project, next, "2024-04-03").await;
        let alert = watch.live().await;
        assert_eq!(alert["responsible"], json!({"id": next, "full_name": "Ngô Thị Mới"}), "before any scan");
        assert_eq!((&alert["raised_on"], &alert["escalates_on"]), (&json!("2024-04-01"), &json!("2024-04-08")));
        let event = alert["events"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&event["kind"], &event["detail"]["from"], &event["date"]),
            (&json!("responsible_changed"), &json!(watch.world.leader), &json!("2024-04-03")));
        let since: Vec<(&str, &str)> = alert["responsible_since"].as_array().unwrap().iter()
            .map(|one| (one["from"].as_str().unwrap(), one["person"]["full_name"].as_str().unwrap())).collect();
        assert_eq!(since, [("2024-04-01", "Trần Thị Hà"), ("2024-04-03", "Ngô Thị Mới")]);
        assert_eq!(watch.list(&format!("responsible_id={next}")).await.len(), 1);
        assert!(watch.list(&format!("responsible_id={}", watch.world.leader)).await.is_empty());
        assert_eq!(letters(&watch, "Ngô Thị Mới").await, [("handover".to_owned(),
            "[Cảnh báo] Bàn giao: Đường Trần Quốc Nghiễn – NSTW 2024: chậm giải ngân 1 ngày".to_owned())]);
        // The next scan finds nothing left to hand over.
        assert_eq!(counts(&watch.scan(&app, "2024-04-03").await), [0, 1, 0, 0, 0, 0]);
        let history = watch.admin.get(&format!("/projects/{}/history?limit=200", watch.world.project)).await.ok();
        assert!(history.to_string().contains("alert.reassigned"));
    }

    async fn one_mail_hands_over_every_live_alert_and_promise(app: TestApp) {
        let watch = Watch::with_line(&app, &["schedule_overdue", "stale_data", "obstacle_overdue"]).await;
        let owner = watch.person("Bùi Thị Gỡ").await;
        let body = json!({"category": "site_clearance", "description": "x", "due_date": "2024-03-15", "owner_person_id": owner});
        watch.admin.post(&format!("/projects/{}/obstacles", watch.world.project), body).await.created();
        watch.scan(&app, "2024-04-05").await;
        let late = watch.list("rule=schedule_overdue").await.remove(0)["id"].as_i64().unwrap();
        watch.promise(late, "2024-04-17", 50).await;
        let next = watch.person("Ngô Thị Mới").await;
        watch.lead(watch.world.project, next, "2024-04-05").await;
        let letters = letters(&watch, "Ngô Thị Mới").await;
        assert_eq!(letters, [("handover".to_owned(), "[Cảnh báo] Bàn giao 2 cảnh báo đang mở".to_owned())]);
        let obstacle = watch.list("rule=obstacle_overdue").await.remove(0);
        assert_eq!(obstacle["responsible"]["id"], json!(owner), "what was given to somebody stays with them");
        let late = watch.alert(late).await;
        assert_eq!((&late["state"], &late["commitment"]["date"]), (&json!("acknowledged"), &json!("2024-04-17")), "the promise runs on");
        assert_eq!(story(&late), ["raised", "committed", "responsible_changed"]);
    }

    async fn a_change_for_another_day_comes_with_that_days_scan(app: TestApp) {
        let watch = Watch::with_line(&app, RULES).await;
        watch.scan(&app, "2024-04-01").await;
        let next = watch.person("Ngô Thị Mới").await;
        watch.lead(watch.world.project, next, "2024-04-03").await;
        assert_eq!(watch.live().await["responsible"]["id"], json!(watch.world.leader));
        assert_eq!(counts(&watch.scan(&app, "2024-04-02").await)[5], 0);
        assert_eq!(counts(&watch.scan(&app, "2024-04-03").await)[5], 1);
        assert_eq!(watch.live().await["responsible"]["id"], json!(next));
        assert_eq!(letters(&watch, "Ngô Thị Mới").await.len(), 1);
        // The same person under another decision takes nothing over.
        let body = json!({"person_id": next, "effective_date": "2024-04-03", "decision": {"number": "1/QĐ", "issuer": "UBND", "date": "2024-04-02"}});
        watch.admin.put(&format!("/projects/{}/leader", watch.world.project), body).await.ok();
        assert_eq!(letters(&watch, "Ngô Thị Mới").await.len(), 1);
    }

    async fn a_new_officer_is_told_of_what_is_live(app: TestApp) {
        let watch = Watch::with_line(&app, RULES).await;
        watch.scan(&app, "2024-04-01").await;
        let next = watch.person("Mai Văn Theo").await;
        let body = json!({"person_id": next, "effective_date": "2024-04-01", "decision": decision()});
        watch.admin.put(&format!("/projects/{}/officer", watch.world.project), body).await.ok();
        assert_eq!(watch.live().await["responsible"]["id"], json!(watch.world.leader));
        assert_eq!(letters(&watch, "Mai Văn Theo").await.len(), 1);
    }

    async fn a_first_leader_takes_over_from_the_coordinators(app: TestApp) {
        let watch = Watch::new(&app, &["missing_schedule", "missing_leader"]).await;
        watch.world.plan(watch.world.project, 1000).await;
        watch.scan(&app, "2024-01-16").await;
        watch.lead(watch.world.project, watch.world.leader, "2024-01-16").await;
        let schedule = watch.list("rule=missing_schedule").await.remove(0);
        assert_eq!(schedule["responsible"]["id"], json!(watch.world.leader));
        assert_eq!(letters(&watch, "Trần Thị Hà").await.len(), 1);
        assert_eq!(watch.scan(&app, "2024-01-16").await["resolved"], 1, "somebody leads it now");
    }

    async fn what_a_unit_left_behind_is_for_its_successor(app: TestApp) {
        let watch = Watch::new(&app, &["directive_overdue", "unallocated_capital"]).await;
        let world = &watch.world;
        let near = watch.person("Hồ Thị Gần").await;
        let far = watch.person("Đinh Văn Xa").await;
        crate::support::builders::user_with(&app, "coordinator", Some(world.province), None, Some(far));
        let directive = json!({"task_force_id": watch.district_force, "text": "Rà soát", "assignee_person_id": near,
            "due_date": "2024-03-15", "source_document": "31/TB-UBND"});
        watch.admin.post("/directives", directive).await.created();
        let capital = json!({"unit_id": world.district, "funding_source_id": world.source, "budget_year": 2024,
            "authority": "peoples_council", "kind": "initial", "amount": 1200, "effective_date": "2024-01-02", "decision": decision()});
        watch.admin.post("/capital-assignments", capital).await.created();
        watch.scan(&app, "2024-03-18").await;
        let path = format!("/administrative-units/{}/successions", world.district);
        let ends = json!({"successors": [], "rest_to_unit_id": world.province, "effective_date": "2024-03-20", "decision": decision()});
        watch.admin.post(&path, ends).await.created();
        watch.scan(&app, "2024-03-20").await;
        let live = watch.list("state=live").await;
        assert_eq!(live.len(), 2, "{live:#?}");
        for alert in live {
            assert_eq!(alert["unit"]["id"], json!(world.province), "{alert:#}");
        }
        // Five working days after it was raised: the province, not the district that is gone.
        watch.scan(&app, "2024-03-25").await;
        for alert in watch.list("state=live").await {
            assert_eq!(alert["level"], "province", "{alert:#}");
        }
        let told: Vec<String> = watch.mails().await.into_iter().map(|(name, _)| name).collect();
        assert!(!told.contains(&"Vũ Văn Huyện".to_owned()), "{told:?}");
    }
}

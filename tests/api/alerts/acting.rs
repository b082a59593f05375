use serde_json::json;

use super::watch::Watch;
use crate::support::app::both;

both! {
    async fn notes_stand_beside_an_alert_even_when_it_is_over(app: TestApp) {
        let watch = Watch::with_line(&app, &["schedule_overdue"]).await;
        watch.scan(&app, "2024-04-01").await;
        let alert = watch.live().await["id"].as_i64().unwrap();
        let path = format!("/alerts/{alert}/notes");
        watch.admin.post(&path, json!({})).await.refused(422, "required");
        let noted = watch.leader(&app).post(&path, json!({"text": "Đã làm việc với nhà thầu"})).await.ok();
        let event = noted["events"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&event["kind"], &event["detail"]["text"]), (&json!("note"), &json!("Đã làm việc với nhà thầu")));
        assert!(event["actor"]["username"].as_str().unwrap().starts_with("leader"));
        watch.admin.post(&format!("/alerts/{alert}/waiver"), json!({"reason": "x"})).await.ok();
        watch.admin.post(&path, json!({"text": "Ghi thêm"})).await.ok();
        assert_eq!(watch.alert(alert).await["state"], "resolved");
    }

    async fn every_step_is_in_the_projects_history(app: TestApp) {
        let watch = Watch::with_line(&app, &["schedule_overdue"]).await;
        watch.scan(&app, "2024-04-01").await;
        watch.scan(&app, "2024-04-08").await;
        let alert = watch.live().await["id"].as_i64().unwrap();
        watch.promise(alert, "2024-04-10", 50).await;
        let history = watch.admin.get(&format!("/projects/{}/history?limit=200", watch.world.project)).await.ok();
        let text = history.to_string();
        for action in ["alert.raised", "alert.escalated", "alert.acknowledged"] {
            assert!(text.contains(action), "{action}: {text}");
        }
    }
}

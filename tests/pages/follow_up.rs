use serde_json::json;

use crate::support::app::{TestApp, both};
use crate::support::browser::Browser;
use crate::support::builders::World;

async fn ready(app: &TestApp) -> (World, String, Browser) {
    let world = World::new(app).await;
    let path = format!("/projects/{}/obstacles", world.project);
    let officer = json!([{"role": "officer", "unit_id": 1}]);
    let officer = Browser::user(app, "can-bo", None, officer).await;
    (world, path, officer)
}

both! {
    async fn an_obstacle_is_recorded_once_and_closed_with_its_result(app: TestApp) {
        let (world, path, officer) = ready(&app).await;
        let page = officer.get(&path).await.ok();
        let refused = officer.send(&page, &path, &[("due_date", "2024-02-30"), ("owner_agency_id", "")]).await.expect(422);
        for field in ["category", "description", "due_date"] {
            refused.shows(&format!("id=\"f-{field}-fault\""));
        }
        let typed = [("category", "site_clearance"), ("description", "Vướng 12 hộ dân"), ("due_date", "2024-06-01")];
        officer.send(&page, &path, &typed).await.sent_to();
        officer.send(&page, &path, &typed).await.sent_to();
        let tab = officer.get(&path).await.ok();
        tab.shows("Giải phóng mặt bằng").shows("Vướng 12 hộ dân").shows("quá hạn 29 ngày");
        let list = world.admin.get(&path).await.ok();
        assert_eq!(list["data"].as_array().expect("a list").len(), 1);
        let one = format!("/obstacles/{}", list["data"][0]["id"]);
        let page = officer.get(&one).await.ok();
        let refused = officer.send(&page, &one, &[("status", "resolved")]).await.expect(422);
        refused.shows("id=\"f-resolution-fault\"");
        officer.send(&refused, &one, &[("resolution", "Đã bàn giao mặt bằng")]).await.sent_to();
        officer.get(&path).await.ok().shows("Đã bàn giao mặt bằng").lacks("quá hạn");
    }

    async fn an_obstacle_changed_by_somebody_else_shows_what_changed(app: TestApp) {
        let (world, path, officer) = ready(&app).await;
        let made = json!({"category": "weather", "description": "Mưa lũ", "due_date": "2024-07-01"});
        let made = world.admin.post(&path, made).await.created();
        let one = format!("/obstacles/{}", made["id"]);
        let page = officer.get(&one).await.ok();
        world.admin.patch(&one, json!({"due_date": "2024-08-15"})).await.ok();
        let refused = officer.send(&page, &one, &[("description", "Mưa lũ, sạt lở")]).await.expect(422);
        refused.shows("vừa được người khác sửa").shows("15/08/2024").shows("Mưa lũ, sạt lở");
        assert_eq!(world.admin.get(&one).await.ok()["description"], "Mưa lũ");
    }

    async fn nothing_to_report_is_said_by_those_who_log_payments(app: TestApp) {
        let (world, path, officer) = ready(&app).await;
        let page = officer.get(&path).await.ok();
        let action = format!("/projects/{}/nothing-to-report", world.project);
        officer.send(&page, &action, &[("as_of", "2025-01-01")]).await.expect(422).shows("id=\"f-confirm-as_of-fault\"");
        officer.send(&page, &action, &[("as_of", "2024-06-30")]).await.sent_to();
        let history = world.admin.get(&format!("/projects/{}/history", world.project)).await.ok();
        assert!(history.to_string().contains("project.nothing_to_report"), "{history}");
        let viewer = Browser::user(&app, "xem", None, json!([{"role": "viewer", "unit_id": 1}])).await;
        viewer.get(&path).await.ok().lacks("<form method=\"post\" action=\"/projects");
    }
}

//! Alert policies in a browser: for the province, for a unit, and tried on past days.

use serde_json::json;

use crate::support::app::both;
use crate::support::browser::Browser;
use crate::support::builders::World;

const LIST: &str = "/administration/alert-policies";

both! {
    async fn a_policy_is_changed_for_a_unit_and_the_province_keeps_its_own(app: TestApp) {
        let world = World::new(&app).await;
        let admin = Browser::signed_in(&app, "admin").await;
        let list = admin.get(&format!("{LIST}?unit_id={}", world.commune)).await.ok();
        let place = format!("{LIST}/schedule_overdue-{}", world.commune);
        list.shows(&place).shows("Theo cấp trên").shows("quá 30 ngày; từ 20% kế hoạch").shows("5, 10, 15");
        let page = admin.get(&place).await.ok();
        page.shows("Theo cấp trên; lưu lại thì thành quy tắc riêng").lacks("f-forecast_percent");
        let bad = [("days", "mười"), ("critical_percent", "120"), ("steps", "10, 5"), ("max_moves", "")];
        let refused = admin.send(&page, &place, &bad).await.expect(422);
        refused.shows("id=\"f-days-fault\"").shows("id=\"f-max_moves-fault\"").shows("value=\"10, 5\"");
        let bad = [("days", "3"), ("critical_percent", "120"), ("steps", "10, 5"), ("max_moves", "2")];
        let refused = admin.send(&refused, &place, &bad).await.expect(422);
        refused.shows("id=\"f-critical_percent-fault\"").shows("id=\"f-steps-fault\"");
        let good = [("critical_percent", ""), ("steps", "3, 8"), ("owner", "coordinators"), ("enabled", "false")];
        admin.send(&refused, &place, &good).await.expect(303);
        let path = format!("/alert-policies/schedule_overdue?unit_id={}", world.commune);
        let kept = world.admin.get(&path).await.ok();
        assert_eq!((&kept["days"], &kept["steps"], &kept["critical_percent"]), (&json!(3), &json!([3, 8]), &json!(null)));
        assert_eq!((&kept["enabled"], &kept["owner"], &kept["is_own"]), (&json!(false), &json!("coordinators"), &json!(true)));
        let province = world.admin.get("/alert-policies/schedule_overdue").await.ok();
        assert_eq!((&province["days"], &province["steps"]), (&json!(0), &json!([5, 10, 15])));
        admin.get(&place).await.ok().shows("Riêng của đơn vị");
    }

    async fn somebody_else_was_faster(app: TestApp) {
        let world = World::new(&app).await;
        let admin = Browser::signed_in(&app, "admin").await;
        let place = format!("{LIST}/stale_data");
        let page = admin.get(&place).await.ok();
        world.admin.patch("/alert-policies/stale_data", json!({"days": 20})).await.ok();
        let stale = admin.send(&page, &place, &[("days", "50")]).await.expect(422);
        stale.shows("Số ngày: 20");
        assert_eq!(stale.value_of("days"), "50");
        admin.send(&stale, &place, &[]).await.expect(303);
        assert_eq!(world.admin.get("/alert-policies/stale_data").await.ok()["days"], 50);
    }

    async fn a_dry_run_counts_and_writes_nothing(app: TestApp) {
        let world = World::new(&app).await;
        let leader = json!({"person_id": world.leader, "effective_date": "2024-01-01", "decision": crate::support::builders::decision()});
        world.admin.put(&format!("/projects/{}/leader", world.project), leader).await.ok();
        world.plan(world.project, 1_000).await;
        let admin = Browser::signed_in(&app, "admin").await;
        let place = format!("{LIST}/missing_schedule/dry-run");
        admin.get(&place).await.ok().lacks("Kết quả");
        let run = admin.get(&format!("{place}?from=2024-01-01&to=2024-06-30")).await.ok();
        run.shows("1 cảnh báo").shows("Trần Thị Hà");
        for (query, fault) in [("from=2024-05-01&to=2024-04-01", "f-to-fault"), ("from=x&to=2024-04-01", "f-from-fault"), ("from=2024-01-01&to=2099-01-01", "f-to-fault")] {
            let refused = admin.get(&format!("{place}?{query}")).await.ok();
            refused.shows(fault).lacks("Kết quả");
        }
        assert_eq!(world.admin.get("/alerts").await.ok()["data"], json!([]));
        let officer = json!([{"role": "officer", "unit_id": world.commune}]);
        let officer = Browser::user(&app, "can-bo", None, officer).await;
        officer.get(LIST).await.ok();
        officer.get(&format!("{LIST}/no_disbursement")).await.ok().lacks(">Lưu<").lacks("Chạy thử");
        officer.get(&place).await.expect(403);
    }
}

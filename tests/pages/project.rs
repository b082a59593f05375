use serde_json::json;

use crate::support::app::{TestApp, both};
use crate::support::browser::Browser;
use crate::support::builders::World;

async fn busy(app: &TestApp) -> World {
    let world = World::new(app).await;
    world
        .admin
        .patch(
            &format!("/projects/{}", world.project),
            json!({"total_investment": 90_000_000_000_i64}),
        )
        .await
        .ok();
    world.plan(world.project, 1_000_000_000).await;
    let schedule = json!({"funding_source_id": world.source, "budget_year": 2024, "effective_date": "2024-01-01", "items": [
        {"due_date": "2024-03-31", "amount": 400_000_000}, {"due_date": "2024-09-30", "amount": 600_000_000}]});
    let path = format!("/projects/{}/schedules", world.project);
    let made = world.admin.post(&path, schedule).await.created();
    world
        .admin
        .post(&format!("/schedules/{}/submit", made["id"]), json!({}))
        .await
        .ok();
    let second = app
        .user(None, json!([{"role": "coordinator", "unit_id": 1}]))
        .await;
    second
        .post(&format!("/schedules/{}/approve", made["id"]), json!({}))
        .await
        .ok();
    let payment = json!({"funding_source_id": world.source, "budget_year": 2024, "kind": "advance", "gross_amount": 250_000_000,
        "posted_on": "2024-02-10", "voucher_number": "TU-01"});
    world
        .admin
        .post(
            &format!("/projects/{}/disbursements", world.project),
            payment,
        )
        .await
        .created();
    world
}

both! {
    async fn a_project_shows_what_is_late_and_what_is_next(app: TestApp) {
        let world = busy(&app).await;
        let browser = Browser::signed_in(&app, "admin").await;
        let page = browser.get(&format!("/projects/{}", world.project)).await.ok();
        page.shows("25%").shows("31/03/2024").shows("Đã quá hạn 91 ngày").shows("150").shows("role=\"img\"");
        let early = browser.get(&format!("/projects/{}?as_of=2024-01-15", world.project)).await.ok();
        early.shows("31/03/2024").lacks("Đã quá hạn");
    }

    async fn payments_run_up_to_the_totals_of_their_line(app: TestApp) {
        let world = busy(&app).await;
        let more = json!({"funding_source_id": world.source, "budget_year": 2024, "kind": "completed_volume", "gross_amount": 300_000_000,
            "advance_recovered": 100_000_000, "posted_on": "2024-05-10", "voucher_number": "KL-01"});
        world.admin.post(&format!("/projects/{}/disbursements", world.project), more).await.created();
        let browser = Browser::signed_in(&app, "admin").await;
        let page = browser.get(&format!("/projects/{}/payments", world.project)).await.ok();
        page.shows("TU-01").shows("KL-01").shows("450").shows("150");
        let plan = browser.get(&format!("/projects/{}/plan", world.project)).await.ok();
        plan.shows("176/NQ-HĐND").shows("1.000");
    }

    async fn a_coordinator_assigns_a_leader_and_faults_stand_beside_their_fields(app: TestApp) {
        let world = busy(&app).await;
        let grants = json!([{"role": "coordinator", "unit_id": 1}]);
        let browser = Browser::user(&app, "thu-ky", None, grants).await;
        let path = format!("/projects/{}/people", world.project);
        let bad = browser.fill(&path, &path, &[("duty", "leader"), ("person_id", ""), ("decision_number", "12/QĐ <b>")]).await.expect(422);
        bad.shows("id=\"f-person_id-fault\"").shows("id=\"f-effective_date-fault\"").shows("12/QĐ &#60;b&#62;").lacks("12/QĐ <b>");
        let leader = world.leader.to_string();
        let good = [("duty", "leader"), ("person_id", leader.as_str()), ("effective_date", "2024-06-01"),
            ("decision_number", "12/QĐ-UBND"), ("decision_issuer", "UBND tỉnh"), ("decision_date", "2024-05-31")];
        assert_eq!(browser.fill(&path, &path, &good).await.sent_to(), format!("{path}?done=1"));
        browser.get(&path).await.ok().shows("Trần Thị Hà").shows("12/QĐ-UBND");
        browser.get(&format!("/projects/{}/history", world.project)).await.ok().shows("Phân công lãnh đạo phụ trách");
        let viewer = Browser::user(&app, "nguoi-xem", None, json!([{"role": "viewer", "unit_id": 1}])).await;
        viewer.get(&path).await.ok().lacks("<form method=\"post\" novalidate>");
        let token = viewer.get("/account").await.value_of("_csrf");
        let mut sent = vec![("_csrf", token.as_str())];
        sent.extend_from_slice(&good);
        viewer.post(&path, &sent).await.expect(403);
    }
}

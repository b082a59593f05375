use serde_json::json;

use super::watch::{ITEMS, Watch};
use crate::support::app::both;
use crate::support::builders::decision;

/// Rule and severity of the live alerts, sorted.
async fn live(watch: &Watch) -> Vec<String> {
    let mut rules: Vec<String> = watch
        .list("state=live")
        .await
        .iter()
        .map(|alert| alert["rule"].as_str().unwrap().to_owned())
        .collect();
    rules.sort();
    rules
}

both! {
    async fn a_cause_is_told_instead_of_its_effects(app: TestApp) {
        let watch = Watch::new(&app, &["due_soon", "schedule_overdue", "no_disbursement", "missing_schedule", "missing_leader"]).await;
        let project = watch.world.project;
        watch.world.plan(project, 1000).await;
        watch.scan(&app, "2024-01-15").await;
        assert_eq!(live(&watch).await, ["missing_leader"]);
        watch.scan(&app, "2024-01-16").await;
        assert_eq!(live(&watch).await, ["missing_leader", "missing_schedule"]);
        watch.lead(project, watch.world.leader, "2024-01-16").await;
        watch.scan(&app, "2024-03-15").await;
        assert_eq!(live(&watch).await, ["missing_schedule"], "which explains why nothing is paid");
        watch.world.approved(&app, project, watch.world.schedule_body(&ITEMS)).await;
        watch.scan(&app, "2024-03-25").await;
        assert_eq!(live(&watch).await, ["due_soon", "no_disbursement"]);
        watch.scan(&app, "2024-04-01").await;
        assert_eq!(live(&watch).await, ["schedule_overdue"]);
        let explained = watch.list("rule=no_disbursement").await.remove(0);
        assert_eq!(explained["resolution"], "explained");
        let overdue = watch.live().await;
        assert_eq!(overdue["severity"], "critical", "200 of 1 000 are late");
    }

    async fn what_is_due_soon_is_told_to_leader_and_officer_alone(app: TestApp) {
        let watch = Watch::with_line(&app, &["due_soon"]).await;
        assert_eq!(watch.scan(&app, "2024-03-23").await["raised"], 0);
        assert_eq!(watch.scan(&app, "2024-03-25").await["mails_queued"], 2);
        let alert = watch.live().await;
        assert_eq!((&alert["severity"], &alert["escalates_on"], &alert["facts"]["due_amount"]), (&json!("info"), &json!(null), &json!(50)));
        app.today("2024-03-28");
        watch.world.pay(watch.world.project, 50, "2024-03-28").await;
        let outcome = watch.scan(&app, "2024-03-28").await;
        assert_eq!((&outcome["resolved"], &outcome["mails_queued"]), (&json!(1), &json!(0)));
        assert_eq!(watch.list("").await[0]["resolution"], "paid");
    }

    async fn obstacles_and_directives_go_to_whom_they_were_given(app: TestApp) {
        let watch = Watch::with_line(&app, &["obstacle_overdue", "directive_overdue"]).await;
        let (world, owner) = (&watch.world, watch.person("Bùi Thị Gỡ").await);
        let body = json!({"category": "site_clearance", "description": "Chưa bàn giao mặt bằng", "due_date": "2024-03-15", "owner_person_id": owner});
        let obstacle = watch.admin.post(&format!("/projects/{}/obstacles", world.project), body).await.created();
        let body = json!({"task_force_id": watch.province_force, "text": "Rà soát tiến độ", "assignee_person_id": owner,
            "due_date": "2024-03-15", "source_document": "31/TB-UBND"});
        watch.admin.post("/directives", body).await.created();
        assert_eq!(watch.scan(&app, "2024-03-15").await["raised"], 0);
        let outcome = watch.scan(&app, "2024-03-16").await;
        assert_eq!((&outcome["raised"], &outcome["mails_queued"]), (&json!(2), &json!(1)), "one mail for both");
        for alert in watch.list("state=live").await {
            assert_eq!(alert["responsible"]["id"], json!(owner), "{alert:#}");
        }
        let body = json!({"status": "resolved", "resolution": "Đã bàn giao"});
        watch.admin.patch(&format!("/obstacles/{}", obstacle["id"]), body).await.ok();
        assert_eq!(watch.scan(&app, "2024-03-18").await["resolved"], 1);
        assert_eq!(watch.list("rule=obstacle_overdue").await[0]["resolution"], "closed");
    }

    async fn silence_ends_with_a_payment_or_a_confirmation(app: TestApp) {
        let watch = Watch::with_line(&app, &["stale_data"]).await;
        assert_eq!(watch.scan(&app, "2024-04-04").await["raised"], 0);
        assert_eq!(watch.scan(&app, "2024-04-05").await["raised"], 1);
        let path = format!("/projects/{}/nothing-to-report", watch.world.project);
        let answer = watch.admin.post(&path, json!({"as_of": "2024-04-05"})).await;
        assert!(answer.status < 300, "{}", answer.text);
        assert_eq!(watch.scan(&app, "2024-04-08").await["resolved"], 1);
        assert_eq!(watch.list("").await[0]["resolution"], "reported");
    }

    async fn a_milestone_that_is_missed_is_for_the_coordinators(app: TestApp) {
        let watch = Watch::with_line(&app, &["below_target"]).await;
        let body = json!({"budget_year": 2024, "date": "2024-06-30", "percent": "50.00", "basis": "total", "unit_id": watch.world.district});
        watch.admin.post("/targets", body).await.created();
        assert_eq!(watch.scan(&app, "2024-06-29").await["raised"], 0);
        assert_eq!(watch.scan(&app, "2024-06-30").await["raised"], 1);
        let alert = watch.live().await;
        assert_eq!(alert["subject"], json!({"type": "unit", "id": watch.world.district, "label": "Thành phố Hạ Long"}));
        assert_eq!((&alert["facts"]["rate"], &alert["facts"]["shortfall"]), (&json!("15.00"), &json!(350)));
        watch.scan(&app, "2024-07-05").await;
        assert_eq!(watch.live().await["level"], "district");
        watch.world.pay(watch.world.project, 350, "2024-07-05").await;
        assert_eq!(watch.scan(&app, "2024-07-08").await["resolved"], 1);
    }

    async fn capital_that_is_not_split_is_told_after_its_deadline(app: TestApp) {
        let watch = Watch::with_line(&app, &["unallocated_capital"]).await;
        let line = |unit: i64, amount: i64| json!({"unit_id": unit, "funding_source_id": watch.world.source, "budget_year": 2024,
            "authority": "peoples_council", "kind": "initial", "amount": amount, "effective_date": "2024-01-02", "decision": decision()});
        let made = watch.admin.post("/capital-assignments", line(watch.world.commune, 1200)).await;
        if made.status == 404 {
            return;
        }
        made.created();
        watch.scan(&app, "2024-03-04").await;
        let alert = watch.live().await;
        assert_eq!((&alert["facts"]["assigned"], &alert["facts"]["allocated"], &alert["facts"]["unallocated"]),
            (&json!(1200), &json!(1000), &json!(200)));
        assert_eq!((&alert["subject"]["type"], &alert["facts"]["deadline"]), (&json!("unit"), &json!("2024-02-01")));
        let body = json!({"funding_source_id": watch.world.source, "budget_year": 2024, "kind": "supplement", "amount": 200,
            "effective_date": "2024-03-04", "decision": decision()});
        watch.world.entry(watch.world.project, body).await;
        assert_eq!(watch.scan(&app, "2024-03-05").await["resolved"], 1);
        assert_eq!(watch.list("").await[0]["resolution"], "allocated");
    }
}

//! Whatever changes the money or the people of a project is in its history, and nothing else is.

use serde_json::{Value, json};

use crate::support::app::both;
use crate::support::builders::{World, decision, with};

/// What was done to a project, oldest first, with the amounts behind it.
async fn history(world: &World, project: i64) -> Vec<String> {
    let list = world
        .admin
        .get(&format!("/projects/{project}/history?limit=200"))
        .await
        .ok();
    let rows = list["data"].as_array().expect("a list").iter().rev();
    rows.map(|row| {
        let amount = ["amount", "net_amount"]
            .iter()
            .find_map(|name| row["after"][name].as_i64());
        format!(
            "{} {}",
            row["action"].as_str().expect("an action"),
            amount.unwrap_or_default()
        )
    })
    .collect()
}

both! {
    async fn every_write_is_in_the_history_of_its_project_and_no_refusal_is(app: TestApp) {
        let world = World::new(&app).await;
        let project = world.project;
        world.admin.patch(&format!("/projects/{project}"), json!({"short_name": "TQN"})).await.ok();
        let takes_over = json!({"person_id": world.leader, "effective_date": "2024-01-01", "decision": decision()});
        for _ in 0..2 {
            world.admin.put(&format!("/projects/{project}/leader"), takes_over.clone()).await.ok();
        }
        let entry = world.plan(project, 100).await;
        world.entry(project, with(world.plan_body(900), json!({"kind": "supplement"}))).await;
        world.admin.post(&format!("/plan-entries/{}/reversal", entry["id"]), json!({"effective_date": "2024-01-02", "reason": "x"})).await.created();
        let transfer = json!({
            "from_project_id": project, "to_project_id": world.other_project, "funding_source_id": world.source, "budget_year": 2024,
            "amount": 100, "effective_date": "2024-02-01", "decision": decision(),
        });
        let transfer = world.admin.post("/plan-transfers", transfer).await.created();
        world.approved(&app, project, with(world.schedule_body(&[("2024-12-31", 800)]), json!({"effective_date": "2024-02-01"}))).await;
        let paid = world.pay(project, 30, "2024-05-01").await;
        world.admin.post(&format!("/disbursements/{}/reversal", paid["id"]), json!({"posted_on": "2024-05-02", "reason": "x"})).await.created();
        world.admin.post(&format!("/projects/{project}/disbursements"), world.payment_body(5_000, "2024-05-01", "x")).await.refused(422, "plan_exceeded");
        world.admin.post(&format!("/plan-entries/{}/reversal", entry["id"]), json!({"effective_date": "2024-01-02", "reason": "x"})).await.refused(409, "already_reversed");
        let undo = format!("/plan-entries/{}/reversal", transfer["entries"][1]["id"]);
        world.admin.post(&undo, json!({"effective_date": "2024-06-01", "reason": "x"})).await.created();
        assert_eq!(history(&world, project).await, [
            "project.created 0", "project.updated 0", "project.leader_assigned 0", "plan_entry.recorded 100", "plan_entry.recorded 900",
            "plan_entry.reversed -100", "plan_transfer.recorded 100", "schedule.drafted 0", "schedule.submitted 0", "schedule.approved 0",
            "disbursement.recorded 30", "disbursement.reversed -30", "plan_entry.reversed 100",
        ]);
        assert_eq!(history(&world, world.other_project).await, ["project.created 0", "plan_transfer.recorded 100", "plan_entry.reversed -100"]);
        let newest: Value = world.admin.get(&format!("/projects/{project}/history?limit=1")).await.ok()["data"][0].clone();
        assert_eq!((&newest["actor"], &newest["entity"]), (&json!("admin"), &json!("plan_entry")));
    }
}

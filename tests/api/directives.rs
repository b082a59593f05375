use diesel::prelude::*;
use giaingan::db::schema::{task_force_members, task_forces};
use serde_json::{Value, json};

use crate::support::app::{TestApp, both, date};
use crate::support::builders::{World, with};

/// A task force of a unit, headed by the leader of the world.
fn task_force(app: &TestApp, world: &World, unit: i64) -> i64 {
    let head = world.leader;
    let made = app.app.db.write(move |conn| {
        let id = diesel::insert_into(task_forces::table)
            .values((
                task_forces::unit_id.eq(unit),
                task_forces::decision_number.eq("1/QĐ-UBND"),
                task_forces::decision_issuer.eq("UBND"),
                task_forces::decision_date.eq(date("2024-01-02")),
            ))
            .returning(task_forces::id)
            .get_result::<i64>(conn)?;
        diesel::insert_into(task_force_members::table)
            .values((
                task_force_members::task_force_id.eq(id),
                task_force_members::person_id.eq(head),
                task_force_members::role.eq("head"),
            ))
            .execute(conn)?;
        Ok(id)
    });
    made.expect("a task force")
}

fn body(world: &World, task_force: i64) -> Value {
    json!({"task_force_id": task_force, "text": "Hoàn thành giải phóng mặt bằng", "assignee_person_id": world.officer,
        "due_date": "2024-06-20", "source_document": "TB 45/TB-UBND"})
}

both! {
    async fn a_directive_is_issued_followed_and_filtered(app: TestApp) {
        let world = World::new(&app).await;
        let (district, commune) = (task_force(&app, &world, world.district), task_force(&app, &world, world.commune));
        let first = world.admin.post("/directives", with(body(&world, district), json!({"project_id": world.project}))).await.created();
        assert_eq!((&first["status"], &first["assignee"]["full_name"], &first["project"]["code"], &first["unit"]["code"]),
            (&json!("open"), &json!("Đỗ Văn Bình"), &json!("7891234"), &json!("193")));
        let second = world.admin.post("/directives", with(body(&world, commune), json!({"due_date": "2024-07-31"}))).await.created();
        let ids = |query: String| {
            let admin = world.admin.clone();
            async move {
                let rows = admin.get(&format!("/directives?{query}")).await.ok();
                rows["data"].as_array().expect("rows").iter().map(|row| row["id"].clone()).collect::<Vec<_>>()
            }
        };
        let (one, two) = (first["id"].clone(), second["id"].clone());
        assert_eq!(ids(String::new()).await, vec![one.clone(), two.clone()]);
        assert_eq!(ids("overdue=true".into()).await, vec![one.clone()]);
        assert_eq!(ids("overdue=false".into()).await, vec![two.clone()]);
        assert_eq!(ids(format!("task_force_id={commune}")).await, vec![two.clone()]);
        assert_eq!(ids(format!("project_id={}", world.project)).await, vec![one.clone()]);
        assert_eq!(ids(format!("unit_id={}", world.district)).await, vec![one.clone(), two.clone()]);
        assert_eq!(ids(format!("unit_id={}", world.commune)).await, vec![two.clone()]);
        let path = format!("/directives/{one}");
        let done = world.admin.patch(&path, json!({"status": "resolved"})).await.ok();
        assert_eq!(done, with(first.clone(), json!({"status": "resolved"})));
        assert_eq!(ids("overdue=true".into()).await, Vec::<Value>::new());
        assert_eq!(ids("status=resolved,unresolvable".into()).await, [one]);
    }

    async fn a_directive_belongs_to_the_task_forces_unit(app: TestApp) {
        let world = World::new(&app).await;
        let (own, other) = (task_force(&app, &world, world.commune), task_force(&app, &world, world.other_commune));
        let coordinator = app.user(None, json!([{"role": "coordinator", "unit_id": world.commune}])).await;
        let made = coordinator.post("/directives", body(&world, own)).await.created();
        coordinator.post("/directives", body(&world, other)).await.refused(404, "not_found");
        let hidden = world.admin.post("/directives", body(&world, other)).await.created();
        assert_eq!(coordinator.get("/directives").await.ok()["data"], json!([made]));
        coordinator.patch(&format!("/directives/{}", hidden["id"]), json!({"status": "open"})).await.refused(404, "not_found");
        let (seen, unseen) = (format!("/directives/{}", made["id"]), format!("/directives/{}", hidden["id"]));
        assert_eq!(coordinator.get(&seen).await.ok(), made);
        coordinator.get(&unseen).await.refused(404, "not_found");
        // Whoever has to carry it out sees it, but does not change it.
        let assignee = app.user(Some(world.officer), json!([{"role": "coordinator", "unit_id": world.commune}])).await;
        assert_eq!(assignee.get("/directives").await.ok()["data"].as_array().map(Vec::len), Some(2));
        assert_eq!(assignee.get(&unseen).await.ok(), hidden);
        assignee.patch(&format!("/directives/{}", hidden["id"]), json!({"status": "open"})).await.refused(403, "forbidden");
        let officer = app.user(None, json!([{"role": "officer", "unit_id": world.commune}])).await;
        officer.post("/directives", body(&world, own)).await.refused(403, "forbidden");
    }

    async fn bad_directives_are_refused(app: TestApp) {
        let world = World::new(&app).await;
        let force = task_force(&app, &world, world.commune);
        let coordinator = app.user(None, json!([{"role": "coordinator", "unit_id": world.commune}])).await;
        for (change, at) in [
            (json!({"task_force_id": 999_999}), "/task_force_id"),
            (json!({"project_id": 999_999}), "/project_id"),
            (json!({"project_id": world.other_project}), "/project_id"),
            (json!({"assignee_person_id": 999_999}), "/assignee_person_id"),
        ] {
            let problem = coordinator.post("/directives", with(body(&world, force), change)).await.refused(422, "invalid");
            assert_eq!(problem["errors"][0]["pointer"], at);
        }
        let problem = coordinator.post("/directives", json!({"task_force_id": force})).await.refused(422, "required");
        assert_eq!(problem["errors"].as_array().map(Vec::len), Some(4));
    }
}

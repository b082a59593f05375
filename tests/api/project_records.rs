use serde_json::{Value, json};

use crate::support::app::both;
use crate::support::builders::World;

both! {
    async fn nothing_to_report_is_said_up_to_today(app: TestApp) {
        app.today("2024-06-30");
        let world = World::new(&app).await;
        let path = format!("/projects/{}/nothing-to-report", world.project);
        let said = world.admin.post(&path, json!({"as_of": "2024-06-30", "note": "Chưa có khối lượng"})).await.created();
        assert_eq!((&said["as_of"], &said["note"], &said["project_id"]), (&json!("2024-06-30"), &json!("Chưa có khối lượng"), &json!(world.project)));
        let problem = world.admin.post(&path, json!({"as_of": "2024-07-01"})).await.refused(422, "future_date");
        assert_eq!(problem["errors"][0]["pointer"], "/as_of");
        let viewer = app.user(None, json!([{"role": "viewer", "unit_id": world.commune}])).await;
        viewer.post(&path, json!({"as_of": "2024-06-30"})).await.refused(403, "forbidden");
        let other = app.user(None, json!([{"role": "officer", "unit_id": world.other_commune}])).await;
        other.post(&path, json!({"as_of": "2024-06-30"})).await.refused(404, "not_found");
    }

    async fn the_history_tells_who_changed_what_newest_first(app: TestApp) {
        let world = World::new(&app).await;
        let officer = app.user(None, json!([{"role": "officer", "unit_id": world.commune}])).await;
        let obstacle = json!({"category": "bidding", "description": "Chưa chọn được nhà thầu", "due_date": "2024-07-31"});
        let made = officer.post(&format!("/projects/{}/obstacles", world.project), obstacle).await.created();
        world.admin.patch(&format!("/obstacles/{}", made["id"]), json!({"status": "in_progress"})).await.ok();
        let path = format!("/projects/{}/history", world.project);
        let whole = world.admin.get(&path).await.ok();
        let rows = whole["data"].as_array().expect("rows");
        let seqs: Vec<i64> = rows.iter().filter_map(|row| row["seq"].as_i64()).collect();
        let mut newest_first = seqs.clone();
        newest_first.sort_unstable_by(|a, b| b.cmp(a));
        assert_eq!((seqs.last(), &seqs), (Some(&1), &newest_first));
        assert_eq!((&rows[0]["action"], &rows[0]["actor"], &rows[0]["entity_id"]), (&json!("obstacle.updated"), &json!("admin"), &made["id"]));
        assert_eq!((&rows[0]["before"]["status"], &rows[0]["after"]["status"]), (&json!("open"), &json!("in_progress")));
        assert_eq!((&rows[1]["action"], &rows[1]["before"], &rows[1]["after"]["description"]), (&json!("obstacle.recorded"), &Value::Null, &json!("Chưa chọn được nhà thầu")));
        assert!(rows[1]["actor"].as_str().is_some_and(|actor| actor.starts_with("user")), "{}", rows[1]);
        let mut paged = Vec::new();
        let mut query = "limit=1".to_owned();
        loop {
            let page = world.admin.get(&format!("{path}?{query}")).await.ok();
            paged.extend(page["data"].as_array().cloned().expect("rows"));
            match page["next_cursor"].as_str() {
                Some(cursor) => query = format!("limit=1&cursor={cursor}"),
                None => break,
            }
        }
        assert_eq!(&paged, rows);
        let other = app.user(None, json!([{"role": "officer", "unit_id": world.other_commune}])).await;
        other.get(&path).await.refused(404, "not_found");
    }
}

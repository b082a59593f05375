use serde_json::json;

use super::watch::Watch;
use crate::support::app::both;
use crate::support::builders::user_with;

both! {
    async fn everybody_sees_the_alerts_of_their_scope_alone(app: TestApp) {
        let watch = Watch::new(&app, &["schedule_overdue", "missing_leader", "missing_task_force"]).await;
        let world = &watch.world;
        watch.give(&app, world.project).await;
        watch.world.plan(world.other_project, 1000).await;
        watch.end_force(watch.district_force, "2024-03-31").await;
        watch.scan(&app, "2024-04-01").await;
        let ids = |role: &str, unit, agency, person| {
            let client = user_with(&app, role, unit, agency, person);
            async move {
                let list = client.get("/alerts?limit=200").await.ok();
                let mut rules: Vec<String> = list["data"].as_array().unwrap().iter()
                    .map(|alert| alert["rule"].as_str().unwrap().to_owned()).collect();
                rules.sort();
                rules
            }
        };
        let all = ["missing_leader", "missing_task_force", "schedule_overdue"];
        assert_eq!(ids("viewer", Some(world.province), None, None).await, all);
        assert_eq!(ids("viewer", Some(world.district), None, None).await, all);
        assert_eq!(ids("viewer", Some(world.commune), None, None).await, ["schedule_overdue"]);
        assert_eq!(ids("viewer", Some(world.other_commune), None, None).await, ["missing_leader"]);
        assert_eq!(ids("officer", None, Some(world.pmu), None).await, ["missing_leader", "schedule_overdue"]);
        assert_eq!(ids("leader", None, None, Some(world.leader)).await, ["schedule_overdue"]);
        assert_eq!(ids("leader", None, None, Some(world.officer)).await, Vec::<String>::new());
    }

    async fn what_is_out_of_sight_cannot_be_acted_on(app: TestApp) {
        let watch = Watch::with_line(&app, &["schedule_overdue"]).await;
        watch.scan(&app, "2024-04-01").await;
        let alert = watch.live().await["id"].as_i64().unwrap();
        let path = format!("/alerts/{alert}/acknowledgement");
        let body = json!({"commit_date": "2024-04-10", "commit_amount": 50, "note": "x"});
        let stranger = user_with(&app, "coordinator", Some(watch.world.other_commune), None, None);
        stranger.get(&format!("/alerts/{alert}")).await.refused(404, "not_found");
        stranger.post(&path, body.clone()).await.refused(404, "not_found");
        stranger.post(&format!("/alerts/{alert}/notes"), json!({"text": "x"})).await.refused(404, "not_found");
        let viewer = user_with(&app, "viewer", Some(watch.world.province), None, None);
        viewer.post(&path, body.clone()).await.refused(403, "forbidden");
        viewer.get("/mails").await.refused(403, "forbidden");
        watch.admin.get("/alerts/999").await.refused(404, "not_found");
        let key = |client: &crate::support::app::Client| {
            let request = client.request(reqwest::Method::POST, &path).header("Idempotency-Key", "k1");
            crate::support::app::Answer::of(request.json(&body))
        };
        let leader = watch.leader(&app);
        let first = key(&leader).await.ok();
        assert_eq!(key(&leader).await.ok(), first, "a repeated promise is the same promise");
        assert_eq!(first["commitment"]["moved"], 0);
    }

    async fn lists_are_filtered_sorted_and_paged(app: TestApp) {
        let watch = Watch::new(&app, &["schedule_overdue", "missing_leader"]).await;
        let world = &watch.world;
        watch.give(&app, world.project).await;
        watch.world.plan(world.other_project, 1000).await;
        watch.scan(&app, "2024-03-29").await;
        watch.scan(&app, "2024-04-08").await;
        for (query, number) in [
            ("state=live".to_owned(), 2), ("state=open".to_owned(), 2), ("state=resolved".to_owned(), 0),
            ("severity=critical".to_owned(), 1), ("severity=critical,warning".to_owned(), 2),
            ("rule=missing_leader&rule=due_soon".to_owned(), 1), ("level=commune".to_owned(), 1),
            (format!("unit_id={}", world.district), 2), (format!("unit_id={}", world.commune), 1),
            (format!("project_id={}", world.other_project), 1),
        ] {
            assert_eq!(watch.list(&query).await.len(), number, "{query}");
        }
        let rules = |list: Vec<serde_json::Value>| -> Vec<String> {
            list.iter().map(|alert| alert["rule"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(rules(watch.list("sort=-severity").await), ["schedule_overdue", "missing_leader"]);
        assert_eq!(rules(watch.list("sort=raised_on").await), ["missing_leader", "schedule_overdue"]);
        assert_eq!(rules(watch.list("sort=-level").await), ["missing_leader", "schedule_overdue"]);
        let mut seen = Vec::new();
        let mut path = "/alerts?limit=1&sort=-severity".to_owned();
        loop {
            let page = watch.admin.get(&path).await.ok();
            seen.extend(page["data"].as_array().unwrap().clone());
            match page["next_cursor"].as_str() {
                Some(cursor) => path = format!("/alerts?limit=1&sort=-severity&cursor={cursor}"),
                None => break,
            }
        }
        assert_eq!(rules(seen), ["schedule_overdue", "missing_leader"]);
        watch.admin.get("/alerts?state=nonsense").await.refused(422, "invalid");
        watch.admin.get("/alerts?nonsense=1").await.refused(422, "unknown_field");
    }
}

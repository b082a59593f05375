use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{Answer, both};
use crate::support::builders::{World, decision, user_with};

fn takes_over(person: i64, day: &str) -> Value {
    json!({"person_id": person, "effective_date": day, "decision": decision()})
}

fn times(history: &Value) -> Vec<(i64, &str, Option<&str>)> {
    let rows = history["data"].as_array().expect("a list").iter();
    rows.map(|row| {
        (
            row["person_id"].as_i64().expect("an id"),
            row["effective_date"].as_str().expect("a day"),
            row["valid_to"].as_str(),
        )
    })
    .collect()
}

both! {
    async fn a_new_leader_ends_the_former_the_day_before(app: TestApp) {
        let world = World::new(&app).await;
        let (a, b) = (world.leader, world.officer);
        let put = format!("/projects/{}/leader", world.project);
        let history = format!("/projects/{}/leaders", world.project);
        let first = world.admin.put(&put, takes_over(a, "2024-01-01")).await.ok();
        assert_eq!(first, json!({
            "project_id": world.project, "person_id": a, "person": {"id": a, "full_name": "Trần Thị Hà"},
            "effective_date": "2024-01-01", "valid_to": null, "decision": decision(),
        }));
        world.admin.put(&put, takes_over(b, "2024-07-01")).await.ok();
        assert_eq!(times(&world.admin.get(&history).await.ok()), [(a, "2024-01-01", Some("2024-06-30")), (b, "2024-07-01", None)]);
        let project = format!("/projects/{}", world.project);
        assert_eq!(world.admin.get(&project).await.ok()["leader"], json!({"id": a, "full_name": "Trần Thị Hà"}));

        // Somebody for a time in between, and somebody before all of them.
        world.admin.put(&put, takes_over(b, "2024-03-01")).await.ok();
        let earliest = world.admin.put(&put, takes_over(b, "2023-01-01")).await.ok();
        assert_eq!(earliest["valid_to"], "2023-12-31");
        let expected = [
            (b, "2023-01-01", Some("2023-12-31")), (a, "2024-01-01", Some("2024-02-29")),
            (b, "2024-03-01", Some("2024-06-30")), (b, "2024-07-01", None),
        ];
        assert_eq!(times(&world.admin.get(&history).await.ok()), expected);
        assert_eq!(world.admin.get(&project).await.ok()["leader"]["id"], b);
        assert_eq!(world.admin.get(&format!("/projects/{}/officers", world.project)).await.ok()["data"], json!([]));
    }

    async fn the_same_again_changes_nothing_and_a_correction_replaces_its_day(app: TestApp) {
        let world = World::new(&app).await;
        let (a, b) = (world.leader, world.officer);
        let put = format!("/projects/{}/officer", world.project);
        let first = world.admin.put(&put, takes_over(a, "2024-01-01")).await.ok();
        assert_eq!(world.admin.put(&put, takes_over(a, "2024-01-01")).await.ok(), first);
        world.admin.put(&put, takes_over(b, "2024-01-01")).await.ok();
        let history = world.admin.get(&format!("/projects/{}/officers", world.project)).await.ok();
        assert_eq!(times(&history), [(b, "2024-01-01", None)], "an assignment of no day is left out");
        assert_eq!(history["next_cursor"], Value::Null);
        assert_eq!(world.admin.get(&format!("/projects/{}", world.project)).await.ok()["officer"]["id"], b);
    }

    async fn only_those_who_may_assign_do(app: TestApp) {
        let world = World::new(&app).await;
        let put = format!("/projects/{}/leader", world.project);
        world.admin.put(&put, takes_over(999, "2024-01-01")).await.refused(422, "invalid");
        world.admin.put("/projects/999/leader", takes_over(world.leader, "2024-01-01")).await.refused(404, "not_found");
        for role in ["officer", "viewer", "auditor"] {
            let user = user_with(&app, role, Some(world.province), None, None);
            user.put(&put, takes_over(world.leader, "2024-01-01")).await.refused(403, "forbidden");
        }
        let elsewhere = user_with(&app, "coordinator", Some(world.other_commune), None, None);
        elsewhere.put(&put, takes_over(world.leader, "2024-01-01")).await.refused(404, "not_found");
        elsewhere.get(&format!("/projects/{}/leaders", world.project)).await.refused(404, "not_found");
        assert_eq!(world.admin.get(&format!("/projects/{}/leaders", world.project)).await.ok()["data"], json!([]));
    }

    async fn a_version_of_the_project_or_of_the_assignment_allows_the_next(app: TestApp) {
        let world = World::new(&app).await;
        let path = format!("/projects/{}/leader", world.project);
        let put = |tag: String, person: i64, day: &str| {
            let body = json!({"person_id": person, "effective_date": day, "decision": decision()});
            Answer::of(world.admin.request(Method::PUT, &path).header("If-Match", tag).json(&body))
        };
        let project = world.admin.get(&format!("/projects/{}", world.project)).await.header("etag").to_owned();
        put("\"stale\"".to_owned(), world.leader, "2024-01-01").await.refused(412, "stale_version");
        let first = put(project.clone(), world.leader, "2024-01-01").await;
        let tag = first.header("etag").to_owned();
        first.ok();
        put(project, world.officer, "2024-02-01").await.refused(412, "stale_version");
        put(tag.clone(), world.officer, "2024-02-01").await.ok();
        put(tag, world.leader, "2024-03-01").await.refused(412, "stale_version");
    }
}

use serde_json::{Value, json};

use crate::support::app::{Answer, both};
use crate::support::builders::{World, are, decision, faults, user_with, with};

const QUARTERS: [(&str, i64); 4] = [
    ("2024-03-31", 200),
    ("2024-06-30", 300),
    ("2024-09-30", 300),
    ("2024-12-31", 200),
];

both! {
    async fn a_version_is_drafted_with_its_items_in_order(app: TestApp) {
        let world = World::new(&app).await;
        let line = world.plan(world.project, 1_000).await["line_id"].clone();
        let path = format!("/projects/{}/schedules", world.project);
        let mut body = world.schedule_body(&[("2024-06-30", 300), ("2024-03-31", 200)]);
        body["items"][0]["label"] = json!("đợt 1");
        let draft = world.admin.post(&path, body.clone()).await.created();
        let expected = json!({
            "project_id": world.project, "line_id": line, "funding_source_id": world.source,
            "funding_source": {"id": world.source, "code": "NSTW", "name": "Ngân sách trung ương"},
            "budget_year": 2024, "origin": "in_year", "version": 1, "status": "draft", "effective_date": "2024-01-01", "total": 500,
            "items": [
                {"position": 1, "due_date": "2024-06-30", "amount": 300, "label": "đợt 1"},
                {"position": 2, "due_date": "2024-03-31", "amount": 200, "label": null},
            ],
            "note": null, "created_by": {"id": 1, "username": "admin"}, "submitted_by": null, "submitted_at": null,
            "approved_by": null, "approved_at": null, "return_reason": null,
        });
        for (name, value) in expected.as_object().expect("an object") {
            assert_eq!(&draft[name], value, "{name}");
        }
        assert_eq!(world.admin.get(&format!("/schedules/{}", draft["id"])).await.ok(), draft);
        let second = world.admin.post(&path, body.clone()).await.created();
        assert_eq!(second["version"], 2, "several drafts may coexist");
        let other = world.admin.post(&path, with(body, json!({"budget_year": 2025}))).await.created();
        assert_eq!(other["version"], 1, "each line counts for itself");
        assert_eq!(world.admin.get(&path).await.ok()["data"], json!([draft, second, other]));
        assert_eq!(world.admin.get(&format!("{path}?budget_year=2025&status=draft")).await.ok()["data"], json!([other]));
        assert_eq!(world.admin.get(&format!("{path}?status=approved,submitted")).await.ok()["data"], json!([]));
    }

    async fn what_is_no_schedule_is_refused(app: TestApp) {
        let world = World::new(&app).await;
        let path = format!("/projects/{}/schedules", world.project);
        let problem = world.admin.post(&path, world.schedule_body(&[])).await.refused(422, "required");
        assert_eq!(faults(&problem), are(&[("/items", "required")]));
        let body = with(world.schedule_body(&[("2024-03-31", 5), ("2024-06-30", 0)]), json!({"funding_source_id": 999}));
        let problem = world.admin.post(&path, body).await.refused(422, "invalid");
        assert_eq!(faults(&problem), are(&[("/funding_source_id", "invalid"), ("/items/1/amount", "out_of_range")]));
        world.admin.post("/projects/999/schedules", world.schedule_body(&QUARTERS)).await.refused(404, "not_found");
    }

    async fn a_second_person_approves(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        let draft = world.admin.post(&format!("/projects/{}/schedules", world.project), world.schedule_body(&QUARTERS)).await.created();
        let path = format!("/schedules/{}", draft["id"]);
        let step = |name: &'static str| { let path = format!("{path}/{name}"); let admin = world.admin.clone(); async move { admin.post(&path, json!({})).await } };
        step("approve").await.refused(409, "schedule_not_submitted");
        let submitted = step("submit").await.ok();
        assert_eq!((&submitted["status"], &submitted["submitted_by"]["username"]), (&json!("submitted"), &json!("admin")));
        step("submit").await.refused(409, "schedule_not_draft");
        world.admin.put(&path, world.schedule_body(&QUARTERS)).await.refused(409, "schedule_not_draft");
        step("approve").await.refused(403, "approval_needs_second_person");
        let officer = user_with(&app, "officer", Some(world.province), None, None);
        officer.post(&format!("{path}/approve"), json!({})).await.refused(403, "forbidden");
        let coordinator = user_with(&app, "coordinator", Some(world.district), None, None);
        let approved = coordinator.post(&format!("{path}/approve"), json!({})).await.ok();
        assert_eq!(approved["status"], "approved");
        assert!(approved["approved_at"].is_string() && approved["approved_by"]["id"].is_i64(), "{approved}");
        step("approve").await.refused(409, "schedule_not_submitted");
        world.admin.put(&path, world.schedule_body(&QUARTERS)).await.refused(409, "schedule_not_draft");
        coordinator.post(&format!("{path}/return"), json!({"reason": "x"})).await.refused(409, "schedule_not_submitted");
    }

    async fn a_returned_version_is_written_anew(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        let officer = user_with(&app, "officer", Some(world.commune), None, None);
        let draft = officer.post(&format!("/projects/{}/schedules", world.project), world.schedule_body(&QUARTERS)).await.created();
        let path = format!("/schedules/{}", draft["id"]);
        officer.post(&format!("{path}/submit"), json!({})).await.ok();
        for body in [json!({}), json!({"reason": " "})] {
            let problem = world.admin.post(&format!("{path}/return"), body).await.refused(422, "reason_required");
            assert_eq!(faults(&problem), are(&[("/reason", "reason_required")]));
        }
        let returned = world.admin.post(&format!("{path}/return"), json!({"reason": "chia lại quý IV"})).await.ok();
        assert_eq!((&returned["status"], &returned["return_reason"]), (&json!("returned"), &json!("chia lại quý IV")));
        let tag = officer.get(&path).await.header("etag").to_owned();
        let replace = |body: Value| Answer::of(officer.request(reqwest::Method::PUT, &path).header("If-Match", &tag).json(&body));
        replace(with(world.schedule_body(&QUARTERS), json!({"budget_year": 2025}))).await.refused(422, "invalid");
        let body = world.schedule_body(&[("2024-06-30", 400), ("2024-12-31", 600)]);
        let again = replace(body.clone()).await.ok();
        assert_eq!((&again["status"], &again["version"], &again["items"][1]["amount"]), (&json!("draft"), &json!(1), &json!(600)));
        assert_eq!(again["items"].as_array().map(Vec::len), Some(2));
        replace(body).await.refused(412, "stale_version");
        officer.post(&format!("{path}/submit"), json!({})).await.ok();
        assert_eq!(world.admin.post(&format!("{path}/approve"), json!({})).await.ok()["return_reason"], Value::Null);
    }

    async fn the_items_sum_to_the_plan_when_submitted_and_when_approved(app: TestApp) {
        let world = World::new(&app).await;
        let project = world.project;
        world.plan(project, 1_000).await;
        let more = |amount: i64, day: &str| with(world.plan_body(amount), json!({"kind": "supplement", "effective_date": day}));
        world.entry(project, more(100, "2024-05-01")).await;
        let path = format!("/projects/{project}/schedules");
        let draft = async |body: Value| world.admin.post(&path, body).await.created()["id"].clone();
        let submit = async |id: &Value| world.admin.post(&format!("/schedules/{id}/submit"), json!({})).await;
        let early = draft(world.schedule_body(&QUARTERS)).await;
        let late = draft(with(world.schedule_body(&QUARTERS), json!({"effective_date": "2024-05-01"}))).await;
        submit(&early).await.ok();
        let problem = submit(&late).await.refused(422, "schedule_total_mismatch");
        assert_eq!(faults(&problem), are(&[("/items", "schedule_total_mismatch")]));
        // The plan of its day changes before it is approved.
        world.entry(project, more(1, "2024-01-01")).await;
        let coordinator = user_with(&app, "coordinator", Some(world.province), None, None);
        let approve = format!("/schedules/{early}/approve");
        coordinator.post(&approve, json!({})).await.refused(422, "schedule_total_mismatch");
        assert_eq!(world.admin.get(&format!("/schedules/{early}")).await.ok()["status"], "submitted");
    }

    async fn the_leader_of_the_project_approves_and_no_other(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        let takes_over = json!({"person_id": world.leader, "effective_date": "2024-01-01", "decision": decision()});
        world.admin.put(&format!("/projects/{}/leader", world.project), takes_over).await.ok();
        let draft = world.admin.post(&format!("/projects/{}/schedules", world.project), world.schedule_body(&QUARTERS)).await.created();
        let path = format!("/schedules/{}", draft["id"]);
        world.admin.post(&format!("{path}/submit"), json!({})).await.ok();
        let other = user_with(&app, "leader", None, None, Some(world.officer));
        other.get(&path).await.refused(404, "not_found");
        other.post(&format!("{path}/approve"), json!({})).await.refused(404, "not_found");
        let leader = user_with(&app, "leader", None, None, Some(world.leader));
        leader.post(&format!("{path}/submit"), json!({})).await.refused(403, "forbidden");
        assert_eq!(leader.post(&format!("{path}/approve"), json!({})).await.ok()["status"], "approved");
    }
}

use diesel::prelude::*;
use giaingan::db::schema::{alert_events, alerts};
use giaingan::service::{Ctx, housekeeping};
use serde_json::{Value, json};

use super::reference::{agency, at, faults, id, unit, walk};
use crate::support::app::{Client, TestApp, both, date};
use crate::support::builders::{World, decision, with};

async fn manager(client: &Client, project: i64) -> Value {
    client.get(&format!("/projects/{project}")).await.ok()["managing_unit_id"].clone()
}

/// A live alert about a project, or about the unit itself.
fn alert(app: &TestApp, unit: i64, project: Option<i64>) -> i64 {
    let made = app.app.db.write(move |conn| {
        Ok(diesel::insert_into(alerts::table)
            .values((
                (
                    alerts::rule.eq("missing_task_force"),
                    alerts::severity.eq("warning"),
                    alerts::state.eq("open"),
                    alerts::subject_type.eq(if project.is_some() { "project" } else { "unit" }),
                    alerts::subject_id.eq(project.unwrap_or(unit)),
                    alerts::subject_label.eq("x"),
                    alerts::context.eq(""),
                ),
                alerts::project_id.eq(project),
                alerts::unit_id.eq(unit),
                alerts::level.eq("leader"),
                (
                    alerts::raised_on.eq(date("2024-06-01")),
                    alerts::counts_from.eq(date("2024-06-01")),
                ),
                alerts::step.eq(0),
                alerts::facts.eq("{}"),
                alerts::measure.eq(0_i64),
            ))
            .returning(alerts::id)
            .get_result(conn)?)
    });
    made.expect("an alert")
}

/// The unit of an alert and the kinds of its events.
fn alert_state(app: &TestApp, id: i64) -> (Option<i64>, Vec<String>) {
    let state = app.app.db.write(move |conn| {
        let unit = alerts::table.find(id).select(alerts::unit_id).first(conn)?;
        let kinds = alert_events::table.filter(alert_events::alert_id.eq(id));
        Ok((unit, kinds.select(alert_events::kind).load(conn)?))
    });
    state.expect("an alert")
}

both! {
    async fn a_split_hands_projects_over_on_its_day(app: TestApp) {
        let world = World::new(&app).await;
        let admin = &world.admin;
        let north = unit(admin, "N", "commune", world.district).await;
        let south = unit(admin, "S", "commune", world.district).await;
        let second = world.new_project("P2", "Trường học", world.commune).await;
        let path = format!("/administrative-units/{}/successions", world.commune);
        let body = json!({"successors": [{"unit_id": north, "project_ids": [second]}, {"unit_id": south}], "rest_to_unit_id": south,
            "effective_date": "2024-07-01", "decision": decision()});
        let made = admin.post(&path, body).await;
        let location = made.header("location").replace("/api/v1", "");
        let made = made.created();
        assert_eq!(made, json!({"id": made["id"], "unit_id": world.commune, "rest_to_unit_id": south, "effective_date": "2024-07-01",
            "decision": decision(), "recorded_at": made["recorded_at"],
            "successors": [{"unit_id": north, "project_ids": [second]}, {"unit_id": south, "project_ids": [world.project]}]}));
        assert_eq!(admin.get(&location).await.ok(), made);
        assert_eq!(admin.get(&path).await.ok()["data"], json!([made]));
        assert_eq!(admin.get(&format!("/administrative-units/{}", world.commune)).await.ok()["valid_to"], "2024-06-30");

        assert_eq!(manager(admin, world.project).await, world.commune);
        app.today("2024-07-01");
        assert_eq!(manager(admin, world.project).await, south);
        assert_eq!(manager(admin, second).await, north);
        assert_eq!(manager(admin, world.other_project).await, world.other_commune);
        let left = admin.get(&format!("/projects?unit_id={}", world.commune)).await.ok();
        assert_eq!(left["data"], json!([]));
        app.today("2024-06-30");
        assert_eq!(manager(admin, second).await, world.commune);
        // What was handed over is not there to be handed over again.
        let again = json!({"successors": [{"unit_id": north, "project_ids": [second]}], "rest_to_unit_id": north, "effective_date": "2024-07-02", "decision": decision()});
        let problem = admin.post(&path, again).await.refused(422, "invalid");
        assert_eq!(faults(&problem), at(&[("/successors/0/project_ids/0", "invalid")]));
    }

    async fn a_merge_gathers_what_two_units_had(app: TestApp) {
        let world = World::new(&app).await;
        let admin = &world.admin;
        let merged = unit(admin, "M", "commune", world.province).await;
        for from in [world.commune, world.other_commune] {
            // The heir of the rest need not be named twice.
            let body = json!({"successors": [], "rest_to_unit_id": merged, "effective_date": "2024-06-30", "decision": decision()});
            let made = admin.post(&format!("/administrative-units/{from}/successions"), body).await.created();
            assert_eq!(made["successors"].as_array().expect("a list").len(), 1);
        }
        for project in [world.project, world.other_project] {
            assert_eq!(manager(admin, project).await, merged);
        }
        let rows = walk(admin, &format!("/projects?unit_id={merged}")).await;
        assert_eq!(rows.len(), 2);
    }

    async fn users_agencies_alerts_and_units_below_follow(app: TestApp) {
        let world = World::new(&app).await;
        let admin = &world.admin;
        let office = agency(admin, "UBND", world.district).await;
        let user = app.user(None, json!([{"role": "viewer", "unit_id": world.district}])).await;
        let me = id(&user.get("/me").await.ok());
        let path = format!("/administrative-units/{}/successions", world.district);
        let body = json!({"successors": [{"unit_id": world.province}], "rest_to_unit_id": world.province, "effective_date": "2024-07-01", "decision": decision()});
        admin.post(&path, body).await.created();
        let grants = |unit: i64| json!([{"role": "viewer", "unit_id": unit, "agency_id": null}]);
        assert_eq!(user.get("/me").await.ok()["grants"], grants(world.district));
        assert_eq!(admin.get(&format!("/agencies/{office}")).await.ok()["unit_id"], world.district);
        // A change in between does not lose what is to come.
        admin.patch(&format!("/users/{me}"), json!({"locale": "en", "grants": grants(world.district)})).await.ok();
        app.today("2024-07-01");
        assert_eq!(user.get("/me").await.ok()["grants"], grants(world.province));
        for (day, parent) in [("2024-06-30", world.district), ("2024-07-01", world.province)] {
            let row = admin.get(&format!("/administrative-units?code=06661&as_of={day}")).await.ok();
            assert_eq!(row["data"][0]["parent_id"], parent, "{day}");
        }
        // Agencies and alerts carry no dates: they move with the first succession or scan from that day on.
        let about_unit = alert(&app, world.district, None);
        let (old, other) = (alert(&app, world.commune, Some(world.project)), alert(&app, world.other_commune, None));
        let body = json!({"successors": [], "rest_to_unit_id": world.other_commune, "effective_date": "2024-07-01", "decision": decision()});
        admin.post(&format!("/administrative-units/{}/successions", world.commune), body).await.created();
        assert_eq!(admin.get(&format!("/agencies/{office}")).await.ok()["unit_id"], world.province);
        let moved = vec!["handed_over".to_owned()];
        assert_eq!(alert_state(&app, about_unit), (Some(world.province), moved.clone()));
        assert_eq!(alert_state(&app, old), (Some(world.other_commune), moved));
        assert_eq!(alert_state(&app, other), (Some(world.other_commune), vec![]));
    }

    async fn keys_and_webhooks_follow_the_grants_of_their_owner(app: TestApp) {
        let world = World::new(&app).await;
        let heir = unit(&world.admin, "M", "commune", world.district).await;
        let owner = app.user(None, json!([{"role": "admin", "unit_id": world.commune}])).await;
        let key = |name: &str| json!({"name": name, "grant": {"role": "viewer", "unit_id": world.commune}});
        let made = owner.post("/api-keys", key("TABMIS")).await.created();
        let ended = owner.post("/api-keys", key("Cũ")).await.created();
        owner.post(&format!("/api-keys/{}/revocation", ended["id"]), json!({})).await.ok();
        let hook = json!({"url": "https://hook.example/", "events": ["plan.changed"], "unit_id": world.commune});
        let hook = owner.post("/webhooks", hook).await.created();
        let system = Client { token: made["secret"].as_str().map(str::to_owned), ..app.anonymous() };
        let codes = async || -> Vec<Value> {
            walk(&system, "/projects").await.iter().map(|one| one["id"].clone()).collect()
        };
        assert_eq!(codes().await, [json!(world.project)]);
        let body = json!({"successors": [], "rest_to_unit_id": heir, "effective_date": "2024-07-01", "decision": decision()});
        world.admin.post(&format!("/administrative-units/{}/successions", world.commune), body).await.created();
        let granted = async || {
            let admin = app.admin();
            let of = async |path: String, at: &str| admin.get(&path).await.ok().pointer(at).cloned();
            [
                of(format!("/api-keys/{}", made["id"]), "/grant/unit_id").await,
                of(format!("/api-keys/{}", ended["id"]), "/grant/unit_id").await,
                of(format!("/webhooks/{}", hook["id"]), "/unit_id").await,
            ].map(|unit| unit.and_then(|unit| unit.as_i64()))
        };
        assert_eq!(granted().await, [Some(world.commune); 3], "not before its day");
        app.today("2024-07-01");
        housekeeping::daily(&Ctx::system(&app.app, "test")).expect("tidies");
        assert_eq!(granted().await, [Some(heir), Some(world.commune), Some(heir)], "what was revoked stays as it was");
        assert_eq!(codes().await, [json!(world.project)], "the other system goes on");
        let feed = app.admin().get("/changes?since=0&limit=200").await.ok();
        let moved = feed["data"].as_array().expect("events").iter().filter(|event| event["after"] == json!({"unit_id": heir}));
        let moved: Vec<_> = moved.map(|event| (&event["action"], &event["entity_id"], &event["before"]["unit_id"])).collect();
        assert_eq!(moved, [
            (&json!("api_key.handed_over"), &made["id"], &json!(world.commune)),
            (&json!("webhook.handed_over"), &hook["id"], &json!(world.commune)),
        ]);
    }

    async fn every_fault_of_a_succession_is_named(app: TestApp) {
        let world = World::new(&app).await;
        let admin = &world.admin;
        let path = format!("/administrative-units/{}/successions", world.commune);
        let gone = unit(admin, "G", "commune", world.district).await;
        admin.patch(&format!("/administrative-units/{gone}"), json!({"valid_to": "2024-06-30"})).await.ok();
        let good = json!({"successors": [{"unit_id": world.other_commune}], "rest_to_unit_id": world.other_commune, "effective_date": "2024-07-01", "decision": decision()});
        let mine = world.project;
        for (change, expected) in [
            (json!({"successors": [{"unit_id": gone}]}), vec!["/successors/0/unit_id"]),
            (json!({"successors": [{"unit_id": 999}]}), vec!["/successors/0/unit_id"]),
            (json!({"successors": [{"unit_id": world.commune}], "rest_to_unit_id": world.commune}), vec!["/successors/0/unit_id"]),
            (json!({"rest_to_unit_id": world.commune}), vec!["/rest_to_unit_id"]),
            (json!({"rest_to_unit_id": gone}), vec!["/rest_to_unit_id"]),
            (json!({"successors": [{"unit_id": world.other_commune}, {"unit_id": world.other_commune}]}), vec!["/successors/1/unit_id"]),
            (json!({"successors": [{"unit_id": world.other_commune, "project_ids": [mine, mine, world.other_project, 999]}]}),
                vec!["/successors/0/project_ids/1", "/successors/0/project_ids/2", "/successors/0/project_ids/3"]),
            (json!({"successors": [{"unit_id": world.other_commune, "project_ids": [mine]}, {"unit_id": world.district, "project_ids": [mine]}]}),
                vec!["/successors/1/project_ids/0"]),
        ] {
            let problem = admin.post(&path, with(good.clone(), change.clone())).await.refused(422, "invalid");
            let expected: Vec<(String, String)> = expected.into_iter().map(|at| (at.to_owned(), "invalid".to_owned())).collect();
            assert_eq!(faults(&problem), expected, "{change}");
        }
        let problem = admin.post(&path, json!({"effective_date": "2024-02-30"})).await.refused(422, "required");
        assert_eq!(faults(&problem), at(&[("/decision", "required"), ("/effective_date", "invalid"), ("/rest_to_unit_id", "required")]));
        admin.patch(&format!("/administrative-units/{}", world.commune), json!({"valid_from": "2024-07-01"})).await.ok();
        let problem = admin.post(&path, good).await.refused(422, "out_of_range");
        assert_eq!(faults(&problem), at(&[("/effective_date", "out_of_range")]));
        assert_eq!(manager(admin, world.project).await, world.commune);
        assert_eq!(admin.get(&path).await.ok()["data"], json!([]));
    }

    async fn a_succession_needs_power_over_both_sides(app: TestApp) {
        let world = World::new(&app).await;
        let far = unit(&world.admin, "D2", "district", world.province).await;
        let scoped = app.user(None, json!([{"role": "admin", "unit_id": world.district}])).await;
        let body = |to: i64| json!({"successors": [], "rest_to_unit_id": to, "effective_date": "2024-07-01", "decision": decision()});
        let post = |from: i64, to: i64| {
            let (scoped, body) = (scoped.clone(), body(to));
            async move { scoped.post(&format!("/administrative-units/{from}/successions"), body).await }
        };
        post(world.commune, far).await.refused(404, "not_found");
        post(far, world.district).await.refused(404, "not_found");
        post(world.district, world.commune).await.refused(403, "forbidden");
        post(world.commune, world.other_commune).await.created();
    }
}

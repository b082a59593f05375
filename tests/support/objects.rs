//! Records of every kind, for tests that walk all routes.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::app::TestApp;
use super::builders::{World, decision, with};

/// Records of one project in one commune, of every kind that a path can name.
pub struct Objects {
    /// By the first part of the path.
    pub ids: BTreeMap<&'static str, i64>,
    project: i64,
    other_project: i64,
    source: i64,
    person: i64,
}

impl Objects {
    pub async fn make(app: &TestApp, world: &World) -> Self {
        let admin = &world.admin;
        let project = world.project;
        let id = |value: Value| value["id"].as_i64().expect("an id");
        let entry = id(world.plan(project, 1_000).await);
        let schedule = world.schedule_body(&[("2024-03-31", 400), ("2024-12-31", 600)]);
        let schedule = id(world.approved(app, project, schedule).await);
        let payment = id(world.pay(project, 100, "2024-05-05").await);
        let leader = json!({"person_id": world.leader, "effective_date": "2024-01-01", "decision": decision()});
        admin
            .put(&format!("/projects/{project}/leader"), leader)
            .await
            .ok();
        let other = json!({"person_id": world.officer, "effective_date": "2024-01-01", "decision": decision()});
        admin
            .put(&format!("/projects/{}/leader", world.other_project), other)
            .await
            .ok();
        world.plan(world.other_project, 500).await;
        let obstacle = json!({"category": "site_clearance", "description": "x", "due_date": "2024-12-01", "status": "open"});
        let obstacle = id(admin
            .post(&format!("/projects/{project}/obstacles"), obstacle)
            .await
            .created());
        let force = json!({"unit_id": world.commune, "decision": decision(), "members": [{"person_id": world.leader, "role": "head"}]});
        let force = id(admin.post("/task-forces", force).await.created());
        let directive = json!({"task_force_id": force, "project_id": project, "text": "x", "assignee_person_id": world.leader,
            "due_date": "2024-12-01", "status": "open", "source_document": "31/TB-UBND"});
        let directive = id(admin.post("/directives", directive).await.created());
        let transfer = json!({"from_project_id": project, "to_project_id": world.other_project, "funding_source_id": world.source,
            "budget_year": 2024, "amount": 10, "effective_date": "2024-06-01", "decision": decision()});
        let transfer = id(admin.post("/plan-transfers", transfer).await.created());
        let extension = json!({"project_id": project, "funding_source_id": world.source, "from_year": 2024, "amount": 10,
            "effective_date": "2024-06-02", "decision": decision()});
        let extension = id(admin.post("/plan-extensions", extension).await.created());
        let assignment = json!({"unit_id": world.commune, "funding_source_id": world.source, "budget_year": 2024,
            "authority": "peoples_council", "kind": "initial", "amount": 5_000, "effective_date": "2024-01-01", "decision": decision()});
        let assignment = id(admin
            .post("/capital-assignments", assignment)
            .await
            .created());
        let closing = json!({"unit_id": world.commune, "month": "2024-02"});
        let closing = id(admin.post("/period-closings", closing).await.created());
        admin.post("/alerts/scans", json!({})).await.ok();
        let alerts = admin
            .get(&format!("/alerts?state=live&project_id={project}"))
            .await
            .ok();
        let ids = BTreeMap::from([
            ("projects", project),
            ("plan-entries", entry),
            ("schedules", schedule),
            ("disbursements", payment),
            ("obstacles", obstacle),
            ("directives", directive),
            ("plan-transfers", transfer),
            ("plan-extensions", extension),
            ("capital-assignments", assignment),
            ("period-closings", closing),
            ("alerts", id(alerts["data"][0].clone())),
        ]);
        Objects {
            ids,
            project,
            other_project: world.other_project,
            source: world.source,
            person: world.leader,
        }
    }

    /// The path with real ids, if it names a record of a project or commune.
    pub fn path(&self, pattern: &str) -> Option<String> {
        let kind = pattern.split('/').nth(1)?;
        let id = self.ids.get(kind)?;
        pattern
            .contains("{id}")
            .then(|| pattern.replace("{id}", &id.to_string()))
    }

    /// A body that the call would take from somebody who may make it.
    pub fn body(&self, method: &str, path: &str) -> Value {
        let line = json!({"funding_source_id": self.source, "budget_year": 2024});
        match (method, path) {
            ("PUT", "/projects/{id}/leader" | "/projects/{id}/officer") => {
                json!({"person_id": self.person, "effective_date": "2024-02-01", "decision": decision()})
            }
            ("POST", "/projects/{id}/plan-entries") => with(
                line,
                json!({"kind": "supplement", "amount": 5, "effective_date": "2024-06-03", "decision": decision()}),
            ),
            ("POST", "/plan-entries/{id}/reversal") => {
                json!({"effective_date": "2024-06-04", "reason": "x"})
            }
            ("POST", "/plan-transfers") => with(
                line,
                json!({"from_project_id": self.project, "to_project_id": self.other_project,
                "amount": 1, "effective_date": "2024-06-05", "decision": decision()}),
            ),
            ("POST", "/plan-extensions") => {
                json!({"project_id": self.project, "funding_source_id": self.source, "from_year": 2024,
                "amount": 1, "effective_date": "2024-06-05", "decision": decision()})
            }
            ("POST", "/projects/{id}/schedules") | ("PUT", "/schedules/{id}") => with(
                line,
                json!({"effective_date": "2024-06-03", "items": [{"due_date": "2024-12-31", "amount": 1}]}),
            ),
            ("POST", "/projects/{id}/disbursements") => with(
                line,
                json!({"kind": "advance", "gross_amount": 1, "posted_on": "2024-06-01", "voucher_number": "v"}),
            ),
            ("POST", "/disbursements/{id}/reversal") => {
                json!({"posted_on": "2024-06-01", "reason": "x"})
            }
            ("POST", "/projects/{id}/obstacles") => {
                json!({"category": "weather", "description": "x", "due_date": "2024-12-01", "status": "open"})
            }
            ("POST", "/projects/{id}/nothing-to-report") => json!({"as_of": "2024-06-01"}),
            (
                "POST",
                "/schedules/{id}/return"
                | "/alerts/{id}/waiver"
                | "/period-closings/{id}/reopening",
            ) => json!({"reason": "x"}),
            ("POST", "/alerts/{id}/acknowledgement") => {
                json!({"commit_date": "2024-07-10", "commit_amount": 1, "note": "x"})
            }
            ("POST", "/alerts/{id}/snooze") => json!({"until": "2024-07-10", "reason": "x"}),
            ("POST", "/alerts/{id}/notes") => json!({"text": "x"}),
            _ => json!({}),
        }
    }
}

/// How many events the audit log has: everything that is changed adds one.
pub async fn events(app: &TestApp) -> i64 {
    app.app
        .db
        .read(|conn| {
            use diesel::prelude::*;
            Ok(giaingan::db::schema::audit_events::table
                .count()
                .get_result::<i64>(conn)?)
        })
        .expect("counts")
}

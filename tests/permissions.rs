//! Who may call what: every route of the API, every role, inside and outside of their scope.

use std::collections::{BTreeMap, BTreeSet};

use giaingan::domain::permission::Role;
use giaingan::http::endpoint::Access;
use giaingan::http::endpoints;
use serde_json::{Value, json};

use crate::support::app::{Answer, Client, TestApp, both};
use crate::support::builders::{World, decision, user_with, with};

/// Roles by letter: Admin, Coordinator, Officer, Leader, Viewer, aUditor; `*` is anybody signed
/// in, `-` anybody at all. A route that is missing here fails the test.
const TABLE: &[(&str, &str, &str)] = &[
    ("POST", "/auth/login", "-"),
    ("POST", "/auth/refresh", "-"),
    ("POST", "/auth/logout", "-"),
    ("POST", "/auth/password-reset-requests", "-"),
    ("POST", "/auth/password-resets", "-"),
    ("GET", "/me", "*"),
    ("PUT", "/me/password", "*"),
    ("GET", "/me/second-factor", "*"),
    ("POST", "/me/second-factor", "*"),
    ("POST", "/me/second-factor/confirmation", "*"),
    ("POST", "/me/second-factor/removal", "*"),
    ("GET", "/me/sessions", "*"),
    ("POST", "/me/sessions/{id}/end", "*"),
    ("GET", "/me/calendar", "*"),
    ("POST", "/me/calendar", "*"),
    ("POST", "/me/calendar/revocation", "*"),
    ("GET", "/administrative-units", "ACOLVU"),
    ("POST", "/administrative-units", "A"),
    ("GET", "/administrative-units/{id}", "ACOLVU"),
    ("PATCH", "/administrative-units/{id}", "A"),
    ("GET", "/administrative-units/{id}/successions", "ACOLVU"),
    ("POST", "/administrative-units/{id}/successions", "A"),
    (
        "GET",
        "/administrative-units/{id}/successions/{succession_id}",
        "ACOLVU",
    ),
    ("GET", "/agencies", "ACOLVU"),
    ("POST", "/agencies", "A"),
    ("GET", "/agencies/{id}", "ACOLVU"),
    ("PATCH", "/agencies/{id}", "A"),
    ("GET", "/people", "ACOLVU"),
    ("POST", "/people", "A"),
    ("GET", "/people/{id}", "ACOLVU"),
    ("PATCH", "/people/{id}", "A"),
    ("GET", "/funding-sources", "ACOLVU"),
    ("POST", "/funding-sources", "A"),
    ("GET", "/funding-sources/{id}", "ACOLVU"),
    ("PATCH", "/funding-sources/{id}", "A"),
    ("GET", "/task-forces", "ACOLVU"),
    ("POST", "/task-forces", "A"),
    ("GET", "/task-forces/{id}", "ACOLVU"),
    ("PATCH", "/task-forces/{id}", "A"),
    ("GET", "/task-forces/{id}/meeting-pack", "ACOLVU"),
    ("GET", "/holidays", "ACOLVU"),
    ("POST", "/holidays", "A"),
    ("GET", "/holidays/{id}", "ACOLVU"),
    ("PATCH", "/holidays/{id}", "A"),
    ("GET", "/targets", "ACOLVU"),
    ("POST", "/targets", "A"),
    ("GET", "/targets/{id}", "ACOLVU"),
    ("PATCH", "/targets/{id}", "A"),
    ("GET", "/users", "A"),
    ("POST", "/users", "A"),
    ("GET", "/users/{id}", "A"),
    ("PATCH", "/users/{id}", "A"),
    ("POST", "/users/{id}/invitation", "A"),
    ("POST", "/users/{id}/sign-out", "A"),
    ("POST", "/users/{id}/second-factor-removal", "A"),
    ("GET", "/api-keys", "A"),
    ("POST", "/api-keys", "A"),
    ("GET", "/api-keys/{id}", "A"),
    ("PATCH", "/api-keys/{id}", "A"),
    ("POST", "/api-keys/{id}/revocation", "A"),
    ("GET", "/changes", "ACOLVU"),
    ("GET", "/export/oc4ids.json", "ACOLVU"),
    ("GET", "/webhooks", "A"),
    ("POST", "/webhooks", "A"),
    ("GET", "/webhooks/{id}", "A"),
    ("PATCH", "/webhooks/{id}", "A"),
    ("POST", "/webhooks/{id}/secret", "A"),
    ("GET", "/webhooks/{id}/deliveries", "A"),
    ("GET", "/webhooks/{id}/deliveries/{delivery_id}", "A"),
    (
        "POST",
        "/webhooks/{id}/deliveries/{delivery_id}/resend",
        "A",
    ),
    ("GET", "/projects", "ACOLVU"),
    ("POST", "/projects", "AC"),
    ("GET", "/projects/{id}", "ACOLVU"),
    ("PATCH", "/projects/{id}", "AC"),
    ("PUT", "/projects/{id}/leader", "AC"),
    ("GET", "/projects/{id}/leaders", "ACOLVU"),
    ("PUT", "/projects/{id}/officer", "AC"),
    ("GET", "/projects/{id}/officers", "ACOLVU"),
    ("GET", "/projects/{id}/plan-entries", "ACOLVU"),
    ("POST", "/projects/{id}/plan-entries", "ACO"),
    ("GET", "/plan-entries/{id}", "ACOLVU"),
    ("POST", "/plan-entries/{id}/reversal", "ACO"),
    ("POST", "/plan-transfers", "ACO"),
    ("GET", "/plan-transfers/{id}", "ACOLVU"),
    ("POST", "/plan-extensions", "ACO"),
    ("GET", "/plan-extensions/{id}", "ACOLVU"),
    ("GET", "/capital-assignments", "ACOLVU"),
    ("POST", "/capital-assignments", "ACO"),
    ("GET", "/capital-assignments/{id}", "ACOLVU"),
    ("GET", "/projects/{id}/schedules", "ACOLVU"),
    ("POST", "/projects/{id}/schedules", "AO"),
    ("GET", "/schedules/{id}", "ACOLVU"),
    ("PUT", "/schedules/{id}", "AO"),
    ("POST", "/schedules/{id}/submit", "AO"),
    ("POST", "/schedules/{id}/approve", "ACL"),
    ("POST", "/schedules/{id}/return", "ACL"),
    ("GET", "/projects/{id}/disbursements", "ACOLVU"),
    ("POST", "/projects/{id}/disbursements", "AO"),
    ("GET", "/disbursements", "ACOLVU"),
    ("GET", "/disbursements/{id}", "ACOLVU"),
    ("POST", "/disbursements/{id}/reversal", "AO"),
    ("GET", "/projects/{id}/obstacles", "ACOLVU"),
    ("POST", "/projects/{id}/obstacles", "ACO"),
    ("GET", "/obstacle-categories", "ACOLVU"),
    ("GET", "/obstacles/{id}", "ACOLVU"),
    ("PATCH", "/obstacles/{id}", "ACO"),
    ("GET", "/directives", "ACOLVU"),
    ("POST", "/directives", "AC"),
    ("GET", "/directives/{id}", "ACOLVU"),
    ("PATCH", "/directives/{id}", "AC"),
    ("POST", "/projects/{id}/nothing-to-report", "AO"),
    ("GET", "/projects/{id}/history", "ACOLVU"),
    ("GET", "/projects/{id}/progress", "ACOLVU"),
    ("GET", "/reports/progress", "ACOLVU"),
    ("GET", "/reports/progress.xlsx", "ACOLVU"),
    ("GET", "/reports/projects", "ACOLVU"),
    ("GET", "/reports/projects.xlsx", "ACOLVU"),
    ("GET", "/reports/ranking", "ACOLVU"),
    ("GET", "/reports/ranking.xlsx", "ACOLVU"),
    ("GET", "/reports/s-curve", "ACOLVU"),
    ("GET", "/reports/s-curve.xlsx", "ACOLVU"),
    ("GET", "/reports/allocation", "ACOLVU"),
    ("GET", "/reports/allocation.xlsx", "ACOLVU"),
    ("GET", "/reports/compliance", "ACOLVU"),
    ("GET", "/reports/compliance.xlsx", "ACOLVU"),
    ("GET", "/reports/advances", "ACOLVU"),
    ("GET", "/reports/advances.xlsx", "ACOLVU"),
    ("GET", "/reports/late-items", "ACOLVU"),
    ("GET", "/reports/late-items.xlsx", "ACOLVU"),
    ("GET", "/reports/plan-changes", "ACOLVU"),
    ("GET", "/reports/plan-changes.xlsx", "ACOLVU"),
    ("GET", "/reports/payments.xlsx", "ACOLVU"),
    ("GET", "/reports/reallocation", "ACOLVU"),
    ("GET", "/reports/reallocation.xlsx", "ACOLVU"),
    ("GET", "/reports/promises", "ACOLVU"),
    ("GET", "/reports/promises.xlsx", "ACOLVU"),
    ("GET", "/reports/alert-quality", "ACOLVU"),
    ("GET", "/reports/alert-quality.xlsx", "ACOLVU"),
    ("GET", "/period-closings", "ACOLVU"),
    ("POST", "/period-closings", "AC"),
    ("GET", "/period-closings/{id}", "ACOLVU"),
    ("POST", "/period-closings/{id}/reopening", "AC"),
    ("GET", "/period-closings/{id}/report", "ACOLVU"),
    ("GET", "/period-closings/{id}/report.xlsx", "ACOLVU"),
    ("GET", "/period-closings/{id}/differences", "ACOLVU"),
    ("GET", "/imports", "ACO"),
    ("POST", "/imports", "ACO"),
    ("GET", "/imports/{id}", "ACO"),
    ("POST", "/imports/{id}/commit", "ACO"),
    ("GET", "/imports/{id}/matches", "ACO"),
    ("POST", "/imports/{id}/matches/acceptance", "AO"),
    ("POST", "/imports/{id}/matches/payments", "AO"),
    ("POST", "/imports/{id}/matches/dispute", "AO"),
    ("GET", "/reports/reconciliation", "ACOLVU"),
    ("GET", "/reports/late-logging", "ACOLVU"),
    ("GET", "/imports/templates/projects.xlsx", "ACO"),
    ("GET", "/imports/templates/plan_entries.xlsx", "ACO"),
    ("GET", "/imports/templates/schedules.xlsx", "ACO"),
    ("GET", "/imports/templates/disbursements.xlsx", "ACO"),
    ("GET", "/imports/templates/treasury_statement.xlsx", "ACO"),
    ("POST", "/alerts/scans", "AC"),
    ("GET", "/alerts", "ACOLVU"),
    ("GET", "/alerts/{id}", "ACOLVU"),
    ("POST", "/alerts/{id}/acknowledgement", "ACL"),
    ("POST", "/alerts/{id}/snooze", "ACL"),
    ("POST", "/alerts/{id}/waiver", "AC"),
    ("POST", "/alerts/{id}/notes", "ACOL"),
    ("GET", "/alert-policies", "ACOLVU"),
    ("GET", "/alert-policies/{rule}", "ACOLVU"),
    ("PATCH", "/alert-policies/{rule}", "A"),
    ("POST", "/alert-policies/{rule}/dry-run", "A"),
    ("GET", "/mails", "A"),
    ("POST", "/mails/{id}/retry", "A"),
];

fn letters(access: Access) -> BTreeSet<char> {
    match access {
        Access::Open => BTreeSet::from(['-']),
        Access::SignedIn => BTreeSet::from(['*']),
        Access::Needs(permission) => [
            (Role::Admin, 'A'),
            (Role::Coordinator, 'C'),
            (Role::Officer, 'O'),
            (Role::Leader, 'L'),
            (Role::Viewer, 'V'),
            (Role::Auditor, 'U'),
        ]
        .into_iter()
        .filter(|(role, _)| role.may(permission))
        .map(|(_, letter)| letter)
        .collect(),
    }
}

#[test]
fn every_route_is_in_the_table_and_lets_those_in_that_it_says() {
    let table: BTreeMap<(&str, &str), BTreeSet<char>> = TABLE
        .iter()
        .map(|(method, path, roles)| ((*method, *path), roles.chars().collect()))
        .collect();
    assert_eq!(table.len(), TABLE.len(), "a route stands twice");
    let endpoints = endpoints();
    let served: BTreeMap<(&str, &str), BTreeSet<char>> = endpoints
        .iter()
        .map(|endpoint| {
            (
                (endpoint.method.as_str(), endpoint.path),
                letters(endpoint.access),
            )
        })
        .collect();
    assert_eq!(served.len(), endpoints.len(), "a route is served twice");
    let mut wrong = Vec::new();
    for (route, roles) in &served {
        match table.get(route) {
            None => wrong.push(format!("{route:?} is not in the table ({roles:?})")),
            Some(expected) if expected != roles => {
                wrong.push(format!("{route:?}: {roles:?}, not {expected:?}"))
            }
            Some(_) => {}
        }
    }
    wrong.extend(
        table
            .keys()
            .filter(|route| !served.contains_key(*route))
            .map(|route| format!("{route:?} is not served")),
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Records of one project in one commune, of every kind that a path can name.
pub struct Objects {
    ids: BTreeMap<&'static str, i64>,
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
    fn path(&self, pattern: &str) -> Option<String> {
        let kind = pattern.split('/').nth(1)?;
        let id = self.ids.get(kind)?;
        pattern
            .contains("{id}")
            .then(|| pattern.replace("{id}", &id.to_string()))
    }

    /// A body that the call would take from somebody who may make it.
    fn body(&self, method: &str, path: &str) -> Value {
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

/// A user of each role for the commune `unit`; the leader is `person`.
fn users(app: &TestApp, unit: i64, person: i64) -> Vec<(char, Client)> {
    [
        ('A', "admin"),
        ('C', "coordinator"),
        ('O', "officer"),
        ('L', "leader"),
        ('V', "viewer"),
        ('U', "auditor"),
    ]
    .into_iter()
    .map(|(letter, role)| match letter {
        'L' => (letter, user_with(app, role, None, None, Some(person))),
        _ => (letter, user_with(app, role, Some(unit), None, None)),
    })
    .collect()
}

async fn call(client: &Client, method: &str, path: &str, body: &Value) -> Answer {
    match method {
        // Reports and progress need to know the year; nothing else takes it here.
        "GET" if path.ends_with("/progress") || path.starts_with("/reports/") => {
            client.get(&format!("{path}?budget_year=2024")).await
        }
        "GET" => client.get(path).await,
        "POST" => client.post(path, body.clone()).await,
        "PATCH" => client.patch(path, body.clone()).await,
        _ => client.put(path, body.clone()).await,
    }
}

async fn events(app: &TestApp) -> i64 {
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

both! {
    async fn roles_open_what_the_table_says_and_strangers_see_nothing(app: TestApp) {
        let world = World::new(&app).await;
        let objects = Objects::make(&app, &world).await;
        let inside = users(&app, world.commune, world.leader);
        let outside = users(&app, world.other_commune, world.officer);
        let anonymous = app.anonymous();
        let before = events(&app).await;
        for (method, pattern, roles) in TABLE {
            if roles.contains('-') {
                continue;
            }
            let path = objects.path(pattern).unwrap_or_else(|| {
                pattern.replace("{id}", "1").replace("{rule}", "schedule_overdue").replace("{succession_id}", "1").replace("{delivery_id}", "1")
            });
            call(&anonymous, method, &path, &json!({})).await.refused(401, "unauthenticated");
            for (letter, client) in inside.iter().filter(|(letter, _)| !roles.contains(*letter) && !roles.contains('*')) {
                let answer = call(client, method, &path, &objects.body(method, pattern)).await;
                assert_eq!((answer.status, answer.body["code"].as_str()), (403, Some("forbidden")), "{letter} {method} {path}: {}", answer.text);
            }
            let acts_on_ours = objects.path(pattern).is_some() || pattern.starts_with("/plan-");
            for (letter, client) in outside.iter().filter(|(letter, _)| roles.contains(*letter)) {
                // The transfer's other leg is theirs to see.
                if !acts_on_ours || *pattern == "/plan-transfers/{id}" {
                    continue;
                }
                let answer = call(client, method, &path, &objects.body(method, pattern)).await;
                assert_eq!(answer.status, 404, "{letter} {method} {path}: {}", answer.text);
            }
        }
        assert_eq!(events(&app).await, before, "something was written");
        for (method, pattern, roles) in TABLE.iter().filter(|(method, _, _)| *method == "GET") {
            let Some(path) = objects.path(pattern) else { continue };
            for (letter, client) in inside.iter().filter(|(letter, _)| roles.contains(*letter)) {
                let answer = call(client, method, &path, &json!({})).await;
                let of_no_project = ["/capital-assignments", "/period-closings"].iter().any(|kind| pattern.starts_with(kind));
                let expected = if *letter == 'L' && of_no_project { 404 } else { 200 };
                assert_eq!(answer.status, expected, "{letter} {method} {path}: {}", answer.text);
            }
        }
    }
}

//! Who may call what: every route of the API, every role, inside and outside of their scope.

use std::collections::{BTreeMap, BTreeSet};

use giaingan::domain::permission::Role;
use giaingan::http::endpoint::Access;
use giaingan::http::endpoints;
use serde_json::{Value, json};

use crate::support::app::{Answer, Client, TestApp, both};
use crate::support::builders::{World, user_with};
use crate::support::objects::{Objects, events};

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

//! Who may call what: every route of the API, every role, inside and outside of their scope.

use std::collections::{BTreeMap, BTreeSet};

use giaingan::domain::permission::Role;
use giaingan::http::endpoint::Access;
use giaingan::http::endpoints;

/// Roles by letter: Admin, Coordinator, Officer, Leader, Viewer, aUditor; `*` is anybody signed
/// in, `-` anybody at all. A route that is missing here fails the test.
const TABLE: &[(&str, &str, &str)] = &[
    ("POST", "/auth/login", "-"),
    ("POST", "/auth/refresh", "-"),
    ("POST", "/auth/logout", "-"),
    ("GET", "/me", "*"),
    ("PUT", "/me/password", "*"),
    ("GET", "/administrative-units", "ACOLVU"),
    ("POST", "/administrative-units", "A"),
    ("GET", "/administrative-units/{id}", "ACOLVU"),
    ("PATCH", "/administrative-units/{id}", "A"),
    ("GET", "/administrative-units/{id}/successions", "ACOLVU"),
    ("POST", "/administrative-units/{id}/successions", "A"),
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
    ("GET", "/reports/s-curve", "ACOLVU"),
    ("GET", "/reports/allocation", "ACOLVU"),
    ("GET", "/reports/compliance", "ACOLVU"),
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

use serde_json::{Value, json};

use crate::api::alerts::watch::Watch;
use crate::support::app::TestApp;
use crate::support::tab::{DESKTOP, Tab};
use crate::support::users::made_for;

#[actix_web::test]
async fn every_role_walks_its_menu_without_an_error() {
    let app = TestApp::sqlite().await;
    let watch = Watch::with_line(&app, &["schedule_overdue"]).await;
    watch.scan(&app, "2024-04-01").await;
    let roles = [
        "admin",
        "coordinator",
        "officer",
        "leader",
        "viewer",
        "auditor",
    ];
    for role in roles {
        let grant = match role {
            "leader" => json!([{"role": role}]),
            _ => json!([{"role": role, "unit_id": 1}]),
        };
        let person = (role == "leader").then_some(watch.world.leader);
        made_for(&app, role_name(role), person, grant).await;
        let mut tab = Tab::open(&app.base, DESKTOP).await;
        tab.sign_in(role_name(role)).await;
        let links = "[...document.querySelectorAll('nav.bar a')].map(a => a.getAttribute('href'))";
        let links = tab.value(links).await;
        let links: Vec<&str> = links
            .as_array()
            .expect("links")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        assert!(links.len() >= 4, "{role}: {links:?}");
        let logs = links.contains(&"/payments/new");
        assert_eq!(logs, matches!(role, "admin" | "officer"), "{role}");
        let project = format!("/projects/{}", watch.world.project);
        for path in links.iter().copied().chain([project.as_str()]) {
            tab.go(path).await;
            let heading = tab.value("document.querySelectorAll('h1').length").await;
            assert_eq!(heading, 1, "{role}: {path}");
            let refused = tab.value("document.title.includes('không có quyền')").await;
            assert_eq!(refused, false, "{role}: {path}");
        }
        tab.no_errors();
    }
}

/// `admin` is taken by the administrator of the set-up.
fn role_name(role: &'static str) -> &'static str {
    match role {
        "admin" => "quan-tri",
        other => other,
    }
}

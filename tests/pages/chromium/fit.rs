//! What every page has to be, for everybody and on every screen.

use giaingan::service::reports::wanted::ReportName;
use serde_json::{Value, json};

use crate::api::alerts::watch::Watch;
use crate::api::imports::{payment, payments};
use crate::support::app::TestApp;
use crate::support::tab::{DESKTOP, Look, Tab};
use crate::support::upload::send;

/// Serious findings of axe-core, each with the first element it names.
const CHECK: &str = "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations \
    .filter(one => one.impact === 'serious' || one.impact === 'critical') \
    .map(one => `${one.id}: ${one.nodes.length} × ${one.nodes[0].html.slice(0, 200)} ${one.nodes[0].failureSummary}`))";

fn axe() -> String {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/target/axe/node_modules/axe-core/axe.min.js"
    );
    std::fs::read_to_string(path)
        .unwrap_or_else(|error| panic!("{path}: {error}; ./test fetches axe-core"))
}

/// Every page there is, with something on it.
async fn pages(watch: &Watch) -> Vec<String> {
    let project = watch.world.project;
    let alert = watch.list("rule=schedule_overdue").await[0]["id"].clone();
    let schedules = watch
        .admin
        .get(&format!("/projects/{project}/schedules"))
        .await
        .ok();
    let schedule = &schedules["data"][0]["id"];
    let line = &schedules["data"][0]["line_id"];
    let body = json!({"category": "weather", "description": "Mưa lũ", "due_date": "2024-03-15"});
    let obstacle = watch
        .admin
        .post(&format!("/projects/{project}/obstacles"), body)
        .await
        .created();
    let body = json!({"task_force_id": watch.province_force, "text": "Rà soát", "assignee_person_id": watch.world.officer,
        "due_date": "2024-04-15", "source_document": "31/TB-UBND"});
    let directive = watch.admin.post("/directives", body).await.created();
    let payments = watch
        .admin
        .get(&format!("/projects/{project}/disbursements"))
        .await
        .ok();
    let payment = &payments["data"][0]["id"];
    let tabs = [
        "",
        "/plan",
        "/payments",
        "/schedules",
        "/obstacles",
        "/people",
        "/history",
    ];
    let mut paths: Vec<String> = tabs
        .iter()
        .map(|tab| format!("/projects/{project}{tab}"))
        .collect();
    let reports = ReportName::ALL.iter().map(|name| name.as_str());
    paths.extend(reports.map(|name| format!("/reports/{name}?budget_year=2024")));
    paths.extend([
        "/".to_owned(),
        "/reports".to_owned(),
        "/reports/period-closings".to_owned(),
        format!("/?unit_id={}", watch.world.commune),
        "/projects".to_owned(),
        "/payments/new".to_owned(),
        format!("/payments/new?project_id={project}"),
        format!("/payments/{payment}/reversal"),
        "/alerts".to_owned(),
        format!("/alerts/{alert}"),
        format!("/alerts/selection?id={alert}"),
        format!("/projects/{project}/schedules/new?line_id={line}"),
        format!("/schedules/{schedule}"),
        format!("/obstacles/{}", obstacle["id"]),
        "/task-forces".to_owned(),
        format!("/task-forces/{}", watch.province_force),
        format!("/directives/{}", directive["id"]),
        format!("/plan-transfers/new?from_project_id={project}&to_project_id={}&funding_source_id={}&budget_year=2024&amount=1000", watch.world.other_project, watch.world.source),
        "/reports/explain?budget_year=2024".to_owned(),
        "/account".to_owned(),
        "/nowhere".to_owned(),
        "/projects/new".to_owned(),
        format!("/projects/{project}/edit"),
    ]);
    paths.extend(administration(watch).await);
    paths.push(closing(watch).await);
    paths.extend(imports(watch).await);
    paths
}

/// The pages of administrators.
async fn administration(watch: &Watch) -> Vec<String> {
    let (admin, commune) = (&watch.admin, watch.world.commune);
    let body = json!({"name": "Kho bạc khu vực 3", "grant": {"role": "officer", "unit_id": commune}, "permissions": []});
    let key = admin.post("/api-keys", body).await.created();
    let body = json!({"url": "https://nhan-thong-bao.quangninh.example/rat/dai/giai-ngan?nguon=cong-khai",
        "events": ["disbursement.recorded", "alert.raised"]});
    let webhook = admin.post("/webhooks", body).await.created();
    let body =
        json!({"budget_year": 2024, "date": "2024-12-31", "percent": "95.00", "basis": "total"});
    admin.post("/targets", body).await.created();
    let body = json!({"date": "2024-09-02", "name": "Quốc khánh"});
    admin.post("/holidays", body).await.created();
    let entry = admin
        .get(&format!("/projects/{}/plan-entries", watch.world.project))
        .await
        .ok();
    let registers = [
        "users",
        "units",
        "agencies",
        "people",
        "funding-sources",
        "targets",
        "holidays",
        "api-keys",
        "webhooks",
    ];
    let mut paths = vec!["/administration".to_owned()];
    for register in registers {
        paths.push(format!("/administration/{register}"));
        paths.push(format!("/administration/{register}/new"));
    }
    let units = format!("/administration/units/{commune}");
    paths.extend([
        "/administration/users/1".to_owned(),
        units.clone(),
        format!("{units}/successions"),
        format!("{units}/successions/new"),
        format!(
            "{units}/successions/new?heir={}&heir=1",
            watch.world.other_commune
        ),
        format!("/administration/api-keys/{}", key["id"]),
        format!("/administration/webhooks/{}", webhook["id"]),
        format!("/administration/webhooks/{}/deliveries", webhook["id"]),
        "/administration/alert-policies".to_owned(),
        format!("/administration/alert-policies/schedule_overdue-{commune}"),
        "/administration/alert-policies/missing_leader/dry-run?from=2024-01-01&to=2024-03-31"
            .to_owned(),
        "/administration/mails".to_owned(),
        "/administration/audit".to_owned(),
        format!("/plan-entries/{}/reversal", entry["data"][0]["id"]),
    ]);
    paths
}

/// A closed month.
async fn closing(watch: &Watch) -> String {
    let body = json!({"unit_id": watch.world.other_commune, "month": "2024-01"});
    let closing = watch.admin.post("/period-closings", body).await.created();
    format!("/reports/period-closings/{}", closing["id"])
}

/// The form that a file is sent with, a file with an error and one that can be recorded.
async fn imports(watch: &Watch) -> Vec<String> {
    let mut paths = vec!["/import".to_owned()];
    for amount in [5, 5_000_000_000] {
        let rows = payments(vec![payment("7891234", amount, "2024-03-05", "v9")]);
        let sent = send(&watch.admin, "kind=disbursements", "T3.xlsx", &rows).await;
        paths.push(format!("/import/{}", sent.created()["id"]));
    }
    paths
}

async fn ready(app: &TestApp) -> Watch {
    let watch = Watch::with_line(app, &["schedule_overdue", "missing_leader"]).await;
    watch.world.plan(watch.world.other_project, 5_000).await;
    watch.scan(app, "2024-04-01").await;
    watch
}

#[actix_web::test]
async fn axe_finds_nothing_serious_in_light_and_dark() {
    let app = TestApp::sqlite().await;
    let watch = ready(&app).await;
    let axe = axe();
    let mut tab = Tab::open(&app.base, DESKTOP).await;
    tab.go("/sign-in").await;
    tab.value(&axe).await;
    let mut found: Vec<(String, Value)> = vec![("/sign-in".into(), tab.value(CHECK).await)];
    tab.sign_in("admin").await;
    for path in pages(&watch).await {
        tab.go(&path).await;
        tab.value(&axe).await;
        for dark in [false, true] {
            tab.look(Look { dark, ..DESKTOP }).await;
            found.push((format!("{path} dark={dark}"), tab.value(CHECK).await));
        }
    }
    found.retain(|(_, list)| list != &json!([]));
    assert!(found.is_empty(), "{found:#?}");
    tab.no_errors();
}

#[actix_web::test]
async fn no_page_is_wider_than_a_small_phone_or_heavier_than_150_kb() {
    let app = TestApp::sqlite().await;
    let watch = ready(&app).await;
    let phone = Look {
        width: 320,
        ..DESKTOP
    };
    let mut tab = Tab::open(&app.base, phone).await;
    tab.sign_in("admin").await;
    let mut wrong = Vec::new();
    for path in pages(&watch).await {
        tab.go(&path).await;
        let size = tab
            .value(
                "[document.documentElement.scrollWidth, document.documentElement.outerHTML.length]",
            )
            .await;
        if size[0].as_i64() > Some(320) || size[1].as_i64() > Some(150_000) {
            wrong.push((path, size));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    tab.no_errors();
}

use serde_json::{Value, json};

use crate::support::app::{TestApp, both};
use crate::support::browser::Browser;
use crate::support::builders::World;

/// A project with 1 tỷ of `NSTW` for 2024, its line, and an officer's browser.
async fn ready(app: &TestApp) -> (World, String, Browser) {
    let world = World::new(app).await;
    let path = format!("/projects/{}", world.project);
    world
        .admin
        .patch(&path, json!({"total_investment": 90_000_000_000_i64}))
        .await
        .ok();
    let entry = world.plan(world.project, 1_000_000_000).await;
    let line = entry["line_id"].to_string();
    let officer = Browser::user(
        app,
        "can-bo",
        None,
        json!([{"role": "officer", "unit_id": 1}]),
    )
    .await;
    (world, line, officer)
}

fn form<'a>(project: &'a str, line: &'a str, amount: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("project_id", project),
        ("line_id", line),
        ("kind", "completed_volume"),
        ("gross_amount", amount),
        ("posted_on", "2024-05-10"),
        ("voucher_number", "UNC-7"),
    ]
}

async fn recorded(world: &World) -> Vec<Value> {
    let list = world.admin.get("/disbursements").await.ok();
    list["data"].as_array().expect("a list").clone()
}

both! {
    async fn a_payment_is_logged_and_the_next_one_begins_with_its_date_and_source(app: TestApp) {
        let (world, line, officer) = ready(&app).await;
        let project = world.project.to_string();
        let search = officer.get("/payments/new?q=tran+quoc+nghien").await.ok();
        search.shows(&format!("/payments/new?project_id={project}&#38;posted_on="));
        let start = format!("/payments/new?project_id={project}");
        officer.get(&start).await.ok().shows("còn 1.000.000.000 đồng trên 1.000.000.000 đồng").shows("checked");
        let next = officer.fill(&start, "/payments/new", &form(&project, &line, "350,5 triệu")).await.sent_to();
        assert!(next.contains("posted_on=2024-05-10") && next.contains("funding_source_id=") && next.contains("kind=completed_volume"), "{next}");
        let page = officer.get(&next).await.ok();
        page.shows("350.500.000 đồng").shows("UNC-7").shows("/reversal");
        assert_eq!(recorded(&world).await[0]["gross_amount"], 350_500_000);
        let next = officer.get(&format!("{start}&{}", next.split_once('&').expect("more").1)).await.ok();
        assert_eq!(next.value_of("posted_on"), "2024-05-10");
    }

    async fn sending_a_form_twice_records_it_once(app: TestApp) {
        let (world, line, officer) = ready(&app).await;
        let project = world.project.to_string();
        let page = officer.get(&format!("/payments/new?project_id={project}")).await.ok();
        let (token, key) = (page.value_of("_csrf"), page.value_of("_key"));
        let mut fields = vec![("_csrf", token.as_str()), ("_key", key.as_str())];
        fields.extend(form(&project, &line, "200.000.000"));
        let first = officer.post("/payments/new", &fields).await.sent_to();
        let second = officer.post("/payments/new", &fields).await.sent_to();
        assert_eq!(second, first.replacen('&', "&again=1&", 1));
        officer.get(&second).await.ok().shows("không ghi lần thứ hai");
        assert_eq!(recorded(&world).await.len(), 1);
        let changed = fields.iter().map(|(name, value)| (*name, if *name == "gross_amount" { "300.000.000" } else { *value }));
        let changed: Vec<(&str, &str)> = changed.collect();
        let refused = officer.post("/payments/new", &changed).await.expect(422);
        refused.shows("Phiếu này đã được ghi rồi");
        assert_ne!(refused.value_of("_key"), key);
        assert_eq!(recorded(&world).await.len(), 1);
    }

    async fn every_fault_stands_beside_its_field_with_what_was_typed(app: TestApp) {
        let (world, line, officer) = ready(&app).await;
        let project = world.project.to_string();
        let start = format!("/payments/new?project_id={project}");
        let sent = [("project_id", project.as_str()), ("kind", "advance"), ("gross_amount", "12,345 triệu <b>"), ("posted_on", "2024-02-30"), ("voucher_number", "")];
        let page = officer.fill(&start, "/payments/new", &sent).await.expect(422);
        for field in ["gross_amount", "posted_on", "voucher_number"] {
            page.shows(&format!("id=\"f-{field}-fault\"")).shows(&format!("href=\"#f-{field}\""));
        }
        page.shows("12,345 triệu &#60;b&#62;").lacks("<b>").shows("role=\"alert\"");
        assert_eq!(page.value_of("gross_amount"), "12,345 triệu <b>");
        let mut over = form(&project, &line, "1,5 tỷ");
        over[4].1 = "2024-07-15";
        let page = officer.fill(&start, "/payments/new", &over).await.expect(422);
        page.shows("id=\"f-gross_amount-fault\"").shows("Vượt kế hoạch vốn").shows("id=\"f-posted_on-fault\"").shows("Ngày ở tương lai");
        assert!(recorded(&world).await.is_empty());
    }

    async fn an_amount_a_thousand_times_off_is_asked_about(app: TestApp) {
        let (world, line, officer) = ready(&app).await;
        let project = world.project.to_string();
        let start = format!("/payments/new?project_id={project}");
        let page = officer.fill(&start, "/payments/new", &form(&project, &line, "350.000")).await.expect(422);
        page.shows("Có phải bạn muốn ghi 350.000.000 đồng");
        assert!(recorded(&world).await.is_empty());
        let mut sure = form(&project, &line, "350.000");
        sure.push(("confirm", "350000"));
        officer.fill(&start, "/payments/new", &sure).await.expect(303);
        let large = officer.fill(&start, "/payments/new", &form(&project, &line, "350.000.000.000")).await.expect(422);
        large.shows("là 350.000.000 đồng?");
    }

    async fn a_payment_is_undone_with_a_reason_once(app: TestApp) {
        let (world, line, officer) = ready(&app).await;
        let project = world.project.to_string();
        officer.fill(&format!("/payments/new?project_id={project}"), "/payments/new", &form(&project, &line, "200 triệu")).await.expect(303);
        let id = recorded(&world).await[0]["id"].to_string();
        let path = format!("/payments/{id}/reversal");
        officer.fill(&path, &path, &[("posted_on", "2024-05-20"), ("reason", "")]).await.expect(422).shows("id=\"f-reason-fault\"");
        officer.fill(&path, &path, &[("posted_on", "2024-05-20"), ("reason", "gõ nhầm")]).await.expect(303);
        officer.get(&path).await.ok().shows("đã được hủy trước đó");
        officer.get(&format!("/projects/{project}/payments")).await.ok().shows("Đã hủy").shows("gõ nhầm");
        let payments = recorded(&world).await;
        assert_eq!(payments.iter().map(|one| one["net_amount"].as_i64().expect("a sum")).sum::<i64>(), 0);
    }

    async fn only_officers_reach_the_form_and_only_for_their_projects(app: TestApp) {
        let (world, line, _) = ready(&app).await;
        for role in ["viewer", "auditor", "coordinator"] {
            let browser = Browser::user(&app, role, None, json!([{"role": role, "unit_id": 1}])).await;
            browser.get("/payments/new").await.expect(403).shows("<h1>");
            browser.get("/").await.ok().lacks("/payments/new");
        }
        let other = Browser::user(&app, "xa-khac", None, json!([{"role": "officer", "unit_id": world.other_commune}])).await;
        let project = world.project.to_string();
        other.get(&format!("/payments/new?project_id={project}")).await.expect(404);
        other.get("/payments/new?q=tran+quoc").await.ok().shows("Không có dự án nào khớp");
        other.fill("/payments/new", "/payments/new", &form(&project, &line, "1 tỷ")).await.expect(404);
        assert!(recorded(&world).await.is_empty());
    }
}

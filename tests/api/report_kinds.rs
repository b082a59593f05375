//! The reports that name projects: detail, ranking, advances, late items, changes of plans.

use serde_json::{Value, json};

use crate::support::app::{TestApp, both};
use crate::support::builders::{World, are, decision, faults, user_with, with};

/// Two projects in two communes; one with an advance, a late schedule, an obstacle, and changes.
async fn busy(app: &TestApp) -> World {
    let world = World::new(app).await;
    let (project, other) = (world.project, world.other_project);
    world.plan(project, 1_000).await;
    world.plan(other, 500).await;
    let leader =
        json!({"person_id": world.leader, "effective_date": "2024-01-01", "decision": decision()});
    world
        .admin
        .put(&format!("/projects/{project}/leader"), leader)
        .await
        .ok();
    let schedule = world.schedule_body(&[
        ("2024-03-31", 200),
        ("2024-05-31", 300),
        ("2024-12-31", 500),
    ]);
    world.approved(app, project, schedule).await;
    let advance = with(
        world.payment_body(150, "2024-02-01", "A1"),
        json!({"kind": "advance"}),
    );
    world.log(project, advance).await;
    let advance = with(
        world.payment_body(100, "2024-06-10", "A2"),
        json!({"kind": "advance"}),
    );
    world.log(project, advance).await;
    let volume = with(
        world.payment_body(70, "2024-06-20", "V1"),
        json!({"advance_recovered": 50}),
    );
    world.log(project, volume).await;
    let obstacle = json!({"category": "site_clearance", "description": "Còn 3 hộ chưa bàn giao mặt bằng", "due_date": "2024-07-15", "status": "open"});
    world
        .admin
        .post(&format!("/projects/{project}/obstacles"), obstacle)
        .await
        .created();
    world
        .entry(
            project,
            with(
                world.plan_body(100),
                json!({"kind": "supplement", "effective_date": "2024-06-25"}),
            ),
        )
        .await;
    let transfer = json!({"from_project_id": other, "to_project_id": project, "funding_source_id": world.source,
        "budget_year": 2024, "amount": 40, "effective_date": "2024-06-26", "decision": decision()});
    world
        .admin
        .post("/plan-transfers", transfer)
        .await
        .created();
    world
}

fn rows(report: &Value) -> &Vec<Value> {
    report["rows"].as_array().expect("rows")
}

both! {
    async fn late_items_name_who_answers_and_what_blocks(app: TestApp) {
        let world = busy(&app).await;
        let report = world.admin.get("/reports/late-items?budget_year=2024").await.ok();
        // Paid: 150 + 100 + 20 = 270 of 500 due.
        assert_eq!(report["totals"], json!({"items": 1, "projects": 1, "late_amount": 230}));
        let row = &rows(&report)[0];
        assert_eq!((&row["due_date"], &row["days_late"], &row["amount"], &row["unfilled"]), (&json!("2024-05-31"), &json!(30), &json!(300), &json!(230)));
        assert_eq!((&row["project"]["code"], &row["project"]["leader"]["full_name"]), (&json!("7891234"), &json!("Trần Thị Hà")));
        assert_eq!(row["obstacles"], json!([{"description": "Còn 3 hộ chưa bàn giao mặt bằng", "due_date": "2024-07-15"}]));
        let progress = world.admin.get("/reports/progress?budget_year=2024").await.ok();
        assert_eq!(report["totals"]["late_amount"], progress["totals"]["late_amount"]);
        let may = world.admin.get("/reports/late-items?budget_year=2024&as_of=2024-05-20").await.ok();
        assert_eq!((&rows(&may)[0]["unfilled"], &rows(&may)[0]["due_date"]), (&json!(50), &json!("2024-03-31")));
        let elsewhere = format!("/reports/late-items?budget_year=2024&unit_id={}", world.other_commune);
        assert_eq!(world.admin.get(&elsewhere).await.ok()["rows"], json!([]));
        world.admin.get("/reports/late-items?budget_year=2024&basis=assigned").await.refused(422, "invalid");
    }

    async fn advances_age_first_in_first_out(app: TestApp) {
        let world = busy(&app).await;
        let report = world.admin.get("/reports/advances?budget_year=2024").await.ok();
        assert_eq!(report["overdue_after_days"], 90);
        assert_eq!(report["totals"], json!({"lines": 1, "outstanding_advance": 200, "overdue_advance": 100}));
        let row = &rows(&report)[0];
        assert_eq!((&row["advanced_on"], &row["days_outstanding"]), (&json!("2024-02-01"), &json!(150)));
        // A year later it is still outstanding, and overdue as a whole.
        app.today("2025-01-15");
        let world = World { admin: app.admin(), ..world };
        let report = world.admin.get("/reports/advances?budget_year=2025").await.ok();
        assert_eq!((&rows(&report)[0]["budget_year"], &report["totals"]["overdue_advance"]), (&json!(2024), &json!(200)));
        let before = world.admin.get("/reports/advances?budget_year=2024&as_of=2024-06-15").await.ok();
        assert_eq!(before["totals"]["outstanding_advance"], 250);
        let none = world.admin.get("/reports/advances?budget_year=2023").await.ok();
        assert_eq!(none["rows"], json!([]));
    }

    async fn changes_of_plans_carry_their_decisions(app: TestApp) {
        let world = busy(&app).await;
        let report = world.admin.get("/reports/plan-changes?budget_year=2024").await.ok();
        assert_eq!(report["totals"], json!({"changes": 3, "increase": 140, "decrease": -40, "net": 100}));
        let kinds: Vec<_> = rows(&report).iter().map(|row| (row["kind"].clone(), row["amount"].clone(), row["other_project"]["code"].clone())).collect();
        assert_eq!(kinds, [
            (json!("supplement"), json!(100), Value::Null),
            (json!("transfer_out"), json!(-40), json!("7891234")),
            (json!("transfer_in"), json!(40), json!("7891235")),
        ]);
        assert_eq!(rows(&report)[0]["decision"], decision());
        let later = world.admin.get("/reports/plan-changes?budget_year=2024&from=2024-06-26").await.ok();
        assert_eq!(later["totals"]["changes"], 2);
        let reader = user_with(&app, "viewer", Some(world.other_commune), None, None);
        assert_eq!(reader.get("/reports/plan-changes?budget_year=2024").await.ok()["totals"]["changes"], 1);
    }

    async fn the_appendix_goes_from_source_to_project(app: TestApp) {
        let world = busy(&app).await;
        let extra = with(world.plan_body(60), json!({"funding_source_id": world.other_source}));
        world.entry(world.project, extra).await;
        let report = world.admin.get("/reports/projects?budget_year=2024").await.ok();
        let progress = world.admin.get("/reports/progress?budget_year=2024").await.ok();
        for name in ["plan", "disbursed", "rate", "scheduled", "late_amount", "outstanding_advance"] {
            assert_eq!(report["totals"][name], progress["totals"][name], "{name}");
        }
        let sources = report["sources"].as_array().expect("sources");
        let codes: Vec<&Value> = sources.iter().map(|source| &source["funding_source"]["code"]).collect();
        assert_eq!(codes, ["NSTW", "NSĐP"]);
        assert_eq!(sources[0]["sectors"][0]["sector"], "transport");
        let row = &sources[0]["sectors"][0]["projects"][0];
        assert_eq!((&row["project"]["code"], &row["group"], &row["total_investment"], &row["given_so_far"]), (&json!("7891234"), &json!("B"), &json!(10_000), &json!(1_140)));
        let figures = &row["figures"];
        assert_eq!((&figures["initial"], &figures["adjustment"], &figures["extended"], &figures["disbursed"]), (&json!(1_000), &json!(140), &json!(0), &json!(270)));
    }

    async fn the_ranking_stands_against_the_average(app: TestApp) {
        let world = busy(&app).await;
        let report = world.admin.get(&format!("/reports/ranking?budget_year=2024&unit_id={}", world.district)).await.ok();
        let places: Vec<_> = rows(&report).iter().map(|row| (row["rank"].clone(), row["rate"].clone(), row["against_average"].clone())).collect();
        assert_eq!(places, [(json!(1), json!("23.68"), json!("above")), (json!(2), json!("0.00"), json!("below"))]);
        let counts: Vec<i64> = report["buckets"].as_array().expect("buckets").iter().filter_map(|one| one["count"].as_i64()).collect();
        assert_eq!(counts, [1, 0, 0, 1, 0, 0, 0, 0, 0]);
        let problem = world.admin.get("/reports/ranking?budget_year=2024&group_by=sector").await.refused(422, "invalid");
        assert_eq!(faults(&problem), are(&[("/group_by", "invalid")]));
    }
}

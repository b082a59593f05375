use serde_json::{Value, json};

use crate::support::app::{Client, both};
use crate::support::builders::{World, with};

async fn progress(client: &Client, project: i64, query: &str) -> Value {
    client
        .get(&format!("/projects/{project}/progress?{query}"))
        .await
        .ok()
}

both! {
    async fn the_answer_has_the_shape_of_the_contract(app: TestApp) {
        app.today("2024-08-15");
        let world = World::new(&app).await;
        world.plan(world.project, 1000).await;
        let found = progress(&world.admin, world.project, "budget_year=2024").await;
        let source = json!({"id": world.source, "code": "NSTW", "name": "Ngân sách trung ương"});
        let ageing = json!({"d1_30": 0, "d31_60": 0, "d61_90": 0, "d90_plus": 0});
        let months: Vec<Value> = (1..=13).map(|number| {
            let month = if number == 13 { "2025-01".to_owned() } else { format!("2024-{number:02}") };
            json!({"month": month, "scheduled": 0, "disbursed": 0})
        }).collect();
        assert_eq!(found, json!({
            "project": {"id": world.project, "code": "7891234", "name": "Đường Trần Quốc Nghiễn"},
            "budget_year": 2024, "as_of": "2024-08-15", "basis": "total",
            "totals": {"plan": 1000, "disbursed": 0, "rate": "0.00", "scheduled": 0, "late_amount": 0, "late_since": null,
                "days_late": 0, "ageing": ageing, "outstanding_advance": 0},
            "lines": [{"line_id": found["lines"][0]["line_id"], "funding_source": source, "origin": "in_year", "deadline": "2025-01-31",
                "plan": 1000, "disbursed": 0, "rate": "0.00", "scheduled": 0, "late_amount": 0, "late_since": null, "days_late": 0,
                "ageing": ageing, "outstanding_advance": 0, "schedule": "missing", "schedule_version": null,
                "baseline_late_amount": 0, "replans": 0, "months": months}],
        }));
        assert!(found["lines"][0]["line_id"].as_i64().is_some_and(|id| id > 0));
    }

    async fn a_basis_selects_lines_and_the_denominator(app: TestApp) {
        app.today("2024-08-15");
        let world = World::new(&app).await;
        world.plan(world.project, 1000).await;
        world.entry(world.project, with(world.plan_body(500), json!({"kind": "supplement", "effective_date": "2024-05-01"}))).await;
        world.entry(world.project, with(world.plan_body(70), json!({"funding_source_id": world.other_source, "effective_date": "2024-09-01"}))).await;
        for (basis, plan, lines) in [("initial", 1000, 2), ("adjusted", 1500, 2), ("total", 1500, 2), ("extended", 0, 0)] {
            let found = progress(&world.admin, world.project, &format!("budget_year=2024&basis={basis}")).await;
            assert_eq!((&found["totals"]["plan"], found["lines"].as_array().map(Vec::len)), (&json!(plan), Some(lines)), "{basis}");
        }
        // A line whose entries all take effect later is listed with plan 0; lines come by source code.
        let found = progress(&world.admin, world.project, "budget_year=2024").await;
        let plans: Vec<_> = found["lines"].as_array().expect("lines").iter().map(|line| (line["funding_source"]["code"].clone(), line["plan"].clone())).collect();
        assert_eq!(plans, [(json!("NSTW"), json!(1500)), (json!("NSĐP"), json!(0))]);
        let path = format!("/projects/{}/progress", world.project);
        let problem = world.admin.get(&format!("{path}?budget_year=2024&basis=assigned")).await.refused(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/basis");
        world.admin.get(&path).await.refused(422, "required");
        world.admin.get(&format!("{path}?budget_year=2024&extra=1")).await.refused(422, "unknown_field");
        world.admin.get("/projects/999999/progress?budget_year=2024").await.refused(404, "not_found");
    }
}

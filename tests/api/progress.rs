use serde_json::{Value, json};

use crate::support::app::{Client, both};
use crate::support::builders::{World, decision, with};

const CASES: &str = include_str!("../cases/progress.json");

/// Builds what a worked example describes on a new project; answers with the project and its year.
async fn build(world: &World, approver: &Client, number: usize, line: &Value) -> (i64, i64) {
    let code = format!("CASE{number}");
    let body = with(
        world.project_body(&code, &code, world.commune),
        json!({"total_investment": 90_000_000_000_000_i64}),
    );
    let made = world.admin.post("/projects", body).await.created();
    let project = made["id"].as_i64().expect("an id");
    let list = |name: &str| line[name].as_array().cloned().unwrap_or_default();
    let first = list("plan_entries")[0]["effective_date"].clone();
    let year: i64 = first.as_str().expect("a date")[..4]
        .parse()
        .expect("a year");
    let of_line = json!({"funding_source_id": world.source, "budget_year": year});
    for entry in list("plan_entries") {
        let body = with(
            with(of_line.clone(), entry),
            json!({"decision": decision()}),
        );
        world.entry(project, body).await;
    }
    for version in list("schedules") {
        let body = with(
            of_line.clone(),
            json!({"effective_date": version["effective_date"], "items": version["items"]}),
        );
        approve(world, approver, project, body).await;
    }
    for (index, payment) in list("disbursements").into_iter().enumerate() {
        let reversed_on = payment["reversed_on"].clone();
        let mut body = with(of_line.clone(), payment);
        body.as_object_mut()
            .expect("an object")
            .remove("reversed_on");
        body["voucher_number"] = json!(format!("CT{index}"));
        let path = format!("/projects/{project}/disbursements");
        let paid = world.admin.post(&path, body).await.created();
        if !reversed_on.is_null() {
            let path = format!("/disbursements/{}/reversal", paid["id"]);
            let body = json!({"posted_on": reversed_on, "reason": "Ghi nhầm"});
            world.admin.post(&path, body).await.created();
        }
    }
    (project, year)
}

/// Drafts, submits and approves a schedule version by two people.
async fn approve(world: &World, approver: &Client, project: i64, body: Value) {
    let path = format!("/projects/{project}/schedules");
    let draft = world.admin.post(&path, body).await.created();
    let path = format!("/schedules/{}", draft["id"]);
    world
        .admin
        .post(&format!("{path}/submit"), json!({}))
        .await
        .ok();
    approver
        .post(&format!("{path}/approve"), json!({}))
        .await
        .ok();
}

async fn progress(client: &Client, project: i64, query: &str) -> Value {
    client
        .get(&format!("/projects/{project}/progress?{query}"))
        .await
        .ok()
}

both! {
    async fn the_worked_examples_hold_over_http(app: TestApp) {
        app.today("2027-01-31");
        let world = World::new(&app).await;
        let approver = app.user(None, json!([{"role": "coordinator", "unit_id": world.province}])).await;
        let cases: Vec<Value> = serde_json::from_str(CASES).expect("cases");
        let mut checked = 0;
        for (number, case) in cases.iter().enumerate() {
            let (project, year) = build(&world, &approver, number, &case["line"]).await;
            for expected in case["expect"].as_array().expect("a list") {
                let as_of = expected["as_of"].as_str().expect("a date");
                let found = progress(&world.admin, project, &format!("budget_year={year}&as_of={as_of}")).await;
                assert_eq!((&found["as_of"], &found["basis"], &found["lines"].as_array().map(Vec::len)), (&expected["as_of"], &json!("total"), &Some(1)));
                let (line, totals) = (&found["lines"][0], &found["totals"]);
                for (field, value) in expected.as_object().expect("an object") {
                    if field == "as_of" { continue; }
                    assert_eq!(line.get(field), Some(value), "{}, {as_of}, {field}", case["name"]);
                    if let Some(total) = totals.get(field) {
                        assert_eq!(total, value, "totals of {}, {as_of}, {field}", case["name"]);
                    }
                    checked += 1;
                }
                let months = line["months"].as_array().expect("months");
                let paid: i64 = months.iter().filter_map(|month| month["disbursed"].as_i64()).sum();
                assert_eq!(json!(paid), line["disbursed"], "months of {}, {as_of}", case["name"]);
            }
        }
        assert!(checked > 400, "{checked}");
    }

    async fn facts_dated_later_change_nothing(app: TestApp) {
        app.today("2024-12-31");
        let world = World::new(&app).await;
        let approver = app.user(None, json!([{"role": "coordinator", "unit_id": world.province}])).await;
        world.plan(world.project, 1000).await;
        let line = json!({"funding_source_id": world.source, "budget_year": 2024});
        let items = json!([{"due_date": "2024-03-31", "amount": 400}, {"due_date": "2024-09-30", "amount": 600}]);
        approve(&world, &approver, world.project, with(line.clone(), json!({"effective_date": "2024-01-01", "items": items}))).await;
        let path = format!("/projects/{}/disbursements", world.project);
        let pay = |amount: i64, day: &str| with(line.clone(), json!({"kind": "advance", "gross_amount": amount, "posted_on": day, "voucher_number": day}));
        world.admin.post(&path, pay(100, "2024-05-15")).await.created();
        let asked = "budget_year=2024&as_of=2024-05-20";
        let before = progress(&world.admin, world.project, asked).await;
        assert_eq!(before["lines"][0]["disbursed"], 100);
        assert_eq!(before["lines"][0]["late_amount"], 300);
        assert_eq!(before["lines"][0]["outstanding_advance"], 100);

        world.admin.post(&path, pay(50, "2024-05-21")).await.created();
        world.admin.post(&path, pay(60, "2024-07-01")).await.created();
        world.entry(world.project, with(world.plan_body(200), json!({"kind": "cut", "effective_date": "2024-06-01"}))).await;
        let items = json!([{"due_date": "2024-12-31", "amount": 800}]);
        approve(&world, &approver, world.project, with(line, json!({"effective_date": "2024-06-01", "items": items}))).await;
        assert_eq!(progress(&world.admin, world.project, asked).await, before);
        let after = progress(&world.admin, world.project, "budget_year=2024").await;
        assert_eq!((&after["as_of"], &after["lines"][0]["disbursed"], &after["lines"][0]["plan"]), (&json!("2024-12-31"), &json!(210), &json!(800)));
    }

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

use serde_json::{Value, json};

use crate::support::app::both;
use crate::support::builders::{World, are, decision, faults, user_with, with};

fn transfer(world: &World, amount: i64) -> Value {
    json!({
        "from_project_id": world.project, "to_project_id": world.other_project, "funding_source_id": world.source,
        "budget_year": 2024, "amount": amount, "effective_date": "2024-06-01", "decision": decision(),
    })
}

fn extension(world: &World, amount: i64, day: &str) -> Value {
    json!({
        "project_id": world.project, "funding_source_id": world.source, "from_year": 2024, "amount": amount,
        "effective_date": day, "decision": decision(),
    })
}

/// Kind and amount of every entry of a project, oldest first.
async fn entries(world: &World, project: i64) -> Vec<(String, i64)> {
    let list = world
        .admin
        .get(&format!("/projects/{project}/plan-entries"))
        .await
        .ok();
    let rows = list["data"].as_array().expect("a list").iter();
    rows.map(|row| {
        (
            row["kind"].as_str().expect("a kind").to_owned(),
            row["amount"].as_i64().expect("an amount"),
        )
    })
    .collect()
}

fn listed(expected: &[(&str, i64)]) -> Vec<(String, i64)> {
    expected
        .iter()
        .map(|(kind, amount)| ((*kind).to_owned(), *amount))
        .collect()
}

both! {
    async fn a_transfer_writes_an_entry_on_each_side(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        world.pay(world.project, 700, "2024-05-01").await;
        let problem = world.admin.post("/plan-transfers", transfer(&world, 301)).await.refused(422, "plan_below_disbursed");
        assert_eq!(faults(&problem), are(&[("/amount", "plan_below_disbursed")]));
        let made = world.admin.post("/plan-transfers", with(transfer(&world, 300), json!({"note": "điều hòa"}))).await.created();
        for (name, value) in [
            ("from_project_id", json!(world.project)), ("to_project_id", json!(world.other_project)), ("amount", json!(300)),
            ("to_project", json!({"id": world.other_project, "code": "7891235", "name": "Cầu Cửa Lục 3"})),
            ("funding_source_id", json!(world.source)), ("budget_year", json!(2024)), ("effective_date", json!("2024-06-01")),
            ("decision", decision()), ("note", json!("điều hòa")), ("warnings", json!([])),
        ] {
            assert_eq!(made[name], value, "{name}");
        }
        let (out, into) = (&made["entries"][0], &made["entries"][1]);
        assert_eq!((&out["amount"], &into["amount"]), (&json!(-300), &json!(300)));
        assert_eq!((&out["project_id"], &into["project_id"]), (&json!(world.project), &json!(world.other_project)));
        for leg in [out, into] {
            assert_eq!(leg["operation"], json!({"id": made["id"], "kind": "transfer"}));
            assert_eq!(world.admin.get(&format!("/plan-entries/{}", leg["id"])).await.ok(), *leg);
        }
        assert_eq!(world.admin.get(&format!("/plan-transfers/{}", made["id"])).await.ok(), made);
        assert_eq!(entries(&world, world.project).await, listed(&[("initial", 1_000), ("transfer_out", -300)]));
        assert_eq!(entries(&world, world.other_project).await, listed(&[("transfer_in", 300)]));
        world.pay(world.other_project, 300, "2024-06-01").await;
    }

    async fn transferred_money_keeps_its_deadline(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 100).await;
        world.entry(world.project, with(world.plan_body(50), json!({"kind": "supplement", "deadline": "2024-10-31"}))).await;
        let made = world.admin.post("/plan-transfers", transfer(&world, 20)).await.created();
        assert_eq!((&made["entries"][0]["deadline"], &made["entries"][1]["deadline"]), (&json!("2024-10-31"), &json!("2024-10-31")));
        app.today("2024-12-01");
        let late = world.payment_body(20, "2024-11-30", "x");
        let path = format!("/projects/{}/disbursements", world.other_project);
        app.admin().post(&path, late).await.refused(422, "outside_disbursement_period");
    }

    async fn transfers_that_cannot_be_are_refused(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        let post = async |changes: Value| world.admin.post("/plan-transfers", with(transfer(&world, 10), changes)).await;
        let same = post(json!({"to_project_id": world.project})).await.refused(422, "transfer_same_project");
        assert_eq!(faults(&same), are(&[("/to_project_id", "transfer_same_project")]));
        post(json!({"to_project_id": 999})).await.refused(404, "not_found");
        post(json!({"from_project_id": 999})).await.refused(404, "not_found");
        post(json!({"amount": 0})).await.refused(422, "out_of_range");
        post(json!({"funding_source_id": 999})).await.refused(422, "invalid");
        post(json!({"budget_year": 2025})).await.refused(422, "plan_below_disbursed");
        post(json!({"effective_date": "2023-12-31"})).await.refused(422, "plan_below_disbursed");
        let here = user_with(&app, "officer", Some(world.commune), None, None);
        here.post("/plan-transfers", transfer(&world, 10)).await.refused(404, "not_found");
        let viewer = user_with(&app, "viewer", Some(world.province), None, None);
        viewer.post("/plan-transfers", transfer(&world, 10)).await.refused(403, "forbidden");
        assert_eq!(entries(&world, world.other_project).await, []);
    }

    async fn reversing_one_leg_voids_both(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        let made = world.admin.post("/plan-transfers", transfer(&world, 300)).await.created();
        let undo = |leg: usize| format!("/plan-entries/{}/reversal", made["entries"][leg]["id"]);
        let body = json!({"effective_date": "2024-06-10", "reason": "nhầm dự án"});
        let here = user_with(&app, "officer", Some(world.commune), None, None);
        here.post(&undo(0), body.clone()).await.refused(403, "forbidden");
        here.post(&undo(1), body.clone()).await.refused(404, "not_found");
        world.pay(world.other_project, 100, "2024-06-05").await;
        world.admin.post(&undo(0), body.clone()).await.refused(422, "plan_below_disbursed");
        world.entry(world.other_project, world.plan_body(100)).await;
        let reversal = world.admin.post(&undo(0), body.clone()).await.created();
        assert_eq!((&reversal["amount"], &reversal["reverses_id"]), (&json!(300), &made["entries"][0]["id"]));
        assert_eq!(entries(&world, world.project).await, listed(&[("initial", 1_000), ("transfer_out", -300), ("reversal", 300)]));
        assert_eq!(entries(&world, world.other_project).await, listed(&[("initial", 100), ("transfer_in", 300), ("reversal", -300)]));
        for leg in [0, 1] {
            world.admin.post(&undo(leg), body.clone()).await.refused(409, "already_reversed");
        }
    }

    async fn an_extension_takes_no_more_than_what_is_left(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        world.pay(world.project, 600, "2024-05-01").await;
        app.today("2025-03-01");
        let admin = app.admin();
        let problem = admin.post("/plan-extensions", extension(&world, 401, "2025-02-10")).await.refused(422, "extension_exceeds_remainder");
        assert_eq!(faults(&problem), are(&[("/amount", "extension_exceeds_remainder")]));
        let made = admin.post("/plan-extensions", extension(&world, 400, "2025-02-10")).await.created();
        assert_eq!((&made["from_year"], &made["to_year"], &made["amount"]), (&json!(2024), &json!(2025), &json!(400)));
        let (out, into) = (&made["entries"][0], &made["entries"][1]);
        assert_eq!((&out["kind"], &out["budget_year"], &out["origin"], &out["amount"]), (&json!("extension_out"), &json!(2024), &json!("in_year"), &json!(-400)));
        assert_eq!((&into["kind"], &into["budget_year"], &into["origin"], &into["amount"]), (&json!("extension_in"), &json!(2025), &json!("extended"), &json!(400)));
        assert_eq!(into["deadline"], "2025-12-31");
        assert_eq!(admin.get(&format!("/plan-extensions/{}", made["id"])).await.ok(), made);
        admin.post("/plan-extensions", extension(&world, 1, "2025-02-11")).await.refused(422, "extension_exceeds_remainder");
        admin.post("/plan-extensions", with(extension(&world, 1, "2025-02-11"), json!({"project_id": 999}))).await.refused(404, "not_found");

        // What was extended is paid on the new line, no longer on the old one.
        let path = format!("/projects/{}/disbursements", world.project);
        admin.post(&path, world.payment_body(1, "2025-01-31", "a")).await.refused(422, "plan_exceeded");
        let paid = with(world.payment_body(400, "2025-02-20", "b"), json!({"budget_year": 2025, "origin": "extended"}));
        admin.post(&path, paid).await.created();
        let undo = format!("/plan-entries/{}/reversal", out["id"]);
        admin.post(&undo, json!({"effective_date": "2025-03-01", "reason": "x"})).await.refused(422, "plan_below_disbursed");
    }

    async fn a_late_supplement_gives_money_beyond_the_deadline_of_the_rest(app: TestApp) {
        let world = World::new(&app).await;
        let year = |body: Value| with(body, json!({"budget_year": 2025}));
        world.entry(world.project, with(year(world.plan_body(100)), json!({"effective_date": "2025-01-01"}))).await;
        let late = with(year(world.plan_body(50)), json!({"kind": "supplement", "effective_date": "2025-10-01"}));
        let late = world.entry(world.project, late).await;
        app.today("2026-06-01");
        let admin = app.admin();
        let path = format!("/projects/{}/disbursements", world.project);
        admin.post(&path, year(world.payment_body(51, "2026-02-01", "x"))).await.refused(422, "plan_exceeded");
        let paid = admin.post(&path, year(world.payment_body(50, "2026-02-01", "y"))).await.created();
        let undo = format!("/plan-entries/{}/reversal", late["id"]);
        admin.post(&undo, json!({"effective_date": "2026-03-01", "reason": "x"})).await.refused(422, "plan_exceeded");
        admin.post(&format!("/disbursements/{}/reversal", paid["id"]), json!({"posted_on": "2026-03-01", "reason": "x"})).await.created();
        admin.post(&undo, json!({"effective_date": "2026-03-01", "reason": "x"})).await.created();
        // With the supplement gone the line ends in January again.
        admin.post(&path, year(world.payment_body(1, "2026-02-01", "z"))).await.refused(422, "outside_disbursement_period");
    }
}

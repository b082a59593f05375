use serde_json::{Value, json};

use crate::support::app::both;
use crate::support::builders::{World, are, decision, faults, user_with, with};

both! {
    async fn an_entry_is_recorded_with_its_line_and_deadline(app: TestApp) {
        let world = World::new(&app).await;
        let entry = world.plan(world.project, 1_000).await;
        let expected = json!({
            "project_id": world.project, "funding_source_id": world.source,
            "funding_source": {"id": world.source, "code": "NSTW", "name": "Ngân sách trung ương"},
            "budget_year": 2024, "origin": "in_year", "kind": "initial", "amount": 1_000, "effective_date": "2024-01-01",
            "deadline": "2025-01-31", "decision": decision(), "note": null, "operation": null, "reverses_id": null,
            "reversed_by_id": null, "reason": null, "recorded_by": {"id": 1, "username": "admin"}, "warnings": [],
        });
        for (name, value) in expected.as_object().expect("an object") {
            assert_eq!(&entry[name], value, "{name}");
        }
        assert!(entry["recorded_at"].as_str().is_some_and(|at| at.ends_with('Z')), "{entry}");
        assert_eq!(world.admin.get(&format!("/plan-entries/{}", entry["id"])).await.ok(), entry);

        let cut = with(world.plan_body(300), json!({"kind": "cut", "effective_date": "2024-05-01", "note": "điều chỉnh"}));
        let cut = world.entry(world.project, cut).await;
        assert_eq!((&cut["amount"], &cut["line_id"], &cut["note"]), (&json!(-300), &entry["line_id"], &json!("điều chỉnh")));
        let list = world.admin.get(&format!("/projects/{}/plan-entries", world.project)).await.ok();
        assert_eq!(list["data"], json!([entry, cut]));
    }

    async fn deadlines_follow_the_law_unless_named(app: TestApp) {
        let world = World::new(&app).await;
        for (changes, deadline) in [
            (json!({"budget_year": 2025, "effective_date": "2025-09-30", "kind": "supplement"}), "2026-01-31"),
            (json!({"budget_year": 2025, "effective_date": "2025-10-01", "kind": "supplement"}), "2026-12-31"),
            (json!({"budget_year": 2025, "effective_date": "2025-11-01", "kind": "cut", "amount": 1}), "2026-01-31"),
            (json!({"budget_year": 2025, "effective_date": "2025-11-01", "kind": "cut", "amount": 1, "deadline": "2026-12-31"}), "2026-12-31"),
            (json!({"budget_year": 2024, "origin": "extended"}), "2024-12-31"),
            (json!({"budget_year": 2024, "deadline": "2024-10-31"}), "2024-10-31"),
        ] {
            let entry = world.entry(world.project, with(world.plan_body(100), changes.clone())).await;
            assert_eq!(entry["deadline"], deadline, "{changes}");
        }
        for changes in [
            json!({"deadline": "2023-12-31", "effective_date": "2023-12-01"}),
            json!({"deadline": "2024-05-31", "effective_date": "2024-06-01"}),
        ] {
            let path = format!("/projects/{}/plan-entries", world.project);
            let problem = world.admin.post(&path, with(world.plan_body(1), changes)).await.refused(422, "out_of_range");
            assert_eq!(faults(&problem), are(&[("/deadline", "out_of_range")]));
        }
    }

    async fn what_is_no_plan_is_refused(app: TestApp) {
        let world = World::new(&app).await;
        let path = format!("/projects/{}/plan-entries", world.project);
        let body = with(world.plan_body(0), json!({"funding_source_id": 999, "budget_year": 1}));
        let problem = world.admin.post(&path, body).await.refused(422, "invalid");
        assert_eq!(faults(&problem), are(&[("/amount", "out_of_range"), ("/budget_year", "out_of_range"), ("/funding_source_id", "invalid")]));
        for kind in ["transfer_in", "extension_out", "reversal"] {
            world.admin.post(&path, with(world.plan_body(1), json!({"kind": kind}))).await.refused(422, "invalid");
        }
        world.admin.post(&path, with(world.plan_body(1), json!({"amount": -1}))).await.refused(422, "out_of_range");
        world.admin.post("/projects/999/plan-entries", world.plan_body(1)).await.refused(404, "not_found");
        let cut = with(world.plan_body(1), json!({"kind": "cut"}));
        world.admin.post(&path, cut).await.refused(422, "plan_below_disbursed");
        world.plan(world.project, 100).await;
        // More than is left on its own day, though enough comes later.
        world.entry(world.project, with(world.plan_body(50), json!({"kind": "supplement", "effective_date": "2024-09-01"}))).await;
        let cut = with(world.plan_body(120), json!({"kind": "cut", "effective_date": "2024-05-01"}));
        let problem = world.admin.post(&path, cut).await.refused(422, "plan_below_disbursed");
        assert_eq!(faults(&problem), are(&[("/amount", "plan_below_disbursed")]));
        world.admin.post(&path, with(world.plan_body(9_007_199_254_740_991), json!({"kind": "supplement"}))).await.refused(422, "out_of_range");
        assert_eq!(world.admin.get(&path).await.ok()["data"].as_array().map(Vec::len), Some(2));
    }

    async fn entries_above_total_investment_are_a_warning(app: TestApp) {
        let world = World::new(&app).await;
        assert_eq!(world.plan(world.project, 10_000).await["warnings"], json!([]));
        let over = world.entry(world.project, with(world.plan_body(1), json!({"kind": "supplement"}))).await;
        assert_eq!(over["warnings"][0]["code"], "total_investment_exceeded");
        assert!(over["warnings"][0]["message"].as_str().is_some_and(|text| text.contains("10.001")), "{over}");
        assert_eq!(world.admin.get(&format!("/plan-entries/{}", over["id"])).await.ok()["warnings"], json!([]));
    }

    async fn a_reversal_voids_an_entry_once(app: TestApp) {
        let world = World::new(&app).await;
        let path = format!("/projects/{}/plan-entries", world.project);
        let entry = world.plan(world.project, 1_000).await;
        let undo = format!("/plan-entries/{}/reversal", entry["id"]);
        let body = json!({"effective_date": "2024-02-01", "reason": "gõ nhầm"});
        for reason in [json!(null), json!(""), json!("  ")] {
            let problem = world.admin.post(&undo, with(body.clone(), json!({"reason": reason}))).await.refused(422, "reason_required");
            assert_eq!(faults(&problem), are(&[("/reason", "reason_required")]));
        }
        world.admin.post(&undo, with(body.clone(), json!({"effective_date": "2023-12-31"}))).await.refused(422, "out_of_range");
        let reversal = world.admin.post(&undo, body.clone()).await.created();
        for (name, value) in [
            ("kind", json!("reversal")), ("amount", json!(-1_000)), ("reverses_id", entry["id"].clone()), ("deadline", entry["deadline"].clone()),
            ("reason", json!("gõ nhầm")), ("effective_date", json!("2024-02-01")), ("line_id", entry["line_id"].clone()),
        ] {
            assert_eq!(reversal[name], value, "{name}");
        }
        let list = world.admin.get(&path).await.ok();
        assert_eq!(list["data"], json!([with(entry.clone(), json!({"reversed_by_id": reversal["id"]})), reversal]));
        world.admin.post(&undo, body.clone()).await.refused(409, "already_reversed");
        world.admin.post(&format!("/plan-entries/{}/reversal", reversal["id"]), body.clone()).await.refused(422, "invalid");
        world.admin.post("/plan-entries/999/reversal", body).await.refused(404, "not_found");
        // With several faults, 409 only if there is no 422.
        world.admin.post(&undo, json!({"effective_date": "2024-02-01"})).await.refused(422, "reason_required");
    }

    async fn a_reversal_keeps_the_plan_above_zero(app: TestApp) {
        let world = World::new(&app).await;
        let entry = world.plan(world.project, 1_000).await;
        let cut = world.entry(world.project, with(world.plan_body(600), json!({"kind": "cut", "effective_date": "2024-03-01"}))).await;
        let undo = |id: &Value, day: &str| {
            let path = format!("/plan-entries/{id}/reversal");
            let body = json!({"effective_date": day, "reason": "x"});
            async { let path = path; world.admin.post(&path, body).await }
        };
        undo(&entry["id"], "2024-04-01").await.refused(422, "plan_below_disbursed");
        undo(&cut["id"], "2024-04-01").await.created();
        undo(&entry["id"], "2024-03-15").await.refused(422, "plan_below_disbursed");
        undo(&entry["id"], "2024-04-01").await.created();
    }

    async fn only_officers_and_those_above_plan(app: TestApp) {
        let world = World::new(&app).await;
        let path = format!("/projects/{}/plan-entries", world.project);
        let entry = world.plan(world.project, 1_000).await;
        for role in ["viewer", "auditor"] {
            let user = user_with(&app, role, Some(world.province), None, None);
            user.post(&path, world.plan_body(1)).await.refused(403, "forbidden");
            user.get(&path).await.ok();
        }
        let elsewhere = user_with(&app, "officer", Some(world.other_commune), None, None);
        elsewhere.post(&path, world.plan_body(1)).await.refused(404, "not_found");
        elsewhere.get(&path).await.refused(404, "not_found");
        elsewhere.get(&format!("/plan-entries/{}", entry["id"])).await.refused(404, "not_found");
        let undo = format!("/plan-entries/{}/reversal", entry["id"]);
        elsewhere.post(&undo, json!({"effective_date": "2024-02-01", "reason": "x"})).await.refused(404, "not_found");
        let officer = user_with(&app, "officer", Some(world.commune), None, None);
        officer.post(&path, with(world.plan_body(1), json!({"kind": "supplement"}))).await.created();
        assert_eq!(world.admin.get(&path).await.ok()["data"].as_array().map(Vec::len), Some(2));
    }
}

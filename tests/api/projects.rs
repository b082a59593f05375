use serde_json::{Value, json};

use crate::support::app::{Answer, both};
use crate::support::builders::{World, are, decision, faults, user_with, with, without};

fn codes(list: &Value) -> Vec<&str> {
    list["data"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|row| row["code"].as_str())
        .collect()
}

both! {
    async fn a_project_is_added_and_shown_with_its_references(app: TestApp) {
        let world = World::new(&app).await;
        let body = with(world.project_body("P-1", "Trường Tiểu học Hạ Long", world.commune), json!({
            "budget_code": "22-001", "short_name": "TH Hạ Long", "location_unit_ids": [world.other_commune, world.commune],
            "disbursed_before": 300, "advance_before": 200,
        }));
        let made = world.admin.post("/projects", body.clone()).await.created();
        for (name, value) in body.as_object().expect("an object") {
            assert_eq!(&made[name], value, "{name}");
        }
        assert_eq!(made["managing_unit"], json!({"id": world.commune, "code": "06661", "name": "Phường Hồng Hải"}));
        assert_eq!(made["investor"], json!({"id": world.investor, "code": "SGTVT", "name": "Sở Giao thông vận tải"}));
        assert_eq!(made["pmu"], json!({"id": world.pmu, "code": "BQL", "name": "Ban Quản lý dự án"}));
        assert_eq!((&made["leader"], &made["officer"]), (&Value::Null, &Value::Null));
        assert_eq!(world.admin.get(&format!("/projects/{}", made["id"])).await.ok(), made);

        let bare = without(world.project_body("P-2", "x", world.commune), "pmu_id");
        let bare = world.admin.post("/projects", bare).await.created();
        for name in ["budget_code", "short_name", "pmu_id", "pmu"] {
            assert_eq!(bare[name], Value::Null, "{name}");
        }
        assert_eq!((&bare["disbursed_before"], &bare["location_unit_ids"]), (&json!(0), &json!([])));
    }

    async fn every_fault_of_a_project_is_named(app: TestApp) {
        let world = World::new(&app).await;
        let body = with(world.project_body("7891234", "x", 999), json!({
            "investor_id": 999, "pmu_id": 998, "location_unit_ids": [world.commune, 999], "total_investment": 0,
            "start_year": 2026, "end_year": 2023,
        }));
        let problem = world.admin.post("/projects", body).await.refused(422, "duplicate_code");
        assert_eq!(faults(&problem), are(&[
            ("/code", "duplicate_code"), ("/end_year", "out_of_range"), ("/investor_id", "invalid"),
            ("/location_unit_ids/1", "invalid"), ("/managing_unit_id", "invalid"), ("/pmu_id", "invalid"),
            ("/total_investment", "out_of_range"),
        ]));
        let body = with(world.project_body("P", "x", world.commune), json!({"total_investment": 500, "disbursed_before": 300, "advance_before": 201}));
        world.admin.post("/projects", body).await.refused(422, "total_investment_exceeded");
        let body = with(world.project_body("P", "x", world.commune), json!({"group": "D", "sector": "x".repeat(41), "decision": 1}));
        let problem = world.admin.post("/projects", body).await.refused(422, "invalid");
        assert_eq!(faults(&problem), are(&[("/decision", "unknown_field"), ("/group", "invalid"), ("/sector", "out_of_range")]));
    }

    async fn budget_codes_are_unique_too(app: TestApp) {
        let world = World::new(&app).await;
        let path = format!("/projects/{}", world.project);
        world.admin.patch(&path, json!({"budget_code": "B1"})).await.ok();
        let other = format!("/projects/{}", world.other_project);
        let problem = world.admin.patch(&other, json!({"budget_code": "B1"})).await.refused(422, "duplicate_code");
        assert_eq!(faults(&problem), are(&[("/budget_code", "duplicate_code")]));
        world.admin.patch(&path, json!({"budget_code": "B1", "code": "7891234"})).await.ok();
        world.admin.patch(&path, json!({"budget_code": null})).await.ok();
        world.admin.patch(&other, json!({"budget_code": "B1"})).await.ok();
    }

    async fn a_change_honours_if_match_and_keeps_what_it_does_not_name(app: TestApp) {
        let world = World::new(&app).await;
        let path = format!("/projects/{}", world.project);
        let before = world.admin.get(&path).await;
        let tag = before.header("etag").to_owned();
        let before = before.ok();
        let change = |body: Value| {
            let request = world.admin.request(reqwest::Method::PATCH, &path).header("If-Match", &tag);
            Answer::of(request.json(&body))
        };
        let after = change(json!({"name": "Đường ven biển", "pmu_id": null})).await.ok();
        assert_eq!(after, with(before, json!({"name": "Đường ven biển", "pmu_id": null, "pmu": null})));
        change(json!({"name": "khác"})).await.refused(412, "stale_version");
        assert_eq!(world.admin.get(&path).await.ok(), after);
        world.admin.patch(&path, json!({"name": null})).await.refused(422, "required");
    }

    async fn links_change_from_their_day_on(app: TestApp) {
        let world = World::new(&app).await;
        let path = format!("/projects/{}", world.project);
        let moved = json!({"managing_unit_id": world.other_commune, "effective_date": "2024-09-01"});
        let now = world.admin.patch(&path, moved).await.ok();
        assert_eq!(now["managing_unit_id"], world.commune, "not before its day");
        app.today("2024-08-31");
        assert_eq!(app.admin().get(&path).await.ok()["managing_unit_id"], world.commune);
        app.today("2024-09-01");
        let there = user_with(&app, "viewer", Some(world.other_commune), None, None);
        assert_eq!(there.get(&path).await.ok()["managing_unit_id"], world.other_commune);
        user_with(&app, "viewer", Some(world.commune), None, None).get(&path).await.refused(404, "not_found");

        // A change of the investor alone, from a day before, does not undo the move.
        world.admin.patch(&path, json!({"investor_id": world.pmu, "effective_date": "2024-08-01"})).await.ok();
        let today = world.admin.get(&path).await.ok();
        assert_eq!((&today["managing_unit_id"], &today["investor_id"]), (&json!(world.other_commune), &json!(world.investor)));
    }

    async fn a_project_is_put_only_where_the_caller_may(app: TestApp) {
        let world = World::new(&app).await;
        let here = user_with(&app, "coordinator", Some(world.commune), None, None);
        here.post("/projects", world.project_body("P-1", "x", world.commune)).await.created();
        here.post("/projects", world.project_body("P-2", "x", world.other_commune)).await.refused(404, "not_found");
        here.post("/projects", world.project_body("P-2", "x", 999)).await.refused(422, "invalid");
        let path = format!("/projects/{}", world.project);
        here.patch(&path, json!({"managing_unit_id": world.other_commune})).await.refused(404, "not_found");
        here.patch(&format!("/projects/{}", world.other_project), json!({"name": "x"})).await.refused(404, "not_found");
        for role in ["officer", "viewer", "auditor"] {
            let user = user_with(&app, role, Some(world.province), None, None);
            user.post("/projects", world.project_body("P-3", "x", world.commune)).await.refused(403, "forbidden");
            user.patch(&path, json!({"name": "x"})).await.refused(403, "forbidden");
        }
        assert_eq!(world.admin.get("/projects?code=P-2,P-3").await.ok()["data"], json!([]));
    }

    async fn the_list_is_filtered_sorted_and_paged(app: TestApp) {
        let world = World::new(&app).await;
        world.new_project("A-3", "Ấp Đông", world.district).await;
        let third = with(world.project_body("A-4", "An Sinh", world.province), json!({"group": "A", "status": "new", "total_investment": 20_000, "pmu_id": null, "investor_id": world.pmu}));
        world.admin.post("/projects", third).await.created();
        world.plan(world.project, 100).await;
        world.entry(world.other_project, with(world.plan_body(5), json!({"budget_year": 2025, "funding_source_id": world.sub_source}))).await;
        let sort = |query: &str| { let path = format!("/projects?{query}"); async { world.admin.get(&{path}).await.ok() } };
        for (query, expected) in [
            ("", vec!["A-4", "A-3", "7891235", "7891234"]),
            ("sort=-name", vec!["7891234", "7891235", "A-3", "A-4"]),
            ("sort=code", vec!["7891234", "7891235", "A-3", "A-4"]),
            ("sort=-total_investment&limit=1", vec!["A-4"]),
            ("q=duong tran quoc NGHIEN", vec!["7891234"]),
            ("q=a-3", vec!["A-3"]),
            ("q=%25", vec![]),
            ("code=A-3,A-4&sort=code", vec!["A-3", "A-4"]),
            ("code=A-3&code=7891234&sort=code", vec!["7891234", "A-3"]),
            ("unit_id=193", vec![]),
            ("group=A", vec!["A-4"]),
            ("status=new,ongoing&group=B&sort=code", vec!["7891234", "7891235", "A-3"]),
            ("budget_year=2024", vec!["7891234"]),
            ("budget_year=2024,2025&sort=code", vec!["7891234", "7891235"]),
        ] {
            assert_eq!(codes(&sort(query).await), expected, "{query}");
        }
        for (name, id, expected) in [
            ("unit_id", world.district, vec!["7891234", "7891235", "A-3"]),
            ("unit_id", world.commune, vec!["7891234"]),
            ("investor_id", world.pmu, vec!["A-4"]),
            ("pmu_id", world.pmu, vec!["7891234", "7891235", "A-3"]),
            ("funding_source_id", world.source, vec!["7891234", "7891235"]),
            ("funding_source_id", world.sub_source, vec!["7891235"]),
            ("budget_year=2024&funding_source_id", world.sub_source, vec![]),
        ] {
            assert_eq!(codes(&sort(&format!("sort=code&{name}={id}")).await), expected, "{name}={id}");
        }
        world.admin.get("/projects?sort=colour").await.refused(422, "invalid");

        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = sort(&format!("limit=1&sort=-total_investment{cursor}")).await;
            seen.extend(codes(&page).into_iter().map(str::to_owned));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, ["A-4", "A-3", "7891235", "7891234"]);
    }

    async fn lists_show_what_is_in_scope(app: TestApp) {
        let world = World::new(&app).await;
        let path = format!("/projects/{}/leader", world.project);
        let takes_over = json!({"person_id": world.leader, "effective_date": "2024-01-01", "decision": decision()});
        world.admin.put(&path, takes_over).await.ok();
        for (user, expected) in [
            (user_with(&app, "viewer", Some(world.district), None, None), vec!["7891234", "7891235"]),
            (user_with(&app, "officer", Some(world.other_commune), None, None), vec!["7891235"]),
            (user_with(&app, "viewer", None, Some(world.investor), None), vec!["7891234", "7891235"]),
            (user_with(&app, "viewer", None, Some(world.pmu), None), vec!["7891234", "7891235"]),
            (user_with(&app, "leader", None, None, Some(world.leader)), vec!["7891234"]),
            (user_with(&app, "leader", None, None, Some(world.officer)), vec![]),
        ] {
            assert_eq!(codes(&user.get("/projects?sort=code").await.ok()), expected);
            let status = user.get(&format!("/projects/{}", world.project)).await.status;
            assert_eq!(status, if expected.contains(&"7891234") { 200 } else { 404 });
        }
        assert_eq!(codes(&world.admin.get(&format!("/projects?leader_id={}", world.leader)).await.ok()), ["7891234"]);
    }

    async fn total_investment_stays_above_what_was_paid_before(app: TestApp) {
        let world = World::new(&app).await;
        let path = format!("/projects/{}", world.project);
        world.admin.patch(&path, json!({"disbursed_before": 6_000, "advance_before": 4_000})).await.ok();
        let problem = world.admin.patch(&path, json!({"total_investment": 9_999})).await.refused(422, "total_investment_exceeded");
        assert_eq!(faults(&problem), are(&[("/total_investment", "total_investment_exceeded")]));
        let problem = world.admin.patch(&path, json!({"disbursed_before": 6_001})).await.refused(422, "total_investment_exceeded");
        assert_eq!(faults(&problem), are(&[("/disbursed_before", "total_investment_exceeded")]));
        world.admin.patch(&path, json!({"disbursed_before": 6_001, "total_investment": 10_001})).await.ok();
    }
}

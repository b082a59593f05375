use serde_json::{Value, json};

use crate::support::app::both;
use crate::support::builders::{World, are, decision, faults, user_with, with, without};

fn assignment(world: &World, amount: i64) -> Value {
    json!({
        "unit_id": world.district, "funding_source_id": world.source, "budget_year": 2024, "authority": "peoples_council",
        "kind": "initial", "amount": amount, "effective_date": "2023-12-08", "decision": decision(),
    })
}

both! {
    async fn capital_is_assigned_to_a_unit_or_an_agency(app: TestApp) {
        let world = World::new(&app).await;
        let body = with(assignment(&world, 1_000), json!({"from_unit_id": world.province}));
        let made = world.admin.post("/capital-assignments", body.clone()).await.created();
        for (name, value) in body.as_object().expect("an object") {
            assert_eq!(&made[name], value, "{name}");
        }
        assert_eq!(made["unit"], json!({"id": world.district, "code": "193", "name": "Thành phố Hạ Long"}));
        assert_eq!((&made["agency_id"], &made["agency"], &made["from_unit"]["code"]), (&Value::Null, &Value::Null, &json!("22")));
        assert_eq!(world.admin.get(&format!("/capital-assignments/{}", made["id"])).await.ok(), made);
        let to_agency = with(assignment(&world, 5), json!({"unit_id": null, "agency_id": world.pmu}));
        let to_agency = world.admin.post("/capital-assignments", to_agency).await.created();
        assert_eq!((&to_agency["unit"], &to_agency["agency"]["code"]), (&Value::Null, &json!("BQL")));
        let cut = with(assignment(&world, 400), json!({"kind": "cut", "effective_date": "2024-05-01"}));
        assert_eq!(world.admin.post("/capital-assignments", cut).await.created()["amount"], -400);
    }

    async fn assignments_that_cannot_be_are_refused(app: TestApp) {
        let world = World::new(&app).await;
        let refused = async |body: Value, at: &str, code: &str| {
            let problem = world.admin.post("/capital-assignments", body).await.refused(422, code);
            assert_eq!(faults(&problem), are(&[(at, code)]));
        };
        let body = |changes: Value| with(assignment(&world, 100), changes);
        refused(without(body(json!({})), "unit_id"), "/unit_id", "required").await;
        refused(body(json!({"agency_id": world.pmu})), "/agency_id", "invalid").await;
        refused(body(json!({"unit_id": 999})), "/unit_id", "invalid").await;
        refused(body(json!({"unit_id": null, "agency_id": 999})), "/agency_id", "invalid").await;
        refused(body(json!({"from_unit_id": 999})), "/from_unit_id", "invalid").await;
        refused(body(json!({"from_unit_id": world.district})), "/from_unit_id", "invalid").await;
        refused(body(json!({"funding_source_id": 999})), "/funding_source_id", "invalid").await;
        refused(body(json!({"authority": "mayor"})), "/authority", "invalid").await;
        refused(body(json!({"amount": 0})), "/amount", "out_of_range").await;
        refused(body(json!({"kind": "cut"})), "/amount", "out_of_range").await;
        world.admin.post("/capital-assignments", body(json!({}))).await.created();
        world.admin.post("/capital-assignments", body(json!({"kind": "supplement", "effective_date": "2024-09-01"}))).await.created();
        // Enough in the end, but not on its own day; nor from another authority.
        refused(body(json!({"kind": "cut", "amount": 101, "effective_date": "2024-05-01"})), "/amount", "out_of_range").await;
        refused(body(json!({"kind": "cut", "amount": 1, "authority": "prime_minister", "effective_date": "2024-05-01"})), "/amount", "out_of_range").await;
        world.admin.post("/capital-assignments", body(json!({"kind": "cut", "effective_date": "2024-05-01"}))).await.created();
        refused(body(json!({"amount": 9_007_199_254_740_991_i64, "kind": "supplement"})), "/amount", "out_of_range").await;
    }

    async fn assignments_are_seen_and_made_in_scope(app: TestApp) {
        let world = World::new(&app).await;
        let post = async |changes: Value| world.admin.post("/capital-assignments", with(assignment(&world, 7), changes)).await.created();
        let district = post(json!({})).await;
        let commune = post(json!({"unit_id": world.commune, "funding_source_id": world.sub_source})).await;
        let pmu = post(json!({"unit_id": null, "agency_id": world.pmu, "effective_date": "2024-02-01", "authority": "peoples_committee"})).await;
        let investor = post(json!({"unit_id": null, "agency_id": world.investor, "budget_year": 2025, "effective_date": "2024-03-01"})).await;
        let listed = async |query: String| world.admin.get(&format!("/capital-assignments?{query}")).await.ok()["data"].clone();
        assert_eq!(listed(String::new()).await, json!([district, commune, pmu, investor]));
        assert_eq!(listed("budget_year=2025".into()).await, json!([investor]));
        assert_eq!(listed("authority=peoples_committee".into()).await, json!([pmu]));
        assert_eq!(listed(format!("funding_source_id={}", world.sub_source)).await, json!([commune]));
        assert_eq!(listed(format!("funding_source_id={}&limit=200", world.source)).await, json!([district, commune, pmu, investor]));
        assert_eq!(listed(format!("unit_id={},{}", world.commune, world.district)).await, json!([district, commune]));
        assert_eq!(listed(format!("agency_id={}", world.pmu)).await, json!([pmu]));

        let here = user_with(&app, "officer", Some(world.commune), None, None);
        assert_eq!(here.get("/capital-assignments").await.ok()["data"], json!([commune]));
        here.get(&format!("/capital-assignments/{}", district["id"])).await.refused(404, "not_found");
        here.post("/capital-assignments", assignment(&world, 1)).await.refused(404, "not_found");
        here.post("/capital-assignments", with(assignment(&world, 1), json!({"unit_id": world.commune}))).await.created();
        let all_of_district = user_with(&app, "coordinator", Some(world.district), None, None);
        assert_eq!(all_of_district.get("/capital-assignments?budget_year=2024&limit=3").await.ok()["data"].as_array().map(Vec::len), Some(3));
        all_of_district.post("/capital-assignments", with(assignment(&world, 1), json!({"unit_id": null, "agency_id": world.pmu}))).await.created();
        all_of_district.post("/capital-assignments", with(assignment(&world, 1), json!({"unit_id": null, "agency_id": world.investor}))).await.refused(404, "not_found");
        let agency = user_with(&app, "viewer", None, Some(world.investor), None);
        assert_eq!(agency.get("/capital-assignments").await.ok()["data"], json!([investor]));
        agency.post("/capital-assignments", assignment(&world, 1)).await.refused(403, "forbidden");
    }
}

use serde_json::json;

use super::reference::{agency, at, faults, id, province, unit};
use crate::support::app::both;
use crate::support::builders::with;

both! {
    async fn a_target_is_a_rate_on_a_day(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        let body = json!({"budget_year": 2024, "date": "2024-09-30", "percent": "60.5", "basis": "adjusted", "unit_id": province});
        let made = admin.post("/targets", body).await.created();
        assert_eq!(made, json!({"id": made["id"], "budget_year": 2024, "date": "2024-09-30", "percent": "60.50", "basis": "adjusted",
            "unit_id": province, "agency_id": null, "funding_source_id": null}));
        let path = format!("/targets/{}", made["id"]);
        let changed = admin.patch(&path, json!({"percent": "95.00", "unit_id": null})).await.ok();
        assert_eq!(changed, with(made, json!({"percent": "95.00", "unit_id": null})));
        assert_eq!(admin.get(&path).await.ok(), changed);
        assert_eq!(admin.get("/targets?budget_year=2024").await.ok()["data"], json!([changed]));
        assert_eq!(admin.get("/targets?budget_year=2025").await.ok()["data"], json!([]));
    }

    async fn every_fault_of_a_target_is_named(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        let office = agency(&admin, "SKH", province).await;
        let good = json!({"budget_year": 2024, "date": "2024-09-30", "percent": "60.00", "basis": "total"});
        for (change, pointer, code) in [
            (json!({"unit_id": province, "agency_id": office}), "/agency_id", "invalid"),
            (json!({"unit_id": 999}), "/unit_id", "invalid"),
            (json!({"agency_id": 999}), "/agency_id", "invalid"),
            (json!({"funding_source_id": 999}), "/funding_source_id", "invalid"),
            (json!({"percent": 60}), "/percent", "invalid"),
            (json!({"percent": "60.123"}), "/percent", "invalid"),
            (json!({"percent": "-1.00"}), "/percent", "out_of_range"),
            (json!({"percent": "1000.01"}), "/percent", "out_of_range"),
            (json!({"basis": "best"}), "/basis", "invalid"),
            (json!({"date": "2023-02-29"}), "/date", "invalid"),
            (json!({"budget_year": 24}), "/budget_year", "out_of_range"),
        ] {
            let problem = admin.post("/targets", with(good.clone(), change.clone())).await.refused(422, code);
            assert_eq!(faults(&problem), at(&[(pointer, code)]), "{change}");
        }
    }

    async fn a_target_is_set_within_the_scope_only(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        let (here, there) = (unit(&admin, "H1", "district", province).await, unit(&admin, "H2", "district", province).await);
        let (mine, other) = (agency(&admin, "A1", here).await, agency(&admin, "A2", there).await);
        let scoped = app.user(None, json!([{"role": "admin", "unit_id": here}])).await;
        let good = json!({"budget_year": 2024, "date": "2024-09-30", "percent": "60.00", "basis": "total"});
        let set = |change| scoped.post("/targets", with(good.clone(), change));
        let made = id(&set(json!({"unit_id": here})).await.created());
        set(json!({"agency_id": mine})).await.created();
        set(json!({"unit_id": there})).await.refused(404, "not_found");
        set(json!({"agency_id": other})).await.refused(404, "not_found");
        set(json!({})).await.refused(403, "forbidden");
        scoped.patch(&format!("/targets/{made}"), json!({"unit_id": null})).await.refused(403, "forbidden");
        scoped.patch(&format!("/targets/{made}"), json!({"percent": "61.00"})).await.ok();
    }

    async fn a_day_and_scope_have_one_target(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        let good = json!({"budget_year": 2024, "date": "2024-09-30", "percent": "60.00", "basis": "total"});
        let of_unit = with(good.clone(), json!({"unit_id": province}));
        let made = id(&admin.post("/targets", good.clone()).await.created());
        admin.post("/targets", of_unit.clone()).await.created();
        for twice in [good.clone(), of_unit, with(good.clone(), json!({"percent": "70.00"}))] {
            let problem = admin.post("/targets", twice).await.refused(422, "duplicate_code");
            assert_eq!(faults(&problem), at(&[("/date", "duplicate_code")]));
        }
        let path = format!("/targets/{made}");
        admin.patch(&path, json!({"unit_id": province})).await.refused(422, "duplicate_code");
        admin.patch(&path, json!({"percent": "65.00"})).await.ok();
        admin.post("/targets", with(good.clone(), json!({"date": "2024-10-31"}))).await.created();
        admin.post("/targets", with(good, json!({"budget_year": 2023}))).await.created();
    }
}

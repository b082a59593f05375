use serde_json::{Value, json};

use super::reference::{agency, at, faults, id, person, province, unit};
use crate::support::app::both;
use crate::support::builders::{decision, with};

both! {
    async fn a_task_force_has_one_head_and_members(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        let office = agency(&admin, "SKH", province).await;
        let (an, binh, chi) = (person(&admin, "An", office).await, person(&admin, "Bình", office).await, person(&admin, "Chi", office).await);
        let body = json!({"unit_id": province, "standing_agency_id": office, "decision": decision(), "valid_from": "2024-01-01", "valid_to": null,
            "members": [{"person_id": an, "role": "head"}, {"person_id": binh, "role": "deputy"}]});
        let made = admin.post("/task-forces", body.clone()).await.created();
        let members = json!([{"person_id": an, "full_name": "An", "role": "head"}, {"person_id": binh, "full_name": "Bình", "role": "deputy"}]);
        assert_eq!(made, with(with(body, json!({"members": members})), json!({"id": made["id"]})));
        let path = format!("/task-forces/{}", made["id"]);
        let changed = admin.patch(&path, json!({"members": [{"person_id": chi, "role": "head"}, {"person_id": an, "role": "member"}], "standing_agency_id": null})).await.ok();
        assert_eq!(changed["members"], json!([{"person_id": chi, "full_name": "Chi", "role": "head"}, {"person_id": an, "full_name": "An", "role": "member"}]));
        assert_eq!(changed["standing_agency_id"], Value::Null);
        assert_eq!(admin.get(&path).await.ok(), changed);
        // Leaving the members out leaves them alone.
        assert_eq!(admin.patch(&path, json!({"valid_to": "2024-12-31"})).await.ok()["members"], changed["members"]);
        for (query, found) in [("as_of=2023-12-31", 0), ("as_of=2024-12-31", 1), ("as_of=2025-01-01", 0), ("unit_id=1", 1), ("unit_id=2", 0)] {
            let rows = admin.get(&format!("/task-forces?{query}")).await.ok();
            assert_eq!(rows["data"].as_array().expect("rows").len(), found, "{query}");
        }
    }

    async fn a_unit_has_one_task_force_at_a_time(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        let office = agency(&admin, "SKH", province).await;
        let an = person(&admin, "An", office).await;
        let body = |from: Value, to: Value| json!({"unit_id": province, "decision": decision(), "valid_from": from, "valid_to": to,
            "members": [{"person_id": an, "role": "head"}]});
        let first = id(&admin.post("/task-forces", body(json!(null), json!("2024-06-30"))).await.created());
        for (from, to) in [(json!(null), json!(null)), (json!("2024-06-30"), json!(null)), (json!("2020-01-01"), json!("2020-12-31"))] {
            let problem = admin.post("/task-forces", body(from, to)).await.refused(422, "duplicate_code");
            assert_eq!(faults(&problem), at(&[("/unit_id", "duplicate_code")]));
        }
        admin.post("/task-forces", body(json!("2024-07-01"), json!(null))).await.created();
        admin.patch(&format!("/task-forces/{first}"), json!({"valid_to": null})).await.refused(422, "duplicate_code");
        let problem = admin.patch(&format!("/task-forces/{first}"), json!({"valid_from": "2024-07-01"})).await.refused(422, "out_of_range");
        assert_eq!(faults(&problem), at(&[("/valid_to", "out_of_range")]));
    }

    async fn every_fault_of_a_task_force_is_named(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        let office = agency(&admin, "SKH", province).await;
        let (an, binh) = (person(&admin, "An", office).await, person(&admin, "Bình", office).await);
        let good = json!({"unit_id": province, "decision": decision(), "members": [{"person_id": an, "role": "head"}]});
        for (members, expected) in [
            (json!([{"person_id": an, "role": "member"}]), vec![("/members", "invalid")]),
            (json!([{"person_id": an, "role": "head"}, {"person_id": binh, "role": "head"}]), vec![("/members", "invalid")]),
            (json!([{"person_id": an, "role": "head"}, {"person_id": an, "role": "member"}]), vec![("/members/1/person_id", "invalid")]),
            (json!([{"person_id": an, "role": "head"}, {"person_id": 999, "role": "member"}]), vec![("/members/1/person_id", "invalid")]),
            (json!([{"person_id": an, "role": "boss"}]), vec![("/members/0/role", "invalid")]),
        ] {
            let problem = admin.post("/task-forces", with(good.clone(), json!({"members": members}))).await.refused(422, "invalid");
            assert_eq!(faults(&problem), at(&expected), "{members}");
        }
        admin.post("/task-forces", with(good.clone(), json!({"members": []}))).await.refused(422, "required");
        let bad = with(good, json!({"unit_id": 999, "standing_agency_id": 999, "valid_from": "2024-01-02", "valid_to": "2024-01-01"}));
        let problem = admin.post("/task-forces", bad).await.refused(422, "out_of_range");
        assert_eq!(faults(&problem), at(&[("/standing_agency_id", "invalid"), ("/unit_id", "invalid"), ("/valid_to", "out_of_range")]));
    }

    async fn a_task_force_belongs_to_the_scope_of_its_unit(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        let (here, there) = (unit(&admin, "H1", "district", province).await, unit(&admin, "H2", "district", province).await);
        let office = agency(&admin, "SKH", province).await;
        let an = person(&admin, "An", office).await;
        let scoped = app.user(None, json!([{"role": "admin", "unit_id": here}])).await;
        let body = |unit: i64| json!({"unit_id": unit, "decision": decision(), "members": [{"person_id": an, "role": "head"}]});
        let mine = id(&scoped.post("/task-forces", body(here)).await.created());
        scoped.post("/task-forces", body(there)).await.refused(404, "not_found");
        scoped.patch(&format!("/task-forces/{mine}"), json!({"unit_id": there})).await.refused(404, "not_found");
        let other = id(&admin.post("/task-forces", body(there)).await.created());
        scoped.patch(&format!("/task-forces/{other}"), json!({"valid_to": "2025-01-01"})).await.refused(404, "not_found");
    }
}

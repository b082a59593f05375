use serde_json::json;

use super::reference::{at, faults, id, province, unit};
use crate::support::app::both;

both! {
    async fn funding_sources_form_a_tree(app: TestApp) {
        let admin = app.admin();
        let make = |code: &str, parent: Option<i64>| {
            json!({"code": code, "name": format!("Nguồn {code}"), "parent_id": parent, "budget_level": "central", "origin": "domestic"})
        };
        let root = admin.post("/funding-sources", make("NSTW", None)).await.created();
        assert_eq!(root, json!({"id": root["id"], "code": "NSTW", "name": "Nguồn NSTW", "parent_id": null, "budget_level": "central",
            "origin": "domestic", "valid_from": null, "valid_to": null}));
        let child = id(&admin.post("/funding-sources", make("NSTW-1", Some(id(&root)))).await.created());
        let grandchild = id(&admin.post("/funding-sources", make("NSTW-1-A", Some(child))).await.created());
        for below in [id(&root), child, grandchild] {
            let problem = admin.patch(&format!("/funding-sources/{}", id(&root)), json!({"parent_id": below})).await.refused(422, "invalid");
            assert_eq!(faults(&problem), at(&[("/parent_id", "invalid")]));
        }
        let moved = admin.patch(&format!("/funding-sources/{grandchild}"), json!({"parent_id": root["id"]})).await.ok();
        assert_eq!(moved["parent_id"], root["id"]);
        let rows = admin.get(&format!("/funding-sources?parent_id={}", root["id"])).await.ok();
        assert_eq!(rows["data"].as_array().expect("rows").len(), 2);
        assert_eq!(admin.patch(&format!("/funding-sources/{grandchild}"), json!({"parent_id": null})).await.ok()["parent_id"], json!(null));
    }

    async fn every_fault_of_a_funding_source_is_named(app: TestApp) {
        let admin = app.admin();
        let good = json!({"code": "ODA", "name": "Vốn ODA", "budget_level": "province", "origin": "foreign"});
        admin.post("/funding-sources", good).await.created();
        let bad = json!({"code": "ODA", "name": "x", "parent_id": 99, "budget_level": "province", "origin": "foreign",
            "valid_from": "2025-01-02", "valid_to": "2025-01-01"});
        let problem = admin.post("/funding-sources", bad).await.refused(422, "duplicate_code");
        assert_eq!(faults(&problem), at(&[("/code", "duplicate_code"), ("/parent_id", "invalid"), ("/valid_to", "out_of_range")]));
        let bad = json!({"code": "x", "name": "x", "budget_level": "world", "origin": "", "valid_from": "2023-02-29", "valid_to": "9999-01-01"});
        let problem = admin.post("/funding-sources", bad).await.refused(422, "invalid");
        assert_eq!(faults(&problem), at(&[("/budget_level", "invalid"), ("/origin", "invalid"), ("/valid_from", "invalid"), ("/valid_to", "out_of_range")]));
    }

    async fn a_funding_source_is_listed_while_it_is_valid(app: TestApp) {
        let admin = app.admin();
        let body = json!({"code": "TPCP", "name": "Trái phiếu", "budget_level": "central", "origin": "domestic", "valid_from": "2021-01-01", "valid_to": "2025-12-31"});
        admin.post("/funding-sources", body).await.created();
        for (query, found) in [("", 1), ("?as_of=2020-12-31", 0), ("?as_of=2021-01-01", 1), ("?as_of=2025-12-31", 1), ("?as_of=2026-01-01", 0), ("?code=X", 0)] {
            let rows = admin.get(&format!("/funding-sources{query}")).await.ok();
            assert_eq!(rows["data"].as_array().expect("rows").len(), found, "{query}");
        }
    }

    async fn only_who_answers_for_everything_changes_funding_sources(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        let district = unit(&admin, "H1", "district", province).await;
        let scoped = app.user(None, json!([{"role": "admin", "unit_id": district}])).await;
        let body = json!({"code": "X", "name": "x", "budget_level": "province", "origin": "foreign"});
        scoped.post("/funding-sources", body.clone()).await.refused(403, "forbidden");
        let made = id(&admin.post("/funding-sources", body).await.created());
        scoped.patch(&format!("/funding-sources/{made}"), json!({"name": "y"})).await.refused(403, "forbidden");
        // A second province beside the own one takes no rights away.
        admin.post("/administrative-units", json!({"code": "24", "name": "Tỉnh Bắc Giang", "level": "province"})).await.created();
        admin.patch(&format!("/funding-sources/{made}"), json!({"name": "y"})).await.ok();
    }
}

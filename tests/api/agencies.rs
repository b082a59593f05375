use serde_json::{Value, json};

use super::reference::{agency, at, faults, id, province, unit, walk};
use crate::support::app::both;

both! {
    async fn agencies_are_kept_by_administrators(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        let body = json!({"code": "SXD", "name": "Sở Xây dựng", "kind": "department", "unit_id": province});
        let made = admin.post("/agencies", body.clone()).await.created();
        let mut expected = json!({"id": made["id"]});
        expected.as_object_mut().expect("an object").extend(body.as_object().expect("an object").clone());
        assert_eq!(made, expected);
        let path = format!("/agencies/{}", made["id"]);
        let changed = admin.patch(&path, json!({"name": "Sở Giao thông", "kind": "other"})).await.ok();
        assert_eq!((&changed["name"], &changed["kind"], &changed["code"]), (&json!("Sở Giao thông"), &json!("other"), &json!("SXD")));
        assert_eq!(admin.get(&path).await.ok(), changed);
        assert_eq!(admin.request(reqwest::Method::DELETE, &path).send().await.expect("an answer").status(), 405);
        admin.get("/agencies/999").await.refused(404, "not_found");
    }

    async fn every_fault_of_an_agency_is_named(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        agency(&admin, "SXD", province).await;
        let twin = json!({"code": "SXD", "name": "x", "kind": "pmu", "unit_id": 999});
        let problem = admin.post("/agencies", twin).await.refused(422, "duplicate_code");
        assert_eq!(faults(&problem), at(&[("/code", "duplicate_code"), ("/unit_id", "invalid")]));
        let problem = admin.post("/agencies", json!({"code": "A\u{0}B", "name": "Sở\u{200b}Y tế", "kind": "club", "unit_id": "1"})).await.refused(422, "invalid");
        assert_eq!(faults(&problem), at(&[("/code", "invalid"), ("/kind", "invalid"), ("/name", "invalid"), ("/unit_id", "invalid")]));
        let long = json!({"code": "x".repeat(51), "name": "y".repeat(301), "kind": "pmu", "unit_id": 0});
        let problem = admin.post("/agencies", long).await.refused(422, "out_of_range");
        assert_eq!(faults(&problem), at(&[("/code", "out_of_range"), ("/name", "out_of_range"), ("/unit_id", "out_of_range")]));
        let problem = admin.patch("/agencies/1", json!({"code": null})).await.refused(422, "required");
        assert_eq!(faults(&problem), at(&[("/code", "required")]));
    }

    async fn names_are_kept_in_one_form_and_found_without_marks(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        // "Sở Kế hoạch" and the code "KHĐT" with their marks apart (NFD).
        let body = json!({"code": "SỞ", "name": "So\u{31b}\u{309} Kê\u{301} hoa\u{323}ch", "kind": "department", "unit_id": province});
        let made = admin.post("/agencies", body).await.created();
        assert_eq!(made["name"], "Sở Kế hoạch");
        let twin = json!({"code": "SO\u{31b}\u{309}", "name": "x", "kind": "department", "unit_id": province});
        admin.post("/agencies", twin).await.refused(422, "duplicate_code");
        agency(&admin, "100%", province).await;
        for (query, found) in [("q=so%20ke%20hoach", 1), ("q=S%E1%BB%9F", 1), ("q=%25", 1), ("q=_", 0), ("code=S%E1%BB%9E", 1),
            ("code=S%E1%BB%9E,100%25", 2), ("code=S%E1%BB%9E&code=100%25", 2), ("code=SO", 0), ("unit_id=999", 0)] {
            let page = admin.get(&format!("/agencies?{query}")).await.ok();
            assert_eq!(page["data"].as_array().expect("rows").len(), found, "{query}");
        }
    }

    async fn a_walk_meets_every_row_once_while_others_are_added(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        for code in ["A01", "A03", "A05", "A07", "A09"] {
            agency(&admin, code, province).await;
        }
        let first = admin.get("/agencies?limit=2").await;
        assert!(first.header("link").contains("rel=\"next\""), "{:?}", first.headers);
        let first = first.ok();
        let codes = |page: &Value| -> Vec<String> {
            page["data"].as_array().expect("rows").iter().map(|row| row["code"].as_str().expect("a code").to_owned()).collect()
        };
        assert_eq!(codes(&first), ["A01", "A03"]);
        agency(&admin, "A00", province).await;
        agency(&admin, "A04", province).await;
        let cursor = first["next_cursor"].as_str().expect("a cursor");
        let second = admin.get(&format!("/agencies?limit=3&cursor={cursor}")).await.ok();
        assert_eq!(codes(&second), ["A04", "A05", "A07"]);
        let all = walk(&admin, "/agencies?limit=1").await;
        assert_eq!(all.len(), 7);
        let mut ids: Vec<i64> = all.iter().map(id).collect();
        ids.dedup();
        assert_eq!(ids.len(), 7);
        admin.get(&format!("/agencies?cursor=A{cursor}")).await.refused(400, "bad_cursor");
        admin.get(&format!("/people?cursor={cursor}")).await.refused(400, "bad_cursor");
        for limit in ["0", "201", "-1"] {
            admin.get(&format!("/agencies?limit={limit}")).await.refused(422, "out_of_range");
        }
        admin.get("/agencies?colour=red").await.refused(422, "unknown_field");
        admin.get("/agencies?q=a%00b").await.refused(422, "invalid");
    }

    async fn an_agency_is_changed_by_those_who_answer_for_its_unit_only(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        let here = unit(&admin, "H1", "district", province).await;
        let there = unit(&admin, "H2", "district", province).await;
        let (mine, other) = (agency(&admin, "MINE", here).await, agency(&admin, "OTHER", there).await);
        let scoped = app.user(None, json!([{"role": "admin", "unit_id": here}])).await;
        scoped.patch(&format!("/agencies/{mine}"), json!({"name": "Mới"})).await.ok();
        scoped.patch(&format!("/agencies/{other}"), json!({"name": "Mới"})).await.refused(404, "not_found");
        scoped.patch(&format!("/agencies/{mine}"), json!({"unit_id": there})).await.refused(404, "not_found");
        let body = json!({"code": "X", "name": "x", "kind": "pmu", "unit_id": there});
        scoped.post("/agencies", body).await.refused(404, "not_found");
        let reader = app.user(None, json!([{"role": "viewer", "unit_id": province}, {"role": "admin", "unit_id": here}])).await;
        reader.patch(&format!("/agencies/{other}"), json!({"name": "Mới"})).await.refused(403, "forbidden");
        let viewer = app.user(None, json!([{"role": "viewer", "unit_id": province}])).await;
        viewer.patch(&format!("/agencies/{mine}"), json!({"name": "Mới"})).await.refused(403, "forbidden");
        viewer.get(&format!("/agencies/{mine}")).await.ok();
        let office = app.user(None, json!([{"role": "admin", "agency_id": mine}])).await;
        office.patch(&format!("/agencies/{mine}"), json!({"name": "Tên khác"})).await.ok();
        office.patch(&format!("/agencies/{other}"), json!({"name": "Mới"})).await.refused(404, "not_found");
    }
}

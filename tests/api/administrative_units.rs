use serde_json::{Value, json};

use super::reference::{at, faults, id, province, unit};
use crate::support::app::{Client, both};

async fn codes(client: &Client, query: &str) -> Vec<String> {
    let rows = client
        .get(&format!("/administrative-units?{query}"))
        .await
        .ok();
    let rows = rows["data"].as_array().expect("rows").clone();
    rows.iter()
        .map(|row| row["code"].as_str().expect("a code").to_owned())
        .collect()
}

both! {
    async fn a_unit_belongs_to_one_above_it(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        let body = json!({"code": "193", "name": "Thành phố Hạ Long", "level": "district", "parent_id": province, "valid_from": null, "valid_to": "2025-06-30"});
        let made = admin.post("/administrative-units", body).await.created();
        assert_eq!(made, json!({"id": made["id"], "code": "193", "name": "Thành phố Hạ Long", "level": "district", "parent_id": province,
            "valid_from": null, "valid_to": "2025-06-30"}));
        let commune = unit(&admin, "06652", "commune", id(&made)).await;
        for (level, parent) in [("province", id(&made)), ("district", id(&made)), ("district", commune), ("commune", commune), ("commune", 999)] {
            let body = json!({"code": "x", "name": "x", "level": level, "parent_id": parent});
            let problem = admin.post("/administrative-units", body).await.refused(422, "invalid");
            assert_eq!(faults(&problem), at(&[("/parent_id", "invalid")]), "{level} {parent}");
        }
        let problem = admin.post("/administrative-units", json!({"code": "22", "name": "x", "level": "commune", "valid_from": "2025-02-01", "valid_to": "2025-01-31"})).await;
        assert_eq!(faults(&problem.refused(422, "out_of_range")), at(&[("/code", "duplicate_code"), ("/parent_id", "required"), ("/valid_to", "out_of_range")]));
        let late = json!({"code": "x", "name": "x", "level": "commune", "parent_id": made["id"], "valid_from": "2025-07-01"});
        let problem = admin.post("/administrative-units", late).await.refused(422, "invalid");
        assert_eq!(faults(&problem), at(&[("/parent_id", "invalid")]));
    }

    async fn three_levels_and_two_stand_side_by_side_by_date(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        app.today("2025-06-15");
        let district = unit(&admin, "193", "district", province).await;
        let old = unit(&admin, "06652", "commune", district).await;
        let direct = unit(&admin, "06700", "commune", province).await;
        let path = format!("/administrative-units/{old}");
        let moved = admin.patch(&path, json!({"parent_id": province, "effective_date": "2025-07-01"})).await.ok();
        assert_eq!(moved["parent_id"], district);
        admin.patch(&format!("/administrative-units/{district}"), json!({"valid_to": "2025-06-30"})).await.ok();
        for (day, children, below) in [("2025-06-30", vec!["193", "06700"], vec!["06652"]), ("2025-07-01", vec!["06652", "06700"], vec![])] {
            assert_eq!(codes(&admin, &format!("as_of={day}&parent_id={province}")).await, children, "{day}");
            assert_eq!(codes(&admin, &format!("as_of={day}&parent_id={district}")).await, below, "{day}");
        }
        assert_eq!(codes(&admin, "level=commune").await, ["06652", "06700"]);
        assert_eq!(codes(&admin, "level=commune,province&as_of=2025-07-01").await, ["06652", "06700", "22"]);
        assert_eq!(codes(&admin, "code=193&as_of=2025-07-01").await, Vec::<String>::new());
        assert_eq!(codes(&admin, "code=193").await, ["193"]);
        let row = |rows: Value| rows["data"][0]["parent_id"].clone();
        assert_eq!(row(admin.get("/administrative-units?code=06652&as_of=2025-06-30").await.ok()), district);
        assert_eq!(row(admin.get("/administrative-units?code=06652&as_of=2025-07-01").await.ok()), province);
        app.today("2025-07-01");
        assert_eq!(admin.get(&path).await.ok()["parent_id"], province);
        assert_eq!(admin.get(&format!("/administrative-units/{direct}")).await.ok()["parent_id"], province);
        let gone = admin.patch(&path, json!({"parent_id": district})).await.refused(422, "invalid");
        assert_eq!(faults(&gone), at(&[("/parent_id", "invalid")]));
    }

    async fn a_parent_may_be_corrected_on_its_first_day(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        let (one, two) = (unit(&admin, "1", "district", province).await, unit(&admin, "2", "district", province).await);
        let commune = unit(&admin, "3", "commune", one).await;
        let path = format!("/administrative-units/{commune}");
        for parent in [two, one, province] {
            assert_eq!(admin.patch(&path, json!({"parent_id": parent})).await.ok()["parent_id"], parent);
        }
        assert_eq!(codes(&admin, &format!("parent_id={one}&as_of=2024-06-29")).await, ["3"]);
        assert_eq!(codes(&admin, &format!("parent_id={province}&as_of=2024-06-30&level=commune")).await, ["3"]);
        admin.patch(&path, json!({"parent_id": null})).await.refused(422, "required");
    }

    async fn a_unit_to_come_may_change_its_parent_before_it_begins(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        let district = unit(&admin, "1", "district", province).await;
        let body = json!({"code": "2", "name": "x", "level": "commune", "parent_id": district, "valid_from": "2025-07-01"});
        let commune = admin.post("/administrative-units", body).await.created();
        let path = format!("/administrative-units/{}", commune["id"]);
        assert_eq!(admin.patch(&path, json!({"parent_id": province})).await.ok()["parent_id"], province);
        for day in ["2025-06-30", "2025-07-01", "2030-01-01"] {
            let row = admin.get(&format!("/administrative-units?code=2&as_of={day}")).await.ok();
            let parents: Vec<&Value> = row["data"].as_array().expect("rows").iter().map(|row| &row["parent_id"]).collect();
            let expected = if day < "2025-07-01" { vec![] } else { vec![json!(province)] };
            assert_eq!(parents, expected.iter().collect::<Vec<_>>(), "{day}");
        }
    }

    async fn a_code_is_used_again_after_a_reform(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        let make = |name: &str, from: Value, to: Value| json!({"code": "06658", "name": name, "level": "commune", "parent_id": province, "valid_from": from, "valid_to": to});
        let old = admin.post("/administrative-units", make("Phường Bãi Cháy cũ", json!(null), json!("2025-06-30"))).await.created();
        let overlap = admin.post("/administrative-units", make("Phường Bãi Cháy", json!("2025-06-30"), json!(null))).await;
        assert_eq!(faults(&overlap.refused(422, "duplicate_code")), at(&[("/code", "duplicate_code")]));
        let new = admin.post("/administrative-units", make("Phường Bãi Cháy", json!("2025-07-01"), json!(null))).await.created();
        for (id, change) in [(&old["id"], json!({"valid_to": null})), (&new["id"], json!({"valid_from": null}))] {
            admin.patch(&format!("/administrative-units/{id}"), change).await.refused(422, "duplicate_code");
        }
        assert_eq!(codes(&admin, "code=06658").await.len(), 2);
        let now = admin.get("/administrative-units?code=06658&as_of=2025-07-01").await.ok();
        assert_eq!(now["data"], json!([new]));
    }

    async fn a_level_must_fit_those_above_and_below(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        let district = unit(&admin, "193", "district", province).await;
        unit(&admin, "06652", "commune", district).await;
        for level in ["commune", "province"] {
            let problem = admin.patch(&format!("/administrative-units/{district}"), json!({"level": level})).await.refused(422, "invalid");
            assert_eq!(faults(&problem), at(&[("/level", "invalid")]), "{level}");
        }
    }

    async fn units_are_changed_by_who_answers_for_what_is_above(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        let (here, there) = (unit(&admin, "1", "district", province).await, unit(&admin, "2", "district", province).await);
        let commune = unit(&admin, "3", "commune", here).await;
        let scoped = app.user(None, json!([{"role": "admin", "unit_id": here}])).await;
        scoped.patch(&format!("/administrative-units/{commune}"), json!({"name": "Mới"})).await.ok();
        scoped.patch(&format!("/administrative-units/{here}"), json!({"name": "Mới"})).await.refused(403, "forbidden");
        scoped.patch(&format!("/administrative-units/{there}"), json!({"name": "Mới"})).await.refused(404, "not_found");
        scoped.patch(&format!("/administrative-units/{commune}"), json!({"parent_id": there})).await.refused(404, "not_found");
        unit(&scoped, "4", "commune", here).await;
        let body = json!({"code": "5", "name": "x", "level": "commune", "parent_id": there});
        scoped.post("/administrative-units", body).await.refused(404, "not_found");
        scoped.post("/administrative-units", json!({"code": "5", "name": "x", "level": "province"})).await.refused(403, "forbidden");
        scoped.get(&format!("/administrative-units/{there}")).await.ok();
    }

    async fn two_at_once_cannot_take_one_code(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        let body = json!({"code": "777", "name": "x", "level": "commune", "parent_id": province});
        let tries = (0..6).map(|_| admin.post("/administrative-units", body.clone()));
        let answers = futures_util::future::join_all(tries).await;
        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 422, 422, 422, 422, 422]);
    }
}

use serde_json::json;

use super::reference::{agency, at, faults, id, person, province, unit, walk};
use crate::support::app::both;

both! {
    async fn people_are_kept_by_administrators(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        let office = agency(&admin, "SXD", province).await;
        let body = json!({"full_name": "Nguyê\u{303}n Văn Đường", "position": "Giám đốc", "agency_id": office, "email": "Duong.NV@QuangNinh.gov.VN"});
        let made = admin.post("/people", body).await.created();
        assert_eq!(made, json!({"id": made["id"], "full_name": "Nguyễn Văn Đường", "position": "Giám đốc", "agency_id": office,
            "email": "Duong.NV@quangninh.gov.vn", "phone": null}));
        let path = format!("/people/{}", made["id"]);
        assert_eq!(admin.patch(&path, json!({"phone": "0203 3835 678"})).await.ok()["phone"], "0203 3835 678");
        assert_eq!(admin.patch(&path, json!({"phone": null})).await.ok()["phone"], json!(null));
        assert_eq!(admin.get(&path).await.ok(), made);
        assert_eq!(admin.get("/people?q=van+duong").await.ok()["data"], json!([made]));
        assert_eq!(admin.get("/people?q=duong+van").await.ok()["data"], json!([]));
        admin.get("/people?code=1").await.refused(422, "unknown_field");
    }

    async fn people_are_listed_in_vietnamese_order(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        let office = agency(&admin, "SXD", province).await;
        for name in ["Đỗ An", "Ân Hà", "Dương An", "An Hà", "Ăn Hà", "An Hạ"] {
            person(&admin, name, office).await;
        }
        let names: Vec<String> = walk(&admin, "/people?limit=2").await.iter()
            .map(|row| row["full_name"].as_str().expect("a name").to_owned()).collect();
        assert_eq!(names, ["An Hà", "An Hạ", "Ăn Hà", "Ân Hà", "Dương An", "Đỗ An"]);
    }

    async fn an_address_that_takes_no_mail_is_refused(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        let office = agency(&admin, "SXD", province).await;
        for email in ["lan", "lan@", "lan@localhost", "lan@a.vn,x@b.vn", "<lan@a.vn>", "lan@a.vn\r\nBcc: x@b.vn", "lân@a.vn"] {
            let body = json!({"full_name": "Lan", "position": "CV", "agency_id": office, "email": email});
            let problem = admin.post("/people", body).await.refused(422, "invalid");
            assert_eq!(faults(&problem), at(&[("/email", "invalid")]), "{email}");
        }
        let body = json!({"full_name": "Lan", "position": "CV", "agency_id": 999, "email": "x"});
        let problem = admin.post("/people", body).await.refused(422, "invalid");
        assert_eq!(faults(&problem), at(&[("/agency_id", "invalid"), ("/email", "invalid")]));
        let problem = admin.post("/people", json!({})).await.refused(422, "required");
        assert_eq!(faults(&problem).len(), 4);
    }

    async fn people_of_other_units_are_out_of_reach(app: TestApp) {
        let (admin, province) = (app.admin(), province(&app).await);
        let here = unit(&admin, "H1", "district", province).await;
        let there = unit(&admin, "H2", "district", province).await;
        let (mine, other) = (agency(&admin, "MINE", here).await, agency(&admin, "OTHER", there).await);
        let (an, binh) = (person(&admin, "An", mine).await, person(&admin, "Bình", other).await);
        let scoped = app.user(None, json!([{"role": "admin", "unit_id": here}])).await;
        scoped.patch(&format!("/people/{an}"), json!({"position": "Phó phòng"})).await.ok();
        scoped.patch(&format!("/people/{an}"), json!({"agency_id": other})).await.refused(404, "not_found");
        scoped.patch(&format!("/people/{binh}"), json!({"position": "x"})).await.refused(404, "not_found");
        let new = scoped.post("/people", json!({"full_name": "Chi", "position": "CV", "agency_id": mine, "email": "chi@a.vn"})).await.created();
        assert!(id(&new) > binh);
    }
}

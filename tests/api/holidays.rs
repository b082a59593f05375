use serde_json::json;

use crate::support::app::both;

both! {
    async fn holidays_are_kept_by_the_administrator(app: TestApp) {
        let admin = app.admin();
        let tet = admin.post("/holidays", json!({"date": "2025-01-29", "name": "Mùng 1 Tết"})).await.created();
        assert_eq!(tet, json!({"id": tet["id"], "date": "2025-01-29", "name": "Mùng 1 Tết"}));
        let path = format!("/holidays/{}", tet["id"]);

        let moved = admin.patch(&path, json!({"date": "2025-01-28"})).await.ok();
        assert_eq!(moved["date"], "2025-01-28");
        assert_eq!(admin.get(&path).await.ok(), moved);
        assert_eq!(admin.get("/holidays").await.ok()["data"], json!([moved]));
        admin.post("/holidays", json!({"date": "2025-01-28", "name": "x"})).await.refused(422, "duplicate_code");
    }

    async fn all_faults_come_at_once(app: TestApp) {
        let problem = app.admin().post("/holidays", json!({"date": "2023-02-29", "extra": 1})).await.refused(422, "invalid");
        let mut faults: Vec<(String, String)> = problem["errors"].as_array().expect("a list").iter()
            .map(|fault| (fault["pointer"].to_string(), fault["code"].to_string())).collect();
        faults.sort();
        let expected = [("\"/date\"", "\"invalid\""), ("\"/extra\"", "\"unknown_field\""), ("\"/name\"", "\"required\"")];
        assert_eq!(faults, expected.map(|(at, code)| (at.to_owned(), code.to_owned())));
        assert_eq!(app.admin().get("/holidays").await.ok()["data"], json!([]));
    }

    async fn a_stale_change_is_refused(app: TestApp) {
        let admin = app.admin();
        let tet = admin.post("/holidays", json!({"date": "2025-01-29", "name": "Tết"})).await.created();
        let path = format!("/holidays/{}", tet["id"]);
        let tag = admin.get(&path).await.header("etag").to_owned();
        let change = |name: &str| {
            let request = admin.request(reqwest::Method::PATCH, &path).header("If-Match", &tag);
            crate::support::app::Answer::of(request.json(&json!({"name": name})))
        };
        change("Tết Nguyên đán").await.ok();
        change("Tết Ất Tỵ").await.refused(412, "stale_version");
        let again = admin.request(reqwest::Method::GET, &path).header("If-None-Match", admin.get(&path).await.header("etag"));
        assert_eq!(crate::support::app::Answer::of(again).await.status, 304);
    }
}

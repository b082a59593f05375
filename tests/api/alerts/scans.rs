use serde_json::json;

use super::watch::{Watch, counts};
use crate::support::app::both;
use crate::support::builders::user_with;

const RULES: &[&str] = &["schedule_overdue"];

both! {
    async fn the_same_day_and_data_change_nothing(app: TestApp) {
        let watch = Watch::with_line(&app, &["schedule_overdue", "missing_leader", "stale_data", "missing_task_force"]).await;
        watch.end_force(watch.district_force, "2024-03-31").await;
        let first = watch.scan(&app, "2024-04-08").await;
        assert!(first["raised"].as_i64() > Some(1), "{first}");
        let (alerts, mails) = (watch.list("").await, watch.mails().await);
        assert_eq!(counts(&watch.scan(&app, "2024-04-08").await), [0; 6]);
        assert_eq!((watch.list("").await, watch.mails().await), (alerts, mails));
    }

    async fn scans_go_forward_and_never_beyond_today(app: TestApp) {
        let watch = Watch::with_line(&app, RULES).await;
        app.today("2024-05-01");
        let scan = |as_of: &str| watch.admin.post("/alerts/scans", json!({"as_of": as_of}));
        let refused = scan("2024-05-02").await.refused(422, "future_date");
        assert_eq!(refused["errors"][0]["pointer"], "/as_of");
        assert_eq!(scan("2024-04-01").await.ok()["raised"], 1);
        scan("2024-03-31").await.refused(409, "scan_goes_backwards");
        assert_eq!(scan("2024-04-08").await.ok()["escalated"], 1);
        assert_eq!(watch.admin.post("/alerts/scans", json!({})).await.ok()["as_of"], "2024-05-01");
        let officer = user_with(&app, "officer", Some(watch.world.province), None, None);
        officer.post("/alerts/scans", json!({})).await.refused(403, "forbidden");
    }

    async fn two_scans_at_once_raise_once(app: TestApp) {
        let watch = Watch::with_line(&app, RULES).await;
        app.today("2024-04-01");
        let scans = (0..4).map(|_| watch.admin.post("/alerts/scans", json!({})));
        let outcomes = futures_util::future::join_all(scans).await;
        let mut raised: Vec<i64> = outcomes.into_iter().map(|answer| answer.ok()["raised"].as_i64().unwrap()).collect();
        raised.sort();
        assert_eq!(raised, [0, 0, 0, 1]);
        assert_eq!(watch.mails().await.len(), 2);
        assert_eq!(watch.list("").await.len(), 1);
    }

    async fn after_the_deadline_a_lines_alerts_end_with_what_lapsed(app: TestApp) {
        let watch = Watch::with_line(&app, &["schedule_overdue", "advance_overdue", "no_disbursement"]).await;
        let advance = json!({"funding_source_id": watch.world.source, "budget_year": 2024, "kind": "advance",
            "gross_amount": 100, "posted_on": "2024-03-01", "voucher_number": "TU1"});
        watch.world.log(watch.world.project, advance).await;
        watch.scan(&app, "2024-07-01").await;
        assert_eq!(watch.list("state=live").await.len(), 2);
        assert_eq!(watch.scan(&app, "2025-01-31").await["resolved"], 0);
        let outcome = watch.scan(&app, "2025-02-03").await;
        assert_eq!((&outcome["raised"], &outcome["resolved"]), (&json!(0), &json!(1)));
        let ended = watch.list("rule=schedule_overdue").await.remove(0);
        assert_eq!((&ended["resolution"], &ended["facts"]["lapsed"]), (&json!("period_ended"), &json!(750)));
        let live = watch.list("state=live").await;
        assert_eq!((live.len(), &live[0]["rule"]), (1, &json!("advance_overdue")));
        assert_eq!(counts(&watch.scan(&app, "2025-06-02").await)[0], 0);
    }

    async fn a_project_without_leader_is_for_the_nearest_coordinators(app: TestApp) {
        let watch = Watch::new(&app, &["missing_leader"]).await;
        let near = watch.person("Hồ Thị Gần").await;
        let far = watch.person("Đinh Văn Xa").await;
        user_with(&app, "coordinator", Some(watch.world.district), None, Some(near));
        user_with(&app, "coordinator", Some(watch.world.province), None, Some(far));
        watch.world.plan(watch.world.project, 1000).await;
        assert_eq!(counts(&watch.scan(&app, "2024-01-02").await), [1, 0, 0, 0, 0, 1]);
        assert_eq!(watch.mails().await, [("Hồ Thị Gần".to_owned(), "raised".to_owned())]);
        assert_eq!(watch.live().await["responsible"], json!(null));
    }

    async fn a_repeated_scan_with_the_same_key_answers_the_same(app: TestApp) {
        let watch = Watch::with_line(&app, RULES).await;
        app.today("2024-04-01");
        let keyed = |path: &'static str, key: &'static str, body: serde_json::Value| {
            let request = watch.admin.request(reqwest::Method::POST, path).header("Idempotency-Key", key);
            crate::support::app::Answer::of(request.json(&body))
        };
        let first = keyed("/alerts/scans", "k1", json!({})).await;
        assert_eq!(first.header("idempotency-replayed"), "");
        let first = first.ok();
        assert_eq!(first["raised"], 1);
        let again = keyed("/alerts/scans", "k1", json!({})).await;
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(again.ok(), first);
        keyed("/alerts/scans", "k1", json!({"as_of": "2024-04-01"})).await.refused(422, "idempotency_key_reused");
        // A refusal frees the key.
        keyed("/alerts/scans", "k2", json!({"as_of": "2024-04-02"})).await.refused(422, "future_date");
        assert_eq!(keyed("/alerts/scans", "k2", json!({})).await.ok()["raised"], 0);
        let dry = "/alert-policies/schedule_overdue/dry-run";
        let run = keyed(dry, "k1", json!({"from": "2024-03-25", "to": "2024-04-01"})).await.ok();
        let again = keyed(dry, "k1", json!({"from": "2024-03-25", "to": "2024-04-01"})).await;
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(again.ok(), run);
    }
}

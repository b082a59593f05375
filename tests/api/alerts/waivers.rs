use serde_json::json;

use super::watch::{Watch, story};
use crate::support::app::both;
use crate::support::builders::{are, faults};

const RULES: &[&str] = &["schedule_overdue"];

both! {
    async fn a_snooze_ends_and_the_alert_comes_back_at_its_level(app: TestApp) {
        let watch = Watch::with_line(&app, RULES).await;
        watch.scan(&app, "2024-04-01").await;
        let alert = watch.live().await["id"].as_i64().unwrap();
        let path = format!("/alerts/{alert}/snooze");
        for (body, pointer, code) in [
            (json!({"until": "2024-04-01", "reason": "x"}), "/until", "commitment_in_past"),
            (json!({"until": "2024-05-02", "reason": "x"}), "/until", "snooze_too_long"),
            (json!({"until": "2024-04-20"}), "/reason", "reason_required"),
            (json!({"reason": "x"}), "/until", "required"),
        ] {
            let refused = watch.admin.post(&path, body).await.refused(422, code);
            assert_eq!(faults(&refused), are(&[(pointer, code)]));
        }
        let shown = watch.admin.post(&path, json!({"until": "2024-04-20", "reason": "Chờ quyết toán"})).await.ok();
        assert_eq!(shown["commitment"], json!({"date": "2024-04-20", "amount": null, "moved": 0}));
        assert_eq!(watch.scan(&app, "2024-04-19").await["escalated"], 0);
        let outcome = watch.scan(&app, "2024-04-22").await;
        assert_eq!((&outcome["reopened"], &outcome["escalated"]), (&json!(1), &json!(0)));
        let alert = watch.live().await;
        assert_eq!((&alert["level"], &alert["escalates_on"]), (&json!("leader"), &json!("2024-04-29")));
        assert_eq!(story(&alert), ["raised", "snoozed", "snooze_ended", "reopened"]);
    }

    async fn a_waived_alert_stays_away_until_the_fact_grows_by_a_fifth(app: TestApp) {
        let watch = Watch::with_line(&app, RULES).await;
        watch.scan(&app, "2024-04-01").await;
        let first = watch.live().await["id"].as_i64().unwrap();
        let path = format!("/alerts/{first}/waiver");
        watch.admin.post(&path, json!({})).await.refused(422, "reason_required");
        watch.leader(&app).post(&path, json!({"reason": "x"})).await.refused(403, "forbidden");
        let waived = watch.admin.post(&path, json!({"reason": "Hồ sơ đang ở Kho bạc"})).await.ok();
        assert_eq!((&waived["state"], &waived["resolution"]), (&json!("resolved"), &json!("waived")));
        watch.admin.post(&path, json!({"reason": "x"})).await.refused(409, "alert_not_live");
        let snooze = json!({"until": "2024-04-20", "reason": "x"});
        watch.admin.post(&format!("/alerts/{first}/snooze"), snooze).await.refused(409, "alert_not_live");
        assert_eq!(watch.scan(&app, "2024-06-30").await["raised"], 0);
        // A refund of 10 makes 60 late: not above 120 %. One more đồng is.
        let refund = |amount: i64, on: &str| crate::support::builders::with(
            watch.world.payment_body(amount, on, &format!("R{amount}{on}")), json!({"kind": "refund"}));
        watch.world.log(watch.world.project, refund(10, "2024-06-30")).await;
        assert_eq!(watch.scan(&app, "2024-06-30").await["raised"], 0);
        watch.world.log(watch.world.project, refund(1, "2024-06-30")).await;
        assert_eq!(watch.scan(&app, "2024-06-30").await["raised"], 1);
        let woken = watch.live().await;
        assert_eq!((&woken["facts"]["late_amount"], &woken["events"][0]["detail"]["woken"]), (&json!(61), &json!(first)));
    }

    async fn a_waiver_is_over_when_what_it_stood_for_is(app: TestApp) {
        let watch = Watch::with_line(&app, RULES).await;
        watch.scan(&app, "2024-04-01").await;
        let first = watch.live().await["id"].as_i64().unwrap();
        watch.admin.post(&format!("/alerts/{first}/waiver"), json!({"reason": "x"})).await.ok();
        app.today("2024-04-02");
        watch.world.pay(watch.world.project, 50, "2024-04-02").await;
        watch.scan(&app, "2024-04-02").await;
        // 10 of the June item are late: less than was waived, but another delay.
        app.today("2024-06-28");
        watch.world.pay(watch.world.project, 290, "2024-06-28").await;
        assert_eq!(watch.scan(&app, "2024-07-01").await["raised"], 1);
    }
}

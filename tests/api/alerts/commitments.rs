use serde_json::json;

use super::watch::{Watch, counts, story, told};
use crate::support::app::both;
use crate::support::builders::{are, decision, faults};

const RULES: &[&str] = &["schedule_overdue"];

both! {
    async fn while_a_promise_runs_escalation_waits_and_its_steps_are_dropped(app: TestApp) {
        let watch = Watch::with_line(&app, RULES).await;
        watch.scan(&app, "2024-04-01").await;
        let alert = watch.live().await["id"].as_i64().unwrap();
        let leader = watch.leader(&app);
        let body = json!({"commit_date": "2024-04-17", "commit_amount": 50, "note": "Kho bạc đang kiểm soát hồ sơ"});
        let promised = leader.post(&format!("/alerts/{alert}/acknowledgement"), body).await.ok();
        assert_eq!((&promised["state"], &promised["escalates_on"]), (&json!("acknowledged"), &json!(null)));
        assert_eq!(promised["commitment"], json!({"date": "2024-04-17", "amount": 50, "moved": 0}));
        for day in ["2024-04-08", "2024-04-15", "2024-04-17"] {
            let outcome = watch.scan(&app, day).await;
            assert_eq!((&outcome["escalated"], &outcome["reopened"]), (&json!(0), &json!(0)), "{day}");
        }
        // Missed: open again, one level up at once, and the next step five working days later.
        let outcome = watch.scan(&app, "2024-04-18").await;
        assert_eq!(counts(&outcome), [0, 1, 1, 1, 0, 4]);
        let missed = watch.live().await;
        assert_eq!((&missed["state"], &missed["level"], &missed["escalates_on"], &missed["commitment"]),
            (&json!("open"), &json!("commune"), &json!("2024-04-25"), &json!(null)));
        let mut mails = watch.mails().await.split_off(2);
        mails.sort();
        assert_eq!(mails, told(&[("Lý Thị Phó", "commitment_missed"), ("Phạm Văn Xã", "commitment_missed"),
            ("Trần Thị Hà", "commitment_missed"), ("Đỗ Văn Bình", "commitment_missed")]));
        watch.scan(&app, "2024-04-25").await;
        assert_eq!(watch.live().await["level"], "district");
        assert_eq!(story(&watch.live().await), ["raised", "committed", "commitment_missed", "reopened", "escalated", "escalated"]);
    }

    async fn a_kept_promise_that_leaves_something_late_starts_the_rhythm_anew_at_its_level(app: TestApp) {
        let watch = Watch::with_line(&app, RULES).await;
        watch.scan(&app, "2024-04-01").await;
        watch.scan(&app, "2024-04-08").await;
        let alert = watch.live().await["id"].as_i64().unwrap();
        watch.promise(alert, "2024-04-12", 30).await;
        app.today("2024-04-11");
        watch.world.pay(watch.world.project, 30, "2024-04-11").await;
        let outcome = watch.scan(&app, "2024-04-15").await;
        assert_eq!((&outcome["reopened"], &outcome["escalated"]), (&json!(1), &json!(0)));
        let kept = watch.live().await;
        assert_eq!((&kept["state"], &kept["level"], &kept["escalates_on"]), (&json!("open"), &json!("commune"), &json!("2024-04-22")));
        assert!(story(&kept).contains(&"commitment_kept".to_owned()), "{kept:#}");
        watch.scan(&app, "2024-04-22").await;
        assert_eq!(watch.live().await["level"], "district");
    }

    async fn a_promise_counts_what_is_paid_from_its_day_to_its_date(app: TestApp) {
        let watch = Watch::with_line(&app, RULES).await;
        watch.scan(&app, "2024-04-01").await;
        let alert = watch.live().await["id"].as_i64().unwrap();
        watch.promise(alert, "2024-04-04", 40).await;
        // Paid a day late, and more than enough by the day of the scan.
        app.today("2024-04-05");
        watch.world.pay(watch.world.project, 39, "2024-04-04").await;
        watch.world.pay(watch.world.project, 5, "2024-04-05").await;
        let outcome = watch.scan(&app, "2024-04-05").await;
        assert_eq!((&outcome["reopened"], &outcome["escalated"]), (&json!(1), &json!(1)));
    }

    async fn paying_what_is_late_ends_the_alert_with_its_cause(app: TestApp) {
        let watch = Watch::with_line(&app, RULES).await;
        watch.scan(&app, "2024-04-01").await;
        let alert = watch.live().await["id"].as_i64().unwrap();
        watch.promise(alert, "2024-04-10", 50).await;
        app.today("2024-04-03");
        watch.world.pay(watch.world.project, 50, "2024-04-03").await;
        let outcome = watch.scan(&app, "2024-04-03").await;
        assert_eq!(&counts(&outcome)[..5], &[0, 0, 0, 0, 1]);
        let ended = watch.alert(alert).await;
        assert_eq!((&ended["state"], &ended["resolution"], &ended["resolved_on"], &ended["escalates_on"]),
            (&json!("resolved"), &json!("paid"), &json!("2024-04-03"), &json!(null)));
        assert_eq!(ended["events"][2]["detail"]["outcome"], "kept");
        let late = json!({"commit_date": "2024-04-10", "commit_amount": 1, "note": "x"});
        watch.admin.post(&format!("/alerts/{alert}/acknowledgement"), late).await.refused(409, "alert_not_live");
        // A later delay is a new alert.
        assert_eq!(watch.scan(&app, "2024-07-01").await["raised"], 1);
    }

    async fn what_may_be_promised(app: TestApp) {
        let watch = Watch::with_line(&app, RULES).await;
        watch.scan(&app, "2024-04-01").await;
        let alert = watch.live().await["id"].as_i64().unwrap();
        let path = format!("/alerts/{alert}/acknowledgement");
        let good = json!({"commit_date": "2024-05-01", "commit_amount": 50, "note": "Hẹn"});
        let cases = [
            (json!({"commit_date": "2024-04-01"}), "/commit_date", "commitment_in_past"),
            (json!({"commit_date": "2024-05-02"}), "/commit_date", "commitment_too_far"),
            (json!({"commit_amount": 51}), "/commit_amount", "commitment_exceeds_late"),
            (json!({"commit_amount": 0}), "/commit_amount", "out_of_range"),
            (json!({"commit_amount": -5}), "/commit_amount", "out_of_range"),
            (json!({"commit_amount": null}), "/commit_amount", "required"),
            (json!({"note": null}), "/note", "reason_required"),
            (json!({"obstacle_id": 999}), "/obstacle_id", "invalid"),
        ];
        for (change, pointer, code) in cases {
            let body = crate::support::builders::with(good.clone(), change.clone());
            let refused = watch.admin.post(&path, body).await.refused(422, code);
            assert_eq!(faults(&refused), are(&[(pointer, code)]), "{change}");
        }
        assert_eq!(watch.live().await["state"], "open", "nothing was kept of a refusal");
        let body = json!({"category": "site_clearance", "description": "Chưa bàn giao mặt bằng", "due_date": "2024-05-01"});
        let obstacle = watch.admin.post(&format!("/projects/{}/obstacles", watch.world.project), body).await.created();
        let body = json!({"commit_date": "2024-05-01", "commit_amount": 50, "obstacle_id": obstacle["id"]});
        watch.admin.post(&path, body).await.ok();
    }

    async fn a_promise_may_be_moved_three_times(app: TestApp) {
        let watch = Watch::with_line(&app, RULES).await;
        watch.scan(&app, "2024-04-01").await;
        let alert = watch.live().await["id"].as_i64().unwrap();
        for (moved, date) in ["2024-04-03", "2024-04-05", "2024-04-08", "2024-04-10"].iter().enumerate() {
            let shown = watch.promise(alert, date, 50).await;
            assert_eq!(shown["commitment"], json!({"date": date, "amount": 50, "moved": moved}));
        }
        let body = json!({"commit_date": "2024-04-12", "commit_amount": 50, "note": "Lần nữa"});
        watch.admin.post(&format!("/alerts/{alert}/acknowledgement"), body).await.refused(422, "commitment_too_far");
        assert_eq!(watch.scan(&app, "2024-04-10").await["reopened"], 0);
        assert_eq!(watch.scan(&app, "2024-04-11").await["reopened"], 1);
    }

    async fn alerts_that_are_not_about_money_take_a_date_alone(app: TestApp) {
        let watch = Watch::new(&app, &["missing_leader"]).await;
        watch.world.plan(watch.world.project, 1000).await;
        watch.scan(&app, "2024-01-02").await;
        let alert = watch.live().await["id"].as_i64().unwrap();
        let path = format!("/alerts/{alert}/acknowledgement");
        let body = json!({"commit_date": "2024-01-05", "commit_amount": 5, "note": "x"});
        watch.admin.post(&path, body).await.refused(422, "invalid");
        let body = json!({"commit_date": "2024-01-05", "note": "Đang trình quyết định"});
        watch.admin.post(&path, body).await.ok();
        assert_eq!(watch.scan(&app, "2024-01-05").await["reopened"], 0);
        let outcome = watch.scan(&app, "2024-01-08").await;
        assert_eq!((&outcome["reopened"], &outcome["escalated"]), (&json!(1), &json!(1)));
        let body = json!({"person_id": watch.world.leader, "effective_date": "2024-01-08", "decision": decision()});
        watch.admin.put(&format!("/projects/{}/leader", watch.world.project), body).await.ok();
        assert_eq!(watch.scan(&app, "2024-01-09").await["resolved"], 1);
        assert_eq!(watch.alert(alert).await["resolution"], "leader_assigned");
    }

    async fn a_missed_promise_on_what_is_only_due_soon_tells_nobody_above(app: TestApp) {
        let watch = Watch::with_line(&app, &["due_soon"]).await;
        watch.scan(&app, "2024-03-25").await;
        let alert = watch.live().await["id"].as_i64().unwrap();
        watch.promise(alert, "2024-03-27", 50).await;
        let outcome = watch.scan(&app, "2024-03-28").await;
        assert_eq!((&outcome["reopened"], &outcome["escalated"]), (&json!(1), &json!(0)));
        let alert = watch.live().await;
        assert_eq!((&alert["level"], &alert["state"], &alert["next"]), (&json!("leader"), &json!("open"), &json!(null)));
    }
}

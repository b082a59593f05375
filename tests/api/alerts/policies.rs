use serde_json::json;

use super::watch::Watch;
use crate::support::app::both;
use crate::support::builders::{are, faults, user_with};

both! {
    async fn policies_are_data_with_a_standard(app: TestApp) {
        let admin = app.admin();
        let all = admin.get("/alert-policies").await.ok();
        assert_eq!(all["data"].as_array().map(Vec::len), Some(14));
        let overdue = admin.get("/alert-policies/schedule_overdue").await.ok();
        assert_eq!(overdue, json!({"rule": "schedule_overdue", "unit_id": null, "is_own": false, "enabled": true, "days": 0,
            "critical_days": 30, "critical_percent": 20, "forecast_percent": null, "allocation_deadline": null,
            "owner": "leader", "steps": [5, 10, 15], "max_commitment_days": 30, "max_snooze_days": 30, "max_moves": 3,
            "waiver_growth_percent": 20}));
        let first = admin.get("/alert-policies?limit=9").await.ok();
        let next = format!("/alert-policies?limit=9&cursor={}", first["next_cursor"].as_str().unwrap());
        assert_eq!(admin.get(&next).await.ok()["data"].as_array().map(Vec::len), Some(5));
        admin.get("/alert-policies/nonsense").await.refused(404, "not_found");
    }

    async fn bad_policies_are_refused_field_by_field(app: TestApp) {
        let admin = app.admin();
        let path = "/alert-policies/schedule_overdue";
        for (body, pointer, code) in [
            (json!({"steps": [10, 5]}), "/steps", "steps_out_of_order"),
            (json!({"steps": [5, 5]}), "/steps", "steps_out_of_order"),
            (json!({"steps": [5, 300]}), "/steps", "out_of_range"),
            (json!({"forecast_percent": 90}), "/forecast_percent", "out_of_range"),
            (json!({"allocation_deadline": "12-31"}), "/allocation_deadline", "out_of_range"),
            (json!({"steps": [0]}), "/steps", "out_of_range"),
            (json!({"days": -1}), "/days", "out_of_range"),
            (json!({"days": "x"}), "/days", "invalid"),
            (json!({"days": null}), "/days", "required"),
            (json!({"owner": "assignee"}), "/owner", "out_of_range"),
            (json!({"max_commitment_days": 0}), "/max_commitment_days", "out_of_range"),
            (json!({"nonsense": 1}), "/nonsense", "unknown_field"),
        ] {
            let refused = admin.patch(path, body).await.refused(422, code);
            assert_eq!(faults(&refused), are(&[(pointer, code)]));
        }
        assert_eq!(admin.get(path).await.ok()["is_own"], false);
    }

    async fn a_unit_may_have_its_own_policy(app: TestApp) {
        let watch = Watch::with_line(&app, &["schedule_overdue"]).await;
        let path = format!("/alert-policies/schedule_overdue?unit_id={}", watch.world.district);
        let changed = watch.admin.patch(&path, json!({"days": 3, "steps": [2, 4]})).await.ok();
        assert_eq!((&changed["days"], &changed["steps"], &changed["is_own"]), (&json!(3), &json!([2, 4]), &json!(true)));
        let commune = format!("/alert-policies/schedule_overdue?unit_id={}", watch.world.commune);
        let inherited = watch.admin.get(&commune).await.ok();
        assert_eq!((&inherited["days"], &inherited["is_own"]), (&json!(3), &json!(false)));
        assert_eq!(watch.scan(&app, "2024-04-03").await["raised"], 0, "three days of grace");
        assert_eq!(watch.scan(&app, "2024-04-04").await["raised"], 1);
        assert_eq!(watch.live().await["escalates_on"], "2024-04-08");
        let coordinator = user_with(&app, "coordinator", Some(watch.world.province), None, None);
        coordinator.patch(&path, json!({"days": 5})).await.refused(403, "forbidden");
        assert_eq!(coordinator.get(&path).await.ok()["days"], 3);
    }

    async fn a_dry_run_counts_what_scans_would_do_and_writes_nothing(app: TestApp) {
        let watch = Watch::with_line(&app, &[]).await;
        app.today("2024-06-01");
        let path = "/alert-policies/schedule_overdue/dry-run";
        let run = watch.admin.post(path, json!({"from": "2024-03-25", "to": "2024-05-31"})).await.ok();
        assert_eq!((&run["alerts"], &run["mails"]), (&json!(1), &json!(6)));
        let people: Vec<&str> = run["people"].as_array().unwrap().iter().map(|one| one["person"]["full_name"].as_str().unwrap()).collect();
        assert_eq!(people.len(), 6, "{people:?}");
        assert!(people.contains(&"Cao Văn Tỉnh") && people.contains(&"Trần Thị Hà"));
        assert!(watch.list("").await.is_empty() && watch.mails().await.is_empty());
        for (from, to, code) in [
            ("2024-05-31", "2024-05-30", "out_of_range"),
            ("2014-05-31", "2024-05-31", "dry_run_too_long"),
            ("2024-05-31", "2024-06-02", "future_date"),
        ] {
            watch.admin.post(path, json!({"from": from, "to": to})).await.refused(422, code);
        }
        let path = "/alert-policies/nonsense/dry-run";
        watch.admin.post(path, json!({"from": "2024-05-01", "to": "2024-05-31"})).await.refused(404, "not_found");
        // The real scans, day by day, do just that.
        watch.only(&["schedule_overdue"]).await;
        for day in days_between("2024-03-25", "2024-05-31") {
            watch.admin.post("/alerts/scans", json!({"as_of": day})).await.ok();
        }
        assert_eq!((watch.list("").await.len(), watch.mails().await.len()), (1, 6));
    }

    async fn a_dry_run_counts_the_mails_of_endings_and_handovers_too(app: TestApp) {
        let watch = Watch::with_line(&app, &[]).await;
        app.today("2024-04-03");
        let next = watch.person("Ngô Thị Mới").await;
        watch.lead(watch.world.project, next, "2024-04-03").await;
        app.today("2024-04-15");
        watch.world.pay(watch.world.project, 50, "2024-04-10").await;
        let path = "/alert-policies/schedule_overdue/dry-run";
        let run = watch.admin.post(path, json!({"from": "2024-03-25", "to": "2024-04-15"})).await.ok();
        // Raised to leader and officer, handed over, two of the commune told, all five of them of the end.
        assert_eq!((&run["alerts"], &run["mails"]), (&json!(1), &json!(2 + 1 + 2 + 5)), "{run:#}");
        assert!(watch.list("").await.is_empty() && watch.mails().await.is_empty());
        watch.only(&["schedule_overdue"]).await;
        for day in days_between("2024-03-25", "2024-04-15") {
            watch.admin.post("/alerts/scans", json!({"as_of": day})).await.ok();
        }
        let mails = watch.mails().await;
        assert_eq!(mails.len(), 10, "the real scans do just that: {mails:?}");
    }

    async fn a_dry_run_may_be_of_one_unit(app: TestApp) {
        let watch = Watch::with_line(&app, &[]).await;
        watch.give(&app, watch.world.other_project).await;
        app.today("2024-06-01");
        let span = json!({"from": "2024-03-25", "to": "2024-05-31"});
        let path = "/alert-policies/schedule_overdue/dry-run";
        let of = |unit: i64| format!("{path}?unit_id={unit}");
        let whole = watch.admin.post(path, span.clone()).await.ok();
        assert_eq!((&whole["alerts"], &whole["mails"]), (&json!(2), &json!(6)), "each of the six gets one mail of both");
        let commune = watch.admin.post(&of(watch.world.commune), span.clone()).await.ok();
        assert_eq!((&commune["alerts"], &commune["mails"]), (&json!(1), &json!(6)));
        let district = watch.admin.post(&of(watch.world.district), span.clone()).await.ok();
        assert_eq!(district["alerts"], 2, "everything below it");
        // The commune waits longer than the run lasts; its neighbour does not.
        let grace = format!("/alert-policies/schedule_overdue?unit_id={}", watch.world.commune);
        watch.admin.patch(&grace, json!({"days": 90})).await.ok();
        let patient = watch.admin.post(&of(watch.world.commune), span.clone()).await.ok();
        assert_eq!((&patient["alerts"], &patient["mails"]), (&json!(0), &json!(0)));
        assert_eq!(watch.admin.post(&of(watch.world.other_commune), span.clone()).await.ok()["alerts"], 1);
        let of_commune = user_with(&app, "admin", Some(watch.world.commune), None, None);
        assert_eq!(of_commune.post(&of(watch.world.commune), span.clone()).await.ok()["alerts"], 0);
        of_commune.post(path, span.clone()).await.refused(403, "forbidden");
        of_commune.post(&of(watch.world.other_commune), span.clone()).await.refused(404, "not_found");
        watch.admin.post(&of(999_999), span).await.refused(404, "not_found");
    }

    async fn every_rule_has_a_grace(app: TestApp) {
        let watch = Watch::new(&app, &["missing_leader", "missing_task_force", "below_target"]).await;
        for rule in ["missing_leader", "missing_task_force", "below_target"] {
            let body = json!({"days": 3, "critical_days": 5});
            watch.admin.patch(&format!("/alert-policies/{rule}"), body).await.ok();
        }
        watch.world.plan(watch.world.project, 1000).await;
        let target = json!({"budget_year": 2024, "date": "2024-01-02", "percent": "5.00", "basis": "total", "unit_id": watch.world.district});
        watch.admin.post("/targets", target).await.created();
        watch.end_force(watch.commune_force, "2024-01-01").await;
        // The plan, the milestone and the end of the task force are of 1 or 2 January.
        assert_eq!(watch.scan(&app, "2024-01-03").await["raised"], 0);
        assert_eq!(watch.scan(&app, "2024-01-04").await["raised"], 1, "the leader, since 1 January");
        assert_eq!(watch.scan(&app, "2024-01-05").await["raised"], 2);
        watch.scan(&app, "2024-01-09").await;
        for alert in watch.list("state=live").await {
            assert_eq!(alert["severity"], "critical", "{alert:#}");
        }
    }
}

fn days_between(from: &str, to: &str) -> Vec<String> {
    let (from, to) = (
        crate::support::app::date(from),
        crate::support::app::date(to),
    );
    from.iter_days()
        .take_while(|day| *day <= to)
        .map(|day| day.to_string())
        .collect()
}

use serde_json::json;

use super::watch::{Watch, counts, story, told};
use crate::support::app::both;

const RULES: &[&str] = &["schedule_overdue"];

both! {
    async fn a_late_line_becomes_the_leaders_alert_with_the_figures_of_the_progress_answer(app: TestApp) {
        let watch = Watch::with_line(&app, RULES).await;
        assert_eq!(counts(&watch.scan(&app, "2024-03-31").await), [0; 6], "an item due today is not late");
        let outcome = watch.scan(&app, "2024-04-01").await;
        assert_eq!(counts(&outcome), [1, 0, 0, 0, 0, 2]);
        assert_eq!(outcome["as_of"], "2024-04-01");
        assert_eq!(watch.mails().await, told(&[("Trần Thị Hà", "raised"), ("Đỗ Văn Bình", "raised")]));

        let alert = watch.live().await;
        let project = watch.world.project;
        let progress = watch.admin.get(&format!("/projects/{project}/progress?budget_year=2024")).await.ok();
        let line = &progress["lines"][0];
        for name in ["plan", "disbursed", "rate", "scheduled", "late_amount", "late_since", "days_late", "ageing",
            "outstanding_advance", "schedule", "schedule_version", "baseline_late_amount", "replans",
            "funding_source", "origin", "deadline"] {
            assert_eq!((line[name].is_null(), &alert["facts"][name]), (false, &line[name]), "{name}");
        }
        assert_eq!((&alert["facts"]["late_amount"], &alert["facts"]["budget_year"]), (&json!(50), &json!(2024)));
        let shown = json!({
            "id": alert["id"], "rule": "schedule_overdue", "severity": "warning", "state": "open",
            "subject": {"type": "line", "id": line["line_id"], "label": "Đường Trần Quốc Nghiễn – NSTW 2024"},
            "project": {"id": project, "code": "7891234", "name": "Đường Trần Quốc Nghiễn"},
            "unit": {"id": watch.world.commune, "code": "06661", "name": "Phường Hồng Hải"},
            "responsible": {"id": watch.world.leader, "full_name": "Trần Thị Hà"},
            "level": "leader", "raised_on": "2024-04-01", "escalates_on": "2024-04-08", "facts": alert["facts"],
            "commitment": null, "resolved_on": null, "resolution": null,
        });
        assert_eq!(watch.list("").await, [shown]);
        assert_eq!(alert["mails"].as_array().map(Vec::len), Some(2));
    }

    async fn working_days_take_it_to_the_commune_the_district_and_the_province_once_each(app: TestApp) {
        let watch = Watch::with_line(&app, RULES).await;
        // Thursday 18 April was the Hùng Kings' day.
        watch.admin.post("/holidays", json!({"date": "2024-04-18", "name": "Giỗ Tổ Hùng Vương"})).await.created();
        watch.scan(&app, "2024-04-01").await;
        assert_eq!(counts(&watch.scan(&app, "2024-04-07").await), [0, 1, 0, 0, 0, 0]);
        let mut seen = watch.mails().await.len();
        for (day, next, level, following, who) in [
            ("2024-04-08", "2024-04-14", "commune", json!("2024-04-15"), vec!["Phạm Văn Xã", "Lý Thị Phó"]),
            ("2024-04-15", "2024-04-22", "district", json!("2024-04-23"), vec!["Vũ Văn Huyện"]),
            ("2024-04-23", "2024-06-30", "province", json!(null), vec!["Cao Văn Tỉnh"]),
        ] {
            let outcome = watch.scan(&app, day).await;
            assert_eq!((&outcome["escalated"], &outcome["mails_queued"]), (&json!(1), &json!(who.len())), "{day}");
            let alert = watch.live().await;
            assert_eq!((&alert["level"], &alert["escalates_on"]), (&json!(level), &following), "{day}");
            let expected: Vec<_> = who.iter().map(|name| (*name, "escalated")).collect();
            let mut fresh = watch.mails().await.split_off(seen);
            fresh.sort();
            let mut expected = told(&expected);
            expected.sort();
            assert_eq!(fresh, expected, "{day}");
            seen += who.len();
            assert_eq!(watch.scan(&app, next).await["escalated"], 0, "{next}");
        }
        assert_eq!(watch.mails().await.len(), seen);
        assert_eq!(story(&watch.live().await), ["raised", "escalated", "escalated", "escalated"]);
    }

    async fn a_scan_after_a_gap_takes_every_step_and_tells_each_person_once(app: TestApp) {
        let watch = Watch::with_line(&app, RULES).await;
        watch.scan(&app, "2024-04-01").await;
        let outcome = watch.scan(&app, "2024-06-03").await;
        assert_eq!(counts(&outcome), [0, 1, 1, 0, 0, 4]);
        assert_eq!(watch.live().await["level"], "province");
        assert_eq!(counts(&watch.scan(&app, "2024-06-03").await), [0; 6]);
        let mut names: Vec<String> = watch.mails().await.into_iter().map(|(name, _)| name).collect();
        let all = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    async fn without_districts_the_province_is_told_at_the_second_step(app: TestApp) {
        let watch = Watch::with_line(&app, RULES).await;
        let world = &watch.world;
        app.today("2024-04-01");
        let path = format!("/administrative-units/{}", world.district);
        let merge = json!({"successors": [], "rest_to_unit_id": world.province, "effective_date": "2024-04-01", "decision": crate::support::builders::decision()});
        watch.admin.post(&format!("{path}/successions"), merge).await;
        // Whatever became of the district, the communes hang under the province from this day.
        for commune in [world.commune, world.other_commune] {
            let body = json!({"parent_id": world.province, "effective_date": "2024-04-01"});
            let moved = watch.admin.patch(&format!("/administrative-units/{commune}"), body).await;
            assert!(moved.status == 200, "{}", moved.text);
        }
        watch.scan(&app, "2024-04-01").await;
        watch.scan(&app, "2024-04-08").await;
        assert_eq!(watch.live().await["level"], "commune");
        watch.scan(&app, "2024-04-15").await;
        let alert = watch.live().await;
        assert_eq!((&alert["level"], &alert["escalates_on"]), (&json!("province"), &json!(null)));
    }

    async fn a_missing_task_force_passes_the_step_up_and_is_an_alert_of_its_own(app: TestApp) {
        let watch = Watch::with_line(&app, &["schedule_overdue", "missing_task_force"]).await;
        watch.end_force(watch.commune_force, "2024-03-31").await;
        assert_eq!(watch.scan(&app, "2024-04-01").await["raised"], 2);
        watch.scan(&app, "2024-04-08").await;
        let late = watch.list("rule=schedule_overdue").await.remove(0);
        assert_eq!((&late["level"], &late["escalates_on"]), (&json!("district"), &json!("2024-04-15")));
        let missing = watch.list("rule=missing_task_force").await.remove(0);
        assert_eq!(missing["subject"], json!({"type": "unit", "id": watch.world.commune, "label": "Phường Hồng Hải"}));
        assert_eq!((&missing["level"], &missing["responsible"], &missing["project"]), (&json!("district"), &json!(null), &json!(null)));
        watch.scan(&app, "2024-04-15").await;
        assert_eq!(watch.list("rule=schedule_overdue").await[0]["level"], "province");
        // Founding one ends the other alert.
        watch.force_from("2024-04-16", watch.world.commune, &[(watch.commune_head, "head")]).await;
        assert_eq!(watch.scan(&app, "2024-04-16").await["resolved"], 1);
        assert_eq!(watch.list("rule=missing_task_force").await[0]["resolution"], "task_force_founded");
    }

    async fn tet_is_no_working_time(app: TestApp) {
        let watch = Watch::new(&app, &["missing_leader"]).await;
        for day in 8..=14 {
            watch.admin.post("/holidays", json!({"date": format!("2024-02-{day:02}"), "name": "Tết"})).await.created();
        }
        watch.world.plan(watch.world.project, 1000).await;
        watch.scan(&app, "2024-02-06").await;
        // Wednesday 7, then Thursday 15, Friday 16, Monday 19, Tuesday 20 February.
        assert_eq!(watch.live().await["escalates_on"], "2024-02-20");
        assert_eq!(watch.scan(&app, "2024-02-19").await["escalated"], 0);
        assert_eq!(watch.scan(&app, "2024-02-20").await["escalated"], 1);
    }
}

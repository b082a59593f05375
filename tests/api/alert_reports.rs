use serde_json::{Value, json};

use super::alerts::watch::Watch;
use crate::support::app::both;
use crate::support::builders::user_with;

async fn id_of(watch: &Watch, query: &str) -> i64 {
    watch.list(query).await[0]["id"].as_i64().expect("an id")
}

fn counts(row: &Value, names: &[&str]) -> Vec<i64> {
    names
        .iter()
        .map(|name| row[*name].as_i64().expect("a number"))
        .collect()
}

const PROMISES: &[&str] = &["given", "kept", "missed", "moved", "running", "ended"];

both! {
    async fn promises_are_counted_for_whoever_answered_when_they_were_given(app: TestApp) {
        let watch = Watch::new(&app, &["schedule_overdue"]).await;
        let world = &watch.world;
        watch.give(&app, world.project).await;
        watch.give(&app, world.other_project).await;
        watch.scan(&app, "2024-04-01").await;
        let ours = id_of(&watch, &format!("project_id={}", world.project)).await;
        let theirs = id_of(&watch, &format!("project_id={}", world.other_project)).await;
        // Kept, by the first leader; then another takes over and misses one, after moving it.
        watch.promise(ours, "2024-04-03", 50).await;
        app.today("2024-04-02");
        watch.world.pay(world.project, 50, "2024-04-02").await;
        watch.scan(&app, "2024-04-04").await;
        let next = watch.person("Ngô Thị Mới").await;
        watch.lead(world.project, next, "2024-04-04").await;
        watch.promise(ours, "2024-04-08", 50).await;
        watch.promise(ours, "2024-04-09", 50).await;
        watch.promise(theirs, "2024-04-20", 10).await;
        watch.scan(&app, "2024-04-10").await;

        let report = watch.admin.get("/reports/promises?budget_year=2024").await.ok();
        assert_eq!(counts(&report["totals"], PROMISES), [4, 1, 1, 1, 1, 0]);
        assert_eq!(report["totals"]["kept_rate"], "50.00");
        let rows = report["rows"].as_array().unwrap();
        let row = |name: &str| rows.iter().find(|row| row["key"]["name"] == name).expect("a row");
        assert_eq!((counts(row("Trần Thị Hà"), PROMISES), &row("Trần Thị Hà")["kept_rate"]), (vec![2, 1, 0, 0, 1, 0], &json!("100.00")));
        assert_eq!((counts(row("Ngô Thị Mới"), PROMISES), &row("Ngô Thị Mới")["kept_rate"]), (vec![2, 0, 1, 1, 0, 0], &json!("0.00")));
        assert_eq!((&rows[0]["key"]["name"], &rows[0]["rank"], &rows[1]["rank"]), (&json!("Trần Thị Hà"), &json!(1), &json!(2)));

        let units = watch.admin.get("/reports/promises?budget_year=2024&group_by=unit").await.ok();
        let of: Vec<(&str, i64)> = units["rows"].as_array().unwrap().iter()
            .map(|row| (row["key"]["name"].as_str().unwrap(), row["given"].as_i64().unwrap())).collect();
        assert_eq!(of, [("Phường Hồng Hải", 3), ("Phường Bạch Đằng", 1)], "without a rate comes last");
        // As it stood on 8 April: the second one was running still.
        let then = watch.admin.get("/reports/promises?budget_year=2024&as_of=2024-04-08").await.ok();
        assert_eq!(counts(&then["totals"], PROMISES), [4, 1, 0, 1, 2, 0]);
        let narrowed = format!("/reports/promises?budget_year=2024&unit_id={}", world.other_commune);
        assert_eq!(watch.admin.get(&narrowed).await.ok()["totals"]["given"], 1);
        let viewer = user_with(&app, "viewer", Some(world.other_commune), None, None);
        assert_eq!(viewer.get("/reports/promises?budget_year=2024").await.ok()["totals"]["given"], 1, "what the reader may see");
        assert_eq!(watch.admin.get("/reports/promises?budget_year=2023").await.ok()["totals"]["kept_rate"], json!(null));
    }

    async fn alert_quality_counts_what_was_acted_on_false_and_repeated(app: TestApp) {
        let watch = Watch::new(&app, &["schedule_overdue", "stale_data"]).await;
        let world = &watch.world;
        watch.give(&app, world.project).await;
        watch.give(&app, world.other_project).await;
        watch.scan(&app, "2024-04-01").await;
        assert_eq!(watch.list("").await.len(), 4);
        let one = |rule: &str, project: i64| format!("rule={rule}&project_id={project}&state=live");
        // Ours is promised after two days and paid; theirs is waived as false after nine.
        app.today("2024-04-03");
        let ours = id_of(&watch, &one("schedule_overdue", world.project)).await;
        watch.promise(ours, "2024-04-10", 200).await;
        watch.world.pay(world.project, 200, "2024-04-03").await;
        watch.scan(&app, "2024-04-04").await;
        app.today("2024-04-10");
        let theirs = id_of(&watch, &one("schedule_overdue", world.other_project)).await;
        let waived = watch.admin.post(&format!("/alerts/{theirs}/waiver"), json!({"reason": "Nhập nhầm", "false_alarm": true})).await.ok();
        assert_eq!(waived["resolution"], "waived");
        // In July ours is late again: a repeat.
        watch.scan(&app, "2024-07-01").await;

        let report = watch.admin.get("/reports/alert-quality?budget_year=2024").await.ok();
        let names = ["raised", "resolved", "acted_on", "false_alarms", "repeats"];
        let rows = report["rows"].as_array().unwrap();
        let row = |rule: &str| rows.iter().find(|row| row["key"]["code"] == rule).expect("a row");
        let overdue = row("schedule_overdue");
        // Theirs woke, too: 500 are late where 200 were.
        assert_eq!(counts(overdue, &names), [4, 2, 1, 1, 2]);
        assert_eq!((&overdue["acted_on_rate"], &overdue["days_to_action"]), (&json!("25.00"), &json!("5.50")), "2 and 9 days");
        let wider = watch.admin.get("/reports/alert-quality?budget_year=2024&within_days=9").await.ok();
        assert_eq!(wider["rows"][0]["acted_on"], 2);
        // Two people, 183 days, 26 weeks: leader and officer.
        assert_eq!(overdue["people"], 2);
        let mails = overdue["mails"].as_i64().unwrap();
        let expected = (mails * 7 * 1000 / (2 * 183) + 5) / 10;
        assert_eq!(overdue["mails_per_person_week"], json!(format!("{}.{:02}", expected / 100, expected % 100)));
        let units = watch.admin.get("/reports/alert-quality?budget_year=2024&group_by=unit").await.ok();
        let of: Vec<&str> = units["rows"].as_array().unwrap().iter().map(|row| row["key"]["name"].as_str().unwrap()).collect();
        assert_eq!(of, ["Phường Bạch Đằng", "Phường Hồng Hải"]);
        let sum: i64 = units["rows"].as_array().unwrap().iter().map(|row| row["raised"].as_i64().unwrap()).sum();
        assert_eq!(json!(sum), report["totals"]["raised"]);
        watch.admin.get("/reports/alert-quality?budget_year=2024&within_days=-1").await.refused(422, "out_of_range");
        watch.admin.get("/reports/alert-quality?budget_year=2024&group_by=leader").await.refused(422, "invalid");
    }
}

//! A Treasury statement held against the payments recorded here.

use serde_json::{Value, json};

use super::{are, commit, wrong};
use crate::support::app::{Client, TestApp, both};
use crate::support::builders::{World, faults, user_with};
use crate::support::upload::send;

const HEAD: &str =
    "Ngày hạch toán;Số chứng từ;Mã dự án;Mã nguồn vốn;Năm kế hoạch;Số tiền;Diễn giải\n";

/// A statement with known differences: two agree (one under another voucher number), one is 30 đồng
/// more than recorded here, one is not recorded here, and one payment of ours is not in it.
async fn statement(app: &TestApp, world: &World) -> (Client, Value) {
    world.plan(world.project, 1_000).await;
    for (gross, day, voucher) in [
        (100, "2024-03-05", "A1"),
        (200, "2024-04-05", "A2"),
        (50, "2024-04-20", "A3"),
        (70, "2024-05-05", "A4"),
    ] {
        let body = world.payment_body(gross, day, voucher);
        world.log(world.project, body).await;
    }
    let file = format!(
        "{HEAD}05/03/2024;a1;7891234;NSTW;2024;100;\n\
         08/04/2024;KB-77;7891234;NSTW;2024;200;\n\
         20/04/2024;A3;7891234;NSTW;2024;80;\n\
         06/05/2024;B9;7891234;NSTW;2024;300;Thanh toán đợt 2\n"
    );
    let officer = user_with(app, "officer", Some(world.commune), None, None);
    let made = send(
        &officer,
        "kind=treasury_statement",
        "saoke.csv",
        file.as_bytes(),
    )
    .await
    .created();
    assert_eq!(wrong(&made), are(&[]));
    assert_eq!(
        made["matches"],
        json!({"agreed": 2, "differs": 1, "treasury_only": 1, "ledger_only": 1})
    );
    (officer, made)
}

async fn matches(client: &Client, import: &Value, query: &str) -> Vec<Value> {
    let path = format!("/imports/{}/matches?{query}", import["id"]);
    client.get(&path).await.ok()["data"]
        .as_array()
        .expect("a list")
        .clone()
}

async fn statuses(client: &Client) -> Vec<(String, String)> {
    let list = client.get("/disbursements?sort=id").await.ok();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let rows = list["data"].as_array().expect("a list");
    rows.iter()
        .map(|row| (text(&row["voucher_number"]), text(&row["status"])))
        .collect()
}

both! {
    async fn a_statement_with_known_differences_is_reconciled_to_the_dong(app: TestApp) {
        let world = World::new(&app).await;
        let (officer, made) = statement(&app, &world).await;
        let path = format!("/imports/{}/matches", made["id"]);
        officer.get(&path).await.refused(404, "not_found");
        commit(&officer, &made).await.ok();
        // Committing keeps the statement and changes no payment.
        assert!(statuses(&officer).await.iter().all(|(_, status)| status == "recorded"));
        let all = matches(&officer, &made, "").await;
        let seen: Vec<(&str, Option<i64>, Option<&str>, i64)> = all.iter().map(|one| (
            one["state"].as_str().expect("a state"), one["statement"]["row"].as_i64(),
            one["disbursement"]["voucher_number"].as_str(), one["difference"].as_i64().expect("đồng"),
        )).collect();
        assert_eq!(seen, [
            ("agreed", Some(2), Some("A1"), 0),
            ("agreed", Some(3), Some("A2"), 0),
            ("differs", Some(4), Some("A3"), 30),
            ("treasury_only", Some(5), None, 300),
            ("ledger_only", None, Some("A4"), -70),
        ]);
        let report = async || officer.get("/reports/reconciliation?budget_year=2024").await.ok();
        assert_eq!(report().await["reconciled_up_to"], Value::Null);
        // What agrees, in bulk.
        assert_eq!(officer.post(&format!("{path}/acceptance"), json!({})).await.ok(), json!({"changed": 2}));
        assert_eq!(report().await["reconciled_up_to"], "2024-04-05");
        // What differs cannot be accepted: no amount is changed silently.
        let differs = all[2]["id"].clone();
        let problem = officer.post(&format!("{path}/acceptance"), json!({"match_ids": [differs]})).await.refused(422, "invalid");
        assert_eq!(faults(&problem), crate::support::builders::are(&[("/match_ids/0", "invalid")]));
        officer.post(&format!("{path}/dispute"), json!({"match_ids": [differs]})).await.refused(422, "reason_required");
        officer.post(&format!("{path}/dispute"), json!({"match_ids": [differs], "reason": "Kho bạc ghi 80"})).await.ok();
        // What only the Treasury knows is recorded under the rules of every payment.
        let missing = json!({"match_ids": [all[3]["id"]], "kind": "completed_volume"});
        officer.post(&format!("{path}/payments"), missing.clone()).await.ok();
        officer.post(&format!("{path}/payments"), missing).await.refused(422, "invalid");
        let text = |list: &[(&str, &str)]| list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>();
        assert_eq!(statuses(&officer).await, text(&[
            ("A1", "reconciled"), ("A2", "reconciled"), ("A3", "disputed"), ("A4", "recorded"), ("B9", "reconciled"),
        ]));
        let made_now = officer.get("/disbursements?sort=-id&limit=1").await.ok()["data"][0].clone();
        assert_eq!((&made_now["net_amount"], &made_now["note"], &made_now["posted_on"]), (&json!(300), &json!("Thanh toán đợt 2"), &json!("2024-05-06")));
        let now = report().await;
        assert_eq!(now["reconciled"], json!({"payments": 3, "net_amount": 600}));
        assert_eq!(now["disputed"], json!({"payments": 1, "net_amount": 50}));
        assert_eq!(now["recorded"], json!({"payments": 1, "net_amount": 70}));
        let left = matches(&officer, &made, "resolution=open").await;
        assert_eq!(left.iter().map(|one| one["state"].as_str().expect("a state")).collect::<Vec<_>>(), ["ledger_only"]);
        // The disputed one is put right by hand; the next statement agrees.
        let disputed = all[2]["disbursement"]["id"].clone();
        officer.post(&format!("/disbursements/{disputed}/reversal"), json!({"posted_on": "2024-04-20", "reason": "sai số"})).await.created();
        let history = officer.get(&format!("/projects/{}/history?limit=200", world.project)).await.ok();
        let actions: Vec<&str> = history["data"].as_array().expect("a list").iter().map(|event| event["action"].as_str().expect("text")).collect();
        assert_eq!(actions.iter().filter(|action| **action == "disbursement.reconciled").count(), 3);
        assert!(actions.contains(&"disbursement.disputed"));
    }

    async fn what_the_treasury_says_is_held_against_the_rules(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 100).await;
        let file = format!("{HEAD}05/03/2024;B1;7891234;NSTW;2024;80;\n06/03/2024;B2;7891234;NSTW;2024;-500;\n07/03/2024;B3;7891234;NSTW;2024;90;\n");
        let made = send(&world.admin, "kind=treasury_statement", "s.csv", file.as_bytes()).await.created();
        commit(&world.admin, &made).await.ok();
        let ids: Vec<Value> = matches(&world.admin, &made, "state=treasury_only").await.iter().map(|one| one["id"].clone()).collect();
        let path = format!("/imports/{}/matches/payments", made["id"]);
        let body = json!({"match_ids": [ids[0], ids[2]], "kind": "completed_volume"});
        let problem = world.admin.post(&path, body).await.refused(422, "plan_exceeded");
        assert_eq!(faults(&problem), crate::support::builders::are(&[("/match_ids/1", "plan_exceeded")]));
        let body = json!({"match_ids": [ids[1]], "kind": "completed_volume"});
        world.admin.post(&path, body).await.refused(422, "refund_exceeds_disbursed");
        assert_eq!(world.admin.get("/disbursements").await.ok()["data"], json!([]));
        world.admin.post(&path, json!({"match_ids": [ids[0]], "kind": "advance"})).await.ok();
        assert_eq!(world.admin.get("/disbursements").await.ok()["data"][0]["kind"], "advance");
    }

    async fn a_statement_line_must_be_one(app: TestApp) {
        let world = World::new(&app).await;
        let officer = user_with(&app, "officer", Some(world.commune), None, None);
        let file = format!("{HEAD}05/07/2024;B1;7891234;NSTW;2024;0;\n06/03/2024;B2;7891235;NSTW;2024;5;\n");
        let made = send(&officer, "kind=treasury_statement", "s.csv", file.as_bytes()).await.created();
        assert_eq!(wrong(&made), are(&[(2, "posted_on", "future_date"), (2, "net_amount", "out_of_range"), (3, "project_code", "not_found")]));
    }

    async fn late_logging_is_told_by_unit(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        world.plan(world.other_project, 1_000).await;
        // Recorded on the real day, which is long after.
        world.pay(world.project, 100, "2024-03-05").await;
        world.pay(world.project, 50, "2024-03-06").await;
        let report = world.admin.get("/reports/late-logging?budget_year=2024").await.ok();
        assert_eq!(report["days"], 5);
        let rows = report["rows"].as_array().expect("a list");
        assert_eq!(rows.len(), 1);
        assert_eq!((&rows[0]["unit"]["code"], &rows[0]["payments"], &rows[0]["late"], &rows[0]["late_amount"]),
            (&json!("06661"), &json!(2), &json!(2), &json!(150)));
        world.admin.post("/alerts/scans", json!({})).await.ok();
        let report = world.admin.get("/reports/late-logging?budget_year=2024&days=90000").await.ok();
        let rows = report["rows"].as_array().expect("a list");
        let of = |code: &str| rows.iter().find(|row| row["unit"]["code"] == code).expect("a row");
        assert_eq!((&of("06661")["late"], &of("06664")["stale_projects"]), (&json!(0), &json!(1)));
        let outside = user_with(&app, "viewer", Some(world.other_commune), None, None);
        let report = outside.get("/reports/late-logging?budget_year=2024").await.ok();
        assert_eq!(report["rows"].as_array().expect("a list").len(), 1);
    }
}

//! Many at once: the same promises as one after the other.

use std::collections::{BTreeMap, HashSet};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{Answer, Client, TestApp, both};
use crate::support::builders::{World, decision, user_with, with};

fn statuses(answers: &[Answer]) -> BTreeMap<u16, usize> {
    let mut counts = BTreeMap::new();
    for answer in answers {
        *counts.entry(answer.status).or_default() += 1;
    }
    counts
}

async fn at_once(
    count: usize,
    client: &Client,
    path: &str,
    body: impl Fn(usize) -> Value,
) -> Vec<Answer> {
    join_all((0..count).map(|number| client.post(path, body(number)))).await
}

async fn with_key(client: &Client, path: &str, key: &str, body: &Value) -> Answer {
    Answer::of(
        client
            .request(Method::POST, path)
            .header("Idempotency-Key", key)
            .json(body),
    )
    .await
}

/// Net and advance of each line and month, from the payments themselves and as rolled up.
fn roll_ups(app: &TestApp) -> [Vec<(i64, String, i64, i64)>; 2] {
    use diesel::prelude::*;
    use giaingan::db::schema::{disbursements, line_months};
    app.app
        .db
        .read(|conn| {
            let payments = disbursements::table
                .select((
                    disbursements::line_id,
                    disbursements::posted_on,
                    disbursements::net_amount,
                    disbursements::advance_change,
                ))
                .load::<(i64, chrono::NaiveDate, i64, i64)>(conn)?;
            let mut months: BTreeMap<(i64, String), (i64, i64)> = BTreeMap::new();
            for (line, posted_on, net, advance) in payments {
                let sums = months
                    .entry((line, posted_on.format("%Y-%m-01").to_string()))
                    .or_default();
                *sums = (sums.0 + net, sums.1 + advance);
            }
            let kept = line_months::table
                .order((line_months::line_id, line_months::month))
                .select((
                    line_months::line_id,
                    line_months::month,
                    line_months::net,
                    line_months::advance,
                ))
                .load::<(i64, chrono::NaiveDate, i64, i64)>(conn)?;
            Ok([
                months
                    .into_iter()
                    .map(|((line, month), (net, advance))| (line, month, net, advance))
                    .collect(),
                kept.into_iter()
                    .map(|(line, month, net, advance)| (line, month.to_string(), net, advance))
                    .collect(),
            ])
        })
        .expect("rows")
}

both! {
    async fn payments_at_once_never_pass_the_plan_together(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        let path = format!("/projects/{}/disbursements", world.project);
        let answers = at_once(20, &world.admin, &path, |number| world.payment_body(300, "2024-05-01", &format!("v{number}"))).await;
        assert_eq!(statuses(&answers), BTreeMap::from([(201, 3), (422, 17)]));
        for refused in answers.into_iter().filter(|answer| answer.status == 422) {
            refused.refused(422, "plan_exceeded");
        }
        let [ledger, kept] = roll_ups(&app);
        assert_eq!(ledger, kept);
        assert_eq!(kept.iter().map(|row| row.2).sum::<i64>(), 900);
    }

    async fn a_voucher_is_logged_once_however_many_try(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        let path = format!("/projects/{}/disbursements", world.project);
        let answers = at_once(20, &world.admin, &path, |_| world.payment_body(10, "2024-05-01", "v")).await;
        assert_eq!(statuses(&answers), BTreeMap::from([(201, 1), (409, 19)]));
        for refused in answers.into_iter().filter(|answer| answer.status == 409) {
            refused.refused(409, "duplicate_voucher");
        }
        assert_eq!(world.admin.get(&path).await.ok()["data"].as_array().map(Vec::len), Some(1));
    }

    async fn a_payment_is_reversed_once_however_many_try(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        let paid = world.pay(world.project, 10, "2024-05-01").await;
        let path = format!("/disbursements/{}/reversal", paid["id"]);
        let answers = at_once(20, &world.admin, &path, |_| json!({"posted_on": "2024-05-02", "reason": "x"})).await;
        assert_eq!(statuses(&answers), BTreeMap::from([(201, 1), (409, 19)]));
        let [ledger, kept] = roll_ups(&app);
        assert_eq!(ledger, kept);
        assert_eq!(kept.iter().map(|row| row.2).sum::<i64>(), 0);

        let entry = world.plan(world.other_project, 10).await;
        let path = format!("/plan-entries/{}/reversal", entry["id"]);
        let answers = at_once(10, &world.admin, &path, |_| json!({"effective_date": "2024-05-02", "reason": "x"})).await;
        assert_eq!(statuses(&answers), BTreeMap::from([(201, 1), (409, 9)]));
    }

    async fn one_key_gives_one_payment_and_the_same_answer_to_all(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        let path = format!("/projects/{}/disbursements", world.project);
        let body = world.payment_body(10, "2024-05-01", "v");
        let answers = join_all((0..50).map(|_| with_key(&world.admin, &path, "once", &body))).await;
        assert_eq!(statuses(&answers), BTreeMap::from([(201, 50)]));
        let texts: HashSet<&str> = answers.iter().map(|answer| answer.text.as_str()).collect();
        assert_eq!(texts.len(), 1);
        let replayed = answers.iter().filter(|answer| answer.header("idempotency-replayed") == "true").count();
        assert_eq!(replayed, 49);
        let places: HashSet<&str> = answers.iter().map(|answer| answer.header("location")).collect();
        assert_eq!(places.len(), 1);
        assert_eq!(world.admin.get(&path).await.ok()["data"].as_array().map(Vec::len), Some(1));
    }

    async fn a_key_stands_for_its_body_caller_and_path(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        world.plan(world.other_project, 1_000).await;
        let path = format!("/projects/{}/disbursements", world.project);
        let body = world.payment_body(10, "2024-05-01", "v");
        let first = with_key(&world.admin, &path, "k", &body).await.created();
        with_key(&world.admin, &path, "k", &with(body.clone(), json!({"gross_amount": 11}))).await.refused(422, "idempotency_key_reused");
        let other = with_key(&world.admin, &format!("/projects/{}/disbursements", world.other_project), "k", &body).await.created();
        assert_ne!(first["id"], other["id"]);
        let officer = user_with(&app, "officer", Some(world.commune), None, None);
        with_key(&officer, &path, "k", &with(body, json!({"voucher_number": "w"}))).await.created();
    }

    async fn a_refusal_frees_the_key(app: TestApp) {
        let world = World::new(&app).await;
        let path = format!("/projects/{}/disbursements", world.project);
        let body = world.payment_body(10, "2024-05-01", "v");
        with_key(&world.admin, &path, "k", &body).await.refused(422, "plan_exceeded");
        world.plan(world.project, 10).await;
        let made = with_key(&world.admin, &path, "k", &body).await;
        assert_eq!(made.header("idempotency-replayed"), "");
        made.created();
        let again = with_key(&world.admin, &path, "k", &body).await;
        assert_eq!(again.header("idempotency-replayed"), "true");
    }

    async fn opposite_transfers_at_once_all_come_through(app: TestApp) {
        let world = World::new(&app).await;
        for project in [world.project, world.other_project] {
            world.plan(project, 1_000).await;
        }
        let answers = at_once(20, &world.admin, "/plan-transfers", |number| {
            let (from, to) = match number % 2 {
                0 => (world.project, world.other_project),
                _ => (world.other_project, world.project),
            };
            json!({
                "from_project_id": from, "to_project_id": to, "funding_source_id": world.source, "budget_year": 2024,
                "amount": 10, "effective_date": "2024-06-01", "decision": decision(),
            })
        }).await;
        assert_eq!(statuses(&answers), BTreeMap::from([(201, 20)]));
        for project in [world.project, world.other_project] {
            let list = world.admin.get(&format!("/projects/{project}/plan-entries?limit=200")).await.ok();
            let amounts = list["data"].as_array().expect("a list").iter().filter_map(|row| row["amount"].as_i64());
            assert_eq!(amounts.sum::<i64>(), 1_000);
        }
    }

    async fn a_cut_and_a_payment_at_once_never_leave_the_plan_below(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 100).await;
        let cut = with(world.plan_body(100), json!({"kind": "cut", "effective_date": "2024-02-01"}));
        let (plans, payments) = (format!("/projects/{}/plan-entries", world.project), format!("/projects/{}/disbursements", world.project));
        let (cut, paid) = futures_util::future::join(
            world.admin.post(&plans, cut),
            world.admin.post(&payments, world.payment_body(100, "2024-05-01", "v")),
        ).await;
        match cut.status {
            201 => { paid.refused(422, "plan_exceeded"); }
            _ => {
                cut.refused(422, "plan_below_disbursed");
                paid.created();
            }
        }
    }

    async fn versions_of_a_schedule_are_numbered_one_by_one(app: TestApp) {
        let world = World::new(&app).await;
        let path = format!("/projects/{}/schedules", world.project);
        let answers = at_once(10, &world.admin, &path, |_| world.schedule_body(&[("2024-06-30", 5)])).await;
        let mut versions: Vec<i64> = answers.into_iter().filter_map(|answer| answer.created()["version"].as_i64()).collect();
        versions.sort_unstable();
        assert_eq!(versions, (1..=10).collect::<Vec<_>>());
    }
}

use futures_util::future::join_all;
use giaingan::domain::hash::sha256_hex;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{Client, TestApp, both};
use crate::support::builders::{World, are, decision, faults, user_with, with};

async fn close(world: &World, unit: i64, month: &str) -> Value {
    let body = json!({"unit_id": unit, "month": month});
    world.admin.post("/period-closings", body).await.created()
}

async fn bytes(client: &Client, path: &str) -> Vec<u8> {
    let answer = client.request(Method::GET, path).send().await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.status(), 200, "{path}");
    answer.bytes().await.expect("bytes").to_vec()
}

/// What the audit log says a closing was before and after its last change.
fn last_event(app: &TestApp, action: &str) -> (Value, Value) {
    use diesel::prelude::*;
    use giaingan::db::schema::audit_events as events;
    let found = app.app.db.read(|conn| {
        Ok(events::table
            .filter(events::action.eq(action))
            .order(events::id.desc())
            .select((events::before, events::after))
            .first::<(Option<String>, Option<String>)>(conn)?)
    });
    let (before, after) = found.expect("an event");
    let value = |text: Option<String>| {
        text.map_or(Value::Null, |text| {
            serde_json::from_str(&text).expect("JSON")
        })
    };
    (value(before), value(after))
}

both! {
    async fn nothing_is_dated_in_a_closed_month(app: TestApp) {
        let world = World::new(&app).await;
        let (admin, project) = (&world.admin, world.project);
        world.plan(project, 1_000).await;
        world.plan(world.other_project, 1_000).await;
        let paid = world.pay(project, 100, "2024-03-05").await;
        let entry = world.entry(project, with(world.plan_body(50), json!({"kind": "supplement", "effective_date": "2024-03-06"}))).await;
        let officer = user_with(&app, "officer", Some(world.province), None, None);
        let version = async |day: &str| {
            let body = with(world.schedule_body(&[("2024-12-31", 1_050)]), json!({"effective_date": day}));
            officer.post(&format!("/projects/{project}/schedules"), body).await
        };
        let draft = version("2024-04-10").await.created();
        let submitted = version("2024-04-11").await.created();
        officer.post(&format!("/schedules/{}/submit", submitted["id"]), json!({})).await.ok();
        let closing = close(&world, world.commune, "2024-04").await;
        assert_eq!((&closing["month"], &closing["status"], &closing["unit"]["id"]), (&json!("2024-04"), &json!("closed"), &json!(world.commune)));

        let line = json!({"funding_source_id": world.source, "budget_year": 2024, "decision": decision()});
        let day = json!({"effective_date": "2024-04-30"});
        let moved = json!({"from_project_id": world.other_project, "to_project_id": project, "amount": 1, "effective_date": "2024-04-15"});
        let extension = json!({"project_id": project, "funding_source_id": world.source, "from_year": 2024, "amount": 1,
            "effective_date": "2024-04-15", "decision": decision()});
        for (path, body) in [
            (format!("/projects/{project}/disbursements"), world.payment_body(1, "2024-04-01", "a")),
            (format!("/projects/{project}/disbursements"), world.payment_body(1, "2024-04-30", "b")),
            (format!("/projects/{project}/disbursements"), with(world.payment_body(1, "2024-04-30", "b"), json!({"corrects_id": paid["id"]}))),
            (format!("/disbursements/{}/reversal", paid["id"]), json!({"posted_on": "2024-04-02", "reason": "x"})),
            (format!("/projects/{project}/plan-entries"), with(world.plan_body(1), day.clone())),
            (format!("/plan-entries/{}/reversal", entry["id"]), json!({"effective_date": "2024-04-02", "reason": "x"})),
            ("/plan-transfers".to_owned(), with(line.clone(), moved)),
            ("/plan-extensions".to_owned(), extension),
            (format!("/projects/{project}/schedules"), with(world.schedule_body(&[("2024-12-31", 1)]), day.clone())),
            (format!("/schedules/{}/submit", draft["id"]), json!({})),
            (format!("/schedules/{}/approve", submitted["id"]), json!({})),
        ] {
            let problem = admin.post(&path, body.clone()).await.refused(409, "period_closed");
            assert!(problem["detail"].as_str().is_some_and(|text| text.contains("2024-04")), "{path}: {problem}");
        }
        let replaced = with(world.schedule_body(&[("2024-12-31", 1_050)]), day);
        officer.put(&format!("/schedules/{}", draft["id"]), replaced).await.refused(409, "period_closed");
        // A rule that is broken as well is told as such.
        let problem = admin.post(&format!("/projects/{project}/disbursements"), world.payment_body(5_000, "2024-04-30", "c")).await;
        assert_eq!(faults(&problem.refused(422, "plan_exceeded")), are(&[("/gross_amount", "plan_exceeded")]));

        // Months beside it, units beside it, and drafts that are moved out of it go on.
        world.pay(project, 1, "2024-03-31").await;
        world.pay(project, 1, "2024-05-01").await;
        world.pay(world.other_project, 1, "2024-04-15").await;
        let replaced = with(world.schedule_body(&[("2024-12-31", 1_050)]), json!({"effective_date": "2024-05-02"}));
        officer.put(&format!("/schedules/{}", draft["id"]), replaced).await.ok();
        officer.post(&format!("/schedules/{}/submit", draft["id"]), json!({})).await.ok();
        admin.post(&format!("/schedules/{}/return", submitted["id"]), json!({"reason": "x"})).await.ok();
        admin.post(&format!("/disbursements/{}/reversal", paid["id"]), json!({"posted_on": "2024-05-02", "reason": "x"})).await.created();
    }

    async fn a_closing_holds_for_everything_below_by_the_unit_of_the_day(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        // The project belongs to the other commune from May on.
        let moved = json!({"managing_unit_id": world.other_commune, "effective_date": "2024-05-01"});
        world.admin.patch(&format!("/projects/{}", world.project), moved).await.ok();
        let path = format!("/projects/{}/disbursements", world.project);
        close(&world, world.other_commune, "2024-04").await;
        world.pay(world.project, 1, "2024-04-05").await;
        close(&world, world.commune, "2024-05").await;
        world.pay(world.project, 1, "2024-05-05").await;
        close(&world, world.district, "2024-05").await;
        world.admin.post(&path, world.payment_body(1, "2024-05-06", "x")).await.refused(409, "period_closed");
        close(&world, world.province, "2024-04").await;
        world.admin.post(&path, world.payment_body(1, "2024-04-06", "x")).await.refused(409, "period_closed");
    }

    async fn what_can_be_closed_and_by_whom(app: TestApp) {
        let world = World::new(&app).await;
        let path = "/period-closings";
        let body = |unit: i64, month: &str| json!({"unit_id": unit, "month": month});
        let problem = world.admin.post(path, body(world.commune, "2024-07")).await.refused(422, "future_date");
        assert_eq!(faults(&problem), are(&[("/month", "future_date")]));
        // The business date is the last day of June.
        let closing = close(&world, world.commune, "2024-06").await;
        for (wrong, at, code) in [
            (json!({"unit_id": world.commune}), "/month", "required"), (body(999, "2024-05"), "/unit_id", "invalid"),
            (body(world.commune, "2024-13"), "/month", "invalid"), (body(world.commune, "2024-5"), "/month", "invalid"),
            (body(world.commune, "1899-01"), "/month", "out_of_range"),
        ] {
            let problem = world.admin.post(path, wrong.clone()).await.refused(422, code);
            assert_eq!(faults(&problem), are(&[(at, code)]), "{wrong}");
        }
        world.admin.post(path, body(world.commune, "2024-06")).await.refused(409, "period_closed");
        close(&world, world.district, "2024-06").await;
        world.admin.post(path, body(world.other_commune, "2024-06")).await.refused(409, "period_closed");

        let inside = user_with(&app, "coordinator", Some(world.commune), None, None);
        let outside = user_with(&app, "coordinator", Some(world.other_commune), None, None);
        let one = format!("{path}/{}", closing["id"]);
        inside.post(path, body(world.commune, "2024-05")).await.created();
        inside.post(path, body(world.other_commune, "2024-05")).await.refused(404, "not_found");
        for address in [one.clone(), format!("{one}/report"), format!("{one}/differences")] {
            assert_eq!(inside.get(&address).await.status, 200, "{address}");
            outside.get(&address).await.refused(404, "not_found");
        }
        outside.post(&format!("{one}/reopening"), json!({"reason": "x"})).await.refused(404, "not_found");
        let viewer = user_with(&app, "viewer", Some(world.commune), None, None);
        viewer.post(&format!("{one}/reopening"), json!({"reason": "x"})).await.refused(403, "forbidden");

        let listed = async |query: &str| -> Vec<i64> {
            let list = inside.get(&format!("{path}{query}")).await.ok();
            list["data"].as_array().expect("a list").iter().map(|one| one["id"].as_i64().expect("an id")).collect()
        };
        assert_eq!(listed("").await.len(), 2);
        assert_eq!(listed("?month=2024-06").await, [closing["id"].as_i64().expect("an id")]);
        assert_eq!(listed("?status=reopened").await, [0; 0]);
        assert_eq!(listed(&format!("?unit_id={}", world.other_commune)).await, [0; 0]);
    }

    async fn a_month_is_opened_again_for_a_reason(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        let closing = close(&world, world.commune, "2024-05").await;
        let (path, payments) = (format!("/period-closings/{}/reopening", closing["id"]), format!("/projects/{}/disbursements", world.project));
        for body in [json!({}), json!({"reason": " "})] {
            let problem = world.admin.post(&path, body).await.refused(422, "reason_required");
            assert_eq!(faults(&problem), are(&[("/reason", "reason_required")]));
        }
        world.admin.post(&payments, world.payment_body(1, "2024-05-05", "x")).await.refused(409, "period_closed");
        let reopened = world.admin.post(&path, json!({"reason": "Kho bạc bổ sung chứng từ"})).await.ok();
        assert_eq!((&reopened["status"], &reopened["reopening_reason"]), (&json!("reopened"), &json!("Kho bạc bổ sung chứng từ")));
        assert_eq!(reopened["reopened_by"]["username"], "admin");
        let (before, after) = last_event(&app, "period.reopened");
        assert_eq!((&before["status"], &after), (&json!("closed"), &reopened));
        world.admin.post(&path, json!({"reason": "x"})).await.refused(409, "period_not_closed");
        world.admin.post(&payments, world.payment_body(1, "2024-05-05", "x")).await.created();
        // Closed anew it is a closing of its own.
        let again = close(&world, world.commune, "2024-05").await;
        assert_ne!(again["id"], closing["id"]);
        world.admin.post(&payments, world.payment_body(1, "2024-05-05", "y")).await.refused(409, "period_closed");
    }

    async fn what_was_reported_is_kept_and_compared(app: TestApp) {
        let world = World::new(&app).await;
        let project = world.project;
        world.plan(project, 1_000).await;
        world.plan(world.other_project, 400).await;
        let wrong = world.pay(project, 300, "2024-04-10").await;
        world.pay(project, 50, "2024-05-10").await;
        let closing = close(&world, world.province, "2024-04").await;
        let (path, reading) = (format!("/period-closings/{}", closing["id"]), user_with(&app, "viewer", Some(world.province), None, None));
        let kept = bytes(&reading, &format!("{path}/report")).await;
        let report: Value = serde_json::from_slice(&kept).expect("JSON");
        assert_eq!((&report["as_of"], &report["month"], &report["unit"]["code"]), (&json!("2024-04-30"), &json!("2024-04"), &json!("22")));
        let years: Vec<&Value> = report["years"].as_array().expect("years").iter().collect();
        assert_eq!((&years[0]["budget_year"], &years[0]["lines"]), (&json!(2023), &json!([])));
        assert_eq!(years[1]["totals"], json!({"plan": 1_400, "disbursed": 300, "rate": "21.43", "scheduled": 0, "late_amount": 0, "outstanding_advance": 0}));
        let line = &years[1]["lines"][0];
        assert_eq!((&line["project"]["code"], &line["plan"], &line["disbursed"], &line["rate"]), (&json!("7891234"), &json!(1_000), &json!(300), &json!("30.00")));
        // The log says what the bytes were.
        let (_, event) = last_event(&app, "period.closed");
        assert_eq!(event["files"][0]["sha256"], sha256_hex(&kept));
        assert_eq!(event, closing);

        let none = reading.get(&format!("{path}/differences")).await.ok();
        assert_eq!((&none["lines"], &none["corrections"]), (&json!([]), &json!([])));
        // 300 should have been 280: undone and logged again in an open month, pointing back.
        let undone = world.admin.post(&format!("/disbursements/{}/reversal", wrong["id"]), json!({"posted_on": "2024-05-20", "reason": "x"})).await.created();
        let right = world.log(project, with(world.payment_body(280, "2024-05-20", "r"), json!({"corrects_id": wrong["id"]}))).await;
        // And a plan was recorded late, in a month that is still open.
        world.entry(world.other_project, with(world.plan_body(100), json!({"kind": "supplement", "effective_date": "2024-03-31"}))).await;
        assert_eq!(bytes(&reading, &format!("{path}/report")).await, kept);
        let now = reading.get(&format!("{path}/differences")).await.ok();
        let lines = now["lines"].as_array().expect("lines");
        assert_eq!(lines.len(), 2);
        assert_eq!((&lines[0]["reported"]["disbursed"], &lines[0]["now"]["disbursed"], &lines[0]["now"]["rate"]), (&json!(300), &json!(280), &json!("28.00")));
        assert_eq!((&lines[1]["reported"]["plan"], &lines[1]["now"]["plan"]), (&json!(400), &json!(500)));
        let corrections: Vec<_> = now["corrections"].as_array().expect("a list").iter()
            .map(|one| (one["id"].clone(), one["amount"].clone(), one["corrects_id"].clone(), one["date"].clone())).collect();
        assert_eq!(corrections, [
            (undone["id"].clone(), json!(-300), wrong["id"].clone(), json!("2024-05-20")),
            (right["id"].clone(), json!(280), wrong["id"].clone(), json!("2024-05-20")),
        ]);
        assert_eq!((&now["totals"][1]["reported"]["disbursed"], &now["totals"][1]["now"]["disbursed"], &now["totals"][1]["now"]["plan"]), (&json!(300), &json!(280), &json!(1_500)));
    }

    async fn closing_and_paying_at_once_never_both_win(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        let path = format!("/projects/{}/disbursements", world.project);
        let pay = async |number: usize| world.admin.post(&path, world.payment_body(10, "2024-05-31", &format!("v{number}"))).await;
        for round in 0..4_usize {
            let payments = join_all((0..6).map(|number| pay(round * 10 + number)));
            let closing = world.admin.post("/period-closings", json!({"unit_id": world.province, "month": "2024-05"}));
            let (payments, closing) = futures_util::future::join(payments, closing).await;
            for refused in payments.into_iter().filter(|answer| answer.status != 201) {
                refused.refused(409, "period_closed");
            }
            let closing = closing.created();
            let one = format!("/period-closings/{}", closing["id"]);
            let reported = world.admin.get(&format!("{one}/report")).await.ok();
            let list = world.admin.get(&format!("{path}?limit=200")).await.ok();
            let logged: i64 = list["data"].as_array().expect("a list").iter().filter_map(|one| one["net_amount"].as_i64()).sum();
            assert_eq!(reported["years"][1]["totals"]["disbursed"], logged, "a payment was logged into a closed month");
            pay(round * 10 + 9).await.refused(409, "period_closed");
            world.admin.post(&format!("{one}/reopening"), json!({"reason": "x"})).await.ok();
        }
    }
}

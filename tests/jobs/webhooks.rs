use std::time::Duration;

use chrono::TimeDelta;
use diesel::prelude::*;
use giaingan::db::schema::webhook_deliveries as deliveries;
use giaingan::jobs::webhooks::Deliverer;
use giaingan::service::{Ctx, changes};
use serde_json::{Value, json};

use super::at;
use crate::support::app::{Client, TestApp, both};
use crate::support::builders::{World, faults, user_with};
use crate::support::receiver::{Manner, Receiver};

fn deliverer(app: &TestApp) -> Deliverer {
    Deliverer::with(&app.app, Duration::from_secs(20)).expect("a deliverer")
}

async fn hook(admin: &Client, url: &str, events: &[&str]) -> Value {
    admin
        .post("/webhooks", json!({"url": url, "events": events}))
        .await
        .created()
}

/// State, attempts and last status of the deliveries, oldest first.
async fn log(admin: &Client, hook: &Value) -> Vec<(String, i64, Value)> {
    let list = admin
        .get(&format!("/webhooks/{}/deliveries?limit=200", hook["id"]))
        .await
        .ok();
    let mut rows: Vec<_> = list["data"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| {
            (
                row["state"].as_str().expect("a state").to_owned(),
                row["attempts"].as_i64().expect("a number"),
                row["last_status"].clone(),
            )
        })
        .collect();
    rows.reverse();
    rows
}

fn is(state: &str, attempts: i64, status: Value) -> (String, i64, Value) {
    (state.to_owned(), attempts, status)
}

/// As days of failures leave them: the next attempt at what waits is the last, and due.
fn nine_attempts_are_made(app: &TestApp) {
    let done = app.app.db.write(|conn| {
        let waiting = deliveries::table.filter(deliveries::state.eq_any(["queued", "failed"]));
        let nine = diesel::update(waiting).set(deliveries::attempts.eq(9_i64));
        nine.execute(conn)?;
        Ok(())
    });
    done.expect("writes");
}

/// Mails about webhooks, oldest first: to whom, and their subject.
async fn mails(app: &TestApp) -> Vec<(String, String)> {
    let list = app.admin().get("/mails?limit=200").await.ok();
    let rows = list["data"].as_array().expect("a list").iter();
    let about = rows.filter(|row| row["reason"] == "webhook_failed");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let mut told: Vec<_> = about
        .map(|row| (text(&row["recipient"]), text(&row["subject"])))
        .collect();
    told.reverse();
    told
}

both! {
    async fn what_happens_is_told_once_and_signed(app: TestApp) {
        let world = World::new(&app).await;
        let receiver = Receiver::start().await;
        let hook = hook(&world.admin, &receiver.url(), &["disbursement.recorded", "disbursement.reversed", "plan.changed", "schedule.approved"]).await;
        world.plan(world.project, 1_000).await;
        let paid = world.pay(world.project, 100, "2024-05-05").await;
        let schedule = world.approved(&app, world.project, world.schedule_body(&[("2024-03-31", 400), ("2024-12-31", 600)])).await;
        let undo = json!({"posted_on": "2024-06-01", "reason": "Ghi nhầm"});
        world.admin.post(&format!("/disbursements/{}/reversal", paid["id"]), undo).await.created();
        let two = [deliverer(&app), deliverer(&app)];
        let rounds = futures_util::future::join_all(two.iter().map(Deliverer::tick)).await;
        assert_eq!(rounds.into_iter().map(|made| made.expect("a round")).sum::<usize>(), 4);
        assert_eq!(receiver.types(), ["plan.changed", "disbursement.recorded", "schedule.approved", "disbursement.reversed"]);
        let told = receiver.told();
        let secret = hook["secret"].as_str().expect("a secret");
        assert!(told.iter().all(|one| one.signed_by(secret) == 1));
        assert_eq!((&told[1].body["data"]["record"], &told[1].body["data"]["project"]["code"]), (&paid, &json!("7891234")));
        assert_eq!(told[2].body["data"]["record"], schedule);
        assert_eq!(told[1].header("content-type"), "application/json; charset=utf-8");
        assert_eq!(log(&world.admin, &hook).await, vec![is("delivered", 1, json!(200)); 4]);
        assert_eq!(two[0].tick().await.expect("a round"), 0);

        // Sent again when asked, under the same id, so that the receiver can tell.
        let list = world.admin.get(&format!("/webhooks/{}/deliveries?state=delivered&limit=1", hook["id"])).await.ok();
        let path = format!("/webhooks/{}/deliveries/{}", hook["id"], list["data"][0]["id"]);
        assert_eq!(world.admin.get(&path).await.ok()["payload"], told[3].body);
        let again = world.admin.post(&format!("{path}/resend"), json!({})).await.ok();
        assert_eq!((&again["state"], &again["message_id"]), (&json!("queued"), &json!(told[3].header("webhook-id"))));
        assert_eq!(two[1].tick().await.expect("a round"), 1);
        assert_eq!(receiver.told()[4].header("webhook-id"), told[3].header("webhook-id"));
    }

    async fn failures_are_tried_again_for_days(app: TestApp) {
        at(&app, "2024-06-30T02:00:00Z");
        let world = World::new(&app).await;
        let receiver = Receiver::start().await;
        let hook = hook(&world.admin, &receiver.url(), &["plan.changed"]).await;
        world.plan(world.project, 1_000).await;
        let deliverer = deliverer(&app);
        receiver.be(Manner::Answer(500, ""));
        let clock = &app.app.clock;
        assert_eq!(deliverer.tick().await.expect("a round"), 1);
        assert_eq!(log(&app.admin(), &hook).await, [is("failed", 1, json!(500))]);
        assert_eq!(deliverer.tick().await.expect("a round"), 0);
        clock.advance(TimeDelta::seconds(6));
        receiver.be(Manner::Drop);
        assert_eq!(deliverer.tick().await.expect("a round"), 1);
        assert_eq!(log(&app.admin(), &hook).await, [is("failed", 2, Value::Null)]);
        clock.advance(TimeDelta::seconds(331));
        receiver.be(Manner::Answer(204, ""));
        assert_eq!(deliverer.tick().await.expect("a round"), 1);
        assert_eq!(log(&app.admin(), &hook).await, [is("delivered", 3, json!(204))]);
        let told = receiver.told();
        let ids: Vec<&str> = told.iter().map(|one| one.header("webhook-id")).collect();
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        assert_ne!(told[0].header("webhook-timestamp"), told[2].header("webhook-timestamp"));
        let secret = hook["secret"].as_str().expect("a secret");
        assert!(told.iter().all(|one| one.signed_by(secret) == 1));

        // Given up after ten attempts, and not before.
        receiver.be(Manner::Answer(503, ""));
        world.entry(world.other_project, world.plan_body(5)).await;
        for made in 1..=10 {
            assert_eq!(deliverer.tick().await.expect("a round"), 1, "attempt {made}");
            clock.advance(TimeDelta::hours(27));
        }
        assert_eq!(log(&app.admin(), &hook).await[1], is("dead", 10, json!(503)));
        assert_eq!(deliverer.tick().await.expect("a round"), 0);
    }

    async fn a_receiver_that_is_gone_is_let_be(app: TestApp) {
        let world = World::new(&app).await;
        let receiver = Receiver::start().await;
        let hook = hook(&world.admin, &receiver.url(), &["plan.changed"]).await;
        world.plan(world.project, 1_000).await;
        world.plan(world.other_project, 1_000).await;
        receiver.be(Manner::Answer(410, ""));
        assert_eq!(deliverer(&app).tick().await.expect("a round"), 1);
        let path = format!("/webhooks/{}", hook["id"]);
        let shown = world.admin.get(&path).await.ok();
        assert_eq!((&shown["active"], &shown["disabled_reason"]), (&json!(false), &json!("gone")));
        assert_eq!(log(&world.admin, &hook).await, [is("dead", 1, json!(410)), is("queued", 0, Value::Null)]);
        world.plan(world.project, 1).await;
        assert_eq!(deliverer(&app).tick().await.expect("a round"), 0);
        receiver.be(Manner::Answer(200, ""));
        let shown = world.admin.patch(&path, json!({"active": true})).await.ok();
        assert_eq!(shown["disabled_reason"], Value::Null);
        // What waited is told; what happened while it was off is not.
        assert_eq!(deliverer(&app).tick().await.expect("a round"), 1);
    }

    async fn owner_and_operators_hear_once_a_day_that_a_webhook_fails(app: TestApp) {
        at(&app, "2024-06-30T02:00:00Z");
        let world = World::new(&app).await;
        let receiver = Receiver::start().await;
        let owner = app.user(Some(world.officer), json!([{"role": "admin", "unit_id": world.province}])).await;
        let hook = hook(&owner, &receiver.url(), &["plan.changed"]).await;
        receiver.be(Manner::Answer(503, ""));
        world.plan(world.project, 1_000).await;
        world.plan(world.other_project, 1_000).await;
        let deliverer = deliverer(&app);
        assert_eq!(deliverer.tick().await.expect("a round"), 1);
        nine_attempts_are_made(&app);
        app.app.clock.advance(TimeDelta::hours(1));
        for _ in 0..2 {
            assert_eq!(deliverer.tick().await.expect("a round"), 1);
        }
        assert_eq!(log(&app.admin(), &hook).await, vec![is("dead", 10, json!(503)); 2]);
        let told = mails(&app).await;
        let to: Vec<&str> = told.iter().map(|(to, _)| to.as_str()).collect();
        assert_eq!(to, ["do.van.binh@quangninh.example", "it@quangninh.example"]);
        assert!(told.iter().all(|(_, subject)| subject.contains("có tin không gửi được")), "{told:?}");

        app.app.clock.advance(TimeDelta::hours(25));
        for (amount, answer) in [(7, 503), (8, 410)] {
            receiver.be(Manner::Answer(answer, ""));
            let body = crate::support::builders::with(world.plan_body(amount), json!({"kind": "supplement"}));
            app.admin().post(&format!("/projects/{}/plan-entries", world.project), body).await.created();
            changes::seal(&Ctx::system(&app.app, "test")).expect("seals");
            nine_attempts_are_made(&app);
            assert_eq!(deliverer.tick().await.expect("a round"), 1);
        }
        let told = mails(&app).await;
        assert_eq!(told.len(), 6, "another day; and that it is off is always told");
        assert!(told[4].1.contains(&format!("Webhook {} đã bị tắt", hook["id"])), "{told:?}");
    }

    async fn a_busy_receiver_is_given_the_time_it_asks_for(app: TestApp) {
        at(&app, "2024-06-30T02:00:00Z");
        let world = World::new(&app).await;
        let receiver = Receiver::start().await;
        let hook = hook(&world.admin, &receiver.url(), &["plan.changed"]).await;
        world.plan(world.project, 1_000).await;
        world.plan(world.other_project, 1_000).await;
        receiver.be(Manner::Answer(429, "Retry-After: 120\r\n"));
        let deliverer = deliverer(&app);
        assert_eq!(deliverer.tick().await.expect("a round"), 1);
        receiver.be(Manner::Answer(200, ""));
        app.app.clock.advance(TimeDelta::seconds(119));
        assert_eq!(deliverer.tick().await.expect("a round"), 0, "neither it nor the other is sent");
        app.app.clock.advance(TimeDelta::seconds(2));
        assert_eq!(deliverer.tick().await.expect("a round"), 2);
        assert_eq!(log(&app.admin(), &hook).await, [is("delivered", 2, json!(200)), is("delivered", 1, json!(200))]);
    }

    async fn redirects_and_silence_are_failures_and_keep_nobody_else_waiting(app: TestApp) {
        let world = World::new(&app).await;
        let (away, silent, good) = (Receiver::start().await, Receiver::start().await, Receiver::start().await);
        let moved: &'static str = Box::leak(format!("Location: {}\r\n", good.url()).into_boxed_str());
        away.be(Manner::Answer(307, moved));
        silent.be(Manner::Hang);
        let (away, silent_hook) = (hook(&world.admin, &away.url(), &["plan.changed"]).await, hook(&world.admin, &silent.url(), &["plan.changed"]).await);
        let good_hook = hook(&world.admin, &good.url(), &["plan.changed"]).await;
        world.plan(world.project, 1_000).await;
        world.plan(world.other_project, 1_000).await;
        let hasty = Deliverer::with(&app.app, Duration::from_millis(300)).expect("a deliverer");
        assert_eq!(hasty.tick().await.expect("a round"), 4);
        assert_eq!(log(&world.admin, &away).await, [is("failed", 1, json!(307)), is("queued", 0, Value::Null)]);
        assert_eq!(log(&world.admin, &silent_hook).await, [is("failed", 1, Value::Null), is("queued", 0, Value::Null)]);
        assert_eq!(log(&world.admin, &good_hook).await, vec![is("delivered", 1, json!(200)); 2]);
        assert_eq!(good.told().len(), 2, "nothing came by way of the redirect");
    }

    async fn a_replaced_secret_signs_for_a_day_more(app: TestApp) {
        at(&app, "2024-06-30T02:00:00Z");
        let world = World::new(&app).await;
        let receiver = Receiver::start().await;
        let hook = hook(&world.admin, &receiver.url(), &["plan.changed"]).await;
        let old = hook["secret"].as_str().expect("a secret");
        let replaced = world.admin.post(&format!("/webhooks/{}/secret", hook["id"]), json!({})).await.ok();
        let new = replaced["secret"].as_str().expect("a secret");
        assert_ne!(old, new);
        assert!(!world.admin.get(&format!("/webhooks/{}", hook["id"])).await.text.contains("whsec_"));
        world.plan(world.project, 1_000).await;
        deliverer(&app).tick().await.expect("a round");
        app.app.clock.advance(TimeDelta::hours(25));
        let world_admin = app.admin();
        world_admin.post(&format!("/projects/{}/plan-entries", world.other_project), world.plan_body(5)).await.created();
        deliverer(&app).tick().await.expect("a round");
        let told = receiver.told();
        assert_eq!((told[0].signed_by(new), told[0].signed_by(old)), (1, 1));
        assert_eq!((told[1].signed_by(new), told[1].signed_by(old)), (1, 0));
    }

    async fn a_webhook_hears_what_its_owner_administers(app: TestApp) {
        let world = World::new(&app).await;
        let (here, all) = (Receiver::start().await, Receiver::start().await);
        let owner = app.user(None, json!([{"role": "admin", "unit_id": world.commune}])).await;
        let body = |unit: i64| json!({"url": here.url(), "events": ["plan.changed"], "unit_id": unit});
        owner.post("/webhooks", body(world.other_commune)).await.refused(403, "forbidden");
        owner.post("/webhooks", json!({"url": here.url(), "events": ["plan.changed"]})).await.refused(403, "forbidden");
        let hook_here = owner.post("/webhooks", body(world.commune)).await.created();
        let hook_all = hook(&world.admin, &all.url(), &["plan.changed"]).await;
        assert_eq!(owner.get("/webhooks").await.ok()["data"].as_array().map(Vec::len), Some(1));
        owner.get(&format!("/webhooks/{}", hook_all["id"])).await.refused(404, "not_found");
        owner.get(&format!("/webhooks/{}/deliveries", hook_all["id"])).await.refused(404, "not_found");
        user_with(&app, "officer", Some(world.commune), None, None).get("/webhooks").await.refused(403, "forbidden");

        world.plan(world.project, 1_000).await;
        world.plan(world.other_project, 1_000).await;
        deliverer(&app).tick().await.expect("a round");
        assert_eq!((here.told().len(), all.told().len()), (1, 2));
        assert_eq!(here.told()[0].body["data"]["project"]["id"], json!(world.project));
        let me = owner.get("/me").await.ok();
        let grants = json!({"grants": [{"role": "officer", "unit_id": world.commune}]});
        world.admin.patch(&format!("/users/{}", me["id"]), grants).await.ok();
        world.entry(world.project, crate::support::builders::with(world.plan_body(7), json!({"kind": "supplement"}))).await;
        deliverer(&app).tick().await.expect("a round");
        assert_eq!((here.told().len(), all.told().len()), (1, 3));
        assert_eq!(log(&world.admin, &hook_here).await.len(), 1);
    }

    async fn alerts_are_told_and_long_records_are_cut(app: TestApp) {
        let world = World::new(&app).await;
        let receiver = Receiver::start().await;
        hook(&world.admin, &receiver.url(), &["alert.raised", "alert.resolved", "schedule.approved"]).await;
        world.plan(world.project, 1_000).await;
        let many: Vec<Value> = (0..400).map(|number| {
            let due = chrono::NaiveDate::from_ymd_opt(2024, 1, 1).expect("a day") + chrono::Days::new(number % 300);
            json!({"due_date": due, "amount": 2, "label": format!("Đợt thanh toán khối lượng hoàn thành thứ {number}")})
        }).collect();
        let mut body = world.schedule_body(&[]);
        body["items"] = json!(many);
        let plan = crate::support::builders::with(world.plan_body(800), json!({"funding_source_id": world.other_source}));
        world.entry(world.project, plan).await;
        body["funding_source_id"] = json!(world.other_source);
        world.approved(&app, world.project, body).await;
        world.admin.post("/alerts/scans", json!({})).await.ok();
        deliverer(&app).tick().await.expect("a round");
        let told = receiver.told();
        assert!(told.iter().all(|one| one.text.len() < 20_000));
        assert_eq!((&told[0].body["data"]["truncated"], &told[0].body["data"]["record"]), (&json!(true), &Value::Null));
        assert!(receiver.types().contains(&"alert.raised".to_owned()));
        let raised = told.iter().find(|one| one.body["type"] == "alert.raised").expect("an alert");
        assert!(raised.body["data"]["record"]["rule"].is_string());
    }

    async fn what_is_wrong_with_a_webhook_is_told_at_once(app: TestApp) {
        let admin = app.admin();
        let problem = admin.post("/webhooks", json!({"url": "ftp://x.example/", "events": [], "unit_id": 999, "agency_id": 999})).await.refused(422, "invalid");
        let named: Vec<String> = faults(&problem).into_iter().map(|(at, _)| at).collect();
        assert_eq!(named, ["/agency_id", "/agency_id", "/events", "/unit_id", "/url"]);
        let problem = admin.post("/webhooks", json!({"url": "https://x.example/", "events": ["user.created"]})).await.refused(422, "invalid");
        assert_eq!(faults(&problem), [("/events/0".to_owned(), "invalid".to_owned())]);
    }
}

#[actix_web::test]
async fn private_addresses_are_never_spoken_to() {
    let app = TestApp::with(|settings| settings.webhook_allow_private = false).await;
    let world = World::new(&app).await;
    let receiver = Receiver::start().await;
    for url in [
        receiver.url(),
        format!("https://127.0.0.1:{}/", receiver.port()),
        format!("https://0x7f.1:{}/", receiver.port()),
        format!("https://[::1]:{}/", receiver.port()),
        "https://169.254.169.254/latest".to_owned(),
    ] {
        let body = json!({"url": url, "events": ["plan.changed"]});
        let problem = world
            .admin
            .post("/webhooks", body)
            .await
            .refused(422, "invalid");
        assert_eq!(
            faults(&problem),
            [("/url".to_owned(), "invalid".to_owned())]
        );
    }
    // A name is judged by what it stands for when it is spoken to.
    let named = format!("https://localhost:{}/", receiver.port());
    let hook = hook(&world.admin, &named, &["plan.changed"]).await;
    world.plan(world.project, 1_000).await;
    assert_eq!(deliverer(&app).tick().await.expect("a round"), 1);
    let list = world
        .admin
        .get(&format!("/webhooks/{}/deliveries", hook["id"]))
        .await
        .ok();
    let error = list["data"][0]["last_error"].as_str().expect("an error");
    assert!(error.contains("private network"), "{error}");
    assert!(receiver.told().is_empty());
}

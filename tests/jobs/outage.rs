use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;

use super::{at, obstacle, outbox, patient, scan, sender};
use crate::api::alerts::watch::Watch;
use crate::support::app::{TestApp, both};
use crate::support::eml::Eml;
use crate::support::smtp::{Behaviour, SmtpServer};

/// Three people with an ordinary mail each, at nine on a Monday.
async fn three_mails(app: &TestApp) -> Watch {
    at(app, "2024-03-04T02:00:00Z");
    let watch = Watch::new(app, &["obstacle_overdue"]).await;
    at(app, "2024-03-04T02:00:00Z");
    for person in [watch.world.officer, watch.world.leader, watch.commune_head] {
        obstacle(&watch, app, person, "2024-03-01").await;
    }
    scan(app).await;
    watch
}

fn ids(server: &SmtpServer) -> Vec<String> {
    server
        .received()
        .iter()
        .map(|mail| Eml::parse(&mail.raw).header("Message-ID"))
        .collect()
}

async fn states(app: &TestApp) -> Vec<String> {
    outbox(app)
        .await
        .into_iter()
        .map(|(_, _, state)| state)
        .collect()
}

both! {
    async fn a_day_without_mail_server_delays_everything_and_loses_nothing(app: TestApp) {
        three_mails(&app).await;
        let server = SmtpServer::start().await;
        let sender = sender(&app, &server);
        server.behave(Behaviour::Refuse);
        for _ in 0..(24 * 4) {
            sender.tick().await.expect("a round");
            app.app.clock.advance(TimeDelta::minutes(15));
        }
        assert_eq!(states(&app).await, ["failed", "failed", "failed"]);
        assert!(server.received().is_empty());
        server.behave(Behaviour::Accept);
        for _ in 0..(24 * 4) {
            sender.tick().await.expect("a round");
            app.app.clock.advance(TimeDelta::minutes(15));
        }
        assert_eq!(states(&app).await, ["sent", "sent", "sent"]);
        let ids = ids(&server);
        assert_eq!((ids.len(), ids.iter().collect::<BTreeSet<_>>().len()), (3, 3));
    }

    async fn one_bad_address_is_given_up_and_holds_nobody_up(app: TestApp) {
        three_mails(&app).await;
        let server = SmtpServer::start().await;
        let sender = sender(&app, &server);
        server.behave(Behaviour::Answer("RCPT", "550 5.1.1 no such user"));
        let round = sender.tick().await.expect("a round");
        assert_eq!((round.sent, round.dead), (0, 3));
        server.behave(Behaviour::Accept);
        app.app.clock.advance(TimeDelta::hours(1));
        assert_eq!(sender.send_all().await.expect("a round").sent, 0);
        let dead = app.admin().get("/mails?state=dead").await.ok();
        assert_eq!(dead["data"].as_array().map(Vec::len), Some(3));
        assert!(dead["data"][0]["last_error"].as_str().unwrap().contains("5.1.1 no such user"), "{dead}");
    }

    async fn a_mail_that_was_given_up_goes_out_once_more_when_somebody_asks(app: TestApp) {
        let watch = three_mails(&app).await;
        let server = SmtpServer::start().await;
        let sender = sender(&app, &server);
        server.behave(Behaviour::Answer("RCPT", "550 5.1.1 no such user"));
        assert_eq!(sender.tick().await.expect("a round").dead, 3);
        server.behave(Behaviour::Accept);
        let dead = app.admin().get("/mails?state=dead").await.ok()["data"][0].clone();
        let path = format!("/mails/{}/retry", dead["id"]);
        // The commune's head gets the mail where the mended address leads.
        assert_eq!(dead["recipient_name"], "Phạm Văn Xã");
        let address = json!({"email": "chu.tich@quangninh.example"});
        app.admin().patch(&format!("/people/{}", watch.commune_head), address).await.ok();
        let retried = app.admin().post(&path, json!({})).await.ok();
        assert_eq!((&retried["state"], &retried["attempts"]), (&json!("queued"), &json!(0)));
        assert_eq!(retried["recipient"], "chu.tich@quangninh.example");
        app.admin().post(&path, json!({})).await.refused(409, "mail_not_dead");
        assert_eq!(sender.tick().await.expect("a round").sent, 1);
        assert_eq!(server.received()[0].to, ["TO:<chu.tich@quangninh.example>"]);
        assert_eq!(states(&app).await, ["dead", "dead", "sent"]);
        app.admin().post(&path, json!({})).await.refused(409, "mail_not_dead");
        app.admin().post("/mails/999999/retry", json!({})).await.refused(404, "not_found");
        let log = app.admin().get("/changes?limit=200").await.ok();
        let retries = log["data"].as_array().expect("a list").iter().filter(|one| one["action"] == "mail.retried");
        assert_eq!(retries.count(), 1);
    }

    async fn a_link_that_was_given_up_is_not_sent_again(app: TestApp) {
        let watch = three_mails(&app).await;
        let server = SmtpServer::start().await;
        let sender = sender(&app, &server);
        server.behave(Behaviour::Answer("RCPT", "550 5.1.1 no such user"));
        let grant = json!([{"role": "viewer", "unit_id": watch.world.commune}]);
        let user = json!({"username": "chu.tich", "person_id": watch.commune_head, "grants": grant});
        app.admin().post("/users", user).await.created();
        assert_eq!(sender.tick().await.expect("a round").dead, 4);
        let dead = app.admin().get("/mails?state=dead").await.ok()["data"][0].clone();
        assert_eq!(dead["reason"], "invitation");
        app.admin().post(&format!("/mails/{}/retry", dead["id"]), json!({})).await.refused(409, "mail_erased");
    }

    async fn a_temporary_refusal_is_tried_again_later_and_later(app: TestApp) {
        three_mails(&app).await;
        let server = SmtpServer::start().await;
        let sender = sender(&app, &server);
        server.behave(Behaviour::Answer("RCPT", "450 4.2.0 later"));
        let mut waits = Vec::new();
        for _ in 0..5 {
            assert_eq!(sender.tick().await.expect("a round").failed, 3);
            assert_eq!(sender.tick().await.expect("a round").failed, 0, "not before its time");
            let first = app.admin().get("/mails?state=failed").await.ok()["data"][2].clone();
            let next: chrono::DateTime<chrono::Utc> = first["next_attempt_at"].as_str().unwrap().parse().unwrap();
            waits.push((next - app.app.clock.now().and_utc()).num_minutes());
            app.app.clock.set_now(next);
        }
        assert_eq!(waits, [1, 5, 15, 60, 180]);
        server.behave(Behaviour::Accept);
        app.app.clock.set_now("2024-03-04T08:00:00Z".parse().unwrap());
        assert_eq!(sender.send_all().await.expect("a round").sent, 3, "whatever the back-off");
    }

    async fn after_days_of_trying_a_mail_is_given_up(app: TestApp) {
        three_mails(&app).await;
        let server = SmtpServer::start().await;
        let sender = sender(&app, &server);
        server.behave(Behaviour::Refuse);
        for _ in 0..(12 * 24) {
            sender.tick().await.expect("a round");
            app.app.clock.advance(TimeDelta::hours(1));
        }
        assert_eq!(states(&app).await, ["dead", "dead", "dead"]);
    }

    async fn a_server_that_falls_silent_costs_one_mail_a_second_copy_at_most(app: TestApp) {
        three_mails(&app).await;
        let server = SmtpServer::start().await;
        let sender = patient(&app, &server, Duration::from_millis(200));
        server.behave(Behaviour::HangAfterData);
        let round = sender.tick().await.expect("a round");
        assert_eq!((round.sent, round.failed), (0, 3));
        server.behave(Behaviour::DropAfterData);
        app.app.clock.advance(TimeDelta::minutes(2));
        assert_eq!(sender.tick().await.expect("a round").failed, 3);
        server.behave(Behaviour::Accept);
        app.app.clock.advance(TimeDelta::minutes(10));
        assert_eq!(sender.tick().await.expect("a round").sent, 3);
        // What came in more than once has the same identity, date and content each time.
        let raw: BTreeSet<String> = server.received().into_iter().map(|mail| mail.raw).collect();
        assert_eq!((server.received().len(), raw.len()), (9, 3));
    }
}

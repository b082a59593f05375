use std::collections::BTreeSet;

use chrono::TimeDelta;
use giaingan::service::Ctx;
use giaingan::service::mails::{self, Asked};

use super::{at, obstacle, outbox, scan, sender};
use crate::api::alerts::watch::Watch;
use crate::support::app::{TestApp, both};
use crate::support::eml::Eml;
use crate::support::smtp::{Behaviour, SmtpServer};

/// A mail each for a dozen people, at nine on a Monday.
async fn a_dozen(app: &TestApp) {
    at(app, "2024-03-04T02:00:00Z");
    let watch = Watch::new(app, &["obstacle_overdue"]).await;
    at(app, "2024-03-04T02:00:00Z");
    for number in 0..12 {
        let person = watch.person(&format!("Người thứ {number}")).await;
        obstacle(&watch, app, person, "2024-03-01").await;
    }
    assert_eq!(scan(app).await["mails_queued"], 12);
}

fn ids(server: &SmtpServer) -> BTreeSet<String> {
    server
        .received()
        .iter()
        .map(|mail| Eml::parse(&mail.raw).header("Message-ID"))
        .collect()
}

both! {
    async fn senders_at_the_same_time_never_send_a_mail_twice(app: TestApp) {
        a_dozen(&app).await;
        let server = SmtpServer::start().await;
        let senders: Vec<_> = (0..3).map(|_| sender(&app, &server)).collect();
        let rounds = futures_util::future::join_all(senders.iter().map(|one| one.tick())).await;
        let sent: Vec<usize> = rounds.into_iter().map(|round| round.expect("a round").sent).collect();
        assert_eq!(sent.iter().sum::<usize>(), 12, "{sent:?}");
        assert_eq!((server.received().len(), ids(&server).len()), (12, 12));
    }

    async fn what_a_dead_sender_held_is_sent_when_its_time_is_over(app: TestApp) {
        a_dozen(&app).await;
        let gone = Ctx::system(&app.app, "gone");
        let asked = Asked { everything: false, after: 0, limit: 2, hold: TimeDelta::minutes(30) };
        let held = mails::take(&gone, "gone", asked).expect("mails");
        assert_eq!(held.len(), 2);
        let server = SmtpServer::start().await;
        let alive = sender(&app, &server);
        assert_eq!(alive.tick().await.expect("a round").sent, 10);
        app.app.clock.advance(TimeDelta::minutes(29));
        assert_eq!(alive.tick().await.expect("a round").sent, 0);
        app.app.clock.advance(TimeDelta::minutes(2));
        assert_eq!(alive.tick().await.expect("a round").sent, 2);
        assert_eq!((server.received().len(), ids(&server).len()), (12, 12));
        // It was not dead after all: what it says comes too late to change anything.
        assert!(!mails::attempted(&gone, "gone", &held[0], Ok(())).expect("answers"));
        assert!(outbox(&app).await.iter().all(|(_, _, state)| state == "sent"));
    }

    async fn a_sender_that_is_killed_in_the_middle_loses_and_doubles_nothing(app: TestApp) {
        a_dozen(&app).await;
        let server = SmtpServer::start().await;
        let mut process = std::process::Command::new(env!("CARGO_BIN_EXE_giaingan"))
            .arg("send-mail")
            .env("GIAINGAN_DATABASE_URL", app.app.settings.database_url.expose())
            .env("GIAINGAN_MAIL_URL", server.url())
            .env("GIAINGAN_SECRET", "a secret of the tests, 32 bytes or more")
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("starts");
        for _ in 0..3 {
            server.arrival().await;
        }
        server.behave(Behaviour::HangAt("DATA"));
        server.stuck().await;
        process.kill().expect("killed");
        process.wait().expect("gone");
        server.behave(Behaviour::Accept);
        let before = server.received().len();
        assert!((3..12).contains(&before), "{before}");
        // The process went by the real clock.
        app.app.clock.set_now(chrono::Utc::now());
        let alive = sender(&app, &server);
        assert_eq!(alive.send_all().await.expect("a round").sent, 11 - before, "all but the one in its hands");
        app.app.clock.advance(TimeDelta::hours(1));
        assert_eq!(alive.send_all().await.expect("a round").sent, 1);
        assert_eq!((server.received().len(), ids(&server).len()), (12, 12));
        // Sessions go by this clock, too.
        at(&app, "2024-03-04T02:00:00Z");
        assert!(outbox(&app).await.iter().all(|(_, _, state)| state == "sent"));
    }
}

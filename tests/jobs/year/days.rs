//! What the program does on a day, beside what the checker believes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use giaingan::jobs::mail::Sender;
use giaingan::jobs::runner::clean;
use giaingan::mail::transport::{MailUrl, Timeouts, Transport};
use giaingan::service::{App, Ctx, alerts, mails};
use serde_json::{Value, json};

use super::books::{Ident, LEVELS};
use super::{Year, ident_of, second_instance};
use crate::support::app::date;
use crate::support::eml::Eml;
use crate::support::smtp::{Behaviour, SmtpServer};

fn sender(app: &Arc<App>, server: &SmtpServer) -> Sender {
    let timeouts = Timeouts::all(Duration::from_secs(20));
    let url: MailUrl = server.url().parse().expect("a mail URL");
    Sender::with(
        app,
        Transport::open(&url, timeouts).expect("opens"),
        timeouts,
    )
    .expect("a sender")
}

impl Year<'_> {
    fn at(&self, on: NaiveDate, hour: i64) {
        let instant: DateTime<Utc> =
            on.and_hms_opt(0, 0, 0).unwrap().and_utc() + TimeDelta::hours(hour - 7);
        for app in [&self.app.app, &self.other] {
            app.clock.set_now(instant);
            app.clock.set_today(on);
        }
    }

    /// One of the schedulers scans, or both at the same moment.
    async fn scan(&mut self, on: NaiveDate) {
        let apps = match self.dice.below(12) {
            0 => vec![self.app.app.clone(), self.other.clone()],
            1..=6 => vec![self.other.clone()],
            _ => vec![self.app.app.clone()],
        };
        let scans = apps.into_iter().map(|app| {
            tokio::task::spawn_blocking(move || alerts::scan(&Ctx::system(&app, "scan"), None))
        });
        for outcome in futures_util::future::join_all(scans).await {
            outcome.expect("no panic").expect("a scan");
        }
        self.checker.scan(on);
    }

    /// What is live is what should be, at its level and with whoever answers for it.
    async fn compare(&mut self, on: NaiveDate) -> Vec<Value> {
        let live = self.watch.list("state=live").await;
        let mut shown = BTreeMap::new();
        for alert in &live {
            let level = LEVELS.iter().position(|level| alert["level"] == *level);
            let is_promised = alert["state"] == "acknowledged";
            let seen = (level, is_promised, alert["responsible"]["id"].as_i64());
            let ident = ident_of(alert);
            self.seen.insert(ident.0);
            let twice = shown.insert(ident, seen);
            assert_eq!(
                twice, None,
                "two live alerts of one identity on {on}: {alert:#}"
            );
        }
        let believed: BTreeMap<Ident, _> = self
            .checker
            .live
            .iter()
            .map(|(ident, one)| {
                (
                    *ident,
                    (Some(one.level), one.promise.is_some(), one.responsible),
                )
            })
            .collect();
        assert_eq!(shown, believed, "on {on}");
        for alert in &live {
            let serial = self.checker.live[&ident_of(alert)].serial;
            let number = self.numbers.insert(serial, alert["id"].as_i64().unwrap());
            assert!(
                number.is_none_or(|number| alert["id"] == number),
                "another alert on {on}"
            );
        }
        live
    }

    /// Both senders at once.
    async fn send(&self) {
        let senders = [
            sender(&self.app.app, &self.server),
            sender(&self.other, &self.server),
        ];
        let rounds = senders.iter().map(|sender| sender.tick());
        for round in futures_util::future::join_all(rounds).await {
            round.expect("a round");
        }
    }

    /// The mail server fails for some days; a sender dies with mails in its hands.
    fn weather(&mut self) {
        self.outage = (self.outage - 1).max(0);
        if self.dice.one_in(40) {
            self.outage = 1 + self.dice.below(3);
        }
        self.server.behave(match (self.outage, self.dice.below(2)) {
            (0, _) => Behaviour::Accept,
            (_, 0) => Behaviour::Refuse,
            _ => Behaviour::Answer("RCPT", "451 later"),
        });
        if self.dice.one_in(30) {
            let gone = Ctx::system(&self.other, "gone");
            let hold = TimeDelta::minutes(30);
            let asked = mails::Asked {
                everything: true,
                after: 0,
                limit: 2,
                hold,
            };
            mails::take(&gone, "gone", asked).expect("mails");
            self.other = second_instance(self.app);
        }
    }

    pub async fn day(&mut self, on: NaiveDate) {
        self.weather();
        self.at(on, 6);
        clean(&self.app.app).await.expect("house-keeping");
        self.scan(on).await;
        let live = self.compare(on).await;
        self.send().await;
        if !self.checker.books.works_on(on) {
            return;
        }
        self.at(on, 9);
        self.send().await;
        self.at(on, 10);
        self.new_leaders(on).await;
        self.act(&live, on).await;
        self.work(on).await;
        self.plan_again(on).await;
        self.clear_up(on).await;
    }

    /// What everybody got of every alert is what they should have got, each mail once.
    pub async fn count_mails(&mut self) {
        let mut sent_on = date("2025-01-02");
        self.server.behave(Behaviour::Accept);
        for _ in 0..3 {
            self.at(sent_on, 10);
            self.send().await;
            sent_on = sent_on.succ_opt().unwrap();
        }
        let mails = self
            .watch
            .admin
            .get("/mails?state=queued&state=failed&state=dead")
            .await
            .ok();
        assert_eq!(mails["data"], json!([]), "lost");
        let received: Vec<(String, Eml)> = self
            .server
            .received()
            .iter()
            .map(|mail| (mail.to[0].clone(), Eml::parse(&mail.raw)))
            .collect();
        let mut ids: Vec<String> = received
            .iter()
            .map(|(_, mail)| mail.header("Message-ID"))
            .collect();
        let all = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), all, "sent twice");
        let mut got: BTreeMap<(String, i64), usize> = BTreeMap::new();
        for (to, mail) in &received {
            for number in told_of(mail) {
                *got.entry((to.clone(), number)).or_default() += 1;
            }
        }
        let mut expected: BTreeMap<(String, i64), usize> = BTreeMap::new();
        for ((person, serial), count) in &self.checker.expected {
            let email = self
                .watch
                .admin
                .get(&format!("/people/{person}"))
                .await
                .ok();
            let to = format!("TO:<{}>", email["email"].as_str().unwrap());
            *expected.entry((to, self.numbers[serial])).or_default() += count;
        }
        let wrong: Vec<_> = expected
            .keys()
            .chain(got.keys())
            .filter(|key| expected.get(*key) != got.get(*key))
            .map(|key| (key, expected.get(key), got.get(key)))
            .collect();
        assert!(
            wrong.is_empty(),
            "who and which alert, how often expected, how often got: {wrong:#?}"
        );
        assert!(
            expected.len() > 100,
            "a year with little in it: {}",
            expected.len()
        );
    }
}

/// The alerts that a mail says something about, as often as it does.
fn told_of(mail: &Eml) -> Vec<i64> {
    let first = &mail.parts()[0];
    let text = match first.header("Content-Type").starts_with("multipart/") {
        true => first.parts()[0].text(),
        false => first.text(),
    };
    let links = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("Xem và xử lý tại: "));
    links
        .filter_map(|link| link.rsplit('/').next()?.parse().ok())
        .collect()
}

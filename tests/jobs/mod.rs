//! Tests of the jobs: the sender of mails, the daily scan, a year of both.

mod hours;
mod letters;
mod outage;
mod runner;
mod senders;
mod webhooks;
mod year;

use std::time::Duration;

use chrono::{DateTime, Utc};
use giaingan::jobs::mail::Sender;
use giaingan::mail::transport::{MailUrl, Timeouts, Transport};
use serde_json::json;

use crate::api::alerts::watch::Watch;
use crate::support::app::TestApp;
use crate::support::smtp::SmtpServer;

/// A sender to the test's own mail server.
pub fn sender(app: &TestApp, server: &SmtpServer) -> Sender {
    patient(app, server, Duration::from_secs(20))
}

fn patient(app: &TestApp, server: &SmtpServer, limit: Duration) -> Sender {
    let timeouts = Timeouts::all(limit);
    let url: MailUrl = server.url().parse().expect("a mail URL");
    let transport = Transport::open(&url, timeouts).expect("opens");
    Sender::with(&app.app, transport, timeouts).expect("a sender")
}

/// Sets the instant, and the business date that belongs to it in Vietnam.
fn at(app: &TestApp, instant: &str) {
    let instant: DateTime<Utc> = DateTime::parse_from_rfc3339(instant)
        .expect("an instant")
        .to_utc();
    app.app.clock.set_now(instant);
    app.app
        .clock
        .set_today((instant + chrono::TimeDelta::hours(7)).date_naive());
}

/// An obstacle of the project that was due on a day, for somebody to remove.
pub async fn obstacle(watch: &Watch, app: &TestApp, person: i64, due: &str) {
    let body = json!({"category": "site_clearance", "description": format!("Vướng mặt bằng {due}"), "due_date": due, "owner_person_id": person});
    app.admin()
        .post(
            &format!("/projects/{}/obstacles", watch.world.project),
            body,
        )
        .await
        .created();
}

/// Scans as of the business date.
pub async fn scan(app: &TestApp) -> serde_json::Value {
    app.admin().post("/alerts/scans", json!({})).await.ok()
}

/// Recipient, reason and state of all mails, oldest first.
async fn outbox(app: &TestApp) -> Vec<(String, String, String)> {
    let list = app.admin().get("/mails?limit=200").await.ok();
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let mut mails: Vec<_> = list["data"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|mail| {
            (
                text(&mail["recipient_name"]),
                text(&mail["reason"]),
                text(&mail["state"]),
            )
        })
        .collect();
    mails.reverse();
    mails
}

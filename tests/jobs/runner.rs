use chrono::{DateTime, Utc};
use giaingan::clock::Clock;
use giaingan::config::{Secret, Settings};
use giaingan::jobs::runner::{clean, scan_if_due};
use giaingan::service::setup::{self, Setup};
use giaingan::startup;

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

#[actix_web::test]
async fn the_daily_scan_waits_for_its_hour_and_catches_up_after_a_pause() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut settings = Settings::defaults().expect("complete");
    settings.database_url = Secret::new(format!(
        "sqlite:{}",
        folder.path().join("t.sqlite").display()
    ));
    settings.secret = Some(Secret::new("a secret of the tests, 32 bytes or more"));
    let clock = Clock::new(None);
    // 05:59 of 1 April in Vietnam.
    clock.set_now(instant("2024-03-31T22:59:00Z"));
    let (app, _) = startup::open(settings, clock).expect("opens");
    let setup = Setup {
        unit_code: "22".into(),
        unit_name: "Tỉnh Quảng Ninh".into(),
        admin_username: "admin".into(),
    };
    setup::init(&app, setup, crate::support::app::ADMIN_PASSWORD).expect("sets up");
    let due = || async {
        scan_if_due(&app)
            .await
            .expect("no error")
            .map(|outcome| outcome.as_of.to_string())
    };
    assert_eq!(due().await, None);
    app.clock.set_now(instant("2024-03-31T23:00:00Z"));
    assert_eq!(due().await.as_deref(), Some("2024-04-01"));
    assert_eq!(due().await, None, "once a day");
    app.clock.set_now(instant("2024-04-20T03:00:00Z"));
    assert_eq!(
        due().await.as_deref(),
        Some("2024-04-20"),
        "one scan after nineteen days"
    );
    app.clock.set_today("2024-04-21".parse().expect("a date"));
    assert_eq!(
        due().await,
        None,
        "a fixed date switches the built-in scan off"
    );
    clean(&app).await.expect("house-keeping");
    clean(&app).await.expect("house-keeping twice");
}

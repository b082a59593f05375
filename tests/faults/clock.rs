//! The edges of days, months and years in Vietnam, and a clock that jumps.

use chrono::{DateTime, TimeDelta, Utc};
use giaingan::clock::Clock;
use giaingan::jobs::runner::{clean, scan_if_due};

use crate::support::app::both;

fn instant(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text)
        .expect("an instant")
        .to_utc()
}

#[test]
fn the_business_date_turns_at_midnight_in_vietnam() {
    let clock = Clock::new(None);
    for (at, day, hour) in [
        ("2024-06-30T23:59:59+07:00", "2024-06-30", 23),
        ("2024-07-01T00:00:01+07:00", "2024-07-01", 0),
        ("2024-12-31T23:59:59.999999+07:00", "2024-12-31", 23),
        ("2025-01-01T00:00:00+07:00", "2025-01-01", 0),
        ("2024-02-29T12:00:00+07:00", "2024-02-29", 12),
        ("2024-03-01T00:00:00+07:00", "2024-03-01", 0),
        // Summer time somewhere else changes nothing here.
        ("2024-03-31T03:00:00+02:00", "2024-03-31", 8),
        ("2024-11-03T01:30:00-05:00", "2024-11-03", 13),
    ] {
        clock.set_now(instant(at));
        assert_eq!(
            (clock.today().to_string().as_str(), clock.hour()),
            (day, hour),
            "{at}"
        );
    }
}

both! {
    async fn a_clock_that_jumps_scans_no_day_twice_and_skips_none_for_good(app: TestApp) {
        let clock = &app.app.clock;
        clock.let_run();
        let mut scanned = Vec::new();
        for at in [
            "2024-02-28T06:00:00+07:00", "2024-02-28T23:59:59+07:00",
            // Back by hours, by a day, by a year.
            "2024-02-28T05:00:00+07:00", "2024-02-27T09:00:00+07:00", "2023-02-28T09:00:00+07:00",
            "2024-02-29T05:59:59+07:00", "2024-02-29T06:00:00+07:00",
            // Ahead by two days: one scan catches up.
            "2024-03-02T10:00:00+07:00", "2024-03-01T10:00:00+07:00",
            "2024-12-31T06:00:00+07:00", "2025-01-01T06:00:00+07:00",
        ] {
            clock.set_now(instant(at));
            for _ in 0..2 {
                scanned.extend(scan_if_due(&app.app).await.expect("no error").map(|outcome| outcome.as_of.to_string()));
                clean(&app.app).await.expect("tidies");
            }
        }
        assert_eq!(scanned, ["2024-02-28", "2024-02-29", "2024-03-02", "2024-12-31", "2025-01-01"]);
    }

    async fn a_token_ends_in_time_whatever_the_business_date(app: TestApp) {
        app.app.clock.set_now(instant("2024-02-29T23:50:00+07:00"));
        let admin = app.admin();
        admin.get("/me").await.ok();
        app.today("2030-01-01");
        admin.get("/me").await.ok();
        app.app.clock.advance(TimeDelta::minutes(14));
        admin.get("/me").await.ok();
        app.app.clock.advance(TimeDelta::minutes(2));
        admin.get("/me").await.refused(401, "unauthenticated");
    }
}

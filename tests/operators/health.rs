//! Health, figures, and the watch that tells what stands still.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::RunQueryDsl;
use giaingan::jobs::runner::Runner;
use giaingan::jobs::watch::Watch;
use giaingan::mail::transport::{MailUrl, Timeouts, Transport};
use giaingan::service::{Ctx, jobs};
use reqwest::Method;

use crate::jobs::sender;
use crate::support::app::{Answer, TestApp, both};
use crate::support::eml::Eml;
use crate::support::program::{Program, command, ran};
use crate::support::smtp::{Behaviour, SmtpServer};

async fn ready(app: &TestApp) -> Answer {
    app.anonymous().get("//health/ready").await
}

async fn metrics(app: &TestApp) -> String {
    let answer = app.anonymous().get("//metrics").await;
    assert_eq!(answer.status, 200);
    answer.text
}

/// The value of a sample.
fn sample(text: &str, series: &str) -> Option<i64> {
    let line = text.lines().find(|line| {
        line.strip_prefix(series)
            .is_some_and(|rest| rest.starts_with(' '))
    })?;
    line.rsplit(' ').next()?.parse().ok()
}

/// The clock of the program runs; here it stands at this instant until it is moved.
fn at(app: &TestApp, instant: &str) {
    let instant: DateTime<Utc> = instant.parse().expect("an instant");
    app.app.clock.let_run();
    app.app.clock.set_now(instant);
}

fn watch(app: &TestApp, server: &SmtpServer) -> Watch {
    let url: MailUrl = server.url().parse().expect("a mail URL");
    let transport = Transport::open(&url, Timeouts::default()).expect("opens");
    Watch::with(&app.app, transport).expect("a watch")
}

/// Subjects of the mails that came in.
fn subjects(server: &SmtpServer) -> Vec<String> {
    server
        .received()
        .iter()
        .map(|mail| Eml::parse(&mail.raw).header("Subject"))
        .collect()
}

both! {
    async fn readiness_tells_what_is_pending(app: TestApp) {
        let state = ready(&app).await.ok();
        assert_eq!(state["ready"], true);
        assert_eq!(state["pending_migrations"], serde_json::json!([]));
        app.app.db.write(|conn| {
            let forget = "DELETE FROM __diesel_schema_migrations WHERE version = '0006'";
            Ok(diesel::sql_query(forget).execute(conn)?)
        }).expect("forgets one");
        let state = ready(&app).await.expect(503);
        assert_eq!((&state["ready"], &state["pending_migrations"][0]), (&false.into(), &"0006_job_runs".into()));
        assert_eq!(sample(&metrics(&app).await, "giaingan_ready"), Some(0));
    }

    async fn an_instance_that_may_not_migrate_serves_but_is_not_ready(app: TestApp) {
        app.app.db.write(|conn| {
            diesel::sql_query("DELETE FROM __diesel_schema_migrations WHERE version = '0006'").execute(conn)?;
            Ok(diesel::sql_query("DROP TABLE job_runs").execute(conn)?)
        }).expect("takes one back");
        let program = Program::serve(&app, &[("GIAINGAN_MIGRATE_AT_START", "false")]);
        let client = program.client(&app.admin());
        client.get("//health/live").await.ok();
        client.get("//health/ready").await.expect(503);
        let (done, said) = ran(command(&app, &["migrate"], &[]));
        assert!(done, "{said}");
        client.get("//health/ready").await.ok();
        // What was there before is kept beside an embedded database.
        if let Some(path) = app.app.settings.database_url.expose().strip_prefix("sqlite:") {
            assert!(std::path::Path::new(&format!("{path}.before-0006_job_runs")).is_file());
        }
    }

    async fn the_rules_for_prometheus_ask_for_what_is_told(app: TestApp) {
        app.admin().get("/me").await.ok();
        let text = metrics(&app).await;
        let rules = include_str!("../../config/prometheus-alerts.yml");
        let is_name = |c: char| c.is_ascii_lowercase() || c == '_';
        let asked = rules.lines().filter(|line| line.trim_start().starts_with("expr:"));
        let names: Vec<&str> = asked.flat_map(|line| line.split(|c| !is_name(c))).filter(|word| word.starts_with("giaingan_")).collect();
        assert!(names.len() > 5, "{names:?}");
        for name in names {
            let family = name.strip_suffix("_bucket").unwrap_or(name);
            assert!(text.contains(&format!("# TYPE {family} ")), "{name}");
        }
    }

    async fn figures_are_by_route_pattern(app: TestApp) {
        let admin = app.admin();
        for id in [1, 2, 3] {
            admin.get(&format!("/administrative-units/{id}")).await;
        }
        // A method of any name is answered, and adds no series of its own.
        let strange = Method::from_bytes(b"STRANGE").expect("a method");
        app.anonymous().request(strange, "/me").send().await.expect("an answer");
        let text = metrics(&app).await;
        assert!(!text.contains("STRANGE") && text.contains("method=\"other\""), "{text}");
        let labels = "method=\"GET\",route=\"/api/v1/administrative-units/{id}\"";
        let count = sample(&text, &format!("giaingan_http_requests_total{{{labels},status=\"404\"}}"));
        assert!(count >= Some(2), "{text}");
        let all = sample(&text, &format!("giaingan_http_request_duration_seconds_count{{{labels}}}"));
        let top = sample(&text, &format!("giaingan_http_request_duration_seconds_bucket{{{labels},le=\"+Inf\"}}"));
        assert!(all >= Some(3) && all == top, "{text}");
        assert!(!text.contains("administrative-units/2"), "{text}");
        for series in ["giaingan_mails{state=\"queued\"}", "giaingan_database_connections{state=\"idle\"}", "process_resident_memory_bytes", "giaingan_standstill{what=\"scan\"}"] {
            assert!(sample(&text, series).is_some(), "{series} in {text}");
        }
        let kind = if app.app.db.url().to_string().starts_with("sqlite") { "sqlite" } else { "postgres" };
        assert!(text.contains(&format!("database=\"{kind}\"")), "{text}");
        // Every sample belongs to a family that was announced.
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let name = line.split(['{', ' ']).next().expect("a name");
            let family = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
            assert!(text.contains(&format!("# TYPE {family} ")), "{line}");
        }
    }

    async fn a_missing_scan_is_noticed_everywhere_and_told_once(app: TestApp) {
        at(&app, "2024-07-01T00:30:00Z");
        let server = SmtpServer::start().await;
        let (mut one, mut two) = (watch(&app, &server), watch(&app, &server));
        one.look().await;
        assert_eq!(ready(&app).await.ok()["standstill"], serde_json::json!([]), "half past seven");
        // Nine in the morning: the scan of six is overdue.
        at(&app, "2024-07-01T02:00:00Z");
        assert_eq!(ready(&app).await.ok()["standstill"], serde_json::json!(["scan"]));
        assert_eq!(sample(&metrics(&app).await, "giaingan_standstill{what=\"scan\"}"), Some(1));
        for _ in 0..3 {
            one.look().await;
            two.look().await;
        }
        assert_eq!(subjects(&server), ["[Giaingan] Chưa quét cảnh báo hằng ngày / The daily scan was not made"]);
        assert_eq!(server.received()[0].to, ["TO:<it@quangninh.example>"]);
        // It is told again the next day, and after it moved meanwhile.
        giaingan::service::alerts::scan(&Ctx::system(&app.app, "test"), None).expect("scans");
        one.look().await;
        two.look().await;
        assert_eq!(ready(&app).await.ok()["standstill"], serde_json::json!([]));
        at(&app, "2024-07-02T02:00:00Z");
        for _ in 0..3 {
            one.look().await;
            two.look().await;
        }
        assert_eq!(subjects(&server).len(), 2);
    }

    async fn mails_that_do_not_leave_are_told_past_the_queue(app: TestApp) {
        use crate::api::alerts::watch::Watch as World;
        at(&app, "2024-03-04T02:00:00Z");
        let world = World::new(&app, &["obstacle_overdue"]).await;
        at(&app, "2024-03-04T02:00:00Z");
        crate::jobs::obstacle(&world, &app, world.world.officer, "2024-03-01").await;
        crate::jobs::scan(&app).await;
        let (broken, other) = (SmtpServer::start().await, SmtpServer::start().await);
        broken.behave(Behaviour::Refuse);
        let queue = sender(&app, &broken);
        let mut watch = watch(&app, &other);
        for _ in 0..5 {
            queue.tick().await.expect("a round");
            watch.look().await;
            app.app.clock.advance(TimeDelta::minutes(20));
        }
        assert_eq!(subjects(&other), ["[Giaingan] Thư chưa gửi được / Mails are not leaving"]);
        assert_eq!(ready(&app).await.ok()["standstill"], serde_json::json!(["mail_queue"]));
        broken.behave(Behaviour::Accept);
        app.app.clock.advance(TimeDelta::minutes(30));
        queue.send_all().await.expect("a round");
        watch.look().await;
        assert_eq!(ready(&app).await.ok()["standstill"], serde_json::json!([]));
    }

    async fn an_instance_that_went_without_a_word_is_missed(app: TestApp) {
        at(&app, "2024-07-01T00:30:00Z");
        let ctx = Ctx::system(&app.app, "test");
        jobs::beat(&ctx, "a").expect("beats");
        app.app.clock.advance(TimeDelta::minutes(5));
        assert_eq!(ready(&app).await.ok()["standstill"], serde_json::json!(["scheduler"]));
        jobs::beat(&ctx, "b").expect("beats");
        assert_eq!(ready(&app).await.ok()["standstill"], serde_json::json!([]), "another goes on");
        assert_eq!(sample(&metrics(&app).await, "giaingan_instances"), Some(1));
        jobs::leave(&ctx, "b").expect("leaves");
    }

    async fn the_jobs_of_a_process_show_their_pulse(app: TestApp) {
        assert_eq!(ready(&app).await.ok()["scheduler_at"], serde_json::Value::Null);
        let server = SmtpServer::start().await;
        Runner::new(&app.app, sender(&app, &server)).tick().await;
        assert!(ready(&app).await.ok()["scheduler_at"].is_string());
        let jobs = metrics(&app).await;
        assert!(sample(&jobs, "giaingan_job_last_success_timestamp_seconds{job=\"housekeeping\"}").is_some(), "{jobs}");
    }
}

#[actix_web::test]
async fn figures_may_ask_for_a_token() {
    let app = TestApp::with(|settings| {
        settings.metrics_token = Some(giaingan::config::Secret::new("s3cret"));
    })
    .await;
    let ask = |token: &'static str| {
        let request = app.anonymous().request(Method::GET, "//metrics");
        Answer::of(request.bearer_auth(token))
    };
    assert_eq!(app.anonymous().get("//metrics").await.status, 401);
    assert_eq!(ask("wrong").await.status, 401);
    assert_eq!(ask("s3cret").await.status, 200);
}

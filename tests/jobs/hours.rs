use serde_json::json;

use super::{at, obstacle, outbox, scan, sender};
use crate::api::alerts::watch::Watch;
use crate::support::app::both;
use crate::support::eml::Eml;
use crate::support::smtp::SmtpServer;

both! {
    async fn ordinary_mail_waits_for_working_hours_and_escalations_do_not(app: TestApp) {
        at(&app, "2024-01-02T02:00:00Z");
        let watch = Watch::with_line(&app, &["schedule_overdue"]).await;
        // 1 April, 06:00 in Vietnam.
        at(&app, "2024-03-31T23:00:00Z");
        scan(&app).await;
        let server = SmtpServer::start().await;
        let sender = sender(&app, &server);
        assert_eq!(sender.tick().await.expect("a round").sent, 0);
        let waiting = app.admin().get("/mails").await.ok();
        assert_eq!(waiting["data"][0]["next_attempt_at"], "2024-04-01T00:00:00Z", "seven in Vietnam");
        at(&app, "2024-04-01T00:00:00Z");
        assert_eq!(sender.tick().await.expect("a round").sent, 2);
        at(&app, "2024-04-07T23:00:00Z");
        assert_eq!(scan(&app).await["mails_queued"], 2);
        assert_eq!(sender.tick().await.expect("a round").sent, 2, "escalations go at once");
        let _ = watch;
    }

    async fn the_news_of_a_weekend_are_one_mail_on_monday(app: TestApp) {
        at(&app, "2024-02-01T02:00:00Z");
        let watch = Watch::new(&app, &["obstacle_overdue"]).await;
        let person = watch.person("Bùi Thị Gỡ").await;
        // Friday 1 to Sunday 3 March; scans at six in the morning of the days after.
        for (due, morning) in [("2024-03-01", "2024-03-01T23:00:00Z"), ("2024-03-02", "2024-03-02T23:00:00Z"), ("2024-03-03", "2024-03-03T23:00:00Z")] {
            at(&app, morning);
            obstacle(&watch, &app, person, due).await;
            assert_eq!(scan(&app).await["mails_queued"], 1);
        }
        assert_eq!(outbox(&app).await, [("Bùi Thị Gỡ".to_owned(), "raised".to_owned(), "queued".to_owned())]);
        let server = SmtpServer::start().await;
        let sender = sender(&app, &server);
        at(&app, "2024-03-03T03:00:00Z");
        assert_eq!(sender.tick().await.expect("a round").sent, 0, "Sunday");
        at(&app, "2024-03-04T01:00:00Z");
        assert_eq!(sender.tick().await.expect("a round").sent, 1);
        let mail = Eml::parse(&server.received()[0].raw);
        assert_eq!(mail.header("Subject"), "[Cảnh báo] 3 việc cần xử lý ngày 04/03/2024");
        let text = mail.parts()[0].text();
        for due in ["2024-03-01", "2024-03-02", "2024-03-03"] {
            assert!(text.contains(&format!("Vướng mặt bằng {due}")), "{text}");
        }
        // No news, no mail.
        at(&app, "2024-03-04T23:00:00Z");
        assert_eq!(scan(&app).await["mails_queued"], 0);
    }

    async fn above_the_daily_cap_the_rest_waits_for_the_digest(app: TestApp) {
        at(&app, "2024-03-04T02:00:00Z");
        let watch = Watch::new(&app, &["obstacle_overdue"]).await;
        let person = watch.person("Bùi Thị Gỡ").await;
        let server = SmtpServer::start().await;
        at(&app, "2024-03-04T02:00:00Z");
        let sender = sender(&app, &server);
        for day in 1..=7 {
            at(&app, "2024-03-04T02:00:00Z");
            obstacle(&watch, &app, person, &format!("2024-02-{day:02}")).await;
            assert_eq!(scan(&app).await["mails_queued"], 1);
            sender.tick().await.expect("a round");
        }
        assert_eq!(server.received().len(), 5);
        let reasons: Vec<(String, String)> = outbox(&app).await.into_iter().map(|(_, reason, state)| (reason, state)).collect();
        assert_eq!(reasons[5..], [("digest".to_owned(), "queued".to_owned())]);
        at(&app, "2024-03-05T01:00:00Z");
        assert_eq!(sender.tick().await.expect("a round").sent, 1);
        let digest = Eml::parse(&server.received()[5].raw);
        assert_eq!(digest.header("Subject"), "[Cảnh báo] Tổng hợp ngày 04/03/2024: 2 nội dung mới");
    }

    async fn everything_can_be_sent_now(app: TestApp) {
        at(&app, "2024-03-02T20:00:00Z");
        let watch = Watch::new(&app, &["obstacle_overdue"]).await;
        at(&app, "2024-03-02T20:00:00Z");
        obstacle(&watch, &app, watch.world.officer, "2024-03-01").await;
        scan(&app).await;
        let server = SmtpServer::start().await;
        let sender = sender(&app, &server);
        assert_eq!(sender.tick().await.expect("a round").sent, 0, "three on a Sunday morning");
        assert_eq!(sender.send_all().await.expect("a round").sent, 1);
        assert_eq!(app.admin().get("/mails?state=sent").await.ok()["data"][0]["attempts"], json!(1));
    }
}

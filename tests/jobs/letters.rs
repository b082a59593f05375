use serde_json::json;

use super::{obstacle, scan, sender};
use crate::api::alerts::watch::Watch;
use crate::support::app::both;
use crate::support::eml::Eml;
use crate::support::smtp::SmtpServer;

both! {
    async fn the_leader_reads_the_figures_what_to_do_and_who_is_told_next(app: TestApp) {
        let watch = Watch::with_line(&app, &["schedule_overdue"]).await;
        watch.scan(&app, "2024-07-01").await;
        let server = SmtpServer::start().await;
        let round = sender(&app, &server).send_all().await.expect("a round");
        assert_eq!((round.sent, round.failed, round.dead), (2, 0, 0));
        let received = server.received();
        let leader = received.iter().find(|mail| mail.to == ["TO:<tran.thi.ha@quangninh.example>"]).expect("the leader's");
        let mail = Eml::parse(&leader.raw);
        assert_eq!(mail.header("Subject"), "[Cảnh báo] Đường Trần Quốc Nghiễn – NSTW 2024: chậm giải ngân 92 ngày");
        assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
        let parts = mail.parts();
        let (text, html) = (parts[0].text(), parts[1].text());
        let alert = watch.live().await["id"].clone();
        for line in [
            "Kính gửi: Đồng chí Trần Thị Hà, Phó Chủ tịch",
            "Theo số liệu đến ngày 01/07/2024",
            "Chậm giải ngân so với kế hoạch chi tiết [Nghiêm trọng]",
            "Đường Trần Quốc Nghiễn – NSTW 2024",
            "Nguồn vốn: Ngân sách trung ương (NSTW)",
            "Kế hoạch vốn: 1.000 đồng",
            "Đã giải ngân: 150 đồng",
            "Tỷ lệ giải ngân: 15%",
            "Phải giải ngân đến nay: 500 đồng",
            "Số tiền chậm: 350 đồng",
            "Chậm từ đợt hạn: 31/03/2024",
            "Số ngày chậm: 92 ngày",
            "Hạn cuối giải ngân: 31/01/2025",
            "Người chịu trách nhiệm: Trần Thị Hà",
            "Việc cần làm: Đôn đốc chủ đầu tư",
            "ngày 08/07/2024 sẽ báo cáo Tổ công tác của Phường Hồng Hải",
            "Lý do nhận thư: đồng chí là lãnh đạo phụ trách dự án",
            &format!("http://127.0.0.1:8080/alerts/{alert}"),
            "Trân trọng.",
            "không phải văn bản hành chính chính thức",
        ] {
            assert!(text.contains(line), "{line:?} is not in:\n{text}");
        }
        for part in ["Số tiền chậm", "350 đồng", "Kính gửi: Đồng chí Trần Thị Hà, Phó Chủ tịch", &format!("href=\"http://127.0.0.1:8080/alerts/{alert}\"")] {
            assert!(html.contains(part), "{part:?} is not in:\n{html}");
        }
        let officer = received.iter().find(|mail| mail.to == ["TO:<do.van.binh@quangninh.example>"]).expect("the officer's");
        assert!(Eml::parse(&officer.raw).parts()[0].text().contains("đồng chí là cán bộ theo dõi dự án"));
        // Nothing is sent twice.
        let again = sender(&app, &server).send_all().await.expect("a round");
        assert_eq!((again.sent, server.received().len()), (0, 2));
    }

    async fn the_task_force_reads_that_it_is_its_turn_and_of_a_missed_promise(app: TestApp) {
        let watch = Watch::with_line(&app, &["schedule_overdue"]).await;
        watch.scan(&app, "2024-04-01").await;
        let alert = watch.live().await["id"].as_i64().unwrap();
        watch.promise(alert, "2024-04-03", 50).await;
        let server = SmtpServer::start().await;
        sender(&app, &server).send_all().await.expect("a round");
        watch.scan(&app, "2024-04-04").await;
        watch.scan(&app, "2024-04-11").await;
        sender(&app, &server).send_all().await.expect("a round");
        let to = |address: &str| {
            let mails = server.received();
            let mail = mails.iter().rfind(|mail| mail.to == [format!("TO:<{address}@quangninh.example>")]).expect("a mail").clone();
            let mail = Eml::parse(&mail.raw);
            (mail.header("Subject"), mail.parts()[0].text())
        };
        let (subject, text) = to("pham.van.xa");
        assert_eq!(subject, "[Cảnh báo] Không đạt cam kết: Đường Trần Quốc Nghiễn – NSTW 2024: chậm giải ngân 4 ngày");
        for line in ["Cam kết không đạt: 50 đồng – 03/04/2024", "thành viên Tổ công tác đặc biệt về đầu tư công của Phường Hồng Hải",
            "ngày 11/04/2024 sẽ báo cáo Tổ công tác của Thành phố Hạ Long"] {
            assert!(text.contains(line), "{line:?} is not in:\n{text}");
        }
        let (subject, text) = to("vu.van.huyen");
        assert_eq!(subject, "[Cảnh báo] Báo cáo Tổ công tác: Đường Trần Quốc Nghiễn – NSTW 2024: chậm giải ngân 11 ngày");
        assert!(text.contains("Cảnh báo từ ngày: 01/04/2024") && text.contains("Kính gửi: Đồng chí Vũ Văn Huyện, Chủ tịch UBND"), "{text}");
    }

    async fn whoever_prefers_english_gets_english(app: TestApp) {
        let watch = Watch::with_line(&app, &["schedule_overdue"]).await;
        let user = json!({"username": "tran.ha", "password": "con thuyền trên vịnh 8", "person_id": watch.world.leader, "locale": "en", "grants": [{"role": "leader"}]});
        watch.admin.post("/users", user).await.created();
        watch.scan(&app, "2024-04-01").await;
        let server = SmtpServer::start().await;
        sender(&app, &server).send_all().await.expect("a round");
        let received = server.received();
        let mail = received.iter().find(|mail| mail.to == ["TO:<tran.thi.ha@quangninh.example>"]).expect("the leader's");
        let mail = Eml::parse(&mail.raw);
        assert_eq!(mail.header("Subject"), "[Alert] Đường Trần Quốc Nghiễn – NSTW 2024: 1 day behind schedule");
        let text = mail.parts()[0].text();
        for line in ["Dear Trần Thị Hà, Phó Chủ tịch", "Late amount: 50 VND", "the task force of Phường Hồng Hải is told on 8 Apr 2024", "not an official document"] {
            assert!(text.contains(line), "{line:?} is not in:\n{text}");
        }
    }

    async fn text_from_people_can_forge_nothing(app: TestApp) {
        let watch = Watch::with_line(&app, &["obstacle_overdue"]).await;
        let body = json!({"category": "site_clearance", "description": "<script>alert(1)</script>\nBcc: x@y =?utf-8?q?x?=", "due_date": "2024-03-01", "owner_person_id": watch.world.officer});
        watch.admin.post(&format!("/projects/{}/obstacles", watch.world.project), body).await.created();
        obstacle(&watch, &app, watch.world.officer, "2024-03-02").await;
        app.today("2024-03-04");
        scan(&app).await;
        let server = SmtpServer::start().await;
        let round = sender(&app, &server).send_all().await.expect("a round");
        assert_eq!(round.sent, 1);
        let mail = Eml::parse(&server.received()[0].raw);
        assert!(mail.headers.iter().all(|(name, _)| !name.eq_ignore_ascii_case("bcc")), "{:?}", mail.headers);
        let html = mail.parts()[1].text();
        assert!(html.contains("&#60;script&#62;") || html.contains("&lt;script&gt;"), "{html}");
        assert!(!html.contains("<script>"));
    }

    async fn a_promise_comes_back_as_a_calendar_entry(app: TestApp) {
        let watch = Watch::with_line(&app, &["schedule_overdue"]).await;
        watch.scan(&app, "2024-04-01").await;
        let server = SmtpServer::start().await;
        sender(&app, &server).send_all().await.expect("a round");
        let alert = watch.live().await["id"].as_i64().unwrap();
        let latest = |server: &SmtpServer| {
            let received = server.received();
            let mail = received.iter().rfind(|mail| mail.to == ["TO:<tran.thi.ha@quangninh.example>"]).expect("the leader's");
            Eml::parse(&mail.raw)
        };
        watch.promise(alert, "2024-04-12", 40).await;
        sender(&app, &server).send_all().await.expect("a round");
        let mail = latest(&server);
        assert_eq!(mail.header("Subject"), "[Cảnh báo] Đã ghi nhận cam kết: Đường Trần Quốc Nghiễn – NSTW 2024: chậm giải ngân 1 ngày");
        let parts = mail.parts();
        let text = parts[0].parts()[0].text();
        for line in ["Cam kết đang thực hiện: 40 đồng – 12/04/2024",
            "nếu đến hết ngày 12/04/2024 không đạt, sẽ báo cáo ngay Tổ công tác của Phường Hồng Hải",
            "Lý do nhận thư: đồng chí là lãnh đạo phụ trách dự án"] {
            assert!(text.contains(line), "{line:?} is not in:\n{text}");
        }
        let calendar = &parts[1];
        assert_eq!(calendar.header("Content-Type").split(';').next(), Some("text/calendar"));
        assert!(calendar.header("Content-Disposition").contains("cam-ket.ics"));
        let first = calendar.text().replace("\n ", "");
        let uid = format!("UID:http://127.0.0.1:8080/alerts/{alert}");
        for line in ["DTSTART;VALUE=DATE:20240412", "DTEND;VALUE=DATE:20240413", "SUMMARY:Hạn cam kết: Đường Trần Quốc Nghiễn – NSTW 2024", uid.as_str()] {
            assert!(first.lines().any(|found| found == line), "{line:?} is not in:\n{first}");
        }
        // Moved: the same entry, a later version.
        watch.promise(alert, "2024-04-15", 40).await;
        sender(&app, &server).send_all().await.expect("a round");
        let moved = latest(&server).parts()[1].text().replace("\n ", "");
        let sequence = |file: &str| -> i64 {
            let line = file.lines().find_map(|line| line.strip_prefix("SEQUENCE:")).expect("a sequence");
            line.parse().expect("a number")
        };
        assert!(moved.contains(&uid) && moved.contains("DTSTART;VALUE=DATE:20240415"), "{moved}");
        assert!(sequence(&moved) > sequence(&first));
        // A snooze promises nothing.
        let before = server.received().len();
        watch.scan(&app, "2024-04-16").await;
        sender(&app, &server).send_all().await.expect("a round");
        let after_miss = server.received().len();
        assert!(after_miss > before);
        watch.admin.post(&format!("/alerts/{alert}/snooze"), json!({"until": "2024-04-20", "reason": "Chờ"})).await.ok();
        assert_eq!(sender(&app, &server).send_all().await.expect("a round").sent, 0);
    }

    async fn promises_of_one_day_share_a_mail_and_its_calendar(app: TestApp) {
        let watch = Watch::new(&app, &["schedule_overdue"]).await;
        watch.give(&app, watch.world.project).await;
        watch.give(&app, watch.world.other_project).await;
        watch.scan(&app, "2024-04-01").await;
        for alert in watch.list("").await {
            watch.promise(alert["id"].as_i64().unwrap(), "2024-04-12", 40).await;
        }
        let server = SmtpServer::start().await;
        assert_eq!(sender(&app, &server).send_all().await.expect("a round").sent, 2, "leader and officer");
        let mail = Eml::parse(&server.received()[0].raw);
        assert_eq!(mail.header("Subject"), "[Cảnh báo] Tổng hợp ngày 01/04/2024: 4 nội dung mới");
        assert_eq!(mail.parts()[1].text().matches("BEGIN:VEVENT").count(), 2);
    }
}

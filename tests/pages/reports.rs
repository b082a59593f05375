use serde_json::json;

use crate::api::alerts::watch::Watch;
use crate::support::app::both;
use crate::support::browser::Browser;
use crate::support::builders::{World, with};

const MILLION: i64 = 1_000_000;

both! {
    async fn a_report_shows_the_figures_of_its_workbook_and_of_the_api(app: TestApp) {
        let world = World::new(&app).await;
        world.admin.patch(&format!("/projects/{}", world.project), json!({"total_investment": 9_000_000 * MILLION})).await.ok();
        world.plan(world.project, 7_654_321 * MILLION).await;
        world.pay(world.project, 1_234_567 * MILLION, "2024-05-05").await;
        let browser = Browser::signed_in(&app, "admin").await;
        let index = browser.get("/reports?budget_year=2024").await.ok();
        for name in ["progress", "projects", "ranking", "s-curve", "allocation", "advances", "late-items", "plan-changes", "payments", "compliance", "reallocation", "promises", "alert-quality"] {
            let address = format!("/reports/{name}?budget_year=2024");
            index.shows(&format!("href=\"{address}\""));
            let page = browser.get(&format!("{address}&as_of=2024-06-15")).await.ok();
            page.shows("15/06/2024").shows(&format!("/reports/{name}/workbook?budget_year=2024"));
            let file = browser.get(&format!("/reports/{name}/workbook?budget_year=2024")).await.ok();
            assert_eq!(file.header("content-disposition"), format!("attachment; filename=\"{name}-2024-2024-06-30.xlsx\""));
        }
        let rate = world.admin.get("/reports/progress?budget_year=2024").await.ok()["totals"]["rate"].clone();
        let rate = rate.as_str().expect("a rate").replace('.', ",");
        let page = browser.get("/reports/progress?budget_year=2024&group_by=sector").await.ok();
        page.shows("7.654.321").shows("1.234.567").shows(&format!("{rate}%")).shows("Giao thông").shows("TỔNG CỘNG");
        let detail = browser.get("/reports/projects?budget_year=2024").await.ok();
        detail.shows("Đường Trần Quốc Nghiễn").shows("colspan=\"4\"").shows("rowspan=\"2\"");
        browser.get("/reports/no-such").await.expect(404);
        browser.get("/reports/progress?budget_year=2030").await.ok().shows("class=\"empty\"");
        // Nothing is measured against assigned capital that knows none.
        browser.get("/reports/late-items?basis=assigned").await.ok();
    }

    async fn each_sees_the_reports_of_their_scope(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        world.plan(world.other_project, 2_000).await;
        let grants = json!([{"role": "viewer", "unit_id": world.commune}]);
        let browser = Browser::user(&app, "xem", None, grants).await;
        browser.get("/reports/projects?budget_year=2024").await.ok().shows("Trần Quốc Nghiễn").lacks("Cửa Lục").shows("Phường Hồng Hải");
        let page = browser.get("/reports/period-closings").await.ok();
        page.lacks("name=\"month\"");
        browser.post("/reports/period-closings", &[("unit_id", "1"), ("month", "2024-05")]).await.expect(403);
    }

    async fn a_month_is_closed_compared_and_opened_again(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        let wrong = world.pay(world.project, 300, "2024-05-05").await;
        let grants = json!([{"role": "coordinator", "unit_id": world.district}]);
        let browser = Browser::user(&app, "thuky", None, grants).await;
        let list = "/reports/period-closings";
        let (unit, other) = (world.commune.to_string(), world.other_commune.to_string());
        // The month before is suggested.
        assert_eq!(browser.get(list).await.ok().value_of("month"), "2024-05");
        let refused = browser.fill(list, list, &[("unit_id", ""), ("month", "2024-07")]).await.expect(422);
        refused.shows("f-unit_id-fault").lacks("Đã khóa");
        let early = browser.fill(list, list, &[("unit_id", &other), ("month", "2024-07")]).await.expect(422);
        assert_eq!(early.value_of("month"), "2024-07");
        let form = browser.get(list).await.ok();
        let typed = [("unit_id", unit.as_str()), ("month", "2024-05")];
        let closed = browser.send(&form, list, &typed).await.sent_to();
        assert_eq!(browser.send(&form, list, &typed).await.sent_to(), closed, "sent twice");
        let page = browser.get(&closed).await.ok();
        page.shows("Tháng 05/2024, Phường Hồng Hải").shows("SHA-256").shows("Không có dự án nào khác số đã báo cáo");
        browser.get(list).await.ok().shows("Đã khóa").shows(&format!("href=\"{closed}\""));
        let file = browser.get(&format!("{closed}/files?name=report.xlsx")).await.ok();
        assert!(file.header("content-disposition").contains("2024-05-report.xlsx"));
        browser.get(&format!("{closed}/files?name=other")).await.expect(404);
        // A correction in June shows where it points to.
        world.admin.post(&format!("/disbursements/{}/reversal", wrong["id"]), json!({"posted_on": "2024-06-05", "reason": "x"})).await.created();
        browser.get(&closed).await.ok().shows("Hủy bút toán").shows("Trần Quốc Nghiễn");
        let reopening = format!("{closed}/reopening");
        browser.fill(&closed, &reopening, &[("reason", "")]).await.expect(422).shows("Cần nêu lý do");
        assert_eq!(browser.fill(&closed, &reopening, &[("reason", "Sai chứng từ")]).await.sent_to(), closed);
        browser.get(&closed).await.ok().shows("Sai chứng từ").shows("Đã mở lại").lacks("name=\"reason\"");
        let body = with(world.payment_body(10, "2024-05-06", "v"), json!({}));
        world.log(world.project, body).await;
    }

    async fn a_rate_leads_to_what_it_is_made_of(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        let decision = json!({"number": "99/QĐ-UBND", "issuer": "UBND tỉnh", "date": "2024-05-02"});
        let change = json!({"kind": "supplement", "amount": 200, "effective_date": "2024-05-02", "decision": decision});
        world.entry(world.project, with(world.plan_body(0), change)).await;
        world.entry(world.other_project, with(world.plan_body(700), json!({"funding_source_id": world.other_source}))).await;
        world.pay(world.project, 300, "2024-04-05").await;
        world.pay(world.project, 60, "2024-06-05").await;
        world.pay(world.project, 7, "2024-06-25").await;
        let browser = Browser::signed_in(&app, "admin").await;
        let query = "budget_year=2024&as_of=2024-06-15";
        for (report, part) in [("progress?group_by=unit&", "part=unit%3A"), ("progress?group_by=leader&", "part=leader%3Anone"), ("ranking?", "part=unit%3A"),
            ("projects?", "part=source%3A"), ("projects?", "part=sector%3A"), ("projects?", "project_id=")] {
            let page = browser.get(&format!("/reports/{report}{query}")).await.ok();
            let link = page.link(part).unwrap_or_else(|| panic!("{report}: no {part}"));
            browser.get(&link).await.ok().shows("Con số này từ đâu").shows("176/NQ-HĐND");
        }
        let page = browser.get(&format!("/reports/projects?{query}")).await.ok();
        let why = page.link("project_id=").expect("a link");
        let why = match why.contains(&format!("project_id={}&", world.project)) {
            true => why,
            false => why.replace(&format!("project_id={}", world.other_project), &format!("project_id={}", world.project)).replace(&format!("source%3A{}", world.other_source), &format!("source%3A{}", world.source)),
        };
        let page = browser.get(&why).await.ok();
        page.shows("Đường Trần Quốc Nghiễn").shows("99/QĐ-UBND").shows("1.200 đồng").shows("360 đồng").shows("30%").shows("04/2024").lacks("700 đồng").lacks("367 đồng");
        // On another basis the supplement is named as left out.
        let page = browser.get(&format!("{why}&basis=initial")).await.ok();
        page.shows("Quyết định không tính vào mẫu số").shows("36%").shows("1.000 đồng");
        browser.get(&format!("/reports/explain?{query}&part=unit:999999")).await.expect(404);
        browser.get(&format!("/reports/explain?{query}&part=nonsense")).await.expect(404);
        // What lies outside of the reader's scope is not there.
        let grants = json!([{"role": "viewer", "unit_id": world.other_commune}]);
        let stranger = Browser::user(&app, "xem", None, grants).await;
        stranger.get(&why).await.expect(404);
    }

    async fn a_proposed_transfer_is_recorded_once_with_its_decision(app: TestApp) {
        app.today("2024-07-31");
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        world.plan(world.other_project, 500).await;
        world.pay(world.project, 50, "2024-02-10").await;
        world.pay(world.other_project, 500, "2024-07-10").await;
        let list = "/reports/reallocation?budget_year=2024";
        let browser = Browser::signed_in(&app, "admin").await;
        let sheet = browser.get(list).await.ok();
        sheet.shows("Điều chuyển có thể thực hiện").shows("Dự án có khả năng còn vốn").shows("Dự án có thể giải ngân thêm");
        sheet.shows("Đường Trần Quốc Nghiễn → Cầu Cửa Lục 3").shows("dự báo giải ngân hết kế hoạch");
        let link = sheet.link("/plan-transfers/new").expect("a link to the form");
        let form = browser.get(&link).await.ok();
        form.shows("Đường Trần Quốc Nghiễn").shows("Cầu Cửa Lục 3").shows("Ngân sách trung ương");
        let proposed: i64 = form.value_of("amount").replace('.', "").parse().expect("an amount");
        let action = "/plan-transfers/new";
        let refused = browser.send(&form, action, &[("amount", "một ít"), ("decision_number", "")]).await.expect(422);
        refused.shows("f-decision_number-fault").shows("f-decision_issuer-fault").shows("f-amount-fault");
        let decided = [("decision_number", "12/QĐ-UBND"), ("decision_issuer", "UBND tỉnh"), ("decision_date", "2024-07-30")];
        // More than the giver has left is refused beside the amount.
        let more: Vec<_> = decided.into_iter().chain([("amount", "960")]).collect();
        browser.send(&form, action, &more).await.expect(422).shows("f-amount-fault").shows("12/QĐ-UBND");
        let done = browser.send(&form, action, &decided).await.sent_to();
        assert_eq!(browser.send(&form, action, &decided).await.sent_to(), done, "sent twice");
        browser.get(&done).await.ok().shows("Đã ghi điều chuyển");
        let entries = world.admin.get(&format!("/projects/{}/plan-entries", world.other_project)).await.ok();
        let entries = entries["data"].as_array().expect("entries").clone();
        assert_eq!(entries.len(), 2);
        assert_eq!((&entries[1]["amount"], &entries[1]["decision"]["number"]), (&json!(proposed), &json!("12/QĐ-UBND")));
        // Whoever may not change plans sees the worksheet without the way to the form.
        let viewer = Browser::user(&app, "xem", None, json!([{"role": "viewer", "unit_id": 1}])).await;
        let seen = viewer.get(list).await.ok();
        assert_eq!(seen.link("/plan-transfers/new"), None);
        viewer.get(&link).await.expect(403);
    }

    async fn promises_and_alerts_are_reported_on(app: TestApp) {
        let watch = Watch::new(&app, &["schedule_overdue"]).await;
        watch.give(&app, watch.world.project).await;
        watch.scan(&app, "2024-04-01").await;
        let alert = watch.list("rule=schedule_overdue").await[0]["id"].as_i64().expect("an id");
        watch.promise(alert, "2024-04-03", 50).await;
        app.today("2024-04-10");
        watch.scan(&app, "2024-04-10").await;
        let browser = Browser::signed_in(&app, "admin").await;
        let page = browser.get("/reports/promises?budget_year=2024").await.ok();
        page.shows("Lãnh đạo phụ trách").shows("TỔNG CỘNG").shows("0%").lacks("name=\"basis\" value=\"total\" selected").lacks("id=\"c-basis\"");
        browser.get("/reports/promises?budget_year=2024&group_by=unit").await.ok().shows("Phường Hồng Hải");
        browser.get("/reports/promises?budget_year=2024&group_by=sector").await.expect(422);
        let page = browser.get("/reports/alert-quality?budget_year=2024").await.ok();
        page.shows("100%").shows("trong 7 ngày");
        let page = browser.get("/reports/alert-quality?budget_year=2024&group_by=unit&within_days=0").await.ok();
        page.shows("Phường Hồng Hải").shows("trong 0 ngày");
    }

    async fn the_curve_stands_above_its_table(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        let last_year = json!({"budget_year": 2023, "effective_date": "2023-01-01"});
        world.entry(world.project, with(world.plan_body(800), last_year)).await;
        world.pay(world.project, 300, "2024-04-05").await;
        let before = json!({"budget_year": 2023});
        world.log(world.project, with(world.payment_body(777, "2023-04-05", "cũ"), before)).await;
        let browser = Browser::signed_in(&app, "admin").await;
        let page = browser.get("/reports/s-curve?budget_year=2024").await.ok();
        page.shows("<svg").shows("s-band").shows("s-last").shows("class=\"today\"").shows("Cùng kỳ năm trước").shows("0,001");
        browser.get("/reports/progress?budget_year=2024").await.ok().lacks("class=\"chart\"");
    }
}

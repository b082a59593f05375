use serde_json::json;

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
        for name in ["progress", "projects", "ranking", "s-curve", "allocation", "advances", "late-items", "plan-changes", "payments", "compliance"] {
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
        let closed = browser.fill(list, list, &[("unit_id", &unit), ("month", "2024-05")]).await.sent_to();
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
}

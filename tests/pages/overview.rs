use serde_json::json;

use crate::support::app::{TestApp, both};
use crate::support::browser::Browser;
use crate::support::builders::World;

async fn planned(app: &TestApp) -> World {
    let world = World::new(app).await;
    world.plan(world.project, 1_000_000_000).await;
    world.plan(world.other_project, 3_000_000_000).await;
    world
}

both! {
    async fn the_overview_shows_what_the_reader_may_see_and_no_more(app: TestApp) {
        let world = planned(&app).await;
        let admin = Browser::signed_in(&app, "admin").await;
        let page = admin.get("/").await.ok();
        page.shows("4.000").shows("Thành phố Hạ Long").shows("tính đến 30/06/2024");
        let grants = json!([{"role": "viewer", "unit_id": world.commune}]);
        let viewer = Browser::user(&app, "xem-phuong", None, grants).await;
        let page = viewer.get("/").await.ok();
        page.shows("1.000").lacks("4.000").lacks("Bạch Đằng").lacks("/payments/new").lacks("/administration");
        viewer.get(&format!("/?unit_id={}", world.other_commune)).await.ok().lacks("3.000");
    }

    async fn every_rate_says_how_it_came_about(app: TestApp) {
        planned(&app).await;
        let page = Browser::signed_in(&app, "admin").await.get("/?basis=initial").await.ok();
        page.shows("class=\"why\"").shows("4.000.000.000 đồng").shows("Chỉ tính vốn giao đầu năm");
    }

    async fn links_keep_the_figures_that_are_shown(app: TestApp) {
        let world = planned(&app).await;
        let browser = Browser::signed_in(&app, "admin").await;
        let page = browser.get("/?budget_year=2024&as_of=2024-03-31&basis=adjusted").await.ok();
        page.shows(&format!("/?unit_id={}&#38;budget_year=2024&#38;as_of=2024-03-31&#38;basis=adjusted", world.district));
        page.shows("value=\"2024-03-31\"").shows("tính đến 31/03/2024");
        browser.get("/?as_of=31/03/2024").await.expect(422).shows("<h1>");
    }

    async fn the_unit_of_money_and_the_language_are_the_readers_own(app: TestApp) {
        planned(&app).await;
        let browser = Browser::signed_in(&app, "admin").await;
        browser.post("/preferences", &[("choose", "billion"), ("back", "/")]).await.expect(303);
        browser.get("/").await.ok().shows("4,0 <small>tỷ đồng");
        browser.post("/preferences", &[("choose", "en"), ("back", "/")]).await.expect(303);
        browser.get("/").await.ok().shows("4.0 <small>billion VND").shows("30 Jun 2024").lacks("Tỷ lệ").lacks("Kế hoạch");
    }

    async fn names_are_text_whatever_they_hold(app: TestApp) {
        let world = planned(&app).await;
        let hostile = world.new_project("9", "<script>alert(1)</script>\"'&", world.commune).await;
        world.plan(hostile, 5_000).await;
        let page = Browser::signed_in(&app, "admin").await.get("/").await.ok();
        page.lacks("<script>alert").shows("&#60;script&#62;alert(1)");
    }

    async fn whoever_runs_the_place_sees_what_stands_still(app: TestApp) {
        planned(&app).await;
        let grants = json!([{"role": "viewer", "unit_id": 1}]);
        let viewer = Browser::user(&app, "xem-tinh", None, grants).await;
        let admin = Browser::signed_in(&app, "admin").await;
        admin.get("/").await.ok().lacks("role=\"status\"");
        // Nine in the morning, and nothing was scanned at six.
        app.app.clock.let_run();
        app.app.clock.set_now("2024-07-01T02:00:00Z".parse().expect("an instant"));
        admin.get("/").await.ok().shows("Chưa quét cảnh báo của ngày");
        viewer.get("/").await.ok().lacks("Chưa quét");
    }

    async fn without_any_plan_the_page_says_what_to_do(app: TestApp) {
        let page = Browser::signed_in(&app, "admin").await.get("/?budget_year=2031").await.ok();
        page.shows("class=\"empty\"");
    }
}

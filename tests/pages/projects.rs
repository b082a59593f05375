use serde_json::json;

use crate::support::app::both;
use crate::support::browser::Browser;
use crate::support::builders::World;

both! {
    async fn projects_are_found_without_marks_and_filters_are_kept_in_links(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000_000_000).await;
        let browser = Browser::signed_in(&app, "admin").await;
        let page = browser.get("/projects?q=tran+quoc+nghien&all=1").await.ok();
        page.shows("Đường Trần Quốc Nghiễn").lacks("Cầu Cửa Lục 3").shows("1.000");
        page.shows("href=\"/projects?all=1\"");
        let planned = browser.get("/projects").await.ok();
        planned.shows("Đường Trần Quốc Nghiễn").lacks("Cầu Cửa Lục 3");
        browser.get("/projects?all=1").await.ok().shows("Cầu Cửa Lục 3");
        browser.get("/projects?q=không+có").await.ok().shows("class=\"empty\"");
    }

    async fn each_role_sees_its_projects_only(app: TestApp) {
        let world = World::new(&app).await;
        for (number, role) in ["viewer", "auditor", "officer", "coordinator"].into_iter().enumerate() {
            let grants = json!([{"role": role, "unit_id": world.commune}]);
            let browser = Browser::user(&app, &format!("nguoi{number}"), None, grants).await;
            browser.get("/projects?all=1").await.ok().shows("Trần Quốc Nghiễn").lacks("Cửa Lục");
            browser.get(&format!("/projects/{}", world.project)).await.ok();
            for part in ["", "/plan", "/payments", "/people", "/history"] {
                browser.get(&format!("/projects/{}{part}", world.other_project)).await.expect(404).lacks("Cửa Lục");
            }
            let csv = browser.get("/projects.csv?all=1").await.ok();
            csv.shows("Trần Quốc Nghiễn").lacks("Cửa Lục");
        }
    }

    async fn the_file_holds_the_columns_chosen_and_no_formula(app: TestApp) {
        let world = World::new(&app).await;
        world.new_project("=1+1", "=HYPERLINK(\"http://evil\")", world.commune).await;
        let browser = Browser::signed_in(&app, "admin").await;
        let file = browser.get("/projects.csv?all=1&col=code&col=total").await.ok();
        assert!(file.header("content-disposition").contains("attachment"));
        file.shows("\"Tên\",\"Mã\",\"Tổng mức đầu tư\"").shows("\"'=HYPERLINK(\"\"http://evil\"\")\",\"'=1+1\",\"10000\"");
    }

    async fn a_long_list_goes_on_where_it_stopped(app: TestApp) {
        let world = World::new(&app).await;
        for number in 0..60 {
            world.new_project(&format!("P{number:03}"), &format!("Dự án số {number:03}"), world.commune).await;
        }
        let browser = Browser::signed_in(&app, "admin").await;
        let first = browser.get("/projects?all=1&q=du+an+so").await.ok();
        first.shows("Dự án số 049").lacks("Dự án số 050");
        let next = first.text.split("href=\"").find(|part| part.contains("cursor=")).and_then(|part| part.split('"').next()).expect("a next page");
        let second = browser.get(&next.replace("&#38;", "&")).await.ok();
        second.shows("Dự án số 050").lacks("Dự án số 049");
        browser.get("/projects?all=1&cursor=abc").await.expect(400);
    }
}

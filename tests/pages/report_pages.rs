//! Long reports page by page: every page light, nothing left out, nothing shown twice.

use std::collections::BTreeSet;

use serde_json::json;

use crate::support::app::both;
use crate::support::browser::{Browser, Page};
use crate::support::builders::{World, with};

/// Projects, each with two sources, twelve late items, three payments, and long names.
const PROJECTS: usize = 40;

/// A page is never heavier.
const HEAVIEST: usize = 150_000;

const REPORTS: [&str; 13] = [
    "progress",
    "projects",
    "ranking",
    "s-curve",
    "allocation",
    "advances",
    "late-items",
    "plan-changes",
    "payments",
    "compliance",
    "reallocation",
    "promises",
    "alert-quality",
];

async fn province(app: &crate::support::app::TestApp) -> World {
    let world = World::new(app).await;
    let months: Vec<String> = (1..=12)
        .map(|month| format!("2023-{month:02}-28"))
        .collect();
    let items: Vec<(&str, i64)> = months.iter().map(|day| (day.as_str(), 100)).collect();
    let schedule = with(
        world.schedule_body(&items),
        json!({"budget_year": 2023, "effective_date": "2023-01-01"}),
    );
    let year = json!({"budget_year": 2023, "effective_date": "2023-01-01"});
    for number in 0..PROJECTS {
        let name = format!(
            "Dự án {number:03} {}",
            "Cải tạo, nâng cấp tuyến đường liên xã ".repeat(3)
        );
        let unit = [world.commune, world.other_commune][number % 2];
        let project = world
            .new_project(&format!("D{number:03}"), &name, unit)
            .await;
        world
            .entry(project, with(world.plan_body(1_200), year.clone()))
            .await;
        let other = with(
            year.clone(),
            json!({"funding_source_id": world.other_source}),
        );
        world
            .entry(project, with(world.plan_body(500), other))
            .await;
        let more =
            json!({"budget_year": 2023, "effective_date": "2023-06-01", "kind": "supplement"});
        let other = with(more, json!({"funding_source_id": world.other_source}));
        for _ in 0..2 {
            world
                .entry(project, with(world.plan_body(1), other.clone()))
                .await;
        }
        world.approved(app, project, schedule.clone()).await;
        let text =
            "Vướng giải phóng mặt bằng, các hộ dân chưa đồng ý phương án bồi thường. ".repeat(2);
        let body =
            json!({"category": "land_clearance", "description": text, "due_date": "2024-12-31"});
        world
            .admin
            .post(&format!("/projects/{project}/obstacles"), body)
            .await
            .created();
        for day in ["2023-03-05", "2023-04-05", "2023-05-05"] {
            let body = world.payment_body(10, day, &format!("{number}/{day}"));
            world
                .log(project, with(body, json!({"budget_year": 2023})))
                .await;
        }
    }
    world
}

/// The numbers and names of the rows of a list.
fn rows(page: &Page) -> Vec<String> {
    let rows = page.text.split("<tr class=\"row-item\">").skip(1);
    rows.filter_map(|row| Some(row.split_once("</tr>")?.0.to_owned()))
        .collect()
}

both! {
    async fn every_page_of_a_report_is_light_and_all_of_them_are_the_whole(app: TestApp) {
        province(&app).await;
        app.today("2023-12-31");
        let browser = Browser::signed_in(&app, "admin").await;
        let mut several = BTreeSet::new();
        for name in REPORTS {
            let start = format!("/reports/{name}?budget_year=2023");
            let mut page = browser.get(&start).await.ok();
            let whole = match page.link("whole=true") {
                Some(link) => browser.get(&link).await.ok(),
                None => browser.get(&start).await.ok(),
            };
            assert_eq!(whole.link("cursor="), None, "{name}");
            let mut seen = Vec::new();
            loop {
                assert!(page.text.len() < HEAVIEST, "{name}: {} bytes", page.text.len());
                assert!(page.text.contains("TỔNG CỘNG") || !whole.text.contains("TỔNG CỘNG"), "{name}");
                seen.extend(rows(&page));
                let Some(next) = page.link("cursor=") else {
                    break;
                };
                several.insert(name);
                page = browser.get(&next).await.ok();
                page.shows("Về trang đầu").shows("Dòng ");
            }
            assert_eq!(seen, rows(&whole), "{name}");
        }
        assert!(several.is_superset(&BTreeSet::from(["late-items", "payments", "projects"])), "{several:?}");
        browser.get("/reports/late-items?budget_year=2023&cursor=nonsense").await.expect(400);
    }
}

use serde_json::json;

use crate::support::app::{TestApp, both};
use crate::support::browser::{Browser, Page};
use crate::support::builders::World;

/// 1 300 million for 2024 on a line without a schedule, and an officer's browser.
async fn planned(app: &TestApp) -> (World, i64, Browser) {
    let world = World::new(app).await;
    let entry = world.plan(world.project, 1_300_000_000).await;
    let line = entry["line_id"].as_i64().expect("a line");
    let officer = json!([{"role": "officer", "unit_id": 1}]);
    let officer = Browser::user(app, "can-bo", None, officer).await;
    (world, line, officer)
}

fn draft(world: &World) -> String {
    format!("/projects/{}/schedules/new", world.project)
}

/// The cells of the grid, in order.
fn cells(page: &Page, action: &str) -> Vec<String> {
    let fields = page.form(action);
    let cells = fields
        .into_iter()
        .filter(|(name, _)| name.ends_with("/amount"));
    cells.map(|(_, value)| value).collect()
}

/// A draft that was saved: its id.
fn saved(page: Page) -> String {
    let path = page.sent_to();
    path.trim_start_matches("/schedules/")
        .replace("?done=1", "")
}

both! {
    async fn a_schedule_is_built_submitted_and_approved_by_two_people(app: TestApp) {
        let (world, line, officer) = planned(&app).await;
        let action = draft(&world);
        let page = officer.get(&format!("{action}?line_id={line}")).await.ok();
        page.shows("1.300.000.000 đồng");
        assert_eq!(cells(&page, &action).len(), 13);
        let page = officer.send(&page, &action, &[("_do", "even")]).await.ok();
        assert_eq!(cells(&page, &action), ["100.000.000"; 13]);
        let id = saved(officer.send(&page, &action, &[("_do", "submit")]).await);
        let version = format!("/schedules/{id}");
        officer.get(&version).await.ok().shows("Đã trình").shows("người khác phải duyệt").lacks("/approve");
        let token = officer.get(&version).await.value_of("_csrf");
        officer.post(&format!("{version}/approve"), &[("_csrf", &token)]).await.expect(403);
        let second = Browser::user(&app, "dieu-phoi", None, json!([{"role": "coordinator", "unit_id": 1}])).await;
        let page = second.get(&version).await.ok();
        second.send(&page, &format!("{version}/approve"), &[]).await.sent_to();
        let tab = second.get(&format!("/projects/{}/schedules", world.project)).await.ok();
        tab.shows("Đang áp dụng").shows("phiên bản 1").lacks("/schedules/new");
    }

    async fn months_before_the_day_it_counts_keep_what_they_have(app: TestApp) {
        let (world, line, officer) = planned(&app).await;
        let action = draft(&world);
        let page = officer.get(&format!("{action}?line_id={line}")).await.ok();
        let typed = [("effective_date", "2024-12-01"), ("items/0/amount", "300 triệu"), ("_do", "even")];
        let page = officer.send(&page, &action, &typed).await.ok();
        let grid = cells(&page, &action);
        assert_eq!((grid[0].as_str(), grid[11].as_str(), grid[12].as_str()), ("300.000.000", "500.000.000", "500.000.000"), "{grid:?}");
        let typed = [("effective_date", "2024-12-01"), ("items/0/amount", "1,5 tỷ"), ("_do", "even")];
        officer.send(&page, &action, &typed).await.ok().shows("hoặc không còn tháng nào để chia");
    }

    async fn last_years_rhythm_shapes_the_months(app: TestApp) {
        let (world, line, officer) = planned(&app).await;
        let before = json!({"funding_source_id": world.source, "budget_year": 2023, "kind": "initial", "amount": 100_000,
            "effective_date": "2023-01-01", "decision": crate::support::builders::decision()});
        world.entry(world.project, before).await;
        world.admin.patch(&format!("/projects/{}", world.project), json!({"total_investment": 9_000_000_000_i64})).await.ok();
        for (day, gross) in [("2023-02-10", 1_000), ("2023-06-10", 3_000)] {
            let mut body = world.payment_body(gross, day, day);
            body["budget_year"] = json!(2023);
            world.log(world.project, body).await;
        }
        let action = draft(&world);
        let page = officer.get(&format!("{action}?line_id={line}&effective_date=2024-01-01")).await.ok();
        let grid = cells(&officer.send(&page, &action, &[("_do", "curve")]).await.ok(), &action);
        assert_eq!((grid[1].as_str(), grid[5].as_str()), ("325.000.000", "975.000.000"), "{grid:?}");
    }

    async fn a_column_or_a_row_is_pasted_from_a_sheet(app: TestApp) {
        let (world, line, officer) = planned(&app).await;
        let action = draft(&world);
        let page = officer.get(&format!("{action}?line_id={line}")).await.ok();
        for paste in ["100\r\n200\r\n\r\n1000,5", "100\t200\t\t1000,5"] {
            let typed = [("paste", paste), ("amount_unit", "million"), ("_do", "paste")];
            let grid = cells(&officer.send(&page, &action, &typed).await.ok(), &action);
            assert_eq!(grid[..5], ["100", "200", "", "1000,5", ""]);
        }
        let typed = [("paste", "100\nmột trăm"), ("amount_unit", "million"), ("_do", "paste")];
        let page = officer.send(&page, &action, &typed).await.expect(422);
        page.shows("Không đọc được số này").shows("một trăm").shows("href=\"#f-items-1-amount\"");
    }

    async fn what_is_wrong_stands_beside_its_cell_and_nothing_is_saved(app: TestApp) {
        let (world, line, officer) = planned(&app).await;
        let action = draft(&world);
        let page = officer.get(&format!("{action}?line_id={line}")).await.ok();
        let typed = [("items/2/amount", "12,345"), ("items/4/amount", "5"), ("items/4/due_date", "31/5"), ("_do", "save")];
        let refused = officer.send(&page, &action, &typed).await.expect(422);
        refused.shows("href=\"#f-items-2-amount\"").shows("href=\"#f-items-4-due_date\"").shows("value=\"12,345\"");
        let short = [("items/4/amount", "-5"), ("items/6/amount", "7"), ("_do", "save")];
        let refused = officer.send(&page, &action, &short).await.expect(422);
        refused.shows("href=\"#f-items-4-amount\"");
        let short = [("items/6/amount", "7"), ("_do", "submit")];
        officer.send(&page, &action, &short).await.expect(422).shows("value=\"7\"").shows("1.300.000.000");
        let list = world.admin.get(&format!("/projects/{}/schedules", world.project)).await.ok();
        assert_eq!(list["data"], json!([]));
    }

    async fn a_version_changed_by_somebody_else_is_not_written_over(app: TestApp) {
        let (world, line, officer) = planned(&app).await;
        let action = draft(&world);
        let page = officer.get(&format!("{action}?line_id={line}")).await.ok();
        let id = saved(officer.send(&page, &action, &[("items/6/amount", "7000000"), ("_do", "save")]).await);
        let edit = format!("/schedules/{id}/edit");
        let (mine, theirs) = (officer.get(&edit).await.ok(), officer.get(&edit).await.ok());
        officer.send(&theirs, &edit, &[("items/6/amount", "9000000"), ("items/6/label", "đợt 2"), ("note", "Theo 31/TB"), ("effective_date", "2024-02-01"), ("_do", "save")]).await.sent_to();
        let refused = officer.send(&mine, &edit, &[("items/6/amount", "8000000"), ("_do", "save")]).await.expect(422);
        refused.shows("vừa được người khác sửa").shows("value=\"8.000.000\"".replace(".", "").as_str()).shows("data-label=\"Vừa được người khác lưu\">9<");
        for changed in ["01/02/2024", "Theo 31/TB", "9.000.000 đồng (đợt 2)"] {
            refused.shows(changed);
        }
        let stored = world.admin.get(&format!("/schedules/{id}")).await.ok();
        assert_eq!(stored["total"], 9_000_000);
    }

    async fn a_version_is_returned_with_a_reason_and_changed(app: TestApp) {
        let (world, line, officer) = planned(&app).await;
        let action = draft(&world);
        let page = officer.get(&format!("{action}?line_id={line}")).await.ok();
        let page = officer.send(&page, &action, &[("_do", "even")]).await.ok();
        let id = saved(officer.send(&page, &action, &[("_do", "submit")]).await);
        let (version, back) = (format!("/schedules/{id}"), format!("/schedules/{id}/return"));
        let admin = Browser::signed_in(&app, "admin").await;
        let page = admin.get(&version).await.ok();
        admin.send(&page, &back, &[("reason", "")]).await.expect(422).shows("id=\"f-reason-fault\"");
        admin.send(&page, &back, &[("reason", "Dồn quá nhiều vào cuối năm")]).await.sent_to();
        officer.get(&version).await.ok().shows("Bị trả lại: Dồn quá nhiều vào cuối năm").shows(&format!("{version}/edit"));
        let other = json!([{"role": "officer", "unit_id": world.other_commune}]);
        let other = Browser::user(&app, "xa-khac", None, other).await;
        other.get(&version).await.expect(404);
        other.get(&format!("{version}/edit")).await.expect(404);
    }
}

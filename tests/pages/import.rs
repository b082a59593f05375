use serde_json::json;

use crate::api::imports::{payment, payments};
use crate::support::app::{TestApp, both};
use crate::support::browser::Browser;
use crate::support::builders::World;

async fn ready(app: &TestApp) -> (World, Browser) {
    let world = World::new(app).await;
    world.plan(world.project, 1_000).await;
    let grants = json!([{"role": "officer", "unit_id": 1}]);
    let officer = Browser::user(app, "can-bo", None, grants).await;
    (world, officer)
}

const DISBURSEMENTS: [(&str, &str); 2] = [("kind", "disbursements"), ("amount_unit", "dong")];

both! {
    async fn a_file_is_sent_seen_and_recorded(app: TestApp) {
        let (world, officer) = ready(&app).await;
        officer.get("/import").await.ok().shows("enctype=\"multipart/form-data\"").shows("/import/templates/disbursements.xlsx").lacks("/import/templates/projects.xlsx");
        let bad = payments(vec![payment("7891234", 5_000, "2024-03-05", "v<1>")]);
        let at = officer.upload("/import", &DISBURSEMENTS, "T3.xlsx", &bad).await.sent_to();
        let page = officer.get(&at).await.ok();
        page.shows("Sheet1!F2").shows("Số tiền").shows("Vượt kế hoạch vốn").lacks("/commit");
        let good = payments(vec![payment("7891234", 500, "2024-03-05", "v1"), payment("7891234", 400, "2024-03-06", "v2")]);
        let at = officer.upload("/import", &DISBURSEMENTS, "T3.xlsx", &good).await.sent_to();
        officer.get(&at).await.ok().shows(&format!("{at}/commit"));
        let done = officer.fill(&at, &format!("{at}/commit"), &[]).await.sent_to();
        officer.get(&done).await.ok().shows("Đã ghi 2 dòng");
        assert_eq!(world.admin.get("/disbursements").await.ok()["data"].as_array().expect("a list").len(), 2);
        officer.get("/import").await.ok().shows("T3.xlsx").shows("đã ghi");
        // A form without a file says so; a file that cannot be read, too.
        officer.upload("/import", &DISBURSEMENTS, "", b"").await.expect(422).shows("Hãy chọn một tệp");
        let at = officer.upload("/import", &DISBURSEMENTS, "x.xlsx", b"\0\0").await.sent_to();
        officer.get(&at).await.ok().shows("chỉ nhận tệp .xlsx và .csv");
    }

    async fn a_stale_file_says_which_row(app: TestApp) {
        let (world, officer) = ready(&app).await;
        let file = payments(vec![payment("7891234", 900, "2024-03-05", "v1")]);
        let at = officer.upload("/import", &DISBURSEMENTS, "T3.xlsx", &file).await.sent_to();
        world.pay(world.project, 200, "2024-01-05").await;
        officer.fill(&at, &format!("{at}/commit"), &[]).await.expect(409).shows("dòng 2");
    }

    async fn a_statement_is_reconciled_side_by_side(app: TestApp) {
        let (world, officer) = ready(&app).await;
        for (amount, day, voucher) in [(100, "2024-03-05", "A1"), (50, "2024-03-06", "A2")] {
            world.log(world.project, world.payment_body(amount, day, voucher)).await;
        }
        let file = "posted_on,voucher_number,project_code,funding_source_code,budget_year,net_amount\n\
            2024-03-05,A1,7891234,NSTW,2024,100\n2024-03-06,A2,7891234,NSTW,2024,60\n2024-03-07,A3,7891234,NSTW,2024,70\n";
        let at = officer.upload("/import", &[("kind", "treasury_statement"), ("amount_unit", "dong")], "s.csv", file.as_bytes()).await.sent_to();
        officer.get(&at).await.ok().shows("1 khớp, 1 lệch, 1 chỉ có ở Kho bạc, 0 chỉ có ở đây");
        officer.fill(&at, &format!("{at}/commit"), &[]).await.sent_to();
        let matches = format!("{at}/matches");
        officer.get(&matches).await.ok().shows("60 đồng").shows("50 đồng").shows("10 đồng").shows("Chưa có khoản nào được đối chiếu");
        let agreed = format!("{matches}?state=agreed");
        let done = officer.fill(&agreed, &matches, &[("state", "agreed"), ("action", "accept_all")]).await.sent_to();
        officer.get(&done).await.ok().shows("Đã xử lý 1 dòng").shows("Đã đối chiếu đến hết ngày 05/03/2024");
        let missing = format!("{matches}?state=treasury_only");
        let id = officer.get(&missing).await.ok().value_of("match_ids");
        let chosen = [("state", "treasury_only"), ("match_ids", id.as_str()), ("kind", "completed_volume"), ("action", "record")];
        officer.fill(&missing, &matches, &chosen).await.sent_to();
        let refused = officer.fill(&matches, &matches, &[("state", "differs"), ("action", "dispute")]).await;
        refused.expect(422).shows("Cần nêu lý do");
        let paid = world.admin.get("/disbursements?status=reconciled").await.ok();
        assert_eq!(paid["data"].as_array().expect("a list").len(), 2);
    }

    async fn strangers_and_readers_send_nothing(app: TestApp) {
        let (_, _) = ready(&app).await;
        let viewer = Browser::user(&app, "doc", None, json!([{"role": "viewer", "unit_id": 1}])).await;
        viewer.get("/import").await.expect(403);
        viewer.get("/").await.ok().lacks("href=\"/import\"");
        let file = payments(vec![]);
        viewer.upload("/import", &DISBURSEMENTS, "a.xlsx", &file).await.expect(403);
    }
}

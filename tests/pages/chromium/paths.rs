use serde_json::json;

use super::{BOTH, tab};
use crate::api::alerts::watch::Watch;
use crate::support::app::TestApp;
use crate::support::builders::World;
use crate::support::users::made;

/// 1 tỷ of `NSTW` for 2024 on one project.
async fn planned(app: &TestApp) -> World {
    let world = World::new(app).await;
    let more = json!({"total_investment": 90_000_000_000_i64});
    let path = format!("/projects/{}", world.project);
    world.admin.patch(&path, more).await.ok();
    world.plan(world.project, 1_000_000_000).await;
    made(app, "can-bo", json!([{"role": "officer", "unit_id": 1}])).await;
    world
}

#[actix_web::test]
async fn a_payment_is_found_typed_refused_recorded_and_undone() {
    for script in BOTH {
        let app = TestApp::sqlite().await;
        let world = planned(&app).await;
        let mut tab = tab(&app, script, "can-bo").await;
        tab.follow("Ghi giải ngân").await;
        tab.fill("[name=q]", "tran quoc nghien").await;
        tab.click("search button").await;
        tab.follow("Đường Trần Quốc Nghiễn").await;
        tab.fill("[name=gross_amount]", "1,5 tỷ").await;
        tab.fill("[name=voucher_number]", "UNC-7").await;
        if script {
            tab.shows("= 1.500.000.000 đồng").await;
        }
        tab.follow("Ghi khoản giải ngân").await;
        let fault = tab
            .value("document.querySelector('#f-gross_amount-fault').innerText")
            .await;
        assert!(
            fault
                .as_str()
                .is_some_and(|fault| fault.contains("Vượt kế hoạch vốn")),
            "{fault}"
        );
        let kept = tab
            .value("document.querySelector('[name=gross_amount]').value")
            .await;
        assert_eq!(kept, "1,5 tỷ");
        tab.fill("[name=gross_amount]", "350,5 triệu").await;
        tab.follow("Ghi khoản giải ngân").await;
        tab.shows("Đã ghi 350.500.000 đồng").await;
        tab.back().await;
        tab.go(&format!("/projects/{}/payments", world.project))
            .await;
        tab.shows("UNC-7").await;
        tab.follow("Hủy bút toán").await;
        tab.fill("[name=reason]", "gõ nhầm số tiền").await;
        tab.click("main form button.danger").await;
        tab.shows("Đã hủy bằng bút toán -350.500.000 đồng").await;
        tab.no_errors();
    }
}

#[actix_web::test]
async fn a_schedule_is_built_by_one_and_approved_by_another() {
    for script in BOTH {
        let app = TestApp::sqlite().await;
        let world = planned(&app).await;
        made(
            &app,
            "dieu-phoi",
            json!([{"role": "coordinator", "unit_id": 1}]),
        )
        .await;
        let mut officer = tab(&app, script, "can-bo").await;
        officer
            .go(&format!("/projects/{}/schedules", world.project))
            .await;
        officer.follow("Lập kế hoạch giải ngân").await;
        officer.follow("Chia đều").await;
        officer.fill("[name='items/0/amount']", "200 triệu").await;
        if script {
            officer.shows("Vượt").await;
        }
        officer.follow("Lưu và trình duyệt").await;
        officer.shows("Cần sửa các chỗ sau").await;
        officer.follow("Chia đều").await;
        officer.follow("Lưu và trình duyệt").await;
        officer
            .shows("Bạn đã trình phiên bản này, nên người khác phải duyệt.")
            .await;
        let version = officer.path().await;
        let mut second = tab(&app, script, "dieu-phoi").await;
        second.go(&version).await;
        second.click("form[action$='/approve'] button").await;
        second.shows("Đã duyệt").await;
        second.follow("Về kế hoạch giải ngân").await;
        second.shows("Đang áp dụng").await;
        officer.no_errors();
        second.no_errors();
    }
}

#[actix_web::test]
async fn a_sheet_is_pasted_into_the_grid() {
    let app = TestApp::sqlite().await;
    let world = planned(&app).await;
    let mut officer = tab(&app, true, "can-bo").await;
    officer
        .go(&format!("/projects/{}/schedules", world.project))
        .await;
    officer.follow("Lập kế hoạch giải ngân").await;
    let paste = "(() => { const data = new DataTransfer(); data.setData('text/plain', '100000000\\t200000000\\n700000000'); \
        document.querySelector('[name=\"items/0/amount\"]').dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); })()";
    officer.value(paste).await;
    let third = officer
        .value("document.querySelector('[name=\"items/2/amount\"]').value")
        .await;
    assert_eq!(third, "700000000");
    officer.shows("Khớp kế hoạch vốn").await;
    officer.no_errors();
}

#[actix_web::test]
async fn a_leader_promises_on_an_alert() {
    for script in BOTH {
        let app = TestApp::sqlite().await;
        let watch = Watch::with_line(&app, &["schedule_overdue"]).await;
        watch.scan(&app, "2024-04-01").await;
        let leader = json!([{"role": "leader"}]);
        crate::support::users::made_for(&app, "lanh-dao", Some(watch.world.leader), leader).await;
        let mut tab = tab(&app, script, "lanh-dao").await;
        tab.follow("Cảnh báo").await;
        tab.follow("Đường Trần Quốc Nghiễn").await;
        tab.fill("[name=commit_date]", "2024-04-10").await;
        tab.click("form[action$='/acknowledgement'] button").await;
        tab.shows("Cần sửa các chỗ sau").await;
        tab.fill("[name=note]", "Chờ nghiệm thu đợt 2").await;
        tab.click("form[action$='/acknowledgement'] button").await;
        tab.shows("Hứa giải ngân 50 đồng đến 10/04/2024.").await;
        tab.no_errors();
    }
}

#[actix_web::test]
async fn the_chairman_drills_down_to_a_project_and_changes_language_and_unit() {
    for script in BOTH {
        let app = TestApp::sqlite().await;
        let world = planned(&app).await;
        world.plan(world.other_project, 3_000_000_000).await;
        let mut tab = tab(&app, script, "admin").await;
        for name in ["Thành phố Hạ Long", "Phường Hồng Hải"] {
            tab.follow(name).await;
            tab.shows(&format!("Giải ngân: {name}")).await;
        }
        tab.follow("Xem các dự án").await;
        tab.follow("Đường Trần Quốc Nghiễn").await;
        tab.shows("Theo nguồn vốn").await;
        tab.click("button[value=billion]").await;
        tab.shows("1,0 tỷ đồng").await;
        tab.press("admin").await;
        tab.click("button[value=en]").await;
        tab.shows("By funding source").await;
        tab.shows("1.0 billion VND").await;
        tab.go("/projects").await;
        tab.fill("[name=q]", "tran quoc nghien").await;
        tab.follow("Apply").await;
        tab.shows("Đường Trần Quốc Nghiễn").await;
        tab.no_errors();
    }
}

#[actix_web::test]
async fn a_task_force_goes_through_its_agenda() {
    for script in BOTH {
        let app = TestApp::sqlite().await;
        let watch = Watch::with_line(&app, &["schedule_overdue"]).await;
        let obstacle = json!({"category": "weather", "description": "Mưa lũ kéo dài", "due_date": "2024-03-15"});
        let path = format!("/projects/{}/obstacles", watch.world.project);
        watch.admin.post(&path, obstacle).await.created();
        watch.scan(&app, "2024-04-01").await;
        let mut tab = tab(&app, script, "admin").await;
        tab.follow("Tổ công tác").await;
        tab.follow("Tỉnh Quảng Ninh").await;
        for text in [
            "Đường Trần Quốc Nghiễn",
            "Mưa lũ kéo dài",
            "Không có cam kết nào đang chạy.",
        ] {
            tab.shows(text).await;
        }
        tab.press("Giao nhiệm vụ").await;
        tab.click("form[action$='/directives'] button").await;
        tab.shows("Cần sửa các chỗ sau").await;
        tab.fill("#f-text", "Bàn giao mặt bằng đoạn 2").await;
        tab.fill("#f-assignee_person_id", &watch.world.officer.to_string())
            .await;
        tab.fill("#f-source_document", "31/TB-UBND").await;
        tab.fill("#f-project_code", "7891234").await;
        tab.click("form[action$='/directives'] button").await;
        tab.shows("Bàn giao mặt bằng đoạn 2").await;
        tab.follow("Bàn giao mặt bằng đoạn 2").await;
        tab.fill("#f-status", "resolved").await;
        tab.follow("Lưu").await;
        tab.shows("Không có nhiệm vụ nào đang thực hiện.").await;
        tab.no_errors();
    }
}

#[actix_web::test]
async fn a_form_survives_the_end_of_its_session() {
    for script in BOTH {
        let app = TestApp::sqlite().await;
        let world = planned(&app).await;
        let mut tab = tab(&app, script, "can-bo").await;
        tab.go(&format!("/payments/new?project_id={}", world.project))
            .await;
        tab.fill("[name=gross_amount]", "250 triệu").await;
        tab.fill("[name=voucher_number]", "UNC-9").await;
        tab.forget_cookies().await;
        tab.follow("Ghi khoản giải ngân").await;
        tab.shows("Nội dung vừa nhập vẫn được giữ").await;
        tab.fill("[name=username]", "can-bo").await;
        tab.fill("[name=password]", crate::support::app::ADMIN_PASSWORD)
            .await;
        tab.click("main form button").await;
        tab.follow("Trở lại phiếu").await;
        tab.shows("trước khi phiên hết hạn").await;
        let kept = "document.querySelector('[name=gross_amount]').value";
        assert_eq!(tab.value(kept).await, "250 triệu");
        tab.follow("Ghi khoản giải ngân").await;
        tab.shows("Đã ghi 250.000.000 đồng").await;
        tab.no_errors();
    }
}

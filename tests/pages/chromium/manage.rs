//! What administrators and coordinators set up, in a real browser.

use super::{BOTH, tab};
use crate::support::app::{ADMIN_PASSWORD, TestApp};
use crate::support::builders::World;
use crate::support::tab::{DESKTOP, Look, Tab};

#[actix_web::test]
async fn a_user_is_added_given_more_signed_out_and_locked_out() {
    for script in BOTH {
        let app = TestApp::sqlite().await;
        let world = World::new(&app).await;
        let mut admin = tab(&app, script, "admin").await;
        admin.follow("Quản trị").await;
        admin.follow("Tài khoản và quyền").await;
        admin.follow("Thêm tài khoản").await;
        admin.follow("Lưu").await;
        admin.shows("Cần sửa các chỗ sau").await;
        admin.fill("[name=username]", "binh").await;
        admin.fill("[name=password]", "ngắn").await;
        admin.fill("[name='grants/0/role']", "viewer").await;
        admin.follow("Lưu").await;
        for field in ["grants-0-unit_id", "password"] {
            let fault = format!("document.querySelector('#f-{field}-fault') !== null");
            assert_eq!(admin.value(&fault).await, true, "{field}");
        }
        let kept = "document.querySelector('[name=username]').value";
        assert_eq!(admin.value(kept).await, "binh");
        admin.fill("[name=password]", ADMIN_PASSWORD).await;
        let commune = world.commune.to_string();
        admin.fill("[name='grants/0/unit_id']", &commune).await;
        admin.follow("Lưu").await;
        admin.shows("Đã lưu").await;

        let mut user = Tab::open(&app.base, Look { script, ..DESKTOP }).await;
        user.sign_in("binh").await;
        user.go(&format!("/projects/{}", world.project)).await;
        user.shows("Đường Trần Quốc Nghiễn").await;
        assert!(!user.text().await.contains("Ghi giải ngân"));

        admin.fill("[name='grants/1/role']", "officer").await;
        admin.fill("[name='grants/1/unit_id']", &commune).await;
        admin.follow("Lưu").await;
        admin.shows("Đã lưu").await;
        user.go(&format!("/projects/{}", world.project)).await;
        user.shows("Ghi giải ngân").await;

        admin.follow("Kết thúc mọi phiên đăng nhập").await;
        user.go("/projects").await;
        assert_eq!(user.path().await, "/sign-in");
        let off = "document.querySelector('[name=active][value=false]').checked = true";
        admin.value(off).await;
        admin.follow("Lưu").await;
        admin.shows("Đã lưu").await;
        user.sign_in("binh").await;
        user.shows("Sai tên đăng nhập hoặc mật khẩu").await;
        admin.no_errors();
        user.no_errors();
    }
}

#[actix_web::test]
async fn a_secret_is_shown_once_whether_one_reloads_or_goes_back() {
    for script in BOTH {
        let app = TestApp::sqlite().await;
        World::new(&app).await;
        let mut admin = tab(&app, script, "admin").await;
        admin.follow("Quản trị").await;
        admin.follow("Khóa API").await;
        admin.follow("Tạo khóa API").await;
        admin.fill("[name=name]", "Kho bạc khu vực 3").await;
        admin.fill("[name='grant/role']", "viewer").await;
        admin.fill("[name='grant/unit_id']", "1").await;
        admin.follow("Lưu").await;
        let secret = admin
            .value("document.querySelector('.secret').innerText")
            .await;
        let secret = secret.as_str().expect("a secret").to_owned();
        assert!(secret.starts_with("gk_"), "{secret}");
        admin.follow("Tôi đã cất chuỗi này").await;
        admin.shows("Kho bạc khu vực 3").await;
        assert!(!admin.text().await.contains(&secret));
        admin.follow("Thu hồi khóa").await;
        admin.shows("Đã thu hồi").await;
        admin.no_errors();
    }
}

#[actix_web::test]
async fn a_project_is_added_and_given_its_plan() {
    for script in BOTH {
        let app = TestApp::sqlite().await;
        let world = World::new(&app).await;
        let mut tab = tab(&app, script, "admin").await;
        tab.follow("Dự án").await;
        tab.follow("Thêm dự án").await;
        let ids = [world.commune, world.investor].map(|id| id.to_string());
        for (field, value) in [
            ("code", "7900001"),
            ("name", "Trường tiểu học Hồng Hải"),
            ("sector", "education"),
            ("managing_unit_id", &ids[0]),
            ("investor_id", &ids[1]),
            ("total_investment", "45,5 tỷ"),
            ("decision_number", "9/QĐ-UBND"),
            ("decision_issuer", "UBND tỉnh"),
            ("decision_date", "2024-01-05"),
            ("start_year", "2024"),
            ("end_year", "2026"),
        ] {
            tab.fill(&format!("[name={field}]"), value).await;
        }
        if script {
            tab.shows("= 45.500.000.000 đồng").await;
        }
        tab.follow("Lưu").await;
        tab.shows("Đã lưu").await;
        tab.shows("Trường tiểu học Hồng Hải").await;
        tab.follow("Kế hoạch vốn").await;
        tab.press("Giao, bổ sung, cắt giảm vốn").await;
        let source = world.source.to_string();
        for (field, value) in [
            ("funding_source_id", source.as_str()),
            ("amount", "12 tỷ"),
            ("decision_number", "15/NQ-HĐND"),
            ("decision_issuer", "HĐND tỉnh"),
            ("decision_date", "2024-05-02"),
            ("effective_date", "2024-05-02"),
        ] {
            tab.fill(&format!("#f-entry-{field}"), value).await;
        }
        tab.click("form[action$='/plan/entries'] button").await;
        tab.shows("15/NQ-HĐND").await;
        tab.shows("12.000").await;
        tab.no_errors();
    }
}

//! API keys and webhooks, made and looked after in a browser.

use chrono::TimeDelta;
use giaingan::service::{Ctx, api_keys};
use serde_json::json;

use crate::support::app::{Client, TestApp, both};
use crate::support::browser::{Browser, Page};
use crate::support::builders::World;

/// The secret of a page that shows one.
fn secret(page: &Page) -> String {
    let (_, rest) = page.text.split_once("<code>").expect("a secret");
    rest.split('<').next().unwrap_or_default().to_owned()
}

/// Whoever signs in with a key.
fn with_key(app: &TestApp, key: &str) -> Client {
    Client {
        token: Some(key.to_owned()),
        ..app.anonymous()
    }
}

/// The record that a page of a secret leads to.
fn place(page: &Page, below: &str) -> String {
    let start = format!("class=\"button\" href=\"{below}/");
    let (_, rest) = page.text.split_once(&start).expect("the way to the record");
    format!("{below}/{}", rest.split('"').next().unwrap_or_default())
}

both! {
    async fn a_key_is_made_once_shown_once_narrowed_and_revoked(app: TestApp) {
        let world = World::new(&app).await;
        let admin = Browser::signed_in(&app, "admin").await;
        let list = "/administration/api-keys";
        let blank = admin.get(&format!("{list}/new")).await.ok();
        let unit = world.commune.to_string();
        let bad = admin.send(&blank, list, &[("name", "Kho bạc"), ("grant/unit_id", &unit), ("rate_limit", "nhiều"), ("last_day", "hôm nay")]).await.expect(422);
        for field in ["grant-role", "rate_limit", "last_day"] {
            bad.shows(&format!("id=\"f-{field}-fault\""));
        }
        assert_eq!(bad.value_of("name"), "Kho bạc");
        let typed = [("grant/role", "officer"), ("rate_limit", ""), ("last_day", "2099-12-31"), ("permissions", "log_disbursements")];
        let made = admin.send(&bad, list, &typed).await.ok();
        let key = secret(&made);
        assert!(key.starts_with("gk_"), "{key}");
        with_key(&app, &key).get(&format!("/projects/{}", world.project)).await.ok();
        // Sent a second time, it makes nothing and tells nothing.
        let again = admin.send(&bad, list, &typed).await.ok();
        again.shows("Phiếu này đã được gửi").lacks(&key);
        assert_eq!(world.admin.get("/api-keys").await.ok()["data"].as_array().map(Vec::len), Some(1));
        let place = place(&made, list);
        let page = admin.get(&place).await.ok();
        page.shows("Kho bạc").shows("Cán bộ nhập liệu").lacks(&key);
        assert_eq!(page.value_of("last_day"), "2099-12-31");
        // Its use meanwhile is no change that somebody would have to know of.
        app.app.clock.advance(TimeDelta::minutes(5));
        with_key(&app, &key).get("/me").await.ok();
        api_keys::note_used(&Ctx::system(&app.app, "test")).expect("notes");
        admin.send(&page, &place, &[("name", "Kho bạc khu vực 3")]).await.expect(303);
        let page = admin.get(&place).await.ok();
        page.shows("Kho bạc khu vực 3");
        admin.send(&page, &format!("{place}/revocation"), &[]).await.expect(303);
        admin.get(&place).await.ok().shows("Đã thu hồi").lacks("Thu hồi khóa");
        with_key(&app, &key).get("/me").await.refused(401, "unauthenticated");
        admin.get(list).await.ok().shows("Kho bạc khu vực 3").shows("Đã thu hồi");
    }

    async fn a_webhook_is_made_switched_off_and_given_a_new_secret(app: TestApp) {
        let admin = Browser::signed_in(&app, "admin").await;
        let list = "/administration/webhooks";
        let blank = admin.get(&format!("{list}/new")).await.ok();
        let bad = admin.send(&blank, list, &[("url", "không phải địa chỉ")]).await.expect(422);
        bad.shows("id=\"f-url-fault\"").shows("id=\"f-events-fault\"");
        let typed = [("url", "https://example.org/nhan"), ("events", "alert.raised")];
        let made = admin.send(&bad, list, &typed).await.ok();
        let first = secret(&made);
        assert!(first.starts_with("whsec_"), "{first}");
        let place = place(&made, list);
        let page = admin.get(&place).await.ok();
        page.shows("value=\"alert.raised\" id=\"f-events\" checked").lacks(&first);
        admin.send(&page, &place, &[("active", "false")]).await.expect(303);
        let page = admin.get(&place).await.ok();
        page.shows("Đã tắt");
        let turned = admin.send(&page, &format!("{place}/secret"), &[]).await.ok();
        assert_ne!(secret(&turned), first);
        admin.get(&place).await.ok().shows("Chuỗi cũ còn ký đến");
        admin.get(&format!("{place}/deliveries")).await.ok().shows("Chưa có lần gửi nào");
        admin.get(&format!("{place}/deliveries?state=dead")).await.ok().shows("aria-current=\"true\"");
        admin.get(&format!("{list}/999/deliveries")).await.expect(404);
    }

    async fn only_those_who_may_make_keys_see_them(app: TestApp) {
        let world = World::new(&app).await;
        let grants = json!([{"role": "coordinator", "unit_id": world.province}]);
        let coordinator = Browser::user(&app, "dieu-phoi", None, grants).await;
        for path in ["/administration/api-keys", "/administration/webhooks", "/administration/api-keys/new"] {
            coordinator.get(path).await.expect(403);
        }
    }
}

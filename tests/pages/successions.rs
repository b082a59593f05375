//! Merges and splits of units in a browser.

use serde_json::json;

use crate::support::app::both;
use crate::support::browser::Browser;
use crate::support::builders::World;

both! {
    async fn a_unit_is_split_in_two_steps(app: TestApp) {
        let world = World::new(&app).await;
        let more = world.new_project("7891236", "Kè biển", world.commune).await;
        let new = json!({"code": "99001", "name": "Phường Mới", "level": "commune", "parent_id": 1, "valid_from": "2024-07-01"});
        let new = world.admin.post("/administrative-units", new).await.created()["id"].as_i64().expect("an id");
        let admin = Browser::signed_in(&app, "admin").await;
        let place = format!("/administration/units/{}/successions", world.commune);
        admin.get(&format!("/administration/units/{}", world.commune)).await.ok().shows(&place);
        admin.get(&place).await.ok().shows("chưa được sắp xếp lại").shows(&format!("{place}/new"));
        admin.get(&format!("{place}/new")).await.ok().shows("Phường Mới");
        admin.get(&format!("{place}/new?effective_date=2024-07-01")).await.ok().shows("Chọn ít nhất một đơn vị kế tục");
        let (new, other) = (new.to_string(), world.other_commune.to_string());
        let step = format!("{place}/new?effective_date=2024-07-01&heir={new}&heir={other}");
        let page = admin.get(&step).await.ok();
        page.shows("Kè biển").shows("Đường Trần Quốc Nghiễn");
        let taker = format!("project/{more}");
        let refused = admin.send(&page, &place, &[(&taker, &new), ("heir", &new)]).await.expect(422);
        refused.shows("f-rest_to_unit_id-fault").shows("f-decision_number-fault");
        // `send` replaces all values of a name, so both successors are named again.
        let mut fields = page.form(&place);
        let typed = [("rest_to_unit_id", other.as_str()), ("decision_number", "1/NQ"), ("decision_issuer", "UBTVQH"), ("decision_date", "2024-06-01"), (&taker, &new)];
        for (name, value) in typed {
            fields.retain(|(known, _)| known != name);
            fields.push((name.to_owned(), value.to_owned()));
        }
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(admin.post(&place, &fields).await.sent_to(), format!("{place}?done=1"));
        // Sent twice is recorded once.
        admin.post(&place, &fields).await.sent_to();
        let done = admin.get(&place).await.ok();
        done.shows("Phường Mới, 1 dự án").shows("1/NQ");
        let list = world.admin.get(&format!("/administrative-units/{}/successions", world.commune)).await.ok();
        assert_eq!(list["data"].as_array().map(Vec::len), Some(1));
        let viewer = json!([{"role": "viewer", "unit_id": world.province}]);
        let viewer = Browser::user(&app, "nguoi-xem", None, viewer).await;
        viewer.get(&place).await.ok().lacks(&format!("{place}/new"));
        viewer.get(&format!("{place}/new")).await.expect(403);
    }

    async fn a_merge_needs_one_successor_and_no_choice(app: TestApp) {
        let world = World::new(&app).await;
        let admin = Browser::signed_in(&app, "admin").await;
        let place = format!("/administration/units/{}/successions", world.commune);
        let step = format!("{place}/new?effective_date=2024-06-15&heir={}", world.other_commune);
        let page = admin.get(&step).await.ok();
        page.shows("1 dự án được bàn giao").lacks("name=\"project/");
        let typed = [("decision_number", "2/NQ"), ("decision_issuer", "UBTVQH"), ("decision_date", "2024-06-01")];
        admin.send(&page, &place, &typed).await.sent_to();
        let project = world.admin.get(&format!("/projects/{}", world.project)).await.ok();
        assert_eq!(project["managing_unit_id"], world.other_commune);
        // Nothing is left of it, so it cannot be followed again.
        let page = admin.get(&step).await.ok();
        page.shows("không quản lý dự án nào");
    }
}

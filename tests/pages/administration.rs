//! What administrators keep, in a browser.

use serde_json::json;

use crate::api::alerts::watch::Watch;
use crate::support::app::both;
use crate::support::browser::Browser;
use crate::support::builders::World;

both! {
    async fn every_register_is_shown_and_takes_a_new_record(app: TestApp) {
        World::new(&app).await;
        let browser = Browser::signed_in(&app, "admin").await;
        let home = browser.get("/administration").await.ok();
        for (register, fields, shown) in [
            ("units", vec![("code", "06700"), ("name", "Xã Đồng Lâm"), ("level", "commune"), ("parent_id", "2")], "Xã Đồng Lâm"),
            ("agencies", vec![("code", "SYT"), ("name", "Sở Y tế"), ("kind", "department"), ("unit_id", "1")], "Sở Y tế"),
            ("people", vec![("full_name", "Lê Thị Mơ"), ("position", "Giám đốc"), ("agency_id", "1"), ("email", "mo@quangninh.example")], "Lê Thị Mơ"),
            ("funding-sources", vec![("code", "ODA"), ("name", "Vốn vay"), ("budget_level", "central"), ("origin", "foreign")], "Vốn vay"),
            ("targets", vec![("budget_year", "2024"), ("date", "2024-12-31"), ("percent", "95"), ("basis", "total")], "95%"),
            ("holidays", vec![("date", "2024-09-02"), ("name", "Quốc khánh")], "02/09/2024"),
        ] {
            let path = format!("/administration/{register}");
            home.shows(&path);
            let form = format!("{path}/new");
            let refused = browser.fill(&form, &path, &fields[..1]).await.expect(422);
            refused.shows("Thiếu trường bắt buộc").shows(fields[0].1);
            let made = browser.fill(&form, &path, &fields).await.sent_to();
            browser.get(&made).await.ok().shows("Đã lưu").shows(shown);
            browser.get(&path).await.ok().shows(shown);
        }
        browser.get("/administration/people?q=le+thi+mo").await.ok().shows("Lê Thị Mơ").lacks("Đỗ Văn Bình");
    }

    async fn a_form_filled_from_an_older_version_shows_what_changed(app: TestApp) {
        let world = World::new(&app).await;
        let browser = Browser::signed_in(&app, "admin").await;
        let path = format!("/administration/people/{}", world.leader);
        let page = browser.get(&path).await.ok();
        let agency = world.investor.to_string();
        let (csrf, was) = (page.value_of("_csrf"), page.value_of("_was"));
        let patch = json!({"position": "Chủ tịch"});
        world.admin.patch(&format!("/people/{}", world.leader), patch).await.ok();
        let typed = |was: &str| {
            [("_csrf", csrf.clone()), ("_was", was.to_owned()), ("full_name", "Trần Thị Hà".into()), ("position", "Giám đốc".into()),
             ("agency_id", agency.clone()), ("email", "tran.thi.ha@quangninh.example".into())]
        };
        let send = async |was: &str| {
            let fields = typed(was);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            browser.post(&path, &fields).await
        };
        let stale = send(&was).await.expect(422);
        stale.shows("Chức vụ: Chủ tịch");
        assert_eq!(stale.value_of("position"), "Giám đốc");
        assert_eq!(world.admin.get(&format!("/people/{}", world.leader)).await.ok()["position"], "Chủ tịch");
        // In knowledge of the change it may be saved.
        send(&stale.value_of("_was")).await.expect(303);
        assert_eq!(world.admin.get(&format!("/people/{}", world.leader)).await.ok()["position"], "Giám đốc");
    }

    async fn a_user_is_added_with_grants_changed_and_invited_again(app: TestApp) {
        let world = World::new(&app).await;
        let browser = Browser::signed_in(&app, "admin").await;
        let (person, commune) = (world.officer.to_string(), world.commune.to_string());
        let path = "/administration/users";
        let fields = [("username", "do.van.binh"), ("person_id", person.as_str()), ("locale", "vi"), ("active", "true"),
            ("grants/0/role", "officer"), ("grants/0/unit_id", &commune)];
        let made = browser.fill(&format!("{path}/new"), path, &fields).await.sent_to();
        let page = browser.get(&made).await.ok();
        page.shows("Gửi liên kết đặt mật khẩu");
        let place = made.trim_end_matches("?done=1");
        let user = place.rsplit('/').next().expect("an id");
        let kept = world.admin.get(&format!("/users/{user}")).await.ok();
        assert_eq!(kept["grants"], json!([{"role": "officer", "unit_id": world.commune, "agency_id": null}]));
        let was = page.value_of("_was");
        let mut changed = fields.to_vec();
        changed.extend([("_was", was.as_str()), ("grants/1/role", "viewer"), ("grants/1/unit_id", "1")]);
        browser.fill(place, place, &changed).await.expect(303);
        assert_eq!(world.admin.get(&format!("/users/{user}")).await.ok()["grants"].as_array().map(Vec::len), Some(2));
        browser.fill(place, &format!("{place}/invitation"), &[]).await.expect(303);
        let mails = browser.get("/administration/mails").await.ok();
        assert_eq!(mails.text.matches("do.van.binh@quangninh.example").count(), 2);
        browser.get("/administration/mails?state=dead").await.ok().lacks("do.van.binh");
        browser.get("/administration/audit").await.ok().shows("user");
        // A grant without a scope is told at its field, and nothing is lost.
        let broken = [("username", "x.y.z"), ("grants/0/role", "officer")];
        let refused = browser.fill(&format!("{path}/new"), path, &broken).await.expect(422);
        refused.shows("f-grants-0-unit_id");
        assert_eq!(refused.value_of("username"), "x.y.z");
    }

    async fn a_mail_that_was_given_up_is_sent_again_and_a_dead_link_is_not(app: TestApp) {
        let watch = Watch::with_line(&app, &["schedule_overdue"]).await;
        watch.scan(&app, "2024-04-01").await;
        let body = json!({"username": "binh", "person_id": watch.world.officer, "grants": [{"role": "viewer", "unit_id": 1}]});
        watch.admin.post("/users", body).await.created();
        let given_up = app.app.db.write(|conn| {
            use diesel::prelude::*;
            use giaingan::db::schema::mails;
            Ok(diesel::update(mails::table).set(mails::state.eq("dead")).execute(conn)?)
        });
        let given_up = given_up.expect("mails");
        let browser = Browser::signed_in(&app, "admin").await;
        let list = browser.get("/administration/mails?state=dead").await.ok();
        let buttons = list.text.matches("/retry\"").count();
        assert!(buttons > 0 && buttons < given_up, "{buttons} of {given_up}");
        let (_, rest) = list.text.split_once("action=\"/administration/mails/").expect("a button");
        let action = format!("/administration/mails/{}", rest.split('"').next().unwrap_or_default());
        let done = browser.send(&list, &action, &[]).await.sent_to();
        browser.get(&done).await.ok().shows("Đã xếp hàng để gửi lại");
        let left = browser.get("/administration/mails?state=dead").await.ok();
        assert_eq!(left.text.matches("/retry\"").count(), buttons - 1);
        // Whoever still has the old page open is told why nothing happens.
        browser.send(&list, &action, &[]).await.expect(409);
    }

    async fn others_see_reference_data_at_most(app: TestApp) {
        let world = World::new(&app).await;
        let grants = json!([{"role": "officer", "unit_id": world.commune}]);
        let officer = Browser::user(&app, "can.bo", None, grants).await;
        officer.get("/administration/agencies").await.ok().lacks("/administration/agencies/new");
        for path in ["/administration", "/administration/agencies/new", "/administration/users", "/administration/mails", "/administration/audit"] {
            officer.get(path).await.expect(403);
        }
        let page = officer.get("/administration/people/1").await.ok();
        let fields = [("_csrf", page.value_of("_csrf"))];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        officer.post("/administration/people/1", &fields).await.expect(403);
    }
}

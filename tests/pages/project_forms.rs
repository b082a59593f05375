//! Adding and changing a project, and recording decisions on its plan.

use serde_json::{Value, json};

use crate::support::app::{TestApp, both};
use crate::support::browser::Browser;
use crate::support::builders::World;

async fn coordinator(app: &TestApp) -> Browser {
    let grants = json!([{"role": "coordinator", "unit_id": 1}]);
    Browser::user(app, "dieu-phoi", None, grants).await
}

async fn entries(world: &World, project: i64) -> Vec<Value> {
    let path = format!("/projects/{project}/plan-entries");
    let list = world.admin.get(&path).await.ok();
    list["data"].as_array().cloned().unwrap_or_default()
}

const DECISION: [(&str, &str); 4] = [
    ("decision_number", "15/NQ-HĐND"),
    ("decision_issuer", "HĐND tỉnh"),
    ("decision_date", "2024-05-02"),
    ("effective_date", "2024-05-02"),
];

both! {
    async fn a_project_is_added_once_with_every_fault_beside_its_field(app: TestApp) {
        let world = World::new(&app).await;
        let browser = coordinator(&app).await;
        browser.get("/projects").await.ok().shows("/projects/new");
        let blank = browser.get("/projects/new").await.ok();
        let (unit, investor, place) = (world.commune.to_string(), world.investor.to_string(), world.other_commune.to_string());
        let bad = [("code", "7891234"), ("name", "Trường <b>tiểu học</b>"), ("total_investment", "12,345"), ("start_year", "hai nghìn"), ("advance_before", "x")];
        let refused = browser.send(&blank, "/projects", &bad).await.expect(422);
        for field in ["sector", "managing_unit_id", "investor_id", "decision_number", "start_year", "end_year", "total_investment", "advance_before"] {
            refused.shows(&format!("id=\"f-{field}-fault\""));
        }
        refused.shows("value=\"12,345\"").lacks("<b>tiểu học");
        let good = [("sector", "education"), ("managing_unit_id", unit.as_str()), ("investor_id", &investor), ("location_unit_ids", &place),
            ("total_investment", "45,5 tỷ"), ("advance_before", ""), ("decision_number", "9/QĐ"), ("decision_issuer", "UBND tỉnh"), ("decision_date", "2024-01-05"),
            ("start_year", "2024"), ("end_year", "2026")];
        let taken = browser.send(&refused, "/projects", &good).await.expect(422);
        taken.shows("id=\"f-code-fault\"").shows("45,5 tỷ").shows(&format!("value=\"{place}\" id=\"f-location_unit_ids\" checked"));
        let code = [("code", "7900001")];
        let made = browser.send(&taken, "/projects", &code).await.sent_to();
        let again = browser.send(&taken, "/projects", &code).await.sent_to();
        assert_eq!(made, again);
        browser.get(&made).await.ok().shows("Đã lưu").shows("Trường &#60;b&#62;tiểu học");
        let id = made.trim_start_matches("/projects/").trim_end_matches("?done=1");
        let kept = world.admin.get(&format!("/projects/{id}")).await.ok();
        assert_eq!((&kept["total_investment"], &kept["location_unit_ids"], &kept["advance_before"]), (&json!(45_500_000_000_i64), &json!([world.other_commune]), &json!(0)));
        let other = json!([{"role": "officer", "unit_id": 1}]);
        let officer = Browser::user(&app, "can-bo", None, other).await;
        officer.get("/projects").await.ok().lacks("/projects/new");
        officer.get("/projects/new").await.expect(403);
    }

    async fn a_project_is_changed_and_a_stale_form_shows_what_changed(app: TestApp) {
        let world = World::new(&app).await;
        let browser = coordinator(&app).await;
        let place = format!("/projects/{}/edit", world.project);
        browser.get(&format!("/projects/{}", world.project)).await.ok().shows(&place);
        let page = browser.get(&place).await.ok();
        let patch = json!({"status": "suspended", "pmu_id": null});
        world.admin.patch(&format!("/projects/{}", world.project), patch).await.ok();
        let stale = browser.send(&page, &place, &[("short_name", "TQN"), ("status", "completed")]).await.expect(422);
        stale.shows("Trạng thái: Tạm dừng").shows("Ban quản lý dự án: Không có");
        assert_eq!(stale.value_of("short_name"), "TQN");
        // In knowledge of the change it may be saved; the new investor counts from its day on.
        let pmu = world.pmu.to_string();
        let typed = [("investor_id", pmu.as_str()), ("effective_date", "2024-06-30")];
        browser.send(&stale, &place, &typed).await.expect(303);
        let kept = world.admin.get(&format!("/projects/{}", world.project)).await.ok();
        assert_eq!((&kept["short_name"], &kept["status"], &kept["investor_id"]), (&json!("TQN"), &json!("completed"), &json!(world.pmu)));
        let outside = json!([{"role": "coordinator", "unit_id": world.other_commune}]);
        let outside = Browser::user(&app, "xa-khac", None, outside).await;
        outside.get(&place).await.expect(404);
    }

    async fn capital_is_given_cut_transferred_extended_and_voided(app: TestApp) {
        let world = World::new(&app).await;
        let (browser, project) = (coordinator(&app).await, world.project);
        let (plan, source) = (format!("/projects/{project}/plan"), world.source.to_string());
        let form = format!("{plan}/entries");
        let page = browser.get(&format!("{plan}?budget_year=2024")).await.ok();
        let bad = browser.send(&page, &form, &[("amount", "12,345"), ("note", "giữ lại")]).await.expect(422);
        for field in ["entry-funding_source_id", "entry-amount", "entry-decision_number", "entry-effective_date"] {
            bad.shows(&format!("id=\"f-{field}-fault\""));
        }
        bad.shows("giữ lại");
        let mut good = DECISION.to_vec();
        good.extend([("funding_source_id", source.as_str()), ("amount", "0,009 triệu")]);
        let done = browser.send(&bad, &form, &good).await.sent_to();
        assert_eq!(done, format!("{plan}?done=1&budget_year=2024"));
        browser.send(&bad, &form, &good).await.sent_to();
        assert_eq!(entries(&world, project).await.len(), 1);
        let page = browser.get(&done).await.ok();
        page.shows("Đã lưu").shows("15/NQ-HĐND").lacks("Vượt tổng mức đầu tư");
        let mut cut = good.clone();
        cut.extend([("kind", "cut"), ("amount", "10000")]);
        browser.send(&page, &form, &cut).await.expect(422).shows("id=\"f-entry-amount-fault\"");
        // To a project that is not there, then to one that is.
        let transfers = format!("{plan}/transfers");
        let mut moved = good.clone();
        moved.extend([("amount", "2000"), ("to_project_code", "không có")]);
        let refused = browser.send(&page, &transfers, &moved).await.expect(422);
        refused.shows("id=\"f-transfer-to_project_code-fault\"");
        browser.send(&refused, &transfers, &[("to_project_code", "7891235")]).await.sent_to();
        assert_eq!(entries(&world, world.other_project).await.len(), 1);
        let extensions = format!("{plan}/extensions");
        let next = browser.get(&format!("{plan}?budget_year=2025")).await.ok();
        let mut more = good.clone();
        more.extend([("amount", "9000")]);
        let refused = browser.send(&next, &extensions, &more).await.expect(422);
        refused.shows("id=\"f-extension-amount-fault\"");
        let done = browser.send(&refused, &extensions, &[("amount", "1000")]).await.sent_to();
        assert_eq!(done, format!("{plan}?done=1&budget_year=2025"));
        // An entry above total investment is allowed, and said.
        let page = browser.get(&plan).await.ok();
        let mut above = good.clone();
        above.extend([("kind", "supplement"), ("amount", "20000")]);
        browser.send(&page, &form, &above).await.sent_to();
        browser.get(&plan).await.ok().shows("Vượt tổng mức đầu tư");
        let id = entries(&world, project).await.last().expect("an entry")["id"].clone();
        let place = format!("/plan-entries/{id}/reversal");
        browser.get(&plan).await.ok().shows(&place);
        let page = browser.get(&place).await.ok();
        browser.send(&page, &place, &[("reason", " ")]).await.expect(422).shows("id=\"f-reason-fault\"");
        let reason = [("reason", "gõ nhầm"), ("effective_date", "2024-06-30")];
        browser.send(&page, &place, &reason).await.sent_to();
        browser.send(&page, &place, &reason).await.sent_to();
        browser.get(&place).await.ok().shows("đã được hủy").lacks("name=\"reason\"");
        browser.get(&plan).await.ok().lacks(&place).lacks("Vượt tổng mức đầu tư");
    }

    async fn a_form_sent_twice_assigns_a_leader_once(app: TestApp) {
        let world = World::new(&app).await;
        let browser = coordinator(&app).await;
        let path = format!("/projects/{}/people", world.project);
        let page = browser.get(&path).await.ok();
        let key = page.value_of("_key");
        let leader = world.leader.to_string();
        let csrf = page.value_of("_csrf");
        let mut fields = vec![("_csrf", csrf.as_str()), ("_key", &key), ("duty", "leader"), ("person_id", &leader)];
        fields.extend(DECISION);
        browser.post(&path, &fields).await.sent_to();
        browser.post(&path, &fields).await.sent_to();
        let list = world.admin.get(&format!("/projects/{}/leaders", world.project)).await.ok();
        assert_eq!(list["data"].as_array().map(Vec::len), Some(1));
        // Changed after it was sent, it is shown again.
        fields.retain(|(name, _)| *name != "decision_number");
        fields.push(("decision_number", "khác"));
        browser.post(&path, &fields).await.expect(422).shows("đã được ghi rồi").shows("value=\"khác\"");
    }
}

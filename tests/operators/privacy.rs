//! What is kept of a person, and erasing them.

use giaingan::db::schema::audit_events;
use giaingan::service::{Ctx, backup, read, verify};
use serde_json::{Value, json};

use crate::support::app::{ADMIN_PASSWORD, TestApp, both};
use crate::support::builders::{World, decision, user_with};
use crate::support::program::{command, ran};
use crate::support::users;

const PHONE: &str = "0203 3825 111";

/// An official who led a project, promised, was told by mail, and logged payments.
async fn official(app: &TestApp) -> (World, i64) {
    let world = World::new(app).await;
    let admin = &world.admin;
    let person = json!({"full_name": "Phạm Thị Mười Ba", "position": "Chánh Văn phòng", "agency_id": world.investor,
        "email": "muoi.ba@quangninh.example", "phone": PHONE});
    let person = admin.post("/people", person).await.created()["id"]
        .as_i64()
        .expect("an id");
    let married = json!({"full_name": "Phạm Thị Mười Bốn", "email": "muoi.bon@quangninh.example"});
    admin
        .patch(&format!("/people/{person}"), married)
        .await
        .ok();
    leads(&world, world.project, person, "2024-01-01").await;
    users::made_for(
        app,
        "muoi.bon",
        Some(person),
        json!([{"role": "officer", "unit_id": 1}, {"role": "leader"}]),
    )
    .await;
    let login = json!({"username": "muoi.bon", "password": ADMIN_PASSWORD});
    let pair = app.anonymous().post("/auth/login", login).await.ok();
    let mut officer = app.anonymous();
    officer.token = pair["access_token"].as_str().map(str::to_owned);
    world.plan(world.project, 1_000).await;
    world
        .approved(
            app,
            world.project,
            world.schedule_body(&[("2024-03-31", 400), ("2024-12-31", 600)]),
        )
        .await;
    let payment = world.payment_body(100, "2024-05-05", "v1");
    officer
        .post(
            &format!("/projects/{}/disbursements", world.project),
            payment,
        )
        .await
        .created();
    let force = json!({"unit_id": world.commune, "decision": decision(), "valid_to": "2024-06-01",
        "members": [{"person_id": person, "role": "head"}]});
    admin.post("/task-forces", force).await.created();
    admin.post("/alerts/scans", json!({})).await.ok();
    (world, person)
}

async fn leads(world: &World, project: i64, person: i64, from: &str) {
    let body = json!({"person_id": person, "effective_date": from, "decision": decision()});
    world
        .admin
        .put(&format!("/projects/{project}/leader"), body)
        .await
        .ok();
}

/// Runs `privacy` for a person: whether it went well, and what it said.
fn privacy(app: &TestApp, what: &str, whose: [&str; 2]) -> (bool, String) {
    ran(command(
        app,
        &["privacy", what, whose[0], whose[1]],
        &[("RUST_LOG", "error")],
    ))
}

/// Everything that the database holds, as a backup would carry it away.
fn everything(app: &TestApp, name: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(name);
    backup::make(&Ctx::system(&app.app, "test"), &file).expect("saves");
    String::from_utf8_lossy(&std::fs::read(file).expect("reads")).into_owned()
}

const NAMES: [&str; 6] = [
    "Mười Ba",
    "Mười Bốn",
    "muoi.ba@",
    "muoi.bon",
    PHONE,
    "Chánh Văn phòng",
];

both! {
    async fn a_person_is_shown_everything_and_erased_without_breaking_the_log(app: TestApp) {
        let (world, person) = official(&app).await;
        let id = person.to_string();
        let (went_well, text) = privacy(&app, "export", ["--user", "muoi.bon"]);
        assert!(went_well, "{text}");
        let kept: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(kept["person"]["people"][0]["email"], "muoi.bon@quangninh.example");
        assert_eq!(kept["users"][0]["users"][0]["username"], "muoi.bon");
        for (table, of) in [("project_people", "person"), ("task_force_members", "person"), ("mails", "person"), ("alerts", "person")] {
            assert!(kept[of][table][0].is_object(), "{table} in {text}");
        }
        for table in ["sessions", "grants", "disbursements", "audit_events"] {
            assert!(kept["users"][0][table][0].is_object(), "{table} in {text}");
        }
        assert!(!text.contains("argon2") && !text.contains("password_hash") && !text.contains("secret_hash"), "{text}");

        // Somebody else has to take over first.
        let (went_well, text) = privacy(&app, "erase", ["--person", &id]);
        assert!(!went_well && text.contains("1 running projects") && text.contains("live alerts"), "{text}");
        leads(&world, world.project, world.officer, "2024-06-30").await;
        app.today("2024-07-01");
        world.admin.post("/alerts/scans", json!({})).await.ok();
        let (went_well, text) = privacy_on(&app, "2024-07-01", &id);
        assert!(went_well, "{text}");

        let all = everything(&app, "after.sqlite");
        let left: Vec<&&str> = NAMES.iter().filter(|name| all.contains(**name)).collect();
        assert!(left.is_empty(), "{left:?}");
        assert!(all.contains(&format!("can-bo-{person}@erased.invalid")));
        let login = json!({"username": "muoi.bon", "password": ADMIN_PASSWORD});
        app.anonymous().post("/auth/login", login).await.refused(401, "invalid_credentials");
        // What was paid stays, and who wrote it is somebody still.
        let paid = world.admin.get(&format!("/projects/{}/disbursements", world.project)).await.ok();
        let by = paid["data"][0]["recorded_by"]["username"].as_str().expect("a name");
        assert!(by.starts_with("erased-"), "{by}");
        let history = world.admin.get(&format!("/projects/{}/history", world.project)).await.ok();
        assert!(history["data"].as_array().expect("a list").iter().any(|event| event["actor"] == by), "{history}");

        let ctx = Ctx::system(&app.app, "test");
        assert_eq!(read(&ctx, verify::audit).expect("verifies").broken, []);
        // Nobody else may change an event, and what was replaced cannot be replaced again.
        for (entity, id, chain) in [("person", person, "main".to_owned()), ("project", world.project, format!("project:{}", world.project))] {
            tamper(&app, entity, id);
            let broken = read(&ctx, verify::audit).expect("verifies").broken;
            assert!(broken.iter().any(|link| link.chain == chain && link.fault == verify::Break::Altered), "{chain}: {broken:?}");
        }
    }

    async fn the_last_administrator_stays_and_nobody_is_nobody(app: TestApp) {
        let world = World::new(&app).await;
        let (went_well, text) = privacy(&app, "export", ["--user", "admin"]);
        assert!(!went_well && text.contains("no official"), "{text}");
        let (went_well, text) = privacy(&app, "erase", ["--person", "999"]);
        assert!(!went_well && text.contains("Not found"), "{text}");
        world.admin.patch("/users/1", json!({"person_id": world.leader})).await.ok();
        let (went_well, text) = privacy(&app, "erase", ["--user", "admin"]);
        assert!(!went_well && text.contains("one administrator"), "{text}");
        user_with(&app, "admin", Some(1), None, None);
        let (went_well, text) = privacy(&app, "erase", ["--user", "admin"]);
        assert!(went_well, "{text}");
        let ctx = Ctx::system(&app.app, "test");
        assert_eq!(read(&ctx, verify::audit).expect("verifies").broken, []);
    }
}

fn privacy_on(app: &TestApp, day: &str, id: &str) -> (bool, String) {
    let variables = [("RUST_LOG", "error"), ("GIAINGAN_TODAY", day)];
    ran(command(
        app,
        &["privacy", "erase", "--person", id],
        &variables,
    ))
}

/// Changes what the first event about a record says, which the store would refuse.
fn tamper(app: &TestApp, entity: &'static str, id: i64) {
    use diesel::prelude::*;
    let done = app.app.db.write(move |conn| {
        let table = if conn.is_sqlite() {
            ""
        } else {
            " ON audit_events"
        };
        diesel::sql_query(format!(
            "DROP TRIGGER IF EXISTS audit_events_no_update{table}"
        ))
        .execute(conn)?;
        let first: i64 = audit_events::table
            .filter(audit_events::entity.eq(entity))
            .filter(audit_events::entity_id.eq(id))
            .select(audit_events::id)
            .order(audit_events::id)
            .first(conn)?;
        Ok(diesel::update(audit_events::table.find(first))
            .set(audit_events::after.eq("{}"))
            .execute(conn)?)
    });
    assert_eq!(done.expect("writes"), 1);
}

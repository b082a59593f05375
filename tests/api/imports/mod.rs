//! `/imports`: files checked, committed, refused.

mod faults;
mod hostile;
mod kinds;
mod statement;

use serde_json::{Value, json};

use crate::support::app::{Answer, Client, both};
use crate::support::builders::{World, user_with};
use crate::support::upload::{Cell, day, form, headings, send, sending, workbook};

pub const PAYMENTS: [&str; 10] = [
    "Mã dự án",
    "Mã nguồn vốn",
    "Năm kế hoạch",
    "Loại vốn",
    "Loại thanh toán",
    "Số tiền",
    "Thu hồi tạm ứng",
    "Ngày hạch toán",
    "Số chứng từ",
    "Ghi chú",
];

/// A completed volume of `NSTW` for 2024.
pub fn payment(project: &str, gross: i64, posted_on: &str, voucher: &str) -> Vec<Cell> {
    vec![
        project.into(),
        "NSTW".into(),
        2024.into(),
        Cell::Empty,
        "khối lượng hoàn thành".into(),
        gross.into(),
        Cell::Empty,
        day(posted_on),
        voucher.into(),
    ]
}

pub fn payments(rows: Vec<Vec<Cell>>) -> Vec<u8> {
    let mut all = vec![headings(&PAYMENTS)];
    all.extend(rows);
    workbook(1, &all)
}

pub async fn commit(client: &Client, import: &Value) -> Answer {
    client
        .post(&format!("/imports/{}/commit", import["id"]), json!({}))
        .await
}

/// The row, column and code of everything wrong.
pub fn wrong(import: &Value) -> Vec<(i64, String, String)> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let errors = import["errors"].as_array().expect("a list");
    errors
        .iter()
        .map(|one| {
            let row = one["row"].as_i64().expect("a row");
            (row, text(&one["column"]), text(&one["code"]))
        })
        .collect()
}

pub fn are(expected: &[(i64, &str, &str)]) -> Vec<(i64, String, String)> {
    expected
        .iter()
        .map(|(row, column, code)| (*row, (*column).into(), (*code).into()))
        .collect()
}

async fn disbursed(world: &World, project: i64) -> Value {
    let path = format!("/projects/{project}/progress?budget_year=2024");
    world.admin.get(&path).await.ok()["totals"]["disbursed"].clone()
}

both! {
    async fn a_check_writes_nothing_and_a_commit_writes_all_once(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        world.plan(world.other_project, 500).await;
        let file = payments(vec![
            payment("7891234", 100, "2024-03-05", "v1"),
            payment("7891235", 50, "2024-03-06", "v1"),
            payment("7891234", 200, "2024-04-05", "v2"),
        ]);
        let officer = user_with(&app, "officer", Some(world.district), None, None);
        let made = send(&officer, "kind=disbursements", "T3.xlsx", &file).await.created();
        assert_eq!((&made["status"], &made["rows"], &made["valid"], &made["invalid"], &made["skipped"]),
            (&json!("checked"), &json!(3), &json!(3), &json!(0), &json!(0)));
        assert_eq!((&made["errors"], &made["file_name"]), (&json!([]), &json!("T3.xlsx")));
        assert_eq!(disbursed(&world, world.project).await, 0);
        let done = commit(&officer, &made).await.ok();
        assert_eq!(done["status"], "committed");
        assert_eq!(disbursed(&world, world.project).await, 300);
        assert_eq!(disbursed(&world, world.other_project).await, 50);
        // Again: the same answer, and nothing twice.
        assert_eq!(commit(&officer, &made).await.ok(), done);
        assert_eq!(disbursed(&world, world.project).await, 300);
        let list = officer.get("/disbursements?sort=posted_on").await.ok();
        let rows = list["data"].as_array().expect("a list");
        assert_eq!(rows.len(), 3);
        assert_eq!((&rows[0]["voucher_number"], &rows[0]["net_amount"], &rows[0]["posted_on"]), (&json!("v1"), &json!(100), &json!("2024-03-05")));
        assert!(rows[0]["recorded_by"]["username"].as_str().expect("a name").starts_with("officer"));
        let seen = officer.get(&format!("/imports/{}", made["id"])).await.ok();
        assert_eq!(seen, done);
        assert_eq!(officer.get("/imports").await.ok()["data"][0]["id"], made["id"]);
    }

    async fn the_log_and_the_rollup_stand_after_a_commit(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        let rows = (1..=30).map(|at| payment("7891234", at, "2024-03-05", &format!("v{at}")));
        let made = send(&world.admin, "kind=disbursements", "a.xlsx", &payments(rows.collect())).await.created();
        commit(&world.admin, &made).await.ok();
        let history = world.admin.get(&format!("/projects/{}/history?limit=200", world.project)).await.ok();
        let recorded = history["data"].as_array().expect("a list").iter().filter(|event| event["action"] == "disbursement.recorded");
        assert_eq!(recorded.count(), 30);
        let ctx = giaingan::service::Ctx::system(&app.app, "test");
        let checked = giaingan::service::read(&ctx, giaingan::service::verify::audit).expect("verifies");
        assert!(checked.broken.is_empty(), "{:?}", checked.broken);
        let differences = giaingan::service::read(&ctx, giaingan::service::rollup::differences).expect("compares");
        assert_eq!(differences, []);
        // What came in by a file can be undone as everything else.
        let id = world.admin.get("/disbursements?limit=1").await.ok()["data"][0]["id"].clone();
        let body = json!({"posted_on": "2024-06-01", "reason": "x"});
        world.admin.post(&format!("/disbursements/{id}/reversal"), body).await.created();
    }

    async fn order_in_the_file_does_not_matter(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        let mut recovery = payment("7891234", 300, "2024-05-05", "v2");
        recovery[6] = 200.into();
        let mut advance = payment("7891234", 200, "2024-02-05", "v1");
        advance[4] = "tạm ứng".into();
        let file = payments(vec![recovery, advance]);
        let made = send(&world.admin, "kind=disbursements", "a.xlsx", &file).await.created();
        assert_eq!(wrong(&made), are(&[]));
        commit(&world.admin, &made).await.ok();
        assert_eq!(disbursed(&world, world.project).await, 300);
    }

    async fn data_that_moved_makes_it_stale(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        let file = payments(vec![
            payment("7891234", 600, "2024-03-05", "v1"),
            payment("7891234", 300, "2024-03-06", "v2"),
        ]);
        let made = send(&world.admin, "kind=disbursements", "a.xlsx", &file).await.created();
        world.pay(world.project, 200, "2024-01-05").await;
        let problem = commit(&world.admin, &made).await.refused(409, "import_stale");
        assert!(problem["detail"].as_str().expect("text").contains("dòng 3"), "{problem}");
        assert_eq!(disbursed(&world, world.project).await, 200);
    }

    async fn a_file_with_errors_is_not_committed(app: TestApp) {
        let world = World::new(&app).await;
        let file = payments(vec![payment("7891234", 600, "2024-03-05", "v1")]);
        let made = send(&world.admin, "kind=disbursements", "a.xlsx", &file).await.created();
        assert_eq!(wrong(&made), are(&[(2, "gross_amount", "plan_exceeded")]));
        commit(&world.admin, &made).await.refused(409, "import_has_errors");
    }

    async fn a_key_checks_a_file_once(app: TestApp) {
        let world = World::new(&app).await;
        let file = payments(vec![payment("7891234", 1, "2024-03-05", "v1")]);
        let keyed = |content: &[u8]| sending(&world.admin, "kind=disbursements", "a.xlsx", content).header("Idempotency-Key", "k1");
        let first = Answer::of(keyed(&file)).await.created();
        let again = Answer::of(keyed(&file)).await;
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(again.created()["id"], first["id"]);
        let other = payments(vec![payment("7891234", 2, "2024-03-05", "v1")]);
        Answer::of(keyed(&other)).await.refused(422, "idempotency_key_reused");
    }

    async fn only_those_who_may_see_and_commit(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        let file = payments(vec![payment("7891234", 1, "2024-03-05", "v1")]);
        let officer = user_with(&app, "officer", Some(world.commune), None, None);
        let made = send(&officer, "kind=disbursements", "a.xlsx", &file).await.created();
        let path = format!("/imports/{}", made["id"]);
        let other = user_with(&app, "officer", Some(world.commune), None, None);
        other.get(&path).await.refused(404, "not_found");
        commit(&other, &made).await.refused(404, "not_found");
        assert_eq!(other.get("/imports").await.ok()["data"], json!([]));
        world.admin.get(&path).await.ok();
        // Whoever may bring in files may not bring in everything.
        let coordinator = user_with(&app, "coordinator", Some(world.province), None, None);
        send(&coordinator, "kind=disbursements", "a.xlsx", &file).await.refused(403, "forbidden");
        commit(&coordinator, &made).await.refused(403, "forbidden");
        let viewer = user_with(&app, "viewer", Some(world.province), None, None);
        send(&viewer, "kind=disbursements", "a.xlsx", &file).await.refused(403, "forbidden");
        send(&app.anonymous(), "kind=disbursements", "a.xlsx", &file).await.refused(401, "unauthenticated");
    }

    async fn the_form_is_told_what_is_wrong_with_it(app: TestApp) {
        let world = World::new(&app).await;
        let told = async |query: &str, fields: &[(&str, &str)], file: Option<(&str, &[u8])>| {
            let (kind, body) = form(fields, file);
            let request = world.admin.request(reqwest::Method::POST, &format!("/imports?{query}"));
            let answer = Answer::of(request.header("Content-Type", kind).body(body)).await;
            crate::support::builders::faults(&answer.expect(422))
        };
        let said = |list: &[(&str, &str)]| crate::support::builders::are(list);
        let file: &[u8] = b"x";
        assert_eq!(told("kind=disbursements", &[], None).await, said(&[("/file", "required")]));
        assert_eq!(told("kind=payments", &[], Some(("a.csv", file))).await, said(&[("/kind", "invalid")]));
        assert_eq!(told("", &[], Some(("a.csv", file))).await, said(&[("/kind", "required")]));
        assert_eq!(
            told("kind=disbursements", &[("unit", "dong"), ("amount_unit", "x")], Some(("a.csv", file))).await,
            said(&[("/amount_unit", "invalid"), ("/unit", "unknown_field")])
        );
        let twice = told("kind=disbursements&amount_unit=dong", &[("amount_unit", "million")], Some(("a.csv", file))).await;
        assert_eq!(twice, said(&[("/amount_unit", "invalid")]));
        let json = world.admin.post("/imports?kind=disbursements", json!({})).await;
        json.refused(415, "unsupported_media_type");
    }

    async fn every_template_is_read_back_as_nothing(app: TestApp) {
        let world = World::new(&app).await;
        for kind in ["projects", "plan_entries", "schedules", "disbursements", "treasury_statement"] {
            let request = world.admin.request(reqwest::Method::GET, &format!("/imports/templates/{kind}.xlsx"));
            let response = request.send().await.expect("an answer");
            assert_eq!(response.status(), 200);
            let template = response.bytes().await.expect("a file");
            let made = send(&world.admin, &format!("kind={kind}"), "mau.xlsx", &template).await.created();
            assert_eq!((&made["rows"], &made["skipped"], &made["errors"], &made["warnings"]), (&json!(0), &json!(1), &json!([]), &json!([])), "{kind}");
        }
        world.admin.get("/imports/templates/none.xlsx").await.refused(404, "not_found");
    }
}

//! Projects, plan decisions and schedules from files; a ledger written out and read back.

use serde_json::{Value, json};

use super::{are, commit, payment, payments, wrong};
use crate::support::app::{TestApp, both};
use crate::support::builders::World;
use crate::support::upload::{Cell, day, headings, send, workbook};

const PLANS: [&str; 11] = [
    "Mã dự án",
    "Mã nguồn vốn",
    "Năm kế hoạch",
    "Loại vốn",
    "Loại quyết định",
    "Số vốn",
    "Ngày hiệu lực",
    "Số quyết định",
    "Cơ quan ban hành",
    "Ngày quyết định",
    "Ghi chú",
];

fn plan(project: &str, kind: &str, amount: i64, effective: &str, number: &str) -> Vec<Cell> {
    vec![
        project.into(),
        "NSTW".into(),
        2024.into(),
        "trong năm".into(),
        kind.into(),
        amount.into(),
        day(effective),
        number.into(),
        "HĐND tỉnh".into(),
        day("2023-12-08"),
    ]
}

fn plans(rows: Vec<Vec<Cell>>) -> Vec<u8> {
    let mut all = vec![headings(&PLANS)];
    all.extend(rows);
    workbook(1, &all)
}

async fn totals(world: &World, project: i64) -> Value {
    let path = format!("/projects/{project}/progress?budget_year=2024");
    world.admin.get(&path).await.ok()["totals"].clone()
}

const PROJECTS: &str = "Mã dự án;Tên dự án;Nhóm dự án;Lĩnh vực;Mã đơn vị quản lý;Mã địa bàn;Mã chủ đầu tư;Mã ban quản lý dự án;\
    Tổng mức đầu tư;Số quyết định đầu tư;Cơ quan quyết định đầu tư;Ngày quyết định đầu tư;Năm bắt đầu;Năm kết thúc;Trạng thái;\
    Thư điện tử lãnh đạo phụ trách\n";

both! {
    async fn plan_decisions_come_in_whole(app: TestApp) {
        let world = World::new(&app).await;
        let file = plans(vec![
            plan("7891234", "cắt giảm", 100, "2024-05-01", "9/QĐ"),
            plan("7891234", "giao đầu năm", 1_000, "2024-01-01", "176/NQ-HĐND"),
            plan("7891235", "bổ sung", 500, "2024-03-01", "8/QĐ"),
        ]);
        let made = send(&world.admin, "kind=plan_entries", "kh.xlsx", &file).await.created();
        assert_eq!(wrong(&made), are(&[]));
        commit(&world.admin, &made).await.ok();
        assert_eq!(totals(&world, world.project).await["plan"], 900);
        let entries = world.admin.get(&format!("/projects/{}/plan-entries", world.project)).await.ok();
        assert_eq!(entries["data"][0]["decision"], json!({"number": "176/NQ-HĐND", "issuer": "HĐND tỉnh", "date": "2023-12-08"}));
        // The same file again would double the plan: every row is pointed out.
        let again = send(&world.admin, "kind=plan_entries", "kh.xlsx", &file).await.created();
        assert_eq!(again["warnings"].as_array().expect("a list").len(), 3);
    }

    async fn plan_decisions_are_held_against_the_ledger(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        world.pay(world.project, 700, "2024-03-05").await;
        let file = plans(vec![
            plan("7891234", "cắt giảm", 200, "2024-05-01", "1"),
            plan("7891234", "cắt giảm", 200, "2024-05-02", "2"),
            plan("7891234", "bổ sung", 0, "2024-05-02", "3"),
            plan("7891235", "bổ sung", 5, "2024-05-02", "4"),
            plan("7891235", "bổ sung", 5, "2024-05-02", "4"),
        ]);
        let made = send(&world.admin, "kind=plan_entries", "kh.xlsx", &file).await.created();
        assert_eq!(wrong(&made), are(&[(3, "amount", "plan_below_disbursed"), (4, "amount", "out_of_range"), (6, "", "invalid")]));
    }

    async fn schedules_come_in_as_drafts(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        let head = "project_code,funding_source_code,budget_year,effective_date,m03,m12,m13\n";
        let rows = "7891234,NSTW,2024,2024-01-01,400,500,100\n7891235,NSTW,2024,2024-01-01,,7,\n7891235,NSĐP,2024,2024-01-01,,,\n";
        let made = send(&world.admin, "kind=schedules", "a.csv", format!("{head}{rows}").as_bytes()).await.created();
        assert_eq!(wrong(&made), are(&[(4, "", "required")]));
        let warned: Vec<i64> = made["warnings"].as_array().expect("a list").iter().map(|one| one["row"].as_i64().expect("a row")).collect();
        assert_eq!(warned, [3], "its sum is not the plan");
        let good: String = rows.lines().take(2).map(|line| format!("{line}\n")).collect();
        let made = send(&world.admin, "kind=schedules", "a.csv", format!("{head}{good}").as_bytes()).await.created();
        commit(&world.admin, &made).await.ok();
        let list = world.admin.get(&format!("/projects/{}/schedules", world.project)).await.ok();
        let draft = &list["data"][0];
        assert_eq!((&draft["status"], &draft["total"]), (&json!("draft"), &json!(1_000)));
        let due: Vec<(&str, i64)> = draft["items"].as_array().expect("a list").iter()
            .map(|item| (item["due_date"].as_str().expect("a day"), item["amount"].as_i64().expect("đồng"))).collect();
        assert_eq!(due, [("2024-03-31", 400), ("2024-12-31", 500), ("2025-01-31", 100)]);
    }

    async fn projects_come_in_with_their_leaders(app: TestApp) {
        let world = World::new(&app).await;
        let file = format!("{PROJECTS}\
            P1;Trường Tiểu học;nhóm C;education;06661;06661, 06664;SGTVT;BQL;1.000.000;1/QĐ;UBND tỉnh;01/06/2023;2024;2025;khởi công mới;TRAN.THI.HA@quangninh.example\n\
            P1;Trường khác;nhóm C;education;06661;;SGTVT;;1.000.000;1/QĐ;UBND tỉnh;01/06/2023;2026;2025;khởi công mới;\n\
            7891234;Trùng;nhóm C;education;6661;99999;SGTV;;0;1/QĐ;UBND tỉnh;01/06/2023;2024;2025;mới;nobody@x.example\n");
        let made = send(&world.admin, "kind=projects", "a.csv", file.as_bytes()).await.created();
        let told = wrong(&made);
        assert_eq!(told, are(&[
            (3, "code", "duplicate_code"), (3, "end_year", "out_of_range"),
            (4, "managing_unit_code", "invalid"), (4, "location_unit_codes", "invalid"), (4, "investor_code", "invalid"),
            (4, "status", "invalid"), (4, "leader_email", "invalid"),
        ]));
        let first: String = file.lines().take(2).map(|line| format!("{line}\n")).collect();
        let made = send(&world.admin, "kind=projects", "a.csv", first.as_bytes()).await.created();
        commit(&world.admin, &made).await.ok();
        let found = world.admin.get("/projects?code=P1").await.ok()["data"][0].clone();
        assert_eq!((&found["name"], &found["group"], &found["total_investment"], &found["leader"]["id"]),
            (&json!("Trường Tiểu học"), &json!("C"), &json!(1_000_000), &json!(world.leader)));
        let one = world.admin.get(&format!("/projects/{}", found["id"])).await.ok();
        assert_eq!(one["location_unit_ids"], json!([world.commune, world.other_commune]));
    }
}

/// A small generator, the same on every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % below
    }
}

/// Five projects with more plan than will be paid: code and id.
async fn rich_projects(world: &World, seed: u64) -> Vec<(String, i64)> {
    let big = 8_000_000_000_000_000_i64;
    let mut codes = Vec::new();
    for at in 0..5 {
        let code = format!("R{seed}-{at}");
        let mut body = world.project_body(&code, &format!("Dự án {at}"), world.commune);
        body["total_investment"] = json!(big);
        let made = world.admin.post("/projects", body).await.created();
        let id = made["id"].as_i64().expect("an id");
        world.plan(id, big).await;
        codes.push((code, id));
    }
    codes
}

/// Random payments as people write them, and what they add up to by project.
fn random_payments(codes: &[(String, i64)], seed: u64) -> (Vec<Vec<Cell>>, Vec<i64>) {
    let mut dice = Dice(seed);
    let mut expected = vec![0_i64; codes.len()];
    let mut rows = Vec::new();
    for voucher in 0..60 {
        let at = usize::try_from(dice.roll(5)).expect("small");
        let digits = u32::try_from(dice.roll(13)).expect("small") + 1;
        let amount = i64::try_from(dice.roll(10_u64.pow(digits))).expect("fits") + 1;
        expected[at] += amount;
        let month = dice.roll(6) + 1;
        let mut row = payment(
            &codes[at].0,
            amount,
            &format!("2024-{month:02}-15"),
            &format!("r{voucher}"),
        );
        if dice.roll(5) == 0 {
            row[4] = "tạm ứng".into();
        }
        let grouped = giaingan::domain::format::grouped(
            giaingan::domain::money::Money::dong(amount),
            giaingan::domain::locale::Locale::Vi,
        );
        match dice.roll(4) {
            0 => row[5] = grouped.as_str().into(),
            1 => row[5] = format!("{grouped} đồng").as_str().into(),
            2 => row[7] = format!("15/{month}/2024").as_str().into(),
            _ => {}
        }
        rows.push(row);
    }
    (rows, expected)
}

/// Brings payments in, and gives what the projects have then.
async fn brought_in(
    world: &World,
    (file, unit): (&[u8], &str),
    codes: &[(String, i64)],
) -> Vec<i64> {
    let query = format!("kind=disbursements&amount_unit={unit}");
    let made = send(&world.admin, &query, "r.xlsx", file).await.created();
    assert_eq!(wrong(&made), are(&[]));
    commit(&world.admin, &made).await.ok();
    let mut sums = Vec::new();
    for (_, id) in codes {
        let disbursed = totals(world, *id).await["disbursed"].as_i64();
        sums.push(disbursed.expect("đồng"));
    }
    sums
}

async fn written_out(world: &World, language: &str) -> Vec<u8> {
    let path = "/reports/payments.xlsx?budget_year=2024";
    let request = world.admin.request(reqwest::Method::GET, path);
    let answer = request.header("Accept-Language", language).send().await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.status(), 200);
    answer.bytes().await.expect("a workbook").to_vec()
}

both! {
    /// Typed in a table with a title and remarks, with numbers, texts and a formula; saved by LibreOffice as .ods, then
    /// as .xlsx.
    async fn a_file_saved_by_libreoffice_is_read(app: TestApp) {
        let world = World::new(&app).await;
        for project in [world.project, world.other_project] {
            let enough = json!({"total_investment": 10_000_000});
            world.admin.patch(&format!("/projects/{project}"), enough).await.ok();
            world.plan(project, 10_000_000).await;
        }
        let file = include_bytes!("libreoffice.xlsx");
        let made = send(&world.admin, "kind=disbursements", "T3.xlsx", file).await.created();
        assert_eq!(wrong(&made), are(&[]));
        assert_eq!((&made["rows"], &made["skipped"]), (&json!(4), &json!(1)));
        commit(&world.admin, &made).await.ok();
        let disbursed = async |project| totals(&world, project).await["disbursed"].clone();
        assert_eq!(disbursed(world.project).await, 2_000_000 + 1_234_567 - 500_000);
        assert_eq!(disbursed(world.other_project).await, 750_000 + 1_000_000);
    }

    /// Into one ledger as people write them; out of it as the list of payments; into another one.
    async fn random_payments_keep_their_totals_wherever_they_go(app: TestApp) {
        let seed = 20_240_630;
        let world = World::new(&app).await;
        let codes = rich_projects(&world, seed).await;
        let (rows, expected) = random_payments(&codes, seed);
        assert_eq!(brought_in(&world, (&payments(rows), "dong"), &codes).await, expected);
        for language in ["vi", "en"] {
            let list = written_out(&world, language).await;
            let other = TestApp::sqlite().await;
            let there = World::new(&other).await;
            let codes = rich_projects(&there, seed).await;
            assert_eq!(brought_in(&there, (&list, "million"), &codes).await, expected, "{language}");
        }
    }
}

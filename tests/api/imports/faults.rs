//! What is wrong in a file: everything at once, at the row that Excel shows.

use serde_json::json;

use super::{PAYMENTS, are, commit, payment, payments, wrong};
use crate::support::app::both;
use crate::support::builders::{World, user_with};
use crate::support::upload::{Cell, headings, send, workbook};

both! {
    async fn everything_is_told_at_once_with_its_place(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        world.pay(world.project, 10, "2024-01-05").await;
        let mut bad_words = payment("7891234", 5, "2024-03-05", "v9");
        bad_words[4] = "ứng".into();
        bad_words[3] = "năm ngoái".into();
        let mut ambiguous = payment("7891234", 5, "2024-03-05", "v3");
        ambiguous[5] = "12,345".into();
        let mut late = payment("7891234", 5, "2024-03-05", "v4");
        late[7] = "31/13/2024".into();
        let mut missing = payment("7891234", 5, "2024-03-05", "v5");
        missing[8] = Cell::Empty;
        let mut several = payment("7891244", 0, "2024-07-05", "v6");
        several[1] = "NSTX".into();
        let mut rows = vec![
            vec!["BẢNG KÊ GIẢI NGÂN".into()],
            vec![],
            headings(&PAYMENTS),
            bad_words,
            payment("7891234", 2_000, "2024-03-05", "v2"),
            ambiguous,
            late,
            missing,
            vec![],
            several,
            payment("7891234", 10, "2024-01-05", "2024-01-05/10"),
            payment("7891234", 1, "2024-03-05", "v7"),
            payment("7891234", 2, "2024-03-06", "v7"),
            payment("7891234", 1, "2025-02-05", "v8"),
        ];
        rows[12].push("ghi chú".into());
        let made = send(&world.admin, "kind=disbursements", "a.xlsx", &workbook(1, &rows)).await.created();
        assert_eq!(wrong(&made), are(&[
            (4, "origin", "invalid"),
            (4, "kind", "invalid"),
            (5, "gross_amount", "plan_exceeded"),
            (6, "gross_amount", "invalid"),
            (7, "posted_on", "invalid"),
            (8, "voucher_number", "required"),
            (10, "project_code", "not_found"),
            (10, "funding_source_code", "invalid"),
            (11, "voucher_number", "duplicate_voucher"),
            (13, "voucher_number", "duplicate_voucher"),
            (14, "posted_on", "future_date"),
            (14, "posted_on", "outside_disbursement_period"),
        ]));
        assert_eq!((&made["rows"], &made["valid"], &made["invalid"], &made["errors_total"]), (&json!(10), &json!(1), &json!(9), &json!(12)));
        let ambiguous = &made["errors"][3];
        assert_eq!((&ambiguous["sheet"], &ambiguous["cell"], &ambiguous["value"]), (&json!("Sheet1"), &json!("F6"), &json!("12,345")));
        let unknown = made["errors"][6]["message"].as_str().expect("text");
        assert!(unknown.contains("Có phải là 78912"), "{unknown}");
        commit(&world.admin, &made).await.refused(409, "import_has_errors");
        let english = world.admin.request(reqwest::Method::GET, &format!("/imports/{}", made["id"])).header("Accept-Language", "en");
        let english = crate::support::app::Answer::of(english).await.ok();
        assert!(english["errors"][3]["message"].as_str().expect("text").contains("two ways"));
    }

    async fn text_files_of_every_make_are_read(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 10_000).await;
        let english = "voucher_number,posted_on,gross amount,KIND,budget_year,funding_source_code,project_code\n\
            c1,2024-03-05,1234,advance,2024,NSTW,7891234\n\n\"c\n2\",5/3/2024,\"1,234,567\",completed volume,2024,NSTW,7891234\n\
            c3,05-03-2024,\"1,5\",advance,2024,NSTW,7891234";
        let made = send(&world.admin, "kind=disbursements", "a.csv", english.as_bytes()).await.created();
        // A line end inside of a cell makes no row in Excel.
        assert_eq!(wrong(&made), are(&[(4, "voucher_number", "invalid"), (5, "gross_amount", "invalid")]));
        let semicolons = "\u{feff}Mã dự án;Mã nguồn vốn;Năm kế hoạch;Loại thanh toán;Số tiền;Ngày hạch toán;Số chứng từ\r\n\
            7891234;NSTW;2024;tam ung;1.234,5;05/03/2024;c1\r\n";
        let made = send(&world.admin, "kind=disbursements", "a.csv", semicolons.as_bytes()).await.created();
        assert_eq!(wrong(&made), are(&[(2, "gross_amount", "invalid")]));
        let tabs = semicolons.replace(';', "\t").replace("1.234,5", "1.234");
        let made = send(&world.admin, "kind=disbursements", "a.txt", tabs.as_bytes()).await.created();
        assert_eq!(wrong(&made), are(&[]));
        commit(&world.admin, &made).await.ok();
        let paid = world.admin.get("/disbursements").await.ok();
        assert_eq!((&paid["data"][0]["gross_amount"], &paid["data"][0]["kind"]), (&json!(1_234), &json!("advance")));
    }

    async fn the_unit_of_the_file_counts_where_a_cell_names_none(app: TestApp) {
        let world = World::new(&app).await;
        let mut project = world.project_body("7", "Lớn", world.commune);
        project["total_investment"] = json!(9_000_000_000_000_i64);
        let id = world.admin.post("/projects", project).await.created()["id"].as_i64().expect("an id");
        world.plan(id, 9_000_000_000_000).await;
        let mut rows = vec![payment("7", 0, "2024-03-05", "u1"), payment("7", 0, "2024-03-05", "u2"), payment("7", 0, "2024-03-05", "u3")];
        rows[0][5] = Cell::Number(1.234);
        rows[1][5] = "2.500 đồng".into();
        rows[2][5] = "1,5 tỷ".into();
        let made = send(&world.admin, "kind=disbursements&amount_unit=million", "a.xlsx", &payments(rows.clone())).await.created();
        assert_eq!(wrong(&made), are(&[]));
        commit(&world.admin, &made).await.ok();
        let paid = world.admin.get("/disbursements?sort=id").await.ok();
        let amounts: Vec<i64> = paid["data"].as_array().expect("a list").iter().map(|row| row["gross_amount"].as_i64().expect("đồng")).collect();
        assert_eq!(amounts, [1_234_000, 2_500, 1_500_000_000]);
        // A heading that names another unit is not guessed about.
        let mut all = vec![headings(&PAYMENTS)];
        all[0][5] = "Số tiền (triệu đồng)".into();
        all.extend(rows);
        let made = send(&world.admin, "kind=disbursements", "a.xlsx", &workbook(1, &all)).await.created();
        assert!(wrong(&made).contains(&(1, "gross_amount".into(), "invalid".into())), "{made}");
    }

    async fn names_are_read_by_their_letters_and_said_so(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        let mut row = payment("duong tran quoc nghien", 5, "2024-03-05", "n1");
        row[1] = "Ngân sách Trung ương".into();
        let made = send(&world.admin, "kind=disbursements", "a.xlsx", &payments(vec![row])).await.created();
        assert_eq!(wrong(&made), are(&[]));
        let warned: Vec<&str> = made["warnings"].as_array().expect("a list").iter().map(|one| one["column"].as_str().expect("text")).collect();
        assert_eq!(warned, ["project_code", "funding_source_code"]);
        commit(&world.admin, &made).await.ok();
    }

    async fn what_is_out_of_scope_is_not_there(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        world.plan(world.other_project, 1_000).await;
        let officer = user_with(&app, "officer", Some(world.commune), None, None);
        let file = payments(vec![
            payment("7891234", 1, "2024-03-05", "v1"),
            payment("7891235", 1, "2024-03-05", "v1"),
            payment("9", 1, "2024-03-05", "v1"),
        ]);
        let made = send(&officer, "kind=disbursements", "a.xlsx", &file).await.created();
        assert_eq!(wrong(&made), are(&[(3, "project_code", "not_found"), (4, "project_code", "not_found")]));
        // Not even a suggestion tells that the other one exists.
        let told = made["errors"][0]["message"].as_str().expect("text");
        assert!(!told.contains("Cửa Lục"), "{told}");
        // A reader's grant shows a project, but its rows are still not theirs to write.
        let body = json!({"username": "both", "password": "con thuyền trên vịnh 7", "grants": [
            {"role": "officer", "unit_id": world.commune}, {"role": "viewer", "unit_id": world.other_commune}]});
        let id = world.admin.post("/users", body).await.created()["id"].as_i64().expect("an id");
        let made = send(&app.sign_in(id), "kind=disbursements", "a.xlsx", &file).await.created();
        assert_eq!(wrong(&made), are(&[(3, "project_code", "forbidden"), (4, "project_code", "not_found")]));
    }

    async fn a_table_without_its_columns_is_told_once(app: TestApp) {
        let world = World::new(&app).await;
        let rows = vec![headings(&["Mã dự án", "Số tiền", "Mã dự án", "Cột lạ"]), vec!["7891234".into(), 5.into()], vec!["7891234".into(), 6.into()]];
        let made = send(&world.admin, "kind=disbursements", "a.xlsx", &workbook(4, &rows)).await.created();
        let mut expected = are(&[
            (4, "project_code", "invalid"), (4, "funding_source_code", "invalid"), (4, "budget_year", "invalid"), (4, "kind", "invalid"),
            (4, "posted_on", "invalid"), (4, "voucher_number", "invalid"),
        ]);
        expected.sort();
        let mut told = wrong(&made);
        told.sort();
        assert_eq!(told, expected);
        assert_eq!((&made["valid"], &made["warnings"][0]["value"]), (&json!(0), &json!("Cột lạ")));
        let none = send(&world.admin, "kind=disbursements", "a.csv", "không,có\n1,2".as_bytes()).await;
        let problem = none.refused(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/file");
        assert!(problem["detail"].as_str().expect("text").contains("Số chứng từ"));
    }
}

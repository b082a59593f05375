//! Report workbooks, read again: the figures of the JSON answers, as numbers, and text as text.

use std::io::Cursor;

use calamine::{Data, DataType, Range, Reader, Xlsx};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{Client, both};
use crate::support::builders::{World, decision, user_with, with};

/// A sheet that was read again.
struct Sheet {
    range: Range<Data>,
    formulas: usize,
}

async fn bytes(client: &Client, path: &str) -> Vec<u8> {
    let answer = client.request(Method::GET, path).send().await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.status(), 200, "{path}");
    let kind = &answer.headers()["content-type"];
    assert_eq!(
        kind,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    );
    assert!(
        answer.headers()["content-disposition"]
            .to_str()
            .is_ok_and(|text| text.ends_with(".xlsx\""))
    );
    answer.bytes().await.expect("bytes").to_vec()
}

fn read(bytes: Vec<u8>) -> Vec<Sheet> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let names = book.sheet_names();
    let sheet = |name: &String| {
        let formulas = book.worksheet_formula(name).expect("formulas");
        let formulas = formulas
            .used_cells()
            .filter(|(_, _, text)| !text.is_empty())
            .count();
        Sheet {
            range: book.worksheet_range(name).expect("a sheet"),
            formulas,
        }
    };
    names.iter().map(sheet).collect()
}

async fn sheet(client: &Client, path: &str) -> Sheet {
    read(bytes(client, path).await).remove(0)
}

impl Sheet {
    /// The rows below the heading that holds this text.
    fn below(&self, heading: &str) -> Vec<&[Data]> {
        let rows: Vec<&[Data]> = self.range.rows().collect();
        let at = rows.iter().rposition(|row| {
            row.iter()
                .any(|cell| cell.get_string().is_some_and(|text| text == heading))
        });
        rows[at.unwrap_or_else(|| panic!("no {heading}")) + 1..].to_vec()
    }

    fn column(&self, heading: &str) -> usize {
        let mut rows = self.range.rows();
        let place = |row: &[Data]| {
            row.iter()
                .position(|cell| cell.get_string().is_some_and(|text| text == heading))
        };
        rows.find_map(place)
            .unwrap_or_else(|| panic!("no {heading}"))
    }

    fn texts(&self) -> Vec<String> {
        self.range
            .used_cells()
            .filter_map(|(_, _, cell)| cell.get_string().map(str::to_owned))
            .collect()
    }
}

/// The đồng of a cell in millions; it must be a number.
fn dong(cell: &Data) -> i64 {
    let millions = cell
        .get_float()
        .or(cell.get_int().map(|whole| whole as f64));
    (millions.unwrap_or_else(|| panic!("{cell:?} is no number")) * 1e6).round() as i64
}

both! {
    async fn totals_are_those_of_the_json_answer(app: TestApp) {
        let world = World::new(&app).await;
        world.entry(world.project, world.plan_body(1_234_567)).await;
        world.entry(world.other_project, world.plan_body(7_654_321)).await;
        world.admin.patch(&format!("/projects/{}", world.project), json!({"total_investment": 9_007_199_254_740_991_i64})).await.ok();
        world.pay(world.project, 1_000_001, "2024-05-05").await;
        for group in ["unit", "source", "investor", "sector", "status", "leader"] {
            let query = format!("?budget_year=2024&group_by={group}&as_of=2024-06-15&basis=adjusted");
            let report = world.admin.get(&format!("/reports/progress{query}")).await.ok();
            let book = sheet(&world.admin, &format!("/reports/progress.xlsx{query}")).await;
            let rows = book.below("Chậm so với kế hoạch");
            let rows = if rows[0].iter().any(|cell| cell.get_string() == Some("Tổng số")) { &rows[1..] } else { &rows[..] };
            let (plan, paid, rate) = (book.column("Kế hoạch sau điều chỉnh"), book.column("Đã giải ngân"), book.column("Tỷ lệ (%)"));
            assert_eq!(rows[0][1].get_string(), Some("TỔNG CỘNG"), "{group}");
            for (row, figures) in rows.iter().zip(std::iter::once(&report["totals"]).chain(report["rows"].as_array().expect("rows"))) {
                assert_eq!((dong(&row[plan]), dong(&row[paid])), (figures["plan"].as_i64().expect("plan"), figures["disbursed"].as_i64().expect("disbursed")), "{group}");
                let share = row[rate].get_float().or(row[rate].get_int().map(|whole| whole as f64)).expect("a rate");
                assert_eq!(format!("{:.2}", share * 100.0), figures["rate"].as_str().expect("a rate"), "{group}");
            }
            let texts = book.texts();
            for text in ["Đơn vị: triệu đồng", "Tỉnh Quảng Ninh"] {
                assert!(texts.iter().any(|one| one == text), "{text} in {texts:?}");
            }
            assert!(texts.iter().any(|one| one.contains("15/06/2024") && one.contains("kế hoạch năm sau điều chỉnh")), "{texts:?}");
        }
    }

    async fn what_people_typed_is_never_a_formula(app: TestApp) {
        let world = World::new(&app).await;
        let names = ["=HYPERLINK(\"http://x\",\"y\")", "+1+1", "-2+3", "@SUM(A1)"];
        for (number, name) in (0..).zip(names) {
            let project = world.new_project(&format!("78912{number:02}"), name, world.commune).await;
            world.plan(project, 1_000).await;
            world.log(project, with(world.payment_body(10, "2024-05-05", "=1+1"), json!({"note": "=cmd|' /C calc'!A0"}))).await;
            world.entry(project, with(world.plan_body(5), json!({"kind": "supplement", "note": "@x", "effective_date": "2024-05-05"}))).await;
        }
        for name in ["projects", "payments", "plan-changes"] {
            let book = sheet(&world.admin, &format!("/reports/{name}.xlsx?budget_year=2024")).await;
            assert_eq!(book.formulas, 0, "{name}");
            let texts = book.texts();
            for text in names {
                assert!(texts.iter().any(|one| one == text), "{text} in {name}");
            }
        }
    }

    async fn every_report_is_a_workbook_for_whoever_may_read_it(app: TestApp) {
        let world = World::new(&app).await;
        world.admin.patch(&format!("/projects/{}", world.project), json!({"total_investment": 9_000_000})).await.ok();
        world.plan(world.project, 2_000_000).await;
        let schedule = world.schedule_body(&[("2024-03-31", 1_500_000), ("2024-12-31", 500_000)]);
        world.approved(&app, world.project, schedule).await;
        world.log(world.project, with(world.payment_body(900_000, "2024-05-05", "A1"), json!({"kind": "advance"}))).await;
        let assignment = json!({"unit_id": world.commune, "funding_source_id": world.source, "budget_year": 2024, "authority": "peoples_council",
            "kind": "initial", "amount": 3_000_000, "effective_date": "2024-01-01", "decision": decision()});
        world.admin.post("/capital-assignments", assignment).await.created();
        let of = async |client: &Client, name: &str| sheet(client, &format!("/reports/{name}.xlsx?budget_year=2024")).await;
        let figures = |book: &Sheet, heading: &str| -> Vec<i64> {
            let column = book.column(heading);
            let rows = book.range.rows().map(|row| &row[column]);
            rows.filter(|cell| cell.is_float() || cell.is_int()).map(dong).collect()
        };
        for (name, heading, expected) in [
            ("projects", "Chậm so với kế hoạch", vec![600_000, 600_000, 600_000, 600_000]),
            ("ranking", "Đã giải ngân", vec![900_000, 900_000]),
            ("allocation", "Chưa phân bổ", vec![1_000_000]),
            ("late-items", "Số tiền của đợt", vec![1_500_000]),
            ("advances", "Dư tạm ứng", vec![900_000, 900_000]),
            ("payments", "Tính vào giải ngân (±)", vec![900_000, 900_000]),
        ] {
            let book = of(&world.admin, name).await;
            assert_eq!(figures(&book, heading), expected, "{name}");
            assert_eq!(book.formulas, 0, "{name}");
        }
        for name in ["reallocation", "promises", "alert-quality"] {
            let book = of(&world.admin, name).await;
            assert_eq!(book.formulas, 0, "{name}");
            assert!(book.texts().iter().any(|text| text == "Tỉnh Quảng Ninh"), "{name}");
        }
        // The appendix ends its year where the curve does.
        let report = world.admin.get("/reports/projects?budget_year=2024").await.ok();
        let curve = world.admin.get("/reports/s-curve?budget_year=2024").await.ok();
        let end = curve["points"][12]["forecast"].as_i64().expect("a forecast");
        assert_eq!(report["totals"]["forecast"], json!(end));
        assert_eq!(figures(&of(&world.admin, "projects").await, "Ước giải ngân cả năm"), [end; 4]);
        let curve = of(&world.admin, "s-curve").await;
        assert_eq!(figures(&curve, "Lũy kế theo kế hoạch").len(), 13);
        assert!(of(&world.admin, "compliance").await.texts().iter().any(|text| text == "Mỗi dự án có lãnh đạo phụ trách"));
        assert_eq!(figures(&of(&world.admin, "plan-changes").await, "Số tiền (±)"), [0]);
        // Somebody who sees nothing of it gets the same workbook without it.
        let stranger = user_with(&app, "viewer", Some(world.other_commune), None, None);
        assert_eq!(figures(&of(&stranger, "payments").await, "Tính vào giải ngân (±)"), [0]);
        world.admin.get("/reports/progress.xlsx").await.refused(422, "required");
        world.admin.get("/reports/progress.xlsx?budget_year=2024&level=commune&group_by=source").await.refused(422, "invalid");
    }

    async fn the_workbook_of_a_closing_is_kept(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 3_000_000).await;
        world.admin.patch(&format!("/projects/{}", world.project), json!({"total_investment": 9_000_000})).await.ok();
        world.pay(world.project, 5_000, "2024-05-05").await;
        let closing = world.admin.post("/period-closings", json!({"unit_id": world.commune, "month": "2024-05"})).await.created();
        let path = format!("/period-closings/{}/report.xlsx", closing["id"]);
        let kept = bytes(&world.admin, &path).await;
        let files: Vec<&Value> = closing["files"].as_array().expect("files").iter().collect();
        assert_eq!(files[1]["sha256"], giaingan::domain::hash::sha256_hex(&kept));
        let sheets = read(kept.clone());
        assert_eq!(sheets.len(), 2);
        let paid = sheets[0].column("Đã giải ngân");
        let total = sheets[0].below("Đã giải ngân");
        assert_eq!(dong(&total[0][paid]), 5_000);
        world.pay(world.project, 7_000, "2024-06-05").await;
        assert_eq!(bytes(&world.admin, &path).await, kept);
    }
}

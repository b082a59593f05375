use diesel::prelude::*;
use giaingan::db::schema::capital_assignments;
use serde_json::{Value, json};

use crate::support::app::{Client, TestApp, both, date};
use crate::support::builders::{World, decision, user_with, with};

/// Rows as (code of the key, the fields named).
fn rows(report: &Value, fields: &[&str]) -> Vec<(Value, Vec<Value>)> {
    let list = report["rows"].as_array().expect("rows");
    list.iter()
        .map(|row| {
            (
                row["key"]["code"].clone(),
                fields.iter().map(|field| row[*field].clone()).collect(),
            )
        })
        .collect()
}

async fn progress(client: &Client, query: &str) -> Value {
    client
        .get(&format!("/reports/progress?budget_year=2024&{query}"))
        .await
        .ok()
}

/// Two communes of one district with a project each (plan 1 000 and 500; 400 and 0 paid; the second
/// is 500 late), and a project of the district itself (plan 500, 500 paid).
async fn province(app: &TestApp) -> (World, i64) {
    app.today("2024-08-15");
    let world = World::new(app).await;
    let own = world
        .new_project("7891236", "Đường nội thị", world.district)
        .await;
    world.plan(world.project, 1000).await;
    world.plan(world.other_project, 500).await;
    world.plan(own, 500).await;
    world
        .approved(
            app,
            world.project,
            world.schedule_body(&[("2024-03-31", 300), ("2024-12-31", 700)]),
        )
        .await;
    world
        .approved(
            app,
            world.other_project,
            world.schedule_body(&[("2024-06-30", 500)]),
        )
        .await;
    world.pay(world.project, 400, "2024-05-10").await;
    world.pay(own, 500, "2024-08-10").await;
    (world, own)
}

/// Assigns capital of `NSTW` by the People's Council.
fn assign(
    app: &TestApp,
    (unit, agency, from): (Option<i64>, Option<i64>, Option<i64>),
    source: i64,
    amount: i64,
    authority: &'static str,
) {
    let made = app.app.db.write(move |conn| {
        Ok(diesel::insert_into(capital_assignments::table)
            .values((
                capital_assignments::unit_id.eq(unit),
                capital_assignments::agency_id.eq(agency),
                capital_assignments::from_unit_id.eq(from),
                capital_assignments::funding_source_id.eq(source),
                capital_assignments::budget_year.eq(2024),
                capital_assignments::authority.eq(authority),
                capital_assignments::kind.eq("initial"),
                capital_assignments::amount.eq(amount),
                capital_assignments::effective_date.eq(date("2023-12-10")),
                capital_assignments::decision_number.eq("1"),
                capital_assignments::decision_issuer.eq("HĐND"),
                capital_assignments::decision_date.eq(date("2023-12-08")),
                capital_assignments::recorded_at
                    .eq(date("2023-12-10").and_hms_opt(0, 0, 0).expect("midnight")),
            ))
            .execute(conn)?)
    });
    assert_eq!(made.expect("assigns"), 1);
}

both! {
    async fn units_are_ranked_by_the_rate_of_everything_below_them(app: TestApp) {
        let (world, _) = province(&app).await;
        let whole = progress(&world.admin, "").await;
        assert_eq!((&whole["group_by"], &whole["basis"], &whole["as_of"]), (&json!("unit"), &json!("total"), &json!("2024-08-15")));
        let fields = ["projects", "late_projects", "plan", "disbursed", "rate", "scheduled", "late_amount", "rank"];
        assert_eq!(rows(&whole, &fields), [(json!("193"), vec![json!(3), json!(1), json!(2000), json!(900), json!("45.00"), json!(800), json!(500), json!(1)])]);
        assert_eq!(whole["totals"], json!({"projects": 3, "late_projects": 1, "plan": 2000, "disbursed": 900, "rate": "45.00", "scheduled": 800,
            "late_amount": 500, "late_since": "2024-06-30", "days_late": 46, "ageing": {"d1_30": 0, "d31_60": 500, "d61_90": 0, "d90_plus": 0},
            "outstanding_advance": 0}));
        let below = progress(&world.admin, &format!("unit_id={}", world.district)).await;
        assert_eq!(rows(&below, &["plan", "rate", "rank"]), [
            (json!("193"), vec![json!(500), json!("100.00"), json!(1)]),
            (json!("06661"), vec![json!(1000), json!("40.00"), json!(2)]),
            (json!("06664"), vec![json!(500), json!("0.00"), json!(3)]),
        ]);
        assert_eq!(below["totals"], whole["totals"]);
        assert_eq!(below["rows"][1]["key"], json!({"id": world.commune, "code": "06661", "name": "Phường Hồng Hải"}));
        let communes = progress(&world.admin, "level=commune").await;
        assert_eq!(communes["rows"], below["rows"]);
        // Payments after the day do not count.
        let earlier = progress(&world.admin, "as_of=2024-08-09").await;
        assert_eq!((&earlier["totals"]["disbursed"], &earlier["totals"]["rate"]), (&json!(400), &json!("20.00")));
        let earlier = progress(&world.admin, "as_of=2024-05-09").await;
        assert_eq!(earlier["totals"]["disbursed"], 0);
    }

    async fn every_grouping_sums_to_the_same_totals(app: TestApp) {
        let (world, own) = province(&app).await;
        let leader = json!({"person_id": world.leader, "effective_date": "2024-01-01", "decision": decision()});
        world.admin.put(&format!("/projects/{own}/leader"), leader).await.ok();
        world.entry(own, with(world.plan_body(70), json!({"funding_source_id": world.other_source}))).await;
        let whole = progress(&world.admin, "").await["totals"].clone();
        assert_eq!(whole["plan"], 2070);
        for (group, count) in [("unit", 1), ("source", 2), ("investor", 1), ("sector", 1), ("status", 1), ("leader", 2)] {
            for basis in ["initial", "adjusted", "total"] {
                let report = progress(&world.admin, &format!("group_by={group}&basis={basis}")).await;
                assert_eq!(report["totals"], whole, "{group} {basis}");
                let list = report["rows"].as_array().expect("rows");
                assert_eq!(list.len(), count, "{group}");
                for field in ["plan", "disbursed", "scheduled", "late_amount"] {
                    let sum: i64 = list.iter().filter_map(|row| row[field].as_i64()).sum();
                    assert_eq!(json!(sum), whole[field], "{group} {field}");
                }
            }
        }
        let by_leader = progress(&world.admin, "group_by=leader").await;
        assert_eq!(by_leader["rows"][0]["key"], json!({"id": world.leader, "code": null, "name": "Trần Thị Hà"}));
        assert_eq!(by_leader["rows"][1]["key"]["id"], Value::Null);
        let by_sector = progress(&world.admin, "group_by=sector").await;
        assert_eq!(by_sector["rows"][0]["key"], json!({"id": null, "code": "transport", "name": "transport"}));
        let sources = progress(&world.admin, "group_by=source").await;
        assert_eq!(rows(&sources, &["plan", "projects"]), [
            (json!("NSTW"), vec![json!(2000), json!(3)]),
            (json!("NSĐP"), vec![json!(70), json!(1)]),
        ]);
        let one = progress(&world.admin, &format!("group_by=source&funding_source_id={}", world.other_source)).await;
        assert_eq!(rows(&one, &["plan"]), [(json!("NSĐP"), vec![json!(70)])]);
        let extended = progress(&world.admin, "basis=extended").await;
        assert_eq!((&extended["rows"], &extended["totals"]["rate"]), (&json!([]), &Value::Null));
    }

    async fn a_reader_sees_what_is_in_scope_and_nothing_else(app: TestApp) {
        let (world, own) = province(&app).await;
        let officer = user_with(&app, "officer", Some(world.commune), None, None);
        let seen = progress(&officer, "").await;
        assert_eq!(rows(&seen, &["plan", "projects"]), [(json!("06661"), vec![json!(1000), json!(1)])]);
        for query in [format!("unit_id={}", world.province), format!("unit_id={}", world.district), "group_by=source".into()] {
            assert_eq!(progress(&officer, &query).await["totals"], seen["totals"], "{query}");
        }
        assert_eq!(progress(&officer, &format!("unit_id={}", world.other_commune)).await["rows"], json!([]));
        let decided = json!({"person_id": world.leader, "effective_date": "2024-01-01", "decision": decision()});
        world.admin.put(&format!("/projects/{own}/leader"), decided).await.ok();
        let leader = user_with(&app, "leader", None, None, Some(world.leader));
        let led = progress(&leader, "").await;
        assert_eq!((&led["totals"]["plan"], &led["totals"]["projects"]), (&json!(500), &json!(1)));
        let pmu = user_with(&app, "viewer", None, Some(world.pmu), None);
        assert_eq!(progress(&pmu, "").await["totals"]["plan"], 2000);
        let curve = officer.get("/reports/s-curve?budget_year=2024").await.ok();
        assert_eq!(curve["points"][12]["scheduled"], 1000);
        officer.get(&format!("/reports/s-curve?budget_year=2024&project_id={}", world.other_project)).await.refused(404, "not_found");
        officer.get("/reports/progress?budget_year=2024&unit_id=999999").await.refused(404, "not_found");
    }

    async fn a_reform_moves_projects_only_from_its_day_on(app: TestApp) {
        let (world, _) = province(&app).await;
        app.today("2025-08-15");
        let body = json!({"code": "06700", "name": "Phường Hạ Long", "level": "commune", "parent_id": world.province, "valid_from": "2025-07-01"});
        let merged = world.admin.post("/administrative-units", body).await.created();
        for old in [world.commune, world.other_commune] {
            let body = json!({"successors": [{"unit_id": merged["id"]}], "rest_to_unit_id": merged["id"], "effective_date": "2025-07-01", "decision": decision()});
            world.admin.post(&format!("/administrative-units/{old}/successions"), body).await.created();
        }
        let before = progress(&world.admin, &format!("as_of=2025-06-30&unit_id={}", world.district)).await;
        let codes: Vec<Value> = rows(&before, &[]).into_iter().map(|(code, _)| code).collect();
        assert_eq!(codes, ["193", "06661", "06664"]);
        let after = progress(&world.admin, "as_of=2025-07-01").await;
        assert_eq!(rows(&after, &["plan", "projects"]), [
            (json!("193"), vec![json!(500), json!(1)]),
            (json!("06700"), vec![json!(1500), json!(2)]),
        ]);
        assert_eq!(after["totals"]["plan"], before["totals"]["plan"]);
        // Rights are those of today, also for a report about the time before.
        let officer = user_with(&app, "officer", merged["id"].as_i64(), None, None);
        let past = progress(&officer, &format!("as_of=2025-06-30&unit_id={}", world.district)).await;
        assert_eq!(rows(&past, &["plan"]).len(), 2);
        assert_eq!(past["totals"]["plan"], 1500);
    }

    async fn the_curve_is_cumulative_and_ends_at_the_day(app: TestApp) {
        let (world, _) = province(&app).await;
        let curve = world.admin.get("/reports/s-curve?budget_year=2024").await.ok();
        let points = curve["points"].as_array().expect("points");
        assert_eq!(points.len(), 13);
        let figures = |index: usize| (points[index]["date"].clone(), points[index]["scheduled"].clone(), points[index]["disbursed"].clone());
        for (index, day, scheduled, disbursed) in [
            (0, "2024-01-31", 0, json!(0)), (2, "2024-03-31", 300, json!(0)), (4, "2024-05-31", 300, json!(400)),
            (6, "2024-07-31", 800, json!(400)), (7, "2024-08-31", 800, Value::Null), (11, "2024-12-31", 1500, Value::Null), (12, "2025-01-31", 1500, Value::Null),
        ] {
            assert_eq!(figures(index), (json!(day), json!(scheduled), disbursed));
        }
        let full = world.admin.get("/reports/s-curve?budget_year=2024&as_of=2024-08-31").await.ok();
        assert_eq!(full["points"][7]["disbursed"], 900);
        let one = world.admin.get(&format!("/reports/s-curve?budget_year=2024&project_id={}", world.project)).await.ok();
        assert_eq!((&one["points"][11]["scheduled"], &one["points"][4]["disbursed"]), (&json!(1000), &json!(400)));
        let unit = world.admin.get(&format!("/reports/s-curve?budget_year=2024&unit_id={}", world.other_commune)).await.ok();
        assert_eq!(unit["points"][11]["scheduled"], 500);
        let path = format!("/reports/s-curve?budget_year=2024&basis=assigned&project_id={}", world.project);
        world.admin.get(&path).await.refused(422, "invalid");
    }

    async fn capital_is_followed_from_holder_to_project(app: TestApp) {
        let (world, _) = province(&app).await;
        let source = world.source;
        assign(&app, (Some(world.province), None, None), source, 3000, "peoples_council");
        assign(&app, (Some(world.district), None, Some(world.province)), source, 2200, "peoples_council");
        assign(&app, (Some(world.other_commune), None, Some(world.district)), source, 700, "peoples_council");
        assign(&app, (Some(world.commune), None, Some(world.district)), source, 1000, "peoples_council");
        assign(&app, (Some(world.province), None, None), source, 9999, "prime_minister");
        let report = world.admin.get("/reports/allocation?budget_year=2024").await.ok();
        assert_eq!(report["authority"], "peoples_council");
        let figures: Vec<Value> = report["rows"].as_array().expect("rows").iter().map(|row| {
            assert_eq!(row["funding_source"]["code"], "NSTW");
            json!([row["assignee"]["code"], row["assigned"], row["assigned_onward"], row["allocated"], row["unallocated"]])
        }).collect();
        assert_eq!(figures, [
            json!(["22", 3000, 2200, 0, 800]),
            json!(["193", 2200, 1700, 500, 0]),
            json!(["06664", 700, 0, 500, 200]),
            json!(["06661", 1000, 0, 1000, 0]),
        ]);
        let other = world.admin.get("/reports/allocation?budget_year=2024&authority=prime_minister").await.ok();
        assert_eq!(other["rows"][0]["assigned"], 9999);
        let officer = user_with(&app, "officer", Some(world.commune), None, None);
        let seen = officer.get("/reports/allocation?budget_year=2024").await.ok();
        assert_eq!(seen["rows"].as_array().map(Vec::len), Some(1));

        // The denominator of the basis `assigned`: what holders keep adds up to what came in.
        let assigned = progress(&world.admin, "basis=assigned").await;
        assert_eq!((&assigned["totals"]["plan"], &assigned["totals"]["rate"]), (&json!(3000), &json!("30.00")));
        assert_eq!(rows(&assigned, &["plan", "projects", "rate"]), [
            (json!("193"), vec![json!(2200), json!(3), json!("40.91")]),
            (json!("22"), vec![json!(800), json!(0), json!("0.00")]),
        ]);
        let by_source = progress(&world.admin, "basis=assigned&group_by=source").await;
        assert_eq!(rows(&by_source, &["plan"]), [(json!("NSTW"), vec![json!(3000)])]);
        for group in ["sector", "status", "leader"] {
            let path = format!("/reports/progress?budget_year=2024&basis=assigned&group_by={group}");
            let problem = world.admin.get(&path).await.refused(422, "invalid");
            assert_eq!(problem["errors"][0]["pointer"], "/basis");
        }
    }

    async fn an_investor_with_capital_of_its_own_allocates_it(app: TestApp) {
        let (world, _) = province(&app).await;
        assign(&app, (None, Some(world.investor), None), world.source, 2500, "peoples_council");
        assign(&app, (Some(world.district), None, None), world.source, 100, "peoples_council");
        let report = world.admin.get("/reports/allocation?budget_year=2024").await.ok();
        let figures: Vec<Value> = report["rows"].as_array().expect("rows").iter()
            .map(|row| json!([row["assignee"]["kind"], row["assignee"]["code"], row["allocated"], row["unallocated"]])).collect();
        // The projects are the investor's, so they are not counted for the district once more.
        assert_eq!(figures, [json!(["unit", "193", 0, 100]), json!(["agency", "SGTVT", 2000, 500])]);
        let by_investor = progress(&world.admin, "basis=assigned&group_by=investor").await;
        assert_eq!(rows(&by_investor, &["plan", "rate"]), [(json!("SGTVT"), vec![json!(2500), json!("36.00")])]);
    }

    async fn the_orders_of_the_directive_are_checked(app: TestApp) {
        let (world, own) = province(&app).await;
        assign(&app, (Some(world.other_commune), None, None), world.source, 700, "peoples_council");
        let head = json!({"person_id": world.leader, "role": "head"});
        let force = json!({"unit_id": world.district, "decision": decision(), "members": [head]});
        world.admin.post("/task-forces", force).await.created();
        let leader = json!({"person_id": world.leader, "effective_date": "2024-01-01", "decision": decision()});
        for project in [own, world.project] {
            world.admin.put(&format!("/projects/{project}/leader"), leader.clone()).await.ok();
        }
        for (unit, percent) in [(world.district, "45.00"), (world.commune, "40.01")] {
            let target = json!({"budget_year": 2024, "date": "2024-08-12", "percent": percent, "basis": "total", "unit_id": unit});
            world.admin.post("/targets", target).await.created();
        }
        let later = json!({"budget_year": 2024, "date": "2024-08-16", "percent": "99.00", "basis": "total"});
        world.admin.post("/targets", later).await.created();
        let report = world.admin.get("/reports/compliance?budget_year=2024").await.ok();
        let figures: Vec<Value> = report["rows"].as_array().expect("rows").iter().map(|row| {
            let offenders: Vec<Value> = row["offenders"].as_array().expect("offenders").iter().map(|one| one["code"].clone()).collect();
            json!([row["order"], row["total"], row["compliant"], offenders])
        }).collect();
        assert_eq!(figures, [
            json!([1, 1, 0, ["06664"]]),
            json!([2, 3, 2, ["7891236"]]),
            json!([3, 3, 2, ["7891235"]]),
            json!([4, 4, 1, ["06661", "06664", "22"]]),
            json!([5, 2, 1, ["06661"]]),
        ]);
        // Before the deadline nobody has failed to allocate.
        let early = world.admin.get("/reports/compliance?budget_year=2024&as_of=2023-12-31").await.ok();
        assert_eq!((&early["rows"][0]["total"], &early["rows"][0]["compliant"]), (&json!(1), &json!(1)));
    }

    async fn bad_parameters_are_refused(app: TestApp) {
        let admin = app.admin();
        for (query, code) in [
            ("", "required"), ("budget_year=2024&group_by=moon", "invalid"), ("budget_year=2024&extra=1", "unknown_field"),
            ("budget_year=2024&level=commune&group_by=source", "invalid"), ("budget_year=2024&as_of=2024-02-30", "invalid"),
        ] {
            admin.get(&format!("/reports/progress?{query}")).await.refused(422, code);
        }
        for report in ["s-curve", "allocation", "compliance"] {
            admin.get(&format!("/reports/{report}")).await.refused(422, "required");
            admin.get(&format!("/reports/{report}?budget_year=2024&as_of=2024-08-15&basis=adjusted")).await.ok();
        }
    }
}

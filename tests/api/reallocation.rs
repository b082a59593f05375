//! The reallocation worksheet, and that what it proposes is taken by the ledger.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{Answer, TestApp, both};
use crate::support::builders::{World, decision, user_with, with};

const PATH: &str = "/reports/reallocation?budget_year=2024";

/// Plan 1 000 of which 50 are paid, and plan 500 that is all paid, by 31 July.
async fn province(app: &TestApp) -> World {
    app.today("2024-07-31");
    let world = World::new(app).await;
    world.plan(world.project, 1000).await;
    world.plan(world.other_project, 500).await;
    world.pay(world.project, 50, "2024-02-10").await;
    world.pay(world.other_project, 500, "2024-07-10").await;
    world
}

fn amount(value: &Value, name: &str) -> i64 {
    value[name]
        .as_i64()
        .unwrap_or_else(|| panic!("{name}: {value:#}"))
}

fn moves(report: &Value) -> Vec<Value> {
    let sources = report["sources"].as_array().expect("sources");
    let lists = sources
        .iter()
        .map(|source| source["moves"].as_array().expect("moves"));
    lists.flatten().cloned().collect()
}

/// Makes every proposed transfer; each must be taken, without a warning.
async fn accept(world: &World, report: &Value) {
    for one in moves(report) {
        let body = with(one["transfer"].clone(), json!({"decision": decision()}));
        let made = world.admin.post("/plan-transfers", body).await.created();
        assert_eq!(made["warnings"], json!([]), "{one:#}");
        assert_eq!(made["amount"], one["amount"]);
    }
}

struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        i64::try_from(self.0 % n).unwrap()
    }
}

/// Ten projects with lines of two sources, planned, cut and paid at random.
async fn random_province(app: &TestApp, seed: u64) -> World {
    app.today("2024-09-15");
    let world = World::new(app).await;
    let mut dice = Dice(seed);
    for number in 0..10 {
        let unit = [world.commune, world.other_commune][number % 2];
        let project = world
            .new_project(&format!("R{number}"), "Dự án", unit)
            .await;
        for source in [world.source, world.other_source] {
            let plan = 100 + dice.below(3000);
            let changes = json!({"funding_source_id": source});
            world
                .entry(project, with(world.plan_body(plan), changes))
                .await;
            let paid = plan * [0, 1, 3, 8, 10][usize::try_from(dice.below(5)).unwrap()] / 10;
            if paid > 0 {
                let voucher = format!("{number}/{source}");
                let body = world.payment_body(paid, "2024-08-20", &voucher);
                world
                    .log(project, with(body, json!({"funding_source_id": source})))
                    .await;
            }
            // A cut that is decided, but not in force yet.
            if dice.below(3) == 0 && plan - paid > 1 {
                let cut = 1 + dice.below(u64::try_from(plan - paid).unwrap());
                let changes = json!({"funding_source_id": source, "kind": "cut", "effective_date": "2024-11-01"});
                world
                    .entry(project, with(world.plan_body(cut), changes))
                    .await;
            }
        }
        let planned = 6_200 + dice.below(3000);
        let body = json!({"total_investment": planned});
        world
            .admin
            .patch(&format!("/projects/{project}"), body)
            .await
            .ok();
    }
    world
}

both! {
    async fn money_that_will_be_left_is_offered_to_who_can_spend_it(app: TestApp) {
        let world = province(&app).await;
        let report = world.admin.get(PATH).await.ok();
        assert_eq!((&report["as_of"], &report["learned_from"]), (&json!("2024-07-31"), &json!([])));
        let sheet = &report["sources"][0];
        assert_eq!(sheet["funding_source"]["code"], "NSTW");
        let (giver, taker) = (&sheet["leaving"][0], &sheet["absorbing"][0]);
        assert_eq!((&giver["project"]["id"], &taker["project"]["id"]), (&json!(world.project), &json!(world.other_project)));
        assert_eq!(amount(giver, "amount"), 1000 - amount(giver, "forecast"));
        assert_eq!((amount(giver, "disbursed"), amount(taker, "forecast")), (50, 500));
        let moves = moves(&report);
        assert_eq!(moves.len(), 1);
        let moved = amount(&moves[0], "amount");
        assert!(0 < moved && moved == amount(giver, "amount").min(amount(taker, "amount")), "{sheet:#}");
        assert_eq!((amount(sheet, "moved_amount"), amount(&report, "moved_amount")), (moved, moved));
        assert_eq!(moves[0]["transfer"], json!({"from_project_id": world.project, "to_project_id": world.other_project,
            "funding_source_id": world.source, "budget_year": 2024, "amount": moved, "effective_date": "2024-07-31",
            "note": "Điều chuyển theo dự báo giải ngân ngày 31/07/2024"}));
        let why = giver["reasons"].as_array().expect("reasons");
        assert!(why.len() == 2 && why[0].as_str().is_some_and(|text| text.starts_with("đã giải ngân 5% kế hoạch")), "{why:?}");
        let english = world.admin.request(Method::GET, PATH).header("Accept-Language", "en");
        let english = Answer::of(english).await.ok();
        let why = english["sources"][0]["absorbing"][0]["reasons"][0].as_str().expect("a reason").to_owned();
        assert!(why.starts_with("100% of its plan is paid"), "{why}");
        accept(&world, &report).await;
    }

    async fn total_investment_bounds_what_a_project_is_offered(app: TestApp) {
        let world = province(&app).await;
        let path = format!("/projects/{}", world.other_project);
        world.admin.patch(&path, json!({"total_investment": 520})).await.ok();
        let report = world.admin.get(PATH).await.ok();
        assert_eq!(amount(&report, "moved_amount"), 20);
        accept(&world, &report).await;
        assert!(moves(&world.admin.get(PATH).await.ok()).is_empty());
        let world_full = json!({"total_investment": 10_000, "status": "suspended"});
        world.admin.patch(&path, world_full).await.ok();
        let report = world.admin.get(PATH).await.ok();
        assert_eq!(report["sources"][0]["absorbing"], json!([]), "a suspended project is given nothing");
    }

    async fn sources_and_scopes_are_not_mixed(app: TestApp) {
        let world = province(&app).await;
        let officer = user_with(&app, "officer", Some(world.commune), None, None);
        let seen = officer.get(PATH).await;
        assert!(!seen.text.contains("Cầu Cửa Lục"), "{}", seen.text);
        assert!(moves(&seen.ok()).is_empty());
        officer.get(&format!("{PATH}&unit_id=999999")).await.refused(404, "not_found");
        let other = world.admin.get(&format!("{PATH}&funding_source_id={}", world.other_source)).await.ok();
        assert_eq!(other["sources"], json!([]));
        let unit = world.admin.get(&format!("{PATH}&unit_id={}", world.district)).await.ok();
        assert_eq!(moves(&unit).len(), 1);
        world.admin.get("/reports/reallocation").await.refused(422, "required");
        // What is quick in another source can take nothing of this one.
        let changes = json!({"kind": "cut", "amount": 500, "effective_date": "2024-07-31", "funding_source_id": world.other_source});
        let plan = json!({"funding_source_id": world.other_source});
        world.entry(world.project, with(world.plan_body(1000), plan)).await;
        world.entry(world.project, with(world.plan_body(500), changes)).await;
        for one in moves(&world.admin.get(PATH).await.ok()) {
            assert_eq!(one["transfer"]["funding_source_id"], json!(world.source));
        }
    }

    async fn what_was_paid_since_is_not_offered(app: TestApp) {
        let world = province(&app).await;
        let then = world.admin.get(&format!("{PATH}&as_of=2024-07-15")).await.ok();
        assert_eq!(moves(&then).len(), 1);
        assert_eq!(moves(&then)[0]["transfer"]["effective_date"], "2024-07-31");
        world.pay(world.project, 940, "2024-07-30").await;
        let then = world.admin.get(&format!("{PATH}&as_of=2024-07-15")).await.ok();
        assert!(amount(&then, "moved_amount") <= 10, "{then:#}");
        // When the year is over nothing can be spent any more.
        app.today("2025-02-01");
        assert_eq!(world.admin.get(PATH).await.ok()["sources"], json!([]));
    }

    async fn the_ledger_takes_everything_that_is_proposed(app: TestApp) {
        let world = random_province(&app, 20_240_915).await;
        let report = world.admin.get(PATH).await.ok();
        let list = moves(&report);
        assert!(list.len() >= 3, "{report:#}");
        for sheet in report["sources"].as_array().expect("sources") {
            let amounts: Vec<i64> = sheet["moves"].as_array().expect("moves").iter().map(|one| amount(one, "amount")).collect();
            assert!(amounts.windows(2).all(|pair| pair[0] >= pair[1]), "{amounts:?}");
        }
        accept(&world, &report).await;
    }
}

//! The forecast in the S-curve.

use serde_json::{Value, json};

use crate::support::app::{TestApp, both};
use crate::support::builders::{World, decision, user_with, with};

const NAMES: [&str; 3] = ["forecast_low", "forecast", "forecast_high"];

async fn points(world: &World, query: &str) -> Vec<Value> {
    let path = format!("/reports/s-curve?budget_year=2024&{query}");
    let curve = world.admin.get(&path).await.ok();
    curve["points"].as_array().expect("points").clone()
}

fn sides(point: &Value) -> [i64; 3] {
    NAMES.map(|name| point[name].as_i64().unwrap_or_else(|| panic!("{point:#}")))
}

/// Plan 1 000 and 500; 400 and 0 paid by 15 August.
async fn province(app: &TestApp) -> World {
    app.today("2024-08-15");
    let world = World::new(app).await;
    world.plan(world.project, 1000).await;
    world.plan(world.other_project, 500).await;
    world.pay(world.project, 400, "2024-05-10").await;
    world
}

/// A line of 2023 that paid everything in December.
async fn last_year(world: &World) {
    let changes = json!({"budget_year": 2023, "effective_date": "2023-01-01"});
    let plan = with(world.plan_body(1000), changes);
    world.entry(world.project, plan).await;
    let paid = world.payment_body(1000, "2023-12-31", "2023/1");
    world
        .log(world.project, with(paid, json!({"budget_year": 2023})))
        .await;
}

both! {
    async fn the_forecast_leaves_from_what_was_paid_and_never_falls(app: TestApp) {
        let world = province(&app).await;
        let points = points(&world, "").await;
        for point in &points[..7] {
            assert!(NAMES.iter().all(|name| point[*name].is_null()), "{point:#}");
        }
        let mut before = [400; 3];
        for point in &points[7..] {
            let now = sides(point);
            assert!(now[0] <= now[1] && now[1] <= now[2], "{now:?}");
            assert!(before.iter().zip(now).all(|(before, now)| *before <= now), "{before:?} {now:?}");
            before = now;
        }
        assert!(400 < before[0] && before[2] <= 1500, "{before:?}");
        let month_end = self::points(&world, "as_of=2024-08-31").await;
        assert_eq!(sides(&month_end[7]), [400; 3], "it joins the actual");
        assert!(month_end[6]["forecast"].is_null());
        let over = self::points(&world, "as_of=2025-01-31").await;
        assert!(over.iter().all(|point| point["forecast"].is_null()), "a year that is over");
        let none = world.admin.get("/reports/s-curve?budget_year=2030").await.ok();
        assert!(none["points"][12]["forecast"].is_null(), "a year without lines");
    }

    async fn lines_sum_to_the_province_and_have_one_forecast_for_every_reader(app: TestApp) {
        let world = province(&app).await;
        let whole = points(&world, "").await;
        let one = points(&world, &format!("project_id={}", world.project)).await;
        let other = points(&world, &format!("project_id={}", world.other_project)).await;
        for month in 7..13 {
            let sum: Vec<i64> = sides(&one[month]).iter().zip(sides(&other[month])).map(|(a, b)| a + b).collect();
            assert_eq!(sum, sides(&whole[month]));
        }
        let officer = user_with(&app, "officer", Some(world.commune), None, None);
        let seen = officer.get("/reports/s-curve?budget_year=2024").await.ok();
        assert_eq!(seen["points"][12]["forecast"], one[12]["forecast"]);
        let source = points(&world, &format!("funding_source_id={}", world.other_source)).await;
        assert!(source[12]["forecast"].is_null());
    }

    async fn earlier_years_teach_when_the_money_comes(app: TestApp) {
        let world = province(&app).await;
        let before = sides(&points(&world, &format!("project_id={}", world.other_project)).await[12]);
        assert!(before[1] < 300, "nothing paid by August: {before:?}");
        last_year(&world).await;
        let taught = points(&world, &format!("project_id={}", world.other_project)).await;
        // All of it came in December, so nothing is behind yet.
        assert_eq!(sides(&taught[10]), [0; 3]);
        assert_eq!(sides(&taught[11]), [250, 500, 500]);
        // A look back does not know what came later.
        let earlier = points(&world, &format!("as_of=2024-01-31&project_id={}", world.other_project)).await;
        assert!(sides(&earlier[10])[1] > 0);
    }

    async fn a_cut_and_a_deadline_bound_it(app: TestApp) {
        let world = province(&app).await;
        let cut = json!({"kind": "cut", "amount": 550, "effective_date": "2024-08-01", "decision": decision()});
        world.entry(world.project, with(world.plan_body(550), cut)).await;
        let query = format!("project_id={}", world.project);
        let end = sides(&points(&world, &query).await[12]);
        assert!(end[0] >= 400 && end[2] <= 450, "{end:?}");
        let extended = json!({"origin": "extended", "kind": "supplement", "amount": 90, "effective_date": "2024-01-01"});
        world.entry(world.other_project, with(world.plan_body(90), extended)).await;
        let query = format!("basis=extended&project_id={}", world.other_project);
        let points = points(&world, &query).await;
        assert_eq!(points[11]["forecast"], points[12]["forecast"], "extended capital ends in December");
        assert!(sides(&points[11])[2] <= 90);
    }
}

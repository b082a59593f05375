//! Figures in lists of projects.

use serde_json::{Value, json};

use super::reference::walk;
use crate::support::app::{TestApp, both};
use crate::support::builders::World;

/// Projects A to E: (plan, paid, due by 30 June); E has no line in 2024.
const FIGURES: [(&str, i64, i64, i64); 4] = [
    ("A", 1000, 500, 600),
    ("B", 1000, 600, 600),
    ("C", 400, 0, 0),
    ("D", 2000, 500, 900),
];

async fn world(app: &TestApp) -> World {
    app.today("2024-08-15");
    let world = World::new(app).await;
    for (code, plan, paid, due) in FIGURES {
        let project = world.new_project(code, code, world.commune).await;
        world.plan(project, plan).await;
        if due > 0 {
            let items = [("2024-06-30", due), ("2024-12-31", plan - due)];
            world
                .approved(app, project, world.schedule_body(&items))
                .await;
        }
        if paid > 0 {
            world.pay(project, paid, "2024-05-05").await;
        }
    }
    world.new_project("E", "E", world.commune).await;
    world
}

async fn codes(world: &World, query: &str) -> Vec<String> {
    let rows = walk(
        &world.admin,
        &format!("/projects?limit=1&unit_id={}&{query}", world.commune),
    )
    .await;
    rows.iter()
        .filter_map(|row| row["code"].as_str())
        .filter(|code| code.len() == 1)
        .map(str::to_owned)
        .collect()
}

both! {
    async fn a_list_shows_the_figures_of_the_year(app: TestApp) {
        let world = world(&app).await;
        let rows = world.admin.get("/projects?budget_year=2024&code=A,C").await.ok();
        assert_eq!(rows["data"][0]["figures"], json!({"plan": 1000, "disbursed": 500, "rate": "50.00", "late_amount": 100, "days_late": 46}));
        assert_eq!(rows["data"][1]["figures"], json!({"plan": 400, "disbursed": 0, "rate": "0.00", "late_amount": 0, "days_late": 0}));
        let past = world.admin.get("/projects?budget_year=2024&code=A&as_of=2024-05-04").await.ok();
        assert_eq!(past["data"][0]["figures"]["disbursed"], 0);
        let without = world.admin.get("/projects?code=A").await.ok();
        assert_eq!(without["data"][0]["figures"], Value::Null);
        let id = rows["data"][0]["id"].clone();
        let whole = world.admin.get(&format!("/projects/{id}/progress?budget_year=2024")).await.ok();
        for field in ["plan", "disbursed", "rate", "late_amount", "days_late"] {
            assert_eq!(whole["totals"][field], rows["data"][0]["figures"][field], "{field}");
        }
    }

    async fn a_list_is_ordered_by_figures_over_all_pages(app: TestApp) {
        let world = world(&app).await;
        for (sort, expected) in [
            ("late_amount", "BCAD"), ("-late_amount", "DABC"), ("plan", "CABD"), ("-plan", "DABC"), ("disbursed", "CADB"), ("-disbursed", "BADC"),
            ("rate", "CDAB"), ("-rate", "BADC"), ("days_late", "BCAD"), ("-days_late", "ADBC"),
        ] {
            assert_eq!(codes(&world, &format!("budget_year=2024&sort={sort}")).await.concat(), expected, "{sort}");
        }
        // Without a plan there is no rate: last in either direction.
        for sort in ["rate", "-rate"] {
            assert_eq!(codes(&world, &format!("sort={sort}")).await.last().map(String::as_str), Some("E"), "{sort}");
        }
    }

    async fn a_list_is_filtered_by_delay(app: TestApp) {
        let world = world(&app).await;
        for (query, expected) in [
            ("late=true&budget_year=2024", "AD"), ("late=false&budget_year=2024", "BC"), ("late=true&budget_year=2024&sort=-late_amount", "DA"),
            ("late=true&budget_year=2024&sort=-code", "DA"), ("late=true&budget_year=2024&as_of=2024-06-30", ""), ("late=true", "AD"),
        ] {
            assert_eq!(codes(&world, query).await.concat(), expected, "{query}");
        }
        world.admin.get("/projects?late=maybe").await.refused(422, "invalid");
        world.admin.get("/projects?budget_year=2024&basis=assigned").await.refused(422, "invalid");
        world.admin.get("/projects?sort=moon").await.refused(422, "invalid");
    }
}

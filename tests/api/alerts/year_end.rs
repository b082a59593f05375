use serde_json::json;

use super::watch::Watch;
use crate::support::app::both;

both! {
    async fn a_line_that_will_not_be_paid_out_is_told_before_the_year_ends(app: TestApp) {
        let watch = Watch::new(&app, &["year_end_risk"]).await;
        let project = watch.world.project;
        watch.lead(project, watch.world.leader, "2024-01-02").await;
        watch.world.plan(project, 1000).await;
        watch.world.plan(watch.world.other_project, 500).await;
        app.today("2024-06-20");
        watch.world.pay(project, 50, "2024-03-01").await;
        watch.world.pay(watch.world.other_project, 450, "2024-06-20").await;
        assert_eq!(watch.scan(&app, "2024-03-31").await["raised"], 0, "too early to tell");
        assert_eq!(watch.scan(&app, "2024-07-31").await["raised"], 1, "the other one is quick");
        assert_eq!(watch.scan(&app, "2024-07-31").await["updated"], 0);
        let alert = watch.live().await;
        assert_eq!((&alert["subject"]["type"], &alert["severity"]), (&json!("line"), &json!("warning")));
        let facts = &alert["facts"];
        let amount = |name: &str| facts[name].as_i64().unwrap();
        assert!(50 <= amount("forecast_low") && amount("forecast_low") <= amount("forecast"), "{facts:#}");
        assert!(amount("forecast") <= amount("forecast_high") && amount("forecast") < 900, "{facts:#}");
        assert_eq!((amount("shortfall"), amount("forecast_percent")), (1000 - amount("forecast"), 90));
        // The line has the forecast that its curve ends with.
        let curve = watch.admin.get(&format!("/reports/s-curve?budget_year=2024&project_id={project}")).await.ok();
        for (name, fact) in [("forecast_low", "forecast_low"), ("forecast", "forecast"), ("forecast_high", "forecast_high")] {
            assert_eq!(curve["points"][12][name], facts[fact], "{name}");
        }
        // A promise is at most what is likely to be left.
        let path = format!("/alerts/{}/acknowledgement", alert["id"]);
        let promise = |amount: i64| json!({"commit_date": "2024-08-20", "commit_amount": amount, "note": "Nghiệm thu đợt 2"});
        watch.admin.post(&path, promise(amount("shortfall") + 1)).await.refused(422, "commitment_exceeds_late");
        watch.admin.post(&path, promise(amount("shortfall"))).await.ok();
        app.today("2024-08-19");
        watch.world.pay(project, 850, "2024-08-19").await;
        watch.scan(&app, "2024-08-20").await;
        assert!(watch.list("state=live").await.is_empty());
    }

    async fn its_threshold_is_a_policy(app: TestApp) {
        let watch = Watch::new(&app, &["year_end_risk"]).await;
        watch.world.plan(watch.world.project, 1000).await;
        app.today("2024-06-20");
        watch.world.pay(watch.world.project, 200, "2024-06-20").await;
        watch.admin.patch("/alert-policies/year_end_risk", json!({"forecast_percent": 10})).await.ok();
        assert_eq!(watch.scan(&app, "2024-07-31").await["raised"], 0);
        watch.admin.patch("/alert-policies/year_end_risk", json!({"forecast_percent": 95})).await.ok();
        assert_eq!(watch.scan(&app, "2024-08-01").await["raised"], 1);
        // A look back sees what a scan saw.
        let body = json!({"from": "2024-08-01", "to": "2024-08-01"});
        let dry = watch.admin.post("/alert-policies/year_end_risk/dry-run", body).await.ok();
        assert_eq!(dry["alerts"], 1);
        // After the deadline there is nothing to forecast.
        watch.scan(&app, "2025-02-01").await;
        assert_eq!(watch.list("").await[0]["resolution"], "period_ended");
    }
}

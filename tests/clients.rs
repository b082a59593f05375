//! Clients in other languages, which know the OpenAPI document and nothing else.

use std::process::Command;
use std::time::Duration;

use giaingan::jobs::webhooks::Deliverer;
use serde_json::{Value, json};

use crate::support::app::both;

both! {
    async fn an_integrators_month_ends_with_the_same_totals(app: TestApp) {
        let admin = app.admin();
        let second = app.user(None, json!([{"role": "admin", "unit_id": 1}])).await;
        let mut keys = Vec::new();
        for owner in [&admin, &second] {
            let permissions = ["manage_reference", "manage_integrations", "edit_projects", "edit_plans", "submit_schedules", "approve_schedules", "log_disbursements"];
            let body = json!({"name": "Tích hợp", "grant": {"role": "admin", "unit_id": 1}, "permissions": permissions});
            let made = owner.post("/api-keys", body).await.created();
            keys.push(made["secret"].as_str().expect("a secret").to_owned());
        }
        let deliverer = Deliverer::with(&app.app, Duration::from_secs(20)).expect("a deliverer").start();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients/month.py");
        let mut client = Command::new("python3");
        client.env("PYTHONDONTWRITEBYTECODE", "1").arg(script).arg(&app.base).args(&keys);
        let client = actix_web::web::block(move || client.output()).await.expect("ends").expect("python3 runs");
        deliverer.stop().await;
        assert!(client.status.success(), "{}", String::from_utf8_lossy(&client.stderr));
        let said: Value = serde_json::from_slice(&client.stdout).expect("JSON");
        assert_eq!(said["payments"], 28);
        let report = admin.get("/reports/progress?budget_year=2024").await.ok();
        assert_eq!(report["totals"]["disbursed"], said["disbursed"]);
    }
}

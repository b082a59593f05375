//! Tampering with stored rows is noticed and the first broken link is named.

use diesel::RunQueryDsl;
use giaingan::db::Conn;
use giaingan::service::verify::{self, AuditReport, Break, BrokenLink};
use giaingan::service::{Ctx, read, write};
use serde_json::json;

use crate::support::app::{TestApp, both, date};

fn verified(app: &TestApp) -> AuditReport {
    read(&Ctx::system(&app.app, "test"), verify::audit).expect("verifies")
}

fn anchor(app: &TestApp, day: &str) -> bool {
    let day = date(day);
    write(&Ctx::system(&app.app, "test"), move |tx| {
        verify::make_anchor(tx, day)
    })
    .expect("anchors")
}

/// Runs statements that the store itself would refuse, after dropping what refuses them.
fn tamper(app: &TestApp, statements: &'static [&'static str]) {
    let done = app.app.db.write(move |conn: &mut Conn| {
        let table = if conn.is_sqlite() {
            ""
        } else {
            " ON audit_events"
        };
        for trigger in ["audit_events_no_update", "audit_events_no_delete"] {
            diesel::sql_query(format!("DROP TRIGGER {trigger}{table}")).execute(conn)?;
        }
        // The feed points at the events.
        for feed in ["pending_changes", "changes"] {
            diesel::sql_query(format!("DELETE FROM {feed}")).execute(conn)?;
        }
        for statement in statements {
            diesel::sql_query(*statement).execute(conn)?;
        }
        Ok(())
    });
    done.expect("tampers");
}

/// Three changes on the main chain, after whatever setting up has written.
async fn changed(app: &TestApp) -> i64 {
    for day in ["2025-01-27", "2025-01-28", "2025-01-29"] {
        let holiday = json!({"date": day, "name": "Tết"});
        app.admin().post("/holidays", holiday).await.created();
    }
    let report = verified(app);
    assert_eq!(report.broken, []);
    i64::try_from(report.events).expect("few")
}

fn main_link(seq: i64, fault: Break) -> Vec<BrokenLink> {
    vec![BrokenLink {
        chain: "main".into(),
        seq,
        day: None,
        fault,
    }]
}

both! {
    async fn an_untouched_log_verifies(app: TestApp) {
        let events = changed(&app).await;
        assert!(events >= 3);
        assert!(anchor(&app, "2024-06-30"));
        assert!(!anchor(&app, "2024-06-30"), "one anchor for each day");
        app.admin().post("/holidays", json!({"date": "2025-01-30", "name": "Tết"})).await.created();
        assert!(anchor(&app, "2024-07-01"));
        let report = verified(&app);
        assert_eq!((report.chains, report.anchors, report.broken), (1, 2, vec![]));
        assert!(report.last_anchor.is_some());
    }

    async fn the_store_refuses_to_change_the_log(app: TestApp) {
        changed(&app).await;
        for statement in ["UPDATE audit_events SET actor = 'x'", "DELETE FROM audit_events"] {
            let tried = app.app.db.write(move |conn| Ok(diesel::sql_query(statement).execute(conn)?));
            assert!(tried.is_err(), "{statement}");
        }
        assert_eq!(verified(&app).broken, []);
    }

    async fn an_altered_event_is_named(app: TestApp) {
        let last = changed(&app).await;
        tamper(&app, &["UPDATE audit_events SET actor = 'somebody else' WHERE seq = 2"]);
        assert!(last > 2);
        assert_eq!(verified(&app).broken, main_link(2, Break::Altered));
    }

    async fn every_stored_field_is_covered(app: TestApp) {
        changed(&app).await;
        tamper(&app, &["UPDATE audit_events SET request_id = 'x' WHERE seq = 3"]);
        assert_eq!(verified(&app).broken, main_link(3, Break::Altered));
    }

    async fn a_removed_event_is_named(app: TestApp) {
        changed(&app).await;
        tamper(&app, &["DELETE FROM audit_events WHERE seq = 2"]);
        assert_eq!(verified(&app).broken, main_link(2, Break::Missing));
    }

    async fn a_cut_tail_is_noticed_by_the_head(app: TestApp) {
        let last = changed(&app).await;
        tamper(&app, &["DELETE FROM audit_events WHERE seq = (SELECT MAX(seq) FROM audit_events)"]);
        assert_eq!(verified(&app).broken, main_link(last, Break::Missing));
    }

    async fn a_cut_tail_with_its_head_is_noticed_by_the_anchor(app: TestApp) {
        let last = changed(&app).await;
        anchor(&app, "2024-06-30");
        tamper(&app, &[
            "DELETE FROM audit_events WHERE seq = (SELECT MAX(seq) FROM audit_events)",
            "UPDATE audit_heads SET seq = seq - 1, hash = (SELECT hash FROM audit_events ORDER BY seq DESC LIMIT 1)",
        ]);
        let expected = BrokenLink { chain: "main".into(), seq: last, day: Some(date("2024-06-30")), fault: Break::AnchorDiffers };
        assert_eq!(verified(&app).broken, [expected]);
    }

    async fn a_chain_removed_with_its_head_is_noticed_by_the_anchor(app: TestApp) {
        let last = changed(&app).await;
        anchor(&app, "2024-06-30");
        tamper(&app, &["DELETE FROM audit_events", "DELETE FROM audit_heads"]);
        let expected = BrokenLink { chain: "main".into(), seq: last, day: Some(date("2024-06-30")), fault: Break::AnchorDiffers };
        assert_eq!(verified(&app).broken, [expected]);
    }

    async fn a_chain_removed_without_its_head_is_noticed(app: TestApp) {
        changed(&app).await;
        tamper(&app, &["DELETE FROM audit_events"]);
        assert_eq!(verified(&app).broken, main_link(1, Break::Missing));
    }

    async fn a_changed_head_is_noticed(app: TestApp) {
        let last = changed(&app).await;
        tamper(&app, &["UPDATE audit_heads SET hash = 'x'"]);
        assert_eq!(verified(&app).broken, main_link(last, Break::HeadDiffers));
    }

    async fn a_head_moved_back_is_noticed(app: TestApp) {
        let last = changed(&app).await;
        tamper(&app, &["UPDATE audit_heads SET seq = seq - 1"]);
        assert_eq!(verified(&app).broken, main_link(last, Break::BeyondHead));
    }

    async fn a_changed_anchor_is_named_by_its_day(app: TestApp) {
        changed(&app).await;
        anchor(&app, "2024-06-30");
        anchor(&app, "2024-07-01");
        tamper(&app, &["DELETE FROM audit_anchor_heads"]);
        let expected = BrokenLink { chain: "anchors".into(), seq: 0, day: Some(date("2024-06-30")), fault: Break::AnchorAltered };
        assert_eq!(verified(&app).broken, [expected]);
    }
}

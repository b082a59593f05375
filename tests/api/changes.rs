use std::collections::BTreeSet;
use std::sync::mpsc::channel;

use giaingan::service::audit::Change;
use giaingan::service::{Ctx, write};
use serde_json::{Value, json};

use crate::support::app::{Client, TestApp, both};
use crate::support::builders::{World, user_with};

/// Everything since a number, page by page, and the last number there is.
async fn since(reader: &Client, seq: i64) -> (Vec<Value>, i64) {
    let mut path = format!("/changes?since={seq}&limit=7");
    let mut all = Vec::new();
    loop {
        let page = reader.get(&path).await.ok();
        all.extend(page["data"].as_array().expect("a list").iter().cloned());
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/changes?since={seq}&limit=7&cursor={cursor}"),
            None => return (all, page["latest"].as_i64().expect("a number")),
        }
    }
}

fn seqs(events: &[Value]) -> Vec<i64> {
    events
        .iter()
        .map(|event| event["seq"].as_i64().expect("a number"))
        .collect()
}

fn actions(events: &[Value]) -> Vec<&str> {
    events
        .iter()
        .map(|event| event["action"].as_str().expect("a text"))
        .collect()
}

both! {
    async fn the_feed_tells_what_happened_in_order(app: TestApp) {
        let world = World::new(&app).await;
        let (before, latest) = since(&world.admin, 0).await;
        assert_eq!(seqs(&before), (1..=latest).collect::<Vec<_>>());
        world.plan(world.project, 1_000).await;
        let paid = world.pay(world.project, 100, "2024-05-05").await;
        let (after, _) = since(&world.admin, latest).await;
        assert_eq!(actions(&after), ["plan_entry.recorded", "disbursement.recorded"]);
        assert_eq!(seqs(&after), [latest + 1, latest + 2]);
        assert_eq!((&after[1]["after"], &after[1]["project"]["code"], &after[1]["actor"]), (&paid, &json!("7891234"), &json!("admin")));
        let narrowed = world.admin.get(&format!("/changes?since={latest}&entity=disbursement,schedule&project_id={}", world.project)).await.ok();
        assert_eq!(narrowed["data"], json!([after[1]]));
        world.admin.get("/changes?since=-1").await.refused(422, "out_of_range");
        world.admin.get("/changes?since=x").await.refused(422, "invalid");
        world.admin.get("/changes?cursor=AAAA").await.refused(400, "bad_cursor");
    }

    async fn a_reader_sees_what_is_in_scope(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        world.plan(world.other_project, 1_000).await;
        let viewer = user_with(&app, "viewer", Some(world.commune), None, None);
        let (seen, latest) = since(&viewer, 0).await;
        let projects: BTreeSet<i64> = seen.iter().filter_map(|event| event["project"]["id"].as_i64()).collect();
        assert_eq!(projects, BTreeSet::from([world.project]));
        assert!(actions(&seen).contains(&"agency.created") && !actions(&seen).contains(&"user.created"));
        let (all, last) = since(&world.admin, 0).await;
        assert_eq!(latest, last);
        app.user(None, json!([{"role": "viewer", "unit_id": world.province}])).await;
        assert_eq!(actions(&since(&world.admin, last).await.0), ["user.created"]);
        let province = user_with(&app, "viewer", Some(world.province), None, None);
        let (seen, _) = since(&province, 0).await;
        assert!(!actions(&seen).contains(&"user.created") && seen.len() > all.len() / 2);
        let auditor = user_with(&app, "auditor", Some(world.province), None, None);
        assert!(actions(&since(&auditor, 0).await.0).contains(&"user.created"));
    }

    async fn writers_side_by_side_are_all_seen_once_by_a_reader_that_follows(app: TestApp) {
        let admin = app.admin();
        let (_, start) = since(&admin, 0).await;
        let writers = (0..8).map(|writer| {
            let admin = app.admin();
            async move {
                for number in 0..10 {
                    let code = format!("DP{writer}{number}");
                    let body = json!({"code": code, "name": "x", "budget_level": "central", "origin": "domestic"});
                    admin.post("/funding-sources", body).await.created();
                }
            }
        });
        let done = std::cell::Cell::new(false);
        let write = async {
            futures_util::future::join_all(writers).await;
            done.set(true);
        };
        let follow = async {
            let (mut seen, mut at) = (Vec::new(), start);
            loop {
                let last_round = done.get();
                let (events, latest) = since(&admin, at).await;
                seen.extend(events);
                at = latest;
                if last_round {
                    return seen;
                }
            }
        };
        let ((), seen) = tokio::join!(write, follow);
        let codes: BTreeSet<&str> = seen.iter().map(|event| event["after"]["code"].as_str().expect("a code")).collect();
        assert_eq!((seen.len(), codes.len()), (80, 80));
        assert!(seqs(&seen).windows(2).all(|pair| pair[0] < pair[1]));
    }
}

/// An event of project `id`, by itself.
fn event(ctx: &Ctx, id: i64, inside: impl Fn() + Send + 'static) {
    write(ctx, move |tx| {
        tx.lock_project(id)?;
        let nothing = json!({});
        tx.audit(Change::created("test.event", "test", id, &nothing).of_project(id))?;
        inside();
        Ok(())
    })
    .expect("writes");
}

#[actix_web::test]
async fn an_event_that_commits_late_is_not_missed() {
    let app = TestApp::postgres().await;
    let world = World::new(&app).await;
    let (_, at) = since(&world.admin, 0).await;
    let (written, is_written) = channel();
    let (commit, may_commit) = channel::<()>();
    let may_commit = std::sync::Mutex::new(may_commit);
    let (slow, project) = (Ctx::system(&app.app, "slow"), world.project);
    let late = std::thread::spawn(move || {
        event(&slow, project, move || {
            written.send(()).expect("a reader");
            may_commit.lock().expect("whole").recv().expect("a word");
        });
    });
    is_written.recv().expect("a word");
    // The other has a higher id in the table and is committed first.
    event(&Ctx::system(&app.app, "quick"), world.other_project, || {});
    let (seen, at) = since(&world.admin, at).await;
    assert_eq!((seen.len(), &seen[0]["actor"]), (1, &json!("quick")));
    commit.send(()).expect("a writer");
    late.join().expect("ends");
    let (seen, _) = since(&world.admin, at).await;
    assert_eq!((seen.len(), &seen[0]["actor"]), (1, &json!("slow")));
}

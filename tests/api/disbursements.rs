use serde_json::{Value, json};

use crate::support::app::both;
use crate::support::builders::{World, are, faults, user_with, with};

both! {
    async fn a_payment_is_logged_with_everything_it_says(app: TestApp) {
        let world = World::new(&app).await;
        let line = world.plan(world.project, 1_000).await["line_id"].clone();
        world.log(world.project, with(world.payment_body(300, "2024-03-01", "A1"), json!({"kind": "advance"}))).await;
        let body = with(world.payment_body(400, "2024-06-30", "  KB-01 "), json!({
            "origin": "in_year", "advance_recovered": 200, "contract_number": "12/HĐ", "dossier_sent_on": "2024-06-20",
            "dossier_returned_on": "2024-06-20", "note": "đợt 1",
        }));
        let made = world.log(world.project, body.clone()).await;
        for (name, value) in with(body, json!({"voucher_number": "KB-01"})).as_object().expect("an object") {
            assert_eq!(&made[name], value, "{name}");
        }
        for (name, value) in [
            ("project_id", json!(world.project)), ("line_id", line), ("net_amount", json!(200)), ("status", json!("recorded")),
            ("recorded_by", json!({"id": 1, "username": "admin"})), ("reverses_id", json!(null)), ("reversed_by_id", json!(null)),
            ("corrects_id", json!(null)), ("funding_source", json!({"id": world.source, "code": "NSTW", "name": "Ngân sách trung ương"})),
        ] {
            assert_eq!(made[name], value, "{name}");
        }
        assert!(made["recorded_at"].as_str().is_some_and(|at| at.ends_with('Z')), "{made}");
        assert_eq!(world.admin.get(&format!("/disbursements/{}", made["id"])).await.ok(), made);
    }

    async fn the_plan_is_the_limit_on_the_day_and_on_every_later_one(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        let path = format!("/projects/{}/disbursements", world.project);
        world.pay(world.project, 600, "2024-05-01").await;
        let problem = world.admin.post(&path, world.payment_body(401, "2024-06-01", "x")).await.refused(422, "plan_exceeded");
        assert_eq!(faults(&problem), are(&[("/gross_amount", "plan_exceeded")]));
        world.admin.post(&path, world.payment_body(401, "2024-04-01", "x")).await.refused(422, "plan_exceeded");
        world.admin.post(&path, world.payment_body(400, "2024-04-01", "x")).await.created();
        // A plan that takes effect later pays for nothing before.
        world.entry(world.project, with(world.plan_body(100), json!({"kind": "supplement", "effective_date": "2024-06-15"}))).await;
        world.admin.post(&path, world.payment_body(100, "2024-06-14", "y")).await.refused(422, "plan_exceeded");
        world.admin.post(&path, world.payment_body(100, "2024-06-15", "y")).await.created();
        // Nor can it be cut below what is paid.
        let cut = with(world.plan_body(1), json!({"kind": "cut", "effective_date": "2024-06-30"}));
        world.admin.post(&format!("/projects/{}/plan-entries", world.project), cut).await.refused(422, "plan_below_disbursed");
        world.admin.post(&path, with(world.payment_body(1, "2024-06-01", "z"), json!({"budget_year": 2023, "corrects_id": null, "origin": "extended"}))).await
            .refused(422, "outside_disbursement_period");
        let no_line = with(world.payment_body(1, "2024-06-01", "z"), json!({"funding_source_id": world.other_source}));
        world.admin.post(&path, no_line).await.refused(422, "plan_exceeded");
    }

    async fn the_project_stays_within_its_total_investment(app: TestApp) {
        let world = World::new(&app).await;
        world.admin.patch(&format!("/projects/{}", world.project), json!({"disbursed_before": 9_000, "advance_before": 500})).await.ok();
        world.plan(world.project, 1_000).await;
        world.pay(world.project, 500, "2024-05-01").await;
        let path = format!("/projects/{}/disbursements", world.project);
        let problem = world.admin.post(&path, world.payment_body(1, "2024-04-01", "x")).await.refused(422, "total_investment_exceeded");
        assert_eq!(faults(&problem), are(&[("/gross_amount", "total_investment_exceeded")]));
        world.admin.patch(&format!("/projects/{}", world.project), json!({"total_investment": 9_999})).await.refused(422, "total_investment_exceeded");
    }

    async fn advances_are_recovered_and_refunds_come_back_only_as_far_as_they_go(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        let path = format!("/projects/{}/disbursements", world.project);
        let kind = |gross: i64, day: &str, kind: &str, recovered: i64| {
            with(world.payment_body(gross, day, &format!("{kind}{gross}{day}")), json!({"kind": kind, "advance_recovered": recovered}))
        };
        let problem = world.admin.post(&path, kind(100, "2024-04-01", "completed_volume", 1)).await.refused(422, "advance_recovery_exceeds_outstanding");
        assert_eq!(faults(&problem), are(&[("/advance_recovered", "advance_recovery_exceeds_outstanding")]));
        world.log(world.project, kind(300, "2024-04-01", "advance", 0)).await;
        world.admin.post(&path, kind(100, "2024-03-31", "completed_volume", 100)).await.refused(422, "advance_recovery_exceeds_outstanding");
        let pure = world.log(world.project, kind(200, "2024-05-01", "completed_volume", 200)).await;
        assert_eq!(pure["net_amount"], 0);
        world.admin.post(&path, kind(101, "2024-05-02", "refund", 101)).await.refused(422, "advance_recovery_exceeds_outstanding");
        let refund = world.log(world.project, kind(100, "2024-05-02", "refund", 100)).await;
        assert_eq!(refund["net_amount"], -100);
        let problem = world.admin.post(&path, kind(201, "2024-06-01", "refund", 0)).await.refused(422, "refund_exceeds_disbursed");
        assert_eq!(faults(&problem), are(&[("/gross_amount", "refund_exceeds_disbursed")]));
        world.admin.post(&path, kind(200, "2024-03-31", "refund", 0)).await.refused(422, "refund_exceeds_disbursed");
        world.log(world.project, kind(200, "2024-06-01", "refund", 0)).await;
    }

    async fn figures_that_do_not_fit_are_refused(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        let path = format!("/projects/{}/disbursements", world.project);
        let body = |changes: Value| with(world.payment_body(100, "2024-06-01", "x"), changes);
        for (changes, at) in [
            (json!({"gross_amount": 0}), "/gross_amount"),
            (json!({"gross_amount": -1}), "/gross_amount"),
            (json!({"advance_recovered": 101}), "/advance_recovered"),
            (json!({"kind": "advance", "advance_recovered": 1}), "/advance_recovered"),
            (json!({"advance_recovered": -1}), "/advance_recovered"),
            (json!({"dossier_sent_on": "2024-05-02", "dossier_returned_on": "2024-05-01"}), "/dossier_returned_on"),
            (json!({"budget_year": 1900, "corrects_id": null}), "/budget_year"),
        ] {
            let problem = world.admin.post(&path, body(changes.clone())).await;
            assert_eq!(problem.status, 422, "{changes}");
            assert!(faults(&problem.body).contains(&(at.to_owned(), "out_of_range".to_owned())), "{changes}: {}", problem.text);
        }
        for (changes, at) in [
            (json!({"kind": "reversal"}), "/kind"), (json!({"funding_source_id": 999}), "/funding_source_id"),
            (json!({"corrects_id": 999}), "/corrects_id"), (json!({"posted_on": "2024-02-30"}), "/posted_on"),
            (json!({"gross_amount": 1.5}), "/gross_amount"), (json!({"voucher_number": "a\u{0}b"}), "/voucher_number"),
        ] {
            let problem = world.admin.post(&path, body(changes.clone())).await.refused(422, "invalid");
            assert!(faults(&problem).contains(&(at.to_owned(), "invalid".to_owned())), "{changes}");
        }
        assert_eq!(world.admin.get(&path).await.ok()["data"], json!([]));
    }

    async fn payments_are_posted_in_their_period_and_not_in_the_future(app: TestApp) {
        let world = World::new(&app).await;
        app.today("2025-03-01");
        let world = World { admin: app.admin(), ..world };
        world.plan(world.project, 1_000).await;
        let path = format!("/projects/{}/disbursements", world.project);
        for (day, code) in [
            ("2023-12-31", "outside_disbursement_period"), ("2025-02-01", "outside_disbursement_period"), ("2025-03-02", "future_date"),
        ] {
            let problem = world.admin.post(&path, world.payment_body(1, day, "x")).await.refused(422, code);
            assert!(faults(&problem).contains(&("/posted_on".to_owned(), code.to_owned())), "{day}");
        }
        let last = world.log(world.project, world.payment_body(10, "2025-01-31", "x")).await;
        world.log(world.project, with(world.payment_body(1, "2025-02-01", "r"), json!({"kind": "refund"}))).await;
        // A correction may come after the deadline, but brings no money beyond it.
        let correction = |gross: i64, voucher: &str| with(world.payment_body(gross, "2025-02-20", voucher), json!({"corrects_id": last["id"]}));
        world.admin.post(&path, correction(9, "c")).await.refused(422, "plan_exceeded");
        let undo = json!({"posted_on": "2025-02-20", "reason": "sai số tiền"});
        world.admin.post(&format!("/disbursements/{}/reversal", last["id"]), undo).await.refused(422, "refund_exceeds_disbursed");
        world.log(world.project, correction(1, "c")).await;
    }

    async fn a_pure_recovery_may_come_after_the_deadline(app: TestApp) {
        let world = World::new(&app).await;
        app.today("2025-06-01");
        let world = World { admin: app.admin(), ..world };
        world.plan(world.project, 1_000).await;
        world.log(world.project, with(world.payment_body(300, "2024-06-01", "a"), json!({"kind": "advance"}))).await;
        let path = format!("/projects/{}/disbursements", world.project);
        let recovery = |gross: i64, day: &str| with(world.payment_body(gross, day, day), json!({"advance_recovered": 100}));
        world.admin.post(&path, recovery(101, "2025-05-01")).await.refused(422, "outside_disbursement_period");
        world.admin.post(&path, recovery(100, "2023-12-31")).await.refused(422, "outside_disbursement_period");
        world.admin.post(&path, recovery(100, "2025-05-01")).await.created();
    }

    async fn a_voucher_counts_once_for_a_line_and_kind(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        world.plan(world.other_project, 1_000).await;
        let path = format!("/projects/{}/disbursements", world.project);
        let body = world.payment_body(10, "2024-05-01", "Số 1");
        let first = world.log(world.project, body.clone()).await;
        world.admin.post(&path, with(body.clone(), json!({"gross_amount": 20, "voucher_number": " So\u{302}\u{301} 1"}))).await.refused(409, "duplicate_voucher");
        // With several faults, 409 only if there is no 422.
        let problem = world.admin.post(&path, with(body.clone(), json!({"gross_amount": 2_000}))).await.refused(422, "plan_exceeded");
        assert_eq!(faults(&problem), are(&[("/gross_amount", "plan_exceeded")]));
        world.log(world.project, with(body.clone(), json!({"kind": "advance"}))).await;
        world.log(world.other_project, body.clone()).await;
        world.log(world.project, with(body.clone(), json!({"voucher_number": "số 1"}))).await;
        let undo = json!({"posted_on": "2024-05-02", "reason": "nhầm"});
        world.admin.post(&format!("/disbursements/{}/reversal", first["id"]), undo).await.created();
        world.log(world.project, body.clone()).await;
        world.admin.post(&path, body).await.refused(409, "duplicate_voucher");
    }

    async fn a_reversal_undoes_a_payment_once(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        world.log(world.project, with(world.payment_body(300, "2024-04-01", "a"), json!({"kind": "advance"}))).await;
        let paid = world.log(world.project, with(world.payment_body(400, "2024-05-01", "b"), json!({"advance_recovered": 100, "contract_number": "7/HĐ"}))).await;
        let path = format!("/disbursements/{}/reversal", paid["id"]);
        let body = json!({"posted_on": "2024-05-10", "reason": "gõ nhầm"});
        world.admin.post(&path, json!({"posted_on": "2024-05-10"})).await.refused(422, "reason_required");
        world.admin.post(&path, with(body.clone(), json!({"posted_on": "2024-04-30"}))).await.refused(422, "out_of_range");
        world.admin.post(&path, with(body.clone(), json!({"posted_on": "2024-07-01"}))).await.refused(422, "future_date");
        let reversal = world.admin.post(&path, body.clone()).await.created();
        for (name, value) in [
            ("kind", json!("reversal")), ("gross_amount", json!(400)), ("advance_recovered", json!(100)), ("net_amount", json!(-300)),
            ("reverses_id", paid["id"].clone()), ("posted_on", json!("2024-05-10")), ("reason", json!("gõ nhầm")), ("voucher_number", json!("b")),
            ("status", json!("recorded")), ("contract_number", json!("7/HĐ")),
        ] {
            assert_eq!(reversal[name], value, "{name}");
        }
        assert_eq!(world.admin.get(&format!("/disbursements/{}", paid["id"])).await.ok(), with(paid, json!({"reversed_by_id": reversal["id"]})));
        world.admin.post(&path, body.clone()).await.refused(409, "already_reversed");
        world.admin.post(&path, json!({})).await.refused(422, "required");
        world.admin.post(&format!("/disbursements/{}/reversal", reversal["id"]), body.clone()).await.refused(422, "invalid");
        world.admin.post("/disbursements/999/reversal", body).await.refused(404, "not_found");
    }

    async fn a_reversal_is_refused_by_the_same_rules(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        let advance = world.log(world.project, with(world.payment_body(300, "2024-04-01", "a"), json!({"kind": "advance"}))).await;
        world.log(world.project, with(world.payment_body(200, "2024-05-01", "b"), json!({"advance_recovered": 200}))).await;
        let undo = async |id: &Value, day: &str| {
            world.admin.post(&format!("/disbursements/{id}/reversal"), json!({"posted_on": day, "reason": "x"})).await
        };
        undo(&advance["id"], "2024-06-01").await.refused(422, "advance_recovery_exceeds_outstanding");
        undo(&advance["id"], "2024-04-15").await.refused(422, "advance_recovery_exceeds_outstanding");
        // A refund that made room for another payment cannot be undone.
        let refund = world.log(world.project, with(world.payment_body(50, "2024-05-02", "c"), json!({"kind": "refund"}))).await;
        world.pay(world.project, 750, "2024-05-03").await;
        undo(&refund["id"], "2024-05-04").await.refused(422, "plan_exceeded");
    }

    async fn only_officers_of_the_place_log_payments(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        let path = format!("/projects/{}/disbursements", world.project);
        let paid = world.pay(world.project, 10, "2024-05-01").await;
        let undo = format!("/disbursements/{}/reversal", paid["id"]);
        let reason = json!({"posted_on": "2024-05-02", "reason": "x"});
        let body = world.payment_body(10, "2024-05-01", "x");
        for role in ["viewer", "auditor", "coordinator"] {
            let user = user_with(&app, role, Some(world.province), None, None);
            user.post(&path, body.clone()).await.refused(403, "forbidden");
            user.post(&undo, reason.clone()).await.refused(403, "forbidden");
            user.get(&path).await.ok();
        }
        let leader = user_with(&app, "leader", None, None, Some(world.leader));
        leader.post(&path, body.clone()).await.refused(403, "forbidden");
        let elsewhere = user_with(&app, "officer", Some(world.other_commune), None, None);
        for answer in [elsewhere.post(&path, body.clone()).await, elsewhere.post(&undo, reason.clone()).await, elsewhere.get(&path).await] {
            answer.refused(404, "not_found");
        }
        elsewhere.get(&format!("/disbursements/{}", paid["id"])).await.refused(404, "not_found");
        assert_eq!(elsewhere.get("/disbursements").await.ok()["data"], json!([]));
        assert_eq!(world.admin.get(&path).await.ok()["data"], json!([paid]));
        let officer = user_with(&app, "officer", None, Some(world.pmu), None);
        officer.post(&path, body).await.created();
    }

    async fn payments_are_listed_newest_first_by_any_filter(app: TestApp) {
        let world = World::new(&app).await;
        for project in [world.project, world.other_project] {
            world.plan(project, 1_000).await;
        }
        world.entry(world.project, with(world.plan_body(500), json!({"funding_source_id": world.sub_source}))).await;
        world.pay(world.project, 1, "2024-05-01").await;
        world.pay(world.other_project, 2, "2024-03-01").await;
        let sub = with(world.payment_body(3, "2024-04-01", "s"), json!({"funding_source_id": world.sub_source, "kind": "advance"}));
        world.log(world.project, sub).await;
        let fourth = world.pay(world.project, 4, "2024-04-01").await;
        world.admin.post(&format!("/disbursements/{}/reversal", fourth["id"]), json!({"posted_on": "2024-06-01", "reason": "x"})).await.created();
        let nets = async |path: String| -> Vec<i64> {
            let list = world.admin.get(&path).await.ok();
            list["data"].as_array().expect("a list").iter().filter_map(|row| row["net_amount"].as_i64()).collect()
        };
        for (query, expected) in [
            (String::new(), vec![-4, 1, 4, 3, 2]),
            ("sort=posted_on".into(), vec![2, 3, 4, 1, -4]),
            ("sort=id".into(), vec![1, 2, 3, 4, -4]),
            ("sort=-id".into(), vec![-4, 4, 3, 2, 1]),
            ("kind=advance,reversal".into(), vec![-4, 3]),
            ("posted_from=2024-04-01&posted_to=2024-05-01".into(), vec![1, 4, 3]),
            ("status=disputed".into(), vec![]),
            ("budget_year=2025".into(), vec![]),
            (format!("project_id={}", world.other_project), vec![2]),
            (format!("project_id={}&project_id={}", world.other_project, world.project), vec![-4, 1, 4, 3, 2]),
            (format!("unit_id={}", world.other_commune), vec![2]),
            (format!("unit_id={}", world.district), vec![-4, 1, 4, 3, 2]),
            (format!("funding_source_id={}", world.source), vec![-4, 1, 4, 3, 2]),
            (format!("funding_source_id={}", world.sub_source), vec![3]),
        ] {
            assert_eq!(nets(format!("/disbursements?{query}")).await, expected, "{query}");
        }
        assert_eq!(nets(format!("/projects/{}/disbursements?kind=completed_volume", world.project)).await, [1, 4]);

        let mut seen = Vec::new();
        let mut path = "/disbursements?limit=2".to_owned();
        loop {
            let page = world.admin.get(&path).await.ok();
            seen.extend(page["data"].as_array().expect("a list").iter().filter_map(|row| row["net_amount"].as_i64()));
            match page["next_cursor"].as_str() {
                Some(next) => path = format!("/disbursements?limit=2&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, [-4, 1, 4, 3, 2]);
    }
}
